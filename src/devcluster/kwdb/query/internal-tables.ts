import type { Table } from "../catalog/objects";
import type { Range } from "../model/ranges";
import { CLUSTER_VERSION } from "../statements/cluster-settings";
import type { StatementContext } from "../statements/context";
import { allTables, databaseOf, requireViewedDatabase } from "../statements/names";
import { listedPartitions } from "../statements/partition-table";
import { hasAnyPrivilege, isAdmin, requireAdmin } from "../statements/privileges";
import { ZONE_COLUMNS, zoneRows } from "../statements/show-zone";
import { type Cell, formatArray, type SqlType } from "../types/sql-type";
import { appliedZone } from "../zone/zone-lookup";
import type { Relation } from "./relation";

/** A table of `kwdb_internal`: its columns as observed on 3.2.1. */
interface InternalTable {
  readonly columns: Readonly<Record<string, SqlType>>;
  /** Columns that came with a later release than the table, with the number of that release. */
  readonly since?: Readonly<Record<string, number>>;
  /** The table that the refusal names when the user has not the admin role; null: everybody may read it. */
  readonly admin: string | null;
  /** `database` null: of every database. Most tables are the same in all. */
  readonly rows: (context: StatementContext, database: string | null) => readonly (readonly Cell[])[];
}

const timestamp = (ms: number): string => new Date(ms).toISOString().replace("T", " ").replace("Z", "000");
const localities = ({ model }: StatementContext, range: Range): string => formatArray(range.replicas.map((store) => model.nodes.find((node) => node.storeId === store)?.locality ?? ""));
const key = (hex: string): Uint8Array => Buffer.from(hex, "hex");
const timeSeriesName = (range: Range): string => (range.timeSeries ? "TS_RANGE" : "DEFAULT_RANGE");

const RANGES: InternalTable = {
  admin: "ranges_no_leases",
  since: { lease_holder_qps: 30_100 },
  columns: {
    range_id: "int8", start_key: "bytea", start_pretty: "text", end_key: "bytea", end_pretty: "text", database_name: "text", table_name: "text", index_name: "text", replicas: "int8[]", replica_localities: "text[]", learner_replicas: "int8[]",
    split_enforced_until: "timestamp", lease_holder: "int8", lease_holder_qps: "float8", range_size: "int8",
  },
  rows: (context) => context.model.ranges.all().map((range) => [
    BigInt(range.id), key(range.start), range.pretty, key(range.end), range.endPretty, range.databaseName, range.tableName, "", formatArray(range.replicas), localities(context, range), "{}", null,
    BigInt(range.leaseHolder), range.queriesPerSecond, BigInt(range.sizeBytes),
  ]),
};

