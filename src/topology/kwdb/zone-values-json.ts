import type { JsonValue } from "../json-value";
import type { PathStep } from "../diagnostic";
import { ObjectReader } from "../json-reader";
import { wrongKind, type JsonObject } from "../json-reader";
import type { Finding } from "../validation";
import { byteSize, parseByteSize, type ByteSize } from "./byte-size";
import {
  canonicalConstraints,
  canonicalLeasePreferences,
  formatConstraint,
  groupText,
  parseConstraint,
  type Constraint,
  type Constraints,
  type LeasePreferences,
} from "./constraint";
import { days, formatSeconds, parseSeconds, seconds, SECONDS_PER_DAY, type Seconds } from "./duration";
import { ZONE_VARIABLES, type ZoneValues } from "./zone-values";

type Path = readonly PathStep[];

/** The members that {@link readZoneValues} reads. */
export const ZONE_VALUE_MEMBERS: readonly string[] = ZONE_VARIABLES.map(({ json }) => json);

/**
 * Zone values as members of an object: bytes and seconds as numbers, `ts_merge_days` as a number of days or, when it is no whole
 * number, as `5m0s`, `constraints` as a list or a map, `lease_preferences` as a list of lists.
 */
export function zoneValuesToJson(values: ZoneValues): { readonly [member: string]: JsonValue | undefined } {
  const { constraints, leasePreferences } = values;
  return {
    range_min_bytes: values.rangeMinBytes === undefined ? undefined : bytesToJson(values.rangeMinBytes),
    range_max_bytes: values.rangeMaxBytes === undefined ? undefined : bytesToJson(values.rangeMaxBytes),
    gc_ttl_seconds: values.gcTtl,
    num_replicas: values.numReplicas,
    ts_merge_days: values.tsMerge === undefined ? undefined : mergeToJson(values.tsMerge),
    constraints: constraints === undefined ? undefined : constraintsToJson(constraints),
    lease_preferences:
      leasePreferences === undefined
        ? undefined
        : canonicalLeasePreferences(leasePreferences).map((group) => group.map(formatConstraint)),
  };
}

/** `["+region=NODE1"]` or `{"+region=NODE1": 1}`, in canonical order. */
export function constraintsToJson(constraints: Constraints): JsonValue {
  const canonical = canonicalConstraints(constraints);
  if (canonical.kind === "all-replicas") return canonical.constraints.map(formatConstraint);
  return Object.fromEntries(canonical.groups.map(({ replicas, constraints: group }) => [groupText(group), replicas]));
}

function bytesToJson(size: ByteSize): JsonValue {
  return size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : size.toString();
}

function mergeToJson(merge: Seconds): JsonValue {
  return merge % SECONDS_PER_DAY === 0 ? merge / SECONDS_PER_DAY : formatSeconds(merge);
}

/** Reads the zone values among an object's members. Problems go to `findings`; a wrong member reads as absent. */
export function readZoneValues(reader: ObjectReader, findings: Finding[]): ZoneValues {
  const values: { -readonly [V in keyof ZoneValues]: ZoneValues[V] } = {
    rangeMinBytes: readBytes(reader, "range_min_bytes"),
    rangeMaxBytes: readBytes(reader, "range_max_bytes"),
    gcTtl: readWhole(reader, "gc_ttl_seconds", seconds),
    numReplicas: readWhole(reader, "num_replicas", (count) => count),
    tsMerge: readMerge(reader),
    constraints: readConstraints(reader, findings),
    leasePreferences: readLeasePreferences(reader, findings),
  } as { -readonly [V in keyof ZoneValues]: ZoneValues[V] };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function readBytes(reader: ObjectReader, key: string): ByteSize | undefined {
  const value = reader.raw(key);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value)) return byteSize(value);
  const size = typeof value === "string" ? parseByteSize(value) : undefined;
  if (size === undefined)
    reader.problem(key, wrongKind(value, 'a whole number of bytes, or text such as "512 MiB"', reader.at(key)));
  return size;
}

function readWhole<T>(reader: ObjectReader, key: string, make: (value: number) => T): T | undefined {
  const value = reader.raw(key);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value)) return make(value);
  reader.problem(key, wrongKind(value, "a whole number", reader.at(key)));
  return undefined;
}

function readMerge(reader: ObjectReader): Seconds | undefined {
  const value = reader.raw("ts_merge_days");
  if (value === undefined) return undefined;
  const merge =
    typeof value === "number" ? wholeSeconds(value) : typeof value === "string" ? parseSeconds(value) : undefined;
  if (merge === undefined) {
    reader.problem(
      "ts_merge_days",
      wrongKind(value, 'a number of days, or text in whole seconds such as "36h" or "5m"', reader.at("ts_merge_days")),
    );
  }
  return merge;
}

function wholeSeconds(count: number): Seconds | undefined {
  try {
    return days(count);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readConstraints(reader: ObjectReader, findings: Finding[]): Constraints | undefined {
  const value = reader.raw("constraints");
  if (value === undefined) return undefined;
  const at = reader.at("constraints");
  if (Array.isArray(value))
    return { kind: "all-replicas", constraints: readGroup(value as readonly unknown[], at, findings) };
  if (typeof value !== "object" || value === null) {
    reader.problem(
      "constraints",
      wrongKind(value, "a list of constraints, or an object from constraints to numbers of replicas", at),
    );
    return undefined;
  }
  const groups = Object.entries(value as JsonObject).map(([key, replicas]) => {
    if (typeof replicas !== "number" || !Number.isSafeInteger(replicas))
      findings.push(wrongKind(replicas, "a number of replicas", [...at, key]));
    return {
      replicas: typeof replicas === "number" ? replicas : 0,
      constraints: readGroup(key.split(","), [...at, key], findings),
    };
  });
  return { kind: "per-replica", groups };
}

function readLeasePreferences(reader: ObjectReader, findings: Finding[]): LeasePreferences | undefined {
  return reader.optionalList("lease_preferences", (item, at) => {
    if (Array.isArray(item)) return readGroup(item as readonly unknown[], at, findings);
    findings.push(wrongKind(item, "a list of constraints", at));
    return undefined;
  });
}

function readGroup(items: readonly unknown[], at: Path, findings: Finding[]): readonly Constraint[] {
  return items.flatMap((item, index) => {
    const path = [...at, index];
    if (typeof item !== "string") {
      findings.push(wrongKind(item, 'a constraint such as "+region=NODE1"', path));
      return [];
    }
    const parsed = parseConstraint(item);
    if (parsed.kind === "parsed") return [parsed.constraint];
    findings.push({ code: "KWDB_CONSTRAINT_INVALID", summary: "Not a constraint", detail: parsed.detail, path });
    return [];
  });
}

/** The values in an object that {@link zoneValuesToJson} gave. Throws SyntaxError when it is something else. */
export function zoneValuesFromJson(value: unknown): ZoneValues {
  const findings: Finding[] = [];
  const reader = ObjectReader.of(value, [], ZONE_VALUE_MEMBERS, findings);
  const values = reader === undefined ? {} : readZoneValues(reader, findings);
  if (findings.length > 0) throw new SyntaxError(findings[0]?.detail);
  return values;
}
