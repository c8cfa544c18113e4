import { systemClock } from "../convergence/clock";
import type { ConvergenceEvent } from "../convergence/events";
import { exclusively, type ExclusiveRequest, type ExclusiveSession } from "../convergence/exclusive-run";
import type { ConvergenceResult } from "../convergence/result";
import type { RunTerms } from "../convergence/run-terms";
import { stateDirectory } from "../convergence/state-directory";
import { clusterIdentity } from "../engines/open";
import type { ClusterPlan } from "../planning/plan";
import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { TopologyManifest } from "../topology/manifest";
import { differencesSince } from "./plan-progress";
import { planReading } from "./plan-topology";
import { diagnosticsOf, wantedTables, withClusters, type ClusterReading, type OperationContext, type ReadCluster } from "./read-cluster";

export interface ApplyRequest extends RunOptions {
  /** Approved plans; each cluster of the manifest without one is left alone. */
  readonly plans: readonly ClusterPlan[];
}

/** How plans are executed. */
export interface RunOptions {
  /** What goes before the terms that the manifest gives. Absent: as declared there, else the defaults. */
  readonly terms?: Partial<RunTerms>;
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
      const differences = differencesSince(approved, fresh, run.progressOf(approved));
      if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [stale(cluster, differences)] };
      return { kind: "applied", cluster, result: await executeVerified(run.execute, reading, approved, request) };
    });
  } catch (error) {
    const diagnostics = diagnosticsOf(error, cluster);
    return { kind: isLocked(diagnostics) ? "locked" : "unreadable", cluster, diagnostics };
  }
}

/** Whether a run was refused because another one holds the cluster. */
export function isLocked(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.code === "CLUSTER_LOCKED");
}

/** Executes a plan with everything that its run is told, on a locked cluster. */
export async function executeVerified(
  execute: ExclusiveSession["execute"],
  { declaration, port }: ReadCluster,
  plan: ClusterPlan,
  { terms, drain, stop, emit }: RunOptions,
): Promise<ConvergenceResult> {
  return execute({ plan, port, declaration, ...(terms === undefined ? {} : { terms }), drain, stop, emit: (event) => emit(declaration.name, event) });
}

/** What names a cluster's files and its holder on this machine. */
export function exclusiveRequest({ declaration }: ClusterReading, { env }: OperationContext, { command }: RunOptions): ExclusiveRequest {
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
