import { formatHumantime, parseHumantime } from "./humantime";

/**
 * The server's normal form of an option value, so that declared and live values can be compared:
 * `ttl` and time windows as durations (`7d` is `7days`, `0s` is `forever`), sizes as the server prints them (`1024` is `1.0KiB`),
 * flags in lower case. Values of other options stay as written. Observed on 1.0.2 and 1.1.4.
 */
export function canonicalOption(key: string, value: string): string {
  switch (key) {
    case "ttl":
      return canonicalTtl(value);
    case "write_buffer_size":
    case "compaction.twcs.max_output_file_size":
      return canonicalSize(value);
    case "compaction.twcs.time_window":
    case "auto_flush_interval": {
      const nanos = parseHumantime(value);
      return nanos === undefined ? value : formatHumantime(nanos);
    }
    default:
      return /^(true|false)$/i.test(value) ? value.toLowerCase() : value;
  }
}

function canonicalTtl(value: string): string {
  const text = value.trim();
  if (text === "" || /^(forever|null)$/i.test(text)) return "forever";
  if (/^instant$/i.test(text)) return "instant";
  const nanos = parseHumantime(text);
  if (nanos === undefined) return text;
  return nanos === 0n ? "forever" : formatHumantime(nanos);
}

const SIZE_UNITS = ["", "K", "M", "G", "T", "P"] as const;

function canonicalSize(value: string): string {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([KMGTP]?)(?:i?B)?\s*$/i.exec(value);
  if (match === null) return value;
  const power = SIZE_UNITS.indexOf((match[2] ?? "").toUpperCase() as (typeof SIZE_UNITS)[number]);
  const bytes = Math.trunc(Number(match[1]) * 1024 ** power);
  for (let unit = SIZE_UNITS.length - 1; unit > 0; unit--) {
    if (bytes >= 1024 ** unit) return `${(bytes / 1024 ** unit).toFixed(1)}${SIZE_UNITS[unit]}iB`;
  }
  return `${bytes}B`;
}

/** Nanoseconds that rows are kept: null for ever; undefined when the text is no TTL. */
export function ttlNanos(value: string): bigint | null | undefined {
  const canonical = canonicalTtl(value);
  if (canonical === "forever") return null;
  return canonical === "instant" ? 0n : parseHumantime(canonical);
}

/**
 * Options that appear on the server without having been declared: it adds them beside `compaction.twcs.*`, or copies them
 * from the database when the table is created. Alone they are no drift.
 */
const ADDED_BY_SERVER: ReadonlySet<string> = new Set([
  "compaction.override",
  "compaction.type",
  "regions",
  "memtable.type",
  "append_mode",
  "merge_mode",
  "skip_wal",
  "sst_format",
]);

/** Whether an option that only the server has is no drift. */
export function isAddedByServer(key: string): boolean {
  return ADDED_BY_SERVER.has(key);
}

/** Keys of the space separated `key=value` list of information_schema.tables.create_options (values with spaces are not quoted there). */
export function createOptionKeys(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/(?:^|\s)([a-z_][a-z0-9_.]*)=/g), (match) => match[1] ?? ""));
}
