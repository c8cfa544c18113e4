import { type CellValue, ServerError } from "../model/types";
import type { DataType } from "../types/data-type";
import { compareCells, holds } from "./evaluate-rule";
import { debugValue, printRule, printRuleValue } from "./print-rule";
import type { RuleExpression } from "./rule-expression";

type Comparison = RuleExpression & { readonly kind: "comparison" };

/** The values of one column that occur in any rule, in order. */
interface Axis {
  readonly column: string;
  readonly type: DataType;
  readonly values: readonly CellValue[];
}

function comparisons(rule: RuleExpression): readonly Comparison[] {
  return rule.kind === "comparison" ? [rule] : [...comparisons(rule.left), ...comparisons(rule.right)];
}

function axesOf(rules: readonly RuleExpression[]): readonly Axis[] {
  const byColumn = new Map<string, Comparison[]>();
  for (const comparison of rules.flatMap(comparisons)) byColumn.set(comparison.column, [...(byColumn.get(comparison.column) ?? []), comparison]);
  return [...byColumn].sort(([a], [b]) => (a < b ? -1 : 1)).map(([column, found]) => {
    const values: CellValue[] = [];
    for (const value of found.map((c) => c.value).sort(compareCells)) {
      if (values.length === 0 || compareCells(values.at(-1)!, value) !== 0) values.push(value);
    }
    return { column, type: found[0]!.type, values };
  });
}

/** Conjunctions of comparisons whose disjunction the rule is; `<>` is `<` or `>`. */
function disjuncts(rule: RuleExpression): readonly (readonly Comparison[])[] {
  if (rule.kind !== "comparison") {
    const [left, right] = [disjuncts(rule.left), disjuncts(rule.right)];
    return rule.kind === "or" ? [...left, ...right] : left.flatMap((l) => right.map((r) => [...l, ...r]));
  }
  return rule.op === "<>" ? [[{ ...rule, op: "<" }], [{ ...rule, op: ">" }]] : [[rule]];
}

/** Largest number of checkpoints that one statement may cost. */
const MAX_CHECKPOINTS = 1_000_000;

/**
 * The server's test of a complete rule set since 0.15: between and on all bounds of every column lies a checkpoint, and each
 * checkpoint must satisfy exactly one conjunction. Names the first that does not: ``Checkpoint `a=10` is not covered``.
 */
export function checkCheckpoints(rules: readonly RuleExpression[]): void {
  checkDuplicates(rules);
  const axes = axesOf(rules);
  if (axes.length === 0) return;
  // Position 2i+1 lies on value i, even positions between, before and after.
  const sizes = axes.map((axis) => axis.values.length * 2 + 1);
  const total = sizes.reduce((a, b) => a * b, 1);
  if (total > MAX_CHECKPOINTS) throw new ServerError("InvalidArguments", `Invalid partition rule: too many checkpoints: ${total}`);
  const position = new Map(axes.map((axis, i) => [axis.column, i]));
  const index = new Map<Comparison, number>();
  const cells = rules.flatMap(disjuncts);
  for (const comparison of cells.flat()) {
    const axis = axes[position.get(comparison.column)!]!;
    index.set(comparison, axis.values.findIndex((v) => compareCells(v, comparison.value) === 0) * 2 + 1);
  }
  for (let n = 0; n < total; n++) {
    const point = decode(n, sizes);
    const covering = cells.filter((cell) => cell.every((c) => holds(c.op, point[position.get(c.column)!]! - index.get(c)!))).length;
    if (covering === 1) continue;
    throw new ServerError("InvalidArguments", `Checkpoint \`${describePoint(point, axes)}\` is ${covering === 0 ? "not covered" : "overlapped"}`);
  }
}

function decode(n: number, sizes: readonly number[]): readonly number[] {
  const point: number[] = [];
  let rest = n;
  for (const size of [...sizes].reverse()) {
    point.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return point;
}

function describePoint(point: readonly number[], axes: readonly Axis[]): string {
  return axes.map(({ column, type, values }, i) => {
    const at = point[i]!;
    const print = (k: number): string => printRuleValue(values[k]!, type, "plain");
    if (at % 2 === 1) return `${column}=${print((at - 1) / 2)}`;
    if (at === 0) return `${column}<${print(0)}`;
    if (at === values.length * 2) return `${column}>${print(values.length - 1)}`;
    return `${print(at / 2 - 1)}<${column}<${print(at / 2)}`;
  }).join(", ");
}

function checkDuplicates(rules: readonly RuleExpression[]): void {
  const seen = new Set<string>();
  for (const rule of rules) {
    const text = printRule(rule, "sql");
    if (seen.has(text)) throw new ServerError("InvalidArguments", `Duplicate expr: ${printRule(rule, "plain")}`);
    seen.add(text);
  }
}

/** The test of 0.8 to 0.14: every bound of every column must be closed from both sides and contain its own value once. */
export function checkClosed(rules: readonly RuleExpression[]): void {
  const points = new Map<string, { readonly comparison: Comparison; below: number; equal: boolean }>();
  for (const comparison of rules.flatMap(comparisons)) {
    const key = `${comparison.column}\u0000${printRuleValue(comparison.value, comparison.type, "sql")}`;
    const point = points.get(key) ?? { comparison, below: 0, equal: false };
    points.set(key, point);
    if (comparison.op.startsWith("<") && comparison.op !== "<>") point.below++;
    if (comparison.op.startsWith(">")) point.below--;
    if (comparison.op.endsWith("=") || comparison.op === "<>") point.equal = true;
  }
  for (const { comparison, below, equal } of points.values()) {
    if (below === 0 && equal) continue;
    throw new ServerError("InvalidArguments", `Unclosed value ${debugValue(comparison.value, comparison.type)} on column ${comparison.column}`);
  }
}
