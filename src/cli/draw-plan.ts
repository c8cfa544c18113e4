import type { Move, TableChange } from "../planning/change";
import { isEmptyPlan, type ClusterPlan } from "../planning/plan";
import type { Style } from "./console";
import { drawDiagnostics } from "./draw-diagnostic";
import { formatBytes } from "../planning/byte-size";
import { renderAfterCreate, renderCertificate } from "../planning/render-plan";
import { drawTable } from "./draw-table";

/** A plan for people: table changes with their statements, moves, what blocks it, and the proof that it is minimal. */
export function drawPlan(plan: ClusterPlan, statementsOf: (change: TableChange) => readonly string[], style: Style): string {
  const { colors } = style;
  const parts = [colors.bold(plan.cluster)];
  if (isEmptyPlan(plan)) parts.push(colors.green("No differences. The cluster is as declared."));
  for (const change of plan.tableChanges) parts.push(drawTableChange(change, statementsOf(change), colors));
  for (const place of plan.placeAfterCreate) {
    parts.push(`${colors.green("+")} ${renderAfterCreate(place, plan.rulesAfterCreate).replaceAll("\n", "\n  ")}`);
  }
  if (plan.moves.length > 0) parts.push(drawMoves(plan.moves), renderCertificate(plan.certificate, plan.schedule));
  if (plan.blocked.length > 0) parts.push(drawDiagnostics(plan.blocked, style));
  if (plan.warnings.length > 0) parts.push(drawDiagnostics(plan.warnings, style));
  return parts.join("\n\n");
}

function drawTableChange(change: TableChange, statements: readonly string[], colors: Style["colors"]): string {
  const sign = change.kind === "create-table" ? colors.green("+") : change.kind === "drop-table" ? colors.red("-") : colors.yellow("~");
  const title = `${sign} ${change.table.database}.${change.table.name}: ${change.reason}`;
  const notes = [
    ...(change.impossible === undefined ? [] : [colors.red(`    cannot be done in place: ${change.impossible}`)]),
    ...(change.losesData ? [colors.red("    loses data: done only with deletion protection off")] : []),
  ];
  return [title, ...statements.flatMap((statement) => statement.split("\n").map((line) => colors.dim(`    ${line}`))), ...notes].join("\n");
}

function drawMoves(moves: readonly Move[]): string {
  return drawTable(
    ["table", "partition", "region", "from", "to", "size", "reason"],
    moves.map((move) => [
      `${move.table.database}.${move.table.name}`,
      move.partition,
      move.region.toString(),
      move.from.toString(),
      move.to.toString(),
      formatBytes(move.sizeBytes),
      move.reason,
    ]),
  );
}
