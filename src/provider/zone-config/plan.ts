import { attributeType, equalValues, isUnknown, isWhollyKnown, UNKNOWN } from "../../plugin";
import type { ObjectValue, PlanRequest, PlanResult, Value } from "../../plugin";
import { zoneChange } from "../../planning/kwdb/change";
import { renderKwdbChange } from "../../planning/kwdb/render-plan";
import { formatZoneTarget, sameTarget } from "../../topology/kwdb/format-zone-target";
import { isAdopted, type ZoneTarget } from "../../topology/kwdb/zone-target";
import { formatValue, omit, pick, sqlName, variablesOf, type ZoneVariable } from "../../topology/kwdb/zone-values";
import { copiedVariables, originalOf, targetOf } from "./declaration";
import { desiredZone, type ZoneReading } from "./live";
import { readLastReading } from "./private-data";
import { ZONE_CONFIG_SCHEMA } from "./schema";
import { ATTRIBUTES_OF, readVariables, VARIABLE_ATTRIBUTES } from "./variables";

/**
 * What apply will do, from the configuration and from the zone as it was read last; nothing else. What a new resource finds is known only
 * after apply.
 */
export function planZoneConfig({ prior, proposed, config, private: privateData }: PlanRequest): PlanResult {
  if (proposed === null || config === null) return { planned: null };
  const target = isUnknown(config["target"]) ? undefined : targetOf(config);
  if (prior === null) return { planned: planCreation(proposed, target) };
  if (target === undefined || !sameTarget(target, targetOf(prior))) {
    return { planned: planCreation(proposed, target), requiresReplace: [["target"]] };
  }
  return { planned: planUpdate(prior, proposed, privateData) };
}

function planCreation(proposed: ObjectValue, target: ZoneTarget | undefined): ObjectValue {
  const known = target !== undefined && ZONE_INPUTS.every((name) => isWhollyKnown(proposed[name] ?? null));
  return {
    ...proposed,
    id: target === undefined ? UNKNOWN : formatZoneTarget(target),
    found: UNKNOWN,
    planned_changes: known ? renderCreation(proposed, target) : UNKNOWN,
  };
}

function planUpdate(prior: ObjectValue, proposed: ObjectValue, privateData: Uint8Array): ObjectValue {
  const planned = { ...proposed, ...sameMeaning(prior, proposed), id: prior["id"]!, found: prior["found"]! };
  const changed = ZONE_INPUTS.some((name) => !equalAttribute(name, prior, planned));
  return { ...planned, planned_changes: changed ? renderUpdate(prior, planned, privateData) : (prior["planned_changes"] ?? null) };
}

/** What decides about the variables of the zone. */
const ZONE_INPUTS = [...VARIABLE_ATTRIBUTES, "copy_from_parent"] as const;

/** Another spelling of the same is no change: the prior one is planned. */
function sameMeaning(prior: ObjectValue, proposed: ObjectValue): ObjectValue {
  const before = readVariables(prior).values;
  const after = readVariables(proposed).values;
  const equal = (["constraints", "leasePreferences"] as const).filter(
    (variable) =>
      ATTRIBUTES_OF[variable].every((name) => isWhollyKnown(proposed[name] ?? null)) &&
      before[variable] !== undefined &&
      after[variable] !== undefined &&
      formatValue(before, variable) === formatValue(after, variable),
  );
  const kept = ["target", ...equal.flatMap((variable) => ATTRIBUTES_OF[variable])];
  return Object.fromEntries(kept.map((name) => [name, prior[name] ?? null]));
}

function equalAttribute(name: string, a: ObjectValue, b: ObjectValue): boolean {
  return equalValues(attributeType(ZONE_CONFIG_SCHEMA.attributes[name]!), a[name] ?? null, b[name] ?? null);
}

function renderUpdate(prior: ObjectValue, planned: ObjectValue, privateData: Uint8Array): Value {
  if (!ZONE_INPUTS.every((name) => isWhollyKnown(planned[name] ?? null))) return UNKNOWN;
  const before = copiedVariables(prior);
  const copied = copiedVariables(planned).filter((variable) => !before.includes(variable));
  const zone = lastReading(prior, privateData, copied);
  const desired = desiredZone(planned, zone, originalOf(prior, zone.target));
  const change = zoneChange(zone.target, zone.own, desired, zone.inherited, "declared");
  if (change === undefined && copied.length === 0) return prior["planned_changes"] ?? null;
  const lines = change === undefined ? [`~ ${formatZoneTarget(zone.target)}  (declared)`] : renderKwdbChange(change);
  return [...lines, ...copied.map((variable) => `    ${sqlName(variable)}: ${formatValue(zone.own ?? {}, variable)} -> ${COPIED}`)].join("\n");
}

/**
 * The zone as it was read last; when that is lost, the state still has what is declared or differs. What the parent has now is not known, and
 * another resource may change it in the same apply: values of the zone that the state does not show are those that it had, and a new copy is
 * taken for the value that the zone has.
 */
function lastReading(prior: ObjectValue, privateData: Uint8Array, copied: readonly ZoneVariable[]): ZoneReading {
  const shown = readVariables(prior).values;
  const { target, own, keepsReplicas } = readLastReading(privateData) ?? { target: targetOf(prior), own: shown, keepsReplicas: false };
  const values = own ?? {};
  return { target, own, inherited: { ...omit(values, variablesOf(shown)), ...pick(values, copied) }, keepsReplicas };
}

const COPIED = "copied from the parent";

function renderCreation(proposed: ObjectValue, target: ZoneTarget): string {
  const { values } = readVariables(proposed);
  return [
    `${isAdopted(target) ? "~" : "+"} ${formatZoneTarget(target)}  (declared)`,
    ...variablesOf(values).map((variable) => `    ${sqlName(variable)}: ${formatValue(values, variable)}`),
    ...copiedVariables(proposed).map((variable) => `    ${sqlName(variable)}: ${COPIED}`),
  ].join("\n");
}
