/** One lexical element of a statement, with the place where it starts (both from 1) as error texts name it. */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "hex" | "number" | "symbol" | "variable" | "parameter" | "end";
  /** Words as written; quoted identifiers and strings without their quotes; symbols as they are. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
}

const SYMBOLS = ["<=>", "<=", ">=", "<>", "!=", "||", "::", "->", "(", ")", ",", ";", ".", "+", "-", "*", "/", "%", "=", "<", ">", "[", "]", "{", "}", ":", "&", "|", "^", "~", "!"];
const WORD_START = /[A-Za-z_\u0080-\uffff]/;
const WORD_PART = /[A-Za-z0-9_$\u0080-\uffff]/;
const DIGIT = /[0-9]/;

/** How an error text shows the token. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case "end": return "EOF";
    case "string": return `'${token.text}'`;
    case "quoted": return `\`${token.text}\``;
    case "hex": return `X'${token.text}'`;
    default: return token.text;
  }
}

/** The quoted text from `open` on: its content and where it ends; a doubled quote stands for one. */
function readQuoted(sql: string, open: number): { readonly text: string; readonly end: number } | null {
  const quote = sql[open]!;
  let text = "";
  for (let i = open + 1; i < sql.length; i++) {
    if (sql[i] !== quote) text += sql[i];
    else if (sql[i + 1] === quote) text += sql[i++];
    else return { text, end: i + 1 };
  }
  return null;
}

function skipWhile(sql: string, from: number, pattern: RegExp): number {
  let i = from;
  while (i < sql.length && pattern.test(sql[i]!)) i++;
  return i;
}

function skipBlank(sql: string, from: number): number {
  let i = from;
  for (;;) {
    i = skipWhile(sql, i, /\s/);
    const lineComment = sql[i] === "#" || (sql[i] === "-" && sql[i + 1] === "-");
    if (lineComment) {
      const end = sql.indexOf("\n", i);
      i = end < 0 ? sql.length : end;
    } else if (sql[i] === "/" && sql[i + 1] === "*") {
      const end = sql.indexOf("*/", i + 2);
      i = end < 0 ? sql.length : end + 2;
    } else return i;
  }
}

function numberEnd(sql: string, from: number): number {
  let i = skipWhile(sql, from, DIGIT);
  if (sql[i] === ".") i = skipWhile(sql, i + 1, DIGIT);
  const exponent = /^[eE][+-]?[0-9]+/.exec(sql.slice(i, i + 24));
  return exponent === null ? i : i + exponent[0].length;
}

type Lexeme = Pick<Token, "kind" | "text" | "end">;

function readLexeme(sql: string, i: number): Lexeme | string {
  const c = sql[i]!;
  if (c === "'" || c === '"' || c === "`") {
    const quoted = readQuoted(sql, i);
    if (quoted === null) return c === "`" ? "Expected close delimiter '`' before EOF." : "Unterminated string literal";
    return { kind: c === "`" ? "quoted" : "string", ...quoted };
  }
  if ((c === "x" || c === "X") && sql[i + 1] === "'") {
    const quoted = readQuoted(sql, i + 1);
    return quoted === null ? "Unterminated string literal" : { kind: "hex", ...quoted };
  }
  if (c === "@") {
    const end = skipWhile(sql, i + (sql[i + 1] === "@" ? 2 : 1), /[A-Za-z0-9_.$]/);
    return { kind: "variable", text: sql.slice(i, end), end };
  }
  if (WORD_START.test(c)) {
    const end = skipWhile(sql, i, WORD_PART);
    return { kind: "word", text: sql.slice(i, end), end };
  }
  if (DIGIT.test(c) || (c === "." && DIGIT.test(sql[i + 1] ?? ""))) {
    const end = numberEnd(sql, i);
    return { kind: "number", text: sql.slice(i, end), end };
  }
  if (c === "?") return { kind: "parameter", text: "?", end: i + 1 };
  const symbol = SYMBOLS.find((s) => sql.startsWith(s, i));
  return symbol === undefined ? `Unexpected character '${c}'` : { kind: "symbol", text: symbol, end: i + symbol.length };
}

/** A text that cannot be cut into tokens. */
export class TokenizeError extends Error {}

/**
 * Cuts a statement text into tokens, comments left out, ending with one `end` token.
 * Single and double quotes make strings, backticks identifiers (MySQL dialect); a backslash is an ordinary character.
 */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let counted = 0;
  const locate = (i: number): { line: number; column: number } => {
    for (; counted < i; counted++) {
      if (sql[counted] === "\n") {
        line++;
        lineStart = counted + 1;
      }
    }
    return { line, column: i - lineStart + 1 };
  };
  for (let i = skipBlank(sql, 0); i < sql.length; i = skipBlank(sql, i)) {
    const place = locate(i);
    const lexeme = readLexeme(sql, i);
    if (typeof lexeme === "string") throw new TokenizeError(`${lexeme} at Line: ${place.line}, Column: ${place.column}`);
    tokens.push({ ...lexeme, ...place, start: i });
    i = lexeme.end;
  }
  tokens.push({ kind: "end", text: "", ...locate(sql.length), start: sql.length, end: sql.length });
  return tokens;
}
