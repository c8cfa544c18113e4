import type { ObjectValue, Value } from "../../plugin";
import type { ObservedGreptimeCluster, ObservedRegion, ObservedTable } from "../../planning/observed";
import { livenessOf, type Liveness } from "../../planning/liveness";
import { rememberedSize } from "../../planning/size-class";
import { compareIds } from "../../planning/table-key";
import type { DatanodeId, PartitionKey } from "../../topology/ids";
import { fromDatanodeId, datanodesOf, sortedMap } from "../values";
import { datanodeMap, hasRule, partitionName, placementId, toDatanodeMap } from "./state";

/** A region as the attributes name it. */
export interface LiveRegion {
  readonly name: PartitionKey;
  readonly region: ObservedRegion;
}

/** The regions of the placed tables. */
export function liveRegions(declared: ObjectValue, tables: readonly ObservedTable[]): readonly LiveRegion[] {
  return tables.flatMap((table) =>
    table.regions.map((region) => ({ name: partitionName(declared, table.name, region.partition) as PartitionKey, region })),
  );
}

/**
 * The computed attributes that describe the live tables. The sizes of regions are read into the state where a rule needs them:
 * planning knows the cluster only through it. `remembered`: the sizes that the state had.
 */
export function liveAttributes(
  declared: ObjectValue,
  observed: ObservedGreptimeCluster,
  tables: readonly ObservedTable[],
  remembered: ObjectValue = {},
): ObjectValue {
  const regions = liveRegions(declared, tables);
  return {
    id: placementId(tables),
    placement: toDatanodeMap(livePlacement(regions)),
    region_ids: sortedMap(regions.map(({ name, region }) => [name, region.id.toString() as Value])),
    region_sizes: hasRule(declared) ? sizes(regions, remembered) : {},
    unavailable_datanodes: unavailableDatanodes(declared, observed).map(fromDatanodeId),
  };
}

function sizes(regions: readonly LiveRegion[], remembered: ObjectValue): Value {
  return sortedMap(
    regions.flatMap(({ name, region }) => {
      const before = remembered[name];
      const size = rememberedSize(typeof before === "number" ? BigInt(before) : null, region.sizeBytes);
      return size === null ? [] : [[name, Number(size) as Value] as const];
    }),
  );
}

/** Partition to leading datanode; a region without a leader is absent. */
export function livePlacement(regions: readonly LiveRegion[]): ReadonlyMap<PartitionKey, DatanodeId> {
  return new Map(regions.flatMap(({ name, region }) => (region.leader === null ? [] : [[name, region.leader] as const])));
}

/** Declared and pinned datanodes that are not listed or silent for longer than the lease, by id. */
export function unavailableDatanodes(declared: ObjectValue, observed: ObservedGreptimeCluster): readonly DatanodeId[] {
  const wanted = new Set([...(datanodesOf(declared, "datanodes") ?? []), ...datanodeMap(declared, "pins").values()]);
  const listed = new Map(observed.datanodes.map((datanode) => [datanode.id, datanode.silentMs]));
  return [...wanted].filter((id) => UNAVAILABLE.has(livenessOf(id, listed, observed.metasrvUptimeMs))).sort(compareIds);
}

const UNAVAILABLE: ReadonlySet<Liveness> = new Set<Liveness>(["gone", "silent"]);
