import type { Answer } from "./client";

/**
 * What differs from run to run of the same server, as the recordings' README names it: UUIDs, times, durations, the order inside
 * `create_options`, memory, host and commit in `cluster_info`; and the order of rows where the statement asks for none.
 */
const VARYING: Readonly<Record<string, (value: string) => string>> = {
  create_time: () => "<time>", update_time: () => "<time>", start_time: () => "<time>", end_time: () => "<time>", Create_time: () => "<time>", Update_time: () => "<time>",
  uptime: () => "<duration>", active_time: () => "<duration>", peer_hostname: () => "<host>", total_memory_bytes: () => "<bytes>", total_cpu_millicores: () => "<cpus>", git_commit: () => "<commit>",
  create_options: (value) => value.split(" ").sort().join(" "),
};
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const ZERO_UUID = "00000000-0000-4000-8000-000000000000";

const withoutUuids = (text: string): string => text.replace(UUID, (uuid) => (uuid === ZERO_UUID ? uuid : "<uuid>"));

export function normalise(sql: string, answer: Answer): Answer {
  if (answer.error !== undefined) {
    const { connection_closed: closed, ...error } = answer.error;
    return { error: closed === true ? { message: "closed" } : { ...error, message: withoutUuids(error.message) } };
  }
  if (answer.rows === undefined || answer.columns === undefined) return answer.ok === undefined ? {} : { ok: { affected_rows: answer.ok.affected_rows } };
  const names = answer.columns.map((column) => column.split(" ")[0]!);
  const rows = answer.rows.map((row) => row.map((value, i) => (value === null ? null : (VARYING[names[i]!]?.(value) ?? withoutUuids(value)))));
  const ordered = /\border\s+by\b/i.test(sql) || !/^\s*select\b/i.test(sql);
  return { columns: answer.columns, rows: ordered ? rows : [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
}
