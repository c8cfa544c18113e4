import type { PlanProgress } from "../../convergence/plan-progress";
import { canonicalJson } from "../../planning/canonical-json";
import type { TableChange, TableName } from "../../planning/change";
import type { ClusterPlan } from "../../planning/plan";
import { tablesMadeBy } from "../../planning/plan-cluster";
import { differenceBetweenPlans } from "../../planning/plan-diff";
import { tableKey } from "../../planning/table-key";

/**
 * What has changed between an approved plan and the plan of the same declaration now, one line each, without what an interrupted run
 * of the approved plan has done itself: moves that are made and changes that are done. `fresh` is made with {@link madeTables}.
 */
export function differencesSince(approved: ClusterPlan, fresh: ClusterPlan, progress: PlanProgress): readonly string[] {
  const needed = new Set(fresh.tableChanges.map(identityOf));
  const isDone = (change: TableChange, index: number): boolean => progress.begunChanges.has(index) && !needed.has(identityOf(change));
  const undone = approved.tableChanges.filter((change, index) => progress.doneChanges.has(index) && needed.has(identityOf(change)));
  const left: ClusterPlan = { ...approved, tableChanges: approved.tableChanges.filter((change, index) => !isDone(change, index)) };
  return [
    ...undone.map((change) => `${tableKey(change.table)}: ${change.kind} was done by the interrupted run, and is needed again.`),
    ...differenceBetweenPlans(left, fresh, progress.moves),
  ];
}

/** The tables that an interrupted run of the approved plan has made, or may have: placing them is still to be done. */
export function madeTables(approved: ClusterPlan, { begunChanges }: PlanProgress): readonly TableName[] {
  return tablesMadeBy(approved.tableChanges.filter((_, index) => begunChanges.has(index)));
}

function identityOf({ reason: _, inverse: __, ...change }: TableChange): string {
  return canonicalJson(change);
}
