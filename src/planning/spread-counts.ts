import { endsOf, evenCounts, possibleWindows, raise, reduce, type CountsProblem, type EvenCounts } from "./even-counts";

/** As {@link CountsProblem}, for places in zones: zone `zoneOf[i]` of `zones` holds place `i`. */
export interface SpreadProblem extends CountsProblem {
  readonly zoneOf: Int32Array;
  readonly zones: number;
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
  const windows = possibleWindows(problem);
  if (windows === null) return null;
  if (problem.zones < 2) return evenCounts(problem);
  let best: ZonedWindow | null = null;
  for (let low = windows[0]; low <= windows[1]; low += 1) {
    const found = zonedWindow(problem, low);
    if (found !== null && (best === null || found.arrivals <= best.arrivals)) best = found;
  }
  return best === null ? null : countsInZones(problem, best);
}

interface ZonedWindow {
  readonly low: number;
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly counts: Int32Array;
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly zoneLow: number;
  readonly arrivals: number;
}

function zonedWindow(problem: SpreadProblem, low: number): ZonedWindow | null {
  const { zoneOf, zones, skew, total } = problem;
  const [lower, upper] = endsOf(problem, low);
  const counts = problem.counts.map((count, place) => Math.min(Math.max(count, lower[place]!), upper[place]!));
  const [before, least, most, rank] = [
    new Int32Array(zones),
    new Int32Array(zones),
    new Int32Array(zones),
    new Float64Array(zones),
  ];
  let must = 0;
  for (let place = 0; place < counts.length; place += 1) {
    const zone = zoneOf[place]!;
    before[zone]! += counts[place]!;
    least[zone]! += lower[place]!;
    most[zone]! += upper[place]!;
    must += Math.max(0, lower[place]! - problem.counts[place]!);
  }
  const even = evenCounts({ counts: before, lower: least, upper: most, total, skew, strict: false, rank });
  if (even === null) return null;
  return { low, lower, upper, counts, before, after: even.counts, zoneLow: even.low, arrivals: must + even.arrivals };
}

function countsInZones(problem: SpreadProblem, window: ZonedWindow): EvenCounts {
  const places: number[][] = Array.from({ length: problem.zones }, () => []);
  problem.zoneOf.forEach((zone, place) => places[zone]!.push(place));
  places.forEach((members, zone) => {
    const change = window.after[zone]! - window.before[zone]!;
    if (change === 0) return;
    const counts = Int32Array.from(members, (place) => window.counts[place]!);
    const rank = Float64Array.from(members, (place) => problem.rank[place]!);
    if (change > 0)
      raise(
        counts,
        Int32Array.from(members, (place) => window.upper[place]!),
        change,
        rank,
      );
    else
      reduce(
        counts,
        Int32Array.from(members, (place) => window.lower[place]!),
        -change,
        rank,
      );
    members.forEach((place, index) => (window.counts[place] = counts[index]!));
  });
  return { counts: window.counts, low: window.low, arrivals: window.arrivals };
}

/** The windows that {@link spreadCounts} chose, for whoever has to keep to them: bounds of each place and each zone. */
export function spreadBounds(
  problem: SpreadProblem,
  low: number,
): {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly zoneLower: Int32Array;
  readonly zoneUpper: Int32Array;
} {
  const found = problem.zones < 2 ? null : zonedWindow(problem, low);
  const [lower, upper] = endsOf(problem, low);
  if (found === null) {
    return {
      lower,
      upper,
      zoneLower: new Int32Array(problem.zones),
      zoneUpper: new Int32Array(problem.zones).fill(problem.total),
    };
  }
  const [least, most] = [new Int32Array(problem.zones), new Int32Array(problem.zones)];
  problem.zoneOf.forEach((zone, place) => {
    least[zone]! += lower[place]!;
    most[zone]! += upper[place]!;
  });
  const clamp = (value: number, zone: number): number => Math.min(Math.max(value, least[zone]!), most[zone]!);
  return {
    lower,
    upper,
    zoneLower: least.map((_, zone) => clamp(found.zoneLow, zone)),
    zoneUpper: most.map((_, zone) => clamp(found.zoneLow + problem.skew, zone)),
  };
}
