import type { MoveLimits } from "../topology/manifest";
import type { Move } from "./change";
import type { Schedule } from "./plan";
import type { Edge } from "./edge-colouring";
import { balanceColours } from "./balance-colours";
import { colourEdges } from "./edge-colouring";
import { scheduleSerialTables } from "./schedule-serial-tables";
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
 * With `serialPerTable` (the server runs the moves of one table one after another) the longest tables go first; then
 * `minimumRounds` is still a lower bound, but the schedule may need more.
 */
export function scheduleMoves(moves: readonly Move[], limits: MoveLimits, serialPerTable = false): ScheduledMoves {
  if (moves.length === 0) return { moves: [], schedule: { rounds: [], minimumRounds: 0 } };
  const minimumRounds = fewestRounds(moves, limits, serialPerTable);
  const groups = serialPerTable
    ? scheduleSerialTables(moves, limits)
    : scheduleByColour(moves, limits, degreeBound(moves, limits), minimumRounds);
  const order: Move[] = [];
  const rounds = groups.map((group) => [...group].sort((a, b) => a - b).map((index) => order.push(moves[index]!) - 1));
  return { moves: order, schedule: { rounds, minimumRounds } };
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
