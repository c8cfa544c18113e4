import { ServerError } from "../model/types";
import type { OptionEntry } from "../syntax/ast";

/** Normal forms of table and database options. */

const UNITS: readonly (readonly [RegExp, bigint])[] = [
  [/^(ns|nsec|nanos?)$/, 1n],
  [/^(us|usec|micros?)$/, 1_000n],
  [/^(ms|msec|millis?)$/, 1_000_000n],
  [/^(s|sec|secs|seconds?)$/, 1_000_000_000n],
  [/^(m|min|mins|minutes?)$/, 60_000_000_000n],
  [/^(h|hr|hrs|hours?)$/, 3_600_000_000_000n],
  [/^(d|days?)$/, 86_400_000_000_000n],
  [/^(w|wk|weeks?)$/, 604_800_000_000_000n],
  [/^(M|months?)$/, 2_630_016_000_000_000n],
  [/^(y|yr|years?)$/, 31_557_600_000_000_000n],
];

/** `7d`, `1 day`, `1h30m` in nanoseconds; null when it is not a duration. */
export function parseDuration(text: string): bigint | null {
  let total = 0n;
  let rest = text.trim();
  while (rest !== "") {
    const m = /^(\d+)\s*([A-Za-z]+)\s*/.exec(rest);
    const unit = m === null ? undefined : UNITS.find(([pattern]) => pattern.test(m[2]!));
    if (m === null || unit === undefined) return null;
    total += BigInt(m[1]!) * unit[1];
    rest = rest.slice(m[0].length);
  }
  return text.trim() === "" ? null : total;
}

/** `2months 29days 2h 52m 48s`; the inverse of {@link parseDuration}, zero is `0s`. */
export function formatDuration(ns: bigint): string {
  if (ns === 0n) return "0s";
  const parts: string[] = [];
  let rest = ns;
  const take = (size: bigint, unit: string, plural: boolean): void => {
    const count = rest / size;
    rest %= size;
    if (count > 0n) parts.push(`${count}${unit}${plural && count > 1n ? "s" : ""}`);
  };
  take(31_557_600_000_000_000n, "year", true);
  take(2_630_016_000_000_000n, "month", true);
  take(86_400_000_000_000n, "day", true);
  take(3_600_000_000_000n, "h", false);
  take(60_000_000_000n, "m", false);
  take(1_000_000_000n, "s", false);
  take(1_000_000n, "ms", false);
  take(1_000n, "us", false);
  take(1n, "ns", false);
  return parts.join(" ");
}

function normalTtl(value: string): string | null {
  if (value === "" || value === "forever") return "forever";
  if (value === "instant") return "instant";
  const ns = parseDuration(value);
  return ns === null ? null : ns === 0n ? "forever" : formatDuration(ns);
}

const SIZE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

function normalSize(value: string): string | null {
  const m = /^(\d+)\s*(B|[KMGTP]i?B?)?$/i.exec(value.trim());
  if (m === null) return null;
  const power = "BKMGTP".indexOf((m[2] ?? "B")[0]!.toUpperCase());
  const bytes = BigInt(m[1]!) * 1024n ** BigInt(power);
  let unit = 0;
  for (let size = bytes; size >= 1024n && unit < 5; size /= 1024n) unit++;
  return unit === 0 ? `${bytes}B` : `${(Number(bytes) / 1024 ** unit).toFixed(1)}${SIZE_UNITS[unit]}`;
}

const TABLE_KEYS = new Set([
  "write_buffer_size", "ttl", "storage", "comment", "skip_wal", "sst_format", "append_mode", "merge_mode", "compaction.type", "compaction.override", "compaction.twcs.trigger_file_num",
  "compaction.twcs.max_output_file_size", "compaction.twcs.time_window", "compaction.twcs.remote_compaction", "compaction.twcs.fallback_to_local", "memtable.type", "index.inverted_index.ignore_column_ids",
  "index.inverted_index.segment_row_count", "index.type", "index.granularity", "wal_options", "auto_flush_interval", "max_row_group_row_count", "location", "pattern", "format", "physical_metric_table",
  "on_physical_table", "table_data_model", "otlp_metric_compat", "repartition.column.hint", "timeout", "wait", "bucket", "root", "endpoint", "access_key_id", "secret_access_key", "region",
]);
const TABLE_PREFIXES = ["memtable.bulk.", "memtable.partition_tree.", "compaction.twcs.max_active_window", "compaction.twcs.max_inactive_window"];

export type Options = Readonly<Record<string, string>>;

/** Options of CREATE TABLE in their normal form; refuses unknown keys and unreadable values. */
export function tableOptions(entries: readonly OptionEntry[], compactionOverride: boolean): Options {
  const options: Record<string, string> = {};
  for (const { key, value } of entries) {
    if (!TABLE_KEYS.has(key) && !TABLE_PREFIXES.some((p) => key.startsWith(p))) throw new ServerError("InvalidArguments", `Unrecognized table option key: ${key}`);
    options[key] = normalOption(key, value ?? "");
  }
  delete options["timeout"];
  delete options["wait"];
  if (compactionOverride && Object.keys(options).some((key) => key.startsWith("compaction."))) options["compaction.override"] ??= "true";
  return options;
}

/** One option's value in its normal form. */
export function normalOption(key: string, value: string): string {
  const normal = key === "ttl" ? normalTtl(value) : key === "write_buffer_size" ? normalSize(value) : value;
  if (normal === null) throw new ServerError("InvalidArguments", `Failed to parse table option, key: ${key}, value: ${value}`);
  return normal;
}

/** Keys that a database hands to its tables while they have none of their own. */
export function inheritedOptions(own: Options, database: Options): Options {
  const inherited = Object.entries(database).filter(([key]) => key === "ttl" || key.startsWith("compaction."));
  return { ...Object.fromEntries(inherited), ...own };
}

/** Database options that are copied into a table when it is created. */
export const COPIED_OPTIONS: readonly string[] = ["memtable.type", "append_mode", "merge_mode", "skip_wal", "sst_format"];

/** `WITH( … )` of SHOW CREATE; the lines between, sorted by key, keys with a dot quoted, secrets hidden. */
export function printOptions(options: Options, quoteDottedKeys: boolean): string {
  const lines = Object.keys(options).sort().map((key) => {
    const value = key === "access_key_id" || key === "secret_access_key" ? "******" : options[key]!;
    const name = quoteDottedKeys && key.includes(".") ? `'${key}'` : key;
    return `  ${name} = '${value.replaceAll("'", "''")}'`;
  });
  return lines.length === 0 ? "" : `WITH(\n${lines.join(",\n")}\n)`;
}

/** `information_schema.tables.create_options`. */
export function createOptionsText(options: Options): string {
  const first = ["write_buffer_size", "ttl", "skip_wal"].filter((key) => options[key] !== undefined);
  const rest = Object.keys(options).filter((key) => !first.includes(key)).sort();
  return [...first, ...rest].map((key) => `${key}=${options[key]}`).join(" ");
}
