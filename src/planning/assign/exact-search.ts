import { RoomLeft } from "./room-left";
import type { SearchProblem } from "./search-problem";

export interface ExactSearch {
  /** A placement within the limits that is better than what was known, the best; null when none was found. */
  readonly target: Int32Array | null;
  /** What is left of the work. Some: the search came to its end, and none is better than `target`, or than what was known. */
  readonly workLeft: number;
}

/** A search is for no more places than this: it keeps sets of them as bits. */
export const MOST_SEARCHED_PLACES = 31;

/**
 * Looks for a placement within the limits that costs less than `ceiling` (infinite: any), as far as its work allows. What it finds does
 * not depend on the machine.
 *
 * 1. A region that must leave goes to each place in turn, the emptiest first.
 * 2. Where a limit is broken, one of the regions on its places has to go elsewhere, or one from elsewhere has to come. Each in turn
 *    does so; those that had their turn before may then no longer. Of regions that are alike only one has a turn.
 * 3. A branch ends where what its broken limits cost at least is no better than the best known.
 *
 * @param work how many looks at a region or a limit it may take.
 * @param wanted whether it ends at the first placement.
 */
export function searchExactly(
  problem: SearchProblem,
  ceiling: number,
  work: number,
  wanted: "any" | "best",
): ExactSearch {
  const search = new Search(problem, ceiling, work, wanted === "any");
  search.descend(0);
  return { target: search.best, workLeft: Math.max(0, search.workLeft) };
}

class Search {
  best: Int32Array | null = null;
  readonly #target: Int32Array;
  /** Regions whose place is decided. */
  readonly #decided: Uint8Array;
  /** How many turns that are over forbid a region a place; and, as bits, the places that are forbidden so. */
  readonly #barred: Uint16Array;
  readonly #barredPlaces: Uint32Array;
  /** Regions with the same number are alike: same place, bytes, table and forbidden places. */
  readonly #kind: Int32Array;
  readonly #sums: Float64Array;
  readonly #load: Float64Array;
  readonly #inside: readonly Uint8Array[];
  readonly #largestFirst: readonly number[];
  /** The limits of each place alone. */
  readonly #single: readonly (readonly number[])[];
  readonly #room: RoomLeft;
  /** Places with the same number have the same limits. */
  readonly #placeKind: Int32Array;

