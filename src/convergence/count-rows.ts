import type { Diagnostic } from "../topology/diagnostic";
import type { TableName } from "../planning/change";
import type { Execution } from "./execution";
import type { RowsResult } from "./result";
import { errorDiagnostic, warningDiagnostic } from "../topology/diagnostic";
import { sameTable, tableKey } from "../planning/table-key";
import { attemptAgain, type Attempt } from "./attempt";
import type { RowsRecord } from "./resume";

/** Reads fail now and then while a region changes its datanode, and statistics follow with the next heartbeats. */
const READ_ATTEMPTS = 6;
const STATISTICS_PATIENCE_MS = 15_000;
const STATISTICS_INTERVAL_MS = 3_000;

/** Rows of one table before anything was done to it. */
export interface RowsBefore {
  readonly table: TableName;
  readonly rows: bigint;
  readonly method: "exact" | "statistics";
  /** When they were counted; earlier than this run when it continues another. */
  readonly at: number;
}

export type CountedBefore =
  | { readonly kind: "counted"; readonly before: RowsBefore }
  | { readonly kind: "failed"; readonly diagnostic: Diagnostic };

/** Counts the rows of a table before it is touched; the figure of an interrupted run goes before a new one. */
export async function countBefore(execution: Execution, table: TableName): Promise<CountedBefore> {
  const earlier = execution.resume.interrupted?.rowsBefore.get(tableKey(table));
  const method = execution.verifyRows === "statistics" ? "statistics" : "exact";
  if (earlier !== undefined && earlier.method === method) return { kind: "counted", before: fromRecord(earlier) };
  const counted = await attemptAgain(execution, READ_ATTEMPTS, () => readRows(execution, table, method));
  if (!counted.ok) {
    return {
      kind: "failed",
      diagnostic: errorDiagnostic({
        code: "ROWS_NOT_COUNTED",
        summary: `The rows of ${tableKey(table)} could not be counted`,
        detail: `${counted.diagnostic.summary}: ${counted.diagnostic.detail} Nothing of this table is moved, because a loss could not be seen.`,
        address: tableKey(table),
      }),
    };
  }
  const at = execution.clock.now();
  await execution.record({ kind: "rows", table, when: "before", rows: counted.value, method });
  execution.emit({ code: "ROWS_COUNTED", table, when: "before", rows: counted.value, method });
  return { kind: "counted", before: { table, rows: counted.value, method, at } };
}

function fromRecord({ table, rows, method, at }: RowsRecord): RowsBefore {
  return { table, rows, method, at };
}

/** Counts again and compares: fewer rows than before is an error with both figures. */
export async function countAfter(
  execution: Execution,
  before: RowsBefore,
): Promise<{ readonly rows: RowsResult; readonly diagnostics: readonly Diagnostic[] }> {
  const { table, method } = before;
  const counted = await settledRows(execution, before);
  if (!counted.ok) {
    const diagnostic = errorDiagnostic({
      code: "ROWS_NOT_COUNTED",
      summary: `The rows of ${tableKey(table)} could not be counted again`,
      detail: `There were ${before.rows} before. ${counted.diagnostic.summary}: ${counted.diagnostic.detail} Count them when the cluster answers.`,
      address: tableKey(table),
    });
    return { rows: { table, method, before: before.rows, after: null }, diagnostics: [diagnostic] };
  }
  await execution.record({ kind: "rows", table, when: "after", rows: counted.value, method });
  execution.emit({ code: "ROWS_COUNTED", table, when: "after", rows: counted.value, method });
  const rows = { table, method, before: before.rows, after: counted.value };
  return { rows, diagnostics: counted.value < before.rows ? [fewerRows(execution, before, counted.value)] : [] };
}

/** Statistics that show fewer rows are read again until they have caught up or time is over. */
async function settledRows(execution: Execution, before: RowsBefore): Promise<Attempt<bigint>> {
  const { clock, stop } = execution;
  const deadline = clock.now() + STATISTICS_PATIENCE_MS;
  for (;;) {
    const counted = await attemptAgain(execution, READ_ATTEMPTS, () =>
      readRows(execution, before.table, before.method),
    );
    const settled = !counted.ok || before.method === "exact" || counted.value >= before.rows;
    if (settled || clock.now() >= deadline || stop.aborted) return counted;
    await clock.sleep(STATISTICS_INTERVAL_MS, stop);
  }
}

async function readRows(execution: Execution, table: TableName, method: "exact" | "statistics"): Promise<bigint> {
  if (method === "exact") return execution.port.countRows(table);
  const observed = await execution.port.inspect({ definitions: [] });
  const live = observed.tables.find((candidate) => sameTable(candidate, table));
  return (live?.regions ?? []).reduce((sum, region) => sum + (region.rows ?? 0n), 0n);
}

/** With a TTL rows go by themselves: then fewer rows prove nothing. */
function fewerRows(execution: Execution, before: RowsBefore, after: bigint): Diagnostic {
  const address = tableKey(before.table);
  const declared = execution.declaration.tables.find((table) => sameTable(table, before.table));
  const expires = declared?.options["ttl"] !== undefined;
  const how = before.method === "exact" ? "counted" : "by the server's statistics";
  const since = new Date(before.at).toISOString();
  return (expires ? warningDiagnostic : errorDiagnostic)({
    code: "ROWS_FEWER",
    summary: `${address} has fewer rows than before`,
    detail:
      `${before.rows} at ${since}, ${after} now (${how}). ` +
      (expires
        ? "The table has a TTL, which can explain it."
        : "Unless somebody deleted them, they were lost: keep the cluster as it is and look at the datanodes that the regions left."),
    address,
  });
}
