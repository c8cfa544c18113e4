import type { TableMeta } from "../model/types";
import { ruleExpression } from "../partition/rule";
import { compareCells } from "../partition/evaluate-rule";
import type { RuleExpression } from "../partition/rule-expression";

export interface ListedRegion {
  readonly number: number;
  readonly rule: RuleExpression | null;
}

const OPERATOR_ORDER = ["=", "<>", "<", "<=", ">", ">=", "and", "or"];

function compareRules(a: RuleExpression, b: RuleExpression): number {
  const rank = (rule: RuleExpression): number => OPERATOR_ORDER.indexOf(rule.kind === "comparison" ? rule.op : rule.kind);
  if (a.kind === "comparison" && b.kind === "comparison") {
    return a.column < b.column ? -1 : a.column > b.column ? 1 : rank(a) - rank(b) || compareCells(a.value, b.value);
  }
  if (a.kind === "comparison") return -1;
  if (b.kind === "comparison") return 1;
  return compareRules(a.left, b.left) || rank(a) - rank(b) || compareRules(a.right, b.right);
}

/** The regions of a table in the order in which the version lists them: route order, or sorted by bound before 0.16. */
export function listRegions(meta: TableMeta, sortedByBound: boolean): readonly ListedRegion[] {
  const regions = meta.regions.map((number, i) => {
    const rule = meta.schema.rules[i];
    return { number, rule: rule === null || rule === undefined ? null : ruleExpression(rule) };
  });
  if (!sortedByBound || regions.some((r) => r.rule === null)) return regions;
  return [...regions].sort((a, b) => compareRules(a.rule!, b.rule!));
}
