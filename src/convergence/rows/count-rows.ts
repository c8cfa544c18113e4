import type { Diagnostic } from "../../topology/diagnostic";
import type { TableName } from "../../planning/change";
import type { Execution } from "../execution";
import type { RowsResult } from "../result";
import { DiagnosticError, errorDiagnostic, warningDiagnostic } from "../../topology/diagnostic";
import { sameTable, tableKey } from "../../planning/table-key";
import { attemptAgain, type Attempt } from "../attempt";
import type { RowsRecord } from "../journal/resume";

/** Reads fail now and then while a region changes its datanode, and statistics follow with the next heartbeats. */
export const READ_ATTEMPTS = 6;
const STATISTICS_PATIENCE_MS = 15_000;
const STATISTICS_INTERVAL_MS = 3_000;

/** Rows of one table before anything was done to it. */
export interface RowsBefore {
  readonly table: TableName;
  readonly rows: bigint;
  readonly method: "exact" | "statistics";
  /** Only rows from this time on were counted, because older ones may expire meanwhile; null: all rows. Milliseconds since the epoch. */
  readonly since: number | null;
  /** When they were counted; earlier than this run when it continues another. */
  readonly at: number;
}

export type CountedBefore =
  | { readonly kind: "counted"; readonly before: RowsBefore }
  | { readonly kind: "failed"; readonly diagnostic: Diagnostic };

/** Rows per table by the server's statistics, by table key; tables without a figure are absent. */
export type TableSizes = ReadonlyMap<string, bigint>;

/**
 * The server's statistics of all tables, to decide which of them are small enough to be counted. One reading. Empty when nothing depends
 * on them or they cannot be read: then every table counts as small.
 */
export async function readTableSizes(execution: Execution): Promise<TableSizes> {
  if (execution.terms.verifyRows !== "exact" || execution.stop.aborted) return new Map();
  const read = await attemptAgain(execution, READ_ATTEMPTS, () => execution.port.inspect({ definitions: [] }));
  if (!read.ok) return new Map();
  const known = read.value.tables.filter((table) => table.regions.some((region) => region.rows !== null));
  return new Map(
    known.map((table) => [tableKey(table), table.regions.reduce((sum, region) => sum + (region.rows ?? 0n), 0n)]),
  );
}

/**
 * Counts the rows of a table before it is touched; the figure of an interrupted run goes before a new one. Rows of a table with a
 * lifetime are counted from half of it on, by the server's clock: for the other half none of them can go by itself.
 */
export async function countBefore(execution: Execution, table: TableName, sizes: TableSizes): Promise<CountedBefore> {
  const earlier = execution.resume.interrupted?.rowsBefore.get(tableKey(table));
  if (earlier !== undefined) return { kind: "counted", before: fromRecord(earlier) };
  const method = methodFor(execution, sizes.get(tableKey(table)));
  const since = method === "exact" ? await lastingSince(execution, table) : null;
  const counted = await attemptAgain(execution, READ_ATTEMPTS, () => readRows(execution, table, method, since));
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
  const { rows } = counted.value;
  await execution.record({ kind: "rows", table, when: "before", rows, method, since });
  execution.emit({ code: "ROWS_COUNTED", table, when: "before", rows, method, since });
  return { kind: "counted", before: { table, rows, method, since, at } };
}

function methodFor(execution: Execution, size: bigint | undefined): "exact" | "statistics" {
  const { verifyRows, verifyRowsLimit } = execution.terms;
  if (verifyRows === "statistics") return "statistics";
  return size !== undefined && size > verifyRowsLimit ? "statistics" : "exact";
}

/** From when on rows of the table outlast a run; null: all do, or the server does not say. */
export async function lastingSince(execution: Execution, table: TableName): Promise<number | null> {
  const ttl = await attemptAgain(execution, READ_ATTEMPTS, () => execution.port.rows.ttlMs(table));
  if (!ttl.ok || ttl.value === null) return null;
  // Half of a very long lifetime reaches back before the epoch, which a journal has no figure for.
  return Math.max(0, (await serverNow(execution)) - Math.floor(ttl.value / 2));
}

/** The time by which rows expire: the server's, or this machine's where the server does not tell. */
async function serverNow(execution: Execution): Promise<number> {
  const told = await attemptAgain(execution, READ_ATTEMPTS, () => execution.port.rows.nowMs());
  return (told.ok ? told.value : null) ?? execution.clock.now();
}

function fromRecord({ table, rows, method, since, at }: RowsRecord): RowsBefore {
  return { table, rows, method, since, at };
}

export interface CountedAfter {
  readonly rows: RowsResult;
  readonly diagnostics: readonly Diagnostic[];
  /** Fewer than before, and nothing but a loss or a deletion explains it. */
  readonly loss: boolean;
}

/**
 * Counts again and compares: fewer rows than before is an error with both figures. `otherRegions`: the regions that it had are gone, so
 * that it may be another table of this name.
 */
