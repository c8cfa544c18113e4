import { canonicalType, typeFamily } from "./column-type";
import { formatLiteral } from "./format-partition-rule";
import { parsePartitionRule } from "./parse-partition-rule";
import { alternatives, type PartitionComparison, type PartitionExpression } from "./partition-expression";
import { typedLiteral } from "./typed-literal";
import { parseTimestamp } from "./timestamp-text";

/**
 * Whether two rules hold the same rows as far as their text tells: equal after reading, whatever the order of what AND and OR
 * join, the quoting of columns and the side of the constant. The same number (`10`, `10.0`, `-0` and `0`) and the same
 * instant (`'2024-01-01 00:00:00'` and `'2024-01-01 00:00:00+0000'`) count as equal.
 *
 * `types`: column name to type, so that strings that only look like timestamps are told apart in STRING columns.
 * Without it every text that reads as a timestamp is one. A text that is no rule (`*`) equals only itself.
 */
export function samePartitionRule(
  a: string | PartitionExpression,
  b: string | PartitionExpression,
  types: ReadonlyMap<string, string> = new Map(),
): boolean {
  return comparisonForm(a, types) === comparisonForm(b, types);
}

/** A text that is equal for rules that {@link samePartitionRule} calls the same: for use as a map's key. */
export function comparisonForm(rule: string | PartitionExpression, types: ReadonlyMap<string, string> = new Map()): string {
  if (typeof rule !== "string") return formOf(rule, types);
  const parsed = parsePartitionRule(rule, [...types.keys()]);
  return parsed.kind === "rule" ? formOf(parsed.expression, types) : rule.trim();
}

function formOf(expression: PartitionExpression, types: ReadonlyMap<string, string>): string {
  return alternatives(expression)
    .map((conjunction) => [...new Set(conjunction.map((c) => comparisonText(c, types)))].sort().join(" AND "))
    .sort()
    .join(" OR ");
}

function comparisonText(comparison: PartitionComparison, types: ReadonlyMap<string, string>): string {
  return `${JSON.stringify(comparison.column)} ${comparison.operator} ${literalText(comparison, types)}`;
}

function literalText({ column, value }: PartitionComparison, types: ReadonlyMap<string, string>): string {
  const type = canonicalType(types.get(column) ?? "");
  const typed = type === undefined ? undefined : typedLiteral(value, type);
  const literal = typed?.kind === "literal" ? typed.literal : value;
  const mayBeInstant = type === undefined || typeFamily(type) === "timestamp";
  const instant = mayBeInstant && literal.kind === "string" ? parseTimestamp(literal.value) : undefined;
  return instant === undefined ? formatLiteral(literal) : `instant ${instant}`;
}
