/** A token of the server's SQL text, with where it stands, so that slices of the text can be taken. */
export interface SqlToken {
  readonly kind: "word" | "identifier" | "string" | "number" | "symbol" | "end";
  /** Words as written; identifiers and strings without quotes, doubled quotes undone. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The text is not SQL that the tokenizer or a parser on top of it understands. */
export class SqlTextError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
    this.name = "SqlTextError";
  }
}

const SPACE = /\s+/y;
const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SYMBOL = /<=|>=|<>|!=|./suy;

/**
 * Tokens of a statement, ended by one token of kind `end`. Quotes: `'string'`, `` `identifier` ``, `"identifier"`, each doubled inside;
 * a backslash is a character like any other, as in the server. Throws {@link SqlTextError} for a quote that is not closed.
 */
export function tokenizeSql(text: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < text.length) {
    const space = matchAt(SPACE, text, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
  return tokens;
}

function tokenAt(text: string, start: number): SqlToken {
  const quote = text[start];
  if (quote === "'" || quote === "`" || quote === '"') return quoted(text, start, quote);
  const word = matchAt(WORD, text, start);
  if (word !== undefined) return { kind: "word", text: word, start, end: start + word.length };
  const number = matchAt(NUMBER, text, start);
  if (number !== undefined) return { kind: "number", text: number, start, end: start + number.length };
  const symbol = matchAt(SYMBOL, text, start) ?? "";
  return { kind: "symbol", text: symbol, start, end: start + symbol.length };
}

function quoted(text: string, start: number, quote: string): SqlToken {
  let content = "";
  let at = start + 1;
  for (;;) {
    const close = text.indexOf(quote, at);
    if (close < 0) throw new SqlTextError(`the ${quote} at ${start} is not closed`, start);
    content += text.slice(at, close);
    if (text[close + 1] !== quote) {
      return { kind: quote === "'" ? "string" : "identifier", text: content, start, end: close + 1 };
    }
    content += quote;
    at = close + 2;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
