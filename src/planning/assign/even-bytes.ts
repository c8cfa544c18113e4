import { Heap } from "../heap";

/** Regions that shall be placed by their sizes. Numbers are whole and below 2^53. */
export interface BytesProblem {
  /** Where each region is; negative: at a place that must be left. */
  readonly at: Int32Array;
  /** Regions that must stay where they are. */
  readonly fixed: Uint8Array;
  readonly size: Float64Array;
  readonly places: number;
  /** The bytes that each place shall hold, at least and at most. */
  readonly low: number;
  readonly high: number;
  /** How many regions a place may hold. */
  readonly most: number;
  readonly forbids: (region: number, place: number) => boolean;
}

export interface EvenBytes {
  readonly target: Int32Array;
  /** Regions that must leave and found no place; they stay. */
  readonly left: readonly number[];
  /** What each place then holds, in bytes. */
  readonly load: Float64Array;
}

/** How far a place may be from the mean: a tenth of it. */
const TOLERANCE = 0.1;

/**
 * The band in which `balance` by bytes keeps the places: a tenth of the mean around it, or the size of the largest region where that
 * is more. A region that is larger than the mean of the rest has a place for itself and does not count. The lower end is that for the
 * given number of places or for fewer, whichever is lowest: a place that was in the band still is when places are added.
 */
export function bytesBand(sizes: Float64Array, places: number): { readonly low: number; readonly high: number } {
  let [total, largest] = [0, 0];
  for (const size of sizes) {
    total += size;
    largest = Math.max(largest, size);
  }
  if (largest * places <= total) return bandAround(total / places, largest);
  const sorted = Float64Array.from(sizes).sort().reverse();
  let [rest, giants, lowest, high] = [total, 0, Infinity, Infinity];
  for (let count = 1; count <= places; count += 1) {
    // With more places the mean is lower, so that what was too large for it still is.
    while (giants < count - 1 && giants < sorted.length && sorted[giants]! > rest / (count - giants)) {
      rest -= sorted[giants]!;
      giants += 1;
    }
    const band = bandAround(rest / (count - giants), sorted[giants] ?? 0);
    lowest = Math.min(lowest, band.low);
    high = band.high;
  }
  return { low: lowest, high };
}

function bandAround(mean: number, largest: number): { readonly low: number; readonly high: number } {
  const width = Math.max(mean * TOLERANCE, largest);
  return { low: Math.max(0, Math.floor(mean - width)), high: Math.ceil(mean + width) };
}

/**
 * Brings every place into the band, as far as it can, with few bytes. The problem is as hard as packing bins.
 *
 * 1. What must leave goes first, the largest first, each to the place that holds least.
 * 2. While a place is above the band, or one below it, a region goes from the fullest to the emptiest place: the smallest that brings
 *    one of both into the band and keeps the other in it, else the largest that keeps both, else the smallest that helps at all.
 * 3. Every step makes the places more even, so it ends; it ends where another run would begin, so a second plan is empty.
 */
export function evenBytes(problem: BytesProblem): EvenBytes {
  const state = new State(problem);
  const left = placeLeaving(problem, state);
  relieveCounts(problem, state);
  while (step(problem, state));
  return { target: state.target, left, load: state.load };
}

class State {
  readonly target: Int32Array;
  readonly load: Float64Array;
  readonly count: Int32Array;
  /** Regions of each place that may move, smallest first. */
  readonly movable: number[][];

  constructor(readonly problem: BytesProblem) {
    const { at, fixed, size, places } = problem;
    this.target = at.slice();
    this.load = new Float64Array(places);
    this.count = new Int32Array(places);
    this.movable = Array.from({ length: places }, () => []);
    for (let region = 0; region < at.length; region += 1) {
      const place = at[region]!;
      if (place < 0) continue;
      this.load[place]! += size[region]!;
      this.count[place]! += 1;
      if (fixed[region] === 0) this.movable[place]!.push(region);
    }
    for (const own of this.movable) own.sort((a, b) => this.#order(a, b));
  }

  #order(a: number, b: number): number {
    return this.problem.size[a]! - this.problem.size[b]! || a - b;
  }

