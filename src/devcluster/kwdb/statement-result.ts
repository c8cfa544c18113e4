import type { Cell, SqlType } from "./types/sql-type";

export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** What one statement answers: rows with a tag, or the tag alone. `tag` is complete (`SHOW DATABASES 3`, `CONFIGURE ZONE 1`). */
export type StatementResult =
  | { readonly kind: "rows"; readonly columns: readonly ResultColumn[]; readonly rows: readonly (readonly Cell[])[]; readonly tag: string }
  | { readonly kind: "done"; readonly tag: string };

/** Rows under `<verb> <count>`. */
export function rowsResult(verb: string, columns: readonly ResultColumn[], rows: readonly (readonly Cell[])[]): StatementResult {
  return { kind: "rows", columns, rows, tag: `${verb} ${rows.length}` };
}

export const doneResult = (tag: string): StatementResult => ({ kind: "done", tag });
