import { loadOf, type Assignment, type AssignmentProblem } from "./assignment";
import { bytesBand, evenBytes } from "./even-bytes";
import { evenCounts } from "./even-counts";
import { placeRegions } from "./place-regions";
import { spreadRegions } from "./spread-regions";
import { swapForBytes } from "./swap-for-bytes";

/** Places the regions by the strategy with as few moves as the rules allow. */
export function assignRegions(problem: AssignmentProblem): Assignment {
  if (problem.strategy === "spread") return checkBytes(problem, spreadRegions(problem), problem.tableOf);
  if (problem.strategy === "balance" && problem.by === "bytes") return assignByBytes(problem);
  if (problem.strategy === "pinned" && problem.mostBytes !== Infinity) return assignByBytes(problem);
  return checkBytes(problem, assignByCounts(problem), new Int32Array(problem.at.length));
}

/** All tables together: only how many regions a place has counts. */
function assignByCounts(problem: AssignmentProblem): Assignment {
  const { at, fixed, places, mostRegions, strict } = problem;
  const [counts, lower] = [new Int32Array(places), new Int32Array(places)];
  const free: number[] = [];
  at.forEach((place, region) => {
    if (place >= 0) counts[place]! += 1;
    if (fixed[region] === 1) lower[place]! += 1;
    else free.push(region);
  });
  const even = evenCounts({
    counts,
    lower,
    upper: new Int32Array(places).fill(Math.min(mostRegions, at.length)),
    total: at.length,
    skew: problem.strategy === "pinned" ? Infinity : problem.skew,
    strict,
    rank: new Float64Array(places),
  });
  if (even === null) return { kind: "impossible" };
  const target = at.slice();
  const quota = even.counts.map((count, place) => count - lower[place]!);
  const left = placeRegions({ ...problem, regions: free, quota, load: loadOf(problem, at) }, target);
  return {
    kind: "assigned",
    target,
    left,
    minimumMoves: even.arrivals,
    minimumBytes: null,
    uneven: false,
    overfull: [],
  };
}

function assignByBytes(problem: AssignmentProblem): Assignment {
  const { places, size, mostRegions, mostBytes, strategy } = problem;
  const band = strategy === "pinned" ? { low: 0, high: Infinity } : bytesBand(size, places);
  const high = Math.min(band.high, mostBytes);
  const found = evenBytes({ ...problem, low: Math.min(band.low, high), high, most: mostRegions });
  const load = loadOf(problem, found.target);
  return {
    kind: "assigned",
    target: found.target,
    left: found.left,
    minimumMoves: found.minimumMoves,
    minimumBytes: strategy === "pinned" ? null : found.minimumBytes,
    uneven: strategy === "balance" && !found.reached,
    overfull: [...load.keys()].filter((place) => load[place]! > mostBytes),
  };
}

/** After a placement by counts: exchanges regions of one group where a place holds more bytes than it may. */
function checkBytes(problem: AssignmentProblem, assignment: Assignment, groupOf: Int32Array): Assignment {
  if (assignment.kind === "impossible" || problem.mostBytes === Infinity) return assignment;
  const target = swapForBytes({ ...problem, groupOf }, assignment.target);
  const load = loadOf(problem, target);
  return { ...assignment, target, overfull: [...load.keys()].filter((place) => load[place]! > problem.mostBytes) };
}
