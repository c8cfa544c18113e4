import type { ChecksumFigure, TableChecksum } from "../../engines/port";

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
