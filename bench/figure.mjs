// What every bench reports, and the table of all of them.

/**
 * One measured figure. `baseline` is what was measured beside it in the same run, `ratio` the figure divided by it; null where there is none.
 * `goal` is what `ok` was decided by, in words; null for a figure that is only printed (`ok` is then null as well).
 */
export function figure({ name, value, unit, baseline = null, goal = null, ok = null }) {
  const ratio = baseline === null || baseline === 0 ? null : round(value / baseline);
  return { name, value: round(value), unit, baseline: baseline === null ? null : round(baseline), ratio, goal, ok };
}

/** Four significant digits, whole numbers as they are. */
export function round(value) {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The figures as a table for people. */
export function drawFigures(figures) {
  const text = (value) => (value === null ? "" : typeof value === "number" ? value.toLocaleString("en-US", { maximumFractionDigits: 3 }) : String(value));
  const rows = figures.map((one) => [one.name, text(one.value), one.unit, text(one.baseline), text(one.ratio), one.goal ?? "", one.ok === null ? "" : one.ok ? "ok" : "MISSED"]);
  const all = [["figure", "value", "unit", "baseline", "ratio", "goal", ""], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const numeric = new Set([1, 3, 4]);
  return all.map((row) => row.map((cell, column) => (numeric.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join("  ").trimEnd()).join("\n");
}
