/** One lexical unit. `text` is normalised: unquoted names and keywords in lower case, strings without quotes. */
export interface Token {
  readonly kind: "name" | "quoted-name" | "integer" | "decimal" | "duration" | "string" | "bytes" | "parameter" | "operator" | "end" | "error";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Of an error token: the message. */
  readonly message?: string;
}

const UNITS = new Set(["ns", "us", "ms", "s", "m", "h", "d", "w", "mon", "y", "second", "minute", "hour", "day", "week", "month", "year"]);
const OPERATORS = ["->>", "::", "<=", ">=", "<>", "!=", "||", "->", "@>"];
const NAME_START = /[A-Za-z_\u0080-\uffff]/;
const NAME_PART = /[A-Za-z0-9_$\u0080-\uffff]/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Splits a text into tokens. Never throws: what cannot be read becomes an `error` token that the parser reports when it gets there. */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let position = 0; ; ) {
    position = skipBlank(sql, position);
    if (position >= sql.length) break;
    const token = scan(sql, position);
    tokens.push(token);
    if (token.kind === "error") break;
    position = token.end;
  }
  tokens.push({ kind: "end", text: "EOF", start: sql.length, end: sql.length });
  return tokens;
}

function skipBlank(sql: string, from: number): number {
  let position = from;
  for (;;) {
    while (/\s/.test(sql[position] ?? "")) position++;
    if (sql.startsWith("--", position)) {
      const end = sql.indexOf("\n", position);
      position = end < 0 ? sql.length : end + 1;
    } else if (sql.startsWith("/*", position)) {
      const end = sql.indexOf("*/", position + 2);
      position = end < 0 ? sql.length : end + 2;
    } else return position;
  }
}

function scan(sql: string, start: number): Token {
  const c = sql[start]!;
  if ((c === "e" || c === "E") && sql[start + 1] === "'") return scanString(sql, start, start + 1, true);
  if ((c === "x" || c === "X") && sql[start + 1] === "'") return { ...scanString(sql, start, start + 1, false), kind: "bytes" };
  if (NAME_START.test(c)) return scanName(sql, start);
  if (/[0-9]/.test(c) || (c === "." && /[0-9]/.test(sql[start + 1] ?? ""))) return scanNumber(sql, start);
  if (c === "'") return scanString(sql, start, start, false);
  if (c === '"') return scanQuotedName(sql, start);
  if (c === "$" && /[0-9]/.test(sql[start + 1] ?? "")) {
    const digits = /^[0-9]+/.exec(sql.slice(start + 1))![0];
    return { kind: "parameter", text: digits, start, end: start + 1 + digits.length };
  }
  const operator = OPERATORS.find((o) => sql.startsWith(o, start)) ?? c;
  return { kind: "operator", text: operator, start, end: start + operator.length };
}

function scanName(sql: string, start: number): Token {
  let end = start + 1;
  while (NAME_PART.test(sql[end] ?? "")) end++;
  return { kind: "name", text: sql.slice(start, end).toLowerCase(), start, end };
}

/** Digits directly followed by one unit are a duration (`5d`); by anything else of a name, an error. */
function scanNumber(sql: string, start: number): Token {
  const text = /^(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/.exec(sql.slice(start))![0];
  const end = start + text.length;
  if (!NAME_START.test(sql[end] ?? "")) return { kind: /^[0-9]+$/.test(text) ? "integer" : "decimal", text, start, end };
  const unit = /^[A-Za-z_]+/.exec(sql.slice(end))?.[0] ?? sql[end]!;
  const after = end + unit.length;
  if (UNITS.has(unit.toLowerCase()) && !NAME_PART.test(sql[after] ?? "")) return { kind: "duration", text: text + unit, start, end: after };
  return { kind: "error", text: text + unit, start, end: after, message: `lexical error: trailing junk after numeric literal at or near "${text}${unit}"` };
}

function scanString(sql: string, start: number, quote: number, escaped: boolean): Token {
  let text = "";
  for (let i = quote + 1; i < sql.length; i++) {
    const c = sql[i]!;
    if (c === "'") {
      if (sql[i + 1] !== "'") return { kind: "string", text, start, end: i + 1 };
      i++;
      text += "'";
    } else if (escaped && c === "\\") {
      const next = sql[++i] ?? "";
      text += ESCAPES[next] ?? next;
    } else text += c;
  }
  return { kind: "error", text, start, end: sql.length, message: "lexical error: unterminated string" };
}

function scanQuotedName(sql: string, start: number): Token {
  let text = "";
  for (let i = start + 1; i < sql.length; i++) {
    const c = sql[i]!;
    if (c !== '"') text += c;
    else if (sql[i + 1] === '"') text += sql[++i]!;
    else return { kind: "quoted-name", text, start, end: i + 1 };
  }
  return { kind: "error", text, start, end: sql.length, message: "lexical error: unterminated quoted identifier" };
}
