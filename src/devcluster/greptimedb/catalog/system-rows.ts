import type { CellValue, ClusterModel, Row, TableMeta } from "../model/types";
import { debugRule, printRule } from "../partition/print-rule";
import type { ServerVersion } from "../server-version";
import { nativeTypeName, sqlTypeName } from "../types/data-type";
import { columnLengths, columnType } from "./column-facts";
import { createOptionsText } from "./options";
import type { RelationColumn } from "./relation";
import { listRegions } from "./rule-list";
import type { SystemTable } from "./system-table";

/** What the rows of information_schema are made from. */
export interface SystemContext {
  readonly model: ClusterModel;
  readonly version: ServerVersion;
  readonly systemTables: ReadonlyMap<string, SystemTable>;
}

type Record_ = Readonly<Record<string, CellValue>>;
type RowSource = (context: SystemContext) => Promise<readonly Record_[]> | readonly Record_[];

/** Tables whose rows change with time and not only with the model's revision. */
const VOLATILE = new Set(["cluster_info", "procedure_info", "region_statistics", "tables", "region_info"]);
const ROUTES = new Set(["region_peers", "greptime_region_peers"]);

/** Names the state that a table's rows were made from; null when time alone changes them. Fails where reading the rows would. */
export function systemRevision(name: string, model: ClusterModel): string | null {
  if (VOLATILE.has(name)) return null;
  // `down_seconds` counts while a region is being moved.
  if (ROUTES.has(name) && model.routes().some((route) => route.downSeconds !== null)) return null;
  return String(model.revision());
}

/** The rows of one table of information_schema, in its columns' order; tables without a source are empty. */
export async function systemRows(table: SystemTable, context: SystemContext): Promise<readonly Row[]> {
  const source = SOURCES[table.name];
  if (source === undefined) return [];
  const records = await source(context);
  const names = table.columns.map((column) => column.name);
  return records.map((record) => names.map((name) => record[name] ?? null));
}

export const regionIdOf = (meta: TableMeta, number: number): bigint => (BigInt(meta.tableId) << 32n) | BigInt(number);

function createdAt(meta: TableMeta, column: RelationColumn | undefined): bigint {
  const digits = column?.type.kind === "Timestamp" ? column.type.digits : 0;
  const ms = BigInt(Math.floor(meta.createdAtMs));
  return digits === 0 ? ms / 1000n : digits === 3 ? ms : ms * 1000n;
}

const owner = (meta: TableMeta): Record_ => ({ table_catalog: "greptime", table_schema: meta.schema.database, table_name: meta.schema.name });

const partitions: RowSource = ({ model, version, systemTables }) => {
  const column = systemTables.get("partitions")?.columns.find((c) => c.name === "create_time");
  return model.tables().flatMap((meta) => {
    const columns = meta.schema.partitionColumns.join(", ");
    return listRegions(meta, version.rulesSortedByBound).map(({ number, rule }, i) => {
      const plain = rule === null ? null : printRule(rule, "plain");
      const text = version.partitionText === "debug" && rule !== null ? `(${columns}) VALUES LESS THAN (${debugRule(rule)})` : plain;
      return {
        ...owner(meta),
        partition_name: `p${i}`,
        partition_ordinal_position: BigInt(i + 1),
        partition_method: "RANGE",
        partition_expression: version.partitionText === "description" ? (columns === "" ? null : columns) : text,
        partition_description: version.partitionText === "description" ? plain : null,
        create_time: createdAt(meta, column),
        greptime_partition_id: regionIdOf(meta, number),
      };
    });
  });
};

const regionPeers: RowSource = async ({ model, version }) => {
  const tables = new Map(model.tables().map((meta) => [meta.tableId, meta]));
  const addresses = new Map((await addressBook(model)).map(({ peerId, address }) => [peerId, address]));
  return model.routes().flatMap((route) => {
    const meta = tables.get(route.tableId);
    if (meta === undefined) return [];
    return [{
      ...owner(meta),
      region_id: route.regionId,
      peer_id: route.leader,
      peer_addr: route.leader === null ? null : (addresses.get(route.leader) ?? ""),
      is_leader: "Yes",
      status: route.status === "DOWNGRADING" ? version.downgradingStatus : route.status,
      down_seconds: route.downSeconds === null ? null : BigInt(route.downSeconds),
    }];
  });
};

