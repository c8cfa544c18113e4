import type { Diagnostic } from "../topology/diagnostic";
import type { GreptimeClusterDeclaration } from "../topology/manifest";
import type { ClusterPort } from "../engines/port";
import type { ClusterPlan } from "../planning/plan";
import type { Clock } from "./clock";
import type { ConvergenceEvent, EventBody } from "./events";
import type { Journal } from "./journal/journal";
import type { JournalRecord } from "./journal/journal-record";
import type { ResumeState } from "./journal/resume";
import type { RunTerms } from "./run-terms";
import { runRecorder, type Unstamped } from "./run-recorder";

/** What the parts of one run share. */
export interface Execution {
  readonly plan: ClusterPlan;
  readonly declaration: GreptimeClusterDeclaration;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly terms: RunTerms;
  readonly resume: ResumeState;
  readonly run: number;
  readonly drain: AbortSignal;
  readonly stop: AbortSignal;
  emit(event: EventBody): void;
  /** Writes a record; false when the journal cannot be written any more: then nothing new may begin. */
  record(record: Unstamped<JournalRecord>): Promise<boolean>;
  /** Why the journal failed; null while it works. */
  journalFailure(): Diagnostic | null;
  /** After this nothing is written or emitted any more: the run has returned. */
  close(): void;
  isClosed(): boolean;
}

export interface ExecutionParts extends Pick<
  Execution,
  | "plan"
  | "declaration"
  | "port"
  | "clock"
  | "terms"
  | "resume"
  | "drain"
  | "stop"
> {
  readonly journal: Journal;
  readonly emit: (event: ConvergenceEvent) => void;
}

export function openExecution(parts: ExecutionParts): Execution {
  const { journal, emit, clock, resume, ...rest } = parts;
  let closed = false;
  const recorder = runRecorder(journal, clock, resume.nextRun);
  return {
    ...rest,
    clock,
    resume,
    run: resume.nextRun,
    emit(event) {
      if (!closed) emit({ at: clock.now(), ...event });
    },
    record: async (record) => !closed && recorder.record(record),
    journalFailure: recorder.failure,
    close: () => void (closed = true),
    isClosed: () => closed,
  };
}
