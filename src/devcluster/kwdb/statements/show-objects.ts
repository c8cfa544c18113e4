import { type Database, SYSTEM_DATABASE_ID, type Table } from "../catalog/objects";
import { SYSTEM_TABLES } from "../catalog/system-tables";
import type { Range } from "../model/ranges";
import type { Relation } from "../query/relation";
import { SqlError } from "../sql-error";
import type { Partitioning, Statement } from "../syntax/ast";
import { quoteName, quoteUnrestrictedName } from "../syntax/cursor";
import { type Cell, formatArray, type SqlType } from "../types/sql-type";
import { printVariables } from "../zone/print-sql";
import { appliedZone } from "../zone/zone-lookup";
import type { StatementContext } from "./context";
import { databaseOf, qualifiedName, requireDatabase, requireTable } from "./names";
import { listedPartitions } from "./partition-table";
import { hasAnyPrivilege, requireAdmin, requireAnyPrivilege } from "./privileges";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

const relation = (name: string, columns: Readonly<Record<string, SqlType>>, rows: readonly (readonly Cell[])[]): Relation => ({ name, columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })), rows });
const byName = <T extends { readonly name: string }>(a: T, b: T): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export function showDatabases(context: StatementContext): Relation {
  const databases = context.transaction.all("database").map(([, database]) => database).filter((database) => hasAnyPrivilege(context, database) || database.id === SYSTEM_DATABASE_ID).sort(byName);
  return relation("databases", { database_name: "text", engine_type: "text" }, databases.map((d) => [d.name, d.timeSeries ? "TIME SERIES" : "RELATIONAL"]));
}

export function showTables(context: StatementContext, { database: name }: Of<"show-tables">): Relation {
  const database = requireDatabase(context, name ?? context.session.database);
  const tables = database.id === SYSTEM_DATABASE_ID ? Object.keys(SYSTEM_TABLES).sort().map((table) => [table, "BASE TABLE"]) : tablesOf(context, database).map((table) => [table.name, table.timeSeries === null ? "BASE TABLE" : "TIME SERIES TABLE"]);
  return relation("tables", { table_name: "text", table_type: "text" }, tables);
}

function tablesOf({ transaction }: StatementContext, database: Database): readonly Table[] {
  return transaction.all("table").map(([, table]) => table).filter((table) => table.databaseId === database.id).sort(byName);
}

export function showUsers(context: StatementContext): Relation {
  const users = context.transaction.all("user").map(([, user]) => user).sort(byName);
  return relation("users", { username: "text", options: "text", member_of: "text[]" }, users.map((user) => [user.name, user.role ? "NOLOGIN" : "", formatArray(user.memberOf)]));
}

/** SHOW CREATE TABLE. */
export function showCreateTable(context: StatementContext, { table: name }: Of<"show-create-table">): Relation {
  const table = requireTable(context, name);
  requireAnyPrivilege(context, table);
  const text = table.timeSeries === null ? createRelational(context, table) : createTimeSeries(table, table.timeSeries);
  return relation("create", { table_name: "text", create_statement: "text" }, [[qualifiedName(context, table), text]]);
}

function createRelational({ transaction }: StatementContext, table: Table): string {
  const columns = table.columns.map((c) => `\t${quoteName(c.name)} ${c.typeText} ${c.notNull ? "NOT NULL" : "NULL"}`);
  const [primary, ...others] = table.indexes;
  const list = (names: readonly string[]): string => names.map((n) => `${quoteName(n)} ASC`).join(", ");
  const hidden = primary!.columns[0] === "rowid" && !table.columns.some((c) => c.name === "rowid");
  const key = hidden ? [] : [`\tCONSTRAINT "primary" PRIMARY KEY (${list(primary!.columns)})`];
  const indexes = others.map((index) => `\t${index.unique ? "UNIQUE " : ""}INDEX ${quoteName(index.name)} (${list(index.columns)})`);
  const family = `\tFAMILY "primary" (${[...table.columns.map((c) => quoteName(c.name)), ...(hidden ? ["rowid"] : [])].join(", ")})`;
  const partitioning = table.indexes[0]!.partitioning;
  const unzoned = (transaction.get("zone", table.id)?.subzones.length ?? 0) === 0;
  const warning = partitioning !== null && unzoned ? "\n-- Warning: Partitioned table with no zone configurations." : "";
  return `CREATE TABLE ${quoteName(table.name)} (\n${[...columns, ...key, ...indexes, family].join(",\n")}\n)${partitioning === null ? "" : ` ${printPartitioning(partitioning)}`}${warning}`;
}

