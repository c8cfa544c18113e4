import type { PartitioningDeclaration } from "./manifest";
import { parsePartitionRule } from "./parse-partition-rule";
import { formatWitness, partitionCoverProblems, type CoverProblem, type WitnessCell } from "./partition-cover";
import { comparisons, type PartitionExpression } from "./partition-expression";
import { typedRule } from "./partition-rules";
import { didYouMean } from "./suggest";
import { show, type Finding } from "./validation";

type IsUnresolved = (value: unknown) => boolean;
type Rules = Extract<PartitioningDeclaration, { kind: "rules" }>;

const HALF_OPEN = "Use half-open ranges, for example: a < 10, a >= 10 AND a < 20, a >= 20.";

/**
 * What is wrong with explicit rules: their text, their columns and constants, gaps and overlaps.
 * `types`: canonical types of the columns that can be checked. The cover is checked once every rule is sound and known.
 */
export function ruleFindings(declaration: Rules, types: ReadonlyMap<string, string>, isUnresolved: IsUnresolved): readonly Finding[] {
  const { columns, partitions } = declaration;
  if (partitions.length === 0) {
    const detail = "The table has no partitions. Give rules that cover every row, or leave the partitioning out.";
    return [{ code: "PARTITIONS_EMPTY", summary: "No partitions", detail, path: ["partitioning", "partitions"] }];
  }
  const known = isUnresolved(columns) || columns.some(isUnresolved) ? undefined : columns;
  const read = partitions.map(({ rule }, index) => (isUnresolved(rule) ? UNKNOWN : readRule(rule, index, known, types)));
  const findings = read.flatMap((rule) => rule.findings);
  const expressions = read.flatMap((rule) => (rule.expression === undefined ? [] : [rule.expression]));
  if (findings.length > 0 || expressions.length < partitions.length) return findings;
  const typesKnown = expressions.flatMap(comparisons).every((comparison) => types.has(comparison.column));
  return typesKnown ? coverFindings(expressions, declaration, types) : [];
}

interface ReadRule {
  readonly expression?: PartitionExpression;
  readonly findings: readonly Finding[];
}

const UNKNOWN: ReadRule = { findings: [] };

function readRule(text: string, index: number, columns: readonly string[] | undefined, types: ReadonlyMap<string, string>): ReadRule {
  const path = ["partitioning", "partitions", index, "rule"];
  const parsed = parsePartitionRule(text, columns);
  if (parsed.kind === "problem") {
    const detail = `The rule ${show(text)}: ${parsed.problem} (at character ${parsed.offset + 1}). ${parsed.advice}`;
    return { findings: [{ code: "PARTITION_RULE_SYNTAX", summary: "The partition rule cannot be read", detail, path }] };
  }
  const strangers = new Set(comparisons(parsed.expression).map((c) => c.column).filter((column) => columns?.includes(column) === false));
  const missing = [...strangers].map((column) => ({
    code: "PARTITION_RULE_COLUMN",
    summary: "The rule uses a column that does not partition the table",
    detail:
      `The rule ${show(text)} uses ${show(column)}. Partition columns: ${columns?.join(", ") ?? ""}.` +
      `${didYouMean(column, columns ?? [])} Correct the name or add the column to the partition columns.`,
    path,
  }));
  const wrong = typedRule(parsed.expression, types).problems.map(({ comparison, problem, advice }) => ({
    code: "PARTITION_RULE_CONSTANT",
    summary: "The rule's constant does not fit the column's type",
    detail: `The rule ${show(text)}, column "${comparison.column}": ${problem}. ${advice}`,
    path,
  }));
  return { expression: parsed.expression, findings: [...missing, ...wrong] };
}

function coverFindings(expressions: readonly PartitionExpression[], declaration: Rules, types: ReadonlyMap<string, string>): readonly Finding[] {
  return partitionCoverProblems(expressions, types).map((problem) => coverFinding(problem, declaration, types));
}

function coverFinding(problem: CoverProblem, { partitions }: Rules, types: ReadonlyMap<string, string>): Finding {
  const label = (index: number): string => partitions[index]?.name ?? `partition ${index + 1} (${partitions[index]?.rule ?? ""})`;
  const path = ["partitioning", "partitions"];
  switch (problem.kind) {
    case "gap": {
      const detail = `${formatWitness(problem.witness)} matches no partition.${integerHint(problem.witness, types)} ${HALF_OPEN}`;
      return { code: "PARTITION_RULES_GAP", summary: "The rules do not cover every row", detail, path };
    }
    case "overlap": {
      const [first, second] = problem.rules;
      const what = first === second ? `two alternatives of ${label(first)}` : `both ${label(first)} and ${label(second)}`;
      const detail = `${formatWitness(problem.witness)} matches ${what}. Each row must belong to exactly one. ${HALF_OPEN}`;
      return { code: "PARTITION_RULES_OVERLAP", summary: "The rules overlap", detail, path: [...path, second] };
    }
    case "duplicate": {
      const [first, second] = problem.rules;
      const what = first === second ? `${label(first)} says the same thing twice` : `${label(first)} and ${label(second)} say the same`;
      return { code: "PARTITION_RULE_DUPLICATE", summary: "Duplicate rule", detail: `${what}. Remove one.`, path: [...path, second] };
    }
    case "empty": {
      const detail = `No row can match ${label(problem.rule)}: its comparisons contradict each other. Its region stays empty; remove the rule or correct it.`;
      return { severity: "warning", code: "PARTITION_RULE_EMPTY", summary: "The rule holds no row", detail, path: [...path, problem.rule] };
    }
  }
}

/** The server tests the space between any two constants, also where the type has no value there. */
function integerHint(witness: readonly WitnessCell[], types: ReadonlyMap<string, string>): string {
  const hollow = witness.find((cell) => isHollow(cell, types.get(cell.column)));
  if (hollow === undefined) return "";
  return ` No ${types.get(hollow.column)} lies there, but the server refuses the table all the same: it looks between the constants without regard to the type.`;
}

function isHollow(cell: WitnessCell, type: string | undefined): boolean {
  if (type === "BOOLEAN") return cell.kind !== "point";
  if (cell.kind !== "between") return false;
  return cell.low.kind === "integer" && cell.high.kind === "integer" && type !== "FLOAT" && type !== "DOUBLE" && cell.high.value - cell.low.value === 1n;
}
