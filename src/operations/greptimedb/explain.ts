import { readMoveHistory } from "../../convergence/move-history";
import { stateDirectory } from "../../convergence/journal/state-directory";
import { clusterIdentity } from "../../engines/open";
import { explainPlan, type PlanExplanation } from "../../planning/explain-plan";
import type { PastMove } from "../../planning/schedule/estimate-duration";
import { DiagnosticError } from "../../topology/diagnostic";
import type { ClusterDeclaration, TopologyManifest } from "../../topology/manifest";
import type { PlannedGreptimeCluster } from "../plan-topology";
import type { OperationContext } from "../read-cluster";

/** Why a plan takes as long as it does, how loaded each datanode is meanwhile, and how long it may take by the moves that were timed before. */
export async function explainPlanned(
  planned: PlannedGreptimeCluster,
  manifest: TopologyManifest,
  context: OperationContext,
): Promise<PlanExplanation> {
  const declaration = manifest.clusters.find((cluster) => cluster.name === planned.cluster);
  return explainPlan(planned.plan, planned.observed, declaration === undefined ? [] : await pastMoves(declaration, context));
}

/** Empty when the cluster has no history here, or is planned from a snapshot without its settings. */
async function pastMoves(declaration: ClusterDeclaration, { env }: OperationContext): Promise<readonly PastMove[]> {
  try {
    const history = await readMoveHistory(stateDirectory(env), clusterIdentity(declaration, env));
    return history.map(({ bytes, ms }) => ({ bytes, durationMs: ms }));
  } catch (error) {
    if (error instanceof DiagnosticError) return [];
    throw error;
  }
}
