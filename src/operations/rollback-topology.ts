import type { TopologyPlan } from "../planning/topology-plan";
import type { TopologyManifest } from "../topology/manifest";
import { rollbackStale, type AppliedCluster, type RunOptions } from "./apply-outcome";
import { planGreptimeRollback, rollbackGreptime } from "./greptimedb/rollback";
import { planKwdbRollback, rollbackKwdb } from "./kwdb/rollback";
import type { PlannedRollback } from "./planned-rollback";
import { diagnosticsOf, withClusters, type OperationContext } from "./read-cluster";

/** What `topoform rollback` would do. Changes nothing. */
export async function planRollback(manifest: TopologyManifest, context: OperationContext): Promise<readonly PlannedRollback[]> {
  return withClusters(manifest, context, (readings) =>
    Promise.all(
      readings.map(async (reading): Promise<PlannedRollback> => {
        const cluster = reading.declaration.name;
        if (reading.kind === "unreadable") return { kind: "unreadable", cluster, diagnostics: reading.diagnostics };
        try {
          return await (reading.engine === "kwdb" ? planKwdbRollback(reading, context) : planGreptimeRollback(reading, context));
        } catch (error) {
          return { kind: "unreadable", cluster, diagnostics: diagnosticsOf(error, cluster) };
        }
      }),
    ),
  );
}

export interface RollbackRequest extends RunOptions {
  /** As shown and approved; each cluster of the manifest without one is left alone. */
  readonly plans: readonly TopologyPlan[];
}

/** Does exactly the approved rollbacks, or refuses and names what changed since. An interrupted one is taken up by the next. */
export async function rollbackTopology(
  manifest: TopologyManifest,
  context: OperationContext,
  request: RollbackRequest,
): Promise<readonly AppliedCluster[]> {
  const approved = new Map(request.plans.map((plan) => [plan.cluster, plan]));
  const wanted = { ...manifest, clusters: manifest.clusters.filter(({ name }) => approved.has(name)) };
  return withClusters(wanted, context, (readings) =>
    Promise.all(
      readings.map(async (reading): Promise<AppliedCluster> => {
        const cluster = reading.declaration.name;
        if (reading.kind === "unreadable") return { kind: "unreadable", cluster, diagnostics: reading.diagnostics };
        const plan = approved.get(cluster)!;
        if (reading.engine === "kwdb" && plan.engine === "kwdb") return rollbackKwdb(wanted, reading, plan, context, request);
        if (reading.engine === "greptimedb" && plan.engine === "greptimedb") return rollbackGreptime(reading, plan, context, request);
        return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, [`The plan is for ${plan.engine}, the cluster is declared as ${reading.engine}.`])] };
      }),
    ),
  );
}
