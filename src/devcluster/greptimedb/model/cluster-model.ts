import { createCatalog } from "./catalog";
import { closableClock } from "../../clock";
import { createDatanode } from "./datanode";
import * as messages from "./messages";
import { createMetasrv } from "./metasrv";
import { createMigrations } from "./migrations";
import { createNodeControl } from "./nodes";
import { objectStore } from "./object-store";
import { settingsOf } from "./options";
import type { ClusterModelOptions, Settings } from "./options";
import { createProcedureManager } from "./procedure-manager";
import { seededRandom } from "./random";
import { repartitionBody } from "./repartition";
import { createRequests } from "./requests";
import { createSelector } from "./selector";
import { alterTableBody, createTableBody, databaseBody, dropTableBody, truncateTableBody } from "./table-procedures";
import type { TableWorld } from "./table-procedures";
import { createWorkload } from "./workload";
import { createEventRecorder } from "./events";
import type { EventRecorder, MigrationEvent } from "./events";
import { superviseRegions } from "./failover";
import { createFaults } from "./faults";
import type { Faults } from "./faults";
import type { ClusterModel, NodeInfo } from "./types";

export interface ClusterModelImpl extends ClusterModel {
  readonly settings: Settings;
  /** What can go wrong, on request. */
  readonly faults: Faults;
  /** Every change of status of a migration, oldest first; what `greptime_private.events` shows some seconds later. */
  events(): readonly MigrationEvent[];
  /** What metasrv's HTTP administration reads and sets. */
  readonly admin: ClusterAdmin;
  /** Cancels every timer: nothing happens in the cluster any more, and what waits for it never settles. */
  close(): void;
}

export interface ClusterAdmin {
  metasrvUp(): boolean;
  procedureManagerPaused(): boolean;
  maintenance(): boolean;
  recovery(): boolean;
  setRecovery(enabled: boolean): void;
  nextTableId(): number;
  setNextTableId(id: number): void;
  /** Datanodes heard of by this metasrv, with the time of the last heartbeat. */
  leases(): readonly { readonly peerId: bigint; readonly address: string; readonly heardMs: number; readonly leaderRegions: number }[];
}

/**
 * A cluster of one metasrv and some datanodes, in memory and in the time of `options.clock`.
 *
 * @example
 * const clock = virtualClock();
 * const model = createClusterModel({ version: "1.1.4", clock });
 */
