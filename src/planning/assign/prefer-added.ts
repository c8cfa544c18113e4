import type { SharedCounts } from "./shared-places";
import { boundsOf, countsWithin, halves, nearestWindow, windowsOf, type SpreadProblem, type WindowRange } from "./spread-counts";
import { spreadTogether, type TableRegions } from "./spread-regions";

/**
 * Counts that are as even, need as few arrivals, and where regions come to added places only; the given ones when there are none.
 * Added are places without a region that may move: what datanodes that were there before exchange among each other, nobody wants.
 * Tables with regions that must leave their place are not bound to added ones.
 *
 * @param most how many regions of all tables a place may hold.
 */
export function preferAdded(
  tables: readonly TableRegions[],
  at: Int32Array,
  found: SharedCounts,
  most: number,
): SharedCounts {
  const places = tables[0]?.problem.zoneOf.length ?? 0;
  const added = new Uint8Array(places).fill(1);
  const bound = tables.map(({ free }) => {
    let stays = true;
    for (const region of free)
      if (at[region]! >= 0) added[at[region]!] = 0;
      else stays = false;
    return stays;
  });
  if (!added.includes(1)) return found;
  const problems = tables.map(({ problem }) => problem);
  if (!problems.some((problem, table) => bound[table]! && comesTo(problem, found.counts[table]!, added).old > 0)) return found;
  const limited = tables.map(({ problem }, table) => {
    if (!bound[table]!) return problem;
    const { counts, lower, upper } = problem;
    const kept = upper.map((high, place) =>
      added[place] === 1 ? high : Math.min(high, Math.max(lower[place]!, counts[place]!)),
    );
    return { ...problem, upper: kept };
  });
  const other = spreadTogether(limited, most).found;
  if (other !== null && other.arrivals <= found.arrivals && isEven(problems, other)) return other;
  return tableByTable(problems, limited, found, added, most);
}

/** How many cells (a window on a place) are looked at, of all tables together: with very many an old place may receive. */
const MOST_CELLS = 5_000_000;

function isEven(problems: readonly SpreadProblem[], { counts }: SharedCounts): boolean {
  return problems.every((problem, table) => nearestWindow(problem, windowsOf(problem)!, counts[table]!).missed === 0);
}

/**
 * Table by table, the counts of that window in which old places receive least, without more arrivals. In a problem whose old places may
 * receive nothing the windows are others: places that are full lower a zone, and counts that are even there may not be even here.
 */
function tableByTable(
  problems: readonly SpreadProblem[],
  limited: readonly SpreadProblem[],
  found: SharedCounts,
  added: Uint8Array,
  most: number,
): SharedCounts {
  const totals = new Float64Array(added.length);
  for (const counts of found.counts) counts.forEach((count, place) => (totals[place]! += count));
  let windowsLeft = Math.ceil(MOST_CELLS / added.length);
  const counts = found.counts.map((own, table) => {
    const problem = problems[table]!;
    const rank = totals.map((total, place) => total - own[place]!);
    let [best, least] = [own, comesTo(problem, own, added).old];
    const windows = least === 0 ? [] : someWindows(problem, windowsLeft);
    windowsLeft -= windows.length;
    for (const window of windows) {
      const other = limitedTo(problem, window, limited[table]!.upper, rank);
      if (other === null || other.some((count, place) => count + rank[place]! > most)) continue;
      const { all, old } = comesTo(problem, other, added);
      if (old < least && all <= comesTo(problem, own, added).all) [best, least] = [other, old];
    }
    best.forEach((count, place) => (totals[place] = rank[place]! + count));
    return best;
  });
  return { counts, arrivals: sum(counts.map((own, table) => comesTo(problems[table]!, own, added).all)) };
}

/** The windows of a table, one by one, but no more than so many. */
function someWindows(problem: SpreadProblem, most: number): readonly WindowRange[] {
  const open = [windowsOf(problem)];
  const single: WindowRange[] = [];
  for (let range = open.pop(); range !== undefined && range !== null && single.length < most; range = open.pop()) {
    const parts = halves(problem, range);
    if (parts === null) single.push(range);
    else open.push(...parts);
  }
  return single;
}

/** The counts of a window where places hold no more than `most` but what the window asks for; null when there are none. */
function limitedTo(problem: SpreadProblem, window: WindowRange, most: Int32Array, rank: Float64Array): Int32Array | null {
  const bounds = boundsOf(problem, window);
  const upper = bounds.upper.map((high, place) => Math.max(bounds.lower[place]!, Math.min(high, most[place]!)));
  const room = new Int32Array(problem.zones);
  upper.forEach((high, place) => (room[problem.zoneOf[place]!]! += high));
  const zoneUpper = bounds.zoneUpper.map((high, zone) => Math.min(high, room[zone]!));
  if (bounds.zoneLower.some((low, zone) => low > zoneUpper[zone]!)) return null;
  return countsWithin({ ...problem, rank }, { ...bounds, upper, zoneUpper })?.counts ?? null;
}

/** How many come to all places, and how many of them to old ones. */
function comesTo({ counts }: SpreadProblem, after: Int32Array, added: Uint8Array): { readonly all: number; readonly old: number } {
  let [all, old] = [0, 0];
  for (let place = 0; place < counts.length; place += 1) {
    const arrivals = Math.max(0, after[place]! - counts[place]!);
    all += arrivals;
    if (added[place] === 0) old += arrivals;
  }
  return { all, old };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
