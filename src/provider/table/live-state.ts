import type { ObjectValue, Value } from "../../plugin";
import type { TableChange } from "../../planning/change";
import type { ObservedColumn, ObservedDefinition, ObservedTable } from "../../planning/observed";
import { listOf, mapOf, sortedMap } from "../values";

/** The computed attributes that identify the live table. */
export function liveIdentity(table: ObservedTable): ObjectValue {
  return {
    id: `${table.database}.${table.name}`,
    table_id: table.tableId,
    region_ids: sortedMap(table.regions.map((region) => [region.partition, region.id.toString() as Value])),
  };
}

/** The whole state of a table that was not declared yet: what an import finds. */
export function importedState(table: ObservedTable, definition: ObservedDefinition): ObjectValue {
  return {
    database: table.database,
    name: table.name,
    columns: definition.columns.map(columnValue),
    primary_key: orNull(definition.primaryKey),
    time_index: definition.timeIndex,
    partition_columns: orNull(definition.partitionColumns),
    partition_less_than: null,
    partition_rules: definition.rules,
    engine: table.engine,
    options: Object.keys(definition.options).length === 0 ? null : sortedMap(Object.entries(definition.options)),
    ignore_undeclared_columns: false,
    deletion_protection: true,
    ...liveIdentity(table),
  };
}

/**
 * The state with the live value of everything that really differs; what differs only in spelling stays as it stands.
 * `changes`: what would bring the live table to the state, as the engine finds it, read backwards here.
 */
export function withLiveDifferences(
  state: ObjectValue,
  changes: readonly TableChange[],
  table: ObservedTable,
  definition: ObservedDefinition,
): ObjectValue {
  const live = changes.reduce((current, change) => undo(current, change, table, definition), state);
  return { ...live, ...liveIdentity(table) };
}

function undo(state: ObjectValue, change: TableChange, table: ObservedTable, definition: ObservedDefinition): ObjectValue {
  switch (change.kind) {
    case "create-table":
    case "drop-table":
      return importedState(table, definition);
    case "add-column":
      return { ...state, columns: columnsOf(state).filter((column) => column["name"] !== change.column.name) };
    case "drop-column": {
      const extra = definition.columns.find((column) => column.name === change.column);
      return extra === undefined ? state : { ...state, columns: [...columnsOf(state), columnValue(extra)] };
    }
    case "modify-column-type":
      return withColumn(state, change.column, { type: change.from });
    case "modify-column-nullable":
      return withColumn(state, change.column, { nullable: change.from });
    case "modify-column-default":
      return withColumn(state, change.column, { default: change.from });
    case "modify-column-comment":
      return withColumn(state, change.column, { comment: change.from });
    case "set-option":
    case "unset-option":
      return withOption(state, change.option, change.from);
    case "change-key":
      return { ...state, primary_key: orNull(change.from) };
    case "change-time-index":
      return { ...state, time_index: change.from };
    case "change-engine":
      return { ...state, engine: change.from };
    case "repartition":
      return { ...state, partition_columns: orNull(definition.partitionColumns), partition_rules: definition.rules };
  }
}

function columnsOf(state: ObjectValue): readonly ObjectValue[] {
  return (listOf(state, "columns") ?? []) as readonly ObjectValue[];
}

function withColumn(state: ObjectValue, name: string, live: ObjectValue): ObjectValue {
  return { ...state, columns: columnsOf(state).map((column) => (column["name"] === name ? { ...column, ...live } : column)) };
}

function withOption(state: ObjectValue, option: string, live: string | null): ObjectValue {
  const others = Object.entries(mapOf(state, "options") ?? {}).filter(([key]) => key !== option);
  return { ...state, options: sortedMap(live === null ? others : [...others, [option, live]]) };
}

function columnValue(column: ObservedColumn): ObjectValue {
  return { name: column.name, type: column.type, nullable: column.nullable, default: column.default, comment: column.comment };
}

function orNull(names: readonly string[]): Value {
  return names.length === 0 ? null : [...names];
}
