import type { AssignmentProblem } from "./assignment";

/** What each place must and may hold, in bytes. */
export interface Band {
  readonly least: (place: number) => number;
  readonly most: (place: number) => number;
}

export interface FewestBytes {
  readonly moves: number;
  readonly bytes: number;
}

/**
 * Bounds of the moves, and of the bytes moved, that bring all places within theirs. What must leave leaves; a place that holds too
 * much gives at least its largest regions, one that holds too little receives at least as many as if all were as large as the
 * largest; each region leaves one place and comes to one.
 */
export function fewestByBytes(
  { at, fixed, size, places, mostRegions }: AssignmentProblem,
  { least, most }: Band,
): FewestBytes {
  const load = new Float64Array(places);
  const count = new Int32Array(places);
  const own: number[][] = Array.from({ length: places }, () => []);
  const [out, into] = [
    { moves: 0, bytes: 0 },
    { moves: 0, bytes: 0 },
  ];
  let largest = 0;
  for (let region = 0; region < at.length; region += 1) {
    const [place, bytes] = [at[region]!, size[region]!];
    if (fixed[region] === 0) largest = Math.max(largest, bytes);
    if (place < 0) {
      out.moves += 1;
      out.bytes += bytes;
      continue;
    }
    load[place]! += bytes;
    count[place]! += 1;
    if (fixed[region] === 0) own[place]!.push(bytes);
  }
  for (let place = 0; place < places; place += 1) {
    const [excess, surplus] = [load[place]! - most(place), count[place]! - mostRegions];
    if (excess > 0 || surplus > 0) {
      const sizes = Float64Array.from(own[place]!).sort();
      out.moves += Math.max(0, surplus, countOfLargest(sizes, excess));
      out.bytes += Math.max(0, excess, sumOfSmallest(sizes, surplus));
    }
    const deficit = least(place) - load[place]!;
    if (deficit <= 0) continue;
    into.moves += Math.ceil(deficit / Math.max(1, largest));
    into.bytes += deficit;
  }
  return { moves: Math.max(out.moves, into.moves), bytes: Math.max(out.bytes, into.bytes) };
}

/** How many of the largest have so many bytes together; all when they have not. */
function countOfLargest(sizes: Float64Array, bytes: number): number {
  let [left, count] = [bytes, 0];
  while (left > 0 && count < sizes.length) {
    count += 1;
    left -= sizes[sizes.length - count]!;
  }
  return count;
}

function sumOfSmallest(sizes: Float64Array, count: number): number {
  return sizes.subarray(0, Math.max(0, count)).reduce((sum, size) => sum + size, 0);
}
