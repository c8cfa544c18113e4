import { formatLiteral } from "./format-partition-rule";
import type { PartitioningDeclaration, UpperBound } from "./manifest";
import { typedBoundValue } from "./partition-rules";
import type { TypedBound } from "./range-partition-rules";
import { compareLiterals } from "./typed-literal";
import { show, type Finding } from "./validation";

type IsUnresolved = (value: unknown) => boolean;
type Range = Extract<PartitioningDeclaration, { kind: "range" }>;

/**
 * What is wrong with the bounds of ranges. `types`: canonical types of the columns that can be checked.
 * What is unresolved, or belongs to a column without a usable type, is not checked.
 */
export function rangeFindings(range: Range, types: ReadonlyMap<string, string>, isUnresolved: IsUnresolved): readonly Finding[] {
  const { partitions } = range;
  if (partitions.length === 0) {
    const detail = "The table has no partitions. Give upper bounds in increasing order, the last one MAXVALUE.";
    return [{ code: "PARTITIONS_EMPTY", summary: "No partitions", detail, path: ["partitioning", "partitions"] }];
  }
  const check: BoundCheck = { columns: isUnresolved(range.columns) ? undefined : range.columns, types, isUnresolved };
  const findings = partitions.flatMap(({ lessThan }, index) =>
    isUnresolved(lessThan) ? [] : boundFindings(lessThan, index, index === partitions.length - 1, check),
  );
  return findings.length > 0 ? findings : orderFindings(range, check);
}

interface BoundCheck {
  /** Absent when unresolved. */
  readonly columns: readonly string[] | undefined;
  readonly types: ReadonlyMap<string, string>;
  readonly isUnresolved: IsUnresolved;
}

function boundFindings(bound: UpperBound, index: number, last: boolean, check: BoundCheck): readonly Finding[] {
  const path = ["partitioning", "partitions", index, "less_than"];
  if (check.columns !== undefined && bound.length !== check.columns.length) {
    const detail =
      `The bound of partition ${index + 1} is ${showBound(bound)}: ${bound.length} values for ${check.columns.length} columns ` +
      `(${check.columns.join(", ")}). Give one value for each column.`;
    return [{ code: "PARTITION_BOUND_COUNT", summary: "Bound does not fit the partition columns", detail, path }];
  }
  return [...valueFindings(bound, path, check), ...maxvalueFindings(bound, index, last, path, check.isUnresolved)];
}

function valueFindings(bound: UpperBound, path: Finding["path"] & object, check: BoundCheck): readonly Finding[] {
  return bound.flatMap((value, position): readonly Finding[] => {
    const column = check.columns?.[position];
    if (check.isUnresolved(value) || column === undefined || !check.types.has(column)) return [];
    const typed = typedBoundValue(value, check.types.get(column));
    if (typed.kind !== "problem") return [];
    const detail = `The bound ${show(value)} of column "${column}": ${typed.problem}. ${typed.advice}`;
    return [{ code: "PARTITION_BOUND_TYPE", summary: "Bound does not fit the column's type", detail, path: [...path, position] }];
  });
}

