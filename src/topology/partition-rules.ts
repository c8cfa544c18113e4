import { canonicalType } from "./column-type";
import { DiagnosticError, errorDiagnostic } from "./diagnostic";
import { formatPartitionRule } from "./format-partition-rule";
import { UNPARTITIONED, type PartitionKey } from "./ids";
import type { PartitioningDeclaration, TableDeclaration, UpperBound } from "./manifest";
import { parsePartitionRule } from "./parse-partition-rule";
import { fromAlternatives, mapLiterals, type Literal, type PartitionComparison, type PartitionExpression } from "./partition-expression";
import { rangeAlternatives, type TypedBound } from "./range-partition-rules";
import { boundLiteral, typedLiteral, type TypedLiteral } from "./typed-literal";

/** One declared partition. `key` is its identity; `alias` the name that the declaration gives it, absent when it gives none. */
export interface PartitionRule {
  readonly key: PartitionKey;
  readonly expression: PartitionExpression;
  readonly alias?: string;
}

/**
 * The rules of a partitioning, in the order declared: what PARTITION ON COLUMNS takes and SHOW CREATE TABLE prints.
 *
 * Ranges become half-open rules (`a < 10`, `a >= 10 AND a < 20`, `a >= 20`); a bound over several columns is compared
 * lexicographically and becomes alternatives without parentheses. Explicit rules are read and their constants put
 * in the form of the column's type. Empty when the only partition holds every row: then the table has one region,
 * whose key is `*` ({@link partitionsOfTable}).
 *
 * `types`: column name to type, in any form that the server accepts.
 * Throws {@link DiagnosticError} for a declaration that `validateTable` refuses.
 *
 * @example
 * partitionRules({ kind: "range", columns: ["a"], partitions: [{ lessThan: [10] }, { lessThan: [{ maxvalue: true }] }] }, types)
 * // keys: "a < 10", "a >= 10"
 */
export function partitionRules(partitioning: PartitioningDeclaration, types: ReadonlyMap<string, string>): readonly PartitionRule[] {
  switch (partitioning.kind) {
    case "range":
      return rangeRules(partitioning.columns, partitioning.partitions, types);
    case "rules":
      return partitioning.partitions.map(({ rule, name }) => named(explicitRule(rule, types), name));
  }
}

/** Key and alias of every partition of a declared table; `*` for a table with one region. Throws as {@link partitionRules} does. */
export function partitionsOfTable(table: TableDeclaration): readonly { readonly key: PartitionKey; readonly alias?: string }[] {
  const { partitioning } = table;
  const rules = partitioning === undefined ? [] : partitionRules(partitioning, columnTypes(table));
  if (rules.length > 0) return rules.map(({ key, alias }) => (alias === undefined ? { key } : { key, alias }));
  const alias = partitioning?.partitions[0]?.name;
  return [alias === undefined ? { key: UNPARTITIONED } : { key: UNPARTITIONED, alias }];
}

/** Column name to declared type. */
export function columnTypes(table: Pick<TableDeclaration, "columns">): ReadonlyMap<string, string> {
  return new Map(table.columns.map((column) => [column.name, column.type]));
}

/** The rule with every constant in the form that the server keeps; a constant that does not fit its column's type is reported. */
export function typedRule(
  expression: PartitionExpression,
  types: ReadonlyMap<string, string>,
): { readonly expression: PartitionExpression; readonly problems: readonly TypedRuleProblem[] } {
  const problems: TypedRuleProblem[] = [];
  const typed = mapLiterals(expression, (comparison) => {
    const type = canonicalType(types.get(comparison.column) ?? "");
    if (type === undefined) return comparison.value;
    const result = typedLiteral(comparison.value, type);
    if (result.kind === "literal") return result.literal;
    problems.push({ comparison, problem: result.problem, advice: result.advice });
    return comparison.value;
  });
  return { expression: typed, problems };
}

export interface TypedRuleProblem {
  readonly comparison: PartitionComparison;
  readonly problem: string;
  readonly advice: string;
}

/** One value of a declared bound in the form of its column's type. */
export function typedBoundValue(
  value: UpperBound[number],
  type: string | undefined,
): TypedLiteral | { readonly kind: "maxvalue" } {
  if (typeof value === "object") return { kind: "maxvalue" };
  const canonical = canonicalType(type ?? "");
  if (canonical !== undefined) return boundLiteral(value, canonical);
  return { kind: "problem", problem: "its column has no type that the server knows", advice: "Declare the column." };
}

type RangePartitions = Extract<PartitioningDeclaration, { kind: "range" }>["partitions"];

function rangeRules(columns: readonly string[], partitions: RangePartitions, types: ReadonlyMap<string, string>): readonly PartitionRule[] {
  const bounds = partitions.map((partition) => typedBound(columns, partition.lessThan, types));
  return partitions.flatMap((partition, index) => {
    const found = rangeAlternatives(columns, bounds[index - 1], bounds[index]);
    const everyRow = found.length === 1 && found[0]?.length === 0;
    return found.length === 0 || everyRow ? [] : [named(fromAlternatives(found), partition.name)];
  });
}

function typedBound(columns: readonly string[], bound: UpperBound, types: ReadonlyMap<string, string>): TypedBound {
  return columns.map((column, index): Literal | { readonly kind: "maxvalue" } => {
    const value = bound[index];
    const typed = value === undefined ? { kind: "maxvalue" as const } : typedBoundValue(value, types.get(column));
    if (typed.kind === "problem") throw invalid(`The bound of column "${column}": ${typed.problem}. ${typed.advice}`);
    return typed.kind === "literal" ? typed.literal : typed;
  });
}

function explicitRule(text: string, types: ReadonlyMap<string, string>): PartitionExpression {
  const parsed = parsePartitionRule(text, [...types.keys()]);
  if (parsed.kind === "problem") throw invalid(`The rule "${text}": ${parsed.problem}. ${parsed.advice}`);
  const { expression, problems } = typedRule(parsed.expression, types);
  const [first] = problems;
  if (first !== undefined) throw invalid(`The rule "${text}": ${first.problem}. ${first.advice}`);
  return expression;
}

function named(expression: PartitionExpression, alias: string | undefined): PartitionRule {
  const key = formatPartitionRule(expression);
  return alias === undefined ? { key, expression } : { key, expression, alias };
}

function invalid(detail: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic({ code: "PARTITION_RULE_INVALID", summary: "Invalid partition rule", detail }));
}
