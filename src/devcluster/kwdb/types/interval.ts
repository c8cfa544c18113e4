/** A span of time: months and days have no fixed length, the rest is nanoseconds. */
export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly nanos: bigint;
}

const SECOND = 1_000_000_000n;
const UNITS: Readonly<Record<string, { readonly months?: number; readonly days?: number; readonly nanos?: bigint }>> = {
  ns: { nanos: 1n }, us: { nanos: 1_000n }, ms: { nanos: 1_000_000n }, s: { nanos: SECOND }, m: { nanos: 60n * SECOND }, h: { nanos: 3_600n * SECOND },
  d: { days: 1 }, w: { days: 7 }, mon: { months: 1 }, y: { months: 12 },
};
const LONG: Readonly<Record<string, string>> = {
  nanosecond: "ns", microsecond: "us", millisecond: "ms", sec: "s", second: "s", min: "m", minute: "m", hr: "h", hour: "h", day: "d", week: "w", month: "mon", year: "y", yr: "y",
};

/** Reads `10 days`, `240h0m0s`, `-1h`, `5d`, `01:30:00`; null when it is none. A bare number counts seconds. */
export function parseInterval(text: string): Interval | null {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === "") return null;
  const clock = /^(-)?(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?$/.exec(trimmed);
  if (clock !== null) {
    const fraction = BigInt((clock[5] ?? "").padEnd(9, "0").slice(0, 9) || "0");
    const nanos = (BigInt(clock[2]!) * 3_600n + BigInt(clock[3]!) * 60n + BigInt(clock[4] ?? "0")) * SECOND + fraction;
    return { months: 0, days: 0, nanos: clock[1] === undefined ? nanos : -nanos };
  }
  if (/^[+-]?\d+$/.test(trimmed)) return { months: 0, days: 0, nanos: BigInt(trimmed) * SECOND };
  return parseUnits(trimmed);
}

function parseUnits(text: string): Interval | null {
  let rest = text;
  let [months, days, nanos] = [0, 0, 0n];
  let sign = 1;
  while (rest !== "") {
    const part = /^\s*([+-]?)\s*(\d+)(?:\.(\d+))?\s*([a-zµ]+)/.exec(rest);
    if (part === null) return null;
    if (part[1] !== "") sign = part[1] === "-" ? -1 : 1;
    const unit = UNITS[part[4]!] ?? UNITS[LONG[part[4]!.replace(/s$/, "")] ?? ""];
    if (unit === undefined) return null;
    const count = sign * Number(part[2]);
    const fraction = sign * Number(`0.${part[3] ?? "0"}`);
    months += (unit.months ?? 0) * count;
    days += (unit.days ?? 0) * count;
    nanos += (unit.nanos ?? 0n) * BigInt(count) + BigInt(Math.round(Number(unit.nanos ?? (unit.days ?? 30 * (unit.months ?? 0)) * 86_400e9) * fraction));
    rest = rest.slice(part[0].length).trim();
  }
  return { months, days, nanos };
}

/** All of it in nanoseconds, a month counting 30 days. */
export function totalNanos({ months, days, nanos }: Interval): bigint {
  return BigInt(months * 30 + days) * 86_400n * SECOND + nanos;
}

const SECONDS_PER_YEAR = 31_557_600n;

/** Whole seconds, rounded towards zero; a year counts 365.25 days here, and a month 30. */
export function totalSeconds({ months, days, nanos }: Interval): bigint {
  const years = Math.trunc(months / 12);
  return BigInt(years) * SECONDS_PER_YEAR + BigInt((months % 12) * 30 + days) * 86_400n + nanos / SECOND;
}

/** As the server prints intervals: `1 day`, `-01:00:00`, `1 mon 2 days 00:00:05`. */
export function formatInterval({ months, days, nanos }: Interval): string {
  const parts: string[] = [];
  const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
  const years = Math.trunc(months / 12);
  if (years !== 0) parts.push(plural(years, "year"));
  if (months % 12 !== 0) parts.push(plural(months % 12, "mon"));
  if (days !== 0) parts.push(plural(days, "day"));
  if (nanos !== 0n || parts.length === 0) {
    const absolute = nanos < 0n ? -nanos : nanos;
    const pad = (value: bigint): string => value.toString().padStart(2, "0");
    const seconds = absolute / SECOND;
    const micros = (absolute % SECOND) / 1_000n;
    const fraction = micros === 0n ? "" : `.${micros.toString().padStart(6, "0").replace(/0+$/, "")}`;
    parts.push(`${nanos < 0n ? "-" : ""}${pad(seconds / 3_600n)}:${pad((seconds / 60n) % 60n)}:${pad(seconds % 60n)}${fraction}`);
  }
  return parts.join(" ");
}

/** As Go prints durations: `240h0m0s`, `5m0s`, `1s`, `10ms`, `0s`. */
export function formatGoDuration(nanos: bigint): string {
  if (nanos === 0n) return "0s";
  const sign = nanos < 0n ? "-" : "";
  const absolute = nanos < 0n ? -nanos : nanos;
  if (absolute < SECOND) {
    const [unit, size] = absolute < 1_000n ? (["ns", 1n] as const) : absolute < 1_000_000n ? (["µs", 1_000n] as const) : (["ms", 1_000_000n] as const);
    return `${sign}${Number(absolute) / Number(size)}${unit}`;
  }
  const hours = absolute / (3_600n * SECOND);
  const minutes = (absolute / (60n * SECOND)) % 60n;
  const seconds = Number(absolute % (60n * SECOND)) / 1e9;
  return `${sign}${hours > 0n ? `${hours}h` : ""}${hours > 0n || minutes > 0n ? `${minutes}m` : ""}${seconds}s`;
}
