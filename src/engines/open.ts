import { DiagnosticError } from "../topology/diagnostic";
import type { KwdbClusterDeclaration } from "../topology/kwdb/cluster";
import type { ClusterDeclaration, GreptimeClusterDeclaration } from "../topology/manifest";
import { canonicalHost } from "./canonical-host";
import type { Environment } from "./connection-settings";
import { diffTable } from "./greptimedb/diff";
import { openGreptimeCluster } from "./greptimedb/execute";
import { resolveConnection } from "./greptimedb/settings";
import { tableChangeStatements } from "./greptimedb/statements";
import { capabilitiesOf } from "./greptimedb/version";
import type { KwdbPort } from "./kwdb-port";
import { kwdbClusterIdentity, openKwdbCluster } from "./kwdb/execute";
import type { OpenOptions } from "./open-options";
import type { ClusterPort } from "./port";

export type { OpenOptions } from "./open-options";

/**
 * The port of a declared GreptimeDB cluster. Nothing is connected and no driver is loaded before the first statement.
 * Throws a DiagnosticError that holds every problem of the connection's settings.
 */
export function openCluster(declaration: GreptimeClusterDeclaration, options: OpenOptions): ClusterPort {
  return openGreptimeCluster(declaration, options);
}

/** The same for KWDB. */
export function openKwdb(declaration: Pick<KwdbClusterDeclaration, "connection">, options: OpenOptions): KwdbPort {
  return openKwdbCluster(declaration, options);
}

/**
 * Tells clusters apart, whatever they are called in a manifest: engine, host and port. Lock and journal belong to it.
 * Spellings of one host are one; two frontends of one cluster are two.
 * Throws like {@link openCluster}.
 */
export function clusterIdentity(declaration: Pick<ClusterDeclaration, "engine" | "connection">, env: Environment): string {
  switch (declaration.engine) {
    case "greptimedb": {
      const resolved = resolveConnection(declaration.connection, env);
      if (resolved.kind === "invalid") throw new DiagnosticError(resolved.diagnostics);
      return `greptimedb ${canonicalHost(resolved.settings.host)}:${resolved.settings.port}`;
    }
    case "kwdb":
      return kwdbClusterIdentity(declaration, env);
  }
}

/** What an engine knows without a connection. */
export type EngineKnowledge = Pick<ClusterPort, "diffTable" | "statementsOf">;

/** The pure part of GreptimeDB's engine: enough to plan from a saved snapshot and to show a plan. */
export const greptimeKnowledge: EngineKnowledge = {
  diffTable,
  statementsOf: (change, version) =>
    change.impossible === undefined ? tableChangeStatements(change, capabilitiesOf(version)) : [],
};

/** The statements of a change of a KWDB cluster, for people. */
export { changeStatements as kwdbStatements } from "./kwdb/statements";
