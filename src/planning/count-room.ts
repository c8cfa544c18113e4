import { openDatanodes } from "./number-items";
import { sizesOf, type RuledItems } from "./rule-item";
import { tableKey } from "./table-key";

/** Whether counting leaves every region a place. Where it does, there may still be none. */
export function countsLeaveRoom(ruled: RuledItems): boolean {
  const { rule, items } = ruled;
  const drained = new Set(rule.exclude);
  if (items.some(({ target }) => target !== null && drained.has(target))) return false;
  const places = openDatanodes(rule).length;
  if (places === 0) {
    const stays = rule.strategy === "pinned";
    return items.every(({ region, target }) => target !== null || (stays && !drained.has(region.leader!)));
  }
  return fitsRegions(ruled, places) && fitsBytes(ruled, places) && fitsSkew(ruled, places);
}

function fitsRegions({ rule, items }: RuledItems, places: number): boolean {
  const most = rule.capacity.regions;
  if (most === undefined) return true;
  const counts = new Int32Array(places);
  for (const { fixed, place } of items) if (fixed && place >= 0) counts[place]! += 1;
  return items.length <= most * places && counts.every((count) => count <= most);
}

/** What must hold; that all regions fit beside each other cannot be told by counting. */
function fitsBytes({ rule, items }: RuledItems, places: number): boolean {
  if (rule.capacity.bytes === undefined) return true;
  const most = Number(rule.capacity.bytes);
  const sizes = sizesOf(items);
  const loads = new Float64Array(places);
  let sum = 0;
  for (const [index, { fixed, place }] of items.entries()) {
    if (sizes[index]! > most) return false;
    sum += sizes[index]!;
    if (fixed && place >= 0) loads[place]! += sizes[index]!;
  }
  return sum <= most * places && loads.every((load) => load <= most);
}

/** Whether pins leave a window of the maximum skew for the counts: of each table with `spread`, of all together with `balance`. */
function fitsSkew({ rule, items }: RuledItems, places: number): boolean {
  const { maxSkew, strategy, by } = rule;
  if (maxSkew === undefined || strategy === "pinned" || (strategy === "balance" && by === "bytes")) return true;
  const groups = new Map<string, { total: number; readonly fixed: Map<number, number> }>();
  let [table, group]: [unknown, { total: number; readonly fixed: Map<number, number> } | undefined] = [null, undefined];
  for (const { region, fixed, place } of items) {
    if (group === undefined || (strategy === "spread" && region.table !== table)) {
      table = region.table;
      const key = strategy === "spread" ? tableKey(region.table) : "";
      group = groups.get(key) ?? { total: 0, fixed: new Map() };
      groups.set(key, group);
    }
    group.total += 1;
    if (fixed && place >= 0) group.fixed.set(place, (group.fixed.get(place) ?? 0) + 1);
  }
  return [...groups.values()].every(({ total, fixed }) => {
    // The lowest window that the fullest place allows; what all others must then hold at least has to be there.
    const low = Math.max(0, ...[...fixed.values()].map((count) => count - maxSkew));
    let least = low * (places - fixed.size);
    for (const count of fixed.values()) least += Math.max(count, low);
    return least <= total;
  });
}
