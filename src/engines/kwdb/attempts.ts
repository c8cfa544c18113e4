import { StatementError } from "./errors";

/** How long a statement that failed in passing waits before it is tried again. */
const RETRY_DELAYS_MS: readonly number[] = [100, 300, 1000, 3000, 5000];

export interface Waiting {
  /** Waits; replaced in tests. */
  readonly delay: (ms: number) => Promise<void>;
}

/**
 * Runs `work` until it succeeds, as long as it fails in passing: a transaction that must be retried, a connection that was lost, an
 * outcome that is not known. `work` must be safe to run again: it reads first what is there. The last failure is the result.
 */
export async function withRetries<T>({ delay }: Waiting, work: () => Promise<T>): Promise<T> {
  for (const wait of RETRY_DELAYS_MS) {
    try {
      return await work();
    } catch (error) {
      // A server that stays silent for a whole timeout is not asked five times.
      if (!(error instanceof StatementError) || !error.transient || error.serverCode === "NO_ANSWER") throw error;
      await delay(wait);
    }
  }
  return work();
}
