import { type PartitionRule, ServerError } from "../model/types";
import type { Expression, Identifier } from "../syntax/ast";
import { printExpression } from "../syntax/print-expression";
import type { DataType } from "../types/data-type";
import { asLiteral, convertLiteral } from "../types/literal";
import { printRule } from "./print-rule";
import type { ComparisonOperator, RuleExpression } from "./rule-expression";

export interface PartitionColumn {
  readonly name: string;
  readonly type: DataType;
}

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = { "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function invalid(reason: string): ServerError {
  return new ServerError("InvalidArguments", `Invalid partition rule: ${reason}`);
}

/**
 * The rule that an expression of PARTITION ON COLUMNS states. Leaves are `column op literal` or mirrored, a sign before the literal is allowed;
 * both sides of AND and OR are rules themselves; parentheses, functions and everything else are refused.
 */
export function convertRule(e: Expression, columns: readonly PartitionColumn[], zone: string): RuleExpression {
  if (e.kind !== "binary") throw invalid("partition rule must be a binary expression");
  if (e.left.kind === "binary" && e.right.kind === "binary") {
    const left = convertRule(e.left, columns, zone);
    const right = convertRule(e.right, columns, zone);
    if (e.op === "AND" || e.op === "OR") return { kind: e.op === "AND" ? "and" : "or", left, right };
    throw invalid(`unsupported operator in partition expr ${e.op}`);
  }
  const [column, value, mirrored] = e.left.kind === "column" ? [e.left, asLiteral(e.right), false] : [e.right, asLiteral(e.left), true];
  if (column.kind !== "column" || column.path.length !== 1 || value === null) throw invalid(`invalid partition expr ${printExpression(e)}`);
  const op = e.op as ComparisonOperator;
  if (!(op in MIRRORED)) throw invalid(`unsupported operator in partition expr ${e.op}`);
  const found = columns.find((c) => c.name === column.path[0]!.name);
  if (found === undefined) throw new ServerError("InvalidArguments", `Cannot find column by name: ${column.path[0]!.name}`);
  const cell = convertLiteral(value.literal, value.sign, { type: found.type, column: null, zone, negateAfterwards: true });
  return { kind: "comparison", column: found.name, op: mirrored ? MIRRORED[op] : op, value: cell, type: found.type };
}

/** The syntax checks that come before any conversion. */
export function checkRuleSyntax(rules: readonly Expression[], columns: readonly Identifier[]): void {
  for (const rule of rules) {
    if (rule.kind !== "binary") throw notBinary(rule);
    checkOperand(rule, columns);
  }
}

function notBinary(e: Expression): ServerError {
  return new ServerError("InvalidSyntax", `Invalid SQL, error: Partition rule expr ${printExpression(e)} is not a binary expr`);
}

function checkOperand(e: Expression, columns: readonly Identifier[]): void {
  if (e.kind === "binary") {
    checkOperand(e.left, columns);
    checkOperand(e.right, columns);
  } else if (e.kind === "unary" && e.op !== "NOT") checkOperand(e.operand, columns);
  else if (e.kind === "column" && e.path.length === 1) {
    const name = e.path[0]!;
    if (columns.some((c) => c.name === name.name)) return;
    throw new ServerError("InvalidSyntax", `Invalid SQL, error: Column "${name.written}" in rule expr is not referenced in PARTITION ON`);
  } else if (asLiteral(e) === null) throw notBinary(e);
}

/** The rule as the model keeps it. */
export function toPartitionRule(expression: RuleExpression, zone = "UTC"): PartitionRule {
  return { text: printRule(expression, "sql", zone), expression };
}

export function ruleExpression(rule: PartitionRule): RuleExpression {
  return rule.expression as RuleExpression;
}
