import type { AssignmentProblem } from "./assignment";

/** An assignment whose counts are right; regions of one group may change places. */
export type SwapProblem = Pick<AssignmentProblem, "at" | "fixed" | "size" | "places" | "mostBytes" | "forbids"> & {
  readonly groupOf: Int32Array;
};

/** How many of the emptiest places are looked at for one exchange. */
const CANDIDATES = 64;

/**
 * Exchanges pairs of regions of one group until no place holds more bytes than it may, or no exchange helps: from the fullest place
 * a larger region for a smaller one of a place that can take it. Exchanges that add no move come first, then those that relieve most.
 */
export function swapForBytes(problem: SwapProblem, assigned: Int32Array): Int32Array {
  const target = assigned.slice();
  const load = new Float64Array(problem.places);
  const members: number[][] = Array.from({ length: problem.places }, () => []);
  target.forEach((place, region) => {
    if (place < 0) return;
    load[place]! += problem.size[region]!;
    members[place]!.push(region);
  });
  const hopeless = new Set<number>();
  for (
    let place = fullest(load, problem.mostBytes, hopeless);
    place >= 0;
    place = fullest(load, problem.mostBytes, hopeless)
  ) {
    const pair = bestPair(problem, target, load, members, place);
    if (pair === null) hopeless.add(place);
    else exchange(problem, target, load, members, pair);
  }
  return target;
}

type Pair = readonly [larger: number, smaller: number];

function fullest(load: Float64Array, most: number, hopeless: ReadonlySet<number>): number {
  let found = -1;
  load.forEach((bytes, place) => {
    if (bytes > most && !hopeless.has(place) && (found < 0 || bytes > load[found]!)) found = place;
  });
  return found;
}

function bestPair(
  problem: SwapProblem,
  target: Int32Array,
  load: Float64Array,
  members: readonly (readonly number[])[],
  place: number,
): Pair | null {
  const { size, fixed, groupOf, mostBytes, forbids, at } = problem;
  const others = [...load.keys()].filter((other) => other !== place).sort((a, b) => load[a]! - load[b]! || a - b);
  const excess = load[place]! - mostBytes;
  let best: Pair | null = null;
  let [bestMoves, bestRelief] = [Infinity, 0];
  for (const other of others.slice(0, CANDIDATES)) {
    for (const larger of members[place]!) {
      if (fixed[larger] === 1 || forbids(larger, other)) continue;
      for (const smaller of members[other]!) {
        const relief = Math.min(excess, size[larger]! - size[smaller]!);
        if (fixed[smaller] === 1 || groupOf[larger] !== groupOf[smaller] || relief <= 0) continue;
        if (load[other]! + size[larger]! - size[smaller]! > mostBytes || forbids(smaller, place)) continue;
        const moves =
          Number(at[larger] !== other) -
          Number(at[larger] !== target[larger]) +
          Number(at[smaller] !== place) -
          Number(at[smaller] !== target[smaller]);
        if (moves > bestMoves || (moves === bestMoves && relief <= bestRelief)) continue;
        [best, bestMoves, bestRelief] = [[larger, smaller], moves, relief];
      }
    }
  }
  return best;
}

function exchange(
  { size }: SwapProblem,
  target: Int32Array,
  load: Float64Array,
  members: number[][],
  [larger, smaller]: Pair,
): void {
  const [from, to] = [target[larger]!, target[smaller]!];
  const difference = size[larger]! - size[smaller]!;
  load[from]! -= difference;
  load[to]! += difference;
  target[larger] = to;
  target[smaller] = from;
  members[from]!.splice(members[from]!.indexOf(larger), 1, smaller);
  members[to]!.splice(members[to]!.indexOf(smaller), 1, larger);
}
