import type { ColumnDeclaration, TableDeclaration } from "../topology/manifest";
import type { ColumnProps, ColumnType } from "./column";
import type { Partitions } from "./partitions";

/** A table by itself: its schema, how it is partitioned, how it is kept. */
export interface TableProps {
  readonly name: string;
  /** @default "public" */
  readonly database?: string;
  /** By name, or as a list; in order. */
  readonly columns: Readonly<Record<string, ColumnType>> | readonly ColumnProps[];
  /** Names in key order, without the time index. @default - none */
  readonly primaryKey?: readonly string[];
  /** @default - the column that is declared with `timeIndex: true` */
  readonly timeIndex?: string;
  /** @default - one region */
  readonly partitions?: Partitions;
  /** @default "mito" */
  readonly engine?: string;
  /** Table options, e.g. `{ ttl: "90d", append_mode: "true" }`. @default - none */
  readonly options?: Readonly<Record<string, string>>;
  /** Whether columns that others add, e.g. by ingestion, are left alone instead of shown as drift. @default false */
  readonly ignoreUndeclaredColumns?: boolean;
  /** While true nothing is done that loses data of the table, `cdktf destroy` included. @default true */
  readonly deletionProtection?: boolean;
}

/** What the properties of a table declare, with the defaults. May be invalid; `validateTable` says how. */
export function tableDeclaration(props: TableProps): TableDeclaration {
  const columns = listed(props.columns);
  const timeIndex = timeIndexes(props.timeIndex, columns);
  return {
    database: props.database ?? "public",
    name: props.name,
    columns: columns.map((column) => columnDeclaration(column, timeIndex)),
    primaryKey: props.primaryKey ?? [],
    // Several or none are for the validation to report.
    timeIndex: (timeIndex.length > 1 ? timeIndex : (timeIndex[0] ?? "")) as string,
    ...(props.partitions === undefined ? {} : { partitioning: props.partitions.declaration }),
    engine: props.engine ?? "mito",
    options: props.options ?? {},
    ignoreUndeclaredColumns: props.ignoreUndeclaredColumns ?? false,
    deletionProtection: props.deletionProtection ?? true,
  };
}

function listed(columns: TableProps["columns"]): readonly ColumnProps[] {
  return Array.isArray(columns)
    ? (columns as readonly ColumnProps[])
    : Object.entries(columns).map(([name, column]) => ({ name, ...(column as ColumnType) }));
}

function timeIndexes(named: string | undefined, columns: readonly ColumnProps[]): readonly string[] {
  const marked = columns.filter(({ timeIndex }) => timeIndex === true).map(({ name }) => name);
  return [...new Set(named === undefined ? marked : [named, ...marked])];
}

function columnDeclaration(column: ColumnProps, timeIndex: readonly string[]): ColumnDeclaration {
  return {
    name: column.name,
    type: column.type,
    nullable: timeIndex.includes(column.name) ? false : (column.nullable ?? true),
    ...(column.default === undefined ? {} : { default: column.default }),
    ...(column.comment === undefined ? {} : { comment: column.comment }),
  };
}
