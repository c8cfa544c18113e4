import type { CellValue, Row, RowOperation } from "./types";

/**
 * The latest operation per table and key: what a memtable, its write-ahead log and the flushed files hold.
 * The regions of a physical table also hold the rows of the logical tables on it, hence the table id.
 */
export interface RegionData {
  /** null is a tombstone. */
  readonly tables: Map<number, Map<string, Row | null>>;
  bytes: number;
}

export function emptyData(): RegionData {
  return { tables: new Map(), bytes: 0 };
}

export function apply(data: RegionData, tableId: number, operations: readonly RowOperation[]): void {
  const rows = rowsOf(data, tableId);
  for (const operation of operations) {
    const row = operation.kind === "put" ? operation.row : null;
    rows.set(operation.key, row);
    data.bytes += operation.key.length + sizeOf(row);
  }
}

/** Adds `from` to `to`: what a flush does to the files. Tombstones delete. */
export function mergeInto(to: RegionData, from: RegionData): void {
  for (const [tableId, rows] of from.tables) {
    const target = rowsOf(to, tableId);
    for (const [key, row] of rows) {
      if (row === null) target.delete(key);
      else target.set(key, row);
    }
  }
  to.bytes += from.bytes;
}

/** The live rows of one table in key order, `newer` over `older`. */
export function liveRows(older: RegionData | undefined, newer: RegionData | undefined, tableId: number): readonly Row[] {
  return liveEntries(older, newer, tableId).map(([, row]) => row);
}

export function liveEntries(older: RegionData | undefined, newer: RegionData | undefined, tableId: number): readonly (readonly [string, Row])[] {
  const merged = new Map(older?.tables.get(tableId) ?? []);
  for (const [key, row] of newer?.tables.get(tableId) ?? []) merged.set(key, row);
  const entries: [string, Row][] = [];
  for (const [key, row] of merged) if (row !== null) entries.push([key, row]);
  return entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

export function countRows(data: RegionData | undefined): number {
  let count = 0;
  for (const rows of data?.tables.values() ?? []) count += rows.size;
  return count;
}

export function isEmpty(data: RegionData): boolean {
  return data.tables.size === 0;
}

/** Rewrites every row of a table, as a change of its columns does. */
export function rewriteRows(data: RegionData, tableId: number, rewrite: (row: Row) => Row): void {
  const rows = data.tables.get(tableId);
  if (rows === undefined) return;
  for (const [key, row] of rows) if (row !== null) rows.set(key, rewrite(row));
}

function rowsOf(data: RegionData, tableId: number): Map<string, Row | null> {
  let rows = data.tables.get(tableId);
  if (rows === undefined) data.tables.set(tableId, (rows = new Map()));
  return rows;
}

function sizeOf(row: Row | null): number {
  let size = 0;
  for (const cell of row ?? []) size += cellSize(cell);
  return size;
}

function cellSize(cell: CellValue): number {
  if (typeof cell === "string" || cell instanceof Uint8Array) return cell.length;
  return 8;
}
