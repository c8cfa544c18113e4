import { Token } from "cdktf";

import { canonicalType, typeFamily } from "../topology/column-type";
import { formatPartitionRule } from "../topology/format-partition-rule";
import { UNPARTITIONED, type PartitionKey } from "../topology/ids";
import type { PartitioningDeclaration, UpperBound } from "../topology/manifest";
import { fromAlternatives } from "../topology/partition-expression";
import { partitionRules, typedBoundValue } from "../topology/partition-rules";
import { rangeAlternatives, type TypedBound } from "../topology/range-partition-rules";
import { containsUnresolved, isUnresolved } from "./unresolved";

/**
 * The key of each declared partition, in order; `*` for the only region of a table without rules. A bound that only
 * Terraform knows stands in the key as its token.
 * Throws DiagnosticError when the partitioning is invalid.
 */
export function partitionKeys(
  partitioning: PartitioningDeclaration | undefined,
  types: ReadonlyMap<string, string>,
): readonly PartitionKey[] {
  if (partitioning === undefined) return [UNPARTITIONED];
  const keys = containsUnresolved(partitioning.partitions)
    ? keysWithTokens(partitioning, types)
    : partitionRules(partitioning, types).map((rule) => rule.key);
  return keys.length === 0 ? [UNPARTITIONED] : keys;
}

function keysWithTokens(
  partitioning: PartitioningDeclaration,
  types: ReadonlyMap<string, string>,
): readonly PartitionKey[] {
  // A rule with a token in it cannot be read here. The provider compares rules by meaning, so its text need not be canonical.
  if (partitioning.kind === "rules") return partitioning.partitions.map(({ rule }) => rule as PartitionKey);
  const bare = new Set<string>();
  const bounds = partitioning.partitions.map(({ lessThan }) => typedBound(partitioning.columns, lessThan, types, bare));
  return bounds.map((bound, index) => {
    const key = formatPartitionRule(
      fromAlternatives(rangeAlternatives(partitioning.columns, bounds[index - 1], bound)),
    );
    return [...bare].reduce((text, token) => text.replaceAll(`'${token}'`, token), key as string) as PartitionKey;
  });
}

/** `bare` collects the tokens that stand for numbers and truth values: those must not be in quotes. */
function typedBound(
  columns: readonly string[],
  bound: UpperBound,
  types: ReadonlyMap<string, string>,
  bare: Set<string>,
): TypedBound {
  return columns.map((column, index): TypedBound[number] => {
    const value = bound[index];
    if (value === undefined) return { kind: "maxvalue" };
    if (isUnresolved(value)) {
      const token = Token.asString(value);
      if (!isQuoted(types.get(column))) bare.add(token);
      return { kind: "string", value: token };
    }
    const typed = typedBoundValue(value, types.get(column));
    if (typed.kind === "problem") throw new RangeError(`The bound of column "${column}": ${typed.problem}.`);
    return typed.kind === "literal" ? typed.literal : typed;
  });
}

function isQuoted(type: string | undefined): boolean {
  const canonical = canonicalType(type ?? "");
  return canonical === undefined || ["string", "date", "timestamp"].includes(typeFamily(canonical));
}
