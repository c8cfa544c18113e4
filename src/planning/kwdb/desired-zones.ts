import { NO_CONSTRAINTS } from "../../topology/kwdb/constraint";
import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "../../topology/kwdb/cluster";
import { compareTargets, formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { isAdopted, type ZoneTarget } from "../../topology/kwdb/zone-target";
import {
  canonicalValues,
  differingVariables,
  omit,
  pick,
  sameValues,
  variablesOf,
  type ZoneValues,
  type ZoneVariable,
} from "../../topology/kwdb/zone-values";
import { liveIndex } from "./live-index";
import type { ObservedKwdbCluster } from "./observed";
import { restoredZone, type KwdbOriginals, type ZoneOriginal } from "./originals";
import { isSingleReplicaCluster } from "./server-zones";

/** A zone that the plan has to look at: one that is declared, or one that is to be restored. */
export interface WantedZone {
  readonly target: ZoneTarget;
  readonly reason: string;
  /** Absent when it is only restored. */
  readonly declaration?: ZoneConfigDeclaration;
  /** What was found before our first change; undefined when there was none yet. */
  readonly original: ZoneOriginal | undefined;
  /** The own values it should have; null: no zone. `inherited`: what it inherits by then. */
  desired(own: ZoneValues | null, inherited: ZoneValues): ZoneValues | null;
}

/** Declared zones and zones to restore, parents first. Partitions carry the index that the live cluster knows. */
export function wantedZones(
  cluster: KwdbClusterDeclaration,
  observed: ObservedKwdbCluster,
  originals: KwdbOriginals,
): readonly WantedZone[] {
  const recorded = new Map(originals.zones.map((original) => [formatZoneTarget(original.target), original] as const));
  const declared = cluster.zones.map((zone): WantedZone => {
    const target = withIndex(zone.target, observed);
    const original = recorded.get(formatZoneTarget(target));
    return {
      target,
      reason: "declared",
      declaration: zone,
      original,
      desired: (own, inherited) => desiredValues(zone, { target, own, inherited, original, keepsReplicas: keepsReplicas(target, observed) }),
    };
  });
  const kept = new Set(declared.map(({ target }) => formatZoneTarget(target)));
  const restored = originals.zones
    .filter((original) => !kept.has(formatZoneTarget(original.target)))
    .map((original): WantedZone => ({
      target: original.target,
      original,
      reason: isAdopted(original.target) ? "not declared any more: as it was found" : "not declared any more",
      desired: (own) => (own === null && !isAdopted(original.target) ? null : restoredZone(original, own)),
    }));
  return [...declared, ...restored].sort((a, b) => compareTargets(a.target, b.target));
}

/** The target as the live cluster names it: a partition of a table with the index that has it. */
export function withIndex(target: ZoneTarget, observed: ObservedKwdbCluster): ZoneTarget {
  if (target.kind !== "partition" || target.index !== undefined) return target;
  const [index, ...others] = indexesOf(target, observed);
  return index === undefined || others.length > 0 ? target : { ...target, index };
}

/** The indexes that have a partition of this name. */
export function indexesOf(
  target: { readonly database: string; readonly table: string; readonly partition: string },
  observed: ObservedKwdbCluster,
): readonly string[] {
  return liveIndex(observed).indexesOf(target.database, target.table, target.partition);
}

/** What the values that a zone should have depend on, beside its declaration. */
export interface ZoneContext {
  /** With its index, when it is a partition. */
  readonly target: ZoneTarget;
  /** The values that it has now; null: there is no zone. */
  readonly own: ZoneValues | null;
  /** What it inherits by then. */
  readonly inherited: ZoneValues;
  readonly original: ZoneOriginal | undefined;
  /** See {@link keepsReplicas}. */
  readonly keepsReplicas: boolean;
}

/** Whether the server has given this target `num_replicas = 1`, which is kept when nothing else is declared. */
export function keepsReplicas(target: ZoneTarget, observed: ObservedKwdbCluster): boolean {
  return target.kind === "database" && !isAdopted(target) && isSingleReplicaCluster(observed);
}

/** The own values that a declared zone should have; null: no zone. */
export function desiredValues(zone: ZoneConfigDeclaration, context: ZoneContext): ZoneValues | null {
  const { own, inherited } = context;
  const copied = Object.fromEntries(zone.copyFromParent.map((variable) => [variable, fromParent(variable, inherited)]));
  const declared: ZoneValues = { ...copied, ...zone.values };
  const base = isAdopted(context.target) ? adoptedBase(declared, context) : serverBase(own, context.keepsReplicas);
  const values = canonicalValues(completed({ ...base, ...declared }, inherited));
  if (isAdopted(context.target) && own !== null) return values;
  if (own !== null && variablesOf(values).length > 0 && sameValues(values, own, inherited)) return values;
  // Empty lists where there is nothing to inherit say nothing: no statement makes a zone of them.
  return differingVariables({}, values, inherited).length > 0 ? values : null;
}

/** Values that stay because the server brought them; those we changed and do not declare any more go back to what was found. */
function adoptedBase(declared: ZoneValues, { own, original }: ZoneContext): ZoneValues {
  const undeclared = (original?.changed ?? []).filter((variable) => declared[variable] === undefined);
  return { ...omit(own ?? {}, undeclared), ...pick(original?.own ?? {}, undeclared) };
}

/** Clusters with single replicas give every new database `num_replicas = 1`. */
function serverBase(own: ZoneValues | null, keepsReplicas: boolean): ZoneValues {
  return keepsReplicas && own?.numReplicas === 1 ? { numReplicas: 1 } : {};
}

/** What the server takes only together, completed with what would be inherited. */
function completed(values: ZoneValues, inherited: ZoneValues): ZoneValues {
  const missing = new Set<ZoneVariable>();
  const need = (variable: ZoneVariable): void => {
    if (values[variable] === undefined) missing.add(variable);
  };
  if (values.rangeMinBytes !== undefined || values.rangeMaxBytes !== undefined) {
    need("rangeMinBytes");
    need("rangeMaxBytes");
  }
  if (values.constraints?.kind === "per-replica") need("numReplicas");
  if (differingVariables({}, pick(values, ["leasePreferences"]), inherited).length > 0) need("constraints");
  return {
    ...values,
    ...Object.fromEntries([...missing].map((variable) => [variable, fromParent(variable, inherited)])),
  };
}

function fromParent(variable: ZoneVariable, inherited: ZoneValues): ZoneValues[ZoneVariable] {
  if (variable === "constraints") return inherited.constraints ?? NO_CONSTRAINTS;
  return variable === "leasePreferences" ? (inherited.leasePreferences ?? []) : inherited[variable];
}

/** The own values of all live zones by canonical target. */
export function ownValuesOf(observed: ObservedKwdbCluster): Map<string, ZoneValues> {
  return new Map(observed.zones.map(({ target, own }) => [formatZoneTarget(target), own]));
}
