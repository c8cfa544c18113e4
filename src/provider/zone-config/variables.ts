import { canonicalNumber, DecimalNumber, formatNumber, isWhollyKnown, UNKNOWN } from "../../plugin";
import type { ObjectValue, Value } from "../../plugin";
import type { ByteSize } from "../../topology/kwdb/byte-size";
import { canonicalConstraints, canonicalLeasePreferences, formatConstraint, groupText, parseConstraint } from "../../topology/kwdb/constraint";
import type { Constraint, Constraints, LeasePreferences } from "../../topology/kwdb/constraint";
import type { Seconds } from "../../topology/kwdb/duration";
import type { ZoneValues, ZoneVariable } from "../../topology/kwdb/zone-values";
import type { Finding } from "../../topology/validation";
import { sortedMap } from "../values";

/** The attributes that say what a variable should be. */
export const ATTRIBUTES_OF: Readonly<Record<ZoneVariable, readonly string[]>> = {
  rangeMinBytes: ["range_min_bytes"],
  rangeMaxBytes: ["range_max_bytes"],
  gcTtl: ["gc_ttl_seconds"],
  numReplicas: ["num_replicas"],
  tsMerge: ["ts_merge_seconds"],
  constraints: ["constraints", "replica_constraints"],
  leasePreferences: ["lease_preferences"],
};

export const VARIABLE_ATTRIBUTES: readonly string[] = Object.values(ATTRIBUTES_OF).flat();

/**
 * The variables that an object gives values, with what is wrong in their form; the paths of findings begin with the attribute. A value
 * that is not wholly known yet stands as UNKNOWN in its place.
 */
export function readVariables(object: ObjectValue): { readonly values: ZoneValues; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const read = <T>(attribute: string, make: (value: Value, findings: Finding[]) => T | undefined): T | undefined => {
    const value = object[attribute] ?? null;
    if (value === null) return undefined;
    return isWhollyKnown(value) ? make(value, findings) : (UNKNOWN as T);
  };
  const whole = <T>(attribute: string, make: (value: bigint) => T): T | undefined =>
    read(attribute, (value) => {
      const number = wholeNumber(value, attribute, findings);
      return number === undefined ? undefined : make(number);
    });
  const values = {
    rangeMinBytes: whole("range_min_bytes", (bytes) => bytes as ByteSize),
    rangeMaxBytes: whole("range_max_bytes", (bytes) => bytes as ByteSize),
    gcTtl: whole("gc_ttl_seconds", (count) => Number(count) as Seconds),
    numReplicas: whole("num_replicas", Number),
    tsMerge: whole("ts_merge_seconds", (count) => Number(count) as Seconds),
    constraints: read("replica_constraints", readReplicaConstraints) ?? read("constraints", readConstraints),
    leasePreferences: read("lease_preferences", readLeasePreferences),
  };
  return { values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)), findings };
}

/** Attribute values of one variable; null where the zone does not have it. */
export function toAttributes(values: ZoneValues, variable: ZoneVariable): ObjectValue {
  switch (variable) {
    case "constraints":
      return constraintAttributes(values.constraints);
    case "leasePreferences":
      return {
        lease_preferences: values.leasePreferences === undefined ? null : canonicalLeasePreferences(values.leasePreferences).map((group) => group.map(formatConstraint)),
      };
    case "rangeMinBytes":
    case "rangeMaxBytes":
    case "gcTtl":
    case "numReplicas":
    case "tsMerge": {
      const value = values[variable];
      return { [ATTRIBUTES_OF[variable][0]!]: value === undefined ? null : (canonicalNumber(value) ?? null) };
    }
  }
}

function constraintAttributes(constraints: Constraints | undefined): ObjectValue {
  if (constraints === undefined) return { constraints: null, replica_constraints: null };
  const canonical = canonicalConstraints(constraints);
  if (canonical.kind === "all-replicas") return { constraints: canonical.constraints.map(formatConstraint), replica_constraints: null };
  return { constraints: null, replica_constraints: sortedMap(canonical.groups.map((group) => [groupText(group.constraints), group.replicas as Value])) };
}

function wholeNumber(value: Value, attribute: string, findings: Finding[]): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  const shown = typeof value === "number" || value instanceof DecimalNumber ? formatNumber(value) : "no number";
  findings.push({ code: "KWDB_NUMBER_NOT_WHOLE", summary: `${attribute} is not a whole number`, detail: `It is ${shown}. Write a whole number.`, path: [attribute] });
  return undefined;
}

function readConstraints(value: Value, findings: Finding[]): Constraints {
  return { kind: "all-replicas", constraints: readGroup(value, ["constraints"], findings) };
}

function readReplicaConstraints(value: Value, findings: Finding[]): Constraints {
  const groups = Object.entries(value as ObjectValue).map(([key, count]) => ({
    replicas: Number(wholeNumber(count, "replica_constraints", findings) ?? 1n),
    constraints: readGroup(key.split(","), ["replica_constraints", key], findings),
  }));
  // One without a constraint that can be read is reported already.
  return { kind: "per-replica", groups: groups.filter(({ constraints }) => constraints.length > 0) };
}

function readLeasePreferences(value: Value, findings: Finding[]): LeasePreferences {
  return (value as readonly Value[]).map((group, index) => readGroup(group ?? [], ["lease_preferences", index], findings));
}

function readGroup(items: Value, path: readonly (string | number)[], findings: Finding[]): readonly Constraint[] {
  return (items as readonly Value[]).flatMap((item, index) => {
    const parsed = parseConstraint(typeof item === "string" ? item : "");
    if (parsed.kind === "parsed") return [parsed.constraint];
    findings.push({ code: "KWDB_CONSTRAINT_INVALID", summary: "Not a constraint", detail: parsed.detail, path: [...path, index] });
    return [];
  });
}
