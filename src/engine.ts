/**
 * Topoform from a program: read, plan, apply and check a topology without Terraform and without the command line.
 *
 * @example
 * import { parseManifest, planTopology } from "topoform/engine";
 *
 * const { manifest } = parseManifest(JSON.parse(text), "topoform.json");
 * const [cluster] = await planTopology(manifest!, { env: process.env });
 * if (cluster?.kind === "planned") console.log(cluster.plan.moves);
 */
export { applyTopology, type AppliedCluster, type ApplyRequest } from "./operations/apply-topology";
export { planFromSnapshot, planTopology, type PlannedCluster } from "./operations/plan-topology";
export { withClusters, type ClusterReading, type OperationContext } from "./operations/read-cluster";
export { parsePlans, plansToJson } from "./operations/saved-plan";
export { parseSnapshot, snapshotToJson, type TopologySnapshot } from "./operations/snapshot-json";
export { driftOf, type Drift, type DriftCode } from "./planning/drift";
export { isEmptyPlan, type Certificate, type ClusterPlan, type Schedule } from "./planning/plan";
export type { Change, Move, TableChange, TableName } from "./planning/change";
export type { ObservedDatanode, ObservedGreptimeCluster, ObservedRegion, ObservedTable } from "./planning/observed";
export { EVENT_CODES, type ConvergenceEvent, type EventCode } from "./convergence/events";
export type { ConvergenceResult, MoveOutcome, MoveResult } from "./convergence/result";
export { DiagnosticError, type Diagnostic } from "./topology/diagnostic";
export { datanodeId, regionId, UNPARTITIONED, type DatanodeId, type PartitionKey, type RegionId } from "./topology/ids";
export type { TopologyManifest } from "./topology/manifest";
export { parseManifest } from "./topology/manifest-json";
export { MANIFEST_SCHEMA } from "./topology/manifest-schema";
