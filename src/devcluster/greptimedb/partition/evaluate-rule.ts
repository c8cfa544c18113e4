import type { CellValue } from "../model/types";
import type { ComparisonOperator, RuleExpression } from "./rule-expression";

/** Order of two values of one type; NULL comes first. */
export function compareCells(a: CellValue, b: CellValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function holds(op: ComparisonOperator, order: number): boolean {
  switch (op) {
    case "=": return order === 0;
    case "<>": return order !== 0;
    case "<": return order < 0;
    case "<=": return order <= 0;
    case ">": return order > 0;
    case ">=": return order >= 0;
  }
}

/** Whether a row, given by column, belongs to the rule. */
export function matchesRule(rule: RuleExpression, valueOf: (column: string) => CellValue): boolean {
  if (rule.kind !== "comparison") {
    const left = matchesRule(rule.left, valueOf);
    return left === (rule.kind === "or") ? left : matchesRule(rule.right, valueOf);
  }
  const value = valueOf(rule.column);
  const order = rule.type.kind === "Decimal" && value !== null && rule.value !== null ? Number(value) - Number(rule.value) : compareCells(value, rule.value);
  return holds(rule.op, order);
}
