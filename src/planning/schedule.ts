import type { DatanodeId } from "../topology/ids";
import type { MoveLimits } from "../topology/manifest";
import type { Move } from "./change";
import type { Schedule } from "./plan";
import type { Edge } from "./edge-colouring";
import { balanceColours } from "./balance-colours";
import { colourEdges } from "./edge-colouring";
import { leastMakespan, listSchedule, type TimedMoves } from "./list-schedule";
import { scheduleSerialTables } from "./schedule-serial-tables";
import { sizeClassNumber } from "./size-class";
import { tableKey } from "./table-key";

/** Moves in the order in which they are best started, and the rounds over that order. */
export interface ScheduledMoves {
  readonly moves: readonly Move[];
  readonly schedule: Schedule;
}

/**
 * Arranges moves in rounds within the limits. For moves of equal duration it needs as few rounds as any schedule can:
 * the moves are edges from source to target; a datanode that may take part in `n` moves at once becomes `n` ends with an equal
 * share of its moves; a colouring with as many colours as one end has moves is a schedule; balancing gives the cluster's limit.
 *
 * With `serialPerTable` (the server runs the moves of one table one after another) the longest tables or the busiest datanodes go first; then
 * `minimumRounds` is still a lower bound, but the schedule may need more.
 *
 * Where sizes differ the moves are in the order in which {@link listSchedule} starts them, since at run time a free place takes the
 * next legal move of the list; the rounds still say what could run at once.
 */
export function scheduleMoves(moves: readonly Move[], limits: MoveLimits, serialPerTable = false): ScheduledMoves {
  if (moves.length === 0) return { moves: [], schedule: { rounds: [], minimumRounds: 0 } };
  const minimumRounds = fewestRounds(moves, limits, serialPerTable);
  const rounds = serialPerTable
    ? serialRounds(moves, limits)
    : scheduleByColour(moves, limits, degreeBound(moves, limits), minimumRounds);
  const timed = timedMoves(moves, limits, serialPerTable);
  if (timed === null)
    return inOrder(
      moves,
      rounds.map((round) => [...round].sort((a, b) => a - b)),
      minimumRounds,
    );
  const { order, makespan } = listSchedule(timed);
  const position = new Int32Array(moves.length);
  order.forEach((move, index) => (position[move] = index));
  return {
    moves: order.map((move) => moves[move]!),
    schedule: {
      rounds: rounds.map((round) => round.map((move) => position[move]!).sort((a, b) => a - b)),
      minimumRounds,
      makespanBytes: BigInt(makespan),
      minimumMakespanBytes: BigInt(Math.ceil(leastMakespan(timed))),
    },
  };
}

/** The better of two heuristics: tables with most moves first, or datanodes with most work first. */
function serialRounds(moves: readonly Move[], limits: MoveLimits): readonly (readonly number[])[] {
  const byTables = scheduleSerialTables(moves, limits);
  const { start, makespan } = listSchedule(timed(moves, limits, true, new Float64Array(moves.length).fill(1)));
  if (makespan >= byTables.length) return byTables;
  const rounds: number[][] = Array.from({ length: makespan }, () => []);
  start.forEach((round, move) => rounds[round]!.push(move));
  return rounds;
}

function inOrder(
  moves: readonly Move[],
  rounds: readonly (readonly number[])[],
  minimumRounds: number,
): ScheduledMoves {
  const order: Move[] = [];
  const numbered = rounds.map((round) => round.map((index) => order.push(moves[index]!) - 1));
  return { moves: order, schedule: { rounds: numbered, minimumRounds } };
}

/**
 * Moves whose time goes with their size class; null when all are alike, or sizes are unknown. One without a figure counts as the
 * mean of the others.
 */
export function timedMoves(moves: readonly Move[], limits: MoveLimits, serialPerTable: boolean): TimedMoves | null {
  const sizes = moves.map(({ sizeBytes }) => (sizeBytes === null ? null : sizeClassNumber(sizeBytes)));
  const known = sizes.filter((size) => size !== null);
  if (known.every((size) => size === known[0])) return null;
  const mean = Math.round(known.reduce((sum, size) => sum + size, 0) / known.length);
  return timed(
    moves,
    limits,
    serialPerTable,
    Float64Array.from(sizes, (size) => size ?? mean),
  );
}

/** Moves with these durations, by numbers. */
export function timed(
  moves: readonly Move[],
  limits: MoveLimits,
  serialPerTable: boolean,
  duration: Float64Array,
): TimedMoves {
  const [sources, targets, tables] = [
    new Map<DatanodeId, number>(),
    new Map<DatanodeId, number>(),
    new Map<string, number>(),
  ];
  const numberOf = <K>(numbers: Map<K, number>, key: K): number => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  return {
    from: Int32Array.from(moves, (move) => numberOf(sources, move.from)),
    to: Int32Array.from(moves, (move) => numberOf(targets, move.to)),
    ...(serialPerTable ? { table: Int32Array.from(moves, (move) => numberOf(tables, tableKey(move.table))) } : {}),
    duration,
    limits,
  };
}

/** A number of rounds that no schedule can go below: the busiest datanode, the cluster and, when serial, the busiest table. */
export function fewestRounds(moves: readonly Move[], limits: MoveLimits, serialPerTable: boolean): number {
  const bounds = [degreeBound(moves, limits), Math.ceil(moves.length / limits.cluster)];
  if (serialPerTable) bounds.push(greatestCount(moves.map((move) => tableKey(move.table))));
  return Math.max(...bounds);
}

function degreeBound(moves: readonly Move[], limits: MoveLimits): number {
  return Math.max(
    Math.ceil(greatestCount(moves.map((move) => move.from)) / limits.outgoing),
    Math.ceil(greatestCount(moves.map((move) => move.to)) / limits.incoming),
  );
}

function greatestCount(keys: readonly unknown[]): number {
  const counts = new Map<unknown, number>();
  let greatest = 0;
  for (const key of keys) {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    greatest = Math.max(greatest, count);
  }
  return greatest;
}

function scheduleByColour(
  moves: readonly Move[],
  limits: MoveLimits,
  colours: number,
  rounds: number,
): readonly (readonly number[])[] {
  const lefts = new EndNumbers(colours);
  const rights = new EndNumbers(colours);
  const edges: Edge[] = moves.map((move) => ({ left: lefts.next(move.from), right: rights.next(move.to) }));
  const colourOf = colourEdges(edges, lefts.size, rights.size, colours);
  return balanceColours(edges, colourOf, rounds, limits.cluster).filter((group) => group.length > 0);
}

/** Numbers the ends of a datanode's moves: a new end after every `share` moves. */
class EndNumbers {
  readonly #open = new Map<bigint, { end: number; used: number }>();
  #size = 0;

  constructor(private readonly share: number) {}

  get size(): number {
    return this.#size;
  }

  next(datanode: bigint): number {
    const open = this.#open.get(datanode);
    if (open !== undefined && open.used < this.share) {
      open.used += 1;
      return open.end;
    }
    const end = this.#size;
    this.#size += 1;
    this.#open.set(datanode, { end, used: 1 });
    return end;
  }
}
