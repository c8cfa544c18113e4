import type { GreptimeClusterDeclaration } from "../topology/manifest";
import type { OpenProbe } from "../convergence/table-probe";
import { greptimeProbe } from "./greptimedb-probe";
import type { OperationContext } from "./read-cluster";

/** The probe of a declared cluster; connects with its first question. Throws a DiagnosticError when the connection's settings are wrong. */
export function openProbe(declaration: GreptimeClusterDeclaration, { env }: OperationContext): OpenProbe {
  switch (declaration.engine) {
    case "greptimedb":
      return greptimeProbe(declaration.connection, env);
  }
}
