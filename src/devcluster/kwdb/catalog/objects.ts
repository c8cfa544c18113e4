import type { Cell } from "../types/sql-type";
import type { ColumnDefinition, Partitioning } from "../syntax/ast";

/** Privileges by user. `ALL` stands for every one. */
export type Privileges = Readonly<Record<string, readonly string[]>>;

export interface Database {
  readonly id: number;
  readonly name: string;
  readonly timeSeries: boolean;
  readonly privileges: Privileges;
}

export interface TableIndex {
  /** 1 is the primary index. */
  readonly id: number;
  readonly name: string;
  readonly unique: boolean;
  readonly columns: readonly string[];
  readonly partitioning: Partitioning | null;
}

export interface Table {
  readonly id: number;
  readonly name: string;
  readonly databaseId: number;
  readonly columns: readonly ColumnDefinition[];
  /** The primary one first. */
  readonly indexes: readonly TableIndex[];
  readonly timeSeries: { readonly tags: readonly ColumnDefinition[]; readonly primaryTags: readonly string[]; readonly hashPoints: number; readonly retentions: string } | null;
  readonly privileges: Privileges;
  readonly rows: readonly (readonly Cell[])[];
}

export interface User {
  readonly name: string;
  readonly role: boolean;
  readonly password: string | null;
  /** Roles that it is a member of. */
  readonly memberOf: readonly string[];
}

export const SYSTEM_DATABASE_ID = 1;
export const DEFAULT_ZONE_ID = 0;
/** Object ids of the zones of the built-in ranges. */
export const RANGE_ZONE_IDS: Readonly<Record<string, number>> = { default: 0, meta: 16, system: 17, timeseries: 18, liveness: 22 };
/** The first object that a user makes. */
export const FIRST_USER_ID = 77;

export const primaryIndex = (table: Table): TableIndex => table.indexes[0]!;
