import { exclusivelyKwdb } from "../../convergence/kwdb/exclusive-run";
import { kwdbRollbackBasis, readKwdbRollback, type SavedKwdbRollback } from "../../convergence/kwdb/rollback-file";
import { stateDirectory, statePaths } from "../../convergence/journal/state-directory";
import type { KwdbPort } from "../../engines/kwdb-port";
import { clusterIdentity } from "../../engines/open";
import type { KwdbChange } from "../../planning/kwdb/change";
import type { ObservedKwdbCluster } from "../../planning/kwdb/observed";
import type { KwdbPlan } from "../../planning/kwdb/plan";
import { differenceBetweenKwdbPlans } from "../../planning/kwdb/plan-diff";
import { undoState } from "../../planning/kwdb/undo-state";
import type { TopologyManifest } from "../../topology/manifest";
import { isLocked, rollbackStale, type AppliedCluster, type RunOptions } from "../apply-outcome";
import { diagnosticsOf, type OperationContext, type ReadKwdbCluster } from "../read-cluster";
import type { PlannedRollback } from "../planned-rollback";
import { exclusiveKwdbRequest, execute } from "./apply";

/** What undoing the last apply to a KWDB cluster would do now. Changes nothing. */
export async function planKwdbRollback({ declaration, port }: ReadKwdbCluster, { env }: OperationContext): Promise<PlannedRollback> {
  const cluster = declaration.name;
  const saved = await readKwdbRollback(statePaths(stateDirectory(env), clusterIdentity(declaration, env)).rollback);
  if (saved === null) return { kind: "nothing", cluster };
  const observed = await readFor(saved, port);
  const { plan, differences } = fit(saved, observed);
  if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, differences)] };
  if (plan.changes.length === 0) return { kind: "nothing", cluster };
  return { kind: "planned", engine: "kwdb", cluster, plan, savedAt: saved.savedAt, irreversible: saved.irreversible, observed };
}

/** Does exactly the approved rollback, or refuses and names what changed since. */
export async function rollbackKwdb(
  manifest: TopologyManifest,
  reading: ReadKwdbCluster,
  approved: KwdbPlan,
  context: OperationContext,
  request: RunOptions,
): Promise<AppliedCluster> {
  const { declaration, port } = reading;
  const cluster = declaration.name;
  try {
    return await exclusivelyKwdb(exclusiveKwdbRequest(manifest, reading, context, request), async (session): Promise<AppliedCluster> => {
      const saved = await session.readRollback();
      if (saved === null) return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, ["There is nothing to undo any more."])] };
      const fitted = fit(saved, await readFor(saved, port));
      const differences = [...fitted.differences, ...differenceBetweenKwdbPlans(approved, fitted.plan)];
      if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, differences)] };
      return { kind: "applied", engine: "kwdb", cluster, result: await execute(session.executeOnly, reading, approved, request) };
    });
  } catch (error) {
    const diagnostics = diagnosticsOf(error, cluster);
    return { kind: isLocked(diagnostics) ? "locked" : "unreadable", cluster, diagnostics };
  }
}

/** What of a saved rollback is still to be undone, and what no longer fits the live cluster. */
function fit(saved: SavedKwdbRollback, observed: ObservedKwdbCluster): { readonly plan: KwdbPlan; readonly differences: readonly string[] } {
  const states = saved.plan.changes.map((change) => ({ change, state: undoState(change, observed) }));
  const changes = states.filter(({ state }) => state.kind === "needed").map(({ change }) => change);
  const plan = { ...saved.plan, changes };
  return {
    plan: { ...plan, basis: kwdbRollbackBasis(plan) },
    differences: states.flatMap(({ state }) => (state.kind === "differs" ? [state.text] : [])),
  };
}

function readFor({ plan }: SavedKwdbRollback, port: KwdbPort): Promise<ObservedKwdbCluster> {
  const zones = plan.changes.flatMap((change) => ("target" in change && change.kind !== "rebalance" ? [zoneOf(change)] : []));
  const settings = plan.changes.flatMap((change) => ("type" in change ? [{ name: change.name, value: "" }] : []));
  return port.inspect({ cluster: { zones, settings, rebalances: [] } });
}

/** A zone of which only the target matters: that its table and partitions are read. */
function zoneOf({ target }: Extract<KwdbChange, { readonly target: unknown }>) {
  return { target, values: {}, copyFromParent: [], allowSystemRange: true, waitForReplicas: false };
}
