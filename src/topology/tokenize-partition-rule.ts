/** A piece of a rule's text. `offset` counts UTF-16 units from its start; `text` is what stood there. */
export type Token =
  | { readonly kind: "word"; readonly text: string; readonly offset: number }
  | { readonly kind: "column"; readonly name: string; readonly text: string; readonly offset: number }
  | { readonly kind: "string"; readonly value: string; readonly text: string; readonly offset: number }
  | { readonly kind: "number"; readonly text: string; readonly offset: number }
  | { readonly kind: "symbol"; readonly text: string; readonly offset: number }
  | { readonly kind: "unclosed"; readonly text: string; readonly offset: number }
  | { readonly kind: "end"; readonly text: ""; readonly offset: number };

const SPACE = /\s+/y;
const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SYMBOL = /<=|>=|<>|!=|[^]/uy;

/**
 * The pieces of a rule, ending with an `end` token.
 *
 * `columns`: names that may stand unquoted although they are no plain word (`my col < 1`), as SHOW CREATE TABLE prints
 * them; the longest name that fits is taken.
 */
export function tokenizePartitionRule(text: string, columns: readonly string[]): readonly Token[] {
  const odd = columns.filter((name) => name !== "" && match(WORD, name, 0) !== name).sort((a, b) => b.length - a.length);
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    offset += match(SPACE, text, offset).length;
    if (offset >= text.length) return [...tokens, { kind: "end", text: "", offset }];
    const token = tokenAt(text, offset, odd);
    tokens.push(token);
    offset += token.text.length;
  }
}

function tokenAt(text: string, offset: number, odd: readonly string[]): Token {
  const first = text[offset];
  if (first === "'" || first === "`" || first === '"') return quoted(text, offset, first);
  const column = odd.find((name) => text.startsWith(name, offset) && endsHere(text, offset, name));
  if (column !== undefined) return { kind: "column", name: column, text: column, offset };
  const word = match(WORD, text, offset);
  if (word !== "") return { kind: "word", text: word, offset };
  const number = match(NUMBER, text, offset);
  if (number !== "") return { kind: "number", text: number, offset };
  return { kind: "symbol", text: match(SYMBOL, text, offset), offset };
}

/** A name ends where the word that it ends with ends: `my co` is not at the start of `my col < 1`. */
function endsHere(text: string, offset: number, name: string): boolean {
  const end = offset + name.length;
  return match(/[\p{L}\p{M}\p{N}_]/uy, text, end) === "" || match(/[\p{L}\p{M}\p{N}_]$/u, name, 0) === "";
}

/** Quotes are doubled inside quotes; there are no backslash escapes. */
function quoted(text: string, offset: number, quote: string): Token {
  let value = "";
  for (let at = offset + 1; at < text.length; at += 1) {
    if (text[at] !== quote) {
      value += text[at];
    } else if (text[at + 1] === quote) {
      value += quote;
      at += 1;
    } else {
      const whole = text.slice(offset, at + 1);
      return quote === "'"
        ? { kind: "string", value, text: whole, offset }
        : { kind: "column", name: value, text: whole, offset };
    }
  }
  return { kind: "unclosed", text: text.slice(offset), offset };
}

function match(pattern: RegExp, text: string, offset: number): string {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? "";
}
