import type { MoveLimits } from "../../topology/manifest";
import type { Move } from "../change";
import type { Schedule } from "../plan";
import type { Edge } from "./edge-colouring";
import { balanceColours } from "./balance-colours";
import { colourEdges } from "./edge-colouring";
import { leastMakespan, listSchedule } from "./list-schedule";
import { greatestSum, numberMoves, type NumberedMoves } from "./numbered-moves";
import { scheduleSerialTables } from "./schedule-serial-tables";
import { sizeClassNumber } from "../size-class";

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
  const numbered = numberMoves(moves, serialPerTable);
  const minimumRounds = fewestRounds(numbered, limits);
  const rounds = serialPerTable ? serialRounds(moves, numbered, limits) : roundsByColour(numbered, limits);
  const duration = durationsBySize(moves);
  if (duration === null)
    return inOrder(
      moves,
      rounds.map((round) => [...round].sort((a, b) => a - b)),
      minimumRounds,
    );
  const timed = { ...numbered, duration, limits };
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
function serialRounds(
  moves: readonly Move[],
  numbered: NumberedMoves,
  limits: MoveLimits,
): readonly (readonly number[])[] {
  const byTables = scheduleSerialTables(moves, limits);
  const duration = new Float64Array(moves.length).fill(1);
  const { start, makespan } = listSchedule({ ...numbered, duration, limits });
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
 * How long each move takes where that goes with its size class; null when all are alike, or sizes are unknown. One without a figure
 * counts as the mean of the others.
 */
function durationsBySize(moves: readonly Move[]): Float64Array | null {
  const sizes = moves.map(({ sizeBytes }) => (sizeBytes === null ? null : sizeClassNumber(sizeBytes)));
  const known = sizes.filter((size) => size !== null);
  if (known.every((size) => size === known[0])) return null;
  const mean = Math.round(known.reduce((sum, size) => sum + size, 0) / known.length);
  return Float64Array.from(sizes, (size) => size ?? mean);
}

/** A number of rounds that no schedule can go below: the busiest datanode, the cluster and, when serial, the busiest table. */
function fewestRounds(moves: NumberedMoves, limits: MoveLimits): number {
  return Math.max(
    degreeBound(moves, limits),
    Math.ceil(moves.from.length / limits.cluster),
    moves.table === undefined ? 0 : greatestSum(moves.table),
  );
}

function degreeBound({ from, to }: NumberedMoves, limits: MoveLimits): number {
  return Math.max(Math.ceil(greatestSum(from) / limits.outgoing), Math.ceil(greatestSum(to) / limits.incoming));
}

function roundsByColour(moves: NumberedMoves, limits: MoveLimits): readonly (readonly number[])[] {
  const colours = degreeBound(moves, limits);
  const [left, lefts] = splitEnds(moves.from, colours);
  const [right, rights] = splitEnds(moves.to, colours);
  const edges: Edge[] = Array.from(left, (end, move) => ({ left: end, right: right[move]! }));
  const colourOf = colourEdges(edges, lefts, rights, colours);
  const rounds = balanceColours(edges, colourOf, fewestRounds(moves, limits), limits.cluster);
  return rounds.filter((group) => group.length > 0);
}

/** The end of each move and the number of all ends, when a datanode has a new end after every `share` of its moves. */
function splitEnds(of: Int32Array, share: number): readonly [Int32Array, number] {
  const [open, used]: [number[], number[]] = [[], []];
  let ends = 0;
  const endOf = of.map((datanode) => {
    if ((used[datanode] ?? share) === share) {
      open[datanode] = ends;
      used[datanode] = 0;
      ends += 1;
    }
    used[datanode]! += 1;
    return open[datanode]!;
  });
  return [endOf, ends];
}
