import type { Clock } from "../convergence/clock";
import type { Logger } from "../plugin";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { Diagnostic } from "../topology/diagnostic";

/** A cluster that is changed by one apply after the other. `Session`: what an apply may do with it meanwhile. */
export interface Turns<Session> {
  /**
   * Gives `work` the cluster for itself: other applies of this process take turns; while another process has the cluster this one
   * waits, for {@link LOCK_PATIENCE_MS} at most, and is then refused with a DiagnosticError (CLUSTER_LOCKED).
   * `work` should read the cluster inside, so that nothing of ours changes between its reading and its run.
   */
  exclusively<T>(request: RunRequest, work: (session: Session) => Promise<T>): Promise<T>;
}

export interface RunRequest {
  /** Aborted: what is being done is finished, nothing new is started. */
  readonly drain: AbortSignal;
  readonly log: Logger;
}

/** Stacks that are deployed side by side change one cluster in turns, a resource at a time; a long migration is not waited for. */
export const LOCK_PATIENCE_MS = 120_000;
const LOCK_RETRY_MS = 250;

/** `lock` takes the cluster's lock for `work`, or throws a DiagnosticError (CLUSTER_LOCKED) at once. */
export function takeTurns<Session>(
  clock: Clock,
  lock: <T>(request: RunRequest, work: (session: Session) => Promise<T>) => Promise<T>,
): Turns<Session> {
  let queue: Promise<unknown> = Promise.resolve();
  return {
    exclusively(request, work) {
      const turn = queue.then(() => {
        if (request.drain.aborted) throw new DiagnosticError(interrupted("Nothing of this resource was changed."));
        return whenFree(clock, request, () => lock(request, work));
      });
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function whenFree<T>(clock: Clock, { drain, log }: RunRequest, lock: () => Promise<T>): Promise<T> {
  const deadline = clock.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await lock();
    } catch (error) {
      const locked = error instanceof DiagnosticError ? error.diagnostics.find((one) => one.code === "CLUSTER_LOCKED") : undefined;
      if (locked === undefined || drain.aborted || clock.now() >= deadline) throw error;
      log.debug(locked.summary, { detail: locked.detail });
      await clock.sleep(LOCK_RETRY_MS, drain);
    }
  }
}

/** `what`: what became of the rest. */
export function interrupted(what: string): Diagnostic {
  return errorDiagnostic({ code: "INTERRUPTED", summary: "The apply was interrupted", detail: `${what} Apply again to do the rest.` });
}

/** Terraform's second interrupt ends the process: there is nobody left to tell that waiting should stop. */
export const NEVER = new AbortController().signal;
