import { isAdopted } from "../../topology/kwdb/zone-target";
import { variablesOf } from "../../topology/kwdb/zone-values";
import type { ObservedKwdbCluster, ObservedNode, ObservedZone } from "./observed";

/**
 * Whether the server writes this zone by itself: the ranges and database `system` at the first start, the partitions of a rebalance,
 * and `num_replicas = 1` of every new database in clusters with single replicas.
 */
export function isServerZone({ target, own }: ObservedZone, observed: ObservedKwdbCluster): boolean {
  if (isAdopted(target)) return true;
  if (target.kind === "partition") return isRebalancePartition(target.partition);
  const variables = variablesOf(own);
  return (
    target.kind === "database" && isSingleReplicaCluster(observed) && variables.length === 1 && own.numReplicas === 1
  );
}

/** REBALANCE names its partitions after the ranges it found. */
export function isRebalancePartition(name: string): boolean {
  return /^rebalance_replica\d+$/.test(name);
}

/** Whether the nodes were started with `start-single-replica`. */
export function isSingleReplicaCluster({ nodes }: ObservedKwdbCluster): boolean {
  return nodes.kind === "read" && nodes.value.some(({ startMode }) => startMode === "start-single-replica");
}

/** Nodes that do not answer and were not taken out of the cluster. */
export function downNodes(nodes: readonly ObservedNode[]): readonly ObservedNode[] {
  return nodes.filter((node) => !node.live && !node.decommissioning);
}

/** Nodes that hold replicas or may get some. */
export function availableNodes(nodes: readonly ObservedNode[]): readonly ObservedNode[] {
  return nodes.filter((node) => node.live && !node.decommissioning);
}
