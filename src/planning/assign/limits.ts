import type { AssignmentProblem } from "./assignment";
import type { Limit } from "./search-problem";
import { boundsOf, halves, windowsOf, type SpreadProblem, type WindowRange } from "./spread-counts";

/** What each place may hold of everything. */
export function capacityLimits({ places, mostRegions, mostBytes }: AssignmentProblem): readonly Limit[] {
  const limits: Limit[] = [];
  for (let place = 0; place < places; place += 1) {
    const all = { places: [place], table: null, least: 0 };
    if (mostRegions !== Infinity) limits.push({ ...all, measure: "regions", most: mostRegions });
    if (mostBytes !== Infinity) limits.push({ ...all, measure: "bytes", most: mostBytes });
  }
  return limits;
}

/** With more cells (a table on a place) a search would only look at limits. */
const MOST_CELLS = 10_000;

/**
 * The limits of each combination of the tables' windows: a placement is within the skew when it keeps one of them. null when there
 * are more than `most`, or too many tables.
 */
export function windowLimits(tables: readonly SpreadProblem[], most: number): readonly (readonly Limit[])[] | null {
  if (tables.length * (tables[0]?.zoneOf.length ?? 0) > MOST_CELLS) return null;
  let combinations: readonly (readonly Limit[])[] = [[]];
  for (const [table, problem] of tables.entries()) {
    if (problem.skew === Infinity) continue;
    const range = windowsOf(problem);
    if (range === null) return [];
    const windows = singleWindows(problem, range, most);
    if (windows === null || windows.length * combinations.length > most) return null;
    const own = windows.map((window) => limitsOfWindow(problem, table, window));
    combinations = combinations.flatMap((limits) => own.map((more) => [...limits, ...more]));
  }
  return combinations;
}

function singleWindows(problem: SpreadProblem, range: WindowRange, most: number): readonly WindowRange[] | null {
  const single: WindowRange[] = [];
  const open = [range];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const parts = halves(problem, next);
    if (parts !== null) open.push(parts[1], parts[0]);
    else if (single.push(next) > most) return null;
  }
  return single;
}

function limitsOfWindow(problem: SpreadProblem, table: number, window: WindowRange): readonly Limit[] {
  const { lower, upper, zoneLower, zoneUpper } = boundsOf(problem, window);
  const { zones, zoneOf } = problem;
  const limit = (places: readonly number[], least: number, most: number): Limit => ({
    places,
    table,
    measure: "regions",
    least,
    most,
  });
  const members: number[][] = Array.from({ length: zones }, () => []);
  zoneOf.forEach((zone, place) => members[zone]!.push(place));
  return [
    ...Array.from(lower, (least, place) => limit([place], least, upper[place]!)),
    ...(zones < 2 ? [] : members.map((places, zone) => limit(places, zoneLower[zone]!, zoneUpper[zone]!))),
  ];
}
