import { warningDiagnostic, type Diagnostic } from "../topology/diagnostic";
import { livenessOf } from "./liveness";
import type { DatanodeId } from "../topology/ids";
import { placedTables, type GreptimeClusterDeclaration } from "../topology/manifest";
import type { Move } from "./change";
import type { ObservedGreptimeCluster, ObservedTable } from "./observed";
import { compareIds, compareText, tableKey } from "./table-key";

const MOST_LISTED = 20;

/** What a drained datanode keeps, because no placement moves it; and datanodes that are to be drained and not there. */
export function drainWarnings(
  cluster: GreptimeClusterDeclaration,
  observed: ObservedGreptimeCluster,
  moves: readonly Move[],
  isLogical: (table: ObservedTable) => boolean,
): readonly Diagnostic[] {
  const kept = keptTables(cluster, observed, moves, isLogical);
  if (kept.size === 0) return [];
  const live = observed.datanodes.map(({ id }) => id).sort(compareIds);
  const known = observed.mode === "distributed" && live.length > 0;
  const silentMs = new Map(observed.datanodes.map((node) => [node.id, node.silentMs]));
  return [...kept]
    .sort(([a], [b]) => compareIds(a, b))
    .flatMap(([datanode, tables]): readonly Diagnostic[] => {
      if (tables.length > 0) return [drainIncomplete(datanode, [...tables].sort(compareText))];
      return known && livenessOf(datanode, silentMs, observed.metasrvUptimeMs) === "gone" ? [drainedDatanodeUnknown(datanode, live)] : [];
    });
}

/** The tables that each drained datanode keeps regions of, although it is drained. One pass over the regions, however many are drained. */
function keptTables(
  cluster: GreptimeClusterDeclaration,
  observed: ObservedGreptimeCluster,
  moves: readonly Move[],
  isLogical: (table: ObservedTable) => boolean,
): ReadonlyMap<DatanodeId, string[]> {
  const kept = new Map<DatanodeId, string[]>();
  const drainsOf = new Map<string, Set<DatanodeId>[]>();
  for (const placement of cluster.placements) {
    const excluded = new Set(placement.excludeDatanodes ?? []);
    if (excluded.size === 0) continue;
    for (const datanode of excluded) kept.set(datanode, []);
    for (const name of placedTables(placement)) {
      const key = tableKey({ database: placement.database, name });
      drainsOf.set(key, [...(drainsOf.get(key) ?? []), excluded]);
    }
  }
  if (kept.size === 0) return kept;
  const targets = new Map(moves.map(({ region, to }) => [region, to]));
  for (const table of observed.tables) {
    if (isLogical(table)) continue;
    const key = tableKey(table);
    const drains = drainsOf.get(key) ?? [];
    const ends = new Set(table.regions.map(({ id, leader }) => targets.get(id) ?? leader));
    for (const end of ends) {
      if (end !== null && kept.has(end) && !drains.some((excluded) => excluded.has(end))) kept.get(end)!.push(key);
    }
  }
  return kept;
}

function drainIncomplete(datanode: DatanodeId, tables: readonly string[]): Diagnostic {
  return warningDiagnostic({
    code: "DRAIN_INCOMPLETE",
    summary: `Datanode ${datanode} is drained and keeps regions of other tables`,
    detail: `${listed(tables)}. exclude_datanodes empties it of the tables of its placement only. Place these tables too before the datanode is stopped.`,
    address: `datanode ${datanode}`,
  });
}

function drainedDatanodeUnknown(datanode: DatanodeId, live: readonly DatanodeId[]): Diagnostic {
  return warningDiagnostic({
    code: "DRAINED_DATANODE_UNKNOWN",
    summary: `Datanode ${datanode} is drained and not in the cluster`,
    detail: `No region is on it. If another one is meant, correct exclude_datanodes; if it has been removed, take it out. The cluster has: ${listed(live)}.`,
    address: `datanode ${datanode}`,
  });
}

/** The first of many names or ids, so that a message of a large cluster can be read. */
export function listed(names: readonly (string | DatanodeId)[]): string {
  const more = names.length - MOST_LISTED;
  return more > 0 ? `${names.slice(0, MOST_LISTED).join(", ")} and ${more} more` : names.join(", ");
}
