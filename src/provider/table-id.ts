import { errorDiagnostic as pluginError } from "../plugin";
import type { Diagnostic as PluginDiagnostic } from "../plugin";
import type { TableName } from "../planning/change";

/** The table that an import id names: `database.table`, or `table` in `public`. A table's name may contain dots, a database's may not. */
export function parseTableId(id: string): TableName {
  const dot = id.indexOf(".");
  return dot === -1 ? { database: "public", name: id } : { database: id.slice(0, dot), name: id.slice(dot + 1) };
}

/** The tables that the import id of several names, `database.table,table`: a table's name has no comma. One that is named twice counts once. */
export function parseTableIds(id: string): readonly TableName[] {
  const { database, name } = parseTableId(id);
  return [...new Set(name.split(","))].map((each) => ({ database, name: each }));
}

/** The import id names a table that there is not. */
export function noSuchTable({ database, name }: TableName): PluginDiagnostic {
  return pluginError(
    "There is no such table to import",
    `The database "${database}" has no table "${name}". The import id is database.table, for example public.cpu. [TABLE_NOT_FOUND]`,
  );
}
