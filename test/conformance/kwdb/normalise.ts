import type { Answer } from "./client";

/** What the recordings' README names as different from run to run: ids of ranges, jobs and tables, stores, lease holders, sizes, times; and ports. */
const count = (text: string): string => `<${text === "{}" ? 0 : text.split(",").length} of them>`;
const VARYING: Readonly<Record<string, (value: string) => string>> = {
  range_id: () => "<range>", lease_holder: () => "<store>", lease_holder_locality: () => "<locality>", lease_holder_qps: () => "<rate>", range_size: () => "<bytes>", range_size_mb: () => "<megabytes>",
  replicas: count, replica_localities: count, address: (value) => value.replace(/:\d+$/, ":<port>"),
};
const RANGE_IN_NAME = /rebalance_replica\d+/g;

/** An answer without what may differ. */
export function normalise(sql: string, answer: Answer): Answer {
  const error = answer.error === undefined ? undefined : { ...answer.error, message: answer.error.message.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:<port>") };
  if (answer.rows === undefined || answer.columns === undefined) return ordered({ ...answer, ...(error === undefined ? {} : { error }) });
  const names = answer.columns.map((column) => column.slice(0, column.lastIndexOf(" ")));
  const rows = answer.rows.map((row) => row.map((value, i) => (value === null ? null : (VARYING[names[i]!]?.(value) ?? value).replace(RANGE_IN_NAME, "rebalance_replica<range>"))));
  // Ordered by an id that varies is not ordered at all; and without ORDER BY a SELECT promises nothing.
  const stable = /\border\s+by\b/i.test(sql) ? !/\border\s+by\s+range_id\b/i.test(sql) : !/^\s*select\b/i.test(sql);
  return ordered({ ...answer, rows: stable ? rows : [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) });
}

/** The same keys in the same order, whatever the source. */
function ordered({ command, row_count, columns, rows, error }: Answer): Answer {
  const sorted = error === undefined ? undefined : { ...(error.sqlstate === undefined ? {} : { sqlstate: error.sqlstate }), message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }), ...(error.detail === undefined ? {} : { detail: error.detail }) };
  return { ...(command === undefined ? {} : { command }), ...(row_count === undefined ? {} : { row_count }), ...(columns === undefined ? {} : { columns }), ...(rows === undefined ? {} : { rows }), ...(sorted === undefined ? {} : { error: sorted }) };
}
