import type { Move } from "../../src/planning/change";
import type { ObservedGreptimeCluster, ObservedRegion } from "../../src/planning/observed";
import { datanodeId, regionIdOf, type DatanodeId, type PartitionKey } from "../../src/topology/ids";
import { DEFAULT_LIMITS, type GreptimeClusterDeclaration } from "../../src/topology/manifest";

/** A cluster of datanodes 0..n-1; each table's regions on the given leaders, partitions `a = 0`, `a = 1`, … */
export function observe(
  tables: Readonly<Record<string, readonly number[]>>,
  datanodes = 3,
  change: Partial<ObservedGreptimeCluster> = {},
): ObservedGreptimeCluster {
  return {
    engine: "greptimedb",
    version: "1.1.4",
    mode: "distributed",
    metasrvUptimeMs: 3_600_000,
    datanodes: Array.from({ length: datanodes }, (_, id) => ({
      id: datanodeId(id),
      address: "",
      version: "1.1.4",
      silentMs: 500,
    })),
    tables: Object.entries(tables).map(([name, leaders], index) => ({
      database: "public",
      name,
      tableId: 1024 + index,
      engine: "mito",
      definition: null,
      regions: leaders.map((leader, number): ObservedRegion => ({
        id: regionIdOf(1024 + index, number),
        partition: `a = ${number}` as PartitionKey,
        leader: datanodeId(leader),
        followers: [],
        status: "ALIVE",
        sizeBytes: 1_258_291n,
        rows: 1n,
      })),
    })),
    procedures: [],
    ...change,
  };
}

export function declare(
  pins: Readonly<Record<string, Readonly<Record<string, number>>>>,
  change: Partial<GreptimeClusterDeclaration> = {},
): GreptimeClusterDeclaration {
  return {
    engine: "greptimedb",
    name: "metrics",
    connection: {},
    sharedStorage: { kind: "s3", bucket: "regions" },
    tables: [],
    placements: Object.entries(pins).map(([table, targets]) => ({
      name: table,
      database: "public",
      table,
      strategy: "pinned" as const,
      pins: Object.fromEntries(
        Object.entries(targets).map(([partition, target]) => [partition, datanodeId(target)]),
      ) as Record<string, DatanodeId>,
      replayTimeoutSeconds: 300,
      limits: DEFAULT_LIMITS,
      acceptDataLossOf: [],
    })),
    ...change,
  };
}

/** The cluster after these moves. */
export function applied(observed: ObservedGreptimeCluster, moves: readonly Move[]): ObservedGreptimeCluster {
  const targets = new Map(moves.map((move) => [move.region, move.to]));
  return {
    ...observed,
    tables: observed.tables.map((table) => ({
      ...table,
      regions: table.regions.map((region) => ({ ...region, leader: targets.get(region.id) ?? region.leader })),
    })),
  };
}
