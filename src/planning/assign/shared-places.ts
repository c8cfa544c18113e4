import { FlowNetwork } from "./min-cost-flow";
import { countsWithin, type SpreadBounds, type SpreadProblem } from "./spread-counts";

/** A table's problem and the bounds that its counts shall keep. */
export interface BoundedTable {
  readonly problem: SpreadProblem;
  readonly bounds: SpreadBounds;
}

export interface SharedCounts {
  /** Of each table on each place. */
  readonly counts: readonly Int32Array[];
  /** What has to come into places, of all tables: the fewest possible. */
  readonly arrivals: number;
}

/**
 * The counts of tables that share their places, each within its bounds and no place with more than `most` of all tables together,
 * that need the fewest arrivals; null when there are none.
 *
 * 1. Each table by itself: {@link countsWithin}.
 * 2. What a place then holds too much flows to places with room: from place to place through a table, or through its zones. An arc is
 *    the regions of a table on a place; it costs nothing as long as they are some of those that were there, 1 for each that comes.
 *    Without the capacity the flow was cheapest before; so when all that is too much has gone the cheapest way, it is cheapest with it.
 */
export function countsOnSharedPlaces(tables: readonly BoundedTable[], most: number): SharedCounts | null {
  const { zones, zoneOf } = tables[0]!.problem;
  const places = zoneOf.length;
  const counts: Int32Array[] = [];
  const totals = new Float64Array(places);
  let arrivals = 0;
  for (const { problem, bounds } of tables) {
    const own = countsWithin({ ...problem, rank: totals }, bounds);
    if (own === null) return null;
    counts.push(own.counts);
    arrivals += own.arrivals;
    for (let place = 0; place < places; place += 1) totals[place]! += own.counts[place]!;
  }
  const excess = totals.reduce((sum, total) => sum + Math.max(0, total - most), 0);
  if (excess === 0) return { counts, arrivals };
  const network = new FlowNetwork(FIRST_PLACE + places + tables.length * (1 + zones));
  totals.forEach((total, place) => {
    if (total > most) network.arc(SOURCE, FIRST_PLACE + place, total - most, 0, 0);
    else network.arc(FIRST_PLACE + place, SINK, most - total, 0, 0);
  });
  const arcs = tables.map((table, index) =>
    addTable(network, table, counts[index]!, FIRST_PLACE + places + index * (1 + zones)),
  );
  const { flow, cost } = network.solve(SOURCE, SINK);
  if (flow < excess) return null;
  tables.forEach((table, index) => readTable(network, table, arcs[index]!, counts[index]!));
  return { counts, arrivals: arrivals + cost };
}

const SOURCE = 0;
const SINK = 1;
const FIRST_PLACE = 2;
const NO_ARC = -1;

/** Adds the table's node, those of its zones after it, and the arcs from these to the places; for each place the numbers of its two arcs. */
function addTable(
  network: FlowNetwork,
  { problem, bounds }: BoundedTable,
  counts: Int32Array,
  node: number,
): Int32Array {
  const { zoneOf, zones } = problem;
  const held = new Int32Array(zones);
  const arcs = new Int32Array(2 * counts.length);
  const add = (from: number, to: number, flow: number, least: number, most: number, cost: number): number =>
    least < most ? network.arc(from, to, most - flow, flow - least, cost) : NO_ARC;
  for (let place = 0; place < counts.length; place += 1) {
    const [count, own] = [counts[place]!, problem.counts[place]!];
    const [lower, upper] = [bounds.lower[place]!, bounds.upper[place]!];
    const zone = node + 1 + zoneOf[place]!;
    const end = FIRST_PLACE + place;
    held[zoneOf[place]!]! += count;
    arcs[2 * place] = add(zone, end, Math.min(count, own), Math.min(lower, own), Math.min(upper, own), 0);
    arcs[2 * place + 1] = add(zone, end, Math.max(count, own), Math.max(lower, own), Math.max(upper, own), 1);
  }
  for (let zone = 0; zone < zones; zone += 1)
    add(node, node + 1 + zone, held[zone]!, bounds.zoneLower[zone]!, bounds.zoneUpper[zone]!, 0);
  return arcs;
}

/** Writes what flows into the counts: each arc holds what it must and what it can give back. */
function readTable(
  network: FlowNetwork,
  { problem, bounds: { lower } }: BoundedTable,
  arcs: Int32Array,
  counts: Int32Array,
): void {
  for (let place = 0; place < counts.length; place += 1) {
    const own = problem.counts[place]!;
    const [stay, come] = [arcs[2 * place]!, arcs[2 * place + 1]!];
    const before = counts[place]!;
    const stayed = stay === NO_ARC ? Math.min(before, own) : Math.min(lower[place]!, own) + network.back(stay);
    const came = come === NO_ARC ? Math.max(before, own) : Math.max(lower[place]!, own) + network.back(come);
    counts[place] = stayed + came - own;
  }
}
