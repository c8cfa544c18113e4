declare const brand: unique symbol;

/** A whole number of seconds. */
export type Seconds = number & { readonly [brand]: "Seconds" };

export const SECONDS_PER_DAY = 86_400;
const NANOS_PER_SECOND = 1_000_000_000n;

/** Seconds from a safe integer. Throws RangeError for anything else. */
export function seconds(value: number): Seconds {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number of seconds.`);
  return value as Seconds;
}

/** `days(10)` is 864000 seconds. Parts of a day are allowed as long as whole seconds remain: `days(0.5)`. */
export function days(value: number): Seconds {
  return seconds(Number((value * SECONDS_PER_DAY).toFixed(6)));
}

const NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  ms: 1_000_000n,
  s: NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  h: 3600n * NANOS_PER_SECOND,
  d: 86_400n * NANOS_PER_SECOND,
  w: 604_800n * NANOS_PER_SECOND,
};

const LONG_NAMES: Readonly<Record<string, string>> = {
  second: "s",
  seconds: "s",
  sec: "s",
  secs: "s",
  minute: "m",
  minutes: "m",
  min: "m",
  mins: "m",
  hour: "h",
  hours: "h",
  hr: "h",
  hrs: "h",
  day: "d",
  days: "d",
  week: "w",
  weeks: "w",
};

/** What a duration's text says: nanoseconds, and whether it is written in days or weeks (settings refuse those). */
export interface ParsedDuration {
  readonly nanos: bigint;
  readonly usesDays: boolean;
}

/**
 * A duration from text: Go's form (`240h0m0s`, `1.5h`), numbers with units (`10d`, `10 days 12 hours`) or the clock form that
 * intervals print (`00:00:01`). A leading minus is read. Undefined for anything else, months and years included, whose length varies.
 */
export function parseDuration(text: string): ParsedDuration | undefined {
  const trimmed = text.trim();
  const negative = trimmed.startsWith("-");
  const magnitude = parseMagnitude(negative ? trimmed.slice(1) : trimmed);
  return magnitude === undefined ? undefined : { ...magnitude, nanos: negative ? -magnitude.nanos : magnitude.nanos };
}

function parseMagnitude(text: string): ParsedDuration | undefined {
  const clock = /^(\d+):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/.exec(text);
  if (clock !== null) {
    const whole = BigInt(clock[1] ?? 0) * 3600n + BigInt(clock[2] ?? 0) * 60n + BigInt(clock[3] ?? 0);
    return { nanos: whole * NANOS_PER_SECOND + BigInt((clock[4] ?? "").padEnd(9, "0")), usesDays: false };
  }
  if (text === "0") return { nanos: 0n, usesDays: false };
  const part = /\s*(\d+)(?:\.(\d+))?\s*([a-zµ]+)/giy;
  let nanos = 0n;
  let usesDays = false;
  let end = 0;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    const word = (match[3] ?? "").toLowerCase();
    const unit = LONG_NAMES[word] ?? word;
    const scale = Object.hasOwn(NANOS, unit) ? NANOS[unit] : undefined;
    if (scale === undefined) return undefined;
    const fraction = match[2] ?? "";
    nanos += (BigInt(`${match[1]}${fraction}`) * scale) / 10n ** BigInt(fraction.length);
    usesDays ||= unit === "d" || unit === "w";
    end = part.lastIndex;
  }
  return end > 0 && text.slice(end).trim() === "" ? { nanos, usesDays } : undefined;
}

/** Whole seconds from a duration's text; undefined when it is none or has a part of a second. */
export function parseSeconds(text: string): Seconds | undefined {
  const parsed = parseDuration(text);
  if (parsed === undefined || parsed.nanos % NANOS_PER_SECOND !== 0n) return undefined;
  return secondsOfNanos(parsed.nanos);
}

/** Whole seconds of nanoseconds; the server drops parts of a second of `ts_merge.days` as well. */
export function secondsOfNanos(nanos: bigint): Seconds {
  return seconds(Number(nanos / NANOS_PER_SECOND));
}

/** Go's form, in which the server prints durations: `240h0m0s`, `5m0s`, `30s`, `1.5s`, `200ms`, `0s`. */
export function formatDuration(nanos: bigint): string {
  if (nanos < 0n) return `-${formatDuration(-nanos)}`;
  if (nanos === 0n) return "0s";
  if (nanos < 1000n) return `${nanos}ns`;
  if (nanos < 1_000_000n) return `${decimal(nanos, 3)}µs`;
  if (nanos < NANOS_PER_SECOND) return `${decimal(nanos, 6)}ms`;
  const minutes = nanos / (60n * NANOS_PER_SECOND);
  const rest = `${decimal(nanos % (60n * NANOS_PER_SECOND), 9)}s`;
  if (minutes === 0n) return rest;
  return minutes < 60n ? `${minutes}m${rest}` : `${minutes / 60n}h${minutes % 60n}m${rest}`;
}

/** {@link formatDuration} of whole seconds. */
export function formatSeconds(value: Seconds): string {
  return formatDuration(BigInt(value) * NANOS_PER_SECOND);
}

function decimal(value: bigint, places: number): string {
  const scale = 10n ** BigInt(places);
  const fraction = (value % scale).toString().padStart(places, "0").replace(/0+$/, "");
  return `${value / scale}${fraction === "" ? "" : `.${fraction}`}`;
}
