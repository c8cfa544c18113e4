import type { Database, Table } from "../catalog/objects";
import { SYSTEM_TABLES, systemTable } from "../catalog/system-tables";
import { SqlError } from "../sql-error";
import type { ObjectName } from "../syntax/ast";
import { quoteName } from "../syntax/cursor";
import type { StatementContext } from "./context";

type Scope = Pick<StatementContext, "transaction" | "session">;

export function findDatabase({ transaction }: Scope, name: string): Database | undefined {
  return transaction.find("database", (database) => database.name === name);
}

export function requireDatabase(scope: Scope, name: string): Database {
  const database = findDatabase(scope, name);
  if (database === undefined) throw new SqlError("3D000", `database "${name}" does not exist`);
  return database;
}

/** The database whose virtual tables a statement reads: the session's unless told, which need not exist when a client connects. null for the empty name: all databases. */
export function requireViewedDatabase(scope: Scope, name: string = scope.session.database): string | null {
  return name === "" ? null : requireDatabase(scope, name).name;
}

/** As it was written: `d.public.t`, `d.t` or `t`. */
export function printName({ database, schema, name }: ObjectName): string {
  return [database, schema, name].filter((part) => part !== null).map(quoteName).join(".");
}

export function findTable(scope: Scope, name: ObjectName): Table | undefined {
  const database = name.database ?? scope.session.database;
  if (name.schema !== null && name.schema !== "public") return undefined;
  if (database === "system") return systemTable(name.name) ?? undefined;
  const parent = findDatabase(scope, database);
  return scope.transaction.find("table", (table) => table.databaseId === parent?.id && table.name === name.name);
}

export function requireTable(scope: Scope, name: ObjectName): Table {
  const table = findTable(scope, name);
  if (table === undefined) throw new SqlError("42P01", `relation "${printName(name)}" does not exist`);
  return table;
}

/** Every table by id, those of database `system` included. */
export function allTables({ transaction }: Pick<Scope, "transaction">): readonly Table[] {
  const system = Object.keys(SYSTEM_TABLES).map((name) => systemTable(name)!);
  return [...system, ...transaction.all("table").map(([, table]) => table)].sort((a, b) => a.id - b.id);
}

export function databaseOf({ transaction }: Pick<Scope, "transaction">, table: Table): Database {
  return transaction.get("database", table.databaseId)!;
}

/** `d.public.t`, quoted where needed. */
export function qualifiedName(scope: Pick<Scope, "transaction">, table: Table): string {
  return `${quoteName(databaseOf(scope, table).name)}.public.${quoteName(table.name)}`;
}
