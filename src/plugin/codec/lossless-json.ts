import { formatNumber, isNumberValue, parseNumber } from "../value/number";
import type { NumberValue } from "../value/value";

/** JSON whose numbers keep all their digits; see `parseNumber` for their forms. */
export type LosslessJson =
  null | boolean | string | NumberValue | readonly LosslessJson[] | { readonly [name: string]: LosslessJson };

/** Nesting beyond this is refused instead of exhausting the stack. */
const deepest = 1_000;

/**
 * Parses JSON (RFC 8259) without rounding numbers. Of a repeated name the last value counts, as with `JSON.parse`.
 *
 * @throws SyntaxError with the offset of the first character that is wrong.
 * @example
 * parseLosslessJson('{"id":9223372036854775807}'); // { id: 9223372036854775807n }
 */
export function parseLosslessJson(text: string): LosslessJson {
  const parser = new Parser(text);
  return parser.document();
}

/** Writes JSON with all digits of its numbers, without white space, in the order of the properties. */
export function renderLosslessJson(value: LosslessJson): string {
  if (isNumberValue(value)) return formatNumber(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(renderLosslessJson).join(",")}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${renderLosslessJson(member)}`,
  );
  return `{${members.join(",")}}`;
}

function isArray(value: LosslessJson): value is readonly LosslessJson[] {
  return Array.isArray(value);
}

const whiteSpace = /[ \t\n\r]*/y;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): LosslessJson {
    const value = this.#value();
    this.#skip();
    if (this.#at !== this.#text.length) throw this.#error();
    return value;
  }

  #value(): LosslessJson {
    this.#skip();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#nested(() => this.#object());
      case "[":
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > deepest) throw new SyntaxError(`JSON is nested deeper than ${deepest} levels`);
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): LosslessJson {
    const members: [string, LosslessJson][] = [];
    this.#at++;
    if (this.#take("}")) return {};
    do {
      this.#skip();
      const name = this.#string();
      if (!this.#take(":")) throw this.#error();
      members.push([name, this.#value()]);
    } while (this.#take(","));
    if (!this.#take("}")) throw this.#error();
    return Object.fromEntries(members);
  }

  #array(): LosslessJson {
    const elements: LosslessJson[] = [];
    this.#at++;
    if (this.#take("]")) return elements;
    do elements.push(this.#value());
    while (this.#take(","));
    if (!this.#take("]")) throw this.#error();
    return elements;
  }

  #string(): string {
    const token = this.#match(stringToken);
    return JSON.parse(token) as string;
  }

  #number(): NumberValue {
    const start = this.#at;
    const value = parseNumber(this.#match(numberToken));
    if (value === undefined) throw new SyntaxError(`JSON number at offset ${start} has too many digits`);
    return value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error();
    this.#at += word.length;
    return value;
  }

  #match(token: RegExp): string {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text);
    if (found === null) throw this.#error();
    this.#at = token.lastIndex;
    return found[0];
  }

  #take(character: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skip(): void {
    whiteSpace.lastIndex = this.#at;
    whiteSpace.exec(this.#text);
    this.#at = whiteSpace.lastIndex;
  }

  #error(): SyntaxError {
    const what = this.#at < this.#text.length ? `character ${JSON.stringify(this.#text[this.#at])}` : "end";
    return new SyntaxError(`unexpected ${what} of JSON at offset ${this.#at}`);
  }
}
