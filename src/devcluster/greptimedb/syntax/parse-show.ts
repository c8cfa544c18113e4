import type { Identifier, ShowFilter, Statement } from "./ast";
import type { Cursor } from "./cursor";
import { parseExpression } from "./parse-expression";

/** What follows `SHOW`. */
export function parseShow(cursor: Cursor): Statement {
  if (cursor.takeWords("CREATE", "TABLE")) return { kind: "show-create-table", name: cursor.objectName() };
  if (cursor.takeWords("CREATE", "DATABASE") || cursor.takeWords("CREATE", "SCHEMA")) return { kind: "show-create-database", name: cursor.identifier() };
  const full = cursor.takeWords("FULL");
  if (cursor.takeWords("DATABASES") || cursor.takeWords("SCHEMAS")) return { kind: "show-databases", full, filter: parseFilter(cursor) };
  if (cursor.takeWords("TABLE", "STATUS")) return { kind: "show-table-status", database: parseDatabase(cursor), filter: parseFilter(cursor) };
  if (cursor.takeWords("TABLES")) return { kind: "show-tables", full, database: parseDatabase(cursor), filter: parseFilter(cursor) };
  if (cursor.takeWords("COLUMNS") || cursor.takeWords("FIELDS")) return { kind: "show-columns", full, ...parseTarget(cursor) };
  if (cursor.takeWords("PROCESSLIST")) return { kind: "show-processlist", filter: parseFilter(cursor) };
  if (cursor.takeWords("INDEX") || cursor.takeWords("INDEXES") || cursor.takeWords("KEYS")) return { kind: "show-index", ...parseTarget(cursor) };
  if (cursor.takeWords("REGION") || cursor.takeWords("REGIONS")) return { kind: "show-region", ...parseTarget(cursor) };
  if (!cursor.takeWords("GLOBAL")) cursor.takeWords("SESSION");
  if (cursor.takeWords("VARIABLES")) return { kind: "show-variables", filter: parseFilter(cursor) };
  if (cursor.takeWords("STATUS")) return { kind: "show-status", filter: parseFilter(cursor) };
  if (cursor.takeWords("WARNINGS")) return { kind: "show-warnings", filter: parseFilter(cursor) };
  if (cursor.takeWords("COLLATION")) return { kind: "show-collation", filter: parseFilter(cursor) };
  if (cursor.takeWords("CHARSET") || cursor.takeWords("CHARACTER", "SET")) return { kind: "show-charset", filter: parseFilter(cursor) };
  if (!cursor.isIdentifier()) throw cursor.unexpected("a variable name");
  return { kind: "show-variable", name: cursor.next().text.toUpperCase() };
}

function parseDatabase(cursor: Cursor): Identifier | null {
  return cursor.takeWords("FROM") || cursor.takeWords("IN") ? cursor.identifier() : null;
}

function parseTarget(cursor: Cursor): { table: readonly Identifier[]; database: Identifier | null; filter: ShowFilter } {
  if (!cursor.takeWords("FROM")) cursor.expectWord("IN");
  return { table: cursor.objectName(), database: parseDatabase(cursor), filter: parseFilter(cursor) };
}

function parseFilter(cursor: Cursor): ShowFilter {
  if (cursor.takeWords("LIKE")) return { kind: "like", pattern: cursor.string() };
  return cursor.takeWords("WHERE") ? { kind: "where", expression: parseExpression(cursor) } : null;
}
