import { readFile, rm } from "node:fs/promises";
import type { ConvergenceEvent } from "./events";
import type { ConvergenceResult } from "./result";
import { DiagnosticError } from "../topology/diagnostic";
import { isEmptyPlan, type ClusterPlan } from "../planning/plan";
import type { UnderWay } from "../planning/plan-placement";
import { executePlan, nothingDone, type ExecuteRequest } from "./execute-plan";
import type { Journal } from "./journal/journal";
import { withLockedJournal, type ExclusiveRequest } from "./journal/locked-journal";
import { addMoveHistory, type PastMove } from "./move-history";
import { progressOf, type PlanProgress } from "./plan-progress";
import { isInterrupted, resumeFrom, underWay } from "./journal/resume";
import { replaceFile } from "./journal/replace-file";
import { readRollback, rollbackOf, saveRollback, type SavedRollback } from "./rollback-file";
import { statePaths } from "./journal/state-directory";

/** A cluster that nobody else on this machine changes while it is open. */
export interface ExclusiveSession {
  /** Regions that an interrupted run of ours left in motion, and where to; a plan may treat them as standing still. */
  readonly adoptable: UnderWay;
  /** An earlier run has not come to its end: then executing an empty plan is of use too. It finishes that run and compares its rows. */
  readonly interrupted: boolean;
  /** What an interrupted run of this very plan has done of it; nothing when the last run came to its end or had another plan. */
  progressOf(plan: ClusterPlan): PlanProgress;
  /** What undoes the last apply; null when there was none. Throws a DiagnosticError (ROLLBACK_UNREADABLE). */
  readRollback(): Promise<SavedRollback | null>;
  /** {@link executePlan} with this session's journal and clock, after what undoes it has been saved. Refuses when that cannot be saved. */
  execute(request: Omit<ExecuteRequest, "journal" | "clock">): Promise<ConvergenceResult>;
  /** The same for what {@link ExclusiveSession.readRollback} gave: it stays saved, so that an interrupted rollback is taken up again. */
  executeRollback(request: Omit<ExecuteRequest, "journal" | "clock">): Promise<ConvergenceResult>;
}

/**
 * Takes the cluster's lock, opens its journal, does `work` and gives both back. Read the cluster inside, so that nothing of ours changes
 * between reading and running. Throws a DiagnosticError (CLUSTER_LOCKED, LOCK_UNWRITABLE, JOURNAL_UNWRITABLE, JOURNAL_CORRUPT).
 */
export async function exclusively<T>(
  request: ExclusiveRequest,
  work: (session: ExclusiveSession) => Promise<T>,
): Promise<T> {
  return withLockedJournal(request, ({ journal, paths }) => {
    const resume = resumeFrom(journal.records());
    return work({
      adoptable: underWay(resume),
      interrupted: isInterrupted(resume),
      progressOf: (plan) => progressOf(plan, resume),
      readRollback: () => readRollback(paths.rollback),
      execute: (run) => executeUndoably(request, journal, run),
      executeRollback: (run) => executeTimed(request, journal, run),
    });
  });
}

async function executeUndoably(
  request: ExclusiveRequest,
  journal: Journal,
  run: Omit<ExecuteRequest, "journal" | "clock">,
): Promise<ConvergenceResult> {
  const { rollback } = statePaths(request.directory, request.identity);
  const before = { text: await readText(rollback), apply: lastApply.get(rollback) };
  try {
    await saveWhatUndoes(run.plan, request, journal);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return nothingDone(run.plan, error.diagnostics);
  }
  const result = await executeTimed(request, journal, run);
  // What undoes the apply before must not be lost to one that came to nothing. At worst there is nothing to undo.
  if (hasBegunNothing(result)) await putBack(rollback, before).catch(() => undefined);
  return result;
}

function hasBegunNothing({ tableChanges, moves }: ConvergenceResult): boolean {
  return [...tableChanges, ...moves].every(({ outcome }) => outcome === "not-started" || outcome === "already-there");
}

/** A rollback file as it was, and the apply that it belonged to. */
interface RollbackBefore {
  readonly text: string | null;
  readonly apply: string | undefined;
}

async function putBack(path: string, { text, apply }: RollbackBefore): Promise<void> {
  if (text === null) await rm(path, { force: true });
  else await replaceFile(path, text);
  if (apply === undefined) lastApply.delete(path);
  else lastApply.set(path, apply);
}

/** null when there is none, or none that can be read. */
function readText(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch(() => null);
}

async function executeTimed(
  { directory, identity, clock }: ExclusiveRequest,
  journal: Journal,
  run: Omit<ExecuteRequest, "journal" | "clock">,
): Promise<ConvergenceResult> {
  const timed: PastMove[] = [];
  const emit = (event: ConvergenceEvent): void => {
    if (event.code === "MOVE_DONE" && event.durationMs !== null)
      timed.push({ at: event.at, bytes: event.move.sizeBytes, ms: (event.flushMs ?? 0) + event.durationMs });
    run.emit(event);
  };
  const result = await executePlan({ ...run, emit, journal, clock });
  // Only estimates are made of it: a run does not fail because of it.
  await addMoveHistory(directory, identity, timed).catch(() => undefined);
  return result;
}

async function saveWhatUndoes(plan: ClusterPlan, request: ExclusiveRequest, journal: Journal): Promise<void> {
  if (plan.blocked.length > 0 || isEmptyPlan(plan)) return;
  const { rollback } = statePaths(request.directory, request.identity);
  const continues = resumeFrom(journal.records()).interrupted !== null || (request.apply !== undefined && lastApply.get(rollback) === request.apply);
  const earlier = continues ? await readRollback(rollback) : null;
  await saveRollback(rollback, rollbackOf(plan, earlier, request.clock.now()));
  if (request.apply !== undefined) lastApply.set(rollback, request.apply);
  else lastApply.delete(rollback);
}

/** The apply whose rollback this process has saved last, by file. */
const lastApply = new Map<string, string>();
