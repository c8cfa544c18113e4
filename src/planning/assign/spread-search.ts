import { Heap } from "../heap";
import { countsOnSharedPlaces, type SharedCounts } from "./shared-places";
import { boundsOf, halves, nearestWindow, windowsOf, type SpreadProblem, type WindowRange } from "./spread-counts";

export interface SpreadSearch {
  /** The counts that need the fewest arrivals of those that were found; null when none were. */
  readonly found: SharedCounts | null;
  /** No counts need fewer; without `found`, and with this infinite, there are none. */
  readonly fewest: number;
}

/** How much work a search may be: every flow counts its cells (a table on a place) and something for itself. The first is always made. */
const MOST_WORK = 4_000_000;
const WORK_OF_A_FLOW = 2_000;

/**
 * The counts of tables that share places, each table within one of its windows and no place above `most`, with the fewest arrivals.
 *
 * A branch and bound over the windows: bounds that hold in all windows of a range make a flow problem, whose optimum is a bound for
 * the range; where its counts are within one window of each table, it is the range's optimum. Else one table's range is halved. The
 * range with the lowest bound is next, so the search can stop at any time with a bound. With a skew of 1 there is one window.
 *
 * @param mostWork how much work it may be, in cells of flows.
 */
export function searchSpread(tables: readonly SpreadProblem[], most: number, mostWork = MOST_WORK): SpreadSearch {
  const ranges: WindowRange[] = [];
  for (const table of tables) {
    const range = windowsOf(table);
    if (range === null) return { found: null, fewest: Infinity };
    ranges.push(range);
  }
  return new Search(tables, most, mostWork).run(ranges);
}

interface Branch {
  readonly number: number;
  readonly ranges: readonly WindowRange[];
  readonly relaxed: SharedCounts;
}

class Search {
  #found: SharedCounts | null = null;
  #workLeft: number;
  #branches = 0;
  readonly #open = new Heap<Branch>(
    (a, b) =>
      a.relaxed.arrivals < b.relaxed.arrivals || (a.relaxed.arrivals === b.relaxed.arrivals && a.number < b.number),
  );

  constructor(
    private readonly tables: readonly SpreadProblem[],
    private readonly most: number,
    mostWork: number,
  ) {
    this.#workLeft = mostWork;
  }

  run(root: readonly WindowRange[]): SpreadSearch {
    this.#add(root);
    for (let branch = this.#open.pop(); branch !== undefined; branch = this.#open.pop()) {
      if (this.#found !== null && this.#found.arrivals <= branch.relaxed.arrivals) break;
      if (this.#workLeft <= 0) return { found: this.#found, fewest: branch.relaxed.arrivals };
      this.#divide(branch);
    }
    return { found: this.#found, fewest: this.#found?.arrivals ?? Infinity };
  }

  #add(ranges: readonly WindowRange[]): void {
    const relaxed = this.#solve(ranges);
    if (relaxed === null || (this.#found !== null && this.#found.arrivals <= relaxed.arrivals)) return;
    const nearest = this.tables.map((table, index) => nearestWindow(table, ranges[index]!, relaxed.counts[index]!));
    if (nearest.every(({ missed }) => missed === 0)) {
      this.#found = relaxed;
      return;
    }
    const rounded = this.#solve(nearest.map(({ window }) => window));
    if (rounded !== null && (this.#found === null || rounded.arrivals < this.#found.arrivals)) this.#found = rounded;
    this.#branches += 1;
    this.#open.push({ number: this.#branches, ranges, relaxed });
  }

  /** Halves the range of the table whose counts are farthest from any of its windows. */
  #divide({ ranges, relaxed }: Branch): void {
    let [farthest, most]: [number, number] = [-1, 0];
    this.tables.forEach((table, index) => {
      const { missed } = nearestWindow(table, ranges[index]!, relaxed.counts[index]!);
      if (missed > most) [farthest, most] = [index, missed];
    });
    for (const half of halves(this.tables[farthest]!, ranges[farthest]!)!) this.#add(ranges.with(farthest, half));
  }

  #solve(ranges: readonly WindowRange[]): SharedCounts | null {
    this.#workLeft -= WORK_OF_A_FLOW + this.tables.length * this.tables[0]!.zoneOf.length;
    const bounded = this.tables.map((problem, index) => ({ problem, bounds: boundsOf(problem, ranges[index]!) }));
    return countsOnSharedPlaces(bounded, this.most);
  }
}
