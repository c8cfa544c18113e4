/**
 * Durations as the server writes them (`2months 29days 2h 52m 48s`) and as people do (`90d`, `1 day`, `1h30m`).
 * A month is 30.44 days and a year 365.25 days, as in the server (observed on 1.0.2 and 1.1.4: `90d` reads back as above).
 */
const NANOS: ReadonlyMap<string, bigint> = new Map(
  (
    [
      [["ns", "nsec", "nanos"], 1n],
      [["us", "µs", "usec", "micros"], 1_000n],
      [["ms", "msec", "millis"], 1_000_000n],
      [["s", "sec", "secs", "second", "seconds"], 1_000_000_000n],
      [["m", "min", "mins", "minute", "minutes"], 60_000_000_000n],
      [["h", "hr", "hrs", "hour", "hours"], 3_600_000_000_000n],
      [["d", "day", "days"], 86_400_000_000_000n],
      [["w", "week", "weeks", "wk", "wks"], 604_800_000_000_000n],
      [["M", "month", "months"], 2_630_016_000_000_000n],
      [["y", "yr", "yrs", "year", "years"], 31_557_600_000_000_000n],
    ] as const
  ).flatMap(([names, nanos]) => names.map((name): [string, bigint] => [name, nanos])),
);

/** Nanoseconds of a duration text; undefined when it is none. */
export function parseHumantime(text: string): bigint | undefined {
  const part = /\s*(\d+)\s*([A-Za-zµ]+)/gy;
  let total = 0n;
  let end = 0;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    const unit = NANOS.get(match[2] ?? "");
    if (unit === undefined) return undefined;
    total += BigInt(match[1] ?? "0") * unit;
    end = part.lastIndex;
  }
  return end > 0 && text.slice(end).trim() === "" ? total : undefined;
}

/** Whole milliseconds of a duration text; undefined when it is none. */
export function parseHumantimeMs(text: string): number | undefined {
  const nanos = parseHumantime(text);
  return nanos === undefined ? undefined : Number(nanos / 1_000_000n);
}

const OUTPUT: readonly (readonly [name: string, nanos: bigint, plural: boolean])[] = [
  ["year", 31_557_600_000_000_000n, true],
  ["month", 2_630_016_000_000_000n, true],
  ["day", 86_400_000_000_000n, true],
  ["h", 3_600_000_000_000n, false],
  ["m", 60_000_000_000n, false],
  ["s", 1_000_000_000n, false],
  ["ms", 1_000_000n, false],
  ["us", 1_000n, false],
  ["ns", 1n, false],
];

/** The server's text of a duration: `604800000000000n` is `7days`. */
export function formatHumantime(nanos: bigint): string {
  const parts: string[] = [];
  let rest = nanos;
  for (const [name, size, plural] of OUTPUT) {
    const count = rest / size;
    rest %= size;
    if (count > 0n) parts.push(`${count}${name}${plural && count > 1n ? "s" : ""}`);
  }
  return parts.length === 0 ? "0s" : parts.join(" ");
}