const TABLES: Readonly<Record<string, InternalTable>> = {
  zones: { admin: null, columns: Object.fromEntries(ZONE_COLUMNS.map((c) => [c.name, c.type])), rows: (context) => zoneRows(context) },
  ranges: RANGES,
  ranges_no_leases: {
    admin: "ranges_no_leases",
    columns: {
      range_id: "int8", range_type: "text", start_key: "bytea", start_pretty: "text", end_key: "bytea", end_pretty: "text", database_name: "text", table_name: "text", table_id: "int8", index_name: "text", replicas: "int8[]",
      replica_localities: "text[]", learner_replicas: "int8[]", split_enforced_until: "timestamp",
    },
    // The table id is 0 for every range, as observed.
    rows: (context) => context.model.ranges.all().map((range) => [
      BigInt(range.id), timeSeriesName(range), key(range.start), range.pretty, key(range.end), range.endPretty, range.databaseName, range.tableName, 0n, "", formatArray(range.replicas), localities(context, range), "{}", null,
    ]),
  },
  gossip_nodes: {
    admin: "gossip_nodes",
    columns: {
      node_id: "int8", network: "text", address: "text", advertise_address: "text", sql_network: "text", sql_address: "text", advertise_sql_address: "text", attrs: "jsonb", locality: "text", start_mode: "text", cluster_name: "text",
      server_version: "text", build_tag: "text", started_at: "timestamp", is_live: "bool", ranges: "int8", leases: "int8",
    },
    rows: ({ model }) => model.nodes.map((node) => [
      BigInt(node.nodeId), "tcp", node.address, node.address, "tcp", node.address, node.address, JSON.stringify(node.attributes), node.locality, node.startMode, "", CLUSTER_VERSION, `V${model.version.text}`, timestamp(node.startedAtMs), node.live,
      BigInt(model.ranges.load(node.storeId)), BigInt(model.ranges.leases(node.storeId)),
    ]),
  },
  gossip_liveness: {
    admin: "gossip_liveness",
    columns: { node_id: "int8", epoch: "int8", expiration: "text", draining: "bool", decommissioning: "bool", upgrading: "bool", updated_at: "timestamp" },
    rows: ({ model }) => model.nodes.map((node) => {
      const updated = node.downSinceMs ?? model.clock.now();
      return [BigInt(node.nodeId), BigInt(node.epoch), `${Math.floor(updated / 1000) + 9}.000000000,0`, false, node.decommissioning, false, timestamp(updated)];
    }),
  },
  kv_node_status: {
    admin: "kv_node_status",
    columns: {
      node_id: "int8", network: "text", address: "text", attrs: "jsonb", locality: "text", server_version: "text", go_version: "text", tag: "text", time: "text", revision: "text", cgo_compiler: "text", platform: "text", distribution: "text",
      type: "text", dependencies: "text", started_at: "timestamp", updated_at: "timestamp", metrics: "jsonb", args: "jsonb", env: "jsonb", activity: "jsonb",
    },
    rows: ({ model }) => model.nodes.map((node) => [
      BigInt(node.nodeId), "tcp", node.address, JSON.stringify(node.attributes), node.locality, CLUSTER_VERSION, "go1.19.13", `V${model.version.text}`, "", "", "gcc 12.2.0", "linux amd64", "OSS", "development", "", timestamp(node.startedAtMs),
      timestamp(node.downSinceMs ?? model.clock.now()), "{}", "[]", "[]", "{}",
    ]),
  },
  kv_store_status: {
    admin: "kv_store_status",
    columns: {
      node_id: "int8", store_id: "int4", attrs: "jsonb", capacity: "int8", available: "int8", used: "int8", logical_bytes: "int8", range_count: "int8", lease_count: "int8", writes_per_second: "float8", bytes_per_replica: "jsonb",
      writes_per_replica: "jsonb", metrics: "jsonb",
    },
    rows: ({ model }) => model.nodes.map((node) => [
      BigInt(node.nodeId), BigInt(node.storeId), JSON.stringify(node.attributes), 107_374_182_400n, 96_636_764_160n, 1_048_576n, 524_288n, BigInt(model.ranges.load(node.storeId)), BigInt(model.ranges.leases(node.storeId)), 0, "{}", "{}",
      JSON.stringify({ "ranges.unavailable": 0, "ranges.underreplicated": model.ranges.all().filter((r) => r.leaseHolder === node.storeId && r.replicas.some((s) => model.nodes.find((n) => n.storeId === s)?.live !== true)).length }),
    ]),
  },
  tables: {
    admin: null,
    columns: {
      table_id: "int8", parent_id: "int8", name: "text", database_name: "text", version: "int8", mod_time: "timestamp", mod_time_logical: "numeric", format_version: "text", state: "text", sc_lease_node_id: "int8",
      sc_lease_expiration_time: "timestamp", drop_time: "timestamp", audit_mode: "text", schema_name: "text",
    },
    // Whatever database is asked; the server's virtual tables are left out.
    rows: (context) => visibleTables(context, null).map((table) => {
      const changedAtMs = context.model.nodes[0]!.startedAtMs;
      return [
        BigInt(table.id), BigInt(table.databaseId), table.name, databaseOf(context, table).name, 1n, timestamp(changedAtMs), `${BigInt(changedAtMs) * 1_000_000n}.0000000000`, "InterleavedFormatVersion", "PUBLIC", null, null, null,
        "DISABLED", "public",
      ];
    }),
  },
  table_indexes: {
    admin: null,
    columns: { descriptor_id: "int8", descriptor_name: "text", index_id: "int8", index_name: "text", index_type: "text", is_unique: "bool", is_inverted: "bool" },
    rows: (context, database) => visibleTables(context, database).flatMap((table) => table.indexes.map((index, i) => [BigInt(table.id), table.name, BigInt(index.id), index.name, i === 0 ? "primary" : "secondary", index.unique, false])),
  },
  partitions: {
    admin: null,
    since: { hash_value: 30_000 },
    columns: { table_id: "int8", index_id: "int8", parent_name: "text", name: "text", columns: "int8", column_names: "text", list_value: "text", range_value: "text", hash_value: "text", zone_id: "int8", subzone_id: "int8" },
    rows: partitionRows,
  },
  jobs: {
    admin: null,
    columns: {
      job_id: "int8", job_type: "text", description: "text", statement: "text", user_name: "text", descriptor_ids: "int8[]", status: "text", running_status: "text", created: "timestamp", started: "timestamp", finished: "timestamp",
      modified: "timestamp", errord: "timestamp", fraction_completed: "float8", high_water_timestamp: "numeric", error: "text", coordinator_id: "int8", total_num_of_ex: "int8", total_num_of_success: "int8", total_num_of_fail: "int8",
      time_of_last_success: "timestamp", created_by_type: "text", created_by_id: "int8",
    },
    rows: jobRows,
  },
  cluster_settings: {
    admin: "cluster_settings",
    columns: { variable: "text", value: "text", type: "text", public: "bool", description: "text" },
    rows: ({ model }) => model.settings.definitions.map((s) => [s.name, model.settings.text(s), s.type, s.public, s.description]),
  },
  gossip_alerts: { admin: "gossip_alerts", columns: { node_id: "int8", store_id: "int8", category: "text", description: "text", value: "float8" }, rows: () => [] },
  node_build_info: {
    admin: null,
    columns: { node_id: "int8", field: "text", value: "text" },
    rows: ({ model, node }) => Object.entries({ Name: "KaiwuDB", ClusterID: model.clusterId, Organization: "", Build: `KaiwuDB V${model.version.text}`, Version: `V${model.version.text}`, Channel: "" }).map(([field, value]) => [BigInt(node.nodeId), field, value]),
  },
};

