/** How long moves took: the first ones as the measure, the latest ones to compare. */
export interface MoveRate {
  /** Milliseconds of the first moves, at most {@link FIRST}. */
  readonly first: readonly number[];
  /** Milliseconds of the latest moves, at most {@link LATEST}. */
  readonly latest: readonly number[];
}

/** As many as the window needs before it widens for the first time: all of them ran one per datanode. */
const FIRST = 3;
const LATEST = 5;
/** Polling sees the end of a move late by up to half of its duration, and by this at least. */
const TOLERANCE_MS = 250;

export const NO_RATE: MoveRate = { first: [], latest: [] };

/** The rate after one more move. */
export function addDuration(rate: MoveRate, durationMs: number): MoveRate {
  return {
    first: rate.first.length < FIRST ? [...rate.first, durationMs] : rate.first,
    latest: [...rate.latest, durationMs].slice(-LATEST),
  };
}

/** Whether the latest moves take no longer than the first ones did. True while there is nothing to compare. */
export function isAsFastAsFirst(rate: MoveRate): boolean {
  if (rate.first.length === 0) return true;
  return median(rate.latest) <= 2 * median(rate.first) + TOLERANCE_MS;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
