import { systemClock } from "../../convergence/clock";
import { exclusively, type ExclusiveSession } from "../../convergence/exclusive-run";
import type { ExclusiveRequest } from "../../convergence/journal/locked-journal";
import type { ConvergenceResult } from "../../convergence/result";
import { stateDirectory } from "../../convergence/journal/state-directory";
import { clusterIdentity } from "../../engines/open";
import type { ClusterPlan } from "../../planning/plan";
import { isLocked, planStale, type AppliedCluster, type RunOptions } from "../apply-outcome";
import { diagnosticsOf, wantedTables, type OperationContext, type ReadGreptimeCluster } from "../read-cluster";
import { planReading } from "./plan";
import { differencesSince, madeTables } from "./plan-progress";

/** Does exactly the approved plan on a GreptimeDB cluster, or refuses and names what changed since. */
export async function applyGreptime(reading: ReadGreptimeCluster, approved: ClusterPlan, context: OperationContext, request: RunOptions): Promise<AppliedCluster> {
  const { port, declaration } = reading;
  const cluster = declaration.name;
  if (approved.blocked.length > 0) return { kind: "refused", cluster, diagnostics: approved.blocked };
  try {
    return await exclusively(exclusiveRequest(reading, context, request), async (run): Promise<AppliedCluster> => {
      const observed = await port.inspect({ definitions: wantedTables(declaration) });
      const progress = run.progressOf(approved);
      const fresh = planReading(declaration, observed, run.adoptable, { moves: approved.moves, made: madeTables(approved, progress) });
      const differences = differencesSince(approved, fresh, progress);
      if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [planStale(cluster, differences)] };
      return { kind: "applied", engine: "greptimedb", cluster, result: await executeVerified(run.execute, reading, approved, request) };
    });
  } catch (error) {
    const diagnostics = diagnosticsOf(error, cluster);
    return { kind: isLocked(diagnostics) ? "locked" : "unreadable", cluster, diagnostics };
  }
}

/** Executes a plan with everything that its run is told, on a locked cluster. */
export async function executeVerified(
  execute: ExclusiveSession["execute"],
  { declaration, port }: ReadGreptimeCluster,
  plan: ClusterPlan,
  { terms, drain, stop, emit }: RunOptions,
): Promise<ConvergenceResult> {
  return execute({ plan, port, declaration, ...(terms === undefined ? {} : { terms }), drain, stop, emit: (event) => emit(declaration.name, event) });
}

/** What names a cluster's files and its holder on this machine. */
export function exclusiveRequest({ declaration }: ReadGreptimeCluster, { env }: OperationContext, { command }: RunOptions): ExclusiveRequest {
  return { identity: clusterIdentity(declaration, env), directory: stateDirectory(env), command, clock: systemClock };
}
