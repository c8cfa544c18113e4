import { differingVariables, formatValue, sqlName, type ZoneValues } from "../../topology/kwdb/zone-values";

/**
 * What changed since the plan was made, one line each; empty when the plan still holds. A variable that is already as planned is no
 * difference, and neither is one that the plan leaves as it is.
 */
export function differencesSincePlan(
  before: ZoneValues | null,
  now: ZoneValues | null,
  desired: ZoneValues | null,
  inherited: ZoneValues,
): readonly string[] {
  const open = new Set(differingVariables(now ?? {}, desired ?? {}, inherited));
  return differingVariables(before ?? {}, now ?? {}, inherited)
    .filter((variable) => open.has(variable))
    .map((variable) => `${sqlName(variable)}: was ${formatValue(before ?? {}, variable)} when planned, is ${formatValue(now ?? {}, variable)} now`);
}
