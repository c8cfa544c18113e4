import { constants } from "node:fs";
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { DiagnosticError, errorDiagnostic } from "../../topology/diagnostic";
import { compactRecords, LARGEST_JOURNAL_BYTES, rewriteJournal } from "./compact-journal";
import { formatRecord, parseRecord, type JournalRecord } from "./journal-record";

/** What a run remembers across a kill. */
export interface Journal {
  /** All records, oldest first, those of earlier runs as well. */
  records(): readonly JournalRecord[];
  /** Resolves when the record is on the disk. Rejects with a {@link JournalError}; then the record does not count. */
  append(record: JournalRecord): Promise<void>;
}

/** The journal could not be read or written (JOURNAL_UNWRITABLE, JOURNAL_UNREADABLE, JOURNAL_CORRUPT). */
export class JournalError extends DiagnosticError {}

/** A journal in a file, open until it is closed. */
export interface FileJournal extends Journal {
  close(): Promise<void>;
}

/**
 * Opens the journal at `path`, and makes it (mode 0600, its directory 0700) when there is none. A last line that a kill tore is cut off;
 * a damaged line before it is refused as JOURNAL_CORRUPT. One that is larger than `largestBytes` is replaced by what of it still means
 * something. Only the holder of the cluster's lock may open it. Throws a {@link JournalError}.
 */
export async function openJournal(path: string, largestBytes = LARGEST_JOURNAL_BYTES): Promise<FileJournal> {
  const journal = await openAsItIs(path);
  const records = journal.records();
  if (journal.bytes <= largestBytes) return journal;
  const compact = compactRecords(records);
  // Worth it only when at least half goes: a long run that was interrupted must stay whole.
  if (compact.length > records.length / 2) return journal;
  await journal.close();
  await rewriteJournal(path, compact).catch((cause: unknown) => Promise.reject(unwritable(path, cause)));
  return openAsItIs(path);
}

async function openAsItIs(path: string): Promise<FileJournal & { readonly bytes: number }> {
  const file = await openFile(path);
  try {
    const bytes = await readAll(file, path);
    const { records, length } = readRecords(bytes, path);
    if (length < bytes.length) await cutTo(file, length, path);
    return { ...fileJournal(file, path, records, length), bytes: length };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function fileJournal(file: FileHandle, path: string, records: JournalRecord[], length: number): FileJournal {
  let end = length;
  let damaged: JournalError | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const write = async (record: JournalRecord): Promise<void> => {
    if (damaged !== undefined) throw damaged;
    const line = Buffer.from(`${formatRecord(record)}\n`, "utf8");
    try {
      await writeAll(file, line, end);
      await file.datasync();
    } catch (cause) {
      const error = unwritable(path, cause);
      // Half a line must not stay in front of the next one.
      await cutTo(file, end, path).catch(() => (damaged = error));
      throw error;
    }
    end += line.length;
    records.push(record);
  };
  return {
    records: () => [...records],
    append(record) {
      const written = queue.then(() => write(record));
      queue = written.catch(() => undefined);
      return written;
    },
    async close() {
      await queue;
      await file.close();
    },
  };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    if (bytesWritten === 0) throw new Error("nothing was written");
    written += bytesWritten;
  }
}

async function readAll(file: FileHandle, path: string): Promise<Buffer> {
  try {
    // A device can be read without end.
    if (!(await file.stat()).isFile()) throw new Error("it is no regular file");
    return await file.readFile();
  } catch (cause) {
    throw new JournalError(
      errorDiagnostic({
        code: "JOURNAL_UNREADABLE",
        summary: "The journal cannot be read",
        detail: `${path}: ${textOf(cause)}.`,
        address: path,
      }),
      { cause },
    );
  }
}

async function cutTo(file: FileHandle, length: number, path: string): Promise<void> {
  try {
    await file.truncate(length);
    await file.datasync();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** Complete records, and how many bytes they take. What follows the last line end was torn by a kill. */
function readRecords(bytes: Buffer, path: string): { readonly records: JournalRecord[]; readonly length: number } {
  const length = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, length).toString("utf8").split("\n").slice(0, -1);
  const records = lines.map((line, index) => {
    const record = parseRecord(line);
    if (record !== undefined) return record;
    throw new JournalError(
      errorDiagnostic({
        code: "JOURNAL_CORRUPT",
        summary: "The journal is damaged",
        detail: `Line ${index + 1} of ${path} is no record. Make sure that nothing is moving, then put the file aside and run again.`,
        address: path,
      }),
    );
  });
  return { records, length };
}

function unwritable(path: string, cause: unknown): JournalError {
  return new JournalError(
    errorDiagnostic({
      code: "JOURNAL_UNWRITABLE",
      summary: "The journal cannot be written",
      detail: `${path}: ${textOf(cause)}. Nothing is moved without it. Free space, or name another directory in TOPOFORM_STATE_DIR.`,
      address: path,
    }),
    { cause },
  );
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
