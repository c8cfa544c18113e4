import { systemClock } from "../convergence/clock";
import type { ConvergenceEvent } from "../convergence/events";
import { exclusively, type ExclusiveRequest } from "../convergence/exclusive-run";
import type { VerifyRows } from "../convergence/execution";
import type { ConvergenceResult } from "../convergence/result";
import { stateDirectory } from "../convergence/state-directory";
import { clusterIdentity } from "../engines/open";
import { differenceBetweenPlans } from "../planning/plan-diff";
import type { ClusterPlan } from "../planning/plan";
import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { TopologyManifest } from "../topology/manifest";
import { planReading } from "./plan-topology";
import { diagnosticsOf, wantedTables, withClusters, type ClusterReading, type OperationContext } from "./read-cluster";

export interface ApplyRequest {
  /** Approved plans; each cluster of the manifest without one is left alone. */
  readonly plans: readonly ClusterPlan[];
  readonly verifyRows: VerifyRows;
  /** Aborted: what is moving is finished, nothing new is started. */
  readonly drain: AbortSignal;
  /** Aborted: nothing is waited for any more. */
  readonly stop: AbortSignal;
  /** Names this run to others that find the cluster locked. */
  readonly command: string;
  emit(cluster: string, event: ConvergenceEvent): void;
}

/** How applying to one cluster ended. */
export type AppliedCluster =
  | { readonly kind: "applied"; readonly cluster: string; readonly result: ConvergenceResult }
  /** Nothing was changed: the cluster is not as it was when the plan was approved, or the plan is blocked. */
  | { readonly kind: "refused"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] }
  /** Another run holds the cluster. */
  | { readonly kind: "locked"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] };

/** Does exactly the approved plans, or refuses and names what changed since. Clusters are applied at the same time. */
export async function applyTopology(manifest: TopologyManifest, context: OperationContext, request: ApplyRequest): Promise<readonly AppliedCluster[]> {
  const planned = new Map(request.plans.map((plan) => [plan.cluster, plan]));
  const wanted = { ...manifest, clusters: manifest.clusters.filter((cluster) => planned.has(cluster.name)) };
  return withClusters(wanted, context, (readings) =>
    Promise.all(readings.map((reading) => applyCluster(reading, planned.get(reading.declaration.name)!, context, request))),
  );
}

async function applyCluster(reading: ClusterReading, approved: ClusterPlan, context: OperationContext, request: ApplyRequest): Promise<AppliedCluster> {
  const cluster = reading.declaration.name;
  if (reading.kind === "unreadable") return { kind: "unreadable", cluster, diagnostics: reading.diagnostics };
  const { port, declaration } = reading;
  if (approved.blocked.length > 0) return { kind: "refused", cluster, diagnostics: approved.blocked };
  try {
    return await exclusively(exclusiveRequest(reading, context, request), async (run): Promise<AppliedCluster> => {
      const observed = await port.inspect({ definitions: wantedTables(declaration) });
      const fresh = planReading(declaration, observed, run.adoptable);
      const differences = differenceBetweenPlans(approved, fresh, run.done);
      if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [stale(cluster, differences)] };
      const result = await run.execute({
        plan: approved,
        port,
        declaration,
        verifyRows: request.verifyRows,
        drain: request.drain,
        stop: request.stop,
        emit: (event) => request.emit(cluster, event),
      });
      return { kind: "applied", cluster, result };
    });
  } catch (error) {
    const diagnostics = diagnosticsOf(error, cluster);
    return { kind: diagnostics.some((diagnostic) => diagnostic.code === "CLUSTER_LOCKED") ? "locked" : "unreadable", cluster, diagnostics };
  }
}

function exclusiveRequest({ declaration }: ClusterReading, { env }: OperationContext, { command }: ApplyRequest): ExclusiveRequest {
  return { identity: clusterIdentity(declaration, env), directory: stateDirectory(env), command, clock: systemClock };
}

function stale(cluster: string, differences: readonly string[]): Diagnostic {
  return errorDiagnostic({
    code: "PLAN_STALE",
    summary: "The cluster has changed since the plan was made",
    detail: `Nothing was done.\n${differences.map((line) => `  ${line}`).join("\n")}\nPlan again and look at it.`,
    address: cluster,
  });
}
