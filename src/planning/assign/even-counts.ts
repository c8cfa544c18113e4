/**
 * How many things each of some places shall hold. `counts[i]` is what place `i` holds when nothing moves, `lower[i]` and
 * `upper[i]` are what it must and may hold; `total` is what all places hold together, also what comes from elsewhere.
 */
export interface CountsProblem {
  readonly counts: Int32Array;
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly total: number;
  /** How many more one place may hold than another, at least 1; infinite: evenness is not asked for. */
  readonly skew: number;
  /** Whether bounds may lift a place out of the window: no (`strict`), or yes, then it stays at its bound. */
  readonly strict: boolean;
  /** Decides between equals: places with the lower rank receive first and give last. Then the lower index does. */
  readonly rank: Float64Array;
}

export interface EvenCounts {
  readonly counts: Int32Array;
  /** The lower end of the window that the counts are in. */
  readonly low: number;
  /** What has to come into places beyond what they hold: the fewest possible. */
  readonly arrivals: number;
}

/**
 * The counts within a window `low … low + skew`, each place's bounds respected, that need the fewest arrivals over all windows;
 * null when there are none.
 *
 * 1. A window is possible when the places at its lower ends need no more than the total and at its upper ends no less; these
 *    windows are an interval.
 * 2. In a window, a place below its lower end must receive, one above its upper end must give; the arrivals are the greater of
 *    both sums. The first grows with the window, the second shrinks: the best window is where they cross.
 * 3. What is left over goes to the places that hold least, or comes from those that hold most.
 */
export function evenCounts(problem: CountsProblem): EvenCounts | null {
  const windows = possibleWindows(problem);
  if (windows === null) return null;
  let [low, high] = windows;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { needed, given } = arrivalsIn(problem, middle);
    if (needed >= given) high = middle;
    else low = middle + 1;
  }
  const at = (window: number): number => {
    const { needed, given } = arrivalsIn(problem, window);
    return Math.max(needed, given);
  };
  const best = low > windows[0] && at(low - 1) < at(low) ? low - 1 : low;
  return countsInWindow(problem, best);
}

/**
 * The lowest and the highest window that can hold the total; null when there is none. A window at the ends that adds nothing to its
 * neighbour is left out, so that with a skew of 1 there is one window.
 *
 * @param adds whether a window allows what its neighbour does not.
 */
export function possibleWindows(problem: CountsProblem, adds = addsTo): readonly [number, number] | null {
  const found = windowsWithTotal(problem);
  if (found === null) return null;
  let [from, to] = found;
  while (from < to && !adds(problem, from, from + 1)) from += 1;
  while (from < to && !adds(problem, to, to - 1)) to -= 1;
  return [from, to];
}

/** Whether the total allows counts in a window that it does not allow in another. */
export function addsTo(problem: CountsProblem, window: number, other: number): boolean {
  const { lower, upper } = tightEnds(problem, window);
  const [least, most] = endsOf(problem, other);
  return lower.some((low, place) => low < least[place]! || upper[place]! > most[place]!);
}

/** Whether the total leaves a window no choice. */
export function isForced(problem: CountsProblem, window: number): boolean {
  const { lower, upper } = tightEnds(problem, window);
  return lower.every((low, place) => low === upper[place]!);
}

/** Both ends of the window at each place, as far as the total lets a place come to them. */
function tightEnds(problem: CountsProblem, window: number): { readonly lower: Int32Array; readonly upper: Int32Array } {
  const [lower, upper] = endsOf(problem, window);
  const spare = problem.total - sumOf(lower);
  const missing = sumOf(upper) - problem.total;
  return {
    lower: lower.map((low, place) => Math.max(low, upper[place]! - missing)),
    upper: upper.map((high, place) => Math.min(high, lower[place]! + spare)),
  };
}

