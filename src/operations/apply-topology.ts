import { systemClock } from "../convergence/clock";
import { exclusively, type ExclusiveSession } from "../convergence/exclusive-run";
import type { ExclusiveRequest } from "../convergence/locked-journal";
import type { ConvergenceResult } from "../convergence/result";
import { stateDirectory } from "../convergence/state-directory";
import { clusterIdentity } from "../engines/open";
import type { ClusterPlan } from "../planning/plan";
import type { TopologyPlan } from "../planning/topology-plan";
import type { TopologyManifest } from "../topology/manifest";
import { isLocked, planStale, type AppliedCluster, type RunOptions } from "./apply-outcome";
import { applyKwdb } from "./kwdb/apply";
import { differencesSince, madeTables } from "./plan-progress";
import { planReading } from "./plan-topology";
import { diagnosticsOf, wantedTables, withClusters, type ClusterReading, type OperationContext, type ReadGreptimeCluster } from "./read-cluster";

export interface ApplyRequest extends RunOptions {
  /** Approved plans; each cluster of the manifest without one is left alone. */
  readonly plans: readonly TopologyPlan[];
}

/** Does exactly the approved plans, or refuses and names what changed since. Clusters are applied at the same time. */
export async function applyTopology(manifest: TopologyManifest, context: OperationContext, request: ApplyRequest): Promise<readonly AppliedCluster[]> {
  const planned = new Map(request.plans.map((plan) => [plan.cluster, plan]));
  const wanted = { ...manifest, clusters: manifest.clusters.filter((cluster) => planned.has(cluster.name)) };
  return withClusters(wanted, context, (readings) =>
    Promise.all(readings.map((reading) => applyCluster(manifest, reading, planned.get(reading.declaration.name)!, context, request))),
  );
}

async function applyCluster(manifest: TopologyManifest, reading: ClusterReading, approved: TopologyPlan, context: OperationContext, request: ApplyRequest): Promise<AppliedCluster> {
  const cluster = reading.declaration.name;
  if (reading.kind === "unreadable") return { kind: "unreadable", cluster, diagnostics: reading.diagnostics };
  if (reading.engine === "greptimedb" && approved.engine === "greptimedb") return applyGreptime(reading, approved, context, request);
  if (reading.engine === "kwdb" && approved.engine === "kwdb") return applyKwdb(manifest, reading, approved, context, request);
  return { kind: "refused", cluster, diagnostics: [planStale(cluster, [`The plan is for ${approved.engine}, the cluster is declared as ${reading.engine}.`])] };
}

async function applyGreptime(reading: ReadGreptimeCluster, approved: ClusterPlan, context: OperationContext, request: ApplyRequest): Promise<AppliedCluster> {
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
