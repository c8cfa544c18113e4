import { createHash } from "node:crypto";
import { systemClock } from "../../convergence/clock";
import { exclusivelyKwdb } from "../../convergence/kwdb/exclusive-run";
import { stateDirectory } from "../../convergence/journal/state-directory";
import type { KwdbPort } from "../../engines/kwdb-port";
import { clusterIdentity, openKwdb } from "../../engines/open";
import { canonicalJson } from "../../planning/canonical-json";
import type { ObservedKwdbCluster } from "../../planning/kwdb/observed";
import { NO_ORIGINALS } from "../../planning/kwdb/originals";
import type { KwdbPlan } from "../../planning/kwdb/plan";
import { differenceBetweenKwdbPlans } from "../../planning/kwdb/plan-diff";
import { planRebalances } from "../../planning/kwdb/plan-rebalances";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import type { KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { isLocked, planStale, type AppliedCluster, type RunOptions } from "../apply-outcome";
import type { PlannedKwdbCluster } from "../plan-topology";
import { diagnosticsOf, type OperationContext } from "../read-cluster";

/** A rebalance by hand: what, on which cluster, and whether partitions may go. */
export interface RebalanceRequest {
  /** Where; its declared partitions are protected. */
  readonly cluster: KwdbClusterDeclaration;
  readonly target: ZoneTarget;
  /** It may replace declared HASHPOINT partitions and their zones. */
  readonly replacePartitions: boolean;
}

/** What the rebalance would do, or why it must not be started. Changes nothing. Rejects with a DiagnosticError or PortError. */
export async function planRebalance(request: RebalanceRequest, context: OperationContext): Promise<PlannedKwdbCluster> {
  const port = open(request, context);
  try {
    const { plan, observed } = await planNow(request, port);
    return { kind: "planned", engine: "kwdb", cluster: request.cluster.name, plan, observed };
  } finally {
    await port.close();
  }
}

/** Does exactly the approved rebalance and follows its job to the end, or refuses and names what changed since. */
export async function runRebalance(
  request: RebalanceRequest & { readonly timeoutSeconds?: number },
  approved: KwdbPlan,
  context: OperationContext,
  run: Omit<RunOptions, "verifyRows">,
): Promise<AppliedCluster> {
  const cluster = request.cluster.name;
  if (approved.blocked.length > 0) return { kind: "refused", cluster, diagnostics: approved.blocked };
  const port = open(request, context);
  const exclusive = {
    identity: clusterIdentity(request.cluster, context.env),
    directory: stateDirectory(context.env),
    owner: "rebalance by hand",
    command: run.command,
    clock: systemClock,
  };
  try {
    return await exclusivelyKwdb(exclusive, async (session): Promise<AppliedCluster> => {
      const differences = differenceBetweenKwdbPlans(approved, (await planNow(request, port)).plan);
      if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [planStale(cluster, differences)] };
      const result = await session.executeOnly({
        plan: approved,
        port,
        drain: run.drain,
        stop: run.stop,
        emit: (event) => run.emit(cluster, event),
        ...(request.timeoutSeconds === undefined ? {} : { rebalanceTimeoutSeconds: request.timeoutSeconds }),
      });
      await session.saveOriginals(NO_ORIGINALS);
      return { kind: "applied", engine: "kwdb", cluster, result };
    });
  } catch (error) {
    const diagnostics = diagnosticsOf(error, cluster);
    return { kind: isLocked(diagnostics) ? "locked" : "unreadable", cluster, diagnostics };
  } finally {
    await port.close();
  }
}

function open({ cluster }: RebalanceRequest, context: OperationContext): KwdbPort {
  return (context.openKwdb ?? ((declaration) => openKwdb(declaration, { env: context.env })))(cluster);
}

async function planNow(request: RebalanceRequest, port: KwdbPort): Promise<{ readonly plan: KwdbPlan; readonly observed: ObservedKwdbCluster }> {
  const { target, replacePartitions } = request;
  const rebalances = [{ name: "by hand", target, triggers: {}, replacePartitions }];
  const cluster: KwdbClusterDeclaration = { ...request.cluster, settings: [], rebalances };
  const observed = await port.inspect({ cluster });
  const { changes, blocked, warnings } = planRebalances(cluster, observed, NO_ORIGINALS);
  const basis = createHash("sha256").update(canonicalJson({ rebalance: formatZoneTarget(target), at: cluster.name })).digest("hex");
  return {
    observed,
    plan: { formatVersion: 1, engine: "kwdb", cluster: cluster.name, basis, changes, waitForReplicas: [], blocked, warnings, undeclaredZones: [] },
  };
}
