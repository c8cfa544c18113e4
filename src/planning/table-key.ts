import type { TableName } from "./change";

/** A table's name for people and as a map key: `public.cpu`. */
export function tableKey(table: TableName): string {
  return `${table.database}.${table.name}`;
}

/** Whether both name the same table. */
export function sameTable(a: TableName, b: TableName): boolean {
  return a.database === b.database && a.name === b.name;
}

/** Order by database, then name, in code units: the same on every machine, whatever its locale. */
export function compareTables(a: TableName, b: TableName): number {
  return compareText(a.database, b.database) || compareText(a.name, b.name);
}

/** Order of two texts by code units. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Order of two 64-bit ids. */
export function compareIds(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
