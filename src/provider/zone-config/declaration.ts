import type { ObjectValue } from "../../plugin";
import { withCompanions } from "../../planning/kwdb/change";
import type { ZoneOriginal } from "../../planning/kwdb/originals";
import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "../../topology/kwdb/cluster";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { variablesOf, ZONE_VARIABLES, type ZoneValues, type ZoneVariable } from "../../topology/kwdb/zone-values";
import { zoneValuesFromJson, zoneValuesToJson } from "../../topology/kwdb/zone-values-json";
import { booleanOf, requiredText, textOf, textsOf } from "../values";
import { ATTRIBUTES_OF, readVariables } from "./variables";

/** The target of a validated configuration or a state. */
export function targetOf(object: ObjectValue): ZoneTarget {
  const parsed = parseZoneTarget(requiredText(object, "target"));
  if (parsed.kind === "invalid") throw new TypeError(parsed.detail);
  return parsed.target;
}

/** What a wholly known, validated configuration or state declares. Waiting for replicas is done apart, without the cluster's lock. */
export function zoneDeclaration(object: ObjectValue): ZoneConfigDeclaration {
  return {
    target: targetOf(object),
    values: readVariables(object).values,
    copyFromParent: copiedVariables(object),
    allowSystemRange: booleanOf(object, "allow_system_range") ?? false,
    waitForReplicas: false,
  };
}

/** The variables of `copy_from_parent`, in the server's order. */
export function copiedVariables(object: ObjectValue): readonly ZoneVariable[] {
  const named = new Set(textsOf(object, "copy_from_parent") ?? []);
  return ZONE_VARIABLES.map(({ name }) => name).filter((variable) => named.has(attributeName(variable)));
}

/** How `copy_from_parent` names a variable. */
export function attributeName(variable: ZoneVariable): string {
  return ATTRIBUTES_OF[variable][0]!;
}

/** A cluster of which only one zone is declared. */
export function zoneCluster(name: string, zones: readonly ZoneConfigDeclaration[]): KwdbClusterDeclaration {
  return { engine: "kwdb", name, connection: {}, zones, settings: [], rebalances: [], reportUndeclaredZones: false };
}

/** `found` as the state keeps it. */
export function foundText(own: ZoneValues | null): string {
  return own === null ? "null" : JSON.stringify(zoneValuesToJson(own));
}

/**
 * What was there before the first change, as a state has it. What was changed since is what is declared: a variable that is not declared any
 * more has been put back. `target`: with its index, when it is a partition.
 */
export function originalOf(state: ObjectValue, target: ZoneTarget): ZoneOriginal {
  const own = readFound(textOf(state, "found"));
  return { target, own, changed: declaredVariables(state, own) };
}

/** The variables that a state declares, and those that the server wants together with them. */
export function declaredVariables(state: ObjectValue, own: ZoneValues | null): readonly ZoneVariable[] {
  const { values, copyFromParent } = zoneDeclaration(state);
  return withCompanions([...variablesOf(values), ...copyFromParent], { ...own, ...values });
}

function readFound(text: string | null): ZoneValues | null {
  const found: unknown = JSON.parse(text ?? "null");
  return found === null ? null : zoneValuesFromJson(found);
}
