import { createHash } from "node:crypto";
import { placedTables, type GreptimeClusterDeclaration } from "../topology/manifest";
import type { TableChange } from "./change";
import type { ObservedGreptimeCluster } from "./observed";
import { canonicalJson } from "./canonical-json";
import { compareIds, compareTables } from "./table-key";

/**
 * SHA-256, in hexadecimal, over what a plan was computed from: the declaration without how to connect and how to run, and of the cluster its
 * version, mode, datanodes and the declared or placed tables with their regions. Sizes, rows and ages do not count: they change
 * all the time and change no plan.
 */
export function basisOf(
  cluster: GreptimeClusterDeclaration,
  observed: ObservedGreptimeCluster,
  changes: readonly TableChange[],
): string {
  const { connection: _, run: __, ...declared } = cluster;
  const facts = {
    version: observed.version,
    mode: observed.mode,
    datanodes: observed.datanodes.map((node) => node.id).sort(compareIds),
    tables: relevantTables(cluster, observed),
  };
  return createHash("sha256").update(canonicalJson({ declared, facts, changes })).digest("hex");
}

function relevantTables(cluster: GreptimeClusterDeclaration, observed: ObservedGreptimeCluster): unknown {
  const names = new Set([
    ...cluster.tables.map((table) => JSON.stringify([table.database, table.name])),
    ...cluster.placements.flatMap((placement) =>
      placedTables(placement).map((table) => JSON.stringify([placement.database, table])),
    ),
  ]);
  return observed.tables
    .filter((table) => names.has(JSON.stringify([table.database, table.name])))
    .sort(compareTables)
    .map((table) => ({
      database: table.database,
      name: table.name,
      tableId: table.tableId,
      definition: table.definition,
      regions: [...table.regions]
        .sort((a, b) => compareIds(a.id, b.id))
        .map(({ id, partition, leader, followers, status }) => ({
          id,
          partition,
          leader,
          followers: [...followers].sort(compareIds),
          status,
        })),
    }));
}
