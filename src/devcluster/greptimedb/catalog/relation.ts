import type { Row } from "../model/types";
import type { DataType } from "../types/data-type";

export interface RelationColumn {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
}

/** Anything that can stand in FROM. */
export interface Relation {
  /** Unique among all relations; same key and same `revision` means same rows. */
  readonly key: string;
  /** null when the rows must be read anew for every query. */
  readonly revision: string | null;
  readonly columns: readonly RelationColumn[];
  rows(): Promise<readonly Row[]>;
}
