import { systemClock } from "../../convergence/clock";
import { exclusivelyKwdb, type ExclusiveKwdbRequest, type ExclusiveKwdbSession } from "../../convergence/kwdb/exclusive-run";
import type { KwdbResult } from "../../convergence/kwdb/result";
import { stateDirectory } from "../../convergence/journal/state-directory";
import { clusterIdentity } from "../../engines/open";
import { withIndex } from "../../planning/kwdb/desired-zones";
import type { ObservedKwdbCluster } from "../../planning/kwdb/observed";
import { keepOriginals } from "../../planning/kwdb/originals";
import type { KwdbPlan } from "../../planning/kwdb/plan";
import { differenceBetweenKwdbPlans } from "../../planning/kwdb/plan-diff";
import { planKwdb } from "../../planning/kwdb/plan-kwdb";
import { recordFound } from "../../planning/kwdb/restore";
import type { KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import type { TopologyManifest } from "../../topology/manifest";
import { isLocked, planStale, type AppliedCluster, type RunOptions } from "../apply-outcome";
import { diagnosticsOf, type OperationContext, type ReadKwdbCluster } from "../read-cluster";
import { ownerOf } from "./recorded-originals";

/** Does exactly the approved plan on a KWDB cluster, or refuses and names what changed since. */
export async function applyKwdb(
  manifest: TopologyManifest,
  reading: ReadKwdbCluster,
  approved: KwdbPlan,
  context: OperationContext,
  request: RunOptions,
): Promise<AppliedCluster> {
  const { declaration, port } = reading;
  const cluster = declaration.name;
  if (approved.blocked.length > 0) return { kind: "refused", cluster, diagnostics: approved.blocked };
  try {
    return await exclusivelyKwdb(exclusiveKwdbRequest(manifest, reading, context, request), async (session): Promise<AppliedCluster> => {
      const originals = await session.readOriginals();
      const observed = await port.inspect({ cluster: declaration, originals });
      const fresh = planKwdb({ cluster: declaration, observed, recordedOriginals: originals });
      const differences = differenceBetweenKwdbPlans(approved, fresh, session.doneBy(approved));
      if (differences.length > 0) return { kind: "refused", cluster, diagnostics: [planStale(cluster, differences)] };
      await session.saveOriginals(recordFound(originals, declaration, observed));
      const result = await execute(session.execute, reading, approved, request);
      if (result.ok) await forgetRestored(declaration, observed, session);
      return { kind: "applied", cluster, engine: "kwdb", result };
    });
  } catch (error) {
    const diagnostics = diagnosticsOf(error, cluster);
    return { kind: isLocked(diagnostics) ? "locked" : "unreadable", cluster, diagnostics };
  }
}

/** Executes a plan with everything that its run is told, on a locked cluster. */
export function execute(
  run: ExclusiveKwdbSession["execute"],
  { declaration, port }: ReadKwdbCluster,
  plan: KwdbPlan,
  { drain, stop, emit }: RunOptions,
): Promise<KwdbResult> {
  return run({ plan, port, drain, stop, emit: (event) => emit(declaration.name, event) });
}

/** What is neither declared any more nor changed needs not be remembered: it is as it was found. */
async function forgetRestored(declaration: KwdbClusterDeclaration, observed: ObservedKwdbCluster, session: ExclusiveKwdbSession): Promise<void> {
  await session.saveOriginals(
    keepOriginals(await session.readOriginals(), {
      zones: declaration.zones.map(({ target }) => withIndex(target, observed)),
      settings: declaration.settings.map(({ name }) => name.toLowerCase()),
      rebalances: declaration.rebalances.map(({ name }) => name),
    }),
  );
}

/** What names a cluster's files, its holder on this machine and its owner. */
export function exclusiveKwdbRequest(
  manifest: TopologyManifest,
  { declaration }: ReadKwdbCluster,
  { env }: OperationContext,
  { command }: RunOptions,
): ExclusiveKwdbRequest {
  return {
    identity: clusterIdentity(declaration, env),
    directory: stateDirectory(env),
    owner: ownerOf(manifest, declaration),
    command,
    clock: systemClock,
  };
}
