import { ServerError } from "../model/types";
import { okResult, type StatementResult } from "../statement-result";
import type { Expression, ObjectName, Statement } from "../syntax/ast";
import { zoneOffsetMinutes } from "../types/time";
import { ProtocolError } from "../wire/mysql-error";
import { admin } from "./admin";
import { alterTable, commentOn } from "./alter-table";
import { qualify, requireTable, type StatementContext } from "./context";
import { createTable } from "./create-table";
import { alterDatabase, createDatabase, dropDatabase } from "./database";
import { describe } from "./describe";
import { explainStatement } from "./explain";
import { runSelect } from "./select";
import { showColumns, showDatabases, showFixed, showIndex, showRegion, showTables, showTableStatus, showVariable } from "./show";
import { showCreateDatabase, showCreateTable } from "./show-create";
import { deleteRows, insert } from "./write-rows";

/** Runs one statement. Rejects with what the client gets to see. */
export async function runStatement(context: StatementContext, statement: Statement): Promise<StatementResult> {
  switch (statement.kind) {
    case "query": return runSelect(context, statement.query);
    case "explain": return explainStatement(context, statement.statement);
    case "create-table": return createTable(context, statement);
    case "create-database": return createDatabase(context, statement);
    case "alter-database": return alterDatabase(context, statement);
    case "drop-database": return dropDatabase(context, statement);
    case "drop-table": return dropTables(context, statement.names, statement.ifExists);
    case "truncate": {
      await context.model.truncateTable(requireTable(context, statement.name).tableId);
      return okResult();
    }
    case "alter-table": return alterTable(context, statement.name, statement.action);
    case "comment-on": return commentOn(context, statement);
    case "insert": return insert(context, statement);
    case "delete": return deleteRows(context, statement);
    case "describe": return describe(context, statement.name);
    case "show-create-table": return showCreateTable(context, statement.name);
    case "show-create-database": return showCreateDatabase(context, statement.name);
    case "show-databases": return showDatabases(context, statement);
    case "show-tables": return showTables(context, statement);
    case "show-table-status": return showTableStatus(context, statement);
    case "show-columns": return showColumns(context, statement);
    case "show-index": return showIndex(context, statement);
    case "show-region": return showRegion(context, statement);
    case "show-variable": return showVariable(context, statement.name);
    case "show-variables": case "show-status": case "show-warnings": case "show-processlist": case "show-collation": case "show-charset": return showFixed(context, statement);
    case "admin": return admin(context, statement.call);
    case "use": return useDatabase(context, statement.database.name);
    case "set": return setVariables(context, statement.assignments);
    case "ignored": return okResult();
  }
}

async function dropTables(context: StatementContext, names: readonly ObjectName[], ifExists: boolean): Promise<StatementResult> {
  for (const name of names) {
    const meta = context.catalog.userTable(qualify(context, name));
    if (meta === undefined && ifExists) continue;
    await context.model.dropTable((meta ?? requireTable(context, name)).tableId);
  }
  return okResult();
}

export function useDatabase({ catalog, session }: Pick<StatementContext, "catalog" | "session">, name: string): StatementResult {
  if (!catalog.hasDatabase(name)) throw new ProtocolError(1102, "42000", `Unknown database '${name}'`);
  session.database = name;
  return okResult();
}

/** Only the time zone means something; every other variable is accepted and forgotten, as over the real server's MySQL protocol. */
function setVariables({ session }: StatementContext, assignments: readonly { readonly name: string; readonly value: Expression }[]): StatementResult {
  for (const { name, value } of assignments) {
    if (name !== "time_zone" && name !== "timezone") continue;
    const zone = value.kind === "string" ? value.value : value.kind === "column" ? value.path[0]!.written : "";
    if (zoneOffsetMinutes(zone, Date.UTC(2024, 0, 1)) === null) throw new ServerError("InvalidArguments", `Invalid timezone string ${zone}`);
    session.zone = /^system$/i.test(zone) ? "UTC" : zone;
  }
  return okResult();
}