  constructor(
    private readonly problem: SearchProblem,
    private bestCost: number,
    public workLeft: number,
    private readonly any: boolean,
  ) {
    const { at, fixed, size, places, limits } = problem;
    this.#target = at.slice();
    this.#decided = fixed.slice();
    this.#barred = new Uint16Array(at.length * places);
    this.#barredPlaces = new Uint32Array(at.length);
    this.#kind = kindsOf(problem);
    this.#sums = new Float64Array(limits.length);
    this.#load = new Float64Array(places);
    this.#inside = limits.map((limit) => {
      const inside = new Uint8Array(places);
      for (const place of limit.places) inside[place] = 1;
      return inside;
    });
    this.#largestFirst = [...at.keys()].sort((a, b) => size[b]! - size[a]! || a - b);
    this.#single = Array.from({ length: places }, (_, place) =>
      [...limits.keys()].filter((limit) => limits[limit]!.places.length === 1 && limits[limit]!.places[0] === place),
    );
    this.#room = new RoomLeft(problem, this.#largestFirst);
    this.#placeKind = placeKindsOf(problem);
    at.forEach((place, region) => this.#count(region, place, 1));
  }

  descend(cost: number): void {
    const { at, limits } = this.problem;
    this.workLeft -= at.length + limits.length;
    if (this.#isOver() || this.#lacksRoom() || cost + this.#leastMore() >= this.bestCost) return;
    const homeless = this.#largestFirst.find((region) => this.#target[region]! < 0);
    if (homeless !== undefined) return this.#tryPlaces(cost, homeless, () => true);
    const limit = this.#brokenLimit();
    if (limit === null) {
      this.best = this.#target.slice();
      this.bestCost = cost;
    } else this.#repair(cost, limit);
  }

  #isOver(): boolean {
    return this.workLeft <= 0 || (this.any && this.best !== null);
  }

  #costOf(region: number): number {
    return this.problem.saves === "moves" ? 1 : this.problem.size[region]! + 1;
  }

  #count(region: number, place: number, sign: 1 | -1): void {
    if (place < 0) return;
    const { limits, size, tableOf } = this.problem;
    this.#load[place]! += sign * size[region]!;
    for (let limit = 0; limit < limits.length; limit += 1) {
      const { table, measure } = limits[limit]!;
      if (this.#inside[limit]![place] === 0 || (table !== null && table !== tableOf[region])) continue;
      this.#sums[limit]! += sign * (measure === "regions" ? 1 : size[region]!);
    }
  }

  /** Puts a region on each place of some kind that it may go to, the emptiest first, and goes on. */
  #tryPlaces(cost: number, region: number, allowed: (place: number) => boolean): void {
    const before = this.#target[region]!;
    const groups = this.#ends(region, allowed);
    // Regions that are alike and have no place: what one has tried, the others need not.
    const twins = before < 0 ? this.#twinsOf(region) : [];
    const over: number[] = [];
    this.#decided[region] = 1;
    this.#count(region, before, -1);
    for (const group of groups) {
      const place = group[0]!;
      this.#target[region] = place;
      this.#count(region, place, 1);
      this.descend(cost + this.#costOf(region));
      this.#count(region, place, -1);
      if (this.#isOver()) break;
      for (const twin of twins) for (const end of group) this.#bar(twin, end, 1);
      over.push(...group);
    }
    for (const twin of twins) for (const end of over) this.#bar(twin, end, -1);
    this.#target[region] = before;
    this.#count(region, before, 1);
    this.#decided[region] = 0;
  }

  /** Where a region may go: places that can be exchanged are together. */
  #ends(region: number, allowed: (place: number) => boolean): readonly (readonly number[])[] {
    const { places, forbids, at } = this.problem;
    const ends: number[] = [];
    for (let place = 0; place < places; place += 1) {
      if (place === at[region] || !allowed(place) || this.#barred[region * places + place]! > 0) continue;
      if (!forbids(region, place)) ends.push(place);
    }
    ends.sort((a, b) => this.#load[a]! - this.#load[b]! || a - b);
    const groups: number[][] = [];
    for (const end of ends) {
      const group = groups.find(([first]) => this.#areAlike(end, first!));
      if (group === undefined) groups.push([end]);
      else group.push(end);
    }
    return groups;
  }

  #twinsOf(region: number): readonly number[] {
    const likeness = this.#likeness(region);
    this.workLeft -= this.#target.length;
    return this.#largestFirst.filter(
      (other) =>
        other !== region &&
        this.#decided[other] === 0 &&
        this.#target[other]! < 0 &&
        this.#likeness(other) === likeness,
    );
  }

  #bar(region: number, place: number, change: 1 | -1): void {
    const { places } = this.problem;
    this.#barred[region * places + place]! += change;
    if (this.#barred[region * places + place] === (change === 1 ? 1 : 0)) this.#barredPlaces[region]! ^= 1 << place;
  }

  /** Whether two places can be exchanged in all that is still to be decided. */
  #areAlike(a: number, b: number): boolean {
    if (this.#placeKind[a] !== this.#placeKind[b] || this.#load[a] !== this.#load[b]) return false;
    if (this.#single[a]!.some((limit, index) => this.#sums[limit] !== this.#sums[this.#single[b]![index]!]))
      return false;
    const { places, forbids } = this.problem;
    this.workLeft -= this.#target.length;
    return this.#largestFirst.every((region) => {
      if (this.#decided[region] === 1) return true;
      const target = this.#target[region]!;
      if (target === a || target === b || forbids(region, a) !== forbids(region, b)) return false;
      return this.#barred[region * places + a]! > 0 === this.#barred[region * places + b]! > 0;
    });
  }

  /** Lets each region that can repair a limit do so in turn. */
  #repair(cost: number, limit: number): void {
    const { places } = this.problem;
    const inside = this.#inside[limit]!;
    const out = this.#sums[limit]! > this.problem.limits[limit]!.most;
    const leads = (place: number): boolean => (inside[place] === 1) !== out;
    const bar = (region: number, change: 1 | -1): void => {
      for (let place = 0; place < places; place += 1) {
        if (leads(place) && place !== this.problem.at[region]) this.#bar(region, place, change);
      }
    };
    const over: number[] = [];
    const seen = new Set<number>();
    for (const region of this.#repairers(limit)) {
      if (!seen.has(this.#likeness(region))) this.#tryPlaces(cost, region, leads);
      seen.add(this.#likeness(region));
      if (this.#isOver()) break;
      bar(region, 1);
      over.push(region);
    }
    for (const region of over) bar(region, -1);
  }

  /** Undecided regions that could go out of a limit's places, or come into them; the cheapest to move first. */
  #repairers(limit: number): readonly number[] {
    const { limits, tableOf, saves } = this.problem;
    const { table, most } = limits[limit]!;
    this.workLeft -= tableOf.length;
    const inside = this.#inside[limit]!;
    const wanted = this.#sums[limit]! > most ? 1 : 0;
    const found = this.#largestFirst.filter(
      (region) =>
        this.#decided[region] === 0 &&
        inside[this.#target[region]!] === wanted &&
        (table === null || table === tableOf[region]),
    );
    return saves === "moves" ? found : found.reverse();
  }

  /** Regions with the same number can take each other's place in every placement. */
  #likeness(region: number): number {
    return this.#kind[region]! * 2 ** MOST_SEARCHED_PLACES + this.#barredPlaces[region]!;
  }

  /** The broken limit that the fewest regions can repair. */
  #brokenLimit(): number | null {
    let [found, fewest]: [number | null, number] = [null, Infinity];
    this.problem.limits.forEach(({ least, most }, limit) => {
      if (this.#sums[limit]! >= least && this.#sums[limit]! <= most) return;
      const repairers = this.#repairers(limit).length;
      if (repairers < fewest) [found, fewest] = [limit, repairers];
    });
    return found;
  }

  /** Whether what is undecided cannot all find room beside what is decided. */
  #lacksRoom(): boolean {
    const { lacks, work } = this.#room.lacks(this.#target, this.#decided);
    this.workLeft -= work;
    return lacks;
  }

  /** What the broken limits of single places cost at least: regions have to leave some places, and to come into others. */
  #leastMore(): number {
    let [out, into] = [0, 0];
    for (const region of this.#largestFirst) if (this.#target[region]! < 0) out += this.#costOf(region);
    for (const limits of this.#single) {
      let [leaving, coming] = [0, 0];
      for (const limit of limits) {
        const { least, most } = this.problem.limits[limit]!;
        const sum = this.#sums[limit]!;
        if (sum > most) leaving = Math.max(leaving, this.#leastOf(limit, sum - most, 1));
        else if (sum < least) coming = Math.max(coming, this.#leastOf(limit, least - sum, 0));
      }
      out += leaving;
      into += coming;
    }
    return Math.max(out, into);
  }

  /** The least cost of regions inside (1) or outside (0) of a limit's place that together count so much; infinite when there are none. */
  #leastOf(limit: number, amount: number, where: 0 | 1): number {
    const { limits, tableOf, size, saves, places } = this.problem;
    const { table, measure, places: own } = limits[limit]!;
    this.workLeft -= tableOf.length;
    const inside = this.#inside[limit]!;
    const usable = this.#largestFirst.filter((region) => {
      if (table !== null && table !== tableOf[region]) return false;
      const target = this.#target[region]!;
      if (target < 0) return where === 0;
      if (this.#decided[region] === 1 || inside[target] !== where) return false;
      return where === 1 || this.#barred[region * places + own[0]!] === 0;
    });
    let [left, count] = [amount, 0];
    while (left > 0 && count < usable.length) {
      left -= measure === "regions" ? 1 : size[usable[count]!]!;
      count += 1;
    }
    if (left > 0) return Infinity;
    if (saves === "moves") return count;
    if (measure === "bytes") return amount + count;
    return usable.slice(usable.length - count).reduce((sum, region) => sum + size[region]! + 1, 0);
  }
}

function kindsOf({ at, size, tableOf, places, forbids }: SearchProblem): Int32Array {
  return numbered(
    Array.from(at, (place, region) => {
      const forbidden = Array.from({ length: places }, (_, end) => end).filter((end) => forbids(region, end));
      return [place, size[region], tableOf[region], ...forbidden].join();
    }),
  );
}

function placeKindsOf({ places, limits }: SearchProblem): Int32Array {
  return numbered(
    Array.from({ length: places }, (_, place) =>
      limits
        .flatMap(({ places: own, table, measure, least, most }, limit) => {
          if (!own.includes(place)) return [];
          return own.length === 1 ? [table, measure, least, most] : [limit];
        })
        .join(),
    ),
  );
}

/** Equal texts get equal numbers. */
function numbered(texts: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(texts, (text) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
}
