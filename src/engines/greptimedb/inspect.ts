import {
  datanodeId,
  regionId,
  splitRegionId,
  UNPARTITIONED,
  type DatanodeId,
  type PartitionKey,
  type RegionId,
} from "../../topology/ids";
import type {
  ObservedDatanode,
  ObservedGreptimeCluster,
  ObservedProcedure,
  ObservedRegion,
  ObservedTable,
} from "../../planning/observed";
import { PortError } from "../port";
import type { Row, RowSink, Session } from "./connect";
import { parseHumantimeMs } from "./humantime";
import { lockedRegions, lockedTables } from "./lock-keys";
import { SELECT_RUNNING_PROCEDURES, SELECT_TABLES, selectNodes, selectRegions, selectStatistics } from "./statements";
import type { Capabilities } from "./version";

/** A snapshot, and what the definitions need beside it: each table's own options as `create_options` prints them (`database.table` to text). */
export interface Inspection {
  readonly cluster: ObservedGreptimeCluster;
  readonly createOptions: ReadonlyMap<string, string>;
  /** Region ids of each table in the order of its partitions (`p0, p1, …`). */
  readonly partitionOrder: ReadonlyMap<string, readonly RegionId[]>;
}

/**
 * Reads the whole cluster with at most four statements, one after another on one connection: nodes, regions with their tables,
 * sizes, running procedures. Definitions are not read here.
 */
export async function inspectCluster(session: Session, server: Capabilities): Promise<Inspection> {
  const nodes = await readNodes(session, server);
  const statistics =
    server.regionStatistics === null
      ? new Map<RegionId, RegionSize>()
      : await readStatistics(session, server.regionStatistics);
  const tables =
    server.regionPeersTable === null
      ? await session.scan(SELECT_TABLES, tablesOnly)
      : await session.scan(selectRegions(server), () => new RegionCollector(statistics));
  const procedures = server.procedureInfo ? await readProcedures(session, tables.byId) : [];
  return {
    cluster: {
      engine: "greptimedb",
      version: server.version.text,
      mode: nodes.standalone || (!server.clusterInfo && tables.addressless) ? "standalone" : "distributed",
      metasrvUptimeMs: nodes.metasrvUptimeMs,
      datanodes: server.clusterInfo ? nodes.datanodes : tables.datanodes,
      tables: tables.tables,
      procedures,
    },
    createOptions: tables.createOptions,
    partitionOrder: tables.partitionOrder,
  };
}

export interface Nodes {
  readonly standalone: boolean;
  readonly metasrvUptimeMs: number | null;
  readonly datanodes: readonly ObservedDatanode[];
}

/** The nodes as cluster_info lists them; empty before 0.8, which has no such table. Dead ones stay listed for a day. */
export async function readNodes(session: Session, server: Capabilities): Promise<Nodes> {
  if (!server.clusterInfo) return { standalone: false, metasrvUptimeMs: null, datanodes: [] };
  const rows = await session.read(selectNodes(server));
  const datanodes = rows
    .filter((row) => row[1] === "DATANODE")
    .map(([id, , address, version, , active]): ObservedDatanode => ({
      id: datanodeId(id ?? ""),
      address: address ?? "",
      version: version ?? "",
      silentMs: durationMs(active),
    }))
    .sort((a, b) => compare(a.id, b.id));
  return { standalone: rows.some((row) => row[1] === "STANDALONE"), metasrvUptimeMs: metasrvUptime(rows), datanodes };
}

/** Of the leader where node_status names it; else of the one that started last, which is the cautious choice. */
function metasrvUptime(rows: readonly Row[]): number | null {
  const metasrvs = rows.filter((row) => row[1] === "METASRV");
  const leaders = metasrvs.filter((row) => /"is_leader"\s*:\s*true/.test(row[6] ?? ""));
  const uptimes = (leaders.length > 0 ? leaders : metasrvs)
    .map((row) => durationMs(row[4]))
    .filter((uptime) => uptime !== null);
  return uptimes.length === 0 ? null : Math.min(...uptimes);
}

function durationMs(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : (parseHumantimeMs(text) ?? null);
}

interface RegionSize {
  readonly rows: bigint | null;
  readonly bytes: bigint | null;
}

