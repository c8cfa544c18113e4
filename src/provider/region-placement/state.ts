import { UNKNOWN } from "../../plugin";
import type { ObjectValue, Value } from "../../plugin";
import type { DatanodeId, PartitionKey } from "../../topology/ids";
import { DEFAULT_LIMITS, DEFAULT_REPLAY_TIMEOUT_SECONDS, PLACEMENT_STRATEGIES } from "../../topology/manifest";
import type { DatanodeDeclaration, GreptimeClusterDeclaration, PlacementCapacity, PlacementDeclaration } from "../../topology/manifest";
import { qualifiedPin, splitQualifiedPin } from "../../topology/resolve-pins";
import type { TableName } from "../../planning/change";
import { datanodesOf, fromDatanodeId, listOf, mapOf, numberOf, requiredText, sortedMap, textOf, textsOf, toDatanodeId } from "../values";
import type { Connection } from "../connection";

/** The tables whose regions a configuration or state places, in the order declared. */
export function placedTables(object: ObjectValue): readonly TableName[] {
  const database = textOf(object, "database") ?? "public";
  const names = tableNames(object) ?? [requiredText(object, "table")];
  return names.map((name) => ({ database, name }));
}

/** The attribute that names them. */
export function tablesAttribute(object: ObjectValue): "table" | "tables" {
  return tableNames(object) === null ? "table" : "tables";
}

/** What identifies a placement of these tables, and imports it: `database.table`, or `database.table,table`. */
export function placementId(tables: readonly TableName[]): string {
  return `${tables[0]!.database}.${tables.map(({ name }) => name).join(",")}`;
}

/** Null while a single table is placed. */
function tableNames(object: ObjectValue): readonly string[] | null {
  const names = textsOf(object, "tables");
  return names === null || names.length === 0 ? null : names;
}

/** The tables in a few words, for messages. */
export function tablesText(object: ObjectValue): string {
  return tableNames(object)?.join(", ") ?? textOf(object, "table") ?? "the table";
}

/** How a partition is named in the attributes: by its rule, behind its table where several are placed together. */
export function partitionName(object: ObjectValue, table: string, partition: string): string {
  return (tableNames(object)?.length ?? 1) > 1 ? qualifiedPin(table, partition) : partition;
}

/** Table and partition of a name that {@link partitionName} made, or that a pin has: validation refuses a pin of several tables that names none. */
export function splitPartitionName(object: ObjectValue, name: string): { readonly table: string; readonly partition: PartitionKey } {
  const names = tableNames(object) ?? [requiredText(object, "table")];
  const split = names.length > 1 ? splitQualifiedPin(name) : undefined;
  return { table: split?.table ?? names[0]!, partition: (split?.partition ?? name) as PartitionKey };
}

/** Whether more than pins decide where regions go: then planning needs their sizes and the datanodes. */
export function hasRule(object: ObjectValue): boolean {
  const strategy = textOf(object, "strategy");
  return (
    (strategy !== null && strategy !== "pinned") ||
    (listOf(object, "exclude_datanodes") ?? []).length > 0 ||
    (object["max_regions_per_datanode"] ?? null) !== null ||
    (object["max_bytes_per_datanode"] ?? null) !== null
  );
}

/** Entries of a `map(number)` of datanodes; values that are no ids are left out. */
export function datanodeMap(object: ObjectValue, name: string): ReadonlyMap<string, DatanodeId> {
  const entries = Object.entries(mapOf(object, name) ?? {});
  return new Map(entries.map(([key, value]) => [key, toDatanodeId(value)] as const).filter((entry): entry is [string, DatanodeId] => entry[1] !== null));
}

/** The inverse of {@link datanodeMap}, in order of the keys. */
export function toDatanodeMap(placement: ReadonlyMap<string, DatanodeId>): Value {
  return sortedMap([...placement].map(([key, id]) => [key, fromDatanodeId(id) as Value]));
}

