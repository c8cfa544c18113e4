import { hostname } from "node:os";
import { DiagnosticError, errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import type { Clock } from "../clock";
import { openJournal, type Journal } from "./journal";
import { removeDrafts } from "./replace-file";
import { acquireLock, type LockHolder } from "./lock";
import { statePaths, type StatePaths } from "./state-directory";

export interface ExclusiveRequest {
  /** Tells this cluster from others, the same from every surface: what {@link statePaths} names files by. */
  readonly identity: string;
  /** Where journal and lock are. */
  readonly directory: string;
  /** What holds the lock, for others that find it taken: `topoform apply`. */
  readonly command: string;
  readonly clock: Clock;
  /**
   * Names the apply that this run is a part of; runs of this process with the same name are undone together. Absent: the run is an
   * apply of its own.
   */
  readonly apply?: string;
}

/** A locked cluster's files. */
export interface LockedJournal {
  readonly journal: Journal;
  readonly paths: StatePaths;
}

/**
 * Takes the cluster's lock, opens its journal, does `work` and gives both back, whatever becomes of it.
 * Throws a DiagnosticError (CLUSTER_LOCKED, LOCK_UNWRITABLE, JOURNAL_UNWRITABLE, JOURNAL_CORRUPT).
 */
export async function withLockedJournal<T>(
  request: ExclusiveRequest,
  work: (locked: LockedJournal) => Promise<T>,
): Promise<T> {
  const paths = statePaths(request.directory, request.identity);
  const lock = await acquireLock(paths.lock, request.command, request.clock.now());
  if (lock.kind === "held") throw new DiagnosticError(clusterLocked(lock.holder, lock.file));
  try {
    await removeDrafts([paths.journal, paths.rollback, paths.originals, paths.history]);
    const journal = await openJournal(paths.journal);
    try {
      return await work({ journal, paths });
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

function clusterLocked(holder: LockHolder, file: string): Diagnostic {
  const gone = ` If ${holder.host} is gone for good, remove ${file} and try again; nobody here can know.`;
  return errorDiagnostic({
    code: "CLUSTER_LOCKED",
    summary: "Another run is changing this cluster",
    detail:
      `${holder.command} (process ${holder.pid} on ${holder.host}) has held the lock since ${holder.since}. ` +
      `Nothing was changed. Wait until it has ended, then try again.${holder.host === hostname() ? "" : gone}`,
  });
}
