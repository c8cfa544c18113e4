import { closableClock, type ModelClock } from "../../clock";
import { type Database, FIRST_USER_ID, RANGE_ZONE_IDS, SYSTEM_DATABASE_ID, type Table, type User } from "../catalog/objects";
import { SYSTEM_TABLES, systemSpans } from "../catalog/system-tables";
import type { ServerVersion } from "../server-version";
import { Settings } from "../settings/settings";
import { BUILT_IN_DEFAULT, EMPTY_VALUES, type Zone, type ZoneValues } from "../zone/zone-config";
import type { ZoneReader } from "../zone/zone-lookup";
import { StatementFaults } from "./faults";
import { Jobs } from "./jobs";
import type { KwdbNode, StartMode } from "./nodes";
import { relationalSpans, type Span, timeSeriesSpans } from "./range-keys";
import { Ranges, type RangeTimes } from "./ranges";
import { type CommitScope, Store, type Transaction } from "./store";

export interface ClusterModelOptions {
  readonly version: ServerVersion;
  readonly clock: ModelClock;
  readonly startMode: StartMode;
  /** Locality of each node, in order of node id. */
  readonly nodes: readonly { readonly locality: string; readonly attributes: readonly string[] }[];
  readonly users: readonly { readonly name: string; readonly password?: string; readonly admin?: boolean }[];
  /** Whether it offers TLS and asks for passwords or certificates. */
  readonly secure: boolean;
  readonly times: RangeTimes;
  /** From a node's end until the others hold it for dead and its leases have moved. */
  readonly livenessTimeoutMs: number;
  /** How long a rebalance takes. */
  readonly rebalanceMs: number;
}

const DEFAULT_DATABASES: Readonly<Record<string, number>> = { defaultdb: 75, postgres: 76 };

/** The cluster behind the nodes: catalog, zones, ranges, settings, jobs. */
export class ClusterModel {
  readonly version: ServerVersion;
  readonly clock: ModelClock;
  readonly store = new Store();
  readonly nodes: readonly KwdbNode[];
  readonly ranges: Ranges;
  readonly settings: Settings;
  readonly jobs: Jobs;
  readonly statementFaults = new StatementFaults();
  readonly clusterId = "5f8a1c1e-6f0b-4b7e-9d55-0c9f3a7e2d41";
  rebalanceFailure: string | null = null;
  private nextObjectId = FIRST_USER_ID;
  private waiting: (() => void)[] = [];
  private readonly closeClock: () => void;
  /** Relational tables whose partition borders the split queue has seen. */
  private readonly splitTables = new Map<number, readonly Span[]>();
  private readonly wholeTables = new WeakMap<Table, readonly Span[]>();

  constructor(readonly options: ClusterModelOptions) {
    const closable = closableClock(options.clock);
    this.clock = closable.clock;
    this.closeClock = () => closable.close();
    this.version = options.version;
    this.settings = new Settings(options.version.number, () => this.clock.now());
    this.jobs = new Jobs(() => this.clock.now());
    this.nodes = options.nodes.map(({ locality, attributes }, i) => ({
      nodeId: i + 1, storeId: i + 1, locality, attributes, startMode: options.startMode, address: "", startedAtMs: this.clock.now(), running: true, live: true, storeDead: false, downSinceMs: null, epoch: 1, decommissioning: false,
    }));
    this.seed();
    this.ranges = new Ranges(this.clock, this.reader(), this.nodes, options.times);
    this.ranges.setSpans(this.spans());
    this.store.onCommit((scope) => this.afterCommit(scope));
  }

  /** A single node is no cluster: nothing is replicated, and time-series tables have one range. */
  get single(): boolean {
    return this.options.startMode === "start-single-node";
  }

  newObjectId(): number {
    return this.nextObjectId++;
  }

  close(): void {
    this.closeClock();
    this.wake();
  }

  /** Zones and parents of the committed state, or through a transaction's own changes. */
  reader(transaction: Transaction = this.store.begin()): ZoneReader {
    return {
      zone: (id) => transaction.get("zone", id),
      databaseOf: (id) => transaction.get("table", id)?.databaseId ?? (Object.values(SYSTEM_TABLES).includes(id) ? SYSTEM_DATABASE_ID : null),
    };
  }

  /** Whether statements that read or write the cluster's data get an answer now. */
  available(): boolean {
    const down = this.nodes.filter((node) => !node.running);
    if (down.some((node) => node.live)) return false;
    return this.ranges.all().every((range) => !isVital(range) || this.ranges.hasQuorum(range));
  }