export function createClusterModel(options: ClusterModelOptions): ClusterModelImpl {
  const given = settingsOf(options);
  const { clock, close } = closableClock(given.clock);
  const settings: Settings = { ...given, clock };
  const random = seededRandom(settings.seed);
  const startedAtMs = clock.now();
  const catalog = createCatalog(clock.now);
  const store = objectStore(settings.sharedStorage);
  const workload = createWorkload(settings);
  const metasrv = createMetasrv(settings, catalog, store, workload);
  const datanodes = settings.datanodes.map(({ peerId, address }) => createDatanode(peerId, address, startedAtMs));
  const byPeer = new Map(datanodes.map((node) => [node.peerId, node]));
  const manager = createProcedureManager(settings, random, metasrv);
  const selector = createSelector(settings, random, metasrv, datanodes);
  const migrations = createMigrations(
    { settings, catalog, store, metasrv, random, onChange: (...change) => recorder.record(...change) },
    datanodes,
    manager,
  );
  const control = createNodeControl(settings, catalog, metasrv, workload, datanodes);
  const requests = createRequests(settings, catalog, metasrv, store, workload, byPeer);
  const tables: TableWorld = { settings, catalog, store, metasrv, selector, nodes: datanodes, moving: migrations.movingTable };

  let maintenance = false;
  let recovery = false;
  superviseRegions(settings, catalog, metasrv, migrations, selector, () => maintenance);

  const recorder: EventRecorder = createEventRecorder(settings.eventRecorder && settings.mode === "distributed", {
    now: clock.now,
    after: (ms, fn) => clock.after(ms, fn, true),
    table: () => catalog.table("greptime_private", "events"),
    createTable: (schema) => run(createTableBody(tables, schema, null).body),
    write: (table, rows) => requests.write(table.tableId, 0, rows.map(({ key, row }) => ({ kind: "put", key, row }))),
  });

  catalog.putDatabase("greptime_private", {});
  catalog.putDatabase("public", {});
  control.start();

  const run = async (body: Parameters<typeof manager.submit>[0]): Promise<void> => {
    await metasrv.reached(messages.maskedInternal);
    await manager.finished(manager.submit(body));
  };
  const entryOf = (tableId: number): NonNullable<ReturnType<typeof catalog.entry>> => {
    const entry = catalog.entry(tableId);
    if (entry === undefined) throw messages.tableIdNotFound(tableId);
    return entry;
  };

  return {
    settings,
    faults: createFaults({
      catalog, store, metasrv, manager, control, nodes: byPeer,
      setMaintenance(enabled) {
        maintenance = enabled;
      },
    }),
    events: recorder.events,
    admin: {
      metasrvUp: metasrv.up,
      procedureManagerPaused: manager.paused,
      maintenance: () => maintenance,
      recovery: () => recovery,
      setRecovery(enabled) {
        recovery = enabled;
      },
      nextTableId: catalog.nextTableId,
      setNextTableId: catalog.setNextTableId,
      leases: () =>
        datanodes.flatMap(({ peerId, address }) => {
          const heardMs = metasrv.lastHeartbeat(peerId);
          return heardMs === undefined ? [] : [{ peerId, address, heardMs, leaderRegions: metasrv.reportedLeaders(peerId) }];
        }),
    },
    close,
    version: settings.version,
    mode: settings.mode,
    clock,

    databases: catalog.databases,
    async createDatabase(name, databaseOptions) {
      if (catalog.databases().some((database) => database.name === name)) throw messages.databaseExists(name);
      await run(databaseBody(tables, "CreateDatabase", name, () => catalog.putDatabase(name, databaseOptions)));
    },
    async alterDatabase(name, databaseOptions) {
      if (!catalog.databases().some((database) => database.name === name)) throw messages.databaseNotFound(name);
      await run(databaseBody(tables, "AlterDatabase", name, () => catalog.putDatabase(name, databaseOptions)));
    },
    async dropDatabase(name) {
      if (!catalog.databases().some((database) => database.name === name)) throw messages.databaseNotFound(name);
      await run(databaseBody(tables, "DropDatabase", name, () => {
        for (const { tableId, schema } of catalog.tables()) if (schema.database === name) catalog.removeTable(tableId);
        catalog.removeDatabase(name);
      }));
    },

    tables: catalog.tables,
    table: catalog.table,
    revision: catalog.revision,
    async createTable(schema, physicalTableId) {
      if (catalog.table(schema.database, schema.name) !== undefined) throw messages.tableExists(schema.database, schema.name);
      const creation = createTableBody(tables, schema, physicalTableId ?? null);
      await run(creation.body);
      const created = creation.created();
      if (created === undefined) throw messages.maskedInternal();
      return created;
    },
    async alterTable(tableId, schema, rewrite) {
      await run(alterTableBody(tables, entryOf(tableId), schema, rewrite));
    },
    async truncateTable(tableId) {
      await run(truncateTableBody(tables, entryOf(tableId)));
    },
    async dropTable(tableId) {
      await run(dropTableBody(tables, entryOf(tableId)));
    },
    repartition(tableId, from, to, partitionColumns, route) {
      if (settings.mode === "standalone") throw messages.standaloneRepartition();
      entryOf(tableId);
      if (!metasrv.up()) throw messages.maskedInternal();
      const id = manager.submit(repartitionBody(tables, { tableId, from, to, partitionColumns, route }));
      return { id, done: manager.finished(id) };
    },

    routes() {
      if (settings.mode === "distributed" && !metasrv.up()) throw messages.catalogUnreachable(settings);
      return catalog.cachedRoutes();
    },
    write: requests.write,
    scan: requests.scan,
    flushRegion: requests.flush,

    async migrateRegion(regionId, from, to, timeoutSeconds) {
      if (settings.mode === "standalone") throw messages.unsupportedAdmin("migrate_region");
      await metasrv.reached(messages.maskedInternal);
      return migrations.submit(regionId, from, to, timeoutSeconds * 1_000);
    },
    async procedure(id) {
      await metasrv.reached(messages.maskedInternal);
      return manager.info(id);
    },
    async procedures() {
      await metasrv.reached(messages.leaderUnknown);
      return manager.all();
    },
    async nodes() {
      if (settings.mode === "standalone") return [standaloneNode(settings, startedAtMs)];
      await metasrv.reached(messages.leaderUnknown);
      return nodeInfos();
    },
    async statistics() {
      await metasrv.reached(messages.leaderUnknown);
      return metasrv.statistics();
    },
  };

  function nodeInfos(): readonly NodeInfo[] {
    const { version } = settings;
    const rows: NodeInfo[] = [
      { peerId: -1n, kind: "METASRV", address: settings.metasrvAddress, version, startedAtMs: metasrv.startedAtMs(), activeMs: null, leaderRegions: 0 },
    ];
    const now = clock.now();
    for (const node of datanodes) {
      const heard = metasrv.lastHeartbeat(node.peerId);
      if (heard === undefined) continue;
      rows.push({
        peerId: node.peerId, kind: "DATANODE", address: node.address, version, startedAtMs: node.startedAtMs,
        activeMs: now - heard, leaderRegions: metasrv.reportedLeaders(node.peerId),
      });
    }
    const beatMs = (now - startedAtMs) % settings.heartbeatMs;
    rows.push({ peerId: -1n, kind: "FRONTEND", address: settings.frontendAddress, version, startedAtMs, activeMs: beatMs, leaderRegions: 0 });
    return rows;
  }
}

function standaloneNode({ version }: Settings, startedAtMs: number): NodeInfo {
  return { peerId: 0n, kind: "STANDALONE", address: "", version, startedAtMs, activeMs: null, leaderRegions: 0 };
}
