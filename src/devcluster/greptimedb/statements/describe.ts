import { columnType } from "../catalog/column-facts";
import { defaultText } from "../catalog/system-rows";
import { ServerError } from "../model/types";
import { rowsResult, type StatementResult } from "../statement-result";
import type { ObjectName } from "../syntax/ast";
import { nativeTypeName, STRING } from "../types/data-type";
import { qualify, type StatementContext, writtenName } from "./context";

const COLUMNS = ["Column", "Type", "Key", "Null", "Default", "Semantic Type"].map((name) => ({ name, type: STRING }));

/** DESC TABLE: the server's own type names, `PRI` for tags and the time index alike. */
export function describe(context: StatementContext, name: ObjectName): StatementResult {
  const qualified = qualify(context, name);
  const meta = context.catalog.userTable(qualified);
  if (meta !== undefined) {
    const rows = context.catalog.shown(meta).schema.columns.map((c) => [c.name, nativeTypeName(columnType(c)), c.semantic === "FIELD" ? "" : "PRI", c.nullable ? "YES" : "NO", defaultText(c.defaultSql) ?? "", c.semantic]);
    return rowsResult(COLUMNS, rows);
  }
  const relation = context.catalog.relation(qualified);
  if (relation === null) throw new ServerError("TableNotFound", `Table not found: ${writtenName(name)}`);
  return rowsResult(COLUMNS, relation.columns.map((c) => [c.name, nativeTypeName(c.type), "", c.nullable ? "YES" : "NO", "", "FIELD"]));
}
