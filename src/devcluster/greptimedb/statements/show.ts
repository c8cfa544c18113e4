import type { Relation } from "../catalog/relation";
import { type CellValue, ServerError, type TableMeta } from "../model/types";
import { type ResultColumn, rowsResult } from "../statement-result";
import type { Expression, Identifier, ObjectName, Query, SelectItem, ShowFilter, Statement } from "../syntax/ast";
import { type DataType, INT32, INT64, NULL, STRING, UINT32, UINT64 } from "../types/data-type";
import { databaseNotFound, qualify, type StatementContext } from "./context";
import { type RowsResult, runSelect } from "./select";

type Show<K extends Statement["kind"]> = Statement & { readonly kind: K };

const ident = (name: string): Identifier => ({ name, written: name, quoted: true });
const strings = (...names: readonly string[]): readonly ResultColumn[] => names.map((name) => ({ name, type: STRING }));

/** Applies LIKE (on the first column) or WHERE to rows that SHOW made. */
async function filtered(context: StatementContext, result: RowsResult, filter: ShowFilter): Promise<RowsResult> {
  if (filter === null) return result;
  const where: Expression = filter.kind === "where" ? filter.expression : { kind: "like", operand: { kind: "column", path: [ident(result.columns[0]!.name)] }, pattern: { kind: "string", value: filter.pattern }, negated: false, ignoreCase: false };
  const relation: Relation = { key: "\u0000show", revision: null, columns: result.columns.map((c) => ({ ...c, nullable: true })), rows: async () => result.rows };
  const filteredRows = await runSelect(context, selectAll([ident("show")], where), { name: "show", relation });
  return { ...filteredRows, columns: result.columns };
}

function selectAll(table: ObjectName, where: Expression | null, items: readonly SelectItem[] = [{ kind: "wildcard", qualifier: null }]): Query {
  return { with: [], body: { kind: "select", distinct: false, items, from: [{ kind: "table", name: table, alias: null }], where, groupBy: [], having: null }, orderBy: [], limit: null, offset: null };
}

const result = (columns: readonly ResultColumn[], rows: readonly (readonly CellValue[])[]): RowsResult => rowsResult(columns, rows) as RowsResult;

export async function showDatabases(context: StatementContext, { full, filter }: Show<"show-databases">): Promise<RowsResult> {
  const names = context.catalog.databaseNames();
  if (!full) return filtered(context, result(strings("Database"), names.map((name) => [name])), filter);
  const options = new Map(context.model.databases().map((d) => [d.name, Object.entries(d.options).map(([k, v]) => `${k}='${v}'`).join(" ")]));
  return filtered(context, result(strings("Database", "Options"), names.map((name) => [name, options.get(name) ?? ""])), filter);
}

export async function showTables(context: StatementContext, { full, database, filter }: Show<"show-tables">): Promise<RowsResult> {
  const name = database?.name ?? context.session.database;
  if (!context.catalog.hasDatabase(name)) throw databaseNotFound(name);
  const tables = context.catalog.tableList(name);
  const columns = strings(`Tables_in_${name}`, ...(full ? ["Table_type"] : []));
  return filtered(context, result(columns, tables.map((t) => (full ? [t.name, t.type] : [t.name]))), filter);
}

/** A table of information_schema, with some columns under other names. */
async function systemSelect(context: StatementContext, table: string, columns: readonly (readonly [string, string])[], where: Expression): Promise<RowsResult> {
  const items = columns.map(([from, to]): SelectItem => ({ kind: "expression", expression: { kind: "column", path: [ident(from)] }, alias: ident(to) }));
  return runSelect(context, selectAll([ident("information_schema"), ident(table)], where, items));
}

const equals = (column: string, value: string): Expression => ({ kind: "binary", op: "=", left: { kind: "column", path: [ident(column)] }, right: { kind: "string", value } });
const and = (left: Expression, right: Expression): Expression => ({ kind: "binary", op: "AND", left, right });
const ofTable = (database: string, table: string): Expression => and(equals("table_schema", database), equals("table_name", table));

const STATUS_COLUMNS = [
  ["table_name", "Name"], ["engine", "Engine"], ["version", "Version"], ["row_format", "Row_format"], ["table_rows", "Rows"], ["avg_row_length", "Avg_row_length"], ["data_length", "Data_length"], ["max_data_length", "Max_data_length"],
  ["index_length", "Index_length"], ["data_free", "Data_free"], ["auto_increment", "Auto_increment"], ["create_time", "Create_time"], ["update_time", "Update_time"], ["check_time", "Check_time"], ["table_collation", "Collation"],
  ["checksum", "Checksum"], ["create_options", "Create_options"], ["table_comment", "Comment"],
] as const;

export async function showTableStatus(context: StatementContext, { database, filter }: Show<"show-table-status">): Promise<RowsResult> {
  return filtered(context, await systemSelect(context, "tables", STATUS_COLUMNS, equals("table_schema", database?.name ?? context.session.database)), filter);
}

