import { formatLiteral } from "./format-partition-rule";
import type { ComparisonOperator, Conjunction, Literal, PartitionComparison } from "./partition-expression";

/** An upper bound in the form of the columns' types; `maxvalue` from some column on means "whatever the value". */
export type TypedBound = readonly (Literal | { readonly kind: "maxvalue" })[];

/**
 * The rows from `lower` (inclusive) to `upper` (exclusive) in lexicographic order of the columns, as alternatives that
 * exclude each other: the server counts each alternative of each rule and refuses any that share a row.
 *
 * For `(a, b)` from `(10, 'm')` to `(20, 'p')`: `a = 10 AND b >= 'm'`, `a > 10 AND a < 20`, `a = 20 AND b < 'p'`.
 * `lower` absent: from the smallest value, NULL included. Both absent: a single empty alternative, every row.
 */
export function rangeAlternatives(
  columns: readonly string[],
  lower: TypedBound | undefined,
  upper: TypedBound | undefined,
): readonly Conjunction[] {
  const [column, ...others] = columns;
  const low = literalAt(lower);
  const high = literalAt(upper);
  if (lower !== undefined && low === undefined) return [];
  if (column === undefined) return [[]];
  if (low !== undefined && high !== undefined && sameLiteral(low, high)) {
    return within([compare(column, "=", low)], rangeAlternatives(others, lower?.slice(1), upper?.slice(1)));
  }
  return [
    ...lowerEdge(column, others, lower, low),
    ...between(column, others, low, high),
    ...upperEdge(column, others, upper, high),
  ];
}

/** With one column left both edges melt into the half-open range. */
function between(column: string, others: readonly string[], low: Literal | undefined, high: Literal | undefined): readonly Conjunction[] {
  const single = others.length === 0;
  const lowest = low === undefined ? [] : [compare(column, single ? ">=" : ">", low)];
  const highest = high === undefined ? [] : [compare(column, "<", high)];
  return [[...lowest, ...highest]];
}

function lowerEdge(column: string, others: readonly string[], lower: TypedBound | undefined, low: Literal | undefined): readonly Conjunction[] {
  if (low === undefined || others.length === 0) return [];
  return within([compare(column, "=", low)], rangeAlternatives(others, lower?.slice(1), undefined));
}

function upperEdge(column: string, others: readonly string[], upper: TypedBound | undefined, high: Literal | undefined): readonly Conjunction[] {
  if (high === undefined || others.length === 0) return [];
  return within([compare(column, "=", high)], rangeAlternatives(others, undefined, upper?.slice(1)));
}

function within(prefix: Conjunction, rest: readonly Conjunction[]): readonly Conjunction[] {
  return rest.map((conjunction) => [...prefix, ...conjunction]);
}

/** The bound's first value; undefined when there is no bound or it is MAXVALUE. */
function literalAt(bound: TypedBound | undefined): Literal | undefined {
  const first = bound?.[0];
  return first === undefined || first.kind === "maxvalue" ? undefined : first;
}

/** Constants in the form of one type are the same when their text is. */
function sameLiteral(a: Literal, b: Literal): boolean {
  return formatLiteral(a) === formatLiteral(b);
}

function compare(column: string, operator: ComparisonOperator, value: Literal): PartitionComparison {
  return { kind: "comparison", column, operator, value };
}