/** Addresses survive in the routes while metasrv is away; the frontend then shows the last it knew. */
async function addressBook(model: ClusterModel): Promise<readonly { readonly peerId: bigint; readonly address: string }[]> {
  const known = addressCache.get(model) ?? new Map<bigint, string>();
  addressCache.set(model, known);
  const unknown = model.routes().some((route) => route.leader !== null && !known.has(route.leader));
  if (unknown) for (const node of await model.nodes()) if (node.kind === "DATANODE" || node.kind === "STANDALONE") known.set(node.peerId, node.address);
  return [...known].map(([peerId, address]) => ({ peerId, address }));
}

const addressCache = new WeakMap<ClusterModel, Map<bigint, string>>();

const clusterInfo: RowSource = async ({ model, version }) => {
  const now = model.clock.now();
  return (await model.nodes()).map((node) => ({
    peer_id: node.peerId,
    peer_type: node.kind,
    peer_addr: node.address,
    peer_hostname: "localhost",
    total_cpu_millicores: 2000n,
    total_memory_bytes: 8_589_934_592n,
    cpu_usage_millicores: 0n,
    memory_usage_bytes: 0n,
    version: node.version,
    git_commit: version.gitCommit.slice(0, 7),
    start_time: BigInt(Math.floor(node.startedAtMs)),
    uptime: humanMs(now - node.startedAtMs),
    active_time: node.activeMs === null ? null : humanMs(node.activeMs),
    node_status:
      node.kind === "DATANODE" ? `{"workloads":["hybrid"],"leader_regions":${node.leaderRegions},"follower_regions":0}` : node.kind === "METASRV" ? '{"is_leader":true}' : null,
  }));
};

