import type { Diagnostic } from "../../topology/diagnostic";
import type { ConnectionDeclaration } from "../../topology/connection";
import { readSettings, resolved, type Environment, type HostSettings, type Resolved, type SettingNames } from "../connection-settings";

/** Everything that a connection needs, resolved. `user` is empty when the server has no user provider and any user is accepted. */
export type ConnectionSettings = HostSettings;

const NAMES: SettingNames = {
  prefix: "TOPOFORM_GREPTIMEDB_",
  protocols: ["mysql:"],
  urlExample: "mysql://user:password@host:port/database",
  port: 4002,
  portHint: "GreptimeDB's MySQL port is 4002 by default.",
  user: "",
  database: "public",
};

/**
 * The settings of `TOPOFORM_GREPTIMEDB_HOST` and so on, or `TOPOFORM_GREPTIMEDB_URL` (`mysql://user:password@host:port/database`), below
 * those that are declared; see {@link readSettings}.
 */
export function resolveConnection(declaration: ConnectionDeclaration, env: Environment): Resolved<ConnectionSettings> {
  const diagnostics: Diagnostic[] = [];
  return resolved(readSettings(NAMES, declaration, env, diagnostics), diagnostics);
}
