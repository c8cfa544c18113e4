import { lacksRoom } from "../assign/lacks-room";
import { openDatanodes } from "./number-items";
import { sizesOf, type RuledItems } from "./rule-item";
import { tableKey } from "../table-key";

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
  return fits(ruled, places) && fitsSkew(ruled, places);
}

/** Whether the regions seem to fit within the capacities beside those that have their place. */
function fits({ rule, items }: RuledItems, places: number): boolean {
  const { regions = Infinity, bytes } = rule.capacity;
  if (regions === Infinity && bytes === undefined) return true;
  const rooms = Array.from({ length: places }, () => ({
    regions,
    bytes: bytes === undefined ? Infinity : Number(bytes),
  }));
  const sizes = bytes === undefined ? new Float64Array(items.length) : sizesOf(items);
  const free: number[] = [];
  for (const [index, { fixed, place }] of items.entries()) {
    if (!fixed || place < 0) {
      free.push(sizes[index]!);
      continue;
    }
    rooms[place]!.regions -= 1;
    rooms[place]!.bytes -= sizes[index]!;
  }
  if (rooms.some((room) => room.regions < 0 || room.bytes < 0)) return false;
  return !lacksRoom([...Float64Array.from(free).sort().reverse()], rooms);
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
