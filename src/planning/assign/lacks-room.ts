/** What a place has room for. */
export interface Room {
  readonly bytes: number;
  readonly regions: number;
}

/**
 * Whether regions of these sizes certainly do not fit on the places; where it says no, they still may not fit.
 *
 * For each size, the regions that are at least so large are looked at. Those that leave no room for another of them have a place each;
 * the others have to fit on the places that are left: by their number and by their bytes (after Martello and Toth's bounds for bins).
 */
export function lacksRoom(largestFirst: readonly number[], rooms: readonly Room[]): boolean {
  const most = rooms.reduce((greatest, { bytes }) => Math.max(greatest, bytes), 0);
  const bytes = [0];
  for (const size of largestFirst) bytes.push(bytes.at(-1)! + size);
  for (let count = 1; count <= largestFirst.length; count += 1) {
    const size = largestFirst[count - 1]!;
    if (largestFirst[count] === size) continue;
    const alone = countAbove(largestFirst, count, most - size);
    const usable = rooms.filter((room) => room.bytes >= size && room.regions > 0);
    if (usable.length < alone) return true;
    const left = usable.length - alone;
    const slots = usable.map((room) => Math.min(room.regions, Math.floor(room.bytes / Math.max(1, size))));
    const space = usable.map((room) => room.bytes);
    if (sumOfGreatest(slots, left) < count - alone) return true;
    if (sumOfGreatest(space, left) < bytes[count]! - bytes[alone]!) return true;
  }
  return false;
}

/** How many of the first `count` are larger than this. */
function countAbove(largestFirst: readonly number[], count: number, size: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (largestFirst[middle]! > size) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sumOfGreatest(values: number[], count: number): number {
  values.sort((a, b) => b - a);
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += values[index]!;
  return sum;
}
