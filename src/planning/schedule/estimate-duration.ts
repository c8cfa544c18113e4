import type { MoveLimits } from "../../topology/manifest";
import type { Move } from "../change";
import { leastMakespan, listSchedule } from "./list-schedule";
import { numberMoves } from "./numbered-moves";

/** A move that was measured. */
export interface PastMove {
  /** null when its size was not known. */
  readonly bytes: bigint | null;
  /** From its flush until the region was led by its new datanode. */
  readonly durationMs: number;
}

export interface DurationEstimate {
  /** When the moves take as long as the past ones did, and every free place takes the next legal move. */
  readonly expectedMs: number;
  /** No order of the same moves within the same limits ends before this. */
  readonly leastMs: number;
  /** How many past moves it rests on. */
  readonly pastMoves: number;
}

/** How long moves may take, from moves that were measured before; null without moves or without past ones. */
export function estimateDuration(
  moves: readonly Move[],
  limits: MoveLimits,
  serialPerTable: boolean,
  history: readonly PastMove[],
): DurationEstimate | null {
  const usable = history.filter(({ durationMs }) => Number.isFinite(durationMs) && durationMs >= 0);
  if (moves.length === 0 || usable.length === 0) return null;
  const durationOf = durationBySize(usable);
  const duration = Float64Array.from(moves, (move) => durationOf(move.sizeBytes));
  const problem = { ...numberMoves(moves, serialPerTable), duration, limits };
  return {
    expectedMs: Math.round(listSchedule(problem).makespan),
    leastMs: Math.floor(leastMakespan(problem)),
    pastMoves: usable.length,
  };
}

/**
 * A straight line through the past moves, by least squares, where they tell that larger regions take longer; else their mean.
 * A region without a size takes the mean.
 */
function durationBySize(history: readonly PastMove[]): (bytes: bigint | null) => number {
  const mean = meanOf(history.map(({ durationMs }) => durationMs));
  const sized = history.flatMap(({ bytes, durationMs }) =>
    bytes === null ? [] : [{ bytes: Number(bytes), durationMs }],
  );
  if (sized.length < 2) return () => mean;
  const [middle, height] = [meanOf(sized.map(({ bytes }) => bytes)), meanOf(sized.map(({ durationMs }) => durationMs))];
  const spread = sized.reduce((sum, { bytes }) => sum + (bytes - middle) ** 2, 0);
  const slope =
    spread === 0
      ? 0
      : sized.reduce((sum, { bytes, durationMs }) => sum + (bytes - middle) * (durationMs - height), 0) / spread;
  if (slope <= 0) return () => mean;
  const shortest = Math.min(...sized.map(({ durationMs }) => durationMs));
  return (bytes) => (bytes === null ? mean : Math.max(shortest, height + slope * (Number(bytes) - middle)));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
