import { greptimeKnowledge } from "../../engines/open";
import type { ObservedGreptimeCluster } from "../../planning/observed";
import type { ClusterPlan } from "../../planning/plan";
import { planCluster, type ApprovedPlan } from "../../planning/plan-cluster";
import type { UnderWay } from "../../planning/plan-placement";
import type { GreptimeClusterDeclaration } from "../../topology/manifest";

/**
 * The plan for one reading of one cluster. `adoptable`: regions that an interrupted run of ours left in motion. `approved`: the plan
 * that this one is compared with.
 */
export function planReading(cluster: GreptimeClusterDeclaration, observed: ObservedGreptimeCluster, adoptable: UnderWay = new Map(), approved?: ApprovedPlan): ClusterPlan {
  const tableChanges = cluster.tables.flatMap((table) => greptimeKnowledge.diffTable(table, observed));
  return planCluster({ cluster, observed, tableChanges, adoptable, ...(approved === undefined ? {} : { approved }) });
}
