import type { Diagnostic } from "../diagnostic";
import { diagnosticsOf, show, unresolvedTest, type Finding, type ValidateOptions } from "../validation";
import type { ZoneConfigDeclaration } from "./cluster";
import { constraintFindings, leaseFindings } from "./validate-constraints";
import { formatZoneTarget } from "./format-zone-target";
import { isSystemTarget, type ZoneTarget } from "./zone-target";
import { jsonName, sqlName, variablesOf, type ZoneVariable } from "./zone-values";

export const RANGE_MIN_BYTES_LEAST = 1_048_576n;
export const RANGE_MAX_BYTES_LEAST = 5_242_880n;
const INT32_MAX = 2_147_483_647;
/** An interval's nanoseconds must fit 64 bits. */
const TS_MERGE_MOST_SECONDS = 9_223_372_036;
const GC_ADVISED_SECONDS = 600;

type IsUnresolved = (value: unknown) => boolean;

/**
 * Everything that is wrong with one zone by itself, at once: the limits that the server checks (observed on 3.2.1), those that it
 * does not check although it should (numbers beyond 32 bits are cut), and warnings for what the documents advise against.
 */
export function validateZone(zone: ZoneConfigDeclaration, options: ValidateOptions = {}): readonly Diagnostic[] {
  const isUnresolved = unresolvedTest(options);
  if (isUnresolved(zone)) return [];
  const known = { ...zone, values: isUnresolved(zone.values) ? {} : zone.values };
  const findings = [
    ...targetFindings(known, isUnresolved),
    ...copyFindings(known, isUnresolved),
    ...sizeFindings(known, isUnresolved),
    ...gcFindings(known, isUnresolved),
    ...replicaFindings(known, isUnresolved),
    ...mergeFindings(known, isUnresolved),
    ...partitionOnlyFindings(known),
    ...constraintFindings(known, isUnresolved),
    ...leaseFindings(known, isUnresolved),
  ];
  return diagnosticsOf(findings, options.address ?? addressOf(zone.target, isUnresolved));
}

function addressOf(target: ZoneTarget, isUnresolved: IsUnresolved): string {
  return isUnresolved(target) ? "zone" : formatZoneTarget(target);
}

function targetFindings(
  { target, allowSystemRange }: ZoneConfigDeclaration,
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  if (isUnresolved(target)) return [];
  const findings: Finding[] = [];
  if (isSystemTarget(target) && !isUnresolved(allowSystemRange) && !allowSystemRange) {
    findings.push({
      code: "KWDB_SYSTEM_RANGE_NOT_ALLOWED",
      summary: `${formatZoneTarget(target)} belongs to the cluster itself`,
      detail:
        "A wrong value there can stop a part of the cluster or all of it. Set allow_system_range = true if that is what you want; what was there before is restored on destroy.",
      path: ["allow_system_range"],
    });
  }
  if (target.kind === "index") {
    findings.push({
      severity: "warning",
      code: "KWDB_INDEX_ZONE",
      summary: "Servers cannot set the zone of an index",
      detail:
        "ALTER INDEX … CONFIGURE ZONE USING ends in an internal error on KWDB 2.1.0 to 3.2. Declare the zone of the table or of a partition instead.",
      path: ["target"],
    });
  }
  const empty = Object.entries(target).find(([key, name]) => key !== "kind" && !isUnresolved(name) && name === "");
  if (empty !== undefined) {
    findings.push({
      code: "KWDB_TARGET_NAME_EMPTY",
      summary: "Empty name in a zone target",
      detail: `The ${empty[0]} has no name. Name it.`,
      path: ["target", empty[0]],
    });
  }
  return findings;
}

function copyFindings(
  { copyFromParent, values, target }: ZoneConfigDeclaration,
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  if (isUnresolved(copyFromParent)) return [];
  const findings: Finding[] = [];
  const set = new Set(variablesOf(values));
  copyFromParent.forEach((variable, index) => {
    const path = ["copy_from_parent", index];
    if (set.has(variable)) {
      findings.push({
        code: "KWDB_VARIABLE_SET_AND_COPIED",
        summary: "A variable is set and copied",
        detail: `${jsonName(variable)} has a value and stands in copy_from_parent as well. Remove one of the two.`,
        path,
      });
    }
    if (copyFromParent.indexOf(variable) < index) {
      findings.push({
        code: "KWDB_VARIABLE_COPIED_TWICE",
        summary: "A variable is copied twice",
        detail: `${jsonName(variable)} stands twice in copy_from_parent. Remove one.`,
        path,
      });
    }
    if (variable === "tsMerge") {
      findings.push({
        code: "KWDB_TS_MERGE_NOT_COPIED",
        summary: "ts_merge.days cannot be copied from the parent",
        detail:
          "The server ignores COPY FROM PARENT for ts_merge.days, which is not inherited at all. Write its value.",
        path,
      });
    }
  });
  if (copyFromParent.length > 0 && !isUnresolved(target) && target.kind === "range" && target.range === "default") {
    findings.push({
      code: "KWDB_DEFAULT_HAS_NO_PARENT",
      summary: "RANGE default has no parent",
      detail: "Nothing stands above it to copy from. Write the values.",
      path: ["copy_from_parent"],
    });
  }
  return findings;
}

