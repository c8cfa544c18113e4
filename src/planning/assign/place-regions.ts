import { Heap } from "../heap";

/** Regions of one group that may take each other's place, and how many of them each place shall hold in the end. */
export interface PlacingProblem {
  /** Regions that may move, by number, in canonical order. */
  readonly regions: readonly number[];
  /** Where each region is; negative: at a place that must be left. Indexed by the region's number, as `size` and `target`. */
  readonly at: Int32Array;
  readonly size: Float64Array;
  /** How many of `regions` each place shall hold. */
  readonly quota: Int32Array;
  /** Bytes that each place holds; kept up to date. */
  readonly load: Float64Array;
  /** What a place may hold; Infinity: as much as comes. */
  readonly mostBytes: number;
  /** Whether a region must not go to a place. */
  readonly forbids: (region: number, place: number) => boolean;
}

/**
 * Which regions leave and where each goes, as few and as small ones as the quotas allow; written to `target`.
 *
 * 1. A place with too many gives its smallest regions, the first of equal ones, and as long as it holds too many bytes its largest; what
 *    is at a place that must be left always leaves.
 * 2. The largest goes first, each to the place with room that has received the fewest bytes (where bytes are limited: that holds the
 *    fewest), then the first.
 * 3. Where that must not be, to the next such place, or it changes places with one that was placed before.
 *
 * @returns regions for which there was no place; they stay.
 */
export function placeRegions(problem: PlacingProblem, target: Int32Array): readonly number[] {
  const { regions, at, size, quota } = problem;
  const present: number[][] = Array.from(quota, () => []);
  const leaving: number[] = [];
  for (const region of regions) {
    const place = at[region]!;
    target[region] = place;
    if (place < 0) leaving.push(region);
    else present[place]!.push(region);
  }
  const smallestFirst = (a: number, b: number): number => size[a]! - size[b]! || a - b;
  const arriving: Arriving[] = [];
  present.forEach((own, place) => {
    const surplus = own.length - quota[place]!;
    if (surplus > 0) leaving.push(...chosenToLeave(problem, own.sort(smallestFirst), place, surplus));
    else if (surplus < 0) arriving.push({ place, room: -surplus, received: 0 });
  });
  leaving.sort((a, b) => size[b]! - size[a]! || a - b);
  const open = new Heap<Arriving>(
    (a, b) =>
      a.received < b.received ||
      (a.received === b.received && (b.room < a.room || (b.room === a.room && a.place < b.place))),
  );
  for (const end of arriving) open.push(end);
  const placed: number[] = [];
  const left: number[] = [];
  for (const region of leaving) {
    const place = takeRoom(problem, open, region) ?? exchange(problem, open, placed, target, region);
    if (place === null) left.push(region);
    else {
      target[region] = place;
      placed.push(region);
    }
  }
  for (const region of placed) {
    if (at[region]! >= 0) problem.load[at[region]!]! -= size[region]!;
    problem.load[target[region]!]! += size[region]!;
  }
  return left;
}

interface Arriving {
  readonly place: number;
  room: number;
  /** Bytes that it has received; where bytes are limited, that it holds. */
  received: number;
}

function chosenToLeave(
  { size, load, mostBytes }: PlacingProblem,
  smallestFirst: readonly number[],
  place: number,
  count: number,
): readonly number[] {
  let [excess, largest] = [load[place]! - mostBytes, 0];
  while (excess > 0 && largest < count) {
    largest += 1;
    excess -= size[smallestFirst[smallestFirst.length - largest]!]!;
  }
  return [...smallestFirst.slice(0, count - largest), ...smallestFirst.slice(smallestFirst.length - largest)];
}

function takeRoom({ size, forbids }: PlacingProblem, open: Heap<Arriving>, region: number): number | null {
  const passed: Arriving[] = [];
  let found: Arriving | undefined;
  for (found = open.pop(); found !== undefined && forbids(region, found.place); found = open.pop()) passed.push(found);
  for (const end of passed) open.push(end);
  if (found === undefined) return null;
  found.room -= 1;
  found.received += size[region]!;
  if (found.room > 0) open.push(found);
  return found.place;
}

/** Every place with room is forbidden to the region: one that was placed elsewhere goes there, and the region to where that was. */
function exchange(
  problem: PlacingProblem,
  open: Heap<Arriving>,
  placed: readonly number[],
  target: Int32Array,
  region: number,
): number | null {
  for (const other of placed) {
    const place = target[other]!;
    if (problem.forbids(region, place)) continue;
    const instead = takeRoom(
      { ...problem, forbids: (_, end) => problem.forbids(other, end) || end === problem.at[other] },
      open,
      other,
    );
    if (instead === null) continue;
    target[other] = instead;
    return place;
  }
  return null;
}
