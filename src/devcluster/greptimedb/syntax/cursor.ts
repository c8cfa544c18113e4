import { ServerError } from "../model/types";
import type { Identifier, ObjectName, Query } from "./ast";
import { describeToken, type Token } from "./token";

/** Walks over the tokens of one statement text; its errors are worded as the real server words them. */
export class Cursor {
  private position = 0;
  /** Number of `?` read so far. */
  parameters = 0;

  constructor(
    readonly sql: string,
    private readonly tokens: readonly Token[],
    /** Reads a query that stands inside an expression; given from outside because queries contain expressions, too. */
    readonly parseSubquery: (cursor: Cursor) => Query,
  ) {}

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.position++;
    return token;
  }

  mark(): number {
    return this.position;
  }

  rewind(mark: number): void {
    this.position = mark;
  }

  atEnd(): boolean {
    return this.peek().kind === "end";
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "word" && token.text.toUpperCase() === word;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.text === symbol;
  }

  /** Reads the words when all of them come next. */
  takeWords(...words: readonly string[]): boolean {
    if (!words.every((word, i) => this.isWord(word, i))) return false;
    this.position += words.length;
    return true;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.position++;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWords(word)) throw this.unexpected(word);
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected(symbol);
  }

  /** `Expected: X, found: Y at Line: …`, the inner text of a syntax error. */
  expectation(expected: string): string {
    const token = this.peek();
    const place = token.kind === "end" ? "" : ` at Line: ${token.line}, Column: ${token.column}`;
    return `sql parser error: Expected: ${expected}, found: ${describeToken(token)}${place}`;
  }

  unexpected(expected: string): ServerError {
    return new ServerError("InvalidSyntax", `Invalid SQL syntax: ${this.expectation(expected)}`);
  }

  /** A syntax error with a text of its own and no place. */
  failure(message: string): ServerError {
    return new ServerError("InvalidSyntax", `Invalid SQL syntax: sql parser error: ${message}`);
  }

  /** Whether a query begins here (also inside further parentheses). */
  startsQuery(): boolean {
    let ahead = 0;
    while (this.isSymbol("(", ahead)) ahead++;
    return this.isWord("SELECT", ahead) || this.isWord("WITH", ahead) || this.isWord("VALUES", ahead);
  }

  isIdentifier(): boolean {
    const kind = this.peek().kind;
    return kind === "word" || kind === "quoted";
  }

  identifier(): Identifier {
    if (!this.isIdentifier()) throw this.unexpected("identifier");
    const token = this.next();
    const quoted = token.kind === "quoted";
    return { name: quoted ? token.text : token.text.toLowerCase(), written: token.text, quoted };
  }

  objectName(): ObjectName {
    const path = [this.identifier()];
    while (this.takeSymbol(".")) path.push(this.identifier());
    return path;
  }

  string(): string {
    if (this.peek().kind !== "string") throw this.unexpected("literal string");
    return this.next().text;
  }

  /** `item, item, …` up to `close`, which it reads; a comma before `close` is allowed when `trailing` is set. */
  list<T>(item: () => T, close: string, trailing = false): readonly T[] {
    const items: T[] = [];
    if (this.takeSymbol(close)) return items;
    for (;;) {
      items.push(item());
      if (this.takeSymbol(close)) return items;
      if (!this.takeSymbol(",")) throw this.unexpected(close);
      if (trailing && this.takeSymbol(close)) return items;
    }
  }

  /** `item, item, …` as long as commas follow. */
  sequence<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.takeSymbol(",")) items.push(item());
    return items;
  }
}
