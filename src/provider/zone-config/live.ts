import type { ObjectValue } from "../../plugin";
import { desiredValues, keepsReplicas, withIndex } from "../../planning/kwdb/desired-zones";
import type { ZoneOriginal } from "../../planning/kwdb/originals";
import { renderKwdbChanges } from "../../planning/kwdb/render-plan";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { inheritedValues } from "../../topology/kwdb/zone-inheritance";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { differingVariables, type ZoneValues } from "../../topology/kwdb/zone-values";
import type { KwdbReading } from "../kwdb-snapshot";
import { attributeName, copiedVariables, zoneDeclaration } from "./declaration";
import { toAttributes } from "./variables";

/** What `planned_changes` says when there are none. */
export const NO_CHANGES = renderKwdbChanges([]);

/** One zone as a reading of the cluster shows it. */
export interface ZoneReading {
  /** As the cluster names it: a partition with its index. */
  readonly target: ZoneTarget;
  /** Its own values; null: there is no zone. */
  readonly own: ZoneValues | null;
  readonly inherited: ZoneValues;
  /** See `keepsReplicas` in planning. */
  readonly keepsReplicas: boolean;
}

/** One zone of a reading. */
export function zoneReading(declared: ZoneTarget, { observed, own }: KwdbReading): ZoneReading {
  const target = withIndex(declared, observed);
  return {
    target,
    own: own.get(formatZoneTarget(target)) ?? null,
    inherited: inheritedValues(target, own),
    keepsReplicas: keepsReplicas(target, observed),
  };
}

/** The own values that a zone should have by what a wholly known object declares; null: no zone. */
export function desiredZone(object: ObjectValue, zone: ZoneReading, original?: ZoneOriginal): ZoneValues | null {
  return desiredValues(zoneDeclaration(object), { ...zone, original });
}

/**
 * The state with the live value of every variable that is not as the state declares it, and without those copies of the parent's values
 * that are none. Where all is as declared it is the same to the byte: spelling, variables that the server wants together and values that it
 * brings itself are no difference.
 */
export function liveState(state: ObjectValue, zone: ZoneReading): ObjectValue {
  const own = zone.own ?? {};
  const differing = differingVariables(own, desiredZone(state, zone) ?? {}, zone.inherited);
  if (differing.length === 0) return state;
  const copied = copiedVariables(state);
  const copies = copied.filter((variable) => !differing.includes(variable));
  return {
    ...state,
    ...Object.assign({}, ...differing.map((variable) => toAttributes(own, variable))),
    copy_from_parent: copies.length === copied.length ? (state["copy_from_parent"] ?? null) : copies.map(attributeName),
    planned_changes: NO_CHANGES,
  };
}
