import type { Move, TableChange } from "./change";
import type { ClusterPlan } from "./plan";
import { arrangeMoves } from "./plan-placement";
import { compareIds } from "./table-key";

/** The plan that undoes another, and what of it nothing can undo. */
export interface InversePlan {
  readonly plan: ClusterPlan;
  /** Changes without an inverse; they stay done. */
  readonly irreversible: readonly TableChange[];
}

/**
 * The plan that undoes `plan` once it has been executed: moves go back, table changes are undone last first. Placements after
 * creation need no undoing: they go with their table. It has to be checked against the live cluster like any other plan.
 */
export function inversePlan(plan: ClusterPlan): InversePlan {
  const undone = plan.tableChanges.flatMap((change) => (change.inverse === null ? [] : [change.inverse])).reverse();
  const moves = plan.moves.map(inverseMove).sort((a, b) => compareIds(a.region, b.region));
  return {
    plan: {
      ...plan,
      tableChanges: undone,
      ...arrangeMoves(moves, plan.settings.limits, plan.settings.serialPerTable),
      placeAfterCreate: [],
      rulesAfterCreate: [],
      blocked: [],
      warnings: [],
    },
    irreversible: plan.tableChanges.filter((change) => change.inverse === null),
  };
}

/** The move back. */
export function inverseMove(move: Move): Move {
  return { ...move, from: move.to, to: move.from, reason: "moved back" };
}
