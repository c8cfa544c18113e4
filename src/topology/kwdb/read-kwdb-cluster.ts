import { readConnection } from "../connection-json";
import type { PathStep } from "../diagnostic";
import { ObjectReader, scalarText, wrongKind } from "../json-reader";
import type { Finding } from "../validation";
import type {
  ClusterSettingDeclaration,
  KwdbClusterDeclaration,
  RebalanceDeclaration,
  ZoneConfigDeclaration,
} from "./cluster";
import { parseZoneTarget } from "./parse-zone-target";
import { DEFAULT_RANGE, type ZoneTarget } from "./zone-target";
import { readZoneValues, ZONE_VALUE_MEMBERS } from "./zone-values-json";
import { ZONE_VARIABLES, type ZoneVariable } from "./zone-values";

type Path = readonly PathStep[];

const CLUSTER = ["engine", "name", "connection", "zones", "settings", "rebalances", "report_undeclared_zones"];
const ZONE = ["target", "copy_from_parent", "allow_system_range", "wait_for_replicas", ...ZONE_VALUE_MEMBERS];
const REBALANCE = ["name", "target", "triggers", "replace_partitions"];

/** Reads a KWDB cluster of a manifest, defaults filled in. What was read may be used only when `findings` stays empty. */
export function readKwdbCluster(value: unknown, path: Path, findings: Finding[]): KwdbClusterDeclaration | undefined {
  const reader = ObjectReader.of(value, path, CLUSTER, findings);
  if (reader === undefined) return undefined;
  return {
    engine: reader.word("engine", ["kwdb"]),
    name: reader.text("name"),
    connection: readConnection(reader),
    zones: reader.list("zones", (item, at) => readZone(item, at, findings)),
    settings: reader.list("settings", (item, at) => readSetting(item, at, findings)),
    rebalances: reader.list("rebalances", (item, at) => readRebalance(item, at, findings)),
    reportUndeclaredZones: reader.optionalFlag("report_undeclared_zones") ?? false,
  };
}

function readZone(value: unknown, path: Path, findings: Finding[]): ZoneConfigDeclaration | undefined {
  const reader = ObjectReader.of(value, path, ZONE, findings);
  if (reader === undefined) return undefined;
  return {
    target: readTarget(reader, "target"),
    values: readZoneValues(reader, findings),
    copyFromParent: readVariables(reader, "copy_from_parent", findings),
    allowSystemRange: reader.optionalFlag("allow_system_range") ?? false,
    waitForReplicas: reader.optionalFlag("wait_for_replicas") ?? false,
  };
}

/** The target that a member says; `RANGE default`, with a problem reported, when it says none. */
export function readTarget(reader: ObjectReader, key: string): ZoneTarget {
  const text = reader.text(key);
  if (text === "") return DEFAULT_RANGE;
  const parsed = parseZoneTarget(text);
  if (parsed.kind === "parsed") return parsed.target;
  reader.problem(key, {
    code: "KWDB_TARGET_INVALID",
    summary: "Not a zone target",
    detail: `"${text}": ${parsed.detail}`,
  });
  return DEFAULT_RANGE;
}

/** Variables by their JSON names. */
export function readVariables(reader: ObjectReader, key: string, findings: Finding[]): readonly ZoneVariable[] {
  return reader.list(key, (item, path) => {
    const variable = ZONE_VARIABLES.find(({ json }) => json === item);
    if (variable !== undefined) return variable.name;
    findings.push(wrongKind(item, `one of ${ZONE_VARIABLES.map(({ json }) => json).join(", ")}`, path));
    return undefined;
  });
}

function readSetting(value: unknown, path: Path, findings: Finding[]): ClusterSettingDeclaration | undefined {
  const reader = ObjectReader.of(value, path, ["name", "value"], findings);
  if (reader === undefined) return undefined;
  if (reader.raw("value") === undefined) reader.missing("value");
  return { name: reader.text("name").toLowerCase(), value: reader.optionalScalarText("value") ?? "" };
}

function readRebalance(value: unknown, path: Path, findings: Finding[]): RebalanceDeclaration | undefined {
  const reader = ObjectReader.of(value, path, REBALANCE, findings);
  if (reader === undefined) return undefined;
  return {
    name: reader.text("name"),
    target: readTarget(reader, "target"),
    triggers: reader.entries("triggers", (item, at) => readTrigger(item, at, findings)),
    replacePartitions: reader.optionalFlag("replace_partitions") ?? false,
  };
}

function readTrigger(value: unknown, path: Path, findings: Finding[]): string | undefined {
  const text = scalarText(value);
  if (text === undefined) findings.push(wrongKind(value, "text", path));
  return text;
}
