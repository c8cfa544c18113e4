import { isUnknown } from "../../plugin";
import type { Diagnostic as PluginDiagnostic, ObjectValue } from "../../plugin";
import type { Diagnostic, PathStep } from "../../topology/diagnostic";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import { validateZone } from "../../topology/kwdb/validate-zone";
import { isAdopted, Target, type ZoneTarget } from "../../topology/kwdb/zone-target";
import { ZONE_VARIABLES } from "../../topology/kwdb/zone-values";
import { didYouMean } from "../../topology/suggest";
import { diagnosticsOf, type Finding } from "../../topology/validation";
import { toPluginDiagnostics } from "../report";
import { listOf, numberOf, textOf } from "../values";
import { attributeName, copiedVariables } from "./declaration";
import { ZONE_CONFIG_SCHEMA } from "./schema";
import { readVariables, VARIABLE_ATTRIBUTES } from "./variables";

/** All findings in one configuration; what is unknown is not judged. */
export function validateZoneConfig({ config }: { readonly config: ObjectValue }): readonly PluginDiagnostic[] {
  return toZoneDiagnostics(zoneFindings(config), config);
}

/** Diagnostics about a zone at the attributes that they are about. */
export function toZoneDiagnostics(diagnostics: readonly Diagnostic[], object: ObjectValue): readonly PluginDiagnostic[] {
  const moved = diagnostics.map((one) => ({ ...one, path: attributePath(one, object) }));
  return toPluginDiagnostics(moved, ZONE_CONFIG_SCHEMA.attributes);
}

/** HCL gives constraints two attributes, and the merge time another unit; what concerns the zone as a whole is shown at its target. */
function attributePath({ code, path }: Diagnostic, object: ObjectValue): readonly PathStep[] {
  const first = path?.[0] ?? ATTRIBUTE_OF_CODE[code] ?? "target";
  if (first === "ts_merge_days") return ["ts_merge_seconds"];
  return first === "constraints" && (object["replica_constraints"] ?? null) !== null ? ["replica_constraints"] : [first];
}

/** What planning finds in a live cluster has no path. */
const ATTRIBUTE_OF_CODE: Readonly<Record<string, string>> = {
  KWDB_SYSTEM_RANGE_NOT_ALLOWED: "allow_system_range",
  KWDB_REPLICAS_BELOW_ORIGINAL: "num_replicas",
  KWDB_SHRINK_WITH_NODE_DOWN: "num_replicas",
  KWDB_REPLICAS_EXCEED_NODES: "num_replicas",
  KWDB_REPLICAS_NOT_AGREED: "wait_for_replicas",
  KWDB_RANGE_SIZES_CONFLICT: "range_min_bytes",
  KWDB_CONSTRAINT_MATCHES_NO_NODE: "constraints",
  KWDB_CONSTRAINT_NAMES_DEAD_NODE: "constraints",
  KWDB_TS_MERGE_NO_EFFECT: "ts_merge_seconds",
  KWDB_TS_MERGE_NEEDS_SPLIT_SETTINGS: "ts_merge_seconds",
};

function zoneFindings(config: ObjectValue): readonly Diagnostic[] {
  const target = knownTarget(config);
  const { values, findings } = readVariables(config);
  const own: readonly Finding[] = [...targetFindings(config), ...findings, ...shapeFindings(config, target)];
  const zone = {
    target: target ?? ANY_PARTITION,
    values,
    copyFromParent: copiedVariables(config),
    // Unknown is not false.
    allowSystemRange: (config["allow_system_range"] ?? false) as boolean,
    waitForReplicas: false,
  };
  const address = target === undefined ? "zone" : formatZoneTarget(target);
  return [...diagnosticsOf(own, address), ...validateZone(zone, { isUnresolved: isUnknown, address })];
}

/** While a target is not known, what only some targets take is not judged: partitions take everything. */
const ANY_PARTITION: ZoneTarget = Target.partition("d", "t", "p");

function knownTarget(config: ObjectValue): ZoneTarget | undefined {
  const text = textOf(config, "target");
  const parsed = text === null ? undefined : parseZoneTarget(text);
  return parsed?.kind === "parsed" ? parsed.target : undefined;
}

function targetFindings(config: ObjectValue): readonly Finding[] {
  const text = textOf(config, "target");
  const parsed = text === null ? undefined : parseZoneTarget(text);
  if (parsed?.kind !== "invalid") return [];
  return [{ code: "KWDB_TARGET_INVALID", summary: "Not a zone target", detail: `"${text}": ${parsed.detail}`, path: ["target"] }];
}

function shapeFindings(config: ObjectValue, target: ZoneTarget | undefined): readonly Finding[] {
  const given = (attribute: string): boolean => (config[attribute] ?? null) !== null;
  const findings: Finding[] = [];
  if (given("constraints") && given("replica_constraints")) {
    const detail = "constraints are for all replicas, replica_constraints for a number of them each; the server has one or the other. Remove one.";
    findings.push({ code: "KWDB_CONSTRAINTS_TWICE", summary: "Constraints in two forms", detail, path: ["replica_constraints"] });
  }
  if (target !== undefined && !isAdopted(target) && ![...VARIABLE_ATTRIBUTES, "copy_from_parent"].some(given)) {
    const detail = "A zone without variables is none. Declare a variable, or remove the resource: the object then inherits everything.";
    findings.push({ code: "KWDB_ZONE_EMPTY", summary: "Nothing is declared", detail, path: ["target"] });
  }
  const timeout = numberOf(config, "replicas_timeout_seconds");
  if (timeout !== null && timeout <= 0) {
    findings.push({ code: "TIMEOUT_OUT_OF_RANGE", summary: `replicas_timeout_seconds is ${timeout}`, detail: "Write a number of seconds above 0.", path: ["replicas_timeout_seconds"] });
  }
  return [...findings, ...copyNameFindings(config)];
}

function copyNameFindings(config: ObjectValue): readonly Finding[] {
  const names = ZONE_VARIABLES.map(({ name }) => attributeName(name));
  return (listOf(config, "copy_from_parent") ?? []).flatMap((item) => {
    if (isUnknown(item) || names.some((name) => name === item)) return [];
    const word = typeof item === "string" ? item : "";
    const detail = `"${word}" is no variable of a zone.${didYouMean(word, names)} Allowed: ${names.join(", ")}.`;
    return [{ code: "KWDB_VARIABLE_UNKNOWN", summary: "Not a zone variable", detail, path: ["copy_from_parent"] }];
  });
}
