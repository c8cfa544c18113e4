import type { Diagnostic } from "../../topology/diagnostic";
import type { TableChecksum } from "../../engines/port";
import type { TableName } from "../../planning/change";
import { errorDiagnostic, warningDiagnostic } from "../../topology/diagnostic";
import { tableKey } from "../../planning/table-key";
import { attemptAgain } from "../attempt";
import { lastingSince, READ_ATTEMPTS } from "./count-rows";
import type { Execution } from "../execution";
import type { ChecksumResult } from "../result";
import { checksumDifferences } from "./checksum-differences";

/** The checksum of one table before anything was done to it. */
export interface ChecksumBefore {
  readonly table: TableName;
  readonly checksum: TableChecksum;
  readonly since: number | null;
}

/**
 * Takes the checksums of the tables; those of an interrupted run go before new ones. A table whose checksum cannot be taken is a
 * warning: its rows are counted all the same. `since`: from when on its rows were counted; null: they were not, or all of them were.
 */
export async function checksumsBefore(
  execution: Execution,
  tables: readonly { readonly table: TableName; readonly since: number | null }[],
): Promise<{ readonly taken: readonly ChecksumBefore[]; readonly diagnostics: readonly Diagnostic[] }> {
  const taken: ChecksumBefore[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { table, since: counted } of execution.terms.verifyChecksums ? tables : []) {
    if (execution.drain.aborted || execution.stop.aborted) break;
    const earlier = execution.resume.interrupted?.checksumsBefore.get(tableKey(table));
    if (earlier !== undefined) {
      taken.push({ table, checksum: earlier.checksum, since: earlier.since });
      continue;
    }
    const since = counted ?? (await lastingSince(execution, table));
    const checksum = await take(execution, table, since);
    if (execution.stop.aborted && typeof checksum === "string") break;
    if (typeof checksum === "string") diagnostics.push(notTaken(table, checksum));
    else {
      await execution.record({ kind: "checksum", table, when: "before", checksum, since });
      execution.emit({ code: "CHECKSUM_TAKEN", table, when: "before", checksum });
      taken.push({ table, checksum, since });
    }
  }
  return { taken, diagnostics };
}

/** Takes them again and compares. More rows than before mean that writes went on: then a difference proves nothing. */
export async function checksumsAfter(
  execution: Execution,
  before: readonly ChecksumBefore[],
): Promise<{ readonly results: readonly ChecksumResult[]; readonly diagnostics: readonly Diagnostic[] }> {
  const results: ChecksumResult[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { table, checksum, since } of before) {
    const after = await take(execution, table, since);
    if (execution.stop.aborted && typeof after === "string") break;
    if (typeof after === "string") {
      diagnostics.push(notTaken(table, after));
      results.push({ table, before: checksum, after: null, equal: false });
      continue;
    }
    await execution.record({ kind: "checksum", table, when: "after", checksum: after, since });
    execution.emit({ code: "CHECKSUM_TAKEN", table, when: "after", checksum: after });
    const differences = checksumDifferences(checksum, after);
    results.push({ table, before: checksum, after, equal: differences.length === 0 });
    if (differences.length > 0) diagnostics.push(differs(table, differences, after.rows > checksum.rows));
  }
  return { results, diagnostics };
}

/** The checksum, or why there is none. */
async function take(execution: Execution, table: TableName, since: number | null): Promise<TableChecksum | string> {
  const { rows } = execution.port;
  const taken = await attemptAgain(execution, READ_ATTEMPTS, () => rows.checksum(table, since));
  return taken.ok ? taken.value : `${taken.diagnostic.summary}: ${taken.diagnostic.detail}`;
}

function notTaken(table: TableName, why: string): Diagnostic {
  return warningDiagnostic({
    code: "CHECKSUM_NOT_TAKEN",
    summary: `No checksum of ${tableKey(table)} could be taken`,
    detail: `${why} Only the numbers of its rows are compared, where they are counted.`,
    address: tableKey(table),
  });
}

const MOST_FIGURES = 5;

function differs(table: TableName, differences: readonly string[], written: boolean): Diagnostic {
  const shown = differences.slice(0, MOST_FIGURES).join("; ");
  const more = differences.length > MOST_FIGURES ? ` and ${differences.length - MOST_FIGURES} more` : "";
  return (written ? warningDiagnostic : errorDiagnostic)({
    code: "CHECKSUM_DIFFERS",
    summary: `${tableKey(table)} does not have the checksum it had before`,
    detail:
      `${shown}${more}. ` +
      (written
        ? "Rows were written meanwhile, so this proves nothing. Stop the writers for a comparison that does."
        : "No row was added meanwhile. Unless somebody overwrote rows, the table was damaged: keep the cluster as it is and compare with a backup."),
    address: tableKey(table),
  });
}
