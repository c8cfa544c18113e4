import type { ObjectValue, Value } from "../../plugin";
import { parsePartitionRule } from "../../topology/parse-partition-rule";
import { comparisons } from "../../topology/partition-expression";
import type { ColumnDeclaration, GreptimeClusterDeclaration, PartitioningDeclaration, TableDeclaration, UpperBound } from "../../topology/manifest";
import type { TableName } from "../../planning/change";
import type { Connection } from "../connection";
import { booleanOf, listOf, mapOf, requiredText, textOf, textsOf } from "../values";

/**
 * Which of the two descriptions of the partitions counts. `declared`: the ranges, when the configuration gives ranges.
 * `live`: the rules, which reading keeps true while the ranges stay as they were written.
 */
export type PartitionSource = "declared" | "live";

/** The text that ends a range. */
export const MAXVALUE = "MAXVALUE";

/** The table that a wholly known configuration or state names. */
export function tableName(object: ObjectValue): TableName {
  return { database: textOf(object, "database") ?? "public", name: requiredText(object, "name") };
}

/** What a wholly known configuration, plan or state declares. */
export function tableDeclaration(object: ObjectValue, source: PartitionSource): TableDeclaration {
  const name = tableName(object);
  const timeIndex = requiredText(object, "time_index");
  const columns = (listOf(object, "columns") ?? []).map((column) => columnDeclaration(column as ObjectValue, timeIndex));
  const partitioning = partitioningDeclaration(object, source);
  return {
    database: name.database,
    name: name.name,
    columns,
    primaryKey: textsOf(object, "primary_key") ?? [],
    timeIndex,
    ...(partitioning === undefined ? {} : { partitioning }),
    engine: textOf(object, "engine") ?? "mito",
    options: optionsOf(object),
    ignoreUndeclaredColumns: booleanOf(object, "ignore_undeclared_columns") ?? false,
    deletionProtection: booleanOf(object, "deletion_protection") ?? true,
  };
}

/** The cluster as far as this one table declares it. */
export function tableCluster(declared: TableDeclaration, name: string, connection: Connection): GreptimeClusterDeclaration {
  return { engine: "greptimedb", name, connection: connection.declaration, tables: [declared], placements: [] };
}

function columnDeclaration(column: ObjectValue, timeIndex: string): ColumnDeclaration {
  const name = requiredText(column, "name");
  const defaultText = textOf(column, "default");
  const comment = textOf(column, "comment");
  return {
    name,
    type: requiredText(column, "type"),
    nullable: name !== timeIndex && (booleanOf(column, "nullable") ?? true),
    ...(defaultText === null ? {} : { default: defaultText }),
    ...(comment === null ? {} : { comment }),
  };
}

function optionsOf(object: ObjectValue): Readonly<Record<string, string>> {
  const entries = Object.entries(mapOf(object, "options") ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function partitioningDeclaration(
  object: ObjectValue,
  source: PartitionSource,
): PartitioningDeclaration | undefined {
  const ranges = listOf(object, "partition_less_than");
  const rules = textsOf(object, "partition_rules");
  const named = textsOf(object, "partition_columns");
  if (ranges !== null && (source === "declared" || rules === null)) return rangePartitioning(named ?? [], ranges);
  if (rules !== null && rules.length > 0) {
    return { kind: "rules", columns: named ?? columnsOfRules(rules), partitions: rules.map((rule) => ({ rule })) };
  }
  return named === null || named.length === 0 || source === "live" ? undefined : { kind: "rules", columns: named, partitions: [] };
}

/** HCL has texts only: what a text means for its column's type is decided with the rules. */
function rangePartitioning(columns: readonly string[], ranges: readonly Value[]): PartitioningDeclaration {
  const bound = (texts: Value): UpperBound =>
    (texts as readonly Value[]).map((text) => (text === MAXVALUE ? { maxvalue: true } : String(text)));
  return { kind: "range", columns, partitions: ranges.map((texts) => ({ lessThan: bound(texts) })) };
}

/** Columns in the order in which the rules mention them first. */
function columnsOfRules(rules: readonly string[]): readonly string[] {
  const names = rules.flatMap((rule) => {
    const parsed = parsePartitionRule(rule);
    return parsed.kind === "rule" ? comparisons(parsed.expression).map((comparison) => comparison.column) : [];
  });
  return [...new Set(names)];
}
