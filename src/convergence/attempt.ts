import type { Diagnostic } from "../topology/diagnostic";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
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

/** Tries again while failures are transient and the run is not stopped, `attempts` times at most. A stop is waited for by nobody. */
export async function attemptAgain<T>(
  execution: Execution,
  attempts: number,
  action: () => Promise<T>,
): Promise<Attempt<T>> {
  for (let failures = 1; ; failures += 1) {
    const result = await orStopped(execution.stop, () => attempt(action));
    if (result.ok || !result.transient || failures >= attempts || execution.stop.aborted) return result;
    execution.emit({ code: "CLUSTER_UNREACHABLE", diagnostic: result.diagnostic });
    await execution.clock.sleep(backoffMs(failures), execution.stop);
    if (execution.stop.aborted) return result;
  }
}

/** What the action gives, or that it was not waited for, whichever is first. It may go on. */
async function orStopped<T>(stop: AbortSignal, action: () => Promise<Attempt<T>>): Promise<Attempt<T>> {
  if (stop.aborted) return NOT_WAITED_FOR;
  let onStop: () => void = () => undefined;
  const stopped = new Promise<Attempt<T>>((resolve) => {
    onStop = () => resolve(NOT_WAITED_FOR);
    stop.addEventListener("abort", onStop, { once: true });
  });
  const running = action();
  running.catch(() => undefined);
  try {
    return await Promise.race([running, stopped]);
  } finally {
    stop.removeEventListener("abort", onStop);
  }
}

const NOT_WAITED_FOR: Extract<Attempt<never>, { readonly ok: false }> = {
  ok: false,
  diagnostic: errorDiagnostic({
    code: "INTERRUPTED",
    summary: "The run was stopped",
    detail: "An answer of the cluster was not waited for. Run again.",
  }),
  transient: true,
  sent: true,
};
