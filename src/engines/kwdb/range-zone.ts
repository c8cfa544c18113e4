import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { Target, type ZoneTarget } from "../../topology/kwdb/zone-target";
import type { ObservedKwdbTable } from "../../planning/kwdb/observed";

/** A range as far as its zone depends on it. */
export interface RangePlace {
  /** `/Table/78/400` */
  readonly start: string;
  readonly database: string;
  readonly table: string;
  readonly index: string;
}

/**
 * The targets whose zones may apply to a range, most specific first, `RANGE default` not among them. The system's own key space is told
 * by the start of the keys. Time-series ranges take the zone of the partition that holds their first hash point; which relational
 * partition a range belongs to cannot be told from its keys, so that partitions are left out there.
 */
export function targetsOfRange(range: RangePlace, tables: readonly ObservedKwdbTable[]): readonly ZoneTarget[] {
  if (range.database === "") return systemTargets(range.start);
  const { database, table, index } = range;
  const live = tables.find((candidate) => candidate.database === database && candidate.table === table);
  const partition = live?.timeSeries === true ? partitionAt(live, hashPoint(range.start)) : undefined;
  return [
    ...(partition === undefined ? [] : [Target.partition(database, table, partition.name, partition.index)]),
    ...(index === "" ? [] : [Target.index(database, table, index)]),
    ...(table === "" ? [] : [Target.table(database, table)]),
    Target.database(database),
  ];
}

/** Ids that are no table and lie in database `system` all the same: meta, system, timeseries, liveness and a reserved one. */
const PSEUDO_TABLES: ReadonlySet<number> = new Set([16, 17, 18, 22, 29]);

/** As observed on 3.2.1: key space of other ids below the users' tables follows `RANGE default`. */
function systemTargets(start: string): readonly ZoneTarget[] {
  if (start.startsWith("/System/NodeLivenessMax")) return [Target.range("system")];
  if (start.startsWith("/System/NodeLiveness")) return [Target.range("liveness")];
  if (start.startsWith("/System/tsd")) return [Target.range("timeseries")];
  if (start.startsWith("/System/")) return [Target.range("system")];
  if (start.startsWith("/Min") || start.startsWith("/Meta")) return [Target.range("meta")];
  const table = /^\/Table\/(\d+)/.exec(start)?.[1];
  return table === undefined || PSEUDO_TABLES.has(Number(table)) ? [Target.database("system")] : [];
}

/** `/Table/78` is 0, `/Table/78/400` is 400, `/Table/78/400/1681111110000` of old servers is 400. */
export function hashPoint(start: string): number {
  return Number(/^\/Table\/\d+\/(\d+)/.exec(start)?.[1] ?? 0);
}

/** The upper bound counts in when the server looks for a zone, so that the first partition that has the point is taken. */
function partitionAt(table: ObservedKwdbTable, point: number): ObservedKwdbTable["partitions"][number] | undefined {
  return table.partitions.find(({ hashPoints }) => {
    const numbers = (hashPoints ?? "").match(/\d+/g)?.map(Number) ?? [];
    const [from, to] = numbers;
    if (!(hashPoints ?? "").includes(" TO ")) return numbers.includes(point);
    return from !== undefined && to !== undefined && point >= from && point <= to;
  });
}

/** Whether the zone of a range comes from `target` or would, were it not for a more specific one. */
export function isBelow(targets: readonly ZoneTarget[], target: ZoneTarget): boolean {
  if (target.kind === "range" && target.range === "default") return true;
  const key = formatZoneTarget(target);
  return targets.some((candidate) => formatZoneTarget(candidate) === key);
}
