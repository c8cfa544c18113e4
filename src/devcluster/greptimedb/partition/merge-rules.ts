import type { CellValue } from "../model/types";
import type { DataType } from "../types/data-type";
import { compareCells } from "./evaluate-rule";
import type { RuleExpression } from "./rule-expression";

interface Interval {
  readonly column: string;
  readonly type: DataType;
  /** null: unbounded. */
  readonly low: { readonly value: CellValue; readonly inclusive: boolean } | null;
  readonly high: { readonly value: CellValue; readonly inclusive: boolean } | null;
}

/** The rule as one range of one column; null when it is something else. */
function intervalOf(rule: RuleExpression): Interval | null {
  if (rule.kind === "or") return null;
  if (rule.kind === "and") {
    const [left, right] = [intervalOf(rule.left), intervalOf(rule.right)];
    if (left === null || right === null || left.column !== right.column) return null;
    if ((left.low !== null && right.low !== null) || (left.high !== null && right.high !== null)) return null;
    return { ...left, low: left.low ?? right.low, high: left.high ?? right.high };
  }
  const { column, type, op, value } = rule as RuleExpression & { kind: "comparison" };
  switch (op) {
    case "<": case "<=": return { column, type, low: null, high: { value, inclusive: op === "<=" } };
    case ">": case ">=": return { column, type, low: { value, inclusive: op === ">=" }, high: null };
    case "=": return { column, type, low: { value, inclusive: true }, high: { value, inclusive: true } };
    case "<>": return null;
  }
}

function compareLow(a: Interval, b: Interval): number {
  if (a.low === null || b.low === null) return a.low === b.low ? 0 : a.low === null ? -1 : 1;
  return compareCells(a.low.value, b.low.value) || Number(b.low.inclusive) - Number(a.low.inclusive);
}

/** Whether `b` begins exactly where `a` ends. */
function adjacent(a: Interval, b: Interval): boolean {
  return a.high !== null && b.low !== null && compareCells(a.high.value, b.low.value) === 0 && a.high.inclusive !== b.low.inclusive;
}

function ruleOf({ column, type, low, high }: Interval): RuleExpression | null {
  const lower = low === null ? null : ({ kind: "comparison", column, type, op: low.inclusive ? ">=" : ">", value: low.value } as const);
  const upper = high === null ? null : ({ kind: "comparison", column, type, op: high.inclusive ? "<=" : "<", value: high.value } as const);
  return lower !== null && upper !== null ? { kind: "and", left: lower, right: upper } : (lower ?? upper);
}

/** The rule of a merged partition: neighbouring ranges of one column become one range, everything else is joined by OR. */
export function mergeRules(rules: readonly RuleExpression[]): RuleExpression {
  const joined = rules.reduce((left, right) => ({ kind: "or", left, right }));
  const intervals = rules.map(intervalOf);
  if (!intervals.every((i): i is Interval => i !== null) || new Set(intervals.map((i) => i.column)).size !== 1) return joined;
  const sorted = [...intervals].sort(compareLow);
  let merged = sorted[0]!;
  for (const next of sorted.slice(1)) {
    if (!adjacent(merged, next)) return joined;
    merged = { ...merged, high: next.high };
  }
  return ruleOf(merged) ?? joined;
}
