import { isUnknown, UNKNOWN } from "../../plugin";
import type { PlanRequest, PlanResult } from "../../plugin";
import { requiredText } from "../values";
import { canonicalValue, settingName, settingType } from "./state";

/** What apply will do, from the configuration and the prior state. Another spelling of the same name or value is no change: the prior one is planned. */
export function planClusterSetting({ prior, proposed, config }: PlanRequest): PlanResult {
  if (proposed === null || config === null) return { planned: null };
  const name = isUnknown(config["name"]) ? undefined : settingName(config);
  const created = { ...proposed, id: name ?? UNKNOWN, type: UNKNOWN, found: UNKNOWN };
  if (prior === null) return { planned: created };
  if (name === undefined || name !== settingName(prior)) return { planned: created, requiresReplace: [["name"]] };
  const type = settingType(prior);
  const isSame = !isUnknown(config["value"]) && canonicalValue(type, requiredText(config, "value")) === canonicalValue(type, requiredText(prior, "value"));
  return {
    planned: {
      ...proposed,
      name: prior["name"]!,
      value: isSame ? prior["value"]! : proposed["value"]!,
      id: prior["id"]!,
      type: prior["type"]!,
      found: prior["found"] ?? null,
    },
  };
}
