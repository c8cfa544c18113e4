import type { ConvergenceResult, MoveOutcome } from "../convergence/result";
import type { KwdbOutcome, KwdbResult } from "../convergence/kwdb/result";
import type { AppliedCluster } from "../operations/apply-outcome";
import type { PlannedCluster } from "../operations/plan-topology";
import type { Style } from "./console";
import { drawDiagnostics } from "./draw-diagnostic";

/** How a run ended, for people. */
export function drawApplyResult(applied: Extract<AppliedCluster, { readonly kind: "applied" }>, style: Style): string {
  switch (applied.engine) {
    case "greptimedb":
      return drawResult(applied.cluster, applied.result, style);
    case "kwdb":
      return drawKwdbResult(applied.cluster, applied.result, style);
  }
}

function drawKwdbResult(cluster: string, result: KwdbResult, style: Style): string {
  const counts = new Map<KwdbOutcome, number>();
  for (const { outcome } of result.changes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const changes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ") || "none";
  const ranges = result.replicas?.kind === "agreed" && result.replicas.ranges > 0 ? ` ${result.replicas.ranges} ranges have their replicas.` : "";
  const parts = [`${style.colors.bold(cluster)}  ${titleOf(result, style)}. Changes: ${changes}.${ranges}`];
  if (result.diagnostics.length > 0) parts.push("", drawDiagnostics(result.diagnostics, style));
  return parts.join("\n");
}

function titleOf({ ok, interrupted }: Pick<ConvergenceResult, "ok" | "interrupted">, { colors }: Style): string {
  return ok ? colors.green("converged") : interrupted === null ? colors.red("not converged") : colors.yellow("interrupted");
}

function drawResult(cluster: string, result: ConvergenceResult, style: Style): string {
  const { colors } = style;
  const counts = new Map<MoveOutcome, number>();
  for (const { outcome } of result.moves) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const moves = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ") || "none";
  const changed = result.tableChanges.filter((change) => change.outcome === "done").length;
  const rows = result.rows.map((table) => `  ${table.table.database}.${table.table.name}: ${table.before} rows before, ${table.after ?? "not counted"} after${table.method === "statistics" ? " (by statistics)" : ""}`);
  const changes = result.tableChanges.length === 0 ? "" : ` Table changes: ${changed} of ${result.tableChanges.length} done.`;
  const parts = [`${colors.bold(cluster)}  ${titleOf(result, style)}.${changes} Moves: ${moves}.`, ...rows];
  if (result.diagnostics.length > 0) parts.push("", drawDiagnostics(result.diagnostics, style));
  return parts.join("\n");
}

/** One JSON line that ends the stream of events of `apply --json`. */
export function resultJson(unreadable: readonly PlannedCluster[], applied: readonly AppliedCluster[]): string {
  const clusters = [...unreadable, ...applied].map((cluster) => ({ ...cluster }));
  return JSON.stringify({ format_version: 1, type: "result", clusters }, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}
