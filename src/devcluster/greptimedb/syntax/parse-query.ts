import type { Expression, Identifier, OrderItem, Query, QueryBody, Select, SelectItem, TableReference } from "./ast";
import type { Cursor } from "./cursor";
import { parseExpression } from "./parse-expression";

/** Words that cannot be an alias without AS. */
const NOT_AN_ALIAS = new Set([
  "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "ON", "USING",
  "AS", "WITH", "SET", "FETCH", "FOR", "WINDOW", "ALIGN", "FILL", "RANGE", "INTO", "VALUES",
]);

export function parseQuery(cursor: Cursor): Query {
  const ctes: { name: Identifier; query: Query }[] = [];
  if (cursor.takeWords("WITH")) {
    ctes.push(...cursor.sequence(() => {
      const name = cursor.identifier();
      cursor.expectWord("AS");
      cursor.expectSymbol("(");
      const query = parseQuery(cursor);
      cursor.expectSymbol(")");
      return { name, query };
    }));
  }
  const body = parseBody(cursor, 0);
  const orderBy = cursor.takeWords("ORDER", "BY") ? cursor.sequence(() => parseOrderItem(cursor)) : [];
  return { with: ctes, body, orderBy, ...parseLimit(cursor) };
}

function parseLimit(cursor: Cursor): { limit: Expression | null; offset: Expression | null } {
  let limit: Expression | null = null;
  let offset: Expression | null = null;
  if (cursor.takeWords("LIMIT") && !cursor.takeWords("ALL")) {
    limit = parseExpression(cursor);
    if (cursor.takeSymbol(",")) {
      offset = limit;
      limit = parseExpression(cursor);
    }
  }
  if (cursor.takeWords("OFFSET")) {
    offset = parseExpression(cursor);
    if (!cursor.takeWords("ROWS")) cursor.takeWords("ROW");
  }
  return { limit, offset };
}

function parseOrderItem(cursor: Cursor): OrderItem {
  const expression = parseExpression(cursor);
  const descending = cursor.takeWords("DESC");
  if (!descending) cursor.takeWords("ASC");
  const nullsFirst = cursor.takeWords("NULLS", "FIRST") ? true : cursor.takeWords("NULLS", "LAST") ? false : null;
  return { expression, descending, nullsFirst };
}

function parseBody(cursor: Cursor, minimum: number): QueryBody {
  let left = parseOperand(cursor);
  for (;;) {
    const op = (["UNION", "EXCEPT", "INTERSECT"] as const).find((word) => cursor.isWord(word));
    const precedence = op === "INTERSECT" ? 2 : 1;
    if (op === undefined || precedence <= minimum) return left;
    cursor.next();
    const all = cursor.takeWords("ALL");
    if (!all) cursor.takeWords("DISTINCT");
    left = { kind: "set", op, all, left, right: parseBody(cursor, precedence) };
  }
}

function parseOperand(cursor: Cursor): QueryBody {
  if (cursor.takeSymbol("(")) {
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { kind: "nested", query };
  }
  if (cursor.takeWords("VALUES")) {
    return { kind: "values", rows: cursor.sequence(() => (cursor.expectSymbol("("), cursor.list(() => parseExpression(cursor), ")"))) };
  }
  return parseSelect(cursor);
}

function parseSelect(cursor: Cursor): Select {
  if (!cursor.takeWords("SELECT")) throw cursor.unexpected("SELECT, VALUES, or a subquery in the query body");
  const distinct = cursor.takeWords("DISTINCT");
  if (!distinct) cursor.takeWords("ALL");
  const items = cursor.sequence(() => parseItem(cursor));
  const from = cursor.takeWords("FROM") ? cursor.sequence(() => parseJoins(cursor)) : [];
  const where = cursor.takeWords("WHERE") ? parseExpression(cursor) : null;
  const groupBy = cursor.takeWords("GROUP", "BY") ? cursor.sequence(() => parseExpression(cursor)) : [];
  const having = cursor.takeWords("HAVING") ? parseExpression(cursor) : null;
  return { kind: "select", distinct, items, from, where, groupBy, having };
}

function parseItem(cursor: Cursor): SelectItem {
  if (cursor.takeSymbol("*")) return { kind: "wildcard", qualifier: null };
  const mark = cursor.mark();
  if (cursor.isIdentifier()) {
    const qualifier = [cursor.identifier()];
    while (cursor.takeSymbol(".")) {
      if (cursor.takeSymbol("*")) return { kind: "wildcard", qualifier };
      if (!cursor.isIdentifier()) break;
      qualifier.push(cursor.identifier());
    }
    cursor.rewind(mark);
  }
  const expression = parseExpression(cursor);
  return { kind: "expression", expression, alias: parseAlias(cursor, true) };
}

function parseAlias(cursor: Cursor, stringAllowed: boolean): Identifier | null {
  if (cursor.takeWords("AS")) {
    if (stringAllowed && cursor.peek().kind === "string") {
      const text = cursor.string();
      return { name: text, written: text, quoted: true };
    }
    return cursor.identifier();
  }
  const token = cursor.peek();
  if (token.kind === "quoted" || (token.kind === "word" && !NOT_AN_ALIAS.has(token.text.toUpperCase()))) return cursor.identifier();
  return null;
}

function parseJoins(cursor: Cursor): TableReference {
  let left = parseTable(cursor);
  for (;;) {
    const join = takeJoin(cursor);
    if (join === null) return left;
    const right = parseTable(cursor);
    const on = join !== "CROSS" && cursor.takeWords("ON") ? parseExpression(cursor) : null;
    const using = on === null && cursor.takeWords("USING") ? (cursor.expectSymbol("("), cursor.list(() => cursor.identifier(), ")")) : [];
    left = { kind: "join", join, left, right, on, using };
  }
}

function takeJoin(cursor: Cursor): "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" | null {
  if (cursor.takeWords("JOIN") || cursor.takeWords("INNER", "JOIN")) return "INNER";
  if (cursor.takeWords("CROSS", "JOIN")) return "CROSS";
  for (const side of ["LEFT", "RIGHT", "FULL"] as const) {
    if (cursor.takeWords(side, "JOIN") || cursor.takeWords(side, "OUTER", "JOIN")) return side;
  }
  return null;
}

function parseTable(cursor: Cursor): TableReference {
  if (cursor.isSymbol("(")) {
    if (cursor.startsQuery()) {
      cursor.next();
      const query = parseQuery(cursor);
      cursor.expectSymbol(")");
      const alias = parseAlias(cursor, false);
      return { kind: "derived", query, alias: alias ?? { name: "", written: "", quoted: true } };
    }
    cursor.next();
    const inner = parseJoins(cursor);
    cursor.expectSymbol(")");
    return inner;
  }
  const name = cursor.objectName();
  return { kind: "table", name, alias: parseAlias(cursor, false) };
}
