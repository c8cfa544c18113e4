import { isKept, type Assignment, type AssignmentProblem } from "./assignment";
import { balanceByBytes, relieveByBytes } from "./assign-by-bytes";
import { assignByCounts } from "./assign-by-counts";

/** So often an assignment is tried again from where it leads to. */
const MOST_ROUNDS = 8;

/**
 * Places the regions by the strategy with as few moves as the rules allow.
 *
 * A plan that has been executed must leave nothing to plan. Where rules could be kept only in part, what can be reached may depend on
 * where the regions are; so from where it leads to it is assigned again, until it stays.
 */
export function assignRegions(problem: AssignmentProblem): Assignment {
  const first = assignOnce(problem);
  if (first.kind === "impossible" || !first.uneven || !isKept(first)) return first;
  let last = first;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = assignOnce({ ...problem, at: last.target });
    if (!isKept(next) || next.target.every((place, region) => place === last.target[region])) break;
    last = next;
  }
  return { ...last, minimumMoves: first.minimumMoves, minimumBytes: first.minimumBytes };
}

function assignOnce(problem: AssignmentProblem): Assignment {
  if (problem.strategy === "balance" && problem.by === "bytes") return balanceByBytes(problem);
  if (problem.strategy === "pinned" && problem.mostBytes !== Infinity) return relieveByBytes(problem);
  return assignByCounts(problem);
}
