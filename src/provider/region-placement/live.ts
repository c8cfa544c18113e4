import type { ObjectValue, Value } from "../../plugin";
import type { ObservedGreptimeCluster, ObservedTable } from "../../planning/observed";
import { livenessOf, type Liveness } from "../../planning/liveness";
import { compareIds } from "../../planning/table-key";
import type { DatanodeId, PartitionKey } from "../../topology/ids";
import { fromDatanodeId, datanodesOf, sortedMap } from "../values";
import { datanodeMap, toDatanodeMap } from "./state";

/** The computed attributes that describe the live table. */
export function liveAttributes(declared: ObjectValue, observed: ObservedGreptimeCluster, table: ObservedTable): ObjectValue {
  return {
    id: `${table.database}.${table.name}`,
    placement: toDatanodeMap(livePlacement(table)),
    region_ids: sortedMap(table.regions.map((region) => [region.partition, region.id.toString() as Value])),
    unavailable_datanodes: unavailableDatanodes(declared, observed).map(fromDatanodeId),
  };
}

/** Partition to leading datanode; a region without a leader is absent. */
export function livePlacement(table: ObservedTable): ReadonlyMap<PartitionKey, DatanodeId> {
  return new Map(table.regions.flatMap((region) => (region.leader === null ? [] : [[region.partition, region.leader] as const])));
}

/** Declared and pinned datanodes that are not listed or silent for longer than the lease, by id. */
export function unavailableDatanodes(declared: ObjectValue, observed: ObservedGreptimeCluster): readonly DatanodeId[] {
  const wanted = new Set([...(datanodesOf(declared, "datanodes") ?? []), ...datanodeMap(declared, "pins").values()]);
  const listed = new Map(observed.datanodes.map((datanode) => [datanode.id, datanode.silentMs]));
  return [...wanted].filter((id) => UNAVAILABLE.has(livenessOf(id, listed, observed.metasrvUptimeMs))).sort(compareIds);
}

const UNAVAILABLE: ReadonlySet<Liveness> = new Set<Liveness>(["gone", "silent"]);
