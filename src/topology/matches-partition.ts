import { canonicalType } from "./column-type";
import { numberLiteral, parseExactNumber } from "./exact-number";
import type { ComparisonOperator, Literal, PartitionComparison, PartitionExpression } from "./partition-expression";
import { compareLiterals, typedLiteral } from "./typed-literal";

/** A row by column name. Timestamps and dates as text; a column that is absent is NULL. */
export type PartitionRow = Readonly<Record<string, string | number | bigint | boolean | null>>;

/**
 * Whether a partition holds a row, as the server decides: NULL sorts before every value, so that `a < 10` holds it and
 * `a >= 10` does not; strings compare by their UTF-8 bytes.
 *
 * `types`: column name to type; with it timestamps compare by instant and floats in the column's precision.
 * Throws RangeError when a value cannot be compared with the rule's constant (a string with a number).
 */
export function matchesPartition(
  expression: PartitionExpression,
  row: PartitionRow,
  types: ReadonlyMap<string, string> = new Map(),
): boolean {
  switch (expression.kind) {
    case "comparison":
      return matchesComparison(expression, row, types);
    case "and":
      return matchesPartition(expression.left, row, types) && matchesPartition(expression.right, row, types);
    case "or":
      return matchesPartition(expression.left, row, types) || matchesPartition(expression.right, row, types);
  }
}

/** Whether `a OP b` holds, given the sign of their comparison. */
export function holds(operator: ComparisonOperator, sign: number): boolean {
  switch (operator) {
    case "<":
      return sign < 0;
    case "<=":
      return sign <= 0;
    case ">":
      return sign > 0;
    case ">=":
      return sign >= 0;
    case "=":
      return sign === 0;
    case "<>":
      return sign !== 0;
  }
}

function matchesComparison(comparison: PartitionComparison, row: PartitionRow, types: ReadonlyMap<string, string>): boolean {
  const type = canonicalType(types.get(comparison.column) ?? "");
  const value = inForm(literalOf(row[comparison.column] ?? null), type);
  return holds(comparison.operator, compareLiterals(value, inForm(comparison.value, type), type ?? "STRING"));
}

function inForm(literal: Literal, type: string | undefined): Literal {
  const typed = type === undefined ? undefined : typedLiteral(literal, type);
  return typed?.kind === "literal" ? typed.literal : literal;
}

function literalOf(value: PartitionRow[string] | null): Literal {
  if (value === null || value === undefined) return { kind: "null" };
  if (typeof value === "string") return { kind: "string", value };
  if (typeof value === "boolean") return { kind: "boolean", value };
  const number = typeof value === "bigint" ? { coefficient: value, scale: 0 } : parseExactNumber(String(value));
  if (number === undefined) throw new RangeError(`${String(value)} is no value of a row.`);
  return numberLiteral(number);
}