/** Sizes lag some seconds behind and may be missing: a region without a figure has none, and a server that cannot tell tells none. */
async function readStatistics(
  session: Session,
  columns: NonNullable<Capabilities["regionStatistics"]>,
): Promise<ReadonlyMap<RegionId, RegionSize>> {
  try {
    return await session.scan(selectStatistics(columns), () => new StatisticsCollector());
  } catch (error) {
    if (error instanceof PortError && error.sent && error.diagnostic.code !== "GREPTIMEDB_CONNECTION_LOST")
      return new Map();
    throw error;
  }
}

class StatisticsCollector implements RowSink<ReadonlyMap<RegionId, RegionSize>> {
  readonly #sizes = new Map<RegionId, RegionSize>();

  row(row: Row): void {
    const role = row[row.length - 1];
    if (role !== null && role !== undefined && role.toLowerCase() !== "leader") return;
    const parts = row.slice(2, -1).filter((part): part is string => part !== null);
    this.#sizes.set(regionId(row[0] ?? ""), {
      rows: row[1] === null || row[1] === undefined ? null : BigInt(row[1]),
      bytes: parts.length === 0 ? null : parts.reduce((sum, part) => sum + BigInt(part), 0n),
    });
  }

  done(): ReadonlyMap<RegionId, RegionSize> {
    return this.#sizes;
  }
}

interface Tables {
  readonly tables: readonly ObservedTable[];
  /** Table id to `database.table`. */
  readonly byId: ReadonlyMap<number, string>;
  readonly createOptions: ReadonlyMap<string, string>;
  readonly partitionOrder: ReadonlyMap<string, readonly RegionId[]>;
  /** Datanodes that lead or follow any region: all that is known of them before 0.8. */
  readonly datanodes: readonly ObservedDatanode[];
  /** Every peer has an empty address, as in a standalone server. */
  readonly addressless: boolean;
}

interface RegionDraft {
  readonly id: RegionId;
  readonly ordinal: number;
  readonly partition: PartitionKey;
  leader: DatanodeId | null;
  status: ObservedRegion["status"];
  followers: DatanodeId[] | undefined;
}

interface TableDraft {
  readonly database: string;
  readonly name: string;
  readonly tableId: number | undefined;
  readonly engine: string;
  readonly regions: Map<RegionId, RegionDraft>;
  options: string | undefined;
}

const NO_FOLLOWERS: readonly DatanodeId[] = [];

/** Builds tables from the rows of {@link selectRegions}, row by row: 100,000 of them are never held as rows. */
class RegionCollector implements RowSink<Tables> {
  readonly #sizes: ReadonlyMap<RegionId, RegionSize>;
  readonly #tables = new Map<string, TableDraft>();
  readonly #peers = new Map<string, { readonly id: DatanodeId; readonly address: string }>();
  #last: TableDraft | undefined;

  constructor(sizes: ReadonlyMap<RegionId, RegionSize>) {
    this.#sizes = sizes;
  }

  row(row: Row): void {
    const [database, name, tableId, engine, ordinal, rule, partition, peer, address, isLeader, status, options] = row;
    if (database === null || database === undefined || name === null || name === undefined) return;
    const table = this.#table(database, name, tableId ?? null, engine ?? null);
    if (options !== null && options !== undefined) table.options = options;
    if (partition === null || partition === undefined) return;
    const id = regionId(partition);
    let region = table.regions.get(id);
    if (region === undefined) {
      const shown = (rule ?? "") === "" ? UNPARTITIONED : (rule as PartitionKey);
      region = {
        id,
        ordinal: Number(ordinal ?? 0),
        partition: shown,
        leader: null,
        status: "UNKNOWN",
        followers: undefined,
      };
      table.regions.set(id, region);
    }
    const datanode = peer === null || peer === undefined ? null : this.#peer(peer, address ?? "");
    if (isLeader !== null && isLeader !== undefined && /^no$/i.test(isLeader)) {
      if (datanode !== null) (region.followers ??= []).push(datanode);
      return;
    }
    region.leader = datanode;
    region.status = datanode === null ? "UNKNOWN" : regionStatus(status ?? null);
  }

