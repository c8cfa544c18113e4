import type { PlanProgress } from "../convergence/exclusive-run";
import { canonicalJson } from "../planning/canonical-json";
import type { TableChange } from "../planning/change";
import type { ClusterPlan } from "../planning/plan";
import { differenceBetweenPlans } from "../planning/plan-diff";
import { sameTable, tableKey } from "../planning/table-key";
import { samePartitionRule } from "../topology/same-partition-rule";

/**
 * What has changed between an approved plan and the plan of the same declaration now, one line each, without what an interrupted run
 * of the approved plan has done itself: moves that are made, changes that are done, and the regions of tables that it has created,
 * which now have moves of their own to where the approved plan wants them.
 */
export function differencesSince(approved: ClusterPlan, fresh: ClusterPlan, progress: PlanProgress): readonly string[] {
  const needed = new Set(fresh.tableChanges.map(identityOf));
  const isDone = (change: TableChange, index: number): boolean => progress.begunChanges.has(index) && !needed.has(identityOf(change));
  const undone = approved.tableChanges.filter((change, index) => progress.doneChanges.has(index) && needed.has(identityOf(change)));
  const made = approved.placeAfterCreate.filter(({ table }) =>
    approved.tableChanges.some((change, index) => sameTable(change.table, table) && isDone(change, index)),
  );
  const foreseen = (move: ClusterPlan["moves"][number]): boolean => {
    const pins = Object.entries(made.find(({ table }) => sameTable(table, move.table))?.pins ?? {});
    return pins.some(([partition, target]) => target === move.to && samePartitionRule(partition, move.partition));
  };
  const left: ClusterPlan = {
    ...approved,
    tableChanges: approved.tableChanges.filter((change, index) => !isDone(change, index)),
    placeAfterCreate: approved.placeAfterCreate.filter((place) => !made.includes(place)),
  };
  const now: ClusterPlan = { ...fresh, moves: fresh.moves.filter((move) => !foreseen(move)) };
  return [
    ...undone.map((change) => `${tableKey(change.table)}: ${change.kind} was done by the interrupted run, and is needed again.`),
    ...differenceBetweenPlans(left, now, progress.moves),
  ];
}

function identityOf({ reason: _, inverse: __, ...change }: TableChange): string {
  return canonicalJson(change);
}
