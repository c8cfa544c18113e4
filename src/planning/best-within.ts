import type { AssignmentProblem } from "./assignment";
import { costOf, MOST_SEARCHED_PLACES, MOST_WORK, searchExactly, type Limit, type SearchProblem } from "./exact-search";

export interface BestWithin {
  /** The best placement that is known; null when none is. */
  readonly target: Int32Array | null;
  /** Whether there is no better one; or, without a target, none at all. */
  readonly complete: boolean;
}

/** With more regions a search comes to no end. */
const MOST_REGIONS = 300;

/**
 * The best of the placements that keep one of these sets of limits, as far as a search finds it.
 *
 * @param alternatives null: too many to search.
 * @param known one that keeps them, to begin with; null when there is none.
 */
export function bestWithin(
  problem: AssignmentProblem,
  alternatives: readonly (readonly Limit[])[] | null,
  saves: SearchProblem["saves"],
  known: Int32Array | null,
): BestWithin {
  if (alternatives === null || problem.at.length > MOST_REGIONS || problem.places > MOST_SEARCHED_PLACES)
    return { target: known, complete: false };
  let [target, work] = [known, MOST_WORK];
  for (const limits of alternatives) {
    const cost = target === null ? Infinity : costOf({ ...problem, saves }, target);
    const found = searchExactly({ ...problem, limits, saves }, cost, work);
    target = found.target ?? target;
    work = found.workLeft;
  }
  return { target, complete: work > 0 };
}
