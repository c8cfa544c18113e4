import type { MoveLimits } from "../../topology/manifest";
import { Heap } from "../heap";
import { greatestSum, sums, type NumberedMoves } from "./numbered-moves";

/** Moves by numbers and how long each takes, in any unit. */
export interface TimedMoves extends NumberedMoves {
  readonly duration: Float64Array;
  readonly limits: MoveLimits;
}

export interface ListSchedule {
  /** The moves in the order in which they start. */
  readonly order: readonly number[];
  /** When each move starts, in the unit of the durations. */
  readonly start: Float64Array;
  readonly makespan: number;
}

/** How many waiting moves of one datanode are looked at for its next one. */
const LOOK_AHEAD = 64;

/**
 * Runs the moves without barriers: whenever a place is free, the next legal move takes it.
 *
 * 1. The datanode with the most work left, for its limit, chooses first.
 * 2. It takes the move whose other end has the most work left and that takes longest itself.
 * 3. A datanode that finds no free partner waits; a partner that becomes free finds it.
 */
export function listSchedule(moves: TimedMoves): ListSchedule {
  const run = new Run(moves);
  run.start();
  while (run.running > 0) {
    run.finishNext();
    run.start();
  }
  return { order: run.order, start: run.startOf, makespan: run.now };
}

/** No schedule ends before this: the work of the busiest source, target and table, of the whole cluster, and the longest move. */
export function leastMakespan({ from, to, table, duration, limits }: TimedMoves): number {
  let [work, longest] = [0, 0];
  for (const each of duration) {
    work += each;
    longest = Math.max(longest, each);
  }
  return Math.max(
    longest,
    work / limits.cluster,
    greatestSum(from, duration) / limits.outgoing,
    greatestSum(to, duration) / limits.incoming,
    table === undefined ? 0 : greatestSum(table, duration),
  );
}

/** One datanode as the source, or as the target, of moves. */
interface End {
  readonly number: number;
  readonly limit: number;
  running: number;
  /** Work of the moves that have not started. */
  left: number;
  /** Its moves, the longest first; those before `first` have started. */
  readonly moves: number[];
  first: number;
  waiting: boolean;
  /** It found nothing among the moves that it looked at, and has more. */
  cutShort: boolean;
}

interface Running {
  readonly move: number;
  readonly end: number;
}

