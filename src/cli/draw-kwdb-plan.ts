import { kwdbStatements } from "../engines/open";
import type { KwdbChange } from "../planning/kwdb/change";
import { isEmptyKwdbPlan, type KwdbPlan } from "../planning/kwdb/plan";
import { renderKwdbChange } from "../planning/kwdb/render-plan";
import { formatZoneTarget } from "../topology/kwdb/format-zone-target";
import type { Style } from "./console";
import { drawDiagnostics } from "./draw-diagnostic";

/** A plan of a KWDB cluster for people: each change with its variables and statements, what blocks it, what is not declared. */
export function drawKwdbPlan(plan: KwdbPlan, style: Style): string {
  const { colors } = style;
  const parts = [colors.bold(plan.cluster)];
  if (isEmptyKwdbPlan(plan)) parts.push(colors.green("No differences. The cluster is as declared."));
  parts.push(...plan.changes.map((change) => drawChange(change, colors)));
  if (plan.undeclaredZones.length > 0)
    parts.push(["Zones that exist and are not declared; nothing is done about them:", ...plan.undeclaredZones.map((target) => `    ${formatZoneTarget(target)}`)].join("\n"));
  if (plan.changes.length > 0) parts.push(`changes: ${plan.changes.length}`);
  if (plan.waitForReplicas.length > 0)
    parts.push(`Waits until the ranges agree: ${plan.waitForReplicas.map(formatZoneTarget).join(", ")}.`);
  if (plan.blocked.length > 0) parts.push(drawDiagnostics(plan.blocked, style));
  if (plan.warnings.length > 0) parts.push(drawDiagnostics(plan.warnings, style));
  return parts.join("\n\n");
}

const SIGN_COLORS = { "+": "green", "-": "red", "~": "yellow", "!": "yellow" } as const;

function drawChange(change: KwdbChange, colors: Style["colors"]): string {
  const [title = "", ...variables] = renderKwdbChange(change);
  const sign = title[0] as keyof typeof SIGN_COLORS;
  const statements = kwdbStatements(change).map((statement) => colors.dim(`    ${statement}`));
  return [`${colors[SIGN_COLORS[sign]](sign)}${title.slice(1)}`, ...variables, ...statements].join("\n");
}