export async function countAfter(execution: Execution, before: RowsBefore, otherRegions: boolean): Promise<CountedAfter> {
  const { table, method, since } = before;
  const fence = since === null ? {} : { since };
  const counted = await settledRows(execution, before);
  if (!counted.ok) {
    const diagnostic = errorDiagnostic({
      code: "ROWS_NOT_COUNTED",
      summary: `The rows of ${tableKey(table)} could not be counted again`,
      detail: `There were ${before.rows} before. ${counted.diagnostic.summary}: ${counted.diagnostic.detail} Count them when the cluster answers.`,
      address: tableKey(table),
    });
    return { rows: { table, method, before: before.rows, after: null, ...fence }, diagnostics: [diagnostic], loss: false };
  }
  await execution.record({ kind: "rows", table, when: "after", rows: counted.value, method, since });
  execution.emit({ code: "ROWS_COUNTED", table, when: "after", rows: counted.value, method, since });
  const rows = { table, method, before: before.rows, after: counted.value, ...fence };
  if (counted.value >= before.rows) return { rows, diagnostics: [], loss: false };
  const explained = otherRegions ? OTHER_REGIONS : await mayHaveExpired(execution, before);
  return { rows, diagnostics: [fewerRows(before, counted.value, explained)], loss: explained === null };
}

const OTHER_REGIONS =
  "Its regions are others now. If it was dropped and created anew, its rows went with it; if it was repartitioned, they should all be there.";

/** Statistics that show fewer rows are read again until they have caught up or time is over. */
async function settledRows(execution: Execution, before: RowsBefore): Promise<Attempt<bigint>> {
  const { clock, stop } = execution;
  const deadline = clock.now() + STATISTICS_PATIENCE_MS;
  for (;;) {
    const counted = await attemptAgain(execution, READ_ATTEMPTS, () =>
      readRows(execution, before.table, before.method, before.since),
    );
    if (!counted.ok) return counted;
    const { rows, complete } = counted.value;
    const settled = before.method === "exact" || rows >= before.rows;
    if (!settled && !complete && (clock.now() >= deadline || stop.aborted))
      return { ok: false, diagnostic: statisticsIncomplete(before.table), transient: false, sent: true };
    if (settled || clock.now() >= deadline || stop.aborted) return { ok: true, value: rows };
    await clock.sleep(STATISTICS_INTERVAL_MS, stop);
  }
}

interface Rows {
  readonly rows: bigint;
  /** false: the statistics lack a region, as those of a metasrv that has just started do. */
  readonly complete: boolean;
}

async function readRows(
  execution: Execution,
  table: TableName,
  method: "exact" | "statistics",
  since: number | null,
): Promise<Rows> {
  if (method === "exact") return { rows: await execution.port.rows.count(table, since), complete: true };
  const observed = await execution.port.inspect({ definitions: [] });
  const live = observed.tables.find((candidate) => sameTable(candidate, table));
  if (live === undefined) throw new DiagnosticError(tableMissing(table));
  return {
    rows: live.regions.reduce((sum, region) => sum + (region.rows ?? 0n), 0n),
    complete: live.regions.every((region) => region.rows !== null),
  };
}

function tableMissing(table: TableName): Diagnostic {
  const address = tableKey(table);
  const detail = "It was dropped meanwhile. Plan again.";
  return errorDiagnostic({ code: "TABLE_MISSING", summary: `Table ${address} does not exist`, detail, address });
}

function statisticsIncomplete(table: TableName): Diagnostic {
  const address = tableKey(table);
  const detail = "region_statistics has no figure for some of its regions.";
  return errorDiagnostic({ code: "STATISTICS_INCOMPLETE", summary: "The server's statistics are incomplete", detail, address });
}

/** Why rows may have gone by themselves; null when they cannot have. */
async function mayHaveExpired(execution: Execution, before: RowsBefore): Promise<string | null> {
  const { since } = before;
  if (since !== null) {
    const ttl = await attemptAgain(execution, READ_ATTEMPTS, () => execution.port.rows.ttlMs(before.table));
    if (!ttl.ok || ttl.value === null || (await serverNow(execution)) < since + ttl.value) return null;
    return "The table's TTL has passed for the oldest rows that were counted before, which can explain it.";
  }
  const declared = execution.declaration.tables.find((table) => sameTable(table, before.table));
  return declared?.options["ttl"] === undefined ? null : "The table has a TTL, which can explain it.";
}

function fewerRows(before: RowsBefore, after: bigint, explained: string | null): Diagnostic {
  const address = tableKey(before.table);
  const how = before.method === "exact" ? "counted" : "by the server's statistics";
  const fence = before.since === null ? "" : `, only rows from ${new Date(before.since).toISOString()} on, which no TTL has removed`;
  const at = new Date(before.at).toISOString();
  return (explained === null ? errorDiagnostic : warningDiagnostic)({
    code: "ROWS_FEWER",
    summary: `${address} has fewer rows than before`,
    detail:
      `${before.rows} at ${at}, ${after} now (${how}${explained === null ? fence : ""}). ` +
      (explained ??
        "Unless somebody deleted them, they were lost: keep the cluster as it is and look at the datanodes that the regions left."),
    address,
  });
}