function sumOf(values: Int32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function windowsWithTotal(problem: CountsProblem): readonly [number, number] | null {
  const { counts, lower, upper, total, skew, strict } = problem;
  let [least, most, floor, ceiling] = [0, 0, 0, Number.MAX_SAFE_INTEGER];
  for (let place = 0; place < counts.length; place += 1) {
    if (lower[place]! > upper[place]!) return null;
    least += lower[place]!;
    most += upper[place]!;
    floor = Math.max(floor, lower[place]!);
    ceiling = Math.min(ceiling, upper[place]!);
  }
  if (least > total || most < total) return null;
  if (skew === Infinity) return [0, 0];
  const first = lowestWith(total, (low) => sumAt(problem, low + skew) >= total);
  const last = lowestWith(total + 1, (low) => sumAt(problem, low) > total) - 1;
  const [from, to] = strict ? [Math.max(first, floor - skew), Math.min(last, ceiling)] : [first, last];
  return from > to ? null : [from, to];
}

/** The counts of one window that {@link possibleWindows} allows. */
export function countsInWindow(problem: CountsProblem, low: number): EvenCounts {
  const { needed, given } = arrivalsIn(problem, low);
  const [lower, upper] = endsOf(problem, low);
  const counts = clampedCounts(problem.counts, lower, upper);
  let left = problem.total;
  for (const count of counts) left -= count;
  if (left > 0) raise(counts, upper, left, problem.rank);
  else if (left < 0) reduce(counts, lower, -left, problem.rank);
  return { counts, low, arrivals: Math.max(needed, given) };
}

/** Both ends of the window at each place, within the place's bounds. */
export function endsOf(problem: CountsProblem, low: number): readonly [Int32Array, Int32Array] {
  const { lower, upper, skew } = problem;
  if (skew === Infinity) return [lower, upper];
  return [clampedEach(low, lower, upper), clampedEach(low + skew, lower, upper)];
}

/** One value for each place, within the place's bounds. A plain loop: this is most of the time of a plan with a thousand tables. */
function clampedEach(value: number, lower: Int32Array, upper: Int32Array): Int32Array {
  const clamped = new Int32Array(lower.length);
  for (let place = 0; place < clamped.length; place += 1)
    clamped[place] = Math.min(Math.max(value, lower[place]!), upper[place]!);
  return clamped;
}

/** The counts within the bounds of their places. */
export function clampedCounts(counts: Int32Array, lower: Int32Array, upper: Int32Array): Int32Array {
  const clamped = new Int32Array(counts.length);
  for (let place = 0; place < clamped.length; place += 1)
    clamped[place] = Math.min(Math.max(counts[place]!, lower[place]!), upper[place]!);
  return clamped;
}

function arrivalsIn(problem: CountsProblem, low: number): { readonly needed: number; readonly given: number } {
  const { counts, lower, upper, skew } = problem;
  let [needed, surplus, present] = [0, 0, 0];
  const [bottom, top] = skew === Infinity ? [0, Infinity] : [low, low + skew];
  for (let place = 0; place < counts.length; place += 1) {
    const count = counts[place]!;
    const least = Math.min(Math.max(bottom, lower[place]!), upper[place]!);
    const most = Math.min(Math.max(top, lower[place]!), upper[place]!);
    present += count;
    if (count < least) needed += least - count;
    else if (count > most) surplus += count - most;
  }
  return { needed, given: surplus + problem.total - present };
}

function sumAt({ lower, upper }: CountsProblem, level: number): number {
  let sum = 0;
  for (let place = 0; place < lower.length; place += 1) sum += Math.min(Math.max(level, lower[place]!), upper[place]!);
  return sum;
}

/** The lowest number from 0 to `most` for which a monotonous condition holds; `most` when it holds for none below. */
function lowestWith(most: number, holds: (value: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Adds `amount` to the places that hold least. Needs room for it. */
export function raise(counts: Int32Array, upper: Int32Array, amount: number, rank: Float64Array): void {
  const added = (level: number): number => {
    let sum = 0;
    for (let place = 0; place < counts.length; place += 1)
      sum += Math.max(0, Math.min(level, upper[place]!) - counts[place]!);
    return sum;
  };
  const level = lowestWith(greatest(upper), (value) => added(value + 1) > amount);
  let left = amount - added(level);
  for (let place = 0; place < counts.length; place += 1)
    counts[place] = Math.max(counts[place]!, Math.min(level, upper[place]!));
  const next: number[] = [];
  for (let place = 0; place < counts.length; place += 1)
    if (counts[place] === level && upper[place]! > level) next.push(place);
  next.sort((a, b) => rank[a]! - rank[b]! || a - b);
  for (const place of next) {
    if (left === 0) return;
    counts[place] = level + 1;
    left -= 1;
  }
}

/** Takes `amount` from the places that hold most. Needs as much above their lower ends. */
export function reduce(counts: Int32Array, lower: Int32Array, amount: number, rank: Float64Array): void {
  const taken = (level: number): number => {
    let sum = 0;
    for (let place = 0; place < counts.length; place += 1)
      sum += Math.max(0, counts[place]! - Math.max(level, lower[place]!));
    return sum;
  };
  const level = lowestWith(greatest(counts), (value) => taken(value) <= amount);
  let left = amount - taken(level);
  for (let place = 0; place < counts.length; place += 1)
    counts[place] = Math.min(counts[place]!, Math.max(level, lower[place]!));
  const next: number[] = [];
  for (let place = 0; place < counts.length; place += 1)
    if (counts[place] === level && lower[place]! < level) next.push(place);
  next.sort((a, b) => rank[b]! - rank[a]! || b - a);
  for (const place of next) {
    if (left === 0) return;
    counts[place] = level - 1;
    left -= 1;
  }
}

function greatest(values: Int32Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}
