import type { ObjectValue } from "../../plugin";
import { canonicalJson } from "../../planning/canonical-json";
import type { KwdbOriginals } from "../../planning/kwdb/originals";
import type { RebalanceDeclaration } from "../../topology/kwdb/cluster";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { booleanOf, mapOf, requiredText } from "../values";

/** The target of a validated configuration or a state. */
export function targetOf(object: ObjectValue): ZoneTarget {
  const parsed = parseZoneTarget(requiredText(object, "target"));
  if (parsed.kind === "invalid") throw new TypeError(parsed.detail);
  return parsed.target;
}

/** What a wholly known, validated configuration or state declares; it is named by its target. */
export function rebalanceDeclaration(object: ObjectValue): RebalanceDeclaration {
  const target = targetOf(object);
  return {
    name: formatZoneTarget(target),
    target,
    triggers: (mapOf(object, "triggers") ?? {}) as Readonly<Record<string, string>>,
    replacePartitions: booleanOf(object, "replace_partitions") ?? false,
  };
}

/** Whether the triggers of two rebalances are the same. */
export function sameTriggers(a: Pick<RebalanceDeclaration, "triggers">, b: Pick<RebalanceDeclaration, "triggers">): boolean {
  return canonicalJson(a.triggers) === canonicalJson(b.triggers);
}

/** What is recorded of this rebalance: that it was done, for which triggers. */
export function recordedRebalance(originals: KwdbOriginals, name: string): KwdbOriginals["rebalances"] {
  return originals.rebalances.filter((one) => one.name === name);
}
