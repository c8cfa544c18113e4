import { SqlError } from "../sql-error";
import type { Token } from "./token";

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

/** Reserved words of 3.2.1. */
const RESERVED = words(
  "all analyse analyze and any array as asc assign asymmetric attribute attributes both case cast cast_check check collate column comment compress concurrently constraint continue create current_catalog current_date current_role current_schema current_time current_timestamp current_user cursor ddlreplay default deferrable delimiter_eof desc distinct do each else elsif end endcase endhandler endif endloop endwhile except exit false fetch fill for foreign found from grant group handler having in index initially intersect into lateral leading limit localtime localtimestamp loop never not nothing null offset on only or order placing primary rebalance recurring references returning returns sample select session_user some sqlexception symmetric table tag tag_only tag_table tags then to trailing true union unique user using variadic when where while window with",
);

/** Words that name functions and types only. */
const FUNCTIONS_ONLY = words("collation cross encode family full ilike inner is isnull join left like natural none notnull outer overlaps right similar");

/** Words that are quoted when they are printed although they may be names. */
const LOOKAHEAD = words("between ilike in like of ordinality similar time");

const isNameWord = (word: string): boolean => !RESERVED.has(word) && !FUNCTIONS_ONLY.has(word);

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
    if (token.kind !== "quoted-name" && (token.kind !== "name" || !isNameWord(token.text))) throw this.error();
    this.next();
    return token.text;
  }

  /** A name where a function's may stand, which more words may be. */
  functionName(): string {
    return this.token.kind === "name" && FUNCTIONS_ONLY.has(this.token.text) && this.peek().text === "(" ? this.next().text : this.name();
  }

  /** A name that may be a reserved word, as zones and partitions have. */
  unrestrictedName(): string {
    const { token } = this;
    if (token.kind !== "quoted-name" && token.kind !== "name") throw this.error();
    this.next();
    return token.text;
  }

  isName(): boolean {
    return this.token.kind === "quoted-name" || (this.token.kind === "name" && isNameWord(this.token.text));
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

/** A name where reserved words need no quotes: of an index or a range. */
export function quoteUnrestrictedName(name: string): string {
  return /^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A name as SQL needs it: quoted when it is a reserved word or not all lower case letters, digits and `_`. */
export function quoteName(name: string): string {
  return RESERVED.has(name) || LOOKAHEAD.has(name) ? `"${name}"` : quoteUnrestrictedName(name);
}
