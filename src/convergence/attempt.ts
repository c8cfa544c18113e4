import type { Diagnostic } from "../topology/diagnostic";
import { DiagnosticError } from "../topology/diagnostic";
import { PortError } from "../engines/port";
import type { Execution } from "./execution";

/** Outcome of a question to the cluster or of a change. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly diagnostic: Diagnostic;
      readonly transient: boolean;
      /** The statement may have taken effect. */
      readonly sent: boolean;
    };

/** Turns an expected failure into a value. Anything else is a bug and goes through. */
export async function attempt<T>(action: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await action() };
  } catch (error) {
    if (error instanceof PortError)
      return { ok: false, diagnostic: error.diagnostic, transient: error.transient, sent: error.sent };
    if (error instanceof DiagnosticError)
      return { ok: false, diagnostic: error.diagnostics[0]!, transient: false, sent: true };
    throw error;
  }
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** How long to wait before attempt number `failures + 1`: half a second, doubled each time, at most 30 s. */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
}

/** Tries again while failures are transient and the run is not stopped, `attempts` times at most. */
export async function attemptAgain<T>(
  execution: Execution,
  attempts: number,
  action: () => Promise<T>,
): Promise<Attempt<T>> {
  for (let failures = 1; ; failures += 1) {
    const result = await attempt(action);
    if (result.ok || !result.transient || failures >= attempts || execution.stop.aborted) return result;
    execution.emit({ code: "CLUSTER_UNREACHABLE", diagnostic: result.diagnostic });
    await execution.clock.sleep(backoffMs(failures), execution.stop);
    if (execution.stop.aborted) return result;
  }
}