  /** The position of the first movable region of a place that is at least so large. */
  firstOf(place: number, size: number): number {
    const own = this.movable[place]!;
    let [low, high] = [0, own.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.problem.size[own[middle]!]! < size) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  put(region: number, place: number): void {
    const from = this.target[region]!;
    const size = this.problem.size[region]!;
    if (from >= 0) {
      this.load[from]! -= size;
      this.count[from]! -= 1;
      this.movable[from]!.splice(this.movable[from]!.indexOf(region), 1);
    }
    this.target[region] = place;
    this.load[place]! += size;
    this.count[place]! += 1;
    const own = this.movable[place]!;
    let index = this.firstOf(place, size);
    while (index < own.length && this.#order(own[index]!, region) < 0) index += 1;
    own.splice(index, 0, region);
  }
}

function placeLeaving({ at, size, places, most, forbids }: BytesProblem, state: State): readonly number[] {
  const leaving: number[] = [];
  for (let region = 0; region < at.length; region += 1) if (at[region]! < 0) leaving.push(region);
  if (leaving.length === 0) return [];
  leaving.sort((a, b) => size[b]! - size[a]! || a - b);
  const open = new Heap<number>(
    (a, b) => state.load[a]! < state.load[b]! || (state.load[a] === state.load[b] && a < b),
  );
  for (let place = 0; place < places; place += 1) if (state.count[place]! < most) open.push(place);
  const left: number[] = [];
  for (const region of leaving) {
    const passed: number[] = [];
    let place = open.pop();
    for (; place !== undefined && forbids(region, place); place = open.pop()) passed.push(place);
    for (const each of passed) open.push(each);
    if (place === undefined) left.push(region);
    else {
      state.put(region, place);
      if (state.count[place]! < most) open.push(place);
    }
  }
  return left;
}

/** A place with more regions than it may have gives its smallest ones. */
function relieveCounts({ places, most, forbids }: BytesProblem, state: State): void {
  for (let place = 0; place < places; place += 1) {
    if (state.count[place]! <= most) continue;
    for (const region of [...state.movable[place]!]) {
      if (state.count[place]! <= most) break;
      const end = emptiest(state, (each) => state.count[each]! < most && !forbids(region, each));
      if (end >= 0) state.put(region, end);
    }
  }
}

/** Moves one region; false when nothing helps any more. Places that no region may come to are passed over. */
function step(problem: BytesProblem, state: State): boolean {
  const closed = new Set<number>();
  for (;;) {
    const to = emptiest(state, (place) => !closed.has(place) && state.count[place]! < problem.most);
    if (to < 0) return false;
    if (stepTo(problem, state, to)) return true;
    if (!isClosed(problem, state, to)) return false;
    closed.add(to);
  }
}

function isClosed({ forbids }: BytesProblem, { movable }: State, to: number): boolean {
  return movable.every((own, from) => from === to || own.every((region) => forbids(region, to)));
}

function stepTo(problem: BytesProblem, state: State, to: number): boolean {
  const { low, high } = problem;
  const tooLittle = state.load[to]! < low;
  const hopeless = new Set<number>();
  for (let from = fullest(state, hopeless); from >= 0; from = fullest(state, hopeless)) {
    if (state.load[from]! <= high && !(tooLittle && state.load[from]! > low)) return false;
    if (transfer(problem, state, from, to)) return true;
    hopeless.add(from);
  }
  return false;
}

function transfer({ size, low, high, forbids }: BytesProblem, state: State, from: number, to: number): boolean {
  if (from === to) return false;
  const [source, target] = [state.load[from]!, state.load[to]!];
  const wanted = Math.max(source - high, low - target, 1);
  const limit = Math.min(high - target, source - low);
  const own = state.movable[from]!;
  const fits = (index: number): boolean => own[index] !== undefined && !forbids(own[index], to);
  let index = state.firstOf(from, wanted);
  if (!fits(index) || size[own[index]!]! > limit) {
    index = state.firstOf(from, limit + 1) - 1;
    if (!fits(index) || size[own[index]!]! < 1) index = state.firstOf(from, 1);
    if (!fits(index) || target + size[own[index]!]! >= source) return false;
  }
  state.put(own[index]!, to);
  return true;
}

/** The place with the fewest bytes, the first of equal ones; -1 when none is allowed. */
function emptiest({ load }: State, allowed: (place: number) => boolean): number {
  let found = -1;
  for (let place = 0; place < load.length; place += 1)
    if ((found < 0 || load[place]! < load[found]!) && allowed(place)) found = place;
  return found;
}

/** The place with the most bytes of those that are not hopeless, the first of equal ones; -1 when all are. */
function fullest({ load }: State, hopeless: ReadonlySet<number>): number {
  let found = -1;
  for (let place = 0; place < load.length; place += 1)
    if ((found < 0 || load[place]! > load[found]!) && !hopeless.has(place)) found = place;
  return found;
}
