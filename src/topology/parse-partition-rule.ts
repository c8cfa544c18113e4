import { numberLiteral, parseExactNumber } from "./exact-number";
import type { ComparisonOperator, Literal, PartitionComparison, PartitionExpression } from "./partition-expression";
import { tokenizePartitionRule, type Token } from "./tokenize-partition-rule";

/** What came of reading a rule: the rule, or what stood in its way and how to write it instead. */
export type ParsedPartitionRule =
  | { readonly kind: "rule"; readonly expression: PartitionExpression }
  | {
      readonly kind: "problem";
      /** What is wrong, with the text found: `found "(": parentheses are not allowed`. */
      readonly problem: string;
      /** The change to make. */
      readonly advice: string;
      /** Where, in UTF-16 units from the start of the rule. */
      readonly offset: number;
    };

/**
 * Reads a partition rule in the server's grammar:
 * `column OP literal` or `literal OP column` (mirrored), joined by AND and OR, AND binding tighter.
 * OP is `<`, `<=`, `>`, `>=`, `=`, `<>` or `!=`; a literal is a number with an optional sign, a `'string'` with doubled quotes,
 * TRUE, FALSE or NULL. Columns may be bare, back-ticked or in double quotes; bare names keep their case,
 * because SHOW CREATE TABLE prints mixed-case names bare. Numbers come out exact: `10.0` as the integer 10.
 *
 * `columns`: the table's columns, which may stand bare even when their name is no plain word or a reserved one,
 * as SHOW CREATE TABLE prints them (`my col < 1`). Default none.
 *
 * @example parsePartitionRule("10 > a") // { kind: "rule", expression: a < 10 }
 */
export function parsePartitionRule(text: string, columns: readonly string[] = []): ParsedPartitionRule {
  const parser = new Parser(tokenizePartitionRule(text, columns), new Set(columns));
  try {
    return { kind: "rule", expression: parser.rule() };
  } catch (error) {
    if (error instanceof RuleProblem) {
      return { kind: "problem", problem: error.message, advice: error.advice, offset: error.offset };
    }
    throw error;
  }
}

/** Words with a meaning of their own; a column of such a name must be quoted. Upper case. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set([
  "AND", "OR", "NOT", "TRUE", "FALSE", "NULL", "IS", "IN", "BETWEEN", "LIKE", "ILIKE", "CASE", "CAST",
]);

const SHAPE = "Write comparisons of one column with one constant, joined by AND and OR, for example: a >= 10 AND a < 20.";

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "=": "=",
  "<>": "<>",
};

class RuleProblem extends Error {
  constructor(
    problem: string,
    readonly advice: string,
    readonly offset: number,
  ) {
    super(problem);
  }
}

type Operand =
  | { readonly kind: "column"; readonly name: string; readonly token: Token }
  | { readonly kind: "literal"; readonly literal: Literal; readonly token: Token };

class Parser {
  #next = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly columns: ReadonlySet<string>,
  ) {}

  rule(): PartitionExpression {
    if (this.#peek().kind === "end") throw problemAt(this.#peek(), "the rule is empty", SHAPE);
    const expression = this.#joined("or", () => this.#joined("and", () => this.#comparison()));
    const rest = this.#peek();
    if (rest.kind !== "end") throw unexpected(rest);
    return expression;
  }

  #joined(kind: "and" | "or", part: () => PartitionExpression): PartitionExpression {
    let left = part();
    while (isWord(this.#peek(), kind.toUpperCase())) {
      this.#take();
      left = { kind, left, right: part() };
    }
    return left;
  }

  #comparison(): PartitionComparison {
    const left = this.#leftOperand();
    const operator = this.#operator(left);
    const right = this.#operand();
    if (left.kind === "column" && right.kind === "literal") {
      return { kind: "comparison", column: left.name, operator, value: right.literal };
    }
    if (left.kind === "literal" && right.kind === "column") {
      return { kind: "comparison", column: right.name, operator: MIRRORED[operator], value: left.literal };
    }
    const both = left.kind === "column" ? "two columns" : "two constants";
    throw problemAt(left.token, `found a comparison of ${both}`, SHAPE);
  }

  /** The server prints the column on the left, bare: there a known column may even be named as a reserved word. */
  #leftOperand(): Operand {
    const token = this.#peek();
    if (token.kind !== "word" || !this.columns.has(token.text)) return this.#operand();
    this.#take();
    return { kind: "column", name: token.text, token };
  }

  #operand(): Operand {
    const token = this.#take();
    switch (token.kind) {
      case "column":
        return { kind: "column", name: token.name, token };
      case "string":
        return { kind: "literal", literal: { kind: "string", value: token.value }, token };
      case "number":
        return { kind: "literal", literal: numberOf(token, ""), token };
      case "word":
        return this.#wordOperand(token);
      case "symbol":
        if (token.text === "-" || token.text === "+") return this.#signedNumber(token);
        throw unexpected(token);
      case "unclosed":
      case "end":
        throw unexpected(token);
    }
  }

  #wordOperand(token: Token): Operand {
    switch (token.text.toUpperCase()) {
      case "TRUE":
        return { kind: "literal", literal: { kind: "boolean", value: true }, token };
      case "FALSE":
        return { kind: "literal", literal: { kind: "boolean", value: false }, token };
      case "NULL":
        return { kind: "literal", literal: { kind: "null" }, token };
    }
    if (RESERVED_WORDS.has(token.text.toUpperCase())) throw unexpected(token);
    const following = this.#peek();
    if (following.text === "(") {
      throw problemAt(token, `found the function "${token.text}(": functions are not allowed`, SHAPE);
    }
    if (following.kind === "string") {
      const advice = `Write the constant without a type in front: ${following.text}.`;
      throw problemAt(token, `found "${token.text} ${following.text}": typed constants are not allowed`, advice);
    }
    return { kind: "column", name: token.text, token };
  }

  #signedNumber(sign: Token): Operand {
    const token = this.#take();
    if (token.kind !== "number") {
      throw problemAt(sign, `found "${sign.text}" before ${quote(token)}: a sign may only stand before a number`, SHAPE);
    }
    return { kind: "literal", literal: numberOf(token, sign.text), token: sign };
  }

  #operator(left: Operand): ComparisonOperator {
    const token = this.#take();
    switch (token.text) {
      case "<":
      case "<=":
      case ">":
      case ">=":
      case "=":
      case "<>":
        return token.text;
      case "!=":
        return "<>";
    }
    throw refusedOperator(token, left);
  }

  #peek(): Token {
    return this.tokens[this.#next] ?? END;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }
}