class Run {
  now = 0;
  running = 0;
  readonly order: number[] = [];
  readonly startOf: Float64Array;
  readonly #sources: readonly End[];
  readonly #targets: readonly End[];
  readonly #started: Uint8Array;
  /** How many waiting ends were cut short. */
  #cutShort = 0;
  readonly #busyTables = new Set<number>();
  readonly #tableMoves = new Map<number, number[]>();
  readonly #ready = new Heap<{ readonly end: End; readonly urgency: number }>(
    (a, b) => a.urgency > b.urgency || (a.urgency === b.urgency && a.end.number < b.end.number),
  );
  readonly #active = new Heap<Running>((a, b) => a.end < b.end || (a.end === b.end && a.move < b.move));

  constructor(private readonly moves: TimedMoves) {
    const { from, to, table, limits } = moves;
    this.#started = new Uint8Array(from.length);
    this.startOf = new Float64Array(from.length);
    this.#sources = this.#ends(from, limits.outgoing, 0);
    this.#targets = this.#ends(to, limits.incoming, this.#sources.length);
    for (const end of [...this.#sources, ...this.#targets]) this.#offer(end);
    table?.forEach((each, move) => {
      const own = this.#tableMoves.get(each);
      if (own === undefined) this.#tableMoves.set(each, [move]);
      else own.push(move);
    });
  }

  #ends(of: Int32Array, limit: number, base: number): readonly End[] {
    const { duration } = this.moves;
    const left = sums(of, duration);
    const ends = Array.from(left, (work, index): End => ({
      number: base + index,
      limit,
      running: 0,
      left: work,
      moves: [],
      first: 0,
      waiting: true,
      cutShort: false,
    }));
    of.forEach((end, move) => ends[end]!.moves.push(move));
    for (const end of ends) end.moves.sort((a, b) => duration[b]! - duration[a]! || a - b);
    return ends;
  }

  #offer(end: End): void {
    if (!end.waiting) return;
    if (end.cutShort) this.#cutShort -= 1;
    end.waiting = end.cutShort = false;
    this.#ready.push({ end, urgency: end.left / end.limit });
  }

  start(): void {
    while (this.running < this.moves.limits.cluster) {
      const next = this.#ready.pop();
      if (next === undefined) return;
      const { end } = next;
      if (end.left / end.limit < next.urgency) {
        this.#ready.push({ end, urgency: end.left / end.limit });
        continue;
      }
      const move = end.running < end.limit ? this.#choose(end) : null;
      end.waiting = true;
      if (end.cutShort) this.#cutShort += 1;
      if (move === null) continue;
      this.#begin(move);
      this.#offer(end);
    }
  }

  #choose(end: End): number | null {
    const isSource = end.number < this.#sources.length;
    let [best, bestScore, seen] = [null as number | null, -1, 0];
    while (end.first < end.moves.length && this.#started[end.moves[end.first]!] === 1) end.first += 1;
    for (let index = end.first; index < end.moves.length && seen < LOOK_AHEAD; index += 1) {
      const move = end.moves[index]!;
      if (this.#started[move] === 1) continue;
      seen += 1;
      const other = isSource ? this.#targets[this.moves.to[move]!]! : this.#sources[this.moves.from[move]!]!;
      if (other.running >= other.limit || this.#busyTables.has(this.moves.table?.[move] ?? -1)) continue;
      const score = other.left / other.limit + this.moves.duration[move]!;
      if (score > bestScore) [best, bestScore] = [move, score];
    }
    end.cutShort = best === null && seen === LOOK_AHEAD;
    if (seen === LOOK_AHEAD) this.#compact(end);
    return best;
  }

  /** Started moves between waiting ones must not be passed again and again. */
  #compact(end: End): void {
    const waiting = end.moves.length - end.first;
    if (waiting < 4 * LOOK_AHEAD || this.#started[end.moves[end.first + 2 * LOOK_AHEAD]!] === 0) return;
    let kept = 0;
    for (const move of end.moves) if (this.#started[move] === 0) end.moves[kept++] = move;
    end.moves.length = kept;
    end.first = 0;
  }

  #begin(move: number): void {
    const { from, to, table, duration } = this.moves;
    for (const end of [this.#sources[from[move]!]!, this.#targets[to[move]!]!]) {
      end.running += 1;
      end.left -= duration[move]!;
    }
    if (table !== undefined) this.#busyTables.add(table[move]!);
    this.#started[move] = 1;
    this.startOf[move] = this.now;
    this.running += 1;
    this.order.push(move);
    this.#active.push({ move, end: this.now + duration[move]! });
  }

  /** Ends the next running move and whatever ends at the same moment. */
  finishNext(): void {
    const first = this.#active.peek();
    if (first === undefined) return;
    this.now = first.end;
    for (let next = this.#active.peek(); next !== undefined && next.end === this.now; next = this.#active.peek()) {
      this.#active.pop();
      this.#release(next.move);
    }
  }

  #release(move: number): void {
    const { from, to, table } = this.moves;
    const [source, target] = [this.#sources[from[move]!]!, this.#targets[to[move]!]!];
    this.running -= 1;
    source.running -= 1;
    target.running -= 1;
    this.#offer(source);
    this.#offer(target);
    if (this.#cutShort > 0) {
      this.#wake(source.moves, source.first);
      this.#wake(target.moves, target.first);
    }
    if (table === undefined) return;
    this.#busyTables.delete(table[move]!);
    this.#wake(this.#tableMoves.get(table[move]!)!, 0);
  }

  /**
   * Offers the ends of waiting moves again. Needed only where what became free does not find those moves by itself: their table is
   * free, or the end that waits for it did not look at all its moves.
   */
  #wake(moves: readonly number[], first: number): void {
    let woken = 0;
    for (let index = first; index < moves.length && woken < LOOK_AHEAD; index += 1) {
      const move = moves[index]!;
      if (this.#started[move] === 1) continue;
      woken += 1;
      this.#offer(this.#sources[this.moves.from[move]!]!);
      this.#offer(this.#targets[this.moves.to[move]!]!);
    }
  }
}
