import type { ClusterPort } from "../engines/port";
import { systemClock } from "../convergence/clock";
import type { ConvergenceEvent } from "../convergence/events";
import { executePlan } from "../convergence/execute-plan";
import { openJournal } from "../convergence/journal";
import { acquireLock, type LockHolder } from "../convergence/lock";
import { adoptableRegions } from "../convergence/resume";
import { statePaths } from "../convergence/state-directory";
import type { Logger } from "../plugin";
import type { ClusterPlan } from "../planning/plan";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { Diagnostic } from "../topology/diagnostic";
import type { RegionId } from "../topology/ids";
import type { ClusterDeclaration } from "../topology/manifest";
import { logEvent } from "./log-event";

/** Makes plans so, with everything that guards it: one run at a time, lock, journal, drain. */
export interface Convergence {
  /**
   * Gives `work` the cluster for itself: other applies of this process wait, another process is refused with a DiagnosticError.
   * `work` should read the cluster inside, so that nothing of ours changes between its reading and its run.
   */
  exclusively<T>(request: RunRequest, work: (session: ConvergenceSession) => Promise<T>): Promise<T>;
}

export interface RunRequest {
  /** Aborted: what is moving is finished, nothing new is started. */
  readonly drain: AbortSignal;
  readonly log: Logger;
}

/** The cluster, locked. */
export interface ConvergenceSession {
  /** Regions that an interrupted run of ours left in motion; a plan may treat them as standing still. */
  readonly adoptable: ReadonlySet<RegionId>;
  /** Runs a plan to its end. Expected failures are in the answer, never thrown. */
  run(plan: ClusterPlan, declaration: ClusterDeclaration): Promise<readonly Diagnostic[]>;
}

/** `name` tells clusters apart; `directory` is where journal and lock are. */
export function createConvergence(port: ClusterPort, name: string, directory: string): Convergence {
  let queue: Promise<unknown> = Promise.resolve();
  return {
    exclusively(request, work) {
      const turn = queue.then(() => withLock(port, statePaths(directory, name), request, work));
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function withLock<T>(
  port: ClusterPort,
  paths: ReturnType<typeof statePaths>,
  request: RunRequest,
  work: (session: ConvergenceSession) => Promise<T>,
): Promise<T> {
  const lock = await acquireLock(paths.lock, "terraform-provider-topoform", Date.now());
  if (lock.kind === "held") throw new DiagnosticError(lockHeld(lock.holder));
  try {
    const journal = await openJournal(paths.journal);
    try {
      return await work({
        adoptable: adoptableRegions(journal.records()),
        run: async (plan, declaration) => {
          const result = await executePlan({
            plan,
            port,
            declaration,
            journal,
            clock: systemClock,
            emit: (event: ConvergenceEvent) => logEvent(request.log, event),
            drain: request.drain,
            stop: NEVER,
          });
          return result.diagnostics;
        },
      });
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

function lockHeld(holder: LockHolder): Diagnostic {
  return errorDiagnostic({
    code: "CLUSTER_LOCKED",
    summary: "Another run is changing this cluster",
    detail: `${holder.command} (process ${holder.pid} on ${holder.host}) has held the lock since ${holder.since}. Nothing was changed. Wait until it has ended, then apply again.`,
  });
}

/** Terraform's second interrupt ends the process: there is nobody left to tell that waiting should stop. */
const NEVER = new AbortController().signal;