const END: Token = { kind: "end", text: "", offset: 0 };

function isWord(token: Token, word: string): boolean {
  return token.kind === "word" && token.text.toUpperCase() === word;
}

function numberOf(token: Token, sign: string): Literal {
  const number = parseExactNumber(sign + token.text);
  if (number === undefined) throw problemAt(token, `found the number ${token.text}, which no column type holds`, SHAPE);
  return numberLiteral(number);
}

function quote(token: Token): string {
  return token.kind === "end" ? "the end of the rule" : `"${token.text}"`;
}

function problemAt(token: Token, problem: string, advice: string): RuleProblem {
  return new RuleProblem(problem, advice, token.offset);
}

function unexpected(token: Token): RuleProblem {
  if (token.kind === "unclosed") {
    return problemAt(token, `found an opening quote without a closing one: ${token.text}`, "Close it; write a quote inside quotes twice: 'it''s'.");
  }
  if (token.text === "(" || token.text === ")") {
    const advice = "Write the rule without them: AND binds tighter than OR, so (a OR b) AND c becomes a AND c OR b AND c.";
    return problemAt(token, `found "${token.text}": parentheses are not allowed`, advice);
  }
  if (isWord(token, "NOT")) {
    return problemAt(token, `found "${token.text}": NOT is not allowed`, "Write the opposite comparison: NOT a < 10 becomes a >= 10.");
  }
  return problemAt(token, `found ${quote(token)} where a column, a constant, AND or OR must stand`, SHAPE);
}

function refusedOperator(token: Token, left: Operand): RuleProblem {
  switch (token.text.toUpperCase()) {
    case "BETWEEN":
      return problemAt(token, `found "${token.text}"`, "Write half-open ranges: a BETWEEN 10 AND 19 becomes a >= 10 AND a < 20.");
    case "IN":
      return problemAt(token, `found "${token.text}"`, "Write one comparison for each value: a IN (1, 2) becomes a = 1 OR a = 2.");
    case "IS":
      return problemAt(token, `found "${token.text}"`, "NULL sorts before every value: the partition with the smallest values (a < 10) holds the rows with NULL.");
    case "LIKE":
    case "ILIKE":
      return problemAt(token, `found "${token.text}"`, "Write a range: a LIKE 'ab%' becomes a >= 'ab' AND a < 'ac'.");
  }
  if (["+", "-", "*", "/", "%", "|", "&", "^"].includes(token.text)) {
    return problemAt(token, `found the calculation ${left.token.text} ${token.text}: expressions are not allowed`, SHAPE);
  }
  return problemAt(token, `found ${quote(token)} after "${left.token.text}" where a comparison (<, <=, >, >=, =, <>) must stand`, SHAPE);
}
