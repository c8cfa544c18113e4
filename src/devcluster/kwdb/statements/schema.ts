import { type Database, type Privileges, SYSTEM_DATABASE_ID, type Table, type TableIndex } from "../catalog/objects";
import { SqlError } from "../sql-error";
import { doneResult, type StatementResult } from "../statement-result";
import type { CreateTable, IndexDefinition, Statement } from "../syntax/ast";
import { EMPTY_VALUES } from "../zone/zone-config";
import type { StatementContext } from "./context";
import { findDatabase, findTable, requireDatabase, requireTable } from "./names";
import { partitionTable, validatePartitioning } from "./partition-table";
import { requireAdmin, requirePrivilege } from "./privileges";
import { readVariable } from "./session-variables";
import { checkTimeSeriesName, validateTimeSeriesTable } from "./time-series-table";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

const TS_IN_TRANSACTION = "TS DDL statement is not supported in explicit transaction";
const OWNED: Privileges = { admin: ["ALL"], root: ["ALL"] };

export async function createDatabase(context: StatementContext, { name, timeSeries, ifNotExists }: Of<"create-database">): Promise<StatementResult> {
  const { transaction, model } = context;
  if (timeSeries) checkTimeSeriesName("database", name, 63);
  if (name === "") throw new SqlError("42601", "empty database name");
  requireAdmin(context, "CREATE DATABASE");
  await transaction.lock("catalog");
  if (findDatabase(context, name) !== undefined) {
    if (ifNotExists) return doneResult("CREATE DATABASE");
    throw new SqlError("42P04", `database "${name}" already exists`);
  }
  const id = model.newObjectId();
  transaction.put("database", id, { id, name, timeSeries, privileges: OWNED } satisfies Database);
  // A cluster without replication pins every new database to one replica.
  if (context.node.startMode === "start-single-replica") transaction.put("zone", id, { values: { ...EMPTY_VALUES, numReplicas: 1 }, subzones: [] });
  return doneResult("CREATE DATABASE");
}

export async function dropDatabase(context: StatementContext, { name, ifExists, behavior }: Of<"drop-database">): Promise<StatementResult> {
  const { transaction } = context;
  await transaction.lock("catalog");
  const database = findDatabase(context, name);
  if (database === undefined && ifExists) return doneResult("DROP DATABASE");
  const { id } = requireDatabase(context, name);
  if (id === SYSTEM_DATABASE_ID) throw new SqlError("42501", `user ${context.session.user} does not have DROP privilege on database system`);
  requirePrivilege(context, database!, "DROP");
  const tables = transaction.all("table").filter(([, table]) => table.databaseId === id);
  if (behavior === null && tables.length > 0 && readVariable(context, "sql_safe_updates") === "on") throw new SqlError("01000", "rejected: DROP DATABASE on non-empty database without explicit CASCADE (sql_safe_updates = true)");
  if (behavior === "restrict" && tables.length > 0) throw new SqlError("2BP01", `database "${name}" is not empty and RESTRICT was specified`);
  for (const [tableId] of tables) remove(context, Number(tableId));
  transaction.put("database", id, null);
  transaction.put("zone", id, null);
  return doneResult("DROP DATABASE");
}

function remove({ transaction }: StatementContext, tableId: number): void {
  transaction.put("table", tableId, null);
  transaction.put("zone", tableId, null);
}

export async function dropTable(context: StatementContext, { names, ifExists }: Of<"drop-table">): Promise<StatementResult> {
  await context.transaction.lock("catalog");
  for (const name of names) {
    const table = findTable(context, name);
    if (table === undefined && ifExists) continue;
    const found = requireTable(context, name);
    if (found.databaseId === SYSTEM_DATABASE_ID) throw new SqlError("42501", `user ${context.session.user} does not have DROP privilege on relation ${found.name}`);
    requirePrivilege(context, found, "DROP");
    if (found.timeSeries !== null && names.length > 1) throw new SqlError("0A000", "drop multiple time-series tables at once is not supported");
    if (found.timeSeries !== null && context.session.transaction !== null) throw new SqlError("0A000", TS_IN_TRANSACTION);
    remove(context, found.id);
  }
  return doneResult("DROP TABLE");
}

