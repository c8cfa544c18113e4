import { ExitCode } from "./exit-code";

/** How the user stops a run. */
export interface InterruptSignals {
  /** First Ctrl-C (or SIGTERM): start nothing new, finish what is moving. */
  readonly drain: AbortSignal;
  /** Second Ctrl-C: stop waiting. */
  readonly stop: AbortSignal;
  /** Settles at the first one. */
  readonly interrupted: Promise<void>;
}

/** Listens to SIGINT and SIGTERM of this process. A third one ends it at once: the journal lets the next run go on. */
export function interruptSignals(): InterruptSignals {
  const drain = new AbortController();
  const stop = new AbortController();
  const interrupted = new Promise<void>((resolve) => drain.signal.addEventListener("abort", () => resolve(), { once: true }));
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(ExitCode.interrupted);
    (drain.signal.aborted ? stop : drain).abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return { drain: drain.signal, stop: stop.signal, interrupted };
}
