import type { ConvergenceResult, MoveOutcome } from "../convergence/result";
import type { AppliedCluster } from "../operations/apply-topology";
import type { PlannedCluster } from "../operations/plan-topology";
import type { Style } from "./console";
import { drawDiagnostics } from "./draw-diagnostic";

/** How a run ended, for people. */
export function drawResult(cluster: string, result: ConvergenceResult, style: Style): string {
  const { colors } = style;
  const counts = new Map<MoveOutcome, number>();
  for (const { outcome } of result.moves) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const moves = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ") || "none";
  const changed = result.tableChanges.filter((change) => change.outcome === "done").length;
  const title = result.ok ? colors.green("converged") : result.interrupted === null ? colors.red("not converged") : colors.yellow("interrupted");
  const rows = result.rows.map((table) => `  ${table.table.database}.${table.table.name}: ${table.before} rows before, ${table.after ?? "not counted"} after${table.method === "statistics" ? " (by statistics)" : ""}`);
  const changes = result.tableChanges.length === 0 ? "" : ` Table changes: ${changed} of ${result.tableChanges.length} done.`;
  const parts = [`${colors.bold(cluster)}  ${title}.${changes} Moves: ${moves}.`, ...rows];
  if (result.diagnostics.length > 0) parts.push("", drawDiagnostics(result.diagnostics, style));
  return parts.join("\n");
}

/** One JSON line that ends the stream of events of `apply --json`. */
export function resultJson(unreadable: readonly PlannedCluster[], applied: readonly AppliedCluster[]): string {
  const clusters = [...unreadable, ...applied].map((cluster) => ({ ...cluster }));
  return JSON.stringify({ format_version: 1, type: "result", clusters }, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}
