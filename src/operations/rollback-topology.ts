import { exclusively } from "../convergence/exclusive-run";
import { readRollback, type SavedRollback } from "../convergence/rollback-file";
import { stateDirectory, statePaths } from "../convergence/state-directory";
import { clusterIdentity } from "../engines/open";
import { isEmptyPlan, type ClusterPlan } from "../planning/plan";
import type { TopologyPlan } from "../planning/topology-plan";
import { differenceBetweenPlans } from "../planning/plan-diff";
import type { TopologyManifest } from "../topology/manifest";
import { isLocked, rollbackStale, type AppliedCluster, type RunOptions } from "./apply-outcome";
import { executeVerified, exclusiveRequest } from "./apply-topology";
import { fitRollback, tablesOfRollback } from "./fit-rollback";
import type { PlannedRollback } from "./planned-rollback";
import { planKwdbRollback, rollbackKwdb } from "./kwdb/rollback";
import { diagnosticsOf, withClusters, type OperationContext, type ReadGreptimeCluster } from "./read-cluster";

/** What `topoform rollback` would do. Changes nothing. */
export async function planRollback(manifest: TopologyManifest, context: OperationContext): Promise<readonly PlannedRollback[]> {
  return withClusters(manifest, context, (readings) =>
    Promise.all(
      readings.map(async (reading): Promise<PlannedRollback> => {
        const { declaration } = reading;
        const cluster = declaration.name;
        if (reading.kind === "unreadable") return { kind: "unreadable", cluster, diagnostics: reading.diagnostics };
        try {
          if (reading.engine === "kwdb") return await planKwdbRollback(reading, context);
          const paths = statePaths(stateDirectory(context.env), clusterIdentity(declaration, context.env));
          return await planOne(reading, await readRollback(paths.rollback));
        } catch (error) {
          return { kind: "unreadable", cluster, diagnostics: diagnosticsOf(error, cluster) };
        }
      }),
    ),
  );
}

async function planOne(reading: ReadGreptimeCluster, saved: SavedRollback | null): Promise<PlannedRollback> {
  const { declaration, port } = reading;
  const cluster = declaration.name;
  if (saved === null) return { kind: "nothing", cluster };
  const observed = await port.readDefinitions(reading.observed, tablesOfRollback(saved));
  const { plan, differences } = fitRollback(saved, declaration, observed, new Map());
  if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, differences)] };
  if (isEmptyPlan(plan)) return { kind: "nothing", cluster };
  return { kind: "planned", engine: "greptimedb", cluster, plan, savedAt: saved.savedAt, irreversible: saved.irreversible, observed };
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
        if (reading.engine === "greptimedb" && plan.engine === "greptimedb") return rollbackOne(reading, plan, context, request);
        return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, [`The plan is for ${plan.engine}, the cluster is declared as ${reading.engine}.`])] };
      }),
    ),
  );
}

async function rollbackOne(reading: ReadGreptimeCluster, approved: ClusterPlan, context: OperationContext, request: RollbackRequest): Promise<AppliedCluster> {
  const { declaration, port } = reading;
  const cluster = declaration.name;
  if (approved.blocked.length > 0) return { kind: "refused", cluster, diagnostics: approved.blocked };
  try {
    return await exclusively(exclusiveRequest(reading, context, request), async (session): Promise<AppliedCluster> => {
      const saved = await session.readRollback();
      if (saved === null) return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, ["There is nothing to undo any more."])] };
      const observed = await port.inspect({ definitions: tablesOfRollback(saved) });
      const fitted = fitRollback(saved, declaration, observed, session.adoptable);
      const differences = [...fitted.differences, ...differenceBetweenPlans(approved, fitted.plan)];
      if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, differences)] };
      return { kind: "applied", engine: "greptimedb", cluster, result: await executeVerified(session.executeRollback, reading, approved, request) };
    });
  } catch (error) {
    const diagnostics = diagnosticsOf(error, cluster);
    return { kind: isLocked(diagnostics) ? "locked" : "unreadable", cluster, diagnostics };
  }
}
