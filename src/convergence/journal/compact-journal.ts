import { link, rename, rm } from "node:fs/promises";
import type { RegionId } from "../../topology/ids";
import { formatRecord, type JournalRecord } from "./journal-record";
import { replaceFile } from "./replace-file";
import { resumeFrom } from "./resume";

/** A journal is made smaller when it is opened and larger than this. */
export const LARGEST_JOURNAL_BYTES = 1_048_576;

/**
 * The records that still mean something: what any later run would make of the journal stays the same. Kept are moves that may still
 * be running, rebalances that may still be, everything of a run that did not come to its end, and the end of the last one that did.
 */
export function compactRecords(records: readonly JournalRecord[]): readonly JournalRecord[] {
  const closed = records.findLastIndex((record) => record.kind === "run-ended" && record.outcome !== "interrupted");
  const last = new Map<RegionId, number>();
  for (const [index, record] of records.entries()) if (record.kind === "move") last.set(record.region, index);
  const begun = resumeFrom(records).begunRebalances;
  return records.filter((record, index) => {
    if (index === closed) return true;
    if (record.kind === "change" && record.begun !== undefined && begun.get(record.address) === record.begun) return true;
    if (record.kind !== "move") return index > closed;
    const isLast = last.get(record.region) === index;
    if (index > closed) return isLast || record.state === "done";
    return isLast && (record.state === "submitting" || record.state === "submitted");
  });
}

/**
 * Replaces the journal at `path` by its compact form; the old one stays beside it as `<path>.1`, in place of the one before. At any moment
 * there is a complete journal at `path`. Rejects with the system's error; then the journal is as it was.
 */
export async function rewriteJournal(path: string, records: readonly JournalRecord[]): Promise<void> {
  const draft = `${path}.1.${process.pid}`;
  await rm(draft, { force: true });
  await link(path, draft);
  await rename(draft, `${path}.1`);
  // Renaming a name onto another name of the same file leaves both.
  await rm(draft, { force: true });
  await replaceFile(path, records.map((record) => `${formatRecord(record)}\n`).join(""));
}
