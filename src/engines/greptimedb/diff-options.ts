import type { TableChange, TableName } from "../../planning/change";
import { canonicalOption, isAddedByServer, ttlNanos } from "./table-options";
import type { Capabilities } from "./version";

/** Differences between declared and live options, compared in the server's normal form, in order of their keys. */
export function diffOptions(
  table: TableName,
  declared: Readonly<Record<string, string>>,
  live: Readonly<Record<string, string>>,
  server: Capabilities,
): readonly TableChange[] {
  const keys = [...new Set([...Object.keys(declared), ...Object.keys(live)])].sort();
  return keys.flatMap((key): readonly TableChange[] => {
    const to = declared[key];
    const from = live[key];
    if (to === undefined) return from === undefined || isAddedByServer(key) ? [] : [unset(table, key, from, server)];
    if (from !== undefined && canonicalOption(key, from) === canonicalOption(key, to)) return [];
    if (from === undefined && isTheDefault(key, to)) return [];
    return [set(table, key, from ?? null, to, server)];
  });
}

/** What ALTER TABLE can set and take back of the compaction; the windows of runs and files only before 0.15. Others are refused. */
const CHANGEABLE_COMPACTION =
  /^compaction\.twcs\.(?:trigger_file_num|max_output_file_size|time_window|max_(?:in)?active_window_(?:runs|files))$/;

/** A declared value that the server does not keep because it says nothing. */
function isTheDefault(key: string, value: string): boolean {
  if (key === "append_mode" || key === "skip_wal") return value.toLowerCase() === "false";
  return key === "comment" && value === "";
}

function set(table: TableName, option: string, from: string | null, to: string, server: Capabilities): TableChange {
  const impossible = setProblem(option, from, to, server);
  return {
    kind: "set-option",
    table,
    option,
    from,
    to,
    reason: from === null ? "the option is not set" : `the option is ${from}`,
    losesData: option === "ttl" && keepsLess(from, to),
    ...(impossible === undefined ? {} : { impossible }),
    inverse:
      from === null
        ? {
            kind: "unset-option",
            table,
            option,
            from: to,
            reason: "undoes the change",
            losesData: false,
            inverse: null,
          }
        : {
            kind: "set-option",
            table,
            option,
            from: to,
            to: from,
            reason: "undoes the change",
            losesData: option === "ttl" && keepsLess(to, from),
            inverse: null,
          },
  };
}

function unset(table: TableName, option: string, from: string, server: Capabilities): TableChange {
  const canUnset =
    server.setOption &&
    (option === "ttl" ||
      CHANGEABLE_COMPACTION.test(option) ||
      (option === "write_buffer_size" && server.setStorageOptions));
  const can = option === "comment" ? server.commentOn : canUnset;
  return {
    kind: "unset-option",
    table,
    option,
    from,
    reason: "the option is not declared",
    losesData: false,
    ...(can
      ? {}
      : {
          impossible: `This server cannot take the option ${option} back. Declare it as it is (${from}), or create a new table.`,
        }),
    inverse: {
      kind: "set-option",
      table,
      option,
      from: null,
      to: from,
      reason: "undoes the change",
      losesData: option === "ttl" && keepsLess(null, from),
      inverse: null,
    },
  };
}

function setProblem(option: string, from: string | null, to: string, server: Capabilities): string | undefined {
  const onlyAtCreation = `The option ${option} can only be given when a table is created. Create a new table and copy the rows.`;
  if (option === "comment") return server.commentOn ? undefined : "Comments can be changed from GreptimeDB 1.0 on.";
  if (option === "ttl" || CHANGEABLE_COMPACTION.test(option)) {
    return server.setOption ? undefined : "Options can be changed from GreptimeDB 0.10 on.";
  }
  if (option === "append_mode" || (option === "skip_wal" && server.setStorageOptions)) {
    if (!server.setAppendMode) return onlyAtCreation;
    return to.toLowerCase() === "true"
      ? undefined
      : `The server changes ${option} only from false to true (it is ${from ?? "not set"}).`;
  }
  if (option === "sst_format" && server.setSstFormat) return undefined;
  const storage = ["write_buffer_size", "auto_flush_interval", "max_row_group_row_count"];
  return storage.includes(option) && server.setStorageOptions ? undefined : onlyAtCreation;
}

/** Whether rows are kept for a shorter time than before: the older ones vanish. */
function keepsLess(from: string | null, to: string): boolean {
  const after = ttlNanos(to);
  if (after === null || after === undefined) return false;
  const before = from === null ? null : ttlNanos(from);
  return before === null || before === undefined || after < before;
}
