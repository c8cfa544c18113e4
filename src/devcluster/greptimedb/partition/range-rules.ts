import { type CellValue, type PartitionRule, ServerError } from "../model/types";
import type { PartitionSyntax } from "../syntax/ast";
import { asLiteral, convertLiteral } from "../types/literal";
import { compareCells } from "./evaluate-rule";
import { printRuleValue } from "./print-rule";
import type { PartitionColumn } from "./rule";
import type { RuleExpression } from "./rule-expression";

type Bound = readonly { readonly column: PartitionColumn; readonly value: CellValue; readonly max: boolean }[];

const invalid = (message: string): ServerError => new ServerError("InvalidSyntax", `Invalid SQL, error: ${message}`);

/** The partitions of `PARTITION BY RANGE COLUMNS` (before 0.7) with the checks of that version, as rules. */
export function rangeRules(partition: PartitionSyntax & { readonly kind: "ranges" }, columns: readonly PartitionColumn[], zone: string): readonly PartitionRule[] {
  const { bounds } = partition;
  const names = bounds.map((b) => b.name.name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw invalid(`Duplicate partition names: ${twice}`);
  if (bounds.some((b) => b.values.length !== columns.length)) throw invalid("Partition value list does not match column list.");
  const values = bounds.map((bound): Bound =>
    bound.values.map((e, i) => {
      const column = columns[i]!;
      if (e === null) return { column, value: null, max: true };
      const value = asLiteral(e);
      if (value === null) throw invalid("Partition value must be a literal");
      return { column, value: convertLiteral(value.literal, value.sign, { type: column.type, column: null, zone, negateAfterwards: true }), max: false };
    }),
  );
  if (values.some((bound, i) => i > 0 && compareBounds(values[i - 1]!, bound) >= 0)) throw invalid("VALUES LESS THAN value must be strictly increasing for each partition.");
  if (!(values.at(-1) ?? []).every((v) => v.max)) throw invalid("Please provide an extra partition that is bounded by 'MAXVALUE'.");
  return values.map((bound, i) => {
    const printed = bound.map((v) => (v.max ? "MAXVALUE" : printRuleValue(v.value, v.column.type, "sql")));
    return { text: `PARTITION ${names[i]} VALUES LESS THAN (${printed.join(", ")})`, expression: between(values[i - 1] ?? null, bound) };
  });
}

function compareBounds(a: Bound, b: Bound): number {
  for (const [i, left] of a.entries()) {
    const right = b[i]!;
    const order = left.max || right.max ? Number(left.max) - Number(right.max) : compareCells(left.value, right.value);
    if (order !== 0) return order;
  }
  return 0;
}

/** Lexicographically below the bound; null when nothing bounds. */
function below(bound: Bound): RuleExpression | null {
  const alternatives = bound.flatMap((at, i) => (at.max ? [] : [conjunction([...bound.slice(0, i).map((v) => leaf(v, "=")), leaf(at, "<")])]));
  const open = bound.findIndex((v) => v.max);
  if (open === 0) return null;
  const equalPrefix = open < 0 ? [] : [conjunction(bound.slice(0, open).map((v) => leaf(v, "=")))];
  return disjunction([...alternatives.slice(0, open < 0 ? undefined : open), ...equalPrefix]);
}

function atLeast(bound: Bound): RuleExpression {
  const greater = bound.map((at, i) => conjunction([...bound.slice(0, i).map((v) => leaf(v, "=")), leaf(at, i === bound.length - 1 ? ">=" : ">")]));
  return disjunction(greater);
}

function between(low: Bound | null, high: Bound): RuleExpression {
  const parts = [low === null ? null : atLeast(low), below(high)].filter((p): p is RuleExpression => p !== null);
  if (parts.length > 0) return conjunction(parts);
  const first = high[0]!;
  return disjunction([leaf({ ...first, value: null }, ">="), leaf({ ...first, value: null }, "<")]);
}

function leaf({ column, value }: Bound[number], op: "=" | "<" | ">" | ">="): RuleExpression {
  return { kind: "comparison", column: column.name, op, value, type: column.type };
}

const conjunction = (parts: readonly RuleExpression[]): RuleExpression => parts.reduce((left, right) => ({ kind: "and", left, right }));
const disjunction = (parts: readonly RuleExpression[]): RuleExpression => parts.reduce((left, right) => ({ kind: "or", left, right }));
