import { exclusively } from "../convergence/exclusive-run";
import { readRollback, type SavedRollback } from "../convergence/rollback-file";
import { stateDirectory, statePaths } from "../convergence/state-directory";
import { clusterIdentity } from "../engines/open";
import type { ObservedGreptimeCluster } from "../planning/observed";
import { isEmptyPlan, type ClusterPlan } from "../planning/plan";
import { differenceBetweenPlans } from "../planning/plan-diff";
import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { TopologyManifest } from "../topology/manifest";
import { executeVerified, exclusiveRequest, isLocked, type AppliedCluster, type RunOptions } from "./apply-topology";
import { fitRollback, tablesOfRollback } from "./fit-rollback";
import { diagnosticsOf, withClusters, type OperationContext, type ReadCluster } from "./read-cluster";

/** What undoing the last apply to one cluster would do now. */
export type PlannedRollback =
  | {
      readonly kind: "planned";
      readonly cluster: string;
      readonly plan: ClusterPlan;
      /** When that apply began, milliseconds since the epoch. */
      readonly savedAt: number;
      /** What of it nothing undoes, one line each. */
      readonly irreversible: readonly string[];
      readonly observed: ObservedGreptimeCluster;
    }
  /** No apply has changed it from this machine, or all of the last one is undone. */
  | { readonly kind: "nothing"; readonly cluster: string }
  /** The cluster is not as the apply left it. */
  | { readonly kind: "refused"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] };

/** What `topoform rollback` would do. Changes nothing. */
export async function planRollback(manifest: TopologyManifest, context: OperationContext): Promise<readonly PlannedRollback[]> {
  return withClusters(manifest, context, (readings) =>
    Promise.all(
      readings.map(async (reading): Promise<PlannedRollback> => {
        const { declaration } = reading;
        const cluster = declaration.name;
        if (reading.kind === "unreadable") return { kind: "unreadable", cluster, diagnostics: reading.diagnostics };
        try {
          const paths = statePaths(stateDirectory(context.env), clusterIdentity(declaration, context.env));
          return await planOne(reading, await readRollback(paths.rollback));
        } catch (error) {
          return { kind: "unreadable", cluster, diagnostics: diagnosticsOf(error, cluster) };
        }
      }),
    ),
  );
}

async function planOne(reading: ReadCluster, saved: SavedRollback | null): Promise<PlannedRollback> {
  const { declaration, port } = reading;
  const cluster = declaration.name;
  if (saved === null) return { kind: "nothing", cluster };
  const observed = await port.readDefinitions(reading.observed, tablesOfRollback(saved));
  const { plan, differences } = fitRollback(saved, declaration, observed, new Set());
  if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [stale(cluster, differences)] };
  if (isEmptyPlan(plan)) return { kind: "nothing", cluster };
  return { kind: "planned", cluster, plan, savedAt: saved.savedAt, irreversible: saved.irreversible, observed };
}

export interface RollbackRequest extends RunOptions {
  /** As shown and approved; each cluster of the manifest without one is left alone. */
  readonly plans: readonly ClusterPlan[];
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
        return rollbackOne(reading, approved.get(cluster)!, context, request);
      }),
    ),
  );
}

async function rollbackOne(reading: ReadCluster, approved: ClusterPlan, context: OperationContext, request: RollbackRequest): Promise<AppliedCluster> {
  const { declaration, port } = reading;
  const cluster = declaration.name;
  if (approved.blocked.length > 0) return { kind: "refused", cluster, diagnostics: approved.blocked };
  try {
    return await exclusively(exclusiveRequest(reading, context, request), async (session): Promise<AppliedCluster> => {
      const saved = await session.readRollback();
      if (saved === null) return { kind: "refused", cluster, diagnostics: [stale(cluster, ["There is nothing to undo any more."])] };
      const observed = await port.inspect({ definitions: tablesOfRollback(saved) });
      const fitted = fitRollback(saved, declaration, observed, session.adoptable);
      const differences = [...fitted.differences, ...differenceBetweenPlans(approved, fitted.plan)];
      if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [stale(cluster, differences)] };
      return { kind: "applied", cluster, result: await executeVerified(session.executeRollback, reading, approved, request) };
    });
  } catch (error) {
    const diagnostics = diagnosticsOf(error, cluster);
    return { kind: isLocked(diagnostics) ? "locked" : "unreadable", cluster, diagnostics };
  }
}

function stale(cluster: string, differences: readonly string[]): Diagnostic {
  return errorDiagnostic({
    code: "ROLLBACK_STALE",
    summary: "The cluster is not as the last apply left it",
    detail: `Nothing was undone.\n${differences.map((line) => `  ${line}`).join("\n")}\nDeclare where the regions shall be, and plan.`,
    address: cluster,
  });
}
