import { DiagnosticError, errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { RegionId } from "../topology/ids";
import type { Clock } from "./clock";
import { executePlan, type ExecuteRequest } from "./execute-plan";
import { openJournal } from "./journal";
import { acquireLock, type LockHolder } from "./lock";
import type { ConvergenceResult } from "./result";
import { adoptableRegions, resumeFrom } from "./resume";
import { statePaths } from "./state-directory";

export interface ExclusiveRunRequest {
  /** Tells clusters apart: {@link ClusterPort.identity}. The same cluster has the same lock and journal from every surface. */
  readonly identity: string;
  /** Where locks and journals are. */
  readonly directory: string;
  /** Names this run to others that find the cluster locked: `topoform apply`. */
  readonly command: string;
  readonly clock: Clock;
}

/** A cluster that is ours for now, with its journal open. */
export interface ExclusiveRun {
  /** Regions that an interrupted run of ours left in motion; a plan may treat them as standing still. */
  readonly adoptable: ReadonlySet<RegionId>;
  /** Regions whose approved move an interrupted run has already done. */
  readonly done: ReadonlySet<RegionId>;
  /** Runs a plan to its end. Expected failures are in the result, never thrown. */
  execute(request: Omit<ExecuteRequest, "journal" | "clock">): Promise<ConvergenceResult>;
}

/**
 * Takes the cluster's lock, opens its journal, does `work`, and gives both back. `work` should read the cluster inside, so that no
 * other run of this machine changes it between its reading and its run.
 *
 * Throws a DiagnosticError when somebody else holds the lock (CLUSTER_LOCKED) or the journal cannot be used.
 */
export async function exclusively<T>(request: ExclusiveRunRequest, work: (run: ExclusiveRun) => Promise<T>): Promise<T> {
  const { clock } = request;
  const paths = statePaths(request.directory, request.identity);
  const lock = await acquireLock(paths.lock, request.command, clock.now());
  if (lock.kind === "held") throw new DiagnosticError(lockHeld(lock.holder));
  try {
    const journal = await openJournal(paths.journal);
    try {
      const records = journal.records();
      return await work({
        adoptable: adoptableRegions(records),
        done: resumeFrom(records).interrupted?.doneMoves ?? new Set(),
        execute: (parts) => executePlan({ ...parts, journal, clock }),
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
    detail: `${holder.command} (process ${holder.pid} on ${holder.host}) has held the lock since ${holder.since}. Nothing was changed. Wait until it has ended, then run again.`,
  });
}
