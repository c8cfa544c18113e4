import { exclusively } from "../../convergence/exclusive-run";
import { readRollback } from "../../convergence/rollback-file";
import { stateDirectory, statePaths } from "../../convergence/journal/state-directory";
import { clusterIdentity } from "../../engines/open";
import { isEmptyPlan, type ClusterPlan } from "../../planning/plan";
import type { UnderWay } from "../../planning/plan-placement";
import { differenceBetweenPlans } from "../../planning/plan-diff";
import type { RegionId } from "../../topology/ids";
import { isLocked, rollbackStale, type AppliedCluster, type RunOptions } from "../apply-outcome";
import type { PlannedRollback } from "../planned-rollback";
import { diagnosticsOf, type OperationContext, type ReadGreptimeCluster } from "../read-cluster";
import { executeVerified, exclusiveRequest } from "./apply";
import { fitRollback, tablesOfRollback } from "./fit-rollback";
import { leftBehind } from "./left-behind";

/** What undoing the last apply to a GreptimeDB cluster would do now. Changes nothing. */
export async function planGreptimeRollback(reading: ReadGreptimeCluster, context: OperationContext): Promise<PlannedRollback> {
  const { declaration, port } = reading;
  const { env } = context;
  const cluster = declaration.name;
  const saved = await readRollback(statePaths(stateDirectory(env), clusterIdentity(declaration, env)).rollback);
  if (saved === null) return { kind: "nothing", cluster };
  const observed = await port.readDefinitions(reading.observed, tablesOfRollback(saved));
  const { adoptable, interrupted } = await leftBehind(declaration, context);
  const { plan, differences } = fitRollback(saved, declaration, observed, adoptable);
  if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, differences)] };
  if (isEmptyPlan(plan) && !interrupted) return { kind: "nothing", cluster };
  return { kind: "planned", engine: "greptimedb", cluster, plan, savedAt: saved.savedAt, irreversible: saved.irreversible, observed, interrupted };
}

/** Does exactly the approved rollback, or refuses and names what changed since. */
export async function rollbackGreptime(reading: ReadGreptimeCluster, approved: ClusterPlan, context: OperationContext, request: RunOptions): Promise<AppliedCluster> {
  const { declaration, port } = reading;
  const cluster = declaration.name;
  if (approved.blocked.length > 0) return { kind: "refused", cluster, diagnostics: approved.blocked };
  try {
    return await exclusively(exclusiveRequest(reading, context, request), async (session): Promise<AppliedCluster> => {
      const saved = await session.readRollback();
      if (saved === null) return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, ["There is nothing to undo any more."])] };
      const observed = await port.inspect({ definitions: tablesOfRollback(saved) });
      const fitted = fitRollback(saved, declaration, observed, session.adoptable);
      const differences = [...fitted.differences, ...differenceBetweenPlans(approved, fitted.plan, begunMoves(approved, session.adoptable))];
      if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [rollbackStale(cluster, differences)] };
      return { kind: "applied", engine: "greptimedb", cluster, result: await executeVerified(session.executeRollback, reading, approved, request) };
    });
  } catch (error) {
    const diagnostics = diagnosticsOf(error, cluster);
    return { kind: isLocked(diagnostics) ? "locked" : "unreadable", cluster, diagnostics };
  }
}

/** Regions whose move an interrupted rollback has begun: it may have ended since the plan was made. */
function begunMoves({ moves }: ClusterPlan, adoptable: UnderWay): ReadonlySet<RegionId> {
  return new Set(moves.filter(({ region, to }) => adoptable.get(region)?.to === to).map(({ region }) => region));
}
