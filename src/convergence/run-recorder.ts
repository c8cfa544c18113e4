import type { Diagnostic } from "../topology/diagnostic";
import type { Clock } from "./clock";
import { JournalError, type Journal } from "./journal/journal";
import type { JournalRecord } from "./journal/journal-record";

/** Omits run and time of every member of a union. */
export type Unstamped<T> = T extends unknown ? Omit<T, "run" | "at"> : never;

/** Writes the records of one run. */
export interface RunRecorder {
  /** Resolves when the record is on the disk; false when the journal cannot be written any more: then nothing new may begin. */
  record(record: Unstamped<JournalRecord>): Promise<boolean>;
  /** Why the journal failed; null while it works. */
  failure(): Diagnostic | null;
}

/** A recorder that stamps every record with the run and the time. After the first failure it writes nothing more. */
export function runRecorder(journal: Journal, clock: Clock, run: number): RunRecorder {
  let failure: Diagnostic | null = null;
  return {
    async record(record) {
      if (failure !== null) return false;
      try {
        await journal.append({ ...record, run, at: clock.now() } as JournalRecord);
        return true;
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        failure = error.diagnostics[0]!;
        return false;
      }
    },
    failure: () => failure,
  };
}
