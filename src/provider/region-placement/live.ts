import type { ObjectValue, Value } from "../../plugin";
import type { ObservedGreptimeCluster, ObservedTable } from "../../planning/observed";
import type { DatanodeId, PartitionKey } from "../../topology/ids";
import { fromDatanodeId, datanodesOf, sortedMap } from "../values";
import { datanodeMap, toDatanodeMap } from "./state";

/** A datanode's lease: silent for longer, its regions are no longer served (observed on 1.0.2 and 1.1.4). */
export const LEASE_MS = 10_000;
/** `cluster_info` fills up with the first heartbeats after a start of the metasrv; until then an absent datanode may still come. */
export const METASRV_WARM_UP_MS = 9_000;

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
  const warmingUp = observed.metasrvUptimeMs !== null && observed.metasrvUptimeMs < METASRV_WARM_UP_MS;
  return [...wanted]
    .filter((id) => (listed.has(id) ? (listed.get(id) ?? 0) > LEASE_MS : !warmingUp))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
