import {
  addsTo,
  clampedCounts,
  endsOf,
  evenCounts,
  isForced,
  possibleWindows,
  raise,
  reduce,
  type CountsProblem,
  type EvenCounts,
} from "./even-counts";

/** As {@link CountsProblem}, for places in zones: zone `zoneOf[i]` of `zones` holds place `i`. */
export interface SpreadProblem extends CountsProblem {
  readonly zoneOf: Int32Array;
  readonly zones: number;
}

/** What each place and each zone must and may hold. */
export interface SpreadBounds {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly zoneLower: Int32Array;
  readonly zoneUpper: Int32Array;
}

/** Windows of the places from `low` to `high`, and windows of the zones from `zoneLow` to `zoneHigh`. */
export interface WindowRange {
  readonly low: number;
  readonly high: number;
  readonly zoneLow: number;
  readonly zoneHigh: number;
}

/**
 * The counts within a window of places and then within a window of zones that need the fewest arrivals; null when there are none.
 * Places come first: a zone's window is lifted to what its places must hold and lowered to what they may hold.
 *
 * 1. For each possible window of the places, what a zone holds when only what must leaves or enters one of its places is its own
 *    count; every further region in a zone is one arrival, wherever in it.
 * 2. So the zones' counts are again a problem of {@link evenCounts}; it gives the fewest arrivals of this window.
 * 3. The best window wins; of equal ones the highest. Inside a zone the places that hold least receive, those with most give.
 */
export function spreadCounts(problem: SpreadProblem): EvenCounts | null {
  const windows = placeWindows(problem);
  if (windows === null) return null;
  if (problem.zones < 2) return evenCounts(problem);
  let best: ZonedCounts | null = null;
  for (let low = windows[0]; low <= windows[1]; low += 1) {
    const [lower, upper] = endsOf(problem, low);
    const zoned = clampedToZones(problem, lower, upper);
    const even = evenCounts(zoneProblem(problem, zoned));
    if (even === null) continue;
    const arrivals = zoned.arrivals + even.arrivals;
    if (best === null || arrivals <= best.arrivals)
      best = { ...zoned, lower, upper, low, after: even.counts, arrivals };
  }
  return best === null ? null : { counts: settleZones(problem, best), low: best.low, arrivals: best.arrivals };
}

/** The counts within these bounds that need the fewest arrivals; null when there are none. */
export function countsWithin(
  problem: SpreadProblem,
  bounds: SpreadBounds,
): Pick<EvenCounts, "counts" | "arrivals"> | null {
  const zoned = clampedToZones(problem, bounds.lower, bounds.upper);
  const even = evenCounts({
    ...zoneProblem(problem, zoned),
    lower: bounds.zoneLower,
    upper: bounds.zoneUpper,
    skew: Infinity,
  });
  if (even === null) return null;
  const counts = settleZones(problem, { ...zoned, ...bounds, after: even.counts });
  return { counts, arrivals: zoned.arrivals + even.arrivals };
}

/** The zones' windows depend on the places' window, so that one adds nothing to another only where both are forced to the same. */
function placeWindows(problem: SpreadProblem): readonly [number, number] | null {
  if (problem.zones < 2) return possibleWindows(problem);
  return possibleWindows(
    problem,
    (_, window, other) => !isForced(problem, window) || !isForced(problem, other) || addsTo(problem, window, other),
  );
}

/** All windows that can hold the total; null when there are none. */
export function windowsOf(problem: SpreadProblem): WindowRange | null {
  const windows = placeWindows(problem);
  return windows === null ? null : rangeOf(problem, ...windows);
}

/** Two halves of some windows; null when there is only one. */
export function halves(problem: SpreadProblem, range: WindowRange): readonly [WindowRange, WindowRange] | null {
  const { low, high, zoneLow, zoneHigh } = range;
  if (low < high) {
    const middle = (low + high) >> 1;
    return [rangeOf(problem, low, middle), rangeOf(problem, middle + 1, high)];
  }
  if (zoneLow === zoneHigh) return null;
  const middle = (zoneLow + zoneHigh) >> 1;
  return [
    { ...range, zoneHigh: middle },
    { ...range, zoneLow: middle + 1 },
  ];
}

/** The bounds within which the counts of any of these windows are: exact for a single window. */
export function boundsOf(problem: SpreadProblem, { low, high, zoneLow, zoneHigh }: WindowRange): SpreadBounds {
  const [lower, upperOfLow] = endsOf(problem, low);
  const [lowerOfHigh, upper] = low === high ? [lower, upperOfLow] : endsOf(problem, high);
  const sum = (ends: Int32Array): Int32Array => zoneSums(problem, ends);
  const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
  const [least, most, leastOfHigh, mostOfHigh] = [sum(lower), sum(upperOfLow), sum(lowerOfHigh), sum(upper)];
  const zoneSkew = problem.zones < 2 ? Infinity : problem.skew;
  return {
    lower,
    upper,
    zoneLower: least.map((must, zone) => clamp(zoneLow, must, most[zone]!)),
    zoneUpper: mostOfHigh.map((may, zone) => clamp(zoneHigh + zoneSkew, leastOfHigh[zone]!, may)),
  };
}

