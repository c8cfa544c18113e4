import { UNKNOWN } from "../../plugin";
import type { ObjectValue, Value } from "../../plugin";
import type { DatanodeId, PartitionKey } from "../../topology/ids";
import { DEFAULT_LIMITS, DEFAULT_REPLAY_TIMEOUT_SECONDS } from "../../topology/manifest";
import type { GreptimeClusterDeclaration, PlacementDeclaration } from "../../topology/manifest";
import type { TableName } from "../../planning/change";
import { datanodesOf, fromDatanodeId, mapOf, numberOf, requiredText, sortedMap, textOf, toDatanodeId } from "../values";
import type { Connection } from "../connection";

/** The table whose regions a configuration or state places. */
export function placedTable(object: ObjectValue): TableName {
  return { database: textOf(object, "database") ?? "public", name: requiredText(object, "table") };
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
    strategy: orDefault("strategy", "pinned"),
    replay_timeout_seconds: orDefault("replay_timeout_seconds", DEFAULT_REPLAY_TIMEOUT_SECONDS),
    max_outgoing_moves_per_datanode: orDefault("max_outgoing_moves_per_datanode", DEFAULT_LIMITS.outgoing),
    max_incoming_moves_per_datanode: orDefault("max_incoming_moves_per_datanode", DEFAULT_LIMITS.incoming),
    max_moves: orDefault("max_moves", DEFAULT_LIMITS.cluster),
    id: UNKNOWN,
    placement: UNKNOWN,
    region_ids: UNKNOWN,
    planned_moves: UNKNOWN,
    unavailable_datanodes: UNKNOWN,
  };
}

/** What a wholly known configuration or state declares, as planning understands it. */
export function placementDeclaration(object: ObjectValue): PlacementDeclaration {
  const table = placedTable(object);
  return {
    name: `${table.database}.${table.name}`,
    database: table.database,
    table: table.name,
    strategy: "pinned",
    pins: Object.fromEntries(datanodeMap(object, "pins")),
    replayTimeoutSeconds: numberOf(object, "replay_timeout_seconds") ?? DEFAULT_REPLAY_TIMEOUT_SECONDS,
    limits: {
      outgoing: numberOf(object, "max_outgoing_moves_per_datanode") ?? DEFAULT_LIMITS.outgoing,
      incoming: numberOf(object, "max_incoming_moves_per_datanode") ?? DEFAULT_LIMITS.incoming,
      cluster: numberOf(object, "max_moves") ?? DEFAULT_LIMITS.cluster,
    },
    acceptDataLossOf: datanodesOf(object, "accept_data_loss_of") ?? [],
  };
}

/** The cluster as far as this one placement declares it. */
export function placementCluster(object: ObjectValue, name: string, connection: Connection): GreptimeClusterDeclaration {
  const datanodes = datanodesOf(object, "datanodes");
  const bucket = textOf(object, "shared_storage");
  return {
    engine: "greptimedb",
    name,
    connection: connection.declaration,
    ...(datanodes === null ? {} : { datanodes: datanodes.map((id) => ({ id })) }),
    ...(bucket === null ? {} : { sharedStorage: { kind: "s3", bucket } }),
    tables: [],
    placements: [placementDeclaration(object)],
  };
}

/** Partition to datanode, as a state or plan has it; undefined when the plan does not know it. */
export function knownPlacement(object: ObjectValue): ReadonlyMap<PartitionKey, DatanodeId> | undefined {
  return mapOf(object, "placement") === null ? undefined : (datanodeMap(object, "placement") as ReadonlyMap<PartitionKey, DatanodeId>);
}
