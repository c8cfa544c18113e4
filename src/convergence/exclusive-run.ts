import type { RegionId } from "../topology/ids";
import type { Clock } from "./clock";
import type { ConvergenceResult } from "./result";
import type { LockHolder } from "./lock";
import { DiagnosticError, errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import { executePlan, type ExecuteRequest } from "./execute-plan";
import { openJournal } from "./journal";
import { acquireLock } from "./lock";
import { resumeFrom } from "./resume";
import { statePaths } from "./state-directory";

export interface ExclusiveRequest {
  /** Tells this cluster from others, the same from every surface: what {@link statePaths} names files by. */
  readonly identity: string;
  /** Where journal and lock are. */
  readonly directory: string;
  /** What holds the lock, for others that find it taken: `topoform apply`. */
  readonly command: string;
  readonly clock: Clock;
}

/** A cluster that nobody else on this machine changes while it is open. */
export interface ExclusiveSession {
  /** Regions that an interrupted run of ours left in motion; a plan may treat them as standing still. */
  readonly adoptable: ReadonlySet<RegionId>;
  /** Regions that an interrupted run has moved already; empty when the last run came to its end. */
  readonly done: ReadonlySet<RegionId>;
  /** {@link executePlan} with this session's journal and clock. */
  execute(request: Omit<ExecuteRequest, "journal" | "clock">): Promise<ConvergenceResult>;
}

/**
 * Takes the cluster's lock, opens its journal, does `work` and gives both back. Read the cluster inside, so that nothing of ours changes
 * between reading and running. Throws a DiagnosticError (CLUSTER_LOCKED, LOCK_UNWRITABLE, JOURNAL_UNWRITABLE, JOURNAL_CORRUPT).
 */
export async function exclusively<T>(
  request: ExclusiveRequest,
  work: (session: ExclusiveSession) => Promise<T>,
): Promise<T> {
  const paths = statePaths(request.directory, request.identity);
  const lock = await acquireLock(paths.lock, request.command, request.clock.now());
  if (lock.kind === "held") throw new DiagnosticError(clusterLocked(lock.holder));
  try {
    const journal = await openJournal(paths.journal);
    try {
      const resume = resumeFrom(journal.records());
      return await work({
        adoptable: new Set(resume.unfinished.keys()),
        done: resume.interrupted?.doneMoves ?? new Set(),
        execute: (run) => executePlan({ ...run, journal, clock: request.clock }),
      });
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

function clusterLocked(holder: LockHolder): Diagnostic {
  return errorDiagnostic({
    code: "CLUSTER_LOCKED",
    summary: "Another run is changing this cluster",
    detail:
      `${holder.command} (process ${holder.pid} on ${holder.host}) has held the lock since ${holder.since}. ` +
      "Nothing was changed. Wait until it has ended, then try again.",
  });
}
