import { compareText } from "../table-key";
import type { Drift } from "../drift";
import type { Diagnostic } from "../../topology/diagnostic";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { formatValue, sqlName } from "../../topology/kwdb/zone-values";
import { changedVariables, type KwdbChange, type ZoneChange } from "./change";
import type { KwdbPlan } from "./plan";

/** Stable codes of what can differ between a declared and a live KWDB cluster. The codes of blocked diagnostics come beside them. */
export type KwdbDriftCode =
  "ZONE_MISSING" | "ZONE_UNDECLARED" | "ZONE_VARIABLE_CHANGED" | "SETTING_CHANGED" | "REBALANCE_DUE";

/** Differences between declared and live, sorted by address, code and text; empty when there is none. */
export function driftOfKwdb(plan: KwdbPlan): readonly Drift[] {
  const drift = [
    ...plan.changes.flatMap(changeDrift),
    ...plan.blocked.map(diagnosticDrift),
    ...plan.undeclaredZones.map((target) =>
      item("ZONE_UNDECLARED", formatZoneTarget(target), "the zone exists and is not declared"),
    ),
  ];
  const unique = new Map(drift.map((entry) => [`${entry.address}\n${entry.code}\n${entry.summary}`, entry]));
  return [...unique.values()].sort(
    (a, b) => compareText(a.address, b.address) || compareText(a.code, b.code) || compareText(a.summary, b.summary),
  );
}

function changeDrift(change: KwdbChange): readonly Drift[] {
  switch (change.kind) {
    case "configure-zone":
    case "replace-zone":
      return zoneDrift(change);
    case "discard-zone":
      return [item("ZONE_UNDECLARED", formatZoneTarget(change.target), "the zone exists and is not declared")];
    case "set-setting":
      return [
        item(
          "SETTING_CHANGED",
          change.name,
          `${change.name} is ${change.before.value ?? "unknown"}, declared ${change.after.value}`,
        ),
      ];
    case "reset-setting":
      return [
        item(
          "SETTING_CHANGED",
          change.name,
          `${change.name} is ${change.before.value ?? "unknown"} and not declared any more`,
        ),
      ];
    case "rebalance":
      return [item("REBALANCE_DUE", formatZoneTarget(change.target), `rebalance ${change.name}: ${change.reason}`)];
  }
}

function zoneDrift(change: Exclude<ZoneChange, { kind: "discard-zone" }>): readonly Drift[] {
  const address = formatZoneTarget(change.target);
  const { before, after } = change;
  if (before === null) return [item("ZONE_MISSING", address, "the zone is declared and does not exist")];
  return changedVariables(change).map((variable) =>
    item(
      "ZONE_VARIABLE_CHANGED",
      address,
      `${sqlName(variable)} is ${formatValue(before, variable)}, declared ${formatValue(after, variable)}`,
    ),
  );
}

function item(code: KwdbDriftCode, address: string, summary: string): Drift {
  return { code, address, summary };
}

function diagnosticDrift(diagnostic: Diagnostic): Drift {
  return { code: diagnostic.code, address: diagnostic.address ?? "", summary: diagnostic.summary };
}
