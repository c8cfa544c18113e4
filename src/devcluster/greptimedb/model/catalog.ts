import { regionId } from "./region-id";
import type { DatabaseInfo, RegionRoute, TableMeta, TableSchema } from "./types";

/** Where one region is, as metasrv has it on record. */
export interface Route {
  readonly regionNumber: number;
  readonly regionId: bigint;
  leader: bigint | null;
  status: RegionRoute["status"];
  /** When the leader was marked downgrading. */
  downSinceMs: number | null;
}

export interface TableEntry {
  meta: TableMeta;
  /** By region number, in route order; a logical table has none of its own. */
  readonly routes: Map<number, Route>;
  /** Numbers are never used twice, so a merge leaves holes. */
  nextRegionNumber: number;
}

/**
 * Metasrv's metadata (it survives every restart) and what the frontend has cached of it.
 * The frontend keeps the routes of a table until it is told to forget them: marking a leader as downgrading
 * does not tell it, moving a region and rolling back do. Hence a DOWNGRADING region is seen only when another
 * region of the same table has just finished moving, as observed on 1.0.2 and 1.1.4.
 */
export interface Catalog {
  databases(): readonly DatabaseInfo[];
  putDatabase(name: string, options: Readonly<Record<string, string>>): void;
  removeDatabase(name: string): void;
  allocateTableId(): number;
  nextTableId(): number;
  setNextTableId(id: number): void;

  tables(): readonly TableMeta[];
  table(database: string, name: string): TableMeta | undefined;
  entry(tableId: number): TableEntry | undefined;
  entries(): Iterable<TableEntry>;
  /** The entry that owns the regions: the physical table of a logical one. */
  physical(entry: TableEntry): TableEntry | undefined;
  logicalTablesOf(physicalTableId: number): readonly TableEntry[];
  putTable(meta: TableMeta, leaders: readonly { readonly regionNumber: number; readonly leader: bigint }[]): TableEntry;
  replaceMeta(tableId: number, meta: TableMeta): void;
  removeTable(tableId: number): void;

  route(region: bigint): Route | undefined;
  addRoute(entry: TableEntry, regionNumber: number, leader: bigint): Route;
  removeRoute(entry: TableEntry, regionNumber: number): void;
  /** A change that frontends are not told of. */
  changeQuietly(): void;
  /** Frontends forget the routes of the table. */
  invalidate(tableId: number): void;

  /** As the frontend sees them. */
  cachedRoutes(): readonly RegionRoute[];
  cachedRoute(tableId: number, regionNumber: number): RegionRoute | undefined;
  /** Rows changed. */
  touch(): void;
  revision(): number;
}

/** What the frontend has of one table; whole seconds are counted when it is read. */
interface CachedTable {
  readonly rows: readonly RegionRoute[];
  readonly byNumber: ReadonlyMap<number, RegionRoute>;
  readonly downSince: ReadonlyMap<RegionRoute, number>;
}

