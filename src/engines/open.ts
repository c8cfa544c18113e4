import type { ClusterDeclaration } from "../topology/manifest";
import { openGreptimeCluster, type OpenOptions } from "./greptimedb/execute";
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
