import type { ClusterPlan } from "../planning/plan";
import type { RegionId } from "../topology/ids";
import type { ResumeState } from "./journal/resume";

/** How far an interrupted run has come with a plan. */
export interface PlanProgress {
  /** Regions that it has moved, or has submitted to where the plan wants them. */
  readonly moves: ReadonlySet<RegionId>;
  /** Positions of the table changes that it has begun; those in `doneChanges` are known to be done. */
  readonly begunChanges: ReadonlySet<number>;
  readonly doneChanges: ReadonlySet<number>;
}

/** What the interrupted run of a journal has done of a plan; nothing when the last run came to its end or had another plan. */
export function progressOf(plan: ClusterPlan, { interrupted, unfinished }: ResumeState): PlanProgress {
  if (interrupted === null || interrupted.basis !== plan.basis)
    return { moves: new Set(), begunChanges: new Set(), doneChanges: new Set() };
  const { doneMoves, begunChanges, doneChanges } = interrupted;
  const begun = plan.moves.filter(({ region, to }) => doneMoves.get(region) === to || unfinished.get(region)?.to === to);
  return { moves: new Set(begun.map(({ region }) => region)), begunChanges, doneChanges };
}
