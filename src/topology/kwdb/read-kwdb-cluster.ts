import type { PathStep } from "../diagnostic";
import { ObjectReader, optional, scalarText, wrongKind } from "../json-reader";
import type { Finding } from "../validation";
import type {
  ClusterSettingDeclaration,
  KwdbClusterDeclaration,
  KwdbConnectionDeclaration,
  KwdbSetting,
  KwdbTlsDeclaration,
  RebalanceDeclaration,
  ZoneConfigDeclaration,
} from "./cluster";
import { parseZoneTarget } from "./parse-zone-target";
import { DEFAULT_RANGE, type ZoneTarget } from "./zone-target";
import { readZoneValues, ZONE_VALUE_MEMBERS } from "./zone-values-json";
import { ZONE_VARIABLES, type ZoneVariable } from "./zone-values";

type Path = readonly PathStep[];

const CLUSTER = ["engine", "name", "connection", "zones", "settings", "rebalances", "report_undeclared_zones"];
const CONNECTION = [
  "host",
  "port",
  "user",
  "password",
  "database",
  "tls",
  "connect_timeout_seconds",
  "statement_timeout_seconds",
];
const TLS = ["mode", "ca_file", "cert_file", "key_file"];
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

function readConnection(cluster: ObjectReader): KwdbConnectionDeclaration {
  const reader = cluster.child("connection", CONNECTION);
  if (reader === undefined) return {};
  const text = (key: string): KwdbSetting<string> | undefined =>
    readReferable(reader, key, "text", (value) => (typeof value === "string" ? value : undefined));
  return {
    ...optional("host", text("host")),
    ...optional(
      "port",
      readReferable(reader, "port", "a number", (value) => (typeof value === "number" ? value : undefined)),
    ),
    ...optional("user", text("user")),
    ...optional("password", readPassword(reader)),
    ...optional("database", text("database")),
    ...optional("tls", readTls(reader)),
    ...optional("connectTimeoutSeconds", reader.optionalNumber("connect_timeout_seconds")),
    ...optional("statementTimeoutSeconds", reader.optionalNumber("statement_timeout_seconds")),
  };
}

function readReferable<T extends string | number>(
  reader: ObjectReader,
  key: string,
  wanted: string,
  convert: (value: unknown) => T | undefined,
): KwdbSetting<T> | undefined {
  const value = reader.raw(key);
  if (value === undefined) return undefined;
  if (typeof value === "object") return readEnvironmentReference(reader, key);
  const converted = convert(value);
  if (converted === undefined) reader.problem(key, wrongKind(value, `${wanted} or { "env": "NAME" }`, reader.at(key)));
  return converted;
}

function readEnvironmentReference(reader: ObjectReader, key: string): { readonly env: string } | undefined {
  const reference = reader.child(key, ["env"]);
  return reference === undefined ? undefined : { env: reference.text("env") };
}

/** A password in the file is refused without repeating it. */
function readPassword(reader: ObjectReader): { readonly env: string } | undefined {
  const value = reader.raw("password");
  if (value === undefined || (typeof value === "object" && !Array.isArray(value)))
    return readEnvironmentReference(reader, "password");
  reader.problem("password", {
    code: "MANIFEST_SECRET_LITERAL",
    summary: "A secret in the manifest",
    detail:
      'The password stands in the manifest itself. Put it into an environment variable and write { "env": "NAME" }; change the password if this file was shared.',
  });
  return undefined;
}

function readTls(connection: ObjectReader): KwdbTlsDeclaration | undefined {
  const reader = connection.child("tls", TLS);
  if (reader === undefined) return undefined;
  return {
    mode: reader.word("mode", ["disable", "require", "verify-ca", "verify-full"]),
    ...optional("caFile", reader.optionalText("ca_file")),
    ...optional("certFile", reader.optionalText("cert_file")),
    ...optional("keyFile", reader.optionalText("key_file")),
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
