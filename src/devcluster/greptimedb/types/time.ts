/** Time zones, and timestamps and dates as text. */

/** Minutes east of UTC of a zone (`UTC`, `+08:00`, `Asia/Shanghai`) at an instant; null for an unknown zone. */
export function zoneOffsetMinutes(zone: string, atMs: number): number | null {
  if (/^(utc|system|z)$/i.test(zone)) return 0;
  const fixed = /^([+-])(\d{1,2}):?(\d{2})$/.exec(zone);
  if (fixed !== null) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]));
  try {
    const name = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(atMs).find((p) => p.type === "timeZoneName")?.value ?? "";
    const offset = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name);
    return offset === null ? null : (offset[1] === "-" ? -1 : 1) * (Number(offset[2] ?? 0) * 60 + Number(offset[3] ?? 0));
  } catch {
    return null;
  }
}

const TIMESTAMP = /^(\d{4,6})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** A timestamp text as nanoseconds since the epoch, read in `zone` when it names none; null when it is not one. A date alone is not (observed). */
export function parseTimestamp(text: string, zone: string): bigint | null {
  const m = TIMESTAMP.exec(text.trim());
  if (m === null) return null;
  const [year, month, day, hour, minute, second] = m.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const check = new Date(localMs);
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60) return null;
  const offset = zoneOffsetMinutes(m[8] ?? zone, localMs) ?? 0;
  return BigInt(localMs - offset * 60_000) * 1_000_000n + BigInt((m[7] ?? "").padEnd(9, "0"));
}

/** Days since the epoch; null when the text is not a date. */
export function parseDate(text: string): bigint | null {
  const m = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
  if (m === null) return null;
  const date = new Date(Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3])));
  return date.getUTCDate() === Number(m[3]) ? BigInt(date.getTime() / 86_400_000) : null;
}

export function formatDate(days: bigint): string {
  return new Date(Number(days) * 86_400_000).toISOString().slice(0, 10);
}

export const unitsPerSecond = (digits: number): bigint => 10n ** BigInt(digits);

/** Converts a count of units between fractions of a second, rounding toward the past. */
export function rescale(value: bigint, from: number, to: number): bigint {
  if (to >= from) return value * 10n ** BigInt(to - from);
  const factor = 10n ** BigInt(from - to);
  const quotient = value / factor;
  return value % factor < 0n ? quotient - 1n : quotient;
}

export interface TimestampParts {
  /** `2024-01-01 00:00:00` in the zone. */
  readonly seconds: string;
  /** Nine digits. */
  readonly nanoseconds: string;
  readonly offsetMinutes: number;
}

export function timestampParts(value: bigint, digits: number, zone: string): TimestampParts {
  const ns = rescale(value, digits, 9);
  const seconds = rescale(ns, 9, 0);
  const offsetMinutes = zoneOffsetMinutes(zone, Number(seconds) * 1000) ?? 0;
  const local = new Date((Number(seconds) + offsetMinutes * 60) * 1000);
  const text = Number.isNaN(local.getTime()) ? "1970-01-01 00:00:00" : local.toISOString().replace(/^\+0*/, "+").slice(0, -5).replace("T", " ");
  return { seconds: text, nanoseconds: (ns - seconds * 1_000_000_000n).toString().padStart(9, "0"), offsetMinutes };
}

/** With as many fraction digits as needed in groups of three, and the zone: `2024-01-01 00:00:00.123+0000`. */
export function formatZonedTimestamp(value: bigint, digits: number, zone: string): string {
  const { seconds, nanoseconds, offsetMinutes } = timestampParts(value, digits, zone);
  const groups = nanoseconds.replace(/(000){1,3}$/, "");
  const minutes = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? "-" : "+";
  const offset = `${sign}${String(Math.floor(minutes / 60)).padStart(2, "0")}${String(minutes % 60).padStart(2, "0")}`;
  return `${seconds}${groups === "" ? "" : `.${groups}`}${offset}`;
}
