import type { CellValue } from "./model/types";
import type { DataType } from "./types/data-type";

export interface ResultColumn {
  readonly name: string;
  readonly type: DataType;
}

/** What one statement answers: rows, or the number of rows it changed. */
export type StatementResult =
  | { readonly kind: "rows"; readonly columns: readonly ResultColumn[]; readonly rows: readonly (readonly CellValue[])[] }
  | { readonly kind: "ok"; readonly affectedRows: number };

export const okResult = (affectedRows = 0): StatementResult => ({ kind: "ok", affectedRows });

export function rowsResult(columns: readonly ResultColumn[], rows: readonly (readonly CellValue[])[]): StatementResult {
  return { kind: "rows", columns, rows };
}
