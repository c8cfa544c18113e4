import type { KwdbOriginals } from "../../planning/kwdb/originals";
import type { KwdbPlan } from "../../planning/kwdb/plan";
import { DiagnosticError } from "../../topology/diagnostic";
import { withLockedJournal, type ExclusiveRequest, type LockedJournal } from "../journal/locked-journal";
import { resumeFrom } from "../journal/resume";
import { executeKwdbPlan, nothingChanged, type ExecuteKwdbRequest } from "./execute-plan";
import { readOriginals, saveOriginals } from "./originals-file";
import type { KwdbResult } from "./result";
import { kwdbRollbackOf, readKwdbRollback, saveKwdbRollback, type SavedKwdbRollback } from "./rollback-file";

export interface ExclusiveKwdbRequest extends ExclusiveRequest {
  /** Whose changes are recorded, and put back when they are not declared any more: a manifest's stack and cluster, or `terraform`. */
  readonly owner: string;
}

/** What a run is told beside what the session gives it. */
export type KwdbRun = Omit<ExecuteKwdbRequest, "journal" | "clock" | "originals" | "saveOriginals">;

/** A KWDB cluster that nobody else on this machine changes while it is open. */
export interface ExclusiveKwdbSession {
  /** What was there before the owner's first change. Rejects with a DiagnosticError (ORIGINALS_UNREADABLE). */
  readOriginals(): Promise<KwdbOriginals>;
  /** Puts other originals in their place. Rejects with a DiagnosticError (ORIGINALS_UNWRITABLE). */
  saveOriginals(originals: KwdbOriginals): Promise<void>;
  /** Addresses of the changes that an interrupted run of this very plan has done; empty when there was none. */
  doneBy(plan: KwdbPlan): ReadonlySet<string>;
  /** What undoes the last apply; null when there was none. Rejects with a DiagnosticError (ROLLBACK_UNREADABLE). */
  readRollback(): Promise<SavedKwdbRollback | null>;
  /** {@link executeKwdbPlan}, after what undoes it has been saved. Refuses when that cannot be saved. */
  execute(run: KwdbRun): Promise<KwdbResult>;
  /**
   * {@link executeKwdbPlan} alone: what undoes the last apply stays saved. For a rollback, which is taken up again after an interruption,
   * and for what nothing can undo.
   */
  executeOnly(run: KwdbRun): Promise<KwdbResult>;
}

/**
 * Takes the cluster's lock, opens its journal and what is recorded, does `work` and gives the lock back. Read the cluster inside, so that
 * nothing of ours changes between reading and running.
 * Throws a DiagnosticError (CLUSTER_LOCKED, LOCK_UNWRITABLE, JOURNAL_UNWRITABLE, JOURNAL_CORRUPT).
 */
export async function exclusivelyKwdb<T>(
  request: ExclusiveKwdbRequest,
  work: (session: ExclusiveKwdbSession) => Promise<T>,
): Promise<T> {
  return withLockedJournal(request, async ({ journal, paths }) => {
    const save = (originals: KwdbOriginals): Promise<void> => saveOriginals(paths.originals, request.owner, originals);
    const read = (): Promise<KwdbOriginals> => readOriginals(paths.originals, request.owner);
    const { interrupted } = resumeFrom(journal.records());
    const execute = async (run: KwdbRun): Promise<KwdbResult> =>
      executeKwdbPlan({ ...run, journal, clock: request.clock, originals: await read(), saveOriginals: save });
    return work({
      readOriginals: read,
      saveOriginals: save,
      doneBy: (plan) => (interrupted?.basis === plan.basis ? interrupted.doneAddresses : new Set<string>()),
      readRollback: () => readKwdbRollback(paths.rollback),
      execute: async (run) => {
        const refusal = await saveWhatUndoes(run.plan, request, { journal, paths });
        return refusal === undefined ? execute(run) : nothingChanged(run.plan, refusal.diagnostics);
      },
      executeOnly: execute,
    });
  });
}

async function saveWhatUndoes(plan: KwdbPlan, request: ExclusiveKwdbRequest, { journal, paths }: LockedJournal): Promise<DiagnosticError | undefined> {
  if (plan.blocked.length > 0 || plan.changes.length === 0) return undefined;
  try {
    const continues =
      resumeFrom(journal.records()).interrupted !== null ||
      (request.apply !== undefined && lastApply.get(paths.rollback) === request.apply);
    const earlier = continues ? await readKwdbRollback(paths.rollback) : null;
    await saveKwdbRollback(paths.rollback, kwdbRollbackOf(plan, earlier, request.clock.now()));
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
  if (request.apply === undefined) lastApply.delete(paths.rollback);
  else lastApply.set(paths.rollback, request.apply);
  return undefined;
}

/** The apply whose rollback this process has saved last, by file. */
const lastApply = new Map<string, string>();
