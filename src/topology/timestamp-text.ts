/** A point in time: nanoseconds since 1970-01-01 00:00:00 UTC. */
export type Nanoseconds = bigint;

const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400n;
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? ?(?:(Z|z|UTC)|([+-])(\d{2}):?(\d{2}))?$/;

/**
 * Reads `2024-01-01 00:00:00`, with up to nine digits of a fraction, `T` instead of the space and a zone at the end
 * (`Z`, `UTC`, `+0800`, `+08:00`); without one it is UTC. Undefined for anything else, dates alone included:
 * the server refuses `'2024-01-01'` as a timestamp (observed on 1.0.2 and 1.1.4).
 */
export function parseTimestamp(text: string): Nanoseconds | undefined {
  const parts = TIMESTAMP.exec(text.trim());
  if (parts === null) return undefined;
  const [, date = "", hour, minute, second, fraction = "", , sign, zoneHour = "0", zoneMinute = "0"] = parts;
  const days = parseDate(date);
  const time = [Number(hour), Number(minute), Number(second), Number(zoneHour), Number(zoneMinute)] as const;
  if (days === undefined || time[0] > 23 || time[1] > 59 || time[2] > 59 || time[3] > 23 || time[4] > 59) return undefined;
  const offset = (time[3] * 60 + time[4]) * 60 * (sign === "-" ? -1 : 1);
  const seconds = BigInt(days) * SECONDS_PER_DAY + BigInt(time[0] * 3600 + time[1] * 60 + time[2] - offset);
  return seconds * NANOSECONDS_PER_SECOND + BigInt(fraction.padEnd(9, "0"));
}

/**
 * The server's text of an instant in UTC: `2024-01-01 00:00:00+0000`, with 3, 6 or 9 digits of a fraction when there is one.
 * Undefined before year 0 and after 9999.
 */
export function formatTimestamp(instant: Nanoseconds): string | undefined {
  const seconds = floorDivide(instant, NANOSECONDS_PER_SECOND);
  const days = floorDivide(seconds, SECONDS_PER_DAY);
  const date = formatDate(Number(days));
  if (date === undefined) return undefined;
  const ofDay = Number(seconds - days * SECONDS_PER_DAY);
  const clock = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60].map(twoDigits).join(":");
  return `${date} ${clock}${fractionText(instant - seconds * NANOSECONDS_PER_SECOND)}+0000`;
}

function fractionText(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return "";
  const digits = nanoseconds.toString().padStart(9, "0");
  if (digits.endsWith("000000")) return `.${digits.slice(0, 3)}`;
  return digits.endsWith("000") ? `.${digits.slice(0, 6)}` : `.${digits}`;
}

/** Days since 1970-01-01 of `2024-02-29`; undefined for another form or a day that does not exist. */
export function parseDate(text: string): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return undefined;
  const days = daysOfCivil(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  return formatDate(days) === text ? days : undefined;
}

/** `2024-02-29` of the days since 1970-01-01; undefined before year 0 and after 9999. */
export function formatDate(days: number): string | undefined {
  const era = days + 719_468;
  const cycle = Math.floor(era / 146_097);
  const dayOfCycle = era - cycle * 146_097;
  const yearOfCycle = Math.floor(
    (dayOfCycle - Math.floor(dayOfCycle / 1460) + Math.floor(dayOfCycle / 36_524) - Math.floor(dayOfCycle / 146_096)) / 365,
  );
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0);
  if (year < 0 || year > 9999) return undefined;
  return `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(day)}`;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar. The year is counted from March, so that leap days come last. */
function daysOfCivil(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const cycle = Math.floor(shiftedYear / 400);
  const yearOfCycle = shiftedYear - cycle * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfCycle = yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear;
  return cycle * 146_097 + dayOfCycle - 719_468;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
