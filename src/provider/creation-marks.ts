import { createHash } from "node:crypto";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { statePaths } from "../convergence/state-directory";
import { tableKey } from "../planning/table-key";
import type { TableName } from "../planning/change";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";

/**
 * Remembers which tables an apply has begun to create and Terraform may not have in its state yet: a create that failed half
 * way, or whose Terraform was killed. Only such a table may be adopted by a later creation; any other table that exists
 * belongs to somebody else.
 */
export interface CreationMarks {
  has(table: TableName): Promise<boolean>;
  /** On the disk when it resolves. Rejects with a DiagnosticError (STATE_DIRECTORY_UNWRITABLE). */
  set(table: TableName): Promise<void>;
  clear(table: TableName): Promise<void>;
}

/** Where the marks of a cluster are, beside its journal. `name` tells clusters apart. */
export function creationMarksDirectory(directory: string, name: string): string {
  return statePaths(directory, name).journal.replace(/\.journal\.jsonl$/, ".creating");
}

/** Marks as small files of one cluster in `directory`, which is made when the first one is set. */
export function fileCreationMarks(directory: string): CreationMarks {
  const path = (table: TableName): string =>
    join(directory, createHash("sha256").update(JSON.stringify([table.database, table.name])).digest("hex").slice(0, 24));
  return {
    has: (table) =>
      access(path(table)).then(
        () => true,
        () => false,
      ),
    async set(table) {
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await writeFile(path(table), `${tableKey(table)}\n`, { mode: 0o600, flush: true });
      } catch (cause) {
        throw new DiagnosticError(unwritable(directory, cause), { cause });
      }
    },
    clear: (table) => rm(path(table), { force: true }),
  };
}

/** Marks that live as long as the process, for tests. */
export function memoryCreationMarks(tables: readonly TableName[] = []): CreationMarks {
  const marked = new Set(tables.map(tableKey));
  return {
    has: async (table) => marked.has(tableKey(table)),
    set: async (table) => void marked.add(tableKey(table)),
    clear: async (table) => void marked.delete(tableKey(table)),
  };
}

function unwritable(directory: string, cause: unknown): ReturnType<typeof errorDiagnostic> {
  return errorDiagnostic({
    code: "STATE_DIRECTORY_UNWRITABLE",
    summary: "The state directory cannot be written",
    detail: `${directory}: ${cause instanceof Error ? cause.message : String(cause)}. Nothing was created. Free space, or name another directory in state_directory.`,
  });
}
