import { isKept, loadOf, movesOf, overfullPlaces, type Assigned } from "./assignment";
import type { Assignment, AssignmentProblem } from "./assignment";
import { relieveByBytes } from "./assign-by-bytes";
import { bestWithin, isSmall } from "./best-within";
import { fewestByBytes } from "./byte-bounds";
import type { Limit } from "./search-problem";
import { capacityLimits, windowLimits } from "./limits";
import { placeRegions } from "./place-regions";
import { relievePlaces } from "./relieve-places";
import { preferAdded } from "./prefer-added";
import type { SharedCounts } from "./shared-places";
import { boundsOf, nearestWindow, windowsOf, type SpreadProblem } from "./spread-counts";
import { leastSkew, spreadTogether, tablesOf } from "./spread-regions";

/** More combinations of windows than this are not searched to the end. */
const MOST_COMBINATIONS = 32;

/**
 * Places regions so that their numbers are right: of each table over places and zones (`spread`), of all tables over places
 * (`balance`), or within the capacity (`pinned`). As far as numbers go these are the fewest moves; a capacity in bytes, or followers
 * that are in the way, may ask for more.
 *
 * Without a skew that was asked for, capacity comes before evenness: as long as no placement is within the capacity, places may
 * differ by more.
 */
export function assignByCounts(problem: AssignmentProblem): Assignment {
  const counted = problem.strategy === "spread" ? problem : asOneTable(problem);
  const first = assignWithin(counted);
  if (isKept(first) || problem.strict || problem.strategy === "pinned") return first;
  const anyhow = relieveByBytes(counted);
  if (!isKept(anyhow)) return anyhow;
  for (const skew of skewsBeyond(counted, first)) {
    const relaxed = assignWithin({ ...counted, skew });
    if (isKept(relaxed)) return { ...relaxed, uneven: true };
  }
  return { ...anyhow, uneven: true };
}

/** Whether there may be a placement, by numbers alone; where it says no, there is none. `mostWork`: as for {@link spreadTogether}. */
export function countsArePossible(problem: AssignmentProblem, mostWork: number): boolean {
  const counted = problem.strategy === "spread" ? problem : asOneTable(problem);
  const problems = tablesOf(counted).map((table) => table.problem);
  const { found, fewest } = spreadTogether(problems, problem.mostRegions, mostWork);
  return found !== null || fewest !== Infinity;
}

/** All regions as those of one table, in one zone: only how many a place holds counts. */
function asOneTable(problem: AssignmentProblem): AssignmentProblem {
  return {
    ...problem,
    tables: 1,
    tableOf: new Int32Array(problem.at.length),
    zones: 1,
    zoneOf: new Int32Array(problem.places),
    skew: problem.strategy === "pinned" ? Infinity : problem.skew,
  };
}

/** The next skews to try, as long as they limit anything; the first is the least for which the numbers are possible. */
function* skewsBeyond(problem: AssignmentProblem, first: Assignment): Generator<number> {
  const next = (skew: number): number => (skew < 8 && isSmall(problem) ? skew + 1 : skew * 2);
  let skew = next(problem.skew);
  if (first.kind === "impossible")
    skew = leastSkew(
      tablesOf(problem).map((table) => table.problem),
      problem.mostRegions,
    );
  for (; skew < problem.at.length; skew = next(skew)) yield skew;
}

function assignWithin(problem: AssignmentProblem): Assignment {
  const tables = tablesOf(problem);
  const problems = tables.map((table) => table.problem);
  const { found: any, fewest } = spreadTogether(problems, problem.mostRegions);
  if (any === null) return { kind: "impossible", proven: fewest === Infinity };
  const found = preferAdded(tables, problem.at, any, problem.mostRegions);
  const target = problem.at.slice();
  const load = loadOf(problem, problem.at);
  const left = tables.flatMap(({ free, problem: { lower } }, table) => {
    const quota = found.counts[table]!.map((count, place) => count - lower[place]!);
    return placeRegions({ ...problem, regions: free, quota, load }, target);
  });
  const draft = relieved(problem, problems, found, { ...EVEN, target, left, minimumMoves: fewest });
  const kept = isKept(draft) ? draft.target : null;
  if (kept !== null && movesOf(problem, kept) === draft.minimumMoves) return draft;
  const alternatives = (): readonly (readonly Limit[])[] | null => {
    const capacity = capacityLimits(problem);
    return windowLimits(problems, MOST_COMBINATIONS)?.map((limits) => [...limits, ...capacity]) ?? null;
  };
  const best = bestWithin(problem, { alternatives, saves: "moves", known: kept, fewest: draft.minimumMoves });
  if (best.target === null && best.complete && left.length === 0) return { kind: "impossible", proven: true };
  if (best.target === null) return draft;
  return { ...EVEN, target: best.target, left: [], minimumMoves: best.fewest };
}

const EVEN = { kind: "assigned", minimumBytes: null, uneven: false, overfull: [] } as const;

/** After a placement by counts: moves and exchanges regions where a place holds more bytes than it may. */
function relieved(
  problem: AssignmentProblem,
  tables: readonly SpreadProblem[],
  { counts }: SharedCounts,
  assigned: Assigned,
): Assigned {
  const { mostBytes } = problem;
  if (overfullPlaces(problem, assigned.target).length === 0) return assigned;
  const [surplus, lacking] = [new Int32Array(problem.places), new Int32Array(problem.places)];
  const windows = tables.map((table, index) => {
    const own = counts[index]!.slice();
    const range = windowsOf(table)!;
    const { lower, upper } = boundsOf(table, range);
    table.counts.forEach((count, place) => {
      surplus[place]! += Math.max(0, count - upper[place]!);
      lacking[place]! += lower[place]! - count;
    });
    return { counts: own, bounds: boundsOf(table, nearestWindow(table, range, own).window) };
  });
  const target = relievePlaces(problem, assigned.target, windows);
  const { moves } = fewestByBytes(problem, {
    least: () => 0,
    most: () => mostBytes,
    surplus: (place) => surplus[place]!,
    lacking: (place) => lacking[place]!,
  });
  const minimumMoves = Math.max(assigned.minimumMoves, moves);
  return { ...assigned, target, minimumMoves, overfull: overfullPlaces(problem, target) };
}
