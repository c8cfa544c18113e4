import type { Cursor } from "./cursor";
import type { Expression, Query } from "./ast";
import { parseType } from "./parse-type";

/** Reads a query inside an expression; given in, because queries hold expressions in turn. */
export type QueryReader = (cursor: Cursor) => Query;

const COMPARISONS = new Set(["=", "<", ">", "<=", ">=", "<>", "!="]);
const NO_ARGUMENTS = new Set(["current_user", "session_user", "current_timestamp", "current_date", "user"]);

/** Reads an expression by precedence: OR, AND, NOT, comparison, `||`, sums, products, sign, cast. */
export function parseExpression(cursor: Cursor, query: QueryReader): Expression {
  return new ExpressionParser(cursor, query).or();
}

class ExpressionParser {
  constructor(
    private readonly cursor: Cursor,
    private readonly query: QueryReader,
  ) {}

  or(): Expression {
    let left = this.and();
    while (this.cursor.accept("or")) left = { kind: "binary", operator: "or", left, right: this.and() };
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.cursor.accept("and")) left = { kind: "binary", operator: "and", left, right: this.not() };
    return left;
  }

  private not(): Expression {
    return this.cursor.accept("not") ? { kind: "unary", operator: "not", operand: this.not() } : this.comparison();
  }

  private comparison(): Expression {
    let left = this.concatenation();
    for (;;) {
      const { cursor } = this;
      const { token } = cursor;
      if (token.kind === "operator" && COMPARISONS.has(token.text)) {
        cursor.next();
        const operator = token.text === "!=" ? "<>" : token.text;
        if (cursor.accept("any") || cursor.accept("some")) left = { kind: "any", operator, left, array: cursor.parenthesised(() => this.or()) };
        else left = { kind: "binary", operator, left, right: this.concatenation() };
      } else if (cursor.accept("is")) left = this.is(left);
      else {
        const not = cursor.at("not") && ["in", "like", "ilike", "between"].includes(cursor.peek().text);
        if (not) cursor.next();
        if (cursor.accept("in")) left = { kind: "in", not, operand: left, items: this.inItems() };
        else if (cursor.accept("like")) left = { kind: "like", not, insensitive: false, operand: left, pattern: this.concatenation() };
        else if (cursor.accept("ilike")) left = { kind: "like", not, insensitive: true, operand: left, pattern: this.concatenation() };
        else if (cursor.accept("between")) {
          const low = this.concatenation();
          cursor.expect("and");
          left = { kind: "between", not, operand: left, low, high: this.concatenation() };
        } else return left;
      }
    }
  }

  private is(operand: Expression): Expression {
    const not = this.cursor.accept("not");
    for (const what of ["null", "true", "false"] as const) if (this.cursor.accept(what)) return { kind: "is", not, operand, what };
    throw this.cursor.error();
  }

  private inItems(): readonly Expression[] | Query {
    return this.cursor.parenthesised(() => (this.atQuery() ? this.query(this.cursor) : this.cursor.list(() => this.or())));
  }

  private atQuery(): boolean {
    return this.cursor.at("select") || this.cursor.at("with") || this.cursor.at("values");
  }

  private concatenation(): Expression {
    return this.binary(["||", "->", "->>"], () => this.sum());
  }

  private sum(): Expression {
    return this.binary(["+", "-"], () => this.product());
  }

  private product(): Expression {
    return this.binary(["*", "/", "%"], () => this.sign());
  }

  private binary(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const { token } = this.cursor;
      if (token.kind !== "operator" || !operators.includes(token.text)) return left;
      this.cursor.next();
      left = { kind: "binary", operator: token.text, left, right: operand() };
    }
  }

  private sign(): Expression {
    if (this.cursor.accept("-")) return { kind: "unary", operator: "-", operand: this.sign() };
    if (this.cursor.accept("+")) return { kind: "unary", operator: "+", operand: this.sign() };
    let operand = this.primary();
    while (this.cursor.accept("::")) operand = { kind: "cast", operand, ...parseType(this.cursor) };
    return operand;
  }

  private primary(): Expression {
    const { cursor } = this;
    const { token } = cursor;
    switch (token.kind) {
      case "integer": cursor.next(); return { kind: "integer", value: BigInt(token.text) };
      case "decimal": cursor.next(); return { kind: "decimal", text: token.text };
      case "duration": cursor.next(); return { kind: "duration", text: token.text };
      case "string": cursor.next(); return { kind: "string", value: token.text };
      case "bytes": cursor.next(); return { kind: "bytes", hex: token.text };
      case "parameter": cursor.next(); return { kind: "parameter", index: Number(token.text) };
      case "operator": {
        if (token.text !== "(") throw cursor.error();
        return cursor.parenthesised<Expression>(() => (this.atQuery() ? { kind: "subquery", query: this.query(cursor) } : this.or()));
      }
      default: return this.word();
    }
  }

  private word(): Expression {
    const { cursor } = this;
    if (cursor.accept("null")) return { kind: "null" };
    if (cursor.accept("true")) return { kind: "boolean", value: true };
    if (cursor.accept("false")) return { kind: "boolean", value: false };
    if (cursor.accept("case")) return this.caseOf();
    if (cursor.accept("exists")) return { kind: "exists", query: cursor.parenthesised(() => this.query(cursor)) };
    if (cursor.accept("array")) return this.array();
    if (cursor.at("cast") && cursor.peek().text === "(") {
      cursor.next();
      return cursor.parenthesised(() => {
        const operand = this.or();
        cursor.expect("as");
        return { kind: "cast", operand, ...parseType(cursor) };
      });
    }
    if (cursor.at("interval") && cursor.peek().kind === "string") {
      cursor.next();
      return { kind: "cast", operand: { kind: "string", value: cursor.string() }, type: "interval", typeName: "interval" };
    }
    if (cursor.token.kind === "name" && NO_ARGUMENTS.has(cursor.token.text)) {
      const name = cursor.next().text;
      if (cursor.accept("(")) cursor.expect(")");
      return { kind: "call", name, args: [], star: false, distinct: false };
    }
    return this.reference();
  }

  private array(): Expression {
    this.cursor.expect("[");
    const items = this.cursor.at("]") ? [] : this.cursor.list(() => this.or());
    this.cursor.expect("]");
    return { kind: "array", items };
  }

  private caseOf(): Expression {
    const { cursor } = this;
    const operand = cursor.at("when") ? null : this.or();
    const branches: { when: Expression; then: Expression }[] = [];
    while (cursor.accept("when")) {
      const when = this.or();
      cursor.expect("then");
      branches.push({ when, then: this.or() });
    }
    const otherwise = cursor.accept("else") ? this.or() : null;
    cursor.expect("end");
    if (branches.length === 0) throw cursor.error();
    return { kind: "case", operand, branches, otherwise };
  }

  private reference(): Expression {
    const { cursor } = this;
    const parts = [cursor.functionName()];
    while (cursor.at(".") && cursor.peek().text !== "*") {
      cursor.next();
      parts.push(cursor.unrestrictedName());
    }
    if (cursor.at("(")) return this.call(parts.join("."));
    return { kind: "column", qualifier: parts.length > 1 ? parts[parts.length - 2]! : null, name: parts[parts.length - 1]! };
  }

  private call(name: string): Expression {
    return this.cursor.parenthesised<Expression>(() => {
      if (this.cursor.accept("*")) return { kind: "call", name, args: [], star: true, distinct: false };
      if (this.cursor.at(")")) return { kind: "call", name, args: [], star: false, distinct: false };
      const distinct = this.cursor.accept("distinct");
      return { kind: "call", name, args: this.cursor.list(() => this.or()), star: false, distinct };
    });
  }
}