function printPartitioning({ by, columns, partitions }: Partitioning): string {
  const clauses = partitions.map((p) => `\tPARTITION ${quoteUnrestrictedName(p.name)} VALUES ${by === "range" ? `FROM ${p.value}` : `IN (${p.value})`}`);
  return `PARTITION BY ${by.toUpperCase()} (${columns.map(quoteName).join(", ")}) (\n${clauses.join(", \n")}\n)`;
}

function createTimeSeries(table: Table, { tags, primaryTags, retentions }: NonNullable<Table["timeSeries"]>): string {
  const column = (c: Table["columns"][number]): string => `\t${quoteName(c.name)} ${c.typeText} ${c.notNull ? "NOT NULL" : "NULL"}`;
  return `CREATE TABLE ${quoteName(table.name)} (\n${table.columns.map(column).join(",\n")}\n) TAGS (\n${tags.map(column).join(",\n")} ) PRIMARY TAGS(${primaryTags.map(quoteName).join(", ")})\n\tretentions ${retentions}`;
}

/** SHOW PARTITIONS FROM …. */
export function showPartitions(context: StatementContext, { from }: Of<"show-partitions">): Relation {
  const columns = { database_name: "text", table_name: "text", partition_name: "text", parent_partition: "text", column_names: "text", index_name: "text", partition_value: "text", zone_config: "text", full_zone_config: "text" } as const;
  if (from.kind === "database") {
    const database = requireDatabase(context, from.name);
    if (database.timeSeries) throw new SqlError("0A000", "show partitions is not supported in timeseries table");
    return relation("partitions", columns, tablesOf(context, database).flatMap((table) => partitionRows(context, table, null)));
  }
  return relation("partitions", columns, partitionRows(context, requireTable(context, from.table), from.kind === "index" ? from.index : null));
}

function partitionRows(context: StatementContext, table: Table, only: string | null): readonly (readonly Cell[])[] {
  requireAnyPrivilege(context, table);
  const reader = context.model.reader(context.transaction);
  return table.indexes.filter((index) => only === null || index.name === only).flatMap((index) =>
    listedPartitions(context, index).map((partition) => {
      const applied = appliedZone(reader, table.id, { indexId: index.id, partition: partition.name });
      const own = applied.subzoneId > 0;
      return [
        databaseOf(context, table).name, table.name, partition.name, null, index.partitioning!.columns.join(", "), `${table.name}@${index.name}`, partition.value,
        own ? printVariables(applied.explicit).join(",\n") : null, printVariables(applied.effective).join(",\n"),
      ];
    }),
  );
}

const RANGE_COLUMNS = { start_key: "text", end_key: "text", range_id: "int8", range_size_mb: "numeric", lease_holder: "int8", lease_holder_locality: "text", replicas: "int8[]", replica_localities: "text[]" } as const;

/** SHOW RANGES FROM … of relational tables. */
export function showRanges(context: StatementContext, { from }: Of<"show-ranges">): Relation {
  requireAdmin(context, "read kwdb_internal.ranges_no_leases");
  if (from.kind === "table") {
    const table = requireTable(context, from.table);
    if (table.timeSeries !== null) throw new SqlError("0A000", "show ranges is not supported in timeseries table");
    return relation("ranges", RANGE_COLUMNS, rangesOf(context, table).map((range) => rangeRow(context, table, range)));
  }
  const database = requireDatabase(context, from.name);
  if (database.timeSeries) throw new SqlError("0A000", "show ranges is not supported in timeseries table");
  const rows = tablesOf(context, database).flatMap((table) => rangesOf(context, table).map((range) => [table.name, ...rangeRow(context, table, range)]));
  return relation("ranges", { table_name: "text", ...RANGE_COLUMNS }, rows);
}

const rangesOf = ({ model }: StatementContext, table: Table): readonly Range[] => model.ranges.all().filter((range) => range.tableId === table.id);

function rangeRow({ model }: StatementContext, table: Table, range: Range): readonly Cell[] {
  const prefix = `/Table/${table.id}`;
  const key = (pretty: string): Cell => (pretty.startsWith(`${prefix}/1`) ? pretty.slice(prefix.length + 2) : null);
  const locality = (store: number): string => model.nodes.find((node) => node.storeId === store)?.locality ?? "";
  return [
    key(range.pretty), key(range.endPretty), BigInt(range.id), String(range.sizeBytes / 1_000_000), BigInt(range.leaseHolder), locality(range.leaseHolder), formatArray(range.replicas), formatArray(range.replicas.map(locality)),
  ];
}
