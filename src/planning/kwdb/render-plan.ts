import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { formatValue, sqlName, variablesOf } from "../../topology/kwdb/zone-values";
import { changedVariables, type KwdbChange, type ZoneChange } from "./change";

/**
 * Changes as plain lines, for a terminal and for Terraform's planned attribute: each change with its variables below it.
 *
 * @example
 * ~ RANGE meta  (declared)
 *     num_replicas: 5 -> 7
 */
export function renderKwdbChanges(changes: readonly KwdbChange[]): string {
  return changes.length === 0 ? "no changes" : changes.flatMap(renderKwdbChange).join("\n");
}

/** The lines of one change. */
export function renderKwdbChange(change: KwdbChange): readonly string[] {
  switch (change.kind) {
    case "configure-zone":
      return [
        `${change.before === null ? "+" : "~"} ${formatZoneTarget(change.target)}  (${change.reason})`,
        ...renderVariables(change),
      ];
    case "replace-zone":
      return [
        `~ ${formatZoneTarget(change.target)}  (${change.reason}; reset and written again)`,
        ...renderVariables(change),
      ];
    case "discard-zone":
      return [`- ${formatZoneTarget(change.target)}  (${change.reason})`, ...renderVariables(change)];
    case "set-setting":
    case "reset-setting":
      return [
        `~ ${change.name}  (${change.reason})`,
        `    ${change.before.value ?? "unknown"} -> ${change.after.value ?? "default"}`,
      ];
    case "rebalance":
      return [`! ${formatZoneTarget(change.target)}  rebalance ${change.name}  (${change.reason})`];
  }
}

function renderVariables(change: ZoneChange): readonly string[] {
  const { before, after } = change;
  if (before === null)
    return variablesOf(after ?? {}).map(
      (variable) => `    ${sqlName(variable)}: ${formatValue(after ?? {}, variable)}`,
    );
  return changedVariables(change).map(
    (variable) => `    ${sqlName(variable)}: ${formatValue(before, variable)} -> ${formatValue(after ?? {}, variable)}`,
  );
}
