import { readConnection } from "./connection-json";
import { datanodeId, type DatanodeId } from "./ids";
import { ObjectReader, optional, scalarText, wrongKind } from "./json-reader";
import {
  BALANCE_MEASURES,
  DEFAULT_LIMITS,
  DEFAULT_REPLAY_TIMEOUT_SECONDS,
  PLACEMENT_STRATEGIES,
  type BoundValue,
  type ColumnDeclaration,
  type DatanodeDeclaration,
  type GreptimeClusterDeclaration,
  type MoveLimits,
  type PartitioningDeclaration,
  type PlacementCapacity,
  type PlacementDeclaration,
  type SharedStorageDeclaration,
  type TableDeclaration,
  type UpperBound,
} from "./manifest";
import type { PathStep } from "./diagnostic";
import { VERIFY_ROWS, type RunDeclaration } from "./run-declaration";
import type { Finding } from "./validation";

type Path = readonly PathStep[];

const CLUSTER = ["engine", "name", "connection", "datanodes", "shared_storage", "run", "tables", "placements"];
const RUN = ["verify_rows", "verify_rows_limit", "verify_checksums", "wait_seconds"];
const STORAGE = ["kind", "bucket", "root", "region", "endpoint"];
const TABLE = [
  "database", "name", "columns", "primary_key", "time_index", "partitioning", "engine", "options",
  "ignore_undeclared_columns", "deletion_protection",
];
const COLUMN = ["name", "type", "nullable", "default", "comment"];
const PLACEMENT = [
  "name", "database", "table", "tables", "strategy", "by", "pins", "exclude_datanodes", "capacity", "max_skew",
  "replay_timeout_seconds", "limits", "accept_data_loss_of",
];
const CAPACITY = ["regions", "bytes"];
const LIMITS = ["outgoing", "incoming", "cluster"];

/** Reads a GreptimeDB cluster of a manifest, defaults filled in. What was read may be used only when `findings` stays empty. */
export function readGreptimeCluster(value: unknown, path: Path, findings: Finding[]): GreptimeClusterDeclaration | undefined {
  const reader = ObjectReader.of(value, path, CLUSTER, findings);
  if (reader === undefined) return undefined;
  return {
    engine: reader.word("engine", ["greptimedb"]),
    name: reader.text("name"),
    connection: readConnection(reader),
    ...optional("datanodes", reader.optionalList("datanodes", (item, at) => readDatanode(item, at, findings))),
    ...optional("sharedStorage", readStorage(reader)),
    ...optional("run", readRun(reader)),
    tables: reader.list("tables", (item, at) => readTable(item, at, findings)),
    placements: reader.list("placements", (item, at) => readPlacement(item, at, findings)),
  };
}

function readDatanode(value: unknown, path: Path, findings: Finding[]): DatanodeDeclaration | undefined {
  const reader = ObjectReader.of(value, path, ["id", "zone"], findings);
  if (reader === undefined) return undefined;
  if (reader.raw("id") === undefined) reader.missing("id");
  const id = reader.raw("id") === undefined ? undefined : readDatanodeId(reader.raw("id"), reader.at("id"), findings);
  return id === undefined ? undefined : { id, ...optional("zone", reader.optionalText("zone")) };
}

