import type { Cell, SqlType } from "../types/sql-type";

export interface RelationColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Not part of `*`. */
  readonly hidden?: boolean;
}

/** Rows that a query reads. The columns are known when it is planned; the rows of an internal table, and whether the user may see them, when it runs. */
export interface Relation {
  readonly name: string;
  readonly columns: readonly RelationColumn[];
  readonly rows: readonly (readonly Cell[])[];
}
