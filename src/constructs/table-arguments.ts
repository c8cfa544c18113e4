import { Token } from "cdktf";

import type { PartitionKey } from "../topology/ids";
import type { PartitioningDeclaration, TableDeclaration, UpperBound } from "../topology/manifest";
import type { GreptimedbTableColumns, GreptimedbTableConfig } from "./bindings/greptimedb-table";
import { templateText } from "./template-text";
import { isUnresolved } from "./unresolved";

/** The arguments of a table resource. `keys`: of the declared partitions, in order; undefined while the declaration is invalid. */
export function tableArguments(
  table: TableDeclaration,
  keys: readonly PartitionKey[] | undefined,
): GreptimedbTableConfig {
  return {
    database: table.database,
    name: table.name,
    columns: columnArguments(table),
    primaryKey: table.primaryKey.length === 0 ? undefined : [...table.primaryKey],
    timeIndex: table.timeIndex,
    ...partitionArguments(table.partitioning, keys),
    engine: table.engine,
    options: Object.keys(table.options).length === 0 ? undefined : { ...table.options },
    ignoreUndeclaredColumns: table.ignoreUndeclaredColumns,
    deletionProtection: table.deletionProtection,
  };
}

function columnArguments(table: TableDeclaration): GreptimedbTableColumns[] {
  return table.columns.map(({ name, type, nullable, default: initial, comment }) => ({
    name,
    type,
    // Without knowing the time index, the provider's default is right for it and for the others.
    nullable: nullable && isUnresolved(table.timeIndex) ? undefined : nullable,
    default: initial === undefined ? undefined : templateText(initial),
    comment: comment === undefined ? undefined : templateText(comment),
  }));
}

type PartitionArguments = Pick<GreptimedbTableConfig, "partitionColumns" | "partitionLessThan" | "partitionRules">;

function partitionArguments(
  partitioning: PartitioningDeclaration | undefined,
  keys: readonly PartitionKey[] | undefined,
): PartitionArguments {
  if (partitioning === undefined) return {};
  const partitionColumns = [...partitioning.columns];
  if (partitioning.kind === "rules") {
    const rules = keys ?? partitioning.partitions.map(({ rule }) => rule);
    return { partitionColumns, partitionRules: rules.map(templateText) };
  }
  const bounds = partitioning.partitions.map(({ lessThan }) => lessThan);
  // A list of texts cannot tell the string from the symbol; rules can.
  if (keys !== undefined && bounds.some((bound) => bound.includes("MAXVALUE")))
    return { partitionColumns, partitionRules: keys.map(templateText) };
  return { partitionColumns, partitionLessThan: bounds.map((bound) => bound.map(boundText)) };
}

function boundText(value: UpperBound[number]): string {
  if (isUnresolved(value)) return Token.asString(value);
  return typeof value === "object" ? "MAXVALUE" : templateText(String(value));
}
