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
export type { AppliedCluster, RunOptions } from "./operations/apply-outcome";
export { applyTopology, type ApplyRequest } from "./operations/apply-topology";
export { planFromSnapshot, planTopology, type PlannedCluster } from "./operations/plan-topology";
export { withClusters, type ClusterReading, type OperationContext } from "./operations/read-cluster";
export { parsePlans, plansToJson } from "./operations/saved-plan";
export { parseSnapshot, snapshotToJson } from "./operations/snapshot-json";
export type { ClusterSnapshot, TopologySnapshot } from "./operations/topology-snapshot";
export type { Drift, DriftCode } from "./planning/drift";
export type { KwdbDriftCode } from "./planning/kwdb/drift";
export type { KwdbChange } from "./planning/kwdb/change";
export type { ObservedKwdbCluster } from "./planning/kwdb/observed";
export type { KwdbPlan } from "./planning/kwdb/plan";
export { isEmptyTopologyPlan as isEmptyPlan, topologyDrift as driftOf, type TopologyPlan } from "./planning/topology-plan";
export type { Certificate, ClusterPlan, Schedule } from "./planning/plan";
export type { Change, Move, TableChange, TableName } from "./planning/change";
export type { ObservedDatanode, ObservedGreptimeCluster, ObservedRegion, ObservedTable } from "./planning/observed";
export { EVENT_CODES, type ConvergenceEvent, type EventCode } from "./convergence/events";
export type { KwdbChangeResult, KwdbOutcome, KwdbResult } from "./convergence/kwdb/result";
export type { ConvergenceResult, MoveOutcome, MoveResult } from "./convergence/result";
export { DiagnosticError, type Diagnostic } from "./topology/diagnostic";
export { datanodeId, regionId, UNPARTITIONED, type DatanodeId, type PartitionKey, type RegionId } from "./topology/ids";
export type { TopologyManifest } from "./topology/manifest";
export { parseManifest } from "./topology/manifest-json";
export { MANIFEST_SCHEMA } from "./topology/manifest-schema";