const SHORT_COLUMNS = [["column_name", "Field"], ["column_type", "Type"], ["is_nullable", "Null"], ["column_key", "Key"], ["column_default", "Default"], ["extra", "Extra"], ["greptime_data_type", "Greptime_type"]] as const;
const FULL_COLUMNS = [
  ["column_name", "Field"], ["column_type", "Type"], ["collation_name", "Collation"], ["is_nullable", "Null"], ["column_key", "Key"], ["column_default", "Default"], ["column_comment", "Comment"], ["privileges", "Privileges"], ["extra", "Extra"],
  ["greptime_data_type", "Greptime_type"],
] as const;

interface Target {
  readonly database: string;
  readonly table: string;
  readonly meta: TableMeta | undefined;
}

function targetOf(context: StatementContext, table: ObjectName, database: Identifier | null): Target {
  const qualified = qualify(context, database === null ? table : [database, ...table]);
  if (context.catalog.relation(qualified) === null) throw new ServerError("TableNotFound", `Table not found: ${qualified.table}`);
  return { ...qualified, meta: context.catalog.userTable(qualified) };
}

export async function showColumns(context: StatementContext, { full, table, database, filter }: Show<"show-columns">): Promise<RowsResult> {
  const target = targetOf(context, table, database);
  return filtered(context, await systemSelect(context, "columns", full ? FULL_COLUMNS : SHORT_COLUMNS, ofTable(target.database, target.table)), filter);
}

export async function showIndex(context: StatementContext, { table, database, filter }: Show<"show-index" | "show-region">): Promise<RowsResult> {
  const target = targetOf(context, table, database);
  return filtered(context, indexRows(context, target), filter);
}

function indexRows({ version }: StatementContext, { table, meta }: Target): RowsResult {
  const aggregate = version.indexes === "aggregate";
  const [flag, seq, nothing, nothingText]: readonly DataType[] = aggregate ? [INT32, UINT32, NULL, NULL] : [INT64, INT64, INT64, STRING];
  const column = (name: string, type: DataType | undefined): ResultColumn => ({ name, type: type ?? STRING });
  const columns = [
    column("Table", STRING), column("Non_unique", flag), column("Key_name", STRING), column("Seq_in_index", seq), column("Column_name", STRING), column("Collation", STRING), column("Cardinality", nothing), column("Sub_part", nothing),
    column("Packed", nothingText), column("Null", STRING), column("Index_type", STRING), column("Comment", STRING), column("Index_comment", STRING), column("Visible", STRING), column("Expression", nothingText),
  ];
  const { schema } = meta ?? { schema: null };
  const row = (unique: bigint, key: string, position: number, name: string, nullable: string, kind: string): CellValue[] => [table, unique, key, BigInt(position), name, "A", null, null, null, nullable, kind, "", "", "YES", null];
  const keys = (schema?.primaryKey ?? []).map((name, i) => {
    const position = schema!.columns.findIndex((c) => c.name === name);
    const { nullable, indexes } = schema!.columns[position]!;
    if (!aggregate) return row(0n, "PRIMARY", i + 1, name, nullable ? "YES" : "", "PRIMARY");
    return row(1n, ["PRIMARY", ...indexes.map((clause) => clause.split(" WITH")[0]!)].join(", "), position + 1, name, "YES", "greptime-primary-key-v1");
  });
  const time = schema === null ? [] : [row(1n, "TIME INDEX", 1, schema.timeIndex, aggregate ? "NO" : "", aggregate ? "" : "TIME")];
  return result(columns, [...keys, ...time]);
}

export async function showRegion(context: StatementContext, { table, database, filter }: Show<"show-index" | "show-region">): Promise<RowsResult> {
  if (context.version.regionPeersTable !== "region_peers" || !context.version.since(0, 14)) throw new ServerError("InvalidArguments", "Unsupported show variable: REGION");
  const target = targetOf(context, table, database);
  const rows = await systemSelect(context, "region_peers", [["table_name", "Table"], ["region_id", "Region"], ["peer_id", "Peer"], ["is_leader", "Leader"]], ofTable(target.database, target.table));
  return filtered(context, rows, filter);
}

/** SHOW VARIABLES answers one row of two empty texts, SHOW STATUS and SHOW WARNINGS nothing (observed on 1.0.2 and 1.1.4). */
export async function showFixed(context: StatementContext, statement: Show<"show-variables" | "show-status" | "show-warnings" | "show-processlist" | "show-collation" | "show-charset">): Promise<RowsResult> {
  switch (statement.kind) {
    case "show-variables": return result(strings("Variable_name", "Value"), [["", ""]]);
    case "show-status": return result(strings("Variable_name", "Value"), []);
    case "show-warnings": return result([{ name: "Level", type: STRING }, { name: "Code", type: UINT64 }, { name: "Message", type: STRING }], []);
    case "show-processlist": return result(strings("Id", "Catalog", "Query", "Elapsed Time"), []);
    case "show-collation": return filtered(context, result(strings("Collation", "Charset", "Default", "Compiled"), [["utf8_bin", "utf8", "Yes", "Yes"]]), statement.filter);
    case "show-charset": return filtered(context, result(strings("Charset", "Description", "Default collation"), [["utf8", "UTF-8 Unicode", "utf8_bin"]]), statement.filter);
  }
}

export function showVariable({ session }: StatementContext, name: string): RowsResult {
  if (name === "TIMEZONE" || name === "TIME_ZONE") return result(strings(name), [[session.zone]]);
  throw new ServerError("InvalidArguments", `Unsupported show variable: ${name}`);
}