export async function createTable(context: StatementContext, statement: CreateTable): Promise<StatementResult> {
  const { transaction, model, session } = context;
  const { timeSeries } = statement;
  const name = statement.name.name;
  if (timeSeries !== null && session.transaction !== null) throw new SqlError("0A000", TS_IN_TRANSACTION);
  if (name === "") throw new SqlError("42602", "no table specified");
  await transaction.lock("catalog");
  const database = requireDatabase(context, statement.name.database ?? session.database);
  requirePrivilege(context, database, "CREATE");
  if (database.timeSeries !== (timeSeries !== null)) throw new SqlError("42809", `can not create ${timeSeries === null ? "relational" : "timeseries"} table in ${timeSeries === null ? "timeseries" : "relational"} database "${database.name}"`);
  if (timeSeries !== null) checkTimeSeriesName("table", name, 128);
  if (findTable(context, statement.name) !== undefined) {
    if (statement.ifNotExists) return doneResult("CREATE TABLE");
    throw new SqlError("42P07", `relation "${name}" already exists`);
  }
  if (timeSeries !== null) validateTimeSeriesTable(statement, timeSeries);
  const id = model.newObjectId();
  const table = timeSeries === null ? relational(id, database, statement) : timeSeriesTable(id, database, statement, timeSeries, timeSeries.hashPoints ?? model.version.defaultHashPoints);
  for (const index of table.indexes) if (index.partitioning !== null) validatePartitioning(table, index, index.partitioning);
  transaction.put("table", id, table);
  return doneResult("CREATE TABLE");
}

/** A new table takes the privileges of its database. */
const inheritPrivileges = (database: Database): Privileges => Object.fromEntries(Object.entries(database.privileges).map(([user, privileges]) => [user, [...privileges]]));

function relational(id: number, database: Database, { name, columns, primaryKey, indexes, partitioning }: CreateTable): Table {
  const names = new Set<string>();
  for (const column of columns) {
    if (names.has(column.name)) throw new SqlError("42701", `duplicate column name: "${column.name}"`);
    names.add(column.name);
  }
  const inline = columns.filter((column) => column.primaryKey).map((column) => column.name);
  const declared = primaryKey ?? (inline.length > 0 ? inline : null);
  const key = declared ?? ["rowid"];
  for (const column of [...(declared ?? []), ...indexes.flatMap((index) => index.columns)]) if (!names.has(column)) throw new SqlError("42703", `column "${column}" does not exist`);
  const primary: TableIndex = { id: 1, name: "primary", unique: true, columns: key, partitioning };
  return {
    id, name: name.name, databaseId: database.id, columns: columns.map((column) => (key.includes(column.name) ? { ...column, notNull: true } : column)),
    indexes: [primary, ...indexes.map((index, i) => secondary(index, i + 2, name.name))], timeSeries: null, privileges: inheritPrivileges(database), rows: [],
  };
}

function secondary({ name, unique, columns, partitioning }: IndexDefinition, id: number, table: string): TableIndex {
  return { id, name: name ?? `${table}_${columns.join("_")}_${unique ? "key" : "idx"}`, unique, columns, partitioning };
}

function timeSeriesTable(id: number, database: Database, { name, columns }: CreateTable, { tags, primaryTags, retentions }: NonNullable<CreateTable["timeSeries"]>, hashPoints: number): Table {
  const printed = columns.map((column) => (column.type.startsWith("timestamp") && !column.typeText.includes("(") ? { ...column, typeText: "TIMESTAMPTZ(3)" } : column));
  const primary: TableIndex = { id: 1, name: "primary", unique: true, columns: primaryTags, partitioning: null };
  return { id, name: name.name, databaseId: database.id, columns: printed, indexes: [primary], timeSeries: { tags, primaryTags, hashPoints, retentions }, privileges: inheritPrivileges(database), rows: [] };
}

/** ALTER TABLE … PARTITION BY. */
export async function alterPartitioning(context: StatementContext, { table: name, partitioning }: Of<"partition-table">): Promise<StatementResult> {
  const { transaction, session } = context;
  await transaction.lock("catalog");
  const table = requireTable(context, name);
  if (table.timeSeries !== null && session.transaction !== null) throw new SqlError("0A000", TS_IN_TRANSACTION);
  requirePrivilege(context, table, "CREATE");
  await transaction.lock(`zone/${table.id}`);
  if (partitioning !== null) validatePartitioning(table, table.indexes[0]!, partitioning);
  partitionTable(transaction, table, partitioning);
  return doneResult("ALTER TABLE");
}
