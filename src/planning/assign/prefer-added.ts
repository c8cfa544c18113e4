import type { SharedCounts } from "./shared-places";
import { nearestWindow, windowsOf } from "./spread-counts";
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
  if (!tables.some(({ problem }, table) => bound[table]! && comesToOld(problem.counts, found.counts[table]!, added)))
    return found;
  const limited = tables.map(({ problem }, table) => {
    if (!bound[table]!) return problem;
    const { counts, lower, upper } = problem;
    const kept = upper.map((high, place) =>
      added[place] === 1 ? high : Math.min(high, Math.max(lower[place]!, counts[place]!)),
    );
    return { ...problem, upper: kept };
  });
  const other = spreadTogether(limited, most).found;
  if (other === null || other.arrivals > found.arrivals) return found;
  const isEven = tables.every(
    ({ problem }, table) => nearestWindow(problem, windowsOf(problem)!, other.counts[table]!).missed === 0,
  );
  return isEven ? other : found;
}

function comesToOld(before: Int32Array, after: Int32Array, added: Uint8Array): boolean {
  for (let place = 0; place < before.length; place += 1)
    if (added[place] === 0 && after[place]! > before[place]!) return true;
  return false;
}