  done(): Tables {
    const drafts = [...this.#tables.values()].sort(
      (a, b) => compareText(a.database, b.database) || compareText(a.name, b.name),
    );
    const createOptions = new Map<string, string>();
    const partitionOrder = new Map<string, readonly RegionId[]>();
    const byId = new Map<number, string>();
    const tables = drafts.map((draft): ObservedTable => {
      const key = tableKey(draft);
      if (draft.options !== undefined) createOptions.set(key, draft.options);
      const regions = [...draft.regions.values()];
      partitionOrder.set(
        key,
        regions.sort((a, b) => a.ordinal - b.ordinal).map((region) => region.id),
      );
      const tableId = draft.tableId ?? (regions[0] === undefined ? 0 : splitRegionId(regions[0].id).tableId);
      byId.set(tableId, key);
      return {
        database: draft.database,
        name: draft.name,
        tableId,
        engine: draft.engine,
        regions: regions.sort((a, b) => compare(a.id, b.id)).map((region) => this.#region(region)),
        ...(isLogical(draft, tableId) ? { logical: true as const } : {}),
        definition: null,
      };
    });
    const peers = [...this.#peers.values()];
    return {
      tables,
      byId,
      createOptions,
      partitionOrder,
      datanodes: peers.map((peer) => ({ ...peer, version: "", silentMs: null })).sort((a, b) => compare(a.id, b.id)),
      addressless: peers.length > 0 && peers.every((peer) => peer.address === ""),
    };
  }

  #table(database: string, name: string, tableId: string | null, engine: string | null): TableDraft {
    if (this.#last?.name === name && this.#last.database === database) return this.#last;
    const key = `${database}\u0000${name}`;
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = {
        database,
        name,
        tableId: tableId === null ? undefined : Number(tableId),
        engine: engine ?? "mito",
        regions: new Map(),
        options: undefined,
      };
      this.#tables.set(key, table);
    }
    this.#last = table;
    return table;
  }

  #peer(text: string, address: string): DatanodeId {
    const known = this.#peers.get(text);
    if (known !== undefined) return known.id;
    const id = datanodeId(text);
    this.#peers.set(text, { id, address });
    return id;
  }

  #region(draft: RegionDraft): ObservedRegion {
    const size = this.#sizes.get(draft.id);
    return {
      id: draft.id,
      partition: draft.partition,
      leader: draft.leader,
      followers: draft.followers?.sort(compare) ?? NO_FOLLOWERS,
      status: draft.status,
      sizeBytes: size?.bytes ?? null,
      rows: size?.rows ?? null,
    };
  }
}

/** Logical tables name their physical table in their options (from 0.9); before, they show its region ids as their own. */
function isLogical(draft: TableDraft, tableId: number): boolean {
  if (draft.engine !== "metric") return false;
  if (draft.options !== undefined) return /(?:^|\s)on_physical_table=/.test(draft.options);
  return [...draft.regions.keys()].some((id) => splitRegionId(id).tableId !== tableId);
}

/** The server's word for a leader's route state; `DOWNGRADED` up to 0.9.3 is `DOWNGRADING` since. */
export function regionStatus(text: string | null): ObservedRegion["status"] {
  const upper = text?.toUpperCase();
  return upper === "ALIVE" || upper === "DOWNGRADING" || upper === "DOWNGRADED" || upper === "STAGING"
    ? upper
    : "UNKNOWN";
}

/** Tables of a server before 0.7: without regions, which it does not show. */
function tablesOnly(): RowSink<Tables> {
  const tables: ObservedTable[] = [];
  return {
    row([database, name, id, engine]) {
      tables.push({
        database: database ?? "",
        name: name ?? "",
        tableId: Number(id ?? 0),
        engine: engine ?? "mito",
        regions: [],
        definition: null,
      });
    },
    done: () => ({
      tables: tables.sort((a, b) => compareText(a.database, b.database) || compareText(a.name, b.name)),
      byId: new Map(tables.map((table) => [table.tableId, tableKey(table)])),
      createOptions: new Map(),
      partitionOrder: new Map(),
      datanodes: [],
      addressless: false,
    }),
  };
}

async function readProcedures(
  session: Session,
  tables: ReadonlyMap<number, string>,
): Promise<readonly ObservedProcedure[]> {
  const rows = await session.read(SELECT_RUNNING_PROCEDURES);
  return rows
    .map(([id, type, status, locks]): ObservedProcedure => ({
      id: id ?? "",
      kind: procedureKind(type ?? ""),
      status: status ?? "",
      regions: lockedRegions(locks ?? ""),
      tables: lockedTables(locks ?? "", tables),
    }))
    .sort((a, b) => compareText(a.id, b.id));
}

/** What a procedure of this type does. */
export function procedureKind(type: string): ObservedProcedure["kind"] {
  if (type.endsWith("RegionMigration")) return "region-migration";
  return /::Repartition(?:Group)?$/.test(type) ? "repartition" : "other";
}

/** `database.table`, the key of the maps in this folder and the form in messages. */
export function tableKey(table: { readonly database: string; readonly name: string }): string {
  return `${table.database}.${table.name}`;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
