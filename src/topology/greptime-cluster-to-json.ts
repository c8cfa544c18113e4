import { connectionToJson } from "./connection-json";
import { formatExactNumber, parseExactNumber } from "./exact-number";
import type {
  GreptimeClusterDeclaration,
  PartitioningDeclaration,
  PlacementDeclaration,
  TableDeclaration,
  UpperBound,
} from "./manifest";
import { sortedByKey, type JsonValue } from "./json-value";

/** A GreptimeDB cluster as it stands in a manifest: members in a fixed order, maps sorted by key. */
export function greptimeClusterToJson(cluster: GreptimeClusterDeclaration): JsonValue {
  return {
    engine: cluster.engine,
    name: cluster.name,
    connection: connectionToJson(cluster.connection),
    datanodes: cluster.datanodes?.map(({ id, zone }) => ({ id: wholeNumber(id), zone })),
    shared_storage: cluster.sharedStorage && {
      kind: cluster.sharedStorage.kind,
      bucket: cluster.sharedStorage.bucket,
      root: cluster.sharedStorage.root,
      region: cluster.sharedStorage.region,
      endpoint: cluster.sharedStorage.endpoint,
    },
    run: cluster.run && {
      verify_rows: cluster.run.verifyRows,
      verify_rows_limit: cluster.run.verifyRowsLimit,
      verify_checksums: cluster.run.verifyChecksums,
      wait_seconds: cluster.run.waitSeconds,
    },
    tables: cluster.tables.map(tableToJson),
    placements: cluster.placements.map(placementToJson),
  };
}

function tableToJson(table: TableDeclaration): JsonValue {
  return {
    database: table.database,
    name: table.name,
    columns: table.columns.map(({ name, type, nullable, default: value, comment }) => ({ name, type, nullable, default: value, comment })),
    primary_key: table.primaryKey,
    time_index: table.timeIndex,
    partitioning: table.partitioning && partitioningToJson(table.partitioning),
    engine: table.engine,
    options: sortedByKey(table.options),
    ignore_undeclared_columns: table.ignoreUndeclaredColumns,
    deletion_protection: table.deletionProtection,
  };
}

function partitioningToJson({ kind, columns, ...rest }: PartitioningDeclaration): JsonValue {
  const partitions = rest.partitions.map((partition) =>
    "rule" in partition ? { name: partition.name, rule: partition.rule } : { name: partition.name, less_than: boundToJson(partition.lessThan) },
  );
  return { kind, columns, partitions };
}

function boundToJson(bound: UpperBound): JsonValue {
  return bound.map((value) => {
    if (typeof value === "bigint") return wholeNumber(value);
    if (typeof value === "number") return boundNumber(value);
    return typeof value === "object" ? { maxvalue: true } : value;
  });
}

function placementToJson(placement: PlacementDeclaration): JsonValue {
  const pins = Object.entries(placement.pins).map(([name, id]) => [name, wholeNumber(id)] as const);
  return {
    name: placement.name,
    database: placement.database,
    table: placement.table,
    tables: placement.tables,
    strategy: placement.strategy,
    by: placement.by,
    pins: sortedByKey(Object.fromEntries(pins)),
    exclude_datanodes: placement.excludeDatanodes?.map(wholeNumber),
    capacity: placement.capacity && {
      regions: placement.capacity.regions,
      bytes: placement.capacity.bytes === undefined ? undefined : wholeNumber(placement.capacity.bytes),
    },
    max_skew: placement.maxSkew,
    replay_timeout_seconds: placement.replayTimeoutSeconds,
    limits: { outgoing: placement.limits.outgoing, incoming: placement.limits.incoming, cluster: placement.limits.cluster },
    accept_data_loss_of: placement.acceptDataLossOf.map(wholeNumber),
  };
}

/** A number when JavaScript holds it exactly, else its decimal text. */
function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** Floats stay numbers; whole ones beyond 2^53 become text, so that no reader takes their digits for exact. */
function boundNumber(value: number): number | string {
  const exact = Number.isInteger(value) && !Number.isSafeInteger(value) ? parseExactNumber(String(value)) : undefined;
  return exact === undefined ? value : formatExactNumber(exact);
}
