import type { BinaryOperator, Expression, Identifier } from "./ast";
import type { Cursor } from "./cursor";
import { parseType } from "./parse-type";

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ["OR", 1], ["XOR", 2], ["AND", 3],
  ["=", 6], ["<>", 6], ["!=", 6], ["<", 6], ["<=", 6], [">", 6], [">=", 6], ["<=>", 6],
  ["|", 7], ["&", 8], ["+", 9], ["-", 9], ["||", 9], ["*", 10], ["/", 10], ["%", 10],
]);
const NOT_PRECEDENCE = 4;
const IS_PRECEDENCE = 5;
const COMPARISON = 6;
const UNARY = 11;

/** Functions that may be written without parentheses. */
const BARE_FUNCTIONS = new Set(["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIMESTAMP", "CURRENT_USER"]);
/** Words that end an expression and can never begin one. */
const RESERVED = new Set(["SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "JOIN", "ON", "AS", "THEN", "ELSE", "WHEN", "END", "AND", "OR", "BY", "SET", "VALUES", "INTO"]);

export function parseExpression(cursor: Cursor, minimum = 0): Expression {
  let left = parsePrefix(cursor);
  for (;;) {
    const extended = parsePostfix(cursor, left, minimum) ?? parseInfix(cursor, left, minimum);
    if (extended === null) return left;
    left = extended;
  }
}

function parseInfix(cursor: Cursor, left: Expression, minimum: number): Expression | null {
  const token = cursor.peek();
  if (token.kind !== "symbol" && token.kind !== "word") return null;
  const operator = token.text.toUpperCase();
  const precedence = PRECEDENCE.get(operator);
  if (precedence === undefined || precedence <= minimum) return null;
  cursor.next();
  const right = parseExpression(cursor, precedence);
  return { kind: "binary", op: (operator === "!=" ? "<>" : operator === "<=>" ? "=" : operator) as BinaryOperator, left, right };
}

function parsePostfix(cursor: Cursor, operand: Expression, minimum: number): Expression | null {
  if (cursor.takeSymbol("::")) return { kind: "cast", operand, type: parseType(cursor) };
  if (minimum < IS_PRECEDENCE && cursor.isWord("IS")) {
    cursor.next();
    const negated = cursor.takeWords("NOT");
    for (const what of ["NULL", "TRUE", "FALSE"] as const) {
      if (cursor.takeWords(what)) return { kind: "is", operand, what, negated };
    }
    throw cursor.unexpected("[NOT] NULL | TRUE | FALSE | DISTINCT | [form] NORMALIZED FROM after IS");
  }
  if (minimum < IS_PRECEDENCE && cursor.isWord("NOT") && cursor.isWord("NULL", 1)) {
    cursor.takeWords("NOT", "NULL");
    return { kind: "is", operand, what: "NULL", negated: true };
  }
  if (minimum >= COMPARISON) return null;
  const mark = cursor.mark();
  const negated = cursor.takeWords("NOT");
  if (cursor.takeWords("BETWEEN")) {
    const low = parseExpression(cursor, COMPARISON);
    cursor.expectWord("AND");
    return { kind: "between", operand, low, high: parseExpression(cursor, COMPARISON), negated };
  }
  if (cursor.takeWords("IN")) return parseIn(cursor, operand, negated);
  const ignoreCase = cursor.isWord("ILIKE");
  if (ignoreCase || cursor.isWord("LIKE")) {
    cursor.next();
    return { kind: "like", operand, pattern: parseExpression(cursor, COMPARISON), negated, ignoreCase };
  }
  cursor.rewind(mark);
  return null;
}

function parseIn(cursor: Cursor, operand: Expression, negated: boolean): Expression {
  cursor.expectSymbol("(");
  if (cursor.startsQuery()) {
    const query = cursor.parseSubquery(cursor);
    cursor.expectSymbol(")");
    return { kind: "in-query", operand, query, negated };
  }
  return { kind: "in", operand, list: cursor.list(() => parseExpression(cursor), ")"), negated };
}

function parsePrefix(cursor: Cursor): Expression {
  const token = cursor.peek();
  switch (token.kind) {
    case "number": return cursor.next(), { kind: "number", text: token.text };
    case "string": return cursor.next(), { kind: "string", value: token.text };
    case "hex": return cursor.next(), { kind: "hex", digits: token.text };
    case "variable": return cursor.next(), { kind: "variable", name: token.text };
    case "parameter": return cursor.next(), { kind: "parameter", index: cursor.parameters++ };
    case "quoted": return parseName(cursor);
    case "word": return parseWord(cursor);
    case "symbol": return parseSymbol(cursor);
    case "end": throw cursor.unexpected("an expression");
  }
}

function parseSymbol(cursor: Cursor): Expression {
  for (const op of ["-", "+"] as const) {
    if (cursor.takeSymbol(op)) return { kind: "unary", op, operand: parseExpression(cursor, UNARY) };
  }
  if (!cursor.takeSymbol("(")) throw cursor.unexpected("an expression");
  if (cursor.startsQuery()) {
    const query = cursor.parseSubquery(cursor);
    cursor.expectSymbol(")");
    return { kind: "subquery", query };
  }
  const items = cursor.list(() => parseExpression(cursor), ")");
  return items.length === 1 ? { kind: "nested", inner: items[0]! } : { kind: "tuple", items };
}

function parseWord(cursor: Cursor): Expression {
  const word = cursor.peek().text.toUpperCase();
  switch (word) {
    case "NULL": return cursor.next(), { kind: "null" };
    case "TRUE": return cursor.next(), { kind: "boolean", value: true };
    case "FALSE": return cursor.next(), { kind: "boolean", value: false };
    case "NOT": return parseNot(cursor);
    case "CASE": return parseCase(cursor);
    case "EXISTS":
      if (cursor.isSymbol("(", 1)) return cursor.next(), parseExists(cursor, false);
      break;
    case "CAST": case "TRY_CAST":
      if (cursor.isSymbol("(", 1)) return cursor.next(), parseCast(cursor);
      break;
    case "TIMESTAMP": case "DATE":
      if (cursor.peek(1).kind === "string") {
        const type = parseType(cursor);
        return { kind: "cast", operand: { kind: "string", value: cursor.string() }, type };
      }
      break;
  }
  if (RESERVED.has(word) && !cursor.isSymbol(".", 1)) throw cursor.unexpected("an expression");
  return parseName(cursor);
}

function parseNot(cursor: Cursor): Expression {
  cursor.next();
  if (cursor.isWord("EXISTS") && cursor.isSymbol("(", 1)) return cursor.next(), parseExists(cursor, true);
  return { kind: "unary", op: "NOT", operand: parseExpression(cursor, NOT_PRECEDENCE) };
}

function parseExists(cursor: Cursor, negated: boolean): Expression {
  cursor.expectSymbol("(");
  const query = cursor.parseSubquery(cursor);
  cursor.expectSymbol(")");
  return { kind: "exists", query, negated };
}

function parseCast(cursor: Cursor): Expression {
  cursor.expectSymbol("(");
  const operand = parseExpression(cursor);
  cursor.expectWord("AS");
  const type = parseType(cursor);
  cursor.expectSymbol(")");
  return { kind: "cast", operand, type };
}

function parseCase(cursor: Cursor): Expression {
  cursor.next();
  const operand = cursor.isWord("WHEN") ? null : parseExpression(cursor);
  const branches: { when: Expression; then: Expression }[] = [];
  while (cursor.takeWords("WHEN")) {
    const when = parseExpression(cursor);
    cursor.expectWord("THEN");
    branches.push({ when, then: parseExpression(cursor) });
  }
  if (branches.length === 0) throw cursor.unexpected("WHEN");
  const otherwise = cursor.takeWords("ELSE") ? parseExpression(cursor) : null;
  cursor.expectWord("END");
  return { kind: "case", operand, branches, otherwise };
}

function parseName(cursor: Cursor): Expression {
  const path = cursor.objectName();
  const name = path[0]!;
  if (path.length === 1 && cursor.isSymbol("(")) return parseCall(cursor, name);
  if (path.length === 1 && !name.quoted && BARE_FUNCTIONS.has(name.written.toUpperCase())) {
    return { kind: "call", name, args: [], star: false, distinct: false, parentheses: false };
  }
  return { kind: "column", path };
}

/** The argument list of `name(…)`; also reads ADMIN's calls. */
export function parseCall(cursor: Cursor, name: Identifier): Expression & { readonly kind: "call" } {
  cursor.expectSymbol("(");
  if (cursor.isSymbol("*") && cursor.isSymbol(")", 1)) {
    cursor.next();
    cursor.next();
    return { kind: "call", name, args: [], star: true, distinct: false, parentheses: true };
  }
  const distinct = cursor.takeWords("DISTINCT");
  const args = cursor.list(() => parseExpression(cursor), ")");
  return { kind: "call", name, args, star: false, distinct, parentheses: true };
}
