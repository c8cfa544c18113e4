import { DiagnosticError } from "../topology/diagnostic";
import type { ClusterDeclaration } from "../topology/manifest";
import { diffTable } from "./greptimedb/diff";
import { openGreptimeCluster, type OpenOptions } from "./greptimedb/execute";
import { resolveConnection, type Environment } from "./greptimedb/settings";
import { tableChangeStatements } from "./greptimedb/statements";
import { capabilitiesOf } from "./greptimedb/version";
import type { ClusterPort } from "./port";

export type { OpenOptions } from "./greptimedb/execute";

/**
 * The port of a declared cluster. Nothing is connected and no driver is loaded before the first statement.
 * Throws a DiagnosticError that holds every problem of the connection's settings.
 */
export function openCluster(declaration: ClusterDeclaration, options: OpenOptions): ClusterPort {
  switch (declaration.engine) {
    case "greptimedb":
      return openGreptimeCluster(declaration, options);
  }
}

/**
 * Tells clusters apart, whatever they are called in a manifest: engine, host and port. Lock and journal belong to it.
 * Throws like {@link openCluster}.
 */
export function clusterIdentity(declaration: ClusterDeclaration, env: Environment): string {
  switch (declaration.engine) {
    case "greptimedb": {
      const resolved = resolveConnection(declaration.connection, env);
      if (resolved.kind === "invalid") throw new DiagnosticError(resolved.diagnostics);
      return `greptimedb ${resolved.settings.host}:${resolved.settings.port}`;
    }
  }
}

/** What an engine knows without a connection. */
export type EngineKnowledge = Pick<ClusterPort, "diffTable" | "statementsOf">;

/** The pure part of a cluster's engine: enough to plan from a saved snapshot and to show a plan. */
export function engineKnowledge(declaration: ClusterDeclaration): EngineKnowledge {
  switch (declaration.engine) {
    case "greptimedb":
      return {
        diffTable,
        statementsOf: (change, version) =>
          change.impossible === undefined ? tableChangeStatements(change, capabilitiesOf(version)) : [],
      };
  }
}