function maxvalueFindings(bound: UpperBound, index: number, last: boolean, path: Finding["path"] & object, isUnresolved: IsUnresolved): readonly Finding[] {
  const open = bound.map((value) => !isUnresolved(value) && isMaxvalue(value));
  const closed = bound.findIndex((value, position) => !isUnresolved(value) && open[position] === false);
  if (last && closed >= 0) {
    const hint = bound[closed] === "MAXVALUE" ? ' This is the text "MAXVALUE"; the end is written { maxvalue: true } (MAXVALUE in HCL).' : "";
    const detail =
      `The last bound is ${showBound(bound)}, so rows from there on belong to no partition.${hint} ` +
      "End with a partition whose bound is MAXVALUE in every column.";
    return [{ code: "PARTITION_MAXVALUE_MISSING", summary: "No MAXVALUE at the end", detail, path }];
  }
  const everywhere = open.length > 0 && open.every(Boolean);
  if (!last && everywhere) {
    const detail = `Partition ${index + 1} ends at MAXVALUE, so nothing is left for the partitions after it. Only the last bound is MAXVALUE; move it to the end.`;
    return [{ code: "PARTITION_MAXVALUE_NOT_LAST", summary: "MAXVALUE before the end", detail, path }];
  }
  const first = open.indexOf(true);
  if (!last && first >= 0 && closed >= 0 && bound.some((value, position) => position > first && !isUnresolved(value) && !isMaxvalue(value))) {
    const detail = `The bound ${showBound(bound)} has a value after MAXVALUE, which can never matter. Write MAXVALUE in every column from the first MAXVALUE on.`;
    return [{ code: "PARTITION_MAXVALUE_INCOMPLETE", summary: "Value after MAXVALUE", detail, path }];
  }
  return [];
}

function orderFindings({ partitions }: Range, check: BoundCheck): readonly Finding[] {
  const findings: Finding[] = [];
  let previous: { readonly index: number; readonly bound: TypedBound } | undefined;
  for (const [index, { lessThan }] of partitions.entries()) {
    const bound = typedBound(lessThan, check);
    if (bound === undefined) continue;
    if (previous !== undefined && compareBounds(previous.bound, bound, check) >= 0) {
      findings.push(notIncreasing(previous.index, index, partitions));
    }
    previous = { index, bound };
  }
  return findings;
}

/** Undefined when a value is unresolved or its column's type unknown. */
function typedBound(bound: UpperBound, { columns, types, isUnresolved }: BoundCheck): TypedBound | undefined {
  if (columns === undefined || isUnresolved(bound)) return undefined;
  const values = columns.map((column, position) => {
    const value = bound[position];
    if (value === undefined || isUnresolved(value)) return undefined;
    const typed = typedBoundValue(value, types.get(column));
    return typed.kind === "problem" ? undefined : typed.kind === "literal" ? typed.literal : typed;
  });
  const known = values.filter((value) => value !== undefined);
  return known.length === columns.length ? known : undefined;
}

function compareBounds(a: TypedBound, b: TypedBound, { columns = [], types }: BoundCheck): number {
  for (const [position, column] of columns.entries()) {
    const [left, right] = [a[position], b[position]];
    if (left === undefined || right === undefined) return 0;
    if (left.kind === "maxvalue" || right.kind === "maxvalue") {
      const difference = Number(left.kind === "maxvalue") - Number(right.kind === "maxvalue");
      if (difference !== 0) return difference;
      continue;
    }
    const difference = compareLiterals(left, right, types.get(column) ?? "STRING");
    if (difference !== 0) return difference;
  }
  return 0;
}

function notIncreasing(before: number, after: number, partitions: Range["partitions"]): Finding {
  const [low, high] = [partitions[before], partitions[after]].map((partition) => showBound(partition?.lessThan ?? []));
  const relation = low === high ? "is repeated by" : "is not below";
  return {
    code: "PARTITION_BOUNDS_NOT_INCREASING",
    summary: "Bounds are not strictly increasing",
    detail:
      `The bound ${low} of partition ${before + 1} ${relation} the bound ${high} of partition ${after + 1}. ` +
      "Each bound must be greater than the one before it. Put the partitions in order or change one of the bounds.",
    path: ["partitioning", "partitions", after, "less_than"],
  };
}

function isMaxvalue(value: UpperBound[number]): boolean {
  return typeof value === "object";
}

/** `(10, 'm', MAXVALUE)`. */
function showBound(bound: UpperBound): string {
  const values = bound.map((value) => {
    if (typeof value === "object") return "MAXVALUE";
    return typeof value === "string" ? formatLiteral({ kind: "string", value }) : String(value);
  });
  return `(${values.join(", ")})`;
}
