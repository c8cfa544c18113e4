import { searchExactly } from "./exact-search";
import { costOf, type Limit, type SearchProblem } from "./search-problem";

/** How much work the search over one group of places may be. */
const WORK_OF_A_GROUP = 20_000;

export interface LocalImprovement {
  readonly target: Int32Array;
  readonly workLeft: number;
}

/**
 * Makes a placement cheaper, a few places at a time: the regions on two places, one of which has a region of the other, are placed
 * anew as cheaply as the limits allow while all others stay; then those on three. Until nothing improves, or the work is done.
 */
export function improveLocally(problem: SearchProblem, placed: Int32Array, work: number): LocalImprovement {
  let [target, workLeft] = [placed, work];
  for (let improved = true; improved;) {
    improved = false;
    for (const group of groupsOf(problem, target)) {
      if (workLeft <= 0) return { target, workLeft: 0 };
      const found = placeAnew(problem, target, group);
      workLeft -= found.work;
      if (found.target === null) continue;
      target = found.target;
      improved = true;
    }
  }
  return { target, workLeft };
}

/** Pairs of places of which one has a region of the other; then these with each third place. */
function* groupsOf({ at, places }: SearchProblem, target: Int32Array): Generator<readonly number[]> {
  const pairs = new Map<number, readonly [number, number]>();
  at.forEach((home, region) => {
    const end = target[region]!;
    if (home < 0 || home === end) return;
    const [low, high] = [Math.min(home, end), Math.max(home, end)];
    pairs.set(low * places + high, [low, high]);
  });
  const sorted = [...pairs].sort(([a], [b]) => a - b).map(([, pair]) => pair);
  yield* sorted;
  for (const pair of sorted)
    for (let third = 0; third < places; third += 1) if (!pair.includes(third)) yield [...pair, third];
}

/** The regions on these places placed anew on them, when that is cheaper. */
function placeAnew(
  problem: SearchProblem,
  target: Int32Array,
  group: readonly number[],
): { readonly target: Int32Array | null; readonly work: number } {
  const inside = new Int32Array(problem.places).fill(-1);
  group.forEach((place, index) => (inside[place] = index));
  const own = [...target.keys()].filter((region) => inside[target[region]!]! >= 0);
  const part: SearchProblem = {
    ...problem,
    at: Int32Array.from(own, (region) => (problem.at[region]! < 0 ? -1 : inside[problem.at[region]!]!)),
    fixed: Uint8Array.from(own, (region) => problem.fixed[region]!),
    size: Float64Array.from(own, (region) => problem.size[region]!),
    tableOf: Int32Array.from(own, (region) => problem.tableOf[region]!),
    places: group.length,
    forbids: (index, place) => problem.forbids(own[index]!, group[place]!),
    limits: problem.limits.flatMap((limit) => partOf(problem, limit, target, inside)),
  };
  const cost = costOf(
    part,
    Int32Array.from(own, (region) => inside[target[region]!]!),
  );
  const { target: found, workLeft } = searchExactly(part, cost, WORK_OF_A_GROUP, "best");
  const work = WORK_OF_A_GROUP - workLeft + target.length + problem.limits.length;
  if (found === null) return { target: null, work };
  const changed = target.slice();
  own.forEach((region, index) => (changed[region] = group[found[index]!]!));
  return { target: changed, work };
}

/** What a limit means for some of its places while the regions elsewhere stay. */
function partOf(
  { tableOf, size }: SearchProblem,
  limit: Limit,
  target: Int32Array,
  inside: Int32Array,
): readonly Limit[] {
  const places = limit.places.map((place) => inside[place]!).filter((index) => index >= 0);
  if (places.length === 0) return [];
  let elsewhere = 0;
  if (places.length < limit.places.length) {
    for (let region = 0; region < target.length; region += 1) {
      const place = target[region]!;
      if (inside[place]! >= 0 || !limit.places.includes(place)) continue;
      if (limit.table !== null && limit.table !== tableOf[region]) continue;
      elsewhere += limit.measure === "regions" ? 1 : size[region]!;
    }
  }
  return [{ ...limit, places, least: limit.least - elsewhere, most: limit.most - elsewhere }];
}
