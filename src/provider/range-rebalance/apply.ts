import type { Context, ObjectValue } from "../../plugin";
import type { ObservedKwdbCluster } from "../../planning/kwdb/observed";
import { NO_ORIGINALS } from "../../planning/kwdb/originals";
import { rebalanceAddress } from "../../planning/kwdb/plan-diff";
import { planKwdb } from "../../planning/kwdb/plan-kwdb";
import { rebalanceObstacles } from "../../planning/kwdb/plan-rebalances";
import { isServerZone } from "../../planning/kwdb/server-zones";
import { hasErrors, type Diagnostic } from "../../topology/diagnostic";
import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "../../topology/kwdb/cluster";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import type { KwdbClient, ProviderClient } from "../client";
import type { KwdbSession } from "../converge-kwdb";
import { expectedFailure } from "../report";
import type { ApplyRequest, ApplyResult } from "../resource-types";
import { numberOf } from "../values";
import { isDueAgain } from "./plan";
import { rebalanceDeclaration, recordedRebalance, targetOf } from "./state";
import { toRebalanceDiagnostics } from "./validate";

/**
 * Rebalances when the resource is new or a trigger has changed, and follows the job to its end. One that an interrupted apply has finished is
 * not done again. After a failure the state stays as it was, so that the next apply tries again.
 */
export async function applyRangeRebalance({ prior, planned }: ApplyRequest, context: Context<ProviderClient>): Promise<ApplyResult> {
  try {
    const kwdb = context.client.kwdb();
    const request = { drain: context.stop, log: context.log };
    if (planned === null) {
      if (prior !== null) await kwdb.converge.exclusively(request, (session) => session.forget(rebalanceAddress(formatZoneTarget(targetOf(prior)))));
      return { state: null };
    }
    if (prior !== null && !isDueAgain(prior, planned)) return { state: planned };
    const { diagnostics, job } = await kwdb.converge
      .exclusively(request, (session) => rebalance(planned, kwdb, session))
      .finally(() => kwdb.snapshots.invalidate());
    return { state: hasErrors(diagnostics) ? null : { ...planned, job_id: job }, diagnostics: toRebalanceDiagnostics(diagnostics) };
  } catch (error) {
    return { state: planned === null ? prior : null, diagnostics: toRebalanceDiagnostics(expectedFailure(error)) };
  }
}

interface Rebalanced {
  readonly diagnostics: readonly Diagnostic[];
  readonly job: string | null;
}

async function rebalance(planned: ObjectValue, kwdb: KwdbClient, session: KwdbSession): Promise<Rebalanced> {
  const declared = rebalanceDeclaration(planned);
  const cluster: KwdbClusterDeclaration = {
    engine: "kwdb",
    name: kwdb.name,
    connection: {},
    zones: [],
    settings: [],
    rebalances: [declared],
    reportUndeclaredZones: false,
  };
  const observed = await kwdb.port.inspect({ cluster });
  const recordedOriginals = { ...NO_ORIGINALS, rebalances: recordedRebalance(await session.originals(), declared.name) };
  const plan = planKwdb({ cluster, observed, recordedOriginals });
  const obstacles = plan.changes.length === 0 ? plan.blocked : rebalanceObstacles(declared, { zones: partitionZones(observed) }, observed);
  if (obstacles.length > 0) return { diagnostics: obstacles, job: null };
  const timeout = numberOf(planned, "timeout_seconds");
  const { diagnostics, job } = await session.run(plan, timeout === null ? {} : { rebalanceTimeoutSeconds: timeout });
  return { diagnostics: [...plan.warnings.filter(({ code }) => code !== SAID_IN_PLAN), ...diagnostics], job };
}

const SAID_IN_PLAN = "KWDB_REBALANCE_OFF_PEAK";

/** A provider does not see the whole configuration: every zone of a partition that somebody made counts as declared. */
function partitionZones(observed: ObservedKwdbCluster): readonly ZoneConfigDeclaration[] {
  return observed.zones
    .filter((zone) => zone.target.kind === "partition" && !isServerZone(zone, observed))
    .map(({ target }) => ({ target, values: {}, copyFromParent: [], allowSystemRange: false, waitForReplicas: false }));
}