function sizeFindings({ values }: ZoneConfigDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const findings: Finding[] = [];
  const min = isUnresolved(values.rangeMinBytes) ? undefined : values.rangeMinBytes;
  const max = isUnresolved(values.rangeMaxBytes) ? undefined : values.rangeMaxBytes;
  const outside = (variable: ZoneVariable, detail: string): void =>
    void findings.push({
      code: "KWDB_RANGE_SIZE_OUT_OF_RANGE",
      summary: `${sqlName(variable)} out of range`,
      detail,
      path: [jsonName(variable)],
    });
  if (min !== undefined && min < RANGE_MIN_BYTES_LEAST)
    outside("rangeMinBytes", `It is ${min}. At least 1048576 bytes (1 MiB).`);
  if (max !== undefined && max < RANGE_MAX_BYTES_LEAST)
    outside("rangeMaxBytes", `It is ${max}. At least 5242880 bytes (5 MiB).`);
  if (min !== undefined && max !== undefined && min >= max) {
    const detail = `range_min_bytes is ${min}, range_max_bytes is ${max}. The minimum must be smaller than the maximum.`;
    findings.push({
      code: "KWDB_RANGE_SIZES_CONFLICT",
      summary: "Minimum size not below the maximum",
      detail,
      path: ["range_min_bytes"],
    });
  }
  return findings;
}

function gcFindings({ values }: ZoneConfigDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const ttl = values.gcTtl;
  if (ttl === undefined || isUnresolved(ttl)) return [];
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > INT32_MAX) {
    const detail = `It is ${show(ttl)}. Allowed: whole seconds from 1 to ${INT32_MAX}; 600 and more are advised.`;
    return [
      { code: "KWDB_GC_TTL_OUT_OF_RANGE", summary: "gc.ttlseconds out of range", detail, path: ["gc_ttl_seconds"] },
    ];
  }
  if (ttl >= GC_ADVISED_SECONDS) return [];
  const detail = `It is ${ttl}. Queries that run for longer lose the versions they read; 600 seconds and more are advised.`;
  return [
    {
      severity: "warning",
      code: "KWDB_GC_TTL_SHORT",
      summary: "gc.ttlseconds below 600",
      detail,
      path: ["gc_ttl_seconds"],
    },
  ];
}

function replicaFindings({ values }: ZoneConfigDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const count = values.numReplicas;
  if (count === undefined || isUnresolved(count)) return [];
  const path = ["num_replicas"];
  if (!Number.isInteger(count) || count < 1 || count > INT32_MAX) {
    return [
      {
        code: "KWDB_REPLICAS_OUT_OF_RANGE",
        summary: "num_replicas out of range",
        detail: `It is ${show(count)}. Allowed: 1, or 3 and more.`,
        path,
      },
    ];
  }
  if (count === 2) {
    const detail =
      "Two replicas bear no failure: both are needed for a majority. The server refuses them; write 1, or 3 and more.";
    return [{ code: "KWDB_REPLICAS_OUT_OF_RANGE", summary: "num_replicas out of range", detail, path }];
  }
  if (count % 2 === 1) return [];
  const detail = `${count} replicas bear no more failures than ${count - 1}. Write an odd number.`;
  return [{ severity: "warning", code: "KWDB_REPLICAS_EVEN", summary: "Even number of replicas", detail, path }];
}

function mergeFindings({ values }: ZoneConfigDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const merge = values.tsMerge;
  if (
    merge === undefined ||
    isUnresolved(merge) ||
    (Number.isInteger(merge) && merge >= 0 && merge <= TS_MERGE_MOST_SECONDS)
  )
    return [];
  const detail = "Allowed: 0 days and more in whole seconds, up to about 292 years.";
  return [
    { code: "KWDB_TS_MERGE_OUT_OF_RANGE", summary: "ts_merge.days out of range", detail, path: ["ts_merge_days"] },
  ];
}

/** `USING constraints` and `lease_preferences` are 0A000 anywhere else. */
function partitionOnlyFindings({ values, copyFromParent, target }: ZoneConfigDeclaration): readonly Finding[] {
  if (target.kind === "partition") return [];
  const used = (["constraints", "leasePreferences"] as const).filter(
    (name) => values[name] !== undefined || copyFromParent.includes(name),
  );
  return used.map((name) => ({
    code: "KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS",
    summary: `${jsonName(name)} on something that is no partition`,
    detail: `The server takes ${jsonName(name)} for partitions only, whatever its documents say. Declare the zone of a partition, or remove it.`,
    path: [jsonName(name)],
  }));
}
