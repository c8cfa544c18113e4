import type { Expression, ObjectName, OrderItem, Query, Select, SelectItem, Source, Statement, Union } from "./ast";
import type { Cursor } from "./cursor";
import { parseExpression } from "./parse-expression";

/** Reads a statement between `[` and `]`. */
export type StatementReader = (cursor: Cursor) => Statement;

const ENDS_ITEM = new Set(["from", "where", "group", "having", "order", "limit", "offset", "union", "on", "join", "left", "inner", "cross", "using", "as"]);

export function parseQuery(cursor: Cursor, statement: StatementReader): Query {
  return new QueryParser(cursor, statement).query();
}

/** `a`, `a.b` or `a.b.c`. */
export function parseObjectName(cursor: Cursor): ObjectName {
  const parts = [cursor.name()];
  while (parts.length < 3 && cursor.accept(".")) parts.push(cursor.unrestrictedName());
  const [first, second, third] = parts as [string, string | undefined, string | undefined];
  if (third !== undefined) return { database: first, schema: second!, name: third };
  return second === undefined ? { database: null, schema: null, name: first } : { database: first, schema: null, name: second };
}

class QueryParser {
  constructor(
    private readonly cursor: Cursor,
    private readonly statement: StatementReader,
  ) {}

  private expression(): Expression {
    return parseExpression(this.cursor, (cursor) => parseQuery(cursor, this.statement));
  }

  query(): Query {
    const { cursor } = this;
    const named = cursor.accept("with")
      ? cursor.list(() => {
          const name = cursor.name();
          cursor.expect("as");
          return { name, query: cursor.parenthesised(() => this.query()) };
        })
      : [];
    let body: Select | Union = this.select();
    while (cursor.accept("union")) {
      const all = cursor.accept("all");
      body = { kind: "union", all, left: body, right: this.select() };
    }
    const orderBy = cursor.accept("order", "by") ? cursor.list(() => this.orderItem()) : [];
    let limit: Expression | null = null;
    let offset: Expression | null = null;
    for (;;) {
      if (limit === null && cursor.accept("limit")) limit = this.expression();
      else if (offset === null && cursor.accept("offset")) offset = this.expression();
      else return { with: named, body, orderBy, limit, offset };
    }
  }

  private orderItem(): OrderItem {
    const expression = this.expression();
    const descending = this.cursor.accept("desc");
    if (!descending) this.cursor.accept("asc");
    return { expression, descending };
  }

  private select(): Select {
    const { cursor } = this;
    cursor.expect("select");
    const distinct = cursor.accept("distinct");
    if (!distinct) cursor.accept("all");
    const items = cursor.list(() => this.item());
    const from = cursor.accept("from") ? this.sources() : null;
    const where = cursor.accept("where") ? this.expression() : null;
    const groupBy = cursor.accept("group", "by") ? cursor.list(() => this.expression()) : [];
    const having = cursor.accept("having") ? this.expression() : null;
    return { kind: "select", distinct, items, from, where, groupBy, having };
  }

  private item(): SelectItem {
    const { cursor } = this;
    if (cursor.accept("*")) return { expression: null, qualifier: null, alias: null };
    if (cursor.isName() && cursor.peek().text === "." && cursor.peek(2).text === "*") {
      const qualifier = cursor.name();
      cursor.expect(".", "*");
      return { expression: null, qualifier, alias: null };
    }
    const expression = this.expression();
    if (cursor.accept("as")) return { expression, qualifier: null, alias: cursor.unrestrictedName() };
    return { expression, qualifier: null, alias: this.bareAlias() };
  }

  private bareAlias(): string | null {
    const { cursor } = this;
    return cursor.isName() && !(cursor.token.kind === "name" && ENDS_ITEM.has(cursor.token.text)) ? cursor.name() : null;
  }

  private sources(): Source {
    let left = this.joined();
    while (this.cursor.accept(",")) left = { kind: "join", join: "cross", left, right: this.joined(), on: null, using: [] };
    return left;
  }

  private joined(): Source {
    const { cursor } = this;
    let left = this.source();
    for (;;) {
      const join = cursor.accept("cross", "join") ? "cross" : cursor.accept("left", "outer", "join") || cursor.accept("left", "join") ? "left" : cursor.accept("inner", "join") || cursor.accept("join") ? "inner" : null;
      if (join === null) return left;
      const right = this.source();
      if (join === "cross") left = { kind: "join", join, left, right, on: null, using: [] };
      else if (cursor.accept("using")) left = { kind: "join", join, left, right, on: null, using: cursor.parenthesised(() => cursor.list(() => cursor.name())) };
      else {
        cursor.expect("on");
        left = { kind: "join", join, left, right, on: this.expression(), using: [] };
      }
    }
  }

  private source(): Source {
    const { cursor } = this;
    if (cursor.accept("[")) {
      const statement = this.statement(cursor);
      cursor.expect("]");
      return { kind: "statement", statement, alias: this.alias() };
    }
    if (cursor.at("(")) {
      const inner = cursor.parenthesised<Source>(() =>
        cursor.at("select") || cursor.at("with") ? { kind: "query", query: this.query(), alias: null } : this.sources(),
      );
      return inner.kind === "query" ? { ...inner, alias: this.alias() } : inner;
    }
    return { kind: "relation", name: parseObjectName(cursor), alias: this.alias() };
  }

  private alias(): string | null {
    return this.cursor.accept("as") ? this.cursor.name() : this.bareAlias();
  }
}