/** Tables that the user has some privilege on, by id: of one database or of all. */
function visibleTables(context: StatementContext, database: string | null): readonly Table[] {
  return allTables(context).filter((table) => (database === null || databaseOf(context, table).name === database) && hasAnyPrivilege(context, table));
}

/** Every partition of the tables, with the zone that applies. */
function partitionRows(context: StatementContext, database: string | null): readonly (readonly Cell[])[] {
  const reader = context.model.reader(context.transaction);
  return visibleTables(context, database).flatMap((table) => table.indexes.flatMap((index) => listedPartitions(context, index).map((partition) => {
    const { zoneId, subzoneId } = appliedZone(reader, table.id, { indexId: index.id, partition: partition.name });
    const { by, columns } = index.partitioning!;
    const value = (...kinds: readonly string[]): Cell => (kinds.includes(by) ? partition.value : null);
    return [BigInt(table.id), BigInt(index.id), null, partition.name, BigInt(columns.length), columns.join(", "), value("list"), value("range"), value("hash", "hashpoint"), BigInt(zoneId), BigInt(subzoneId)];
  })));
}

/** The user's own jobs; an administrator sees all. */
function jobRows(context: StatementContext): readonly (readonly Cell[])[] {
  const { model, node, session } = context;
  const time = (ms: number | null): Cell => (ms === null ? null : timestamp(ms));
  const count = (counted: boolean): Cell => (counted ? 1n : 0n);
  return model.jobs.all().filter((job) => isAdmin(context) || job.user === session.user).map((job) => [
    job.id, job.type, job.description, job.statement, job.user, formatArray(job.descriptorIds), job.status, null, timestamp(job.createdAtMs), timestamp(job.createdAtMs), time(job.finishedAtMs), timestamp(job.finishedAtMs ?? job.createdAtMs),
    null, job.fractionCompleted, null, job.error, BigInt(node.nodeId), 1n, count(job.status === "succeeded"), count(job.status === "failed"), job.status === "succeeded" ? time(job.finishedAtMs) : null, job.createdByType, null,
  ]);
}

export const isInternalTable = (name: string): boolean => Object.hasOwn(TABLES, name);

/** One table as the database `viewed` sees it (empty: as all databases do), with the columns of the emulated release. */
export function internalRelation(context: StatementContext, name: string, viewed: string): Relation {
  const { columns, since = {}, admin, rows } = TABLES[name]!;
  const all = Object.entries(columns);
  const positions = all.flatMap(([column], i) => ((since[column] ?? 0) > context.model.version.number ? [] : [i]));
  return {
    name, columns: positions.map((i) => ({ name: all[i]![0], type: all[i]![1] })),
    get rows() {
      const database = requireViewedDatabase(context, viewed);
      if (admin !== null) requireAdmin(context, `read kwdb_internal.${admin}`);
      return rows(context, database).map((row) => positions.map((i) => row[i]!));
    },
  };
}
