import type { Journal } from "./journal";
import type { JournalRecord } from "./journal-record";

/** A journal that lives as long as the process, for tests and for callers that want none on disk. */
export function memoryJournal(records: readonly JournalRecord[] = []): Journal {
  const kept = [...records];
  return {
    records: () => [...kept],
    append: async (record) => void kept.push(record),
  };
}