/** `5s 652ms`, `1h 2m 3s`. */
function humanMs(ms: number): string {
  let rest = Math.max(0, Math.floor(ms));
  const parts: string[] = [];
  for (const [size, unit] of [[3_600_000, "h"], [60_000, "m"], [1000, "s"], [1, "ms"]] as const) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)}${unit}`);
    rest %= size;
  }
  return parts.length === 0 ? "0s" : parts.join(" ");
}

const procedureInfo: RowSource = async ({ model }) =>
  (await model.procedures()).map((p) => ({
    procedure_id: p.id,
    procedure_type: p.type,
    start_time: BigInt(Math.floor(p.startedAtMs)),
    end_time: BigInt(Math.floor(p.endedAtMs)),
    status: p.status,
    lock_keys: p.lockKeys,
  }));

const regionStatistics: RowSource = async ({ model }) =>
  (await model.statistics()).map((s) => ({
    region_id: s.regionId,
    table_id: s.regionId >> 32n,
    region_number: s.regionId & 0xffffffffn,
    region_rows: BigInt(s.rows),
    written_bytes_since_open: BigInt(s.memtableBytes),
    disk_size: BigInt(s.sstBytes),
    memtable_size: BigInt(s.memtableBytes),
    manifest_size: 1024n,
    sst_size: BigInt(s.sstBytes),
    sst_num: BigInt(s.sstCount),
    index_size: 0n,
    engine: s.engine,
    region_role: "Leader",
  }));

const regionInfo: RowSource = ({ model }) =>
  model.routes().filter((route) => route.leader !== null).map((route) => ({
    region_id: route.regionId,
    table_id: BigInt(route.tableId),
    region_number: BigInt(route.regionNumber),
    region_group: BigInt(route.regionNumber) >> 24n,
    region_sequence: BigInt(route.regionNumber) & 0xffffffn,
    state: route.status === "ALIVE" ? "Leader(Writable)" : route.status === "STAGING" ? "Leader(Staging)" : "Leader(Downgrading)",
    role: "Leader",
    writable: route.status === "ALIVE",
    committed_sequence: 0n,
    manifest_version: 0n,
    region_options: "{}",
    sst_format: "flat",
    node_id: route.leader,
  }));

const tables: RowSource = async (context) => {
  const { model, systemTables } = context;
  const column = systemTables.get("tables")?.columns.find((c) => c.name === "create_time");
  const statistics = new Map<bigint, { rows: bigint; bytes: bigint }>();
  for (const s of await model.statistics().catch(() => [])) {
    const tableId = s.regionId >> 32n;
    const sum = statistics.get(tableId) ?? { rows: 0n, bytes: 0n };
    statistics.set(tableId, { rows: sum.rows + BigInt(s.rows), bytes: sum.bytes + BigInt(s.sstBytes + s.memtableBytes) });
  }
  const common = { table_catalog: "greptime", max_data_length: 0n, index_length: 0n, max_index_length: 0n, avg_row_length: 0n, version: 11n, row_format: "Fixed", data_free: 0n, auto_increment: 0n, table_collation: "utf8_bin", checksum: 0n };
  const base = model.tables().map((meta) => {
    const sums = statistics.get(BigInt(meta.tableId));
    const created = createdAt(meta, column);
    return {
      ...common,
      ...owner(meta),
      table_type: "BASE TABLE",
      table_id: BigInt(meta.tableId),
      data_length: sums?.bytes ?? 0n,
      engine: meta.schema.engine,
      table_rows: sums?.rows ?? 0n,
      create_time: created,
      update_time: created,
      create_options: createOptionsText(meta.schema.options),
      table_comment: meta.schema.comment,
      temporary: "N",
    };
  });
  const system = temporaryTables(systemTables).map(([database, name], i) => ({
    ...common, table_schema: database, table_name: name, table_type: "LOCAL TEMPORARY", table_id: BigInt(i + 2), data_length: 0n, engine: "", table_rows: 0n, create_time: 0n, update_time: 0n, create_options: "", temporary: "Y",
  }));
  return [...base, ...system];
};

/** The tables that every server has: `[database, name]`. */
export function temporaryTables(systemTables: ReadonlyMap<string, SystemTable>): readonly (readonly [string, string])[] {
  return [["public", "numbers"], ...[...systemTables.keys()].map((name) => ["information_schema", name] as const)];
}

const columns: RowSource = ({ model, version, systemTables }) => {
  const describe = (database: string, table: string, i: number, c: { name: string; type: ReturnType<typeof columnType>; nullable: boolean; semantic: string; fallback: CellValue; comment: CellValue }): Record_ => {
    const lengths = columnLengths(c.type);
    const type = sqlTypeName(c.type).toLowerCase();
    return {
      table_catalog: "greptime", table_schema: database, table_name: table, column_name: c.name, ordinal_position: BigInt(i + 1),
      character_maximum_length: lengths.characters, character_octet_length: lengths.characters, numeric_precision: lengths.precision, numeric_scale: lengths.scale, datetime_precision: lengths.datetime,
      character_set_name: c.type.kind === "String" ? "utf8" : null, collation_name: c.type.kind === "String" ? "utf8_bin" : null,
      column_key: c.semantic === "TAG" ? "PRI" : c.semantic === "TIMESTAMP" ? "TIME INDEX" : "", extra: "", privileges: "select,insert", generation_expression: "",
      greptime_data_type: nativeTypeName(c.type), data_type: type, semantic_type: c.semantic, column_default: c.fallback, is_nullable: c.nullable ? version.yes : version.no, column_type: type, column_comment: c.comment,
    };
  };
  const user = model.tables().flatMap(({ schema }) =>
    schema.columns.map((c, i) => describe(schema.database, schema.name, i, { name: c.name, type: columnType(c), nullable: c.nullable, semantic: c.semantic, fallback: defaultText(c.defaultSql), comment: c.comment })),
  );
  const system = [...systemTables.values()].flatMap((table) =>
    table.columns.map((c, i) => describe("information_schema", table.name, i, { name: c.name, type: c.type, nullable: c.nullable, semantic: "FIELD", fallback: null, comment: null })),
  );
  return [...user, ...system];
};

/** A default without its quotes. */
export function defaultText(sql: string | null): string | null {
  return sql !== null && sql.startsWith("'") ? sql.slice(1, -1).replaceAll("''", "'") : sql;
}

const keyColumnUsage: RowSource = ({ model, version }) =>
  model.tables().flatMap(({ schema }) => {
    const base = { constraint_catalog: "def", constraint_schema: schema.database, table_catalog: "def", real_table_catalog: "greptime", table_schema: schema.database, table_name: schema.name };
    const dense = version.indexes === "statistics";
    const keys = schema.primaryKey.map((name, i) => {
      const column = schema.columns.findIndex((c) => c.name === name);
      return {
        ...base, constraint_name: dense ? "PRIMARY" : indexNames(schema.columns[column]?.indexes ?? [], "PRIMARY"), column_name: name, ordinal_position: BigInt(dense ? i + 1 : column + 1),
        greptime_index_type: dense ? "dense" : "greptime-primary-key-v1",
      };
    });
    return [...keys, { ...base, constraint_name: "TIME INDEX", column_name: schema.timeIndex, ordinal_position: 1n, greptime_index_type: "" }];
  });

function indexNames(clauses: readonly string[], first: string): string {
  return [first, ...clauses.map((clause) => clause.split(" WITH")[0]!)].join(", ");
}

const tableConstraints: RowSource = ({ model }) =>
  model.tables().flatMap(({ schema }) => {
    const base = { constraint_catalog: "def", constraint_schema: schema.database, table_schema: schema.database, table_name: schema.name, enforced: "YES" };
    const time = { ...base, constraint_name: "TIME INDEX", constraint_type: "TIME INDEX" };
    return schema.primaryKey.length === 0 ? [time] : [time, { ...base, constraint_name: "PRIMARY", constraint_type: "PRIMARY KEY" }];
  });

const statistics: RowSource = ({ model }) =>
  model.tables().flatMap(({ schema }) => {
    const base = { table_catalog: "greptime", table_schema: schema.database, table_name: schema.name, index_schema: schema.database, collation: "A", comment: "", index_comment: "", is_visible: "YES" };
    const keys = schema.primaryKey.map((name, i) => ({
      ...base, non_unique: 0n, index_name: "PRIMARY", seq_in_index: BigInt(i + 1), column_name: name, nullable: schema.columns.find((c) => c.name === name)?.nullable === true ? "YES" : "", index_type: "PRIMARY", greptime_index_type: "dense",
    }));
    return [...keys, { ...base, non_unique: 1n, index_name: "TIME INDEX", seq_in_index: 1n, column_name: schema.timeIndex, nullable: "", index_type: "TIME", greptime_index_type: "" }];
  });

const schemata: RowSource = ({ model }) =>
  [...model.databases(), { name: "information_schema", options: {} }].map((database) => ({
    catalog_name: "greptime", schema_name: database.name, default_character_set_name: "utf8", default_collation_name: "utf8_bin", sql_path: null, options: createOptionsText(database.options),
  }));

const engines: RowSource = () => [
  { engine: "mito", support: "DEFAULT", comment: "Storage engine for time-series data", transactions: "NO", xa: "NO", savepoints: "NO" },
  { engine: "metric", support: "YES", comment: "Storage engine for observability scenarios, which is adept at handling a large number of small tables, making it particularly suitable for cloud-native monitoring", transactions: "NO", xa: "NO", savepoints: "NO" },
];

const buildInfo: RowSource = ({ version }) => [
  { git_branch: "", git_commit: version.gitCommit, git_commit_short: version.gitCommit.slice(0, 7), git_clean: "false", git_dirty: "true", pkg_version: version.text },
];

const characterSets: RowSource = () => [{ character_set_name: "utf8", default_collate_name: "utf8_bin", description: "UTF-8 Unicode", maxlen: 4n }];
const collations: RowSource = () => [{ collation_name: "utf8_bin", character_set_name: "utf8", id: 1n, is_default: "Yes", is_compiled: "Yes", sortlen: 1n }];

const SOURCES: Readonly<Record<string, RowSource>> = {
  partitions, region_peers: regionPeers, greptime_region_peers: regionPeers, cluster_info: clusterInfo, procedure_info: procedureInfo, region_statistics: regionStatistics, region_info: regionInfo,
  tables, columns, key_column_usage: keyColumnUsage, table_constraints: tableConstraints, statistics, schemata, engines, build_info: buildInfo, character_sets: characterSets, collations,
};
