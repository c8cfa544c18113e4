import type { TopologyPlan } from "../planning/topology-plan";
import type { TopologyManifest } from "../topology/manifest";
import { planStale, type AppliedCluster, type RunOptions } from "./apply-outcome";
import { applyGreptime } from "./greptimedb/apply";
import { applyKwdb } from "./kwdb/apply";
import { withClusters, type ClusterReading, type OperationContext } from "./read-cluster";

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
