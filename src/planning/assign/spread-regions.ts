import type { AssignmentProblem } from "./assignment";
import type { SharedCounts } from "./shared-places";
import { spreadCounts, type SpreadProblem } from "./spread-counts";
import { searchSpread, type SpreadSearch } from "./spread-search";

/** The regions of one table: those that may move, and how many each place holds and shall hold. */
export interface TableRegions {
  readonly free: readonly number[];
  readonly problem: SpreadProblem;
}

/** The regions of each table over all places, within the skew of the problem. */
export function tablesOf(problem: AssignmentProblem): readonly TableRegions[] {
  const { places, zoneOf, zones, skew, strict, mostRegions, at, fixed } = problem;
  const groups: number[][] = Array.from({ length: problem.tables }, () => []);
  problem.tableOf.forEach((table, region) => groups[table]!.push(region));
  const none = new Int32Array(places);
  const uppers = new Map<number, Int32Array>();
  const rank = new Float64Array(places);
  return groups.map((regions) => {
    const counts = new Int32Array(places);
    let lower = none;
    const free: number[] = [];
    for (const region of regions) {
      const place = at[region]!;
      if (place >= 0) counts[place]! += 1;
      if (fixed[region] === 0) free.push(region);
      else {
        if (lower === none) lower = new Int32Array(places);
        lower[place]! += 1;
      }
    }
    const most = Math.min(mostRegions, regions.length);
    // Most tables are alike, and a thousand of them on a thousand places have a million cells.
    const upper = uppers.get(most) ?? new Int32Array(places).fill(most);
    uppers.set(most, upper);
    return { free, problem: { counts, lower, upper, total: regions.length, skew, strict, rank, zoneOf, zones } };
  });
}

/**
 * How many regions of each table every place shall hold: over the places as evenly as the skew says, then over the zones, with the
 * fewest arrivals.
 *
 * 1. Table by table; between equals, the place that holds least of all tables receives. That needs the fewest arrivals there can be.
 * 2. Where a place then holds more regions of all tables together than it may, the tables depend on each other: {@link searchSpread}.
 */
export function spreadTogether(tables: readonly SpreadProblem[], most: number, mostWork?: number): SpreadSearch {
  const alone = spreadAlone(tables, most);
  if (alone === null) return { found: null, fewest: Infinity };
  return alone.fits ? { found: alone, fewest: alone.arrivals } : searchSpread(tables, most, mostWork);
}

function spreadAlone(
  tables: readonly SpreadProblem[],
  most: number,
): (SharedCounts & { readonly fits: boolean }) | null {
  const totals = new Float64Array(tables[0]?.zoneOf.length ?? 0);
  for (const { counts } of tables) counts.forEach((count, place) => (totals[place]! += count));
  const counts: Int32Array[] = [];
  let arrivals = 0;
  for (const table of tables) {
    const even = spreadCounts(tables.length === 1 ? table : { ...table, rank: totals });
    if (even === null) return null;
    arrivals += even.arrivals;
    counts.push(even.counts);
    even.counts.forEach((count, place) => (totals[place]! += count - table.counts[place]!));
  }
  return { counts, arrivals, fits: totals.every((total) => total <= most) };
}

/**
 * The least skew, above that of the tables, for which they fit on the places at all; Infinity when there is none, as far as a search
 * finds out. It does not depend on where the regions are: when they have gone where a plan wants them, the next plan must want the same.
 */
export function leastSkew(tables: readonly SpreadProblem[], most: number): number {
  const wanted = tables[0]!.skew;
  const greatest = tables.reduce((least, { total }) => Math.max(least, total), wanted);
  const fits = (skew: number): boolean => {
    const anywhere = tables.map((table) => ({ ...table, skew, counts: new Int32Array(table.counts.length) }));
    return searchSpread(anywhere, most).found !== null;
  };
  let [below, skew] = [wanted, wanted + 1];
  while (!fits(skew)) {
    if (skew >= greatest) return Infinity;
    [below, skew] = [skew, Math.min(greatest, skew * 2)];
  }
  while (skew - below > 1) {
    const middle = (below + skew) >> 1;
    if (fits(middle)) skew = middle;
    else below = middle;
  }
  return skew;
}
