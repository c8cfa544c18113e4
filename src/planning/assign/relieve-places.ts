import { loadOf, type AssignmentProblem } from "./assignment";
import type { SpreadBounds } from "./spread-counts";

/** The regions of one table on each place, and the bounds within which their numbers are even. */
export interface TableWindow {
  readonly counts: Int32Array;
  readonly bounds: SpreadBounds;
}

/** How many of the emptiest places are looked at for one exchange. */
const CANDIDATES = 32;

/**
 * Takes bytes from places that hold more than they may, as far as it can, while the numbers of regions stay within the windows of their
 * tables: from the fullest place a region goes to an emptier one, or changes places with a smaller region of its table there. What adds
 * the fewest moves comes first, then what relieves most.
 */
export function relievePlaces(
  problem: AssignmentProblem,
  assigned: Int32Array,
  windows: readonly TableWindow[],
): Int32Array {
  const state = new State(problem, assigned, windows);
  for (let place = state.fullest(); place >= 0; place = state.fullest()) state.relieve(place);
  return state.target;
}

interface Step {
  readonly region: number;
  /** The region that comes instead; null: none. */
  readonly instead: number | null;
  readonly to: number;
  readonly moves: number;
  readonly relief: number;
}

class State {
  readonly target: Int32Array;
  readonly #load: Float64Array;
  readonly #total: Int32Array;
  /** Regions of each place that may move. */
  readonly #members: readonly number[][];
  readonly #zoneCounts: readonly Int32Array[];
  readonly #hopeless = new Set<number>();

  constructor(
    private readonly problem: AssignmentProblem,
    assigned: Int32Array,
    private readonly windows: readonly TableWindow[],
  ) {
    const { places, fixed, zones, zoneOf } = problem;
    this.target = assigned.slice();
    this.#load = loadOf(problem, assigned);
    this.#total = new Int32Array(places);
    this.#members = Array.from({ length: places }, () => []);
    assigned.forEach((place, region) => {
      if (place < 0) return;
      this.#total[place]! += 1;
      if (fixed[region] === 0) this.#members[place]!.push(region);
    });
    this.#zoneCounts = windows.map(({ counts }) => {
      const sums = new Int32Array(zones);
      counts.forEach((count, place) => (sums[zoneOf[place]!]! += count));
      return sums;
    });
  }

  /** The fullest place of those that hold too much and may be helped; -1 when there is none. */
  fullest(): number {
    let found = -1;
    for (let place = 0; place < this.#load.length; place += 1) {
      if (this.#load[place]! <= this.problem.mostBytes || this.#hopeless.has(place)) continue;
      if (found < 0 || this.#load[place]! > this.#load[found]!) found = place;
    }
    return found;
  }

  relieve(place: number): void {
    const emptiest = [...this.#load.keys()]
      .filter((other) => other !== place)
      .sort((a, b) => this.#load[a]! - this.#load[b]! || a - b);
    let best: Step | null = null;
    for (const other of emptiest.slice(0, CANDIDATES)) best = this.#bestStep(place, other, best);
    if (best === null) this.#hopeless.add(place);
    else this.#take(best, place);
  }

  /** The best step from one place to another, or the one that is known already when none is better. */
  #bestStep(place: number, to: number, known: Step | null): Step | null {
    const { size, tableOf, forbids, mostBytes } = this.problem;
    const excess = this.#load[place]! - mostBytes;
    const room = mostBytes - this.#load[to]!;
    const there = membersByTable(this.#members[to]!, tableOf);
    let best = known;
    const isBetter = (moves: number, relief: number): boolean =>
      best === null || moves < best.moves || (moves === best.moves && relief > best.relief);
    for (const region of this.#members[place]!) {
      const bytes = size[region]!;
      if (forbids(region, to)) continue;
      const moves = this.#adds(region, to);
      const relief = Math.min(excess, bytes);
      if (bytes <= room && isBetter(moves, relief) && this.#keepsWindows(tableOf[region]!, place, to))
        best = { region, instead: null, to, moves, relief };
      for (const instead of there.get(tableOf[region]!) ?? []) {
        const difference = bytes - size[instead]!;
        if (difference <= 0 || difference > room) continue;
        const both = moves + this.#adds(instead, place);
        if (!isBetter(both, Math.min(excess, difference)) || forbids(instead, place)) continue;
        best = { region, instead, to, moves: both, relief: Math.min(excess, difference) };
      }
    }
    return best;
  }

  /** How many moves it adds that a region goes to a place. */
  #adds(region: number, place: number): number {
    const home = this.problem.at[region];
    return Number(home !== place) - Number(home !== this.target[region]);
  }

  /** Whether a table may have one region less on a place and one more on another. */
  #keepsWindows(table: number, from: number, to: number): boolean {
    const { mostRegions, zoneOf } = this.problem;
    const { counts, bounds } = this.windows[table]!;
    if (this.#total[to]! >= mostRegions) return false;
    if (counts[from]! <= bounds.lower[from]! || counts[to]! >= bounds.upper[to]!) return false;
    const [leaves, comes] = [zoneOf[from]!, zoneOf[to]!];
    const held = this.#zoneCounts[table]!;
    return leaves === comes || (held[leaves]! > bounds.zoneLower[leaves]! && held[comes]! < bounds.zoneUpper[comes]!);
  }

  #take({ region, instead, to }: Step, from: number): void {
    this.#put(region, from, to);
    if (instead !== null) this.#put(instead, to, from);
  }

  #put(region: number, from: number, to: number): void {
    const { size, tableOf, zoneOf } = this.problem;
    const table = tableOf[region]!;
    const members = this.#members[from]!;
    members.splice(members.indexOf(region), 1);
    this.#members[to]!.push(region);
    this.target[region] = to;
    for (const [place, sign] of [
      [from, -1],
      [to, 1],
    ] as const) {
      this.#load[place]! += sign * size[region]!;
      this.#total[place]! += sign;
      this.windows[table]!.counts[place]! += sign;
      this.#zoneCounts[table]![zoneOf[place]!]! += sign;
    }
  }
}

function membersByTable(members: readonly number[], tableOf: Int32Array): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (const region of members) {
    const own = groups.get(tableOf[region]!);
    if (own === undefined) groups.set(tableOf[region]!, [region]);
    else own.push(region);
  }
  return groups;
}
