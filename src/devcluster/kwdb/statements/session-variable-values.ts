import { SqlError, uncategorized } from "../sql-error";
import { type Interval, parseInterval, totalNanos } from "../types/interval";
import { ISOLATION_LEVELS, type SessionVariable } from "./session-variable-list";

const COMPATIBLE = "this parameter is currently recognized only for compatibility and has no effect in CockroachDB.";
const ENCODINGS = new Set(["utf8", "unicode", "cp65001", "gbk", "gb18030", "big5"]);

/** `invalid value for parameter …`, with the values that there are. */
export const refusedValue = (name: string, text: string, { values, detail }: { readonly values?: readonly string[]; readonly detail?: string } = {}): SqlError =>
  new SqlError("22023", `invalid value for parameter "${name}": "${text}"`, { ...(values === undefined ? {} : { hint: `Available values: ${values.join(",")}` }), ...(detail === undefined ? {} : { detail }) });

export const milliseconds = (interval: Interval): bigint => totalNanos(interval) / 1_000_000n;

/** Throws what the server says when the variable does not take the text. */
export function checkText(name: string, variable: SessionVariable, text: string): void {
  const lower = text.toLowerCase();
  switch (variable.kind) {
    case "choice":
      if (!variable.values.includes(lower)) throw refusedValue(variable.reportedAs ?? name, text, { values: [...variable.values, ...(variable.hinted ?? [])] });
      return;
    case "compatible":
      if (!variable.values.includes(lower)) throw refusedValue(variable.reportedAs ?? name, text, { values: variable.values, detail: COMPATIBLE });
      return;
    case "compatible-int":
      if (text !== "0") throw refusedValue(name, text, { values: ["0"], detail: COMPATIBLE });
      return;
    case "compatible-bool":
      if (parseBool(text) !== (variable.initial === "on") && !variable.any) throw refusedValue(name, text, { values: [variable.initial], detail: COMPATIBLE });
      return;
    case "bool": parseBool(text); return;
    case "int": checkInt(name, text, variable.check); return;
    case "timeout": parseTimeout(name, text); return;
    case "time-zone": checkTimeZone(text); return;
    case "date-style":
      if (!/^\s*iso\s*(,\s*mdy\s*)?$/.test(lower)) throw refusedValue("DateStyle", lower, { values: ["ISO", "ISO, MDY"], detail: COMPATIBLE });
      return;
    case "encoding":
      if (cleanEncoding(text) !== "" && !ENCODINGS.has(cleanEncoding(text))) throw new SqlError("0A000", `unimplemented: unimplemented client encoding: "${cleanEncoding(text)}"`);
      return;
    case "transaction-isolation":
      if (!ISOLATION_LEVELS.includes(lower)) throw refusedValue(name, text, { values: ISOLATION_LEVELS });
      return;
    case "fixed": case "text": case "schemas":
  }
}

/** What SHOW prints then; null when the variable stays as it is. */
export function displayed(name: string, variable: SessionVariable, text: string): string | null {
  switch (variable.kind) {
    case "choice": return text.toLowerCase();
    case "bool": return parseBool(text) ? "on" : "off";
    case "int": return BigInt(text).toString();
    case "timeout": return parseTimeout(name, text).toString();
    case "encoding": return cleanEncoding(text) === "" ? "UTF8" : cleanEncoding(text);
    case "text": case "time-zone": case "schemas": return text;
    case "compatible": case "compatible-int": case "compatible-bool": case "date-style": case "transaction-isolation": case "fixed": return null;
  }
}

function parseBool(text: string): boolean {
  const word = text.toLowerCase();
  if (["on", "true", "t", "1"].includes(word)) return true;
  if (["off", "false", "f", "0"].includes(word)) return false;
  throw uncategorized(`strconv.ParseBool: parsing "${word}": invalid syntax`);
}

function checkInt(name: string, text: string, check: (value: bigint) => string | null): void {
  if (!/^[+-]?\d+$/.test(text)) throw refusedValue(name, text, { detail: `strconv.ParseInt: parsing "${text}": invalid syntax` });
  const reason = check(BigInt(text.replace(/^\+/, "")));
  if (reason !== null) throw new SqlError("22023", reason);
}

/** Milliseconds: a bare number counts them, anything else is an interval. */
function parseTimeout(name: string, text: string): bigint {
  const interval = /^\s*[+-]?\d+\s*$/.test(text) ? { months: 0, days: 0, nanos: BigInt(text.trim().replace(/^\+/, "")) * 1_000_000n } : parseInterval(text);
  if (interval === null) throw refusedValue(name, text, { detail: `could not parse "${text}" as type interval: invalid input syntax` });
  if (totalNanos(interval) < 0n) throw refusedValue(name, text, { detail: `${name} cannot have a negative duration` });
  return milliseconds(interval);
}

function checkTimeZone(text: string): void {
  const offset = offsetOf(text);
  if (offset !== null) {
    // Whole hours only.
    if (offset % 3600 !== 0 || offset < -12 * 3600 || offset > 14 * 3600) throw refusedValue("timezone", `fixed offset:${offset} (${text})`, { detail: `could not parse ${text} as time zone` });
  } else if (!isZone(text) && !isZone(text.toUpperCase())) throw refusedValue("timezone", `'${text}'`, { detail: `cannot find time zone "${text}": could not parse "${text}" as time zone` });
}

/** Seconds of `5`, `-3.5`, `+5:30` or `UTC+8`; null for what names a zone. */
function offsetOf(text: string): number | null {
  const [, , sign = "+", hours = "", fraction = "", minutes = "0", seconds = "0"] = /^(GMT|UTC)?([+-])?(\d{1,3})(\.\d+)?(?::([0-5]?\d))?(?::([0-5]?\d))?$/i.exec(text) ?? [];
  if (hours === "") return null;
  const magnitude = Math.trunc(Number(`${hours}${fraction}`) * 3600) + Number(minutes) * 60 + Number(seconds);
  return sign === "-" ? -magnitude : magnitude;
}

function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

const cleanEncoding = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");