/** The configuration with the defaults of what it leaves out; computed attributes are unknown. */
export function withDefaults(config: ObjectValue): ObjectValue {
  const orDefault = (name: string, value: Value): Value => config[name] ?? value;
  return {
    ...config,
    database: orDefault("database", "public"),
    table: orDefault("table", listOf(config, "tables")?.[0] ?? UNKNOWN),
    strategy: orDefault("strategy", "pinned"),
    replay_timeout_seconds: orDefault("replay_timeout_seconds", DEFAULT_REPLAY_TIMEOUT_SECONDS),
    max_outgoing_moves_per_datanode: orDefault("max_outgoing_moves_per_datanode", DEFAULT_LIMITS.outgoing),
    max_incoming_moves_per_datanode: orDefault("max_incoming_moves_per_datanode", DEFAULT_LIMITS.incoming),
    max_moves: orDefault("max_moves", DEFAULT_LIMITS.cluster),
    id: UNKNOWN,
    placement: UNKNOWN,
    region_ids: UNKNOWN,
    region_sizes: UNKNOWN,
    planned_moves: UNKNOWN,
    unavailable_datanodes: UNKNOWN,
  };
}

/** What a wholly known configuration or state declares, as planning understands it. */
export function placementDeclaration(object: ObjectValue): PlacementDeclaration {
  const placed = placedTables(object);
  const tables = tableNames(object);
  const strategy = textOf(object, "strategy");
  const by = textOf(object, "balance_by");
  const excluded = datanodesOf(object, "exclude_datanodes");
  const skew = numberOf(object, "max_skew");
  const capacity = capacityOf(object);
  return {
    name: placementId(placed),
    database: placed[0]!.database,
    table: placed[0]!.name,
    ...(tables === null ? {} : { tables }),
    strategy: PLACEMENT_STRATEGIES.find((known) => known === strategy) ?? "pinned",
    ...(by === null ? {} : { by: by === "bytes" ? ("bytes" as const) : ("regions" as const) }),
    pins: Object.fromEntries(datanodeMap(object, "pins")),
    ...(excluded === null || excluded.length === 0 ? {} : { excludeDatanodes: excluded }),
    ...(capacity === null ? {} : { capacity }),
    ...(skew === null ? {} : { maxSkew: skew }),
    replayTimeoutSeconds: numberOf(object, "replay_timeout_seconds") ?? DEFAULT_REPLAY_TIMEOUT_SECONDS,
    limits: {
      outgoing: numberOf(object, "max_outgoing_moves_per_datanode") ?? DEFAULT_LIMITS.outgoing,
      incoming: numberOf(object, "max_incoming_moves_per_datanode") ?? DEFAULT_LIMITS.incoming,
      cluster: numberOf(object, "max_moves") ?? DEFAULT_LIMITS.cluster,
    },
    acceptDataLossOf: datanodesOf(object, "accept_data_loss_of") ?? [],
  };
}

function capacityOf(object: ObjectValue): PlacementCapacity | null {
  const regions = numberOf(object, "max_regions_per_datanode");
  const bytes = numberOf(object, "max_bytes_per_datanode");
  if (regions === null && bytes === null) return null;
  return { ...(regions === null ? {} : { regions }), ...(bytes === null ? {} : { bytes: BigInt(Math.floor(bytes)) }) };
}

/** The declared datanodes with their zones; null when the configuration does not name them. */
export function declaredDatanodes(object: ObjectValue): readonly DatanodeDeclaration[] | null {
  const zones = mapOf(object, "zones") ?? {};
  const zoneOf = (id: DatanodeId): object => {
    const zone = zones[id.toString()];
    return typeof zone === "string" ? { zone } : {};
  };
  return datanodesOf(object, "datanodes")?.map((id) => ({ id, ...zoneOf(id) })) ?? null;
}

/** The cluster as far as this one placement declares it. */
export function placementCluster(object: ObjectValue, name: string, connection: Connection): GreptimeClusterDeclaration {
  const datanodes = declaredDatanodes(object);
  const bucket = textOf(object, "shared_storage");
  return {
    engine: "greptimedb",
    name,
    connection: connection.declaration,
    ...(datanodes === null ? {} : { datanodes }),
    ...(bucket === null ? {} : { sharedStorage: { kind: "s3", bucket } }),
    tables: [],
    placements: [placementDeclaration(object)],
  };
}

/** Partition to datanode, as a state or plan has it; undefined when the plan does not know it. */
export function knownPlacement(object: ObjectValue): ReadonlyMap<PartitionKey, DatanodeId> | undefined {
  return mapOf(object, "placement") === null ? undefined : (datanodeMap(object, "placement") as ReadonlyMap<PartitionKey, DatanodeId>);
}
