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
export function preferAdded(tables: readonly TableRegions[], at: Int32Array, found: SharedCounts, most: number): SharedCounts {
  const added = new Uint8Array(tables[0]?.problem.zoneOf.length ?? 0).fill(1);
  for (const region of tables.flatMap(({ free }) => free)) if (at[region]! >= 0) added[at[region]!] = 0;
  if (!added.includes(1)) return found;
  const bound = tables.map(({ free }) => free.every((region) => at[region]! >= 0));
  const comesToOld = ({ problem }: TableRegions, table: number): boolean =>
    bound[table]! && problem.counts.some((count, place) => added[place] === 0 && found.counts[table]![place]! > count);
  if (!tables.some(comesToOld)) return found;
  const limited = tables.map(({ problem }, table) => {
    if (!bound[table]!) return problem;
    const { counts, lower, upper } = problem;
    const kept = upper.map((high, place) => (added[place] === 1 ? high : Math.min(high, Math.max(lower[place]!, counts[place]!))));
    return { ...problem, upper: kept };
  });
  const other = spreadTogether(limited, most).found;
  if (other === null || other.arrivals > found.arrivals) return found;
  const isEven = tables.every(({ problem }, table) => nearestWindow(problem, windowsOf(problem)!, other.counts[table]!).missed === 0);
  return isEven ? other : found;
}
