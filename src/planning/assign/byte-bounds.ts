import type { AssignmentProblem } from "./assignment";

/** What each place must and may hold, in bytes. */
export interface Band {
  readonly least: (place: number) => number;
  readonly most: (place: number) => number;
  /** How many regions a place has too many, and has too few (negative: so many to spare); absent: as its capacity says. */
  readonly surplus?: (place: number) => number;
  readonly lacking?: (place: number) => number;
}

export interface FewestBytes {
  readonly moves: number;
  readonly bytes: number;
}

/**
 * Bounds of the moves, and of the bytes moved, that bring all places within theirs. What must leave leaves; a place that holds too
 * much gives at least its largest regions, one that holds too little receives at least as many as if all were as large as the
 * largest, and what it gave when it has too few then; each region leaves one place and comes to one.
 */
export function fewestByBytes(
  { at, fixed, size, places, mostRegions }: AssignmentProblem,
  { least, most, surplus = () => 0, lacking = () => -Infinity }: Band,
): FewestBytes {
  const load = new Float64Array(places);
  const count = new Int32Array(places);
  const [out, into] = [
    { moves: 0, bytes: 0 },
    { moves: 0, bytes: 0 },
  ];
  let largest = 0;
  for (let region = 0; region < at.length; region += 1) {
    const place = at[region]!;
    const bytes = size[region]!;
    if (fixed[region] === 0) largest = Math.max(largest, bytes);
    if (place < 0) {
      out.moves += 1;
      out.bytes += bytes;
      continue;
    }
    load[place]! += bytes;
    count[place]! += 1;
  }
  const surplusOf = (place: number): number => Math.max(count[place]! - mostRegions, surplus(place));
  const isOver = (place: number): boolean => load[place]! > most(place) || surplusOf(place) > 0;
  const own = new Map<number, number[]>();
  for (let place = 0; place < places; place += 1) if (isOver(place)) own.set(place, []);
  for (let region = 0; own.size > 0 && region < at.length; region += 1)
    if (fixed[region] === 0) own.get(at[region]!)?.push(size[region]!);
  for (let place = 0; place < places; place += 1) {
    let giving = 0;
    if (own.has(place)) {
      const sizes = Float64Array.from(own.get(place)!).sort();
      const excess = load[place]! - most(place);
      giving = Math.max(surplusOf(place), countOfLargest(sizes, excess));
      out.moves += giving;
      out.bytes += Math.max(excess, sumOfSmallest(sizes, surplusOf(place)));
    }
    const deficit = Math.max(0, least(place) - load[place]!);
    into.moves += Math.max(0, lacking(place) + giving, Math.ceil(deficit / Math.max(1, largest)));
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
  return sizes.subarray(0, count).reduce((sum, size) => sum + size, 0);
}