export function createCatalog(now: () => number, firstTableId = 1024): Catalog {
  const databases = new Map<string, DatabaseInfo>();
  const entries = new Map<number, TableEntry>();
  const names = new Map<string, number>();
  const cache = new Map<number, CachedTable>();
  let metas: readonly TableMeta[] | undefined;
  let flat: { readonly rows: readonly RegionRoute[]; readonly aging: boolean } | undefined;
  let revision = 1;
  let tableId = firstTableId;

  const nameOf = (schema: TableSchema): string => `${schema.database}\u0000${schema.name}`;
  const changed = (): void => {
    revision++;
  };
  const forget = (id: number): void => {
    cache.delete(id);
    for (const entry of logicalOf(id)) cache.delete(entry.meta.tableId);
    flat = undefined;
    changed();
  };
  function logicalOf(physicalTableId: number): readonly TableEntry[] {
    return logical.get(physicalTableId) ?? NONE;
  }
  const logical = new Map<number, TableEntry[]>();
  const physical = (entry: TableEntry): TableEntry | undefined =>
    entry.meta.physicalTableId === null ? entry : entries.get(entry.meta.physicalTableId);

  const load = (entry: TableEntry): CachedTable => {
    const known = cache.get(entry.meta.tableId);
    if (known !== undefined) return known;
    const rows: RegionRoute[] = [];
    const downSince = new Map<RegionRoute, number>();
    for (const route of physical(entry)?.routes.values() ?? []) {
      const row = toRow(entry.meta.tableId, route, now());
      rows.push(row);
      if (route.downSinceMs !== null) downSince.set(row, route.downSinceMs);
    }
    const loaded = { rows, byNumber: new Map(rows.map((row) => [row.regionNumber, row])), downSince };
    cache.set(entry.meta.tableId, loaded);
    return loaded;
  };

  const aged = ({ rows, downSince }: CachedTable): readonly RegionRoute[] => {
    if (downSince.size === 0) return rows;
    return rows.map((row) => {
      const since = downSince.get(row);
      return since === undefined ? row : { ...row, downSeconds: wholeSeconds(now() - since) };
    });
  };

  const catalog: Catalog = {
    databases: () => [...databases.values()],
    putDatabase(name, options) {
      databases.set(name, { name, options });
      changed();
    },
    removeDatabase(name) {
      databases.delete(name);
      changed();
    },
    allocateTableId: () => tableId++,
    nextTableId: () => tableId,
    setNextTableId(id) {
      tableId = id;
    },

    tables: () => (metas ??= [...entries.values()].map((entry) => entry.meta)),
    table(database, name) {
      const id = names.get(`${database}\u0000${name}`);
      return id === undefined ? undefined : entries.get(id)?.meta;
    },
    entry: (id) => entries.get(id),
    entries: () => entries.values(),
    physical,
    logicalTablesOf: logicalOf,
    putTable(meta, leaders) {
      const entry: TableEntry = { meta, routes: new Map(), nextRegionNumber: 0 };
      entries.set(meta.tableId, entry);
      names.set(nameOf(meta.schema), meta.tableId);
      if (meta.physicalTableId !== null) logical.set(meta.physicalTableId, [...logicalOf(meta.physicalTableId), entry]);
      for (const { regionNumber, leader } of leaders) catalog.addRoute(entry, regionNumber, leader);
      metas = undefined;
      forget(meta.tableId);
      return entry;
    },
    replaceMeta(id, meta) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      names.delete(nameOf(entry.meta.schema));
      entry.meta = meta;
      names.set(nameOf(meta.schema), id);
      metas = undefined;
      forget(id);
    },
    removeTable(id) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entries.delete(id);
      names.delete(nameOf(entry.meta.schema));
      const owner = entry.meta.physicalTableId;
      if (owner !== null) logical.set(owner, logicalOf(owner).filter((other) => other !== entry));
      metas = undefined;
      forget(id);
    },

    route: (region) => entries.get(Number(region >> 32n))?.routes.get(Number(region & 0xffff_ffffn)),
    addRoute(entry, regionNumber, leader) {
      const route: Route = { regionNumber, regionId: regionId(entry.meta.tableId, regionNumber), leader, status: "ALIVE", downSinceMs: null };
      entry.routes.set(regionNumber, route);
      entry.nextRegionNumber = Math.max(entry.nextRegionNumber, regionNumber + 1);
      return route;
    },
    removeRoute(entry, regionNumber) {
      entry.routes.delete(regionNumber);
      changed();
    },
    changeQuietly: changed,
    invalidate: forget,

    cachedRoutes() {
      if (flat === undefined || flat.aging) {
        const rows: RegionRoute[] = [];
        let aging = false;
        for (const entry of entries.values()) {
          const table = load(entry);
          aging ||= table.downSince.size > 0;
          for (const row of aged(table)) rows.push(row);
        }
        flat = { rows, aging };
      }
      return flat.rows;
    },
    cachedRoute(id, regionNumber) {
      const entry = entries.get(id);
      return entry === undefined ? undefined : load(entry).byNumber.get(regionNumber);
    },
    touch: changed,
    revision: () => revision,
  };
  return catalog;
}

const NONE: readonly TableEntry[] = [];
const wholeSeconds = (ms: number): number => Math.floor(ms / 1_000);

function toRow(tableId: number, route: Route, now: number): RegionRoute {
  return {
    tableId,
    regionNumber: route.regionNumber,
    regionId: regionId(tableId, route.regionNumber),
    leader: route.leader,
    status: route.status,
    downSeconds: route.downSinceMs === null ? null : wholeSeconds(now - route.downSinceMs),
  };
}