  /** Resolves when {@link available}, at once or later. */
  async whenAvailable(): Promise<void> {
    while (!this.available()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Resolves when every range has a quorum. */
  async whenAllRangesAvailable(): Promise<void> {
    while (!this.available() || !this.ranges.all().every((range) => this.ranges.hasQuorum(range))) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  stopNode(node: KwdbNode): void {
    const downSinceMs = this.clock.now();
    node.running = false;
    node.downSinceMs = downSinceMs;
    const same = (): boolean => !node.running && node.downSinceMs === downSinceMs;
    this.clock.after(this.options.livenessTimeoutMs, () => {
      if (!same()) return;
      node.live = false;
      node.epoch++;
      this.ranges.moveLeases();
      this.wake();
    });
    this.clock.after(this.settings.milliseconds("server.time_until_store_dead"), () => {
      if (!same()) return;
      node.storeDead = true;
      this.ranges.follow();
    }, true);
  }

  startNode(node: KwdbNode): void {
    if (node.running) return;
    Object.assign(node, { running: true, live: true, storeDead: false, downSinceMs: null });
    this.ranges.moveLeases();
    this.ranges.follow();
    this.wake();
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  private seed(): void {
    const transaction = this.store.begin();
    const database = (id: number, name: string): void => transaction.put("database", id, { id, name, timeSeries: false, privileges: name === "system" ? { admin: ["GRANT", "SELECT"], root: ["GRANT", "SELECT"] } : { admin: ["ALL"], root: ["ALL"] } } satisfies Database);
    database(SYSTEM_DATABASE_ID, "system");
    for (const [name, id] of Object.entries(DEFAULT_DATABASES)) database(id, name);
    const user = (value: User): void => transaction.put("user", value.name, value);
    user({ name: "admin", role: true, password: null, memberOf: [] });
    user({ name: "root", role: false, password: null, memberOf: ["admin"] });
    for (const { name, password, admin } of this.options.users) user({ name, role: false, password: password ?? null, memberOf: admin === true || name === "root" ? ["admin"] : [] });
    for (const [id, values] of this.seedZones()) transaction.put("zone", id, { values: this.single ? { ...values, numReplicas: 1 } : values, subzones: [] } satisfies Zone);
    transaction.commit();
  }

  private seedZones(): readonly (readonly [number, ZoneValues])[] {
    const system: ZoneValues = { ...BUILT_IN_DEFAULT, numReplicas: 5, tsMergeNanos: 0n };
    const report: ZoneValues = { ...EMPTY_VALUES, gcTtlSeconds: 600, constraints: [], leasePreferences: [] };
    return [
      [RANGE_ZONE_IDS["default"]!, BUILT_IN_DEFAULT],
      [SYSTEM_DATABASE_ID, system],
      [RANGE_ZONE_IDS["meta"]!, { ...system, gcTtlSeconds: 3_600 }],
      [RANGE_ZONE_IDS["system"]!, system],
      [RANGE_ZONE_IDS["liveness"]!, { ...system, gcTtlSeconds: 600 }],
      [SYSTEM_TABLES["replication_constraint_stats"]!, report],
      [SYSTEM_TABLES["replication_stats"]!, report],
    ];
  }

  private afterCommit({ zoneIds, catalog }: CommitScope): void {
    if (catalog) this.applySpans();
    // New ranges are placed where they belong; a change of the catalog alone moves no other.
    const all = zoneIds.includes(RANGE_ZONE_IDS["default"]!);
    const reader = this.reader();
    this.ranges.follow((range) => all || zoneIds.includes(range.zoneId) || zoneIds.includes(reader.databaseOf(range.zoneId) ?? -1));
    this.splitPartitionsLater();
  }

  private applySpans(): void {
    const spans = this.spans();
    if (!same(spans, this.ranges.all())) this.ranges.setSpans(spans);
  }

  /** The split queue comes by after a while and cuts, or joins, where zones of partitions have come or gone. */
  private splitPartitionsLater(): void {
    const waiting = this.tables().filter((table) => table.timeSeries === null && (isPartitioned(table) || this.splitTables.has(table.id)) && !same(this.relational(table), this.splitTables.get(table.id) ?? this.whole(table)));
    if (waiting.length === 0) return;
    this.clock.after(this.options.times.delayMs, () => {
      for (const table of this.tables()) if (waiting.some(({ id }) => id === table.id)) this.splitTables.set(table.id, this.relational(table));
      this.applySpans();
      this.ranges.follow();
    });
  }

  /** A relational table without any split; kept, because most never get one. */
  private whole(table: Table): readonly Span[] {
    const known = this.wholeTables.get(table);
    if (known !== undefined) return known;
    const spans = relationalSpans(table, this.store.committed.database.get(table.databaseId)?.name ?? "", undefined);
    this.wholeTables.set(table, spans);
    return spans;
  }

  private tables(): readonly Table[] {
    return [...this.store.committed.table.values()].sort((a, b) => a.id - b.id);
  }

  private relational(table: Table): readonly Span[] {
    return relationalSpans(table, this.store.committed.database.get(table.databaseId)?.name ?? "", this.store.committed.zone.get(table.id));
  }

  /** All spans in key order. Partition borders count once the split queue has come by. */
  private spans(): readonly Span[] {
    const system = systemSpans().map(({ start, pretty, tableName, zoneId }): Span => ({ start, pretty, databaseName: tableName === "" ? "" : "system", tableName, tableId: null, zoneId, timeSeries: false, point: null, partition: null }));
    const coefficient = this.settings.integer("sql.hashrouter.partition_coefficient_num");
    const user = this.tables().flatMap((table) => {
      const database = this.store.committed.database.get(table.databaseId)?.name ?? "";
      if (table.timeSeries !== null) return this.keepTimeSeries(table, database, coefficient);
      return this.splitTables.get(table.id) ?? this.whole(table);
    });
    return [...system, ...user];
  }

  /** A table keeps the borders that it was made with. */
  private keepTimeSeries(table: Table, database: string, coefficient: number): readonly Span[] {
    const own = this.splitTables.get(table.id) ?? timeSeriesSpans(table, database, coefficient, this.single);
    this.splitTables.set(table.id, own);
    return own;
  }
}

/** Without these ranges no statement can be run; monitoring data and key space that no table has are not among them. */
const isVital = (span: Span): boolean => span.tableId === null && span.zoneId !== RANGE_ZONE_IDS["default"] && span.zoneId !== RANGE_ZONE_IDS["timeseries"];

const isPartitioned = (table: Table): boolean => table.indexes[0]!.partitioning !== null;

const same = (a: readonly Span[], b: readonly Span[]): boolean => a.length === b.length && a.every((span, i) => span.start === b[i]!.start && span.partition === b[i]!.partition && span.tableName === b[i]!.tableName && span.databaseName === b[i]!.databaseName);
