import type { TableName } from "../planning/change";

/**
 * What verification asks beyond the number of rows. An engine that cannot answer offers none; then rows are counted without regard
 * to their lifetime and no checksum can be taken. Rejections are those of the cluster's port.
 */
export interface TableProbe {
  /** How long rows of the table live, in milliseconds, a lifetime that its database gives included; null: for ever. */
  ttlMs(table: TableName): Promise<number | null>;
  /** Exact number of the rows whose time is at or after `sinceMs` (milliseconds since the epoch). */
  countRowsSince(table: TableName, sinceMs: number): Promise<bigint>;
  /** Figures over all columns that do not depend on the order of rows; of all rows, or of those at or after `sinceMs`. */
  checksum(table: TableName, sinceMs: number | null): Promise<TableChecksum>;
}

/** A probe and its connection. */
export interface OpenProbe {
  readonly probe: TableProbe;
  close(): Promise<void>;
}

/** Figures of one table: `count(*)`, then per column what its type allows, e.g. `min(host)`, `sum(load)`. */
export interface TableChecksum {
  readonly rows: bigint;
  readonly figures: readonly ChecksumFigure[];
}

export interface ChecksumFigure {
  readonly name: string;
  /** As the server prints it; null: no value. */
  readonly value: string | null;
  /** A sum of floating point numbers: its last digits depend on the order in which regions are added. */
  readonly approximate: boolean;
}

/** Relative difference up to which two sums of floating point numbers count as equal. */
const TOLERANCE = 1e-9;

/** Figures that differ, each as `sum(load): 10 before, 9 after`; empty when the checksums are equal. */
export function checksumDifferences(before: TableChecksum, after: TableChecksum): readonly string[] {
  const now = new Map(after.figures.map((figure) => [figure.name, figure]));
  const lines = before.rows === after.rows ? [] : [`rows: ${before.rows} before, ${after.rows} after`];
  for (const figure of before.figures) {
    const other = now.get(figure.name);
    if (other === undefined || !sameFigure(figure, other))
      lines.push(`${figure.name}: ${figure.value ?? "none"} before, ${other?.value ?? "none"} after`);
  }
  return lines;
}

function sameFigure(a: ChecksumFigure, b: ChecksumFigure): boolean {
  if (a.value === b.value) return true;
  if (!a.approximate || a.value === null || b.value === null) return false;
  const [x, y] = [Number(a.value), Number(b.value)];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return String(x) === String(y);
  return Math.abs(x - y) <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}
