import type { Assignment, AssignmentProblem } from "./assignment";
import { FlowNetwork } from "./min-cost-flow";
import { placeRegions } from "./place-regions";
import { spreadBounds, spreadCounts, type SpreadProblem } from "./spread-counts";

/**
 * Spreads the regions of each table over the places, then over the zones.
 *
 * 1. Table by table, {@link spreadCounts} says how many regions each place shall hold; between equals, the place that holds
 *    least of all tables receives.
 * 2. Where a place then holds more regions of all tables together than it may, the tables depend on each other: the windows that
 *    were chosen become the bounds of a flow from tables through zones to places, and its least cost is the fewest moves.
 */
export function spreadRegions(problem: AssignmentProblem): Assignment {
  const first = spreadRelaxed(problem);
  return first.kind === "impossible" || problem.mostRegions === Infinity ? first : spreadToRest(problem, first);
}

/** Without a skew that was asked for, capacity comes first: the tables get less even until they fit. */
function spreadRelaxed(problem: AssignmentProblem): Assignment {
  for (let skew = problem.skew; ; skew *= 2) {
    const found = spreadWithin({ ...problem, skew });
    if (found.kind === "assigned") return { ...found, uneven: skew !== problem.skew };
    if (problem.strict || skew > problem.at.length) return found;
  }
}

/** So often a spread that capacity may bind is spread again at most. */
const MOST_ROUNDS = 8;

type Assigned = Exclude<Assignment, { readonly kind: "impossible" }>;

/**
 * A spread that spreading again leaves as it is: a plan that has been executed must leave nothing to plan. Where capacity binds, the
 * windows of the tables depend on what each place holds, so what was spread may be spread again; a placement that comes back in that is kept.
 */
function spreadToRest(problem: AssignmentProblem, first: Assigned): Assignment {
  const seen = new Set([problem.at.join()]);
  let last = first;
  for (let round = 0; round < MOST_ROUNDS && !seen.has(last.target.join()); round += 1) {
    seen.add(last.target.join());
    const next = spreadRelaxed({ ...problem, at: last.target });
    if (next.kind === "impossible") break;
    last = next;
  }
  return { ...last, minimumMoves: first.minimumMoves };
}

function spreadWithin(problem: AssignmentProblem): Assignment {
  const groups = regionsByTable(problem);
  const totals = new Float64Array(problem.places);
  problem.at.forEach((place) => {
    if (place >= 0) totals[place]! += 1;
  });
  const tables: SpreadTable[] = [];
  let minimumMoves = 0;
  for (const regions of groups) {
    const table = spreadTable(problem, regions, totals);
    const even = spreadCounts(table.spread);
    if (even === null) return { kind: "impossible" };
    minimumMoves += even.arrivals;
    even.counts.forEach((count, place) => (totals[place]! += count - table.spread.counts[place]!));
    tables.push({ ...table, counts: even.counts, low: even.low });
  }
  if (!totals.some((total) => total > problem.mostRegions)) return place(problem, tables, minimumMoves);
  const flow = flowCounts(problem, tables);
  if (flow === null) return { kind: "impossible" };
  // With a skew of 1 the windows are the only ones, so that the flow is over all that is allowed.
  return place(problem, flow.tables, problem.skew === 1 ? flow.moves : minimumMoves);
}

interface TableRegions {
  /** Regions that may move. */
  readonly free: readonly number[];
  readonly spread: SpreadProblem;
}

interface SpreadTable extends TableRegions {
  readonly counts: Int32Array;
  readonly low: number;
}

function regionsByTable({ tableOf, tables }: AssignmentProblem): readonly (readonly number[])[] {
  const groups: number[][] = Array.from({ length: tables }, () => []);
  tableOf.forEach((table, region) => groups[table]!.push(region));
  return groups;
}

function spreadTable(problem: AssignmentProblem, regions: readonly number[], rank: Float64Array): TableRegions {
  const { at, fixed, places, mostRegions, zoneOf, zones, skew, strict } = problem;
  const [counts, lower] = [new Int32Array(places), new Int32Array(places)];
  const free: number[] = [];
  for (const region of regions) {
    const place = at[region]!;
    if (place >= 0) counts[place]! += 1;
    if (fixed[region] === 1) lower[place]! += 1;
    else free.push(region);
  }
  const upper = new Int32Array(places).fill(Math.min(mostRegions, regions.length));
  return { free, spread: { counts, lower, upper, total: regions.length, skew, strict, rank, zoneOf, zones } };
}

/** Counts of all tables together within the windows of each, no place above its capacity; null when there are none. */
function flowCounts(
  problem: AssignmentProblem,
  tables: readonly SpreadTable[],
): { readonly tables: readonly SpreadTable[]; readonly moves: number } | null {
  const { places, zones, zoneOf, mostRegions } = problem;
  const zoneNode = (table: number, zone: number): number => 2 + places + tables.length + table * zones + zone;
  const network = new FlowNetwork(2 + places + tables.length * (1 + zones));
  const total = problem.at.length;
  // What bounds demand is worth more than all moves together, so that the cheapest flow leaves out none that can be had.
  const must = -(total + 1);
  let demanded = 0;
  const bounded = (from: number, to: number, lower: number, upper: number): void => {
    network.arc(from, to, lower, must);
    network.arc(from, to, upper - lower, 0);
    demanded += lower;
  };
  const arcs = tables.map(({ spread, low }, table) => {
    const bounds = spreadBounds(spread, low);
    network.arc(0, 2 + places + table, spread.total, 0);
    for (let zone = 0; zone < zones; zone += 1)
      bounded(2 + places + table, zoneNode(table, zone), bounds.zoneLower[zone]!, bounds.zoneUpper[zone]!);
    return Array.from({ length: places }, (_, place) => {
      const [lower, upper, count] = [bounds.lower[place]!, bounds.upper[place]!, spread.counts[place]!];
      const node = zoneNode(table, zoneOf[place]!);
      const stay = Math.min(count, upper);
      demanded += lower;
      return [
        network.arc(node, 2 + place, Math.min(lower, stay), must),
        network.arc(node, 2 + place, Math.max(0, lower - stay), must + 1),
        network.arc(node, 2 + place, Math.max(0, stay - lower), 0),
        network.arc(node, 2 + place, upper - Math.max(lower, stay), 1),
      ];
    });
  });
  for (let place = 0; place < places; place += 1) network.arc(2 + place, 1, Math.min(mostRegions, total), 0);
  const { flow, cost } = network.solve(0, 1);
  const moves = cost - demanded * must;
  if (flow < total || moves > total) return null;
  const solved = tables.map((table, index) => ({
    ...table,
    counts: Int32Array.from(arcs[index]!, (parts) => parts.reduce((sum, arc) => sum + network.flow(arc), 0)),
  }));
  return { tables: solved, moves };
}

function place(problem: AssignmentProblem, tables: readonly SpreadTable[], minimumMoves: number): Assignment {
  const target = problem.at.slice();
  const load = new Float64Array(problem.places);
  problem.at.forEach((at, region) => {
    if (at >= 0) load[at]! += problem.size[region]!;
  });
  const left = tables.flatMap(({ free, spread, counts }) => {
    const quota = counts.map((count, place) => count - spread.lower[place]!);
    return placeRegions({ ...problem, regions: free, quota, load }, target);
  });
  return { kind: "assigned", target, left, minimumMoves, minimumBytes: null, uneven: false, overfull: [] };
}
