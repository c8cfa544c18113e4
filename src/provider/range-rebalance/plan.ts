import { isUnknown, isWhollyKnown, UNKNOWN } from "../../plugin";
import type { ObjectValue, PlanRequest, PlanResult } from "../../plugin";
import { offPeakWarning } from "../../planning/kwdb/plan-rebalances";
import { formatZoneTarget, sameTarget } from "../../topology/kwdb/format-zone-target";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { rebalanceDeclaration, sameTriggers, targetOf } from "./state";
import { toRebalanceDiagnostics } from "./validate";

/** What apply will do: rebalance when the resource is new or a trigger has changed, else nothing. */
export function planRangeRebalance({ prior, proposed, config }: PlanRequest): PlanResult {
  if (proposed === null || config === null) return { planned: null };
  const target = isUnknown(config["target"]) ? undefined : targetOf(config);
  if (prior === null) return { planned: planCreation(proposed, target), ...warning(target) };
  if (target === undefined || !sameTarget(target, targetOf(prior))) {
    return { planned: planCreation(proposed, target), requiresReplace: [["target"]], ...warning(target) };
  }
  const again = isDueAgain(prior, proposed);
  const planned = { ...proposed, target: prior["target"]!, id: prior["id"]!, job_id: again ? UNKNOWN : (prior["job_id"] ?? null) };
  return { planned, ...(again ? warning(target) : {}) };
}

/** Whether a trigger has changed, or may turn out to have. */
export function isDueAgain(prior: ObjectValue, planned: ObjectValue): boolean {
  if (!isWhollyKnown(planned["triggers"] ?? null)) return true;
  return !sameTriggers(rebalanceDeclaration(prior), rebalanceDeclaration({ ...planned, target: prior["target"]! }));
}

function planCreation(proposed: ObjectValue, target: ZoneTarget | undefined): ObjectValue {
  return { ...proposed, id: target === undefined ? UNKNOWN : formatZoneTarget(target), job_id: UNKNOWN };
}

function warning(target: ZoneTarget | undefined): Pick<PlanResult, "diagnostics"> {
  return target === undefined ? {} : { diagnostics: toRebalanceDiagnostics([offPeakWarning(target)]) };
}