/** The window of these that the counts are nearest to, and how far they are from it: 0 when they are within. */
export function nearestWindow(problem: SpreadProblem, range: WindowRange, counts: Int32Array): NearestWindow {
  const { low, high } = range;
  const [from, to, missed] = fittingWindows(problem, low, high, counts, problem.lower, problem.upper);
  let best: NearestWindow = { window: range, missed: Infinity };
  for (let each = to; each >= from && best.missed > missed; each -= 1) {
    const window = low === high ? range : rangeOf(problem, each, each);
    const zoned = nearestZoneWindow(problem, window, counts);
    if (missed + zoned.missed < best.missed) best = { ...zoned, missed: missed + zoned.missed };
  }
  return best;
}

interface NearestWindow {
  readonly window: WindowRange;
  readonly missed: number;
}

function nearestZoneWindow(problem: SpreadProblem, window: WindowRange, counts: Int32Array): NearestWindow {
  if (problem.zones < 2) return { window, missed: 0 };
  const { zoneLow, zoneHigh } = window;
  const [lower, upper] = endsOf(problem, window.low);
  const [held, least, most] = [counts, lower, upper].map((values) => zoneSums(problem, values));
  const [, to, missed] = fittingWindows(problem, zoneLow, zoneHigh, held!, least!, most!);
  return { window: { ...window, zoneLow: to, zoneHigh: to }, missed };
}

/** The first and the last of these windows that the counts are within; else the nearest one, and by how much they are too far apart. */
function fittingWindows(
  { skew }: CountsProblem,
  low: number,
  high: number,
  counts: Int32Array,
  lower: Int32Array,
  upper: Int32Array,
): readonly [from: number, to: number, missed: number] {
  let [from, to] = [low, high];
  for (let place = 0; place < counts.length; place += 1) {
    const count = counts[place]!;
    if (count > lower[place]!) from = Math.max(from, count - skew);
    if (count < upper[place]!) to = Math.min(to, count);
  }
  if (from <= to) return [from, to, 0];
  const nearest = Math.min(Math.max(Math.floor((from + to) / 2), low), high);
  return [nearest, nearest, from - to];
}

function rangeOf(problem: SpreadProblem, low: number, high: number): WindowRange {
  if (problem.zones < 2) return { low, high, zoneLow: 0, zoneHigh: 0 };
  let [zoneLow, zoneHigh] = [Infinity, -Infinity];
  for (let each = low; each <= high; each += 1) {
    const [lower, upper] = endsOf(problem, each);
    const zones = possibleWindows(zoneProblem(problem, clampedToZones(problem, lower, upper)));
    zoneLow = Math.min(zoneLow, zones![0]);
    zoneHigh = Math.max(zoneHigh, zones![1]);
  }
  return { low, high, zoneLow, zoneHigh };
}

/** Places within their bounds, and what their zones then hold. */
interface ClampedCounts {
  readonly counts: Int32Array;
  readonly before: Int32Array;
  readonly least: Int32Array;
  readonly most: Int32Array;
  /** What had to come into places that hold less than they must. */
  readonly arrivals: number;
}

interface ZonedCounts extends ClampedCounts {
  readonly low: number;
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  /** What each zone shall hold. */
  readonly after: Int32Array;
}

function clampedToZones(problem: SpreadProblem, lower: Int32Array, upper: Int32Array): ClampedCounts {
  const counts = clampedCounts(problem.counts, lower, upper);
  let arrivals = 0;
  for (let place = 0; place < counts.length; place += 1)
    arrivals += Math.max(0, lower[place]! - problem.counts[place]!);
  const sum = (values: Int32Array): Int32Array => zoneSums(problem, values);
  return { counts, before: sum(counts), least: sum(lower), most: sum(upper), arrivals };
}

function zoneProblem({ zones, total, skew }: SpreadProblem, { before, least, most }: ClampedCounts): CountsProblem {
  return { counts: before, lower: least, upper: most, total, skew, strict: false, rank: new Float64Array(zones) };
}

function zoneSums({ zoneOf, zones }: SpreadProblem, values: Int32Array): Int32Array {
  const sums = new Int32Array(zones);
  for (let place = 0; place < values.length; place += 1) sums[zoneOf[place]!]! += values[place]!;
  return sums;
}

/** Brings every zone to what it shall hold. */
function settleZones(
  problem: SpreadProblem,
  { counts, before, after, lower, upper }: Pick<ZonedCounts, "counts" | "before" | "after" | "lower" | "upper">,
): Int32Array {
  const places: number[][] = Array.from({ length: problem.zones }, () => []);
  problem.zoneOf.forEach((zone, place) => places[zone]!.push(place));
  places.forEach((members, zone) => {
    const change = after[zone]! - before[zone]!;
    if (change === 0) return;
    const own = Int32Array.from(members, (place) => counts[place]!);
    const ends = Int32Array.from(members, (place) => (change > 0 ? upper : lower)[place]!);
    const rank = Float64Array.from(members, (place) => problem.rank[place]!);
    if (change > 0) raise(own, ends, change, rank);
    else reduce(own, ends, -change, rank);
    members.forEach((place, index) => (counts[place] = own[index]!));
  });
  return counts;
}
