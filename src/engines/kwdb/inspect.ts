import { errorDiagnostic } from "../../topology/diagnostic";
import { compareTargets, formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { canonicalSettingValue, SETTING_TYPES, type SettingType } from "../../topology/kwdb/setting-value";
import { TS_SPLIT_SETTINGS } from "../../topology/kwdb/validate-kwdb-cluster";
import { RANGE_NAMES, Target, type ZoneTarget } from "../../topology/kwdb/zone-target";
import { effectiveValues } from "../../topology/kwdb/zone-inheritance";
import type {
  ObservedDatabase,
  ObservedKwdbCluster,
  ObservedKwdbTable,
  ObservedNode,
  ObservedPartition,
  ObservedSetting,
  ObservedZone,
  RangeSummary,
  Readable,
} from "../../planning/kwdb/observed";
import { PortError } from "../port";
import type { Row, Session } from "./connect";
import { StatementError } from "./errors";
import type { KwdbInspectRequest } from "../kwdb-port";
import type { DetectedServer } from "./server";
import {
  SELECT_NODES,
  SELECT_STORES,
  SELECT_ZONES,
  selectRanges,
  selectSettings,
  selectTables,
  SHOW_DATABASES,
} from "./statements";
import { decodeZone, ZoneBytesError } from "./zone-protobuf";

/** Reads a cluster: zones, nodes, databases and, as far as the declaration needs them, tables, settings and ranges. At most 8 statements. */
export async function inspectCluster(
  session: Session,
  server: DetectedServer,
  request: KwdbInspectRequest,
): Promise<ObservedKwdbCluster> {
  const wanted = wantedOf(request);
  const zones = readZones(await session.read(SELECT_ZONES));
  const databases = (await session.read(SHOW_DATABASES)).map(readDatabase);
  const nodes = await ifAdmin(() => readNodes(session, request.ranges === true));
  if (nodes.kind === "read" && !databases.some(({ name }) => name === server.database))
    throw databaseUnknown(server.database);
  const ranges =
    request.ranges === true ? await ifAdmin(async () => summarize(await session.read(selectRanges()))) : null;
  return {
    engine: "kwdb",
    version: server.version,
    abilities: server.abilities,
    nodes,
    databases: databases.sort(byName),
    tables: await readTables(session, server, wanted, databases),
    zones,
    settings:
      wanted.settings.length === 0
        ? { kind: "read", value: [] }
        : await ifAdmin(() => readSettings(session, wanted.settings)),
    ranges,
  };
}

/**
 * The server lets anyone into a database that does not exist. Only administrators are told: others do not see every database.
 */
function databaseUnknown(database: string): PortError {
  const diagnostic = errorDiagnostic({
    code: "KWDB_SESSION_DATABASE_UNKNOWN",
    summary: `The connection's database "${database}" does not exist`,
    detail: "Set TOPOFORM_KWDB_DATABASE, or database in the declaration, to one that does: defaultdb, say.",
  });
  return new PortError(diagnostic, false, false);
}

interface Wanted {
  readonly settings: readonly string[] | "all";
  /** Databases of which tables are wanted. */
  readonly databases: ReadonlySet<string>;
  /** Whether this table is wanted. */
  table(database: string, table: string): boolean;
  readonly allTimeSeries: boolean;
}

function wantedOf({ cluster, originals, allSettings }: KwdbInspectRequest): Wanted {
  const targets = [
    ...cluster.zones.map(({ target }) => target),
    ...(originals?.zones ?? []).map(({ target }) => target),
  ];
  const tables = new Set(
    targets.flatMap((target) => ("table" in target ? [tableKey(target.database, target.table)] : [])),
  );
  const rebalanced = cluster.rebalances.map(({ target }) => target);
  const whole = new Set(rebalanced.flatMap((target) => (target.kind === "range" ? [] : [target.database])));
  const allTimeSeries = rebalanced.some(({ kind }) => kind === "range");
  const named = [...cluster.settings.map(({ name }) => name.toLowerCase()), ...(originals?.settings ?? []).map(({ name }) => name)];
  const merges = cluster.zones.some(({ values }) => values.tsMerge !== undefined);
  return {
    settings: allSettings === true ? "all" : [...named, ...(merges ? Object.keys(TS_SPLIT_SETTINGS) : [])],
    databases: new Set([...targets.flatMap((target) => ("table" in target ? [target.database] : [])), ...whole]),
    table: (database, table) => allTimeSeries || whole.has(database) || tables.has(tableKey(database, table)),
    allTimeSeries,
  };
}

function tableKey(database: string, table: string): string {
  return JSON.stringify([database, table]);
}

/** A privilege that is missing is an answer; every other failure stays one: what could not be read is never empty. */
async function ifAdmin<T>(read: () => Promise<T>): Promise<Readable<T>> {
  try {
    return { kind: "read", value: await read() };
  } catch (error) {
    if (error instanceof StatementError && error.nature === "not-admin") return { kind: "not-admin" };
    throw error;
  }
}

export function readZones(rows: readonly Row[]): readonly ObservedZone[] {
  const decoded = rows.map((row) => {
    const target = readTarget(row);
    return { target, zoneId: Number(row[0]), subzoneId: Number(row[1]), own: readOwn(target, row[7] ?? "") };
  });
  const own = new Map(decoded.map((zone) => [formatZoneTarget(zone.target), zone.own]));
  return decoded
    .map((zone) => ({ ...zone, effective: effectiveValues(zone.target, own) }))
    .sort((a, b) => compareTargets(a.target, b.target));
}

/** From the columns of names: the text of `target` has two spellings. */
function readTarget([, , range, database, table, index, partition]: Row): ZoneTarget {
  const known = RANGE_NAMES.find((name) => name === range);
  if (known !== undefined) return Target.range(known);
  if (typeof range === "string") throw unreadable(`RANGE ${range}`, "It is a range that is not known here.");
  if (typeof database !== "string") throw unreadable("A zone", "It names neither a range nor a database.");
  if (typeof table !== "string") return Target.database(database);
  if (typeof partition === "string" && partition !== "")
    return Target.partition(database, table, partition, index ?? "primary");
  return typeof index === "string" && index !== ""
    ? Target.index(database, table, index)
    : Target.table(database, table);
}

/** The own values of a zone's bytes. */
export function readOwn(target: ZoneTarget, bytes: string): ObservedZone["own"] {
  try {
    return decodeZone(bytes).own;
  } catch (error) {
    if (!(error instanceof ZoneBytesError)) throw error;
    throw unreadable(formatZoneTarget(target), error.message);
  }
}

function unreadable(what: string, why: string): PortError {
  const diagnostic = errorDiagnostic({
    code: "KWDB_ZONE_UNREADABLE",
    summary: `${what}: the zone cannot be read`,
    detail: `${why} Its server may be newer than this product; look for a newer release.`,
  });
  return new PortError(diagnostic, false, false);
}

function readDatabase([name, engine]: Row): ObservedDatabase {
  return {
    name: name ?? "",
    engine: (engine ?? "RELATIONAL").toUpperCase() === "RELATIONAL" ? "relational" : "time-series",
  };
}

export async function readNodes(session: Session, withStores: boolean): Promise<readonly ObservedNode[]> {
  const rows = await session.read(SELECT_NODES);
  const stores = withStores ? await session.read(SELECT_STORES) : [];
  return rows.map((row) => readNode(row, stores)).sort((a, b) => a.id - b.id);
}

function readNode(
  [id, address, locality, attributes, live, build, mode, draining, decommissioning]: Row,
  stores: readonly Row[],
): ObservedNode {
  return {
    id: Number(id),
    address: address ?? "",
    locality: readLocality(locality ?? ""),
    attributes: readAttributes(attributes ?? "[]"),
    live: isTrue(live),
    draining: isTrue(draining),
    decommissioning: isTrue(decommissioning),
    startMode: mode ?? "",
    build: build ?? "",
    stores: stores.filter(([, node]) => Number(node) === Number(id)).map(([store]) => Number(store)),
  };
}

/** `region=NODE1,dc=dc1` */
export function readLocality(text: string): ObservedNode["locality"] {
  return text
    .split(",")
    .filter((tier) => tier.includes("="))
    .map((tier) => ({ key: tier.slice(0, tier.indexOf("=")), value: tier.slice(tier.indexOf("=") + 1) }));
}

function readAttributes(json: string): readonly string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function isTrue(value: string | null | undefined): boolean {
  return value === "t" || value === "true";
}

async function readTables(
  session: Session,
  { abilities }: DetectedServer,
  wanted: Wanted,
  databases: readonly ObservedDatabase[],
): Promise<readonly ObservedKwdbTable[]> {
  const timeSeries = new Set(databases.filter(({ engine }) => engine === "time-series").map(({ name }) => name));
  const names = [...new Set([...wanted.databases, ...(wanted.allTimeSeries ? timeSeries : [])])];
  if (names.length === 0) return [];
  const tables = new Map<
    string,
    { database: string; table: string; indexes: Set<string>; partitions: ObservedPartition[] }
  >();
  for (const [database, table, index, partition, hashPoints] of await session.read(selectTables(names, abilities))) {
    if (typeof database !== "string" || typeof table !== "string" || !wanted.table(database, table)) continue;
    const key = tableKey(database, table);
    const known = tables.get(key) ?? { database, table, indexes: new Set(), partitions: [] };
    tables.set(key, known);
    if (typeof index === "string") known.indexes.add(index);
    if (typeof index === "string" && typeof partition === "string")
      known.partitions.push({ name: partition, index, hashPoints: hashPoints ?? null });
  }
  return [...tables.values()]
    .map(({ database, table, indexes, partitions }) => ({
      database,
      table,
      timeSeries: timeSeries.has(database),
      indexes: [...indexes].sort(),
      partitions: partitions.sort((a, b) => compare(a.index, b.index) || compare(a.name, b.name)),
    }))
    .sort((a, b) => compare(a.database, b.database) || compare(a.table, b.table));
}

export async function readSettings(session: Session, names: readonly string[] | "all"): Promise<readonly ObservedSetting[]> {
  return (await session.read(selectSettings(names))).map(readSetting).sort(byName);
}

/** What was set is taken as it is stored: byte sizes are shown rounded. An enumeration is stored as a number and taken as it is shown. */
function readSetting([name, shown, letter, stored]: Row): ObservedSetting {
  const type = Object.keys(SETTING_TYPES).find((known) => known === letter) as SettingType | undefined;
  const explicit = typeof stored === "string";
  const text = explicit && type !== "e" ? stored : (shown ?? "");
  return { name: name ?? "", type: type ?? "s", value: canonicalSettingValue(type ?? "s", text) ?? text, explicit };
}

function summarize(rows: readonly Row[]): readonly RangeSummary[] {
  const counts = new Map<string, { database: string; table: string; replicas: number; ranges: number }>();
  for (const [, , , database, table, , replicas] of rows) {
    const summary = { database: database ?? "", table: table ?? "", replicas: readIds(replicas ?? "{}").length };
    const key = JSON.stringify(summary);
    const known = counts.get(key) ?? { ...summary, ranges: 0 };
    known.ranges += 1;
    counts.set(key, known);
  }
  return [...counts.values()].sort(
    (a, b) => compare(a.database, b.database) || compare(a.table, b.table) || a.replicas - b.replicas,
  );
}

/** `{1,2,3}` */
export function readIds(array: string): readonly number[] {
  return array
    .split(/[^0-9]+/)
    .filter((text) => text !== "")
    .map(Number);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