function readDatanodeId(value: unknown, path: Path, findings: Finding[]): DatanodeId | undefined {
  if (typeof value === "number" || typeof value === "string") {
    try {
      return datanodeId(value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  const detail = "A datanode is named by its peer id: a whole number from 0, as text when it is above 9007199254740991.";
  findings.push({ code: "MANIFEST_DATANODE_ID", summary: "Not a datanode id", detail, path });
  return undefined;
}

function readStorage(cluster: ObjectReader): SharedStorageDeclaration | undefined {
  const reader = cluster.child("shared_storage", STORAGE);
  if (reader === undefined) return undefined;
  return {
    kind: reader.word("kind", ["s3"]),
    ...optional("bucket", reader.optionalText("bucket")),
    ...optional("root", reader.optionalText("root")),
    ...optional("region", reader.optionalText("region")),
    ...optional("endpoint", reader.optionalText("endpoint")),
  };
}

function readRun(cluster: ObjectReader): RunDeclaration | undefined {
  const reader = cluster.child("run", RUN);
  if (reader === undefined) return undefined;
  return {
    ...(reader.raw("verify_rows") === undefined ? {} : { verifyRows: reader.word("verify_rows", VERIFY_ROWS) }),
    ...optional("verifyRowsLimit", reader.optionalNumber("verify_rows_limit")),
    ...optional("verifyChecksums", reader.optionalFlag("verify_checksums")),
    ...optional("waitSeconds", reader.optionalNumber("wait_seconds")),
  };
}

function readTable(value: unknown, path: Path, findings: Finding[]): TableDeclaration | undefined {
  const reader = ObjectReader.of(value, path, TABLE, findings);
  if (reader === undefined) return undefined;
  const timeIndex = readTimeIndex(reader);
  if (reader.raw("columns") === undefined) reader.missing("columns");
  return {
    database: reader.optionalText("database") ?? "public",
    name: reader.text("name"),
    columns: reader.list("columns", (item, at) => readColumn(item, at, timeIndex, findings)),
    primaryKey: reader.textList("primary_key"),
    timeIndex,
    ...optional("partitioning", readPartitioning(reader, findings)),
    engine: reader.optionalText("engine") ?? "mito",
    options: reader.entries("options", (item, at) => readOption(item, at, findings)),
    ignoreUndeclaredColumns: reader.optionalFlag("ignore_undeclared_columns") ?? false,
    deletionProtection: reader.optionalFlag("deletion_protection") ?? true,
  };
}

function readTimeIndex(reader: ObjectReader): string {
  if (!Array.isArray(reader.raw("time_index"))) return reader.text("time_index");
  const detail = "The time index is a list. A table has exactly one; name one TIMESTAMP column.";
  reader.problem("time_index", { code: "TIME_INDEX_NOT_SINGLE", summary: "More than one time index", detail });
  return "";
}

function readColumn(value: unknown, path: Path, timeIndex: string, findings: Finding[]): ColumnDeclaration | undefined {
  const reader = ObjectReader.of(value, path, COLUMN, findings);
  if (reader === undefined) return undefined;
  const name = reader.text("name");
  return {
    name,
    type: reader.text("type"),
    nullable: reader.optionalFlag("nullable") ?? name !== timeIndex,
    ...optional("default", reader.optionalScalarText("default")),
    ...optional("comment", reader.optionalText("comment")),
  };
}

function readOption(value: unknown, path: Path, findings: Finding[]): string | undefined {
  const text = scalarText(value);
  if (text === undefined) findings.push(wrongKind(value, "text", path));
  return text;
}

function readPartitioning(table: ObjectReader, findings: Finding[]): PartitioningDeclaration | undefined {
  const reader = table.child("partitioning", ["kind", "columns", "partitions"]);
  if (reader === undefined) return undefined;
  const kind = reader.word("kind", ["range", "rules"]);
  const columns = reader.textList("columns");
  switch (kind) {
    case "range":
      return { kind, columns, partitions: reader.list("partitions", (item, at) => readRange(item, at, findings)) };
    case "rules":
      return { kind, columns, partitions: reader.list("partitions", (item, at) => readRule(item, at, findings)) };
  }
}

function readRange(value: unknown, path: Path, findings: Finding[]): { readonly name?: string; readonly lessThan: UpperBound } | undefined {
  const reader = ObjectReader.of(value, path, ["name", "less_than"], findings);
  if (reader === undefined) return undefined;
  if (reader.raw("less_than") === undefined) reader.missing("less_than");
  return {
    ...optional("name", reader.optionalText("name")),
    lessThan: reader.list("less_than", (item, at) => readBoundValue(item, at, findings)),
  };
}

function readRule(value: unknown, path: Path, findings: Finding[]): { readonly name?: string; readonly rule: string } | undefined {
  const reader = ObjectReader.of(value, path, ["name", "rule"], findings);
  return reader === undefined ? undefined : { ...optional("name", reader.optionalText("name")), rule: reader.text("rule") };
}

function readBoundValue(value: unknown, path: Path, findings: Finding[]): BoundValue | { readonly maxvalue: true } | undefined {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return readBoundNumber(value, path, findings);
  if (typeof value === "object" && value !== null && (value as { maxvalue?: unknown }).maxvalue === true) {
    ObjectReader.of(value, path, ["maxvalue"], findings);
    return { maxvalue: true };
  }
  findings.push(wrongKind(value, 'text, a number, true, false or { "maxvalue": true }', path));
  return undefined;
}

/** Beyond 2^53 the digits of the file are lost before they get here. */
function readBoundNumber(value: number, path: Path, findings: Finding[]): number | undefined {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  const detail = 'Whole numbers beyond 9007199254740991 lose digits in JSON and YAML. Write the bound as text: "9223372036854775807".';
  findings.push({ code: "MANIFEST_NUMBER_UNSAFE", summary: "Number too large for the manifest", detail, path });
  return undefined;
}

function readPlacement(value: unknown, path: Path, findings: Finding[]): PlacementDeclaration | undefined {
  const reader = ObjectReader.of(value, path, PLACEMENT, findings);
  if (reader === undefined) return undefined;
  const tables = reader.raw("tables") === undefined ? undefined : reader.textList("tables");
  return {
    name: reader.text("name"),
    database: reader.optionalText("database") ?? "public",
    table: tables === undefined ? reader.text("table") : (reader.optionalText("table") ?? tables[0] ?? ""),
    ...optional("tables", tables),
    strategy: reader.word("strategy", PLACEMENT_STRATEGIES, "pinned"),
    ...(reader.raw("by") === undefined ? {} : { by: reader.word("by", BALANCE_MEASURES) }),
    pins: reader.entries("pins", (item, at) => readDatanodeId(item, at, findings)),
    ...optional("excludeDatanodes", reader.optionalList("exclude_datanodes", (item, at) => readDatanodeId(item, at, findings))),
    ...optional("capacity", readCapacity(reader)),
    ...optional("maxSkew", reader.optionalNumber("max_skew")),
    replayTimeoutSeconds: reader.optionalNumber("replay_timeout_seconds") ?? DEFAULT_REPLAY_TIMEOUT_SECONDS,
    limits: readLimits(reader),
    acceptDataLossOf: reader.list("accept_data_loss_of", (item, at) => readDatanodeId(item, at, findings)),
  };
}

function readCapacity(placement: ObjectReader): PlacementCapacity | undefined {
  if (placement.raw("capacity") === undefined) return undefined;
  const reader = placement.child("capacity", CAPACITY);
  if (reader === undefined) return undefined;
  const bytes = reader.raw("bytes");
  return {
    ...optional("regions", reader.optionalNumber("regions")),
    ...(bytes === undefined ? {} : { bytes: readBytes(reader, bytes) }),
  };
}

/** A number, or decimal text beyond 2^53. */
function readBytes(reader: ObjectReader, value: unknown): bigint {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^\d+$/.test(value)) return BigInt(value);
  reader.problem("bytes", wrongKind(value, "a whole number, as text above 9007199254740991", reader.at("bytes")));
  return 0n;
}

function readLimits(placement: ObjectReader): MoveLimits {
  const reader = placement.child("limits", LIMITS);
  return {
    outgoing: reader?.optionalNumber("outgoing") ?? DEFAULT_LIMITS.outgoing,
    incoming: reader?.optionalNumber("incoming") ?? DEFAULT_LIMITS.incoming,
    cluster: reader?.optionalNumber("cluster") ?? DEFAULT_LIMITS.cluster,
  };
}
