import type { Diagnostic } from "../../topology/diagnostic";
import type { ConnectionDeclaration } from "../../topology/connection";
import { invalid, portNumber, readSettings, resolved, type CommonSettings, type Environment, type Resolved, type SettingNames } from "../connection-settings";

/** One node to connect to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Everything that a connection needs, resolved. */
export interface ConnectionSettings extends CommonSettings {
  /** At least one, in the order in which they are tried. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
}

const NAMES: SettingNames = {
  prefix: "TOPOFORM_KWDB_",
  protocols: ["postgresql:", "postgres:"],
  urlExample: "postgresql://user:password@host:26257/database?sslmode=disable",
  tlsParameters: { mode: "sslmode", caFile: "sslrootcert", certFile: "sslcert", keyFile: "sslkey" },
  port: 26257,
  portHint: "KWDB's SQL port is 26257 by default.",
  user: "root",
  database: "defaultdb",
};

/**
 * The settings of `TOPOFORM_KWDB_HOST` and so on, or `TOPOFORM_KWDB_URL`
 * (`postgresql://user:password@host:26257/database?sslmode=verify-full&sslrootcert=ca.crt`), below those that are declared; see
 * {@link readSettings}. The host may name several nodes.
 */
export function resolveConnection(declaration: ConnectionDeclaration, env: Environment): Resolved<ConnectionSettings> {
  const diagnostics: Diagnostic[] = [];
  const { host, port, ...common } = readSettings(NAMES, declaration, env, diagnostics);
  return resolved({ ...common, endpoints: endpointsOf(host, port, diagnostics) }, diagnostics);
}

/** `kw1,kw2:26258,[::1]:26257` with the port for those without one. */
function endpointsOf(hosts: string, port: number, diagnostics: Diagnostic[]): ConnectionSettings["endpoints"] {
  const [first = "", ...others] = hosts.split(",");
  const endpoint = (entry: string): Endpoint => endpointOf(entry.trim(), port, diagnostics);
  return [endpoint(first), ...others.map(endpoint)];
}

function endpointOf(entry: string, port: number, diagnostics: Diagnostic[]): Endpoint {
  const match = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry) ?? /^([^:]+):(\d+)$/.exec(entry);
  const [, host = entry, own] = match ?? [];
  if (host === "") invalid("host", "A host name is empty. Separate several nodes by single commas.", diagnostics);
  return { host, port: own === undefined ? port : portNumber(NAMES, own, diagnostics) };
}
