import { SqlError } from "../sql-error";
import type { Token } from "./token";

/** Reserved words: not names unless quoted. */
const RESERVED = new Set(
  ("all analyse analyze and any array as asc asymmetric both case cast check collate column concurrently constraint create current_date current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from grant group having in index initially intersect into lateral leading limit localtime localtimestamp not nothing null offset on only or order partition placing primary references returning select session_user some symmetric table then to trailing true union unique user using variadic view virtual when where window with"
  ).split(" "),
);

/** A place in the tokens of one statement. */
export class Cursor {
  position = 0;
  /** Names the statement for `try \h …`; null for none. */
  help: string | null = null;

  constructor(
    readonly sql: string,
    readonly tokens: readonly Token[],
  ) {}

  get token(): Token {
    return this.tokens[this.position]!;
  }

  peek(ahead = 1): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    const { token } = this;
    if (token.kind === "error") throw this.error();
    if (token.kind !== "end") this.position++;
    return token;
  }

  /** Whether the next tokens are these keywords. */
  at(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const token = this.peek(i);
      return (token.kind === "name" || token.kind === "operator") && token.text === word;
    });
  }

  accept(...words: readonly string[]): boolean {
    if (!this.at(...words)) return false;
    this.position += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) throw this.error();
  }

  /** A name as objects have: quoted, or a word that is not reserved. */
  name(): string {
    const { token } = this;
    if (token.kind !== "quoted-name" && (token.kind !== "name" || RESERVED.has(token.text))) throw this.error();
    this.next();
    return token.text;
  }

  /** A name that may be a reserved word, as zones and partitions have. */
  unrestrictedName(): string {
    const { token } = this;
    if (token.kind !== "quoted-name" && token.kind !== "name") throw this.error();
    this.next();
    return token.text;
  }

  isName(): boolean {
    return this.token.kind === "quoted-name" || (this.token.kind === "name" && !RESERVED.has(this.token.text));
  }

  integer(): number {
    if (this.token.kind !== "integer") throw this.error();
    return Number(this.next().text);
  }

  string(): string {
    if (this.token.kind !== "string") throw this.error();
    return this.next().text;
  }

  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(",")) items.push(item());
    return items;
  }

  parenthesised<T>(content: () => T): T {
    this.expect("(");
    const result = content();
    this.expect(")");
    return result;
  }

  /** A syntax error at the present token, in the server's words. */
  error(reason?: string, hint?: string): SqlError {
    const { token, sql } = this;
    const message = token.kind === "error" ? token.message! : `at or near "${token.text}": syntax error${reason === undefined ? "" : `: ${reason}`}`;
    const help = hint ?? (this.help === null ? undefined : `try \\h ${this.help}`);
    const lineEnd = sql.indexOf("\n", token.start);
    const shown = lineEnd < 0 ? sql : sql.slice(0, lineEnd);
    const column = token.start - (sql.lastIndexOf("\n", token.start - 1) + 1);
    return new SqlError("42601", message, { detail: `source SQL:\n${shown}\n${" ".repeat(column)}^`, ...(help === undefined ? {} : { hint: help }) });
  }
}

/** A name where reserved words need no quotes: of an index or a partition. */
export function quoteUnrestrictedName(name: string): string {
  return RESERVED.has(name) ? name : quoteName(name);
}

/** A name as SQL needs it: quoted when it is a reserved word or not all lower case letters, digits and `_`. */
export function quoteName(name: string): string {
  return /^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
