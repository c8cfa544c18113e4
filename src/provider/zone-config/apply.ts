import { isUnknown } from "../../plugin";
import type { Context, ObjectValue } from "../../plugin";
import { replicasNotAgreed } from "../../convergence/kwdb/execute-plan";
import { NO_ORIGINALS, restoredZone, type KwdbOriginals, type ZoneOriginal } from "../../planning/kwdb/originals";
import type { ObservedKwdbCluster } from "../../planning/kwdb/observed";
import { ownValuesOf } from "../../planning/kwdb/desired-zones";
import { planKwdb } from "../../planning/kwdb/plan-kwdb";
import { isServerZone } from "../../planning/kwdb/server-zones";
import { errorDiagnostic, hasErrors, warningDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { isAdopted } from "../../topology/kwdb/zone-target";
import { formatValue, sameValues, sqlName, variablesOf, type ZoneValues } from "../../topology/kwdb/zone-values";
import { claimedTwice, leftToSuccessor } from "../claims";
import type { KwdbClient, ProviderClient } from "../client";
import type { KwdbSession } from "../converge-kwdb";
import { expectedFailure } from "../report";
import type { ApplyRequest, ApplyResult, Outcome } from "../resource-types";
import { interrupted } from "../take-turns";
import { booleanOf, numberOf } from "../values";
import { foundText, originalOf, targetOf, zoneCluster, zoneDeclaration } from "./declaration";
import { differencesSincePlan } from "./differences";
import { desiredZone, zoneReading, type ZoneReading } from "./live";
import { readLastReading, writeLastReading } from "./private-data";
import { liveWarnings } from "./read";
import { toZoneDiagnostics } from "./validate";

/**
 * Makes the zone as planned, in one transaction. The live zone is read again first; when it is no longer what the plan was made from, nothing
 * is written. A failed creation records nothing, so that the next apply starts over with what is there; what it has overwritten is recorded
 * on disk. The ranges are waited for without the cluster's lock.
 */
export async function applyZoneConfig(request: ApplyRequest, context: Context<ProviderClient>): Promise<ApplyResult> {
  const { prior, planned } = request;
  const object = planned ?? prior ?? {};
  try {
    const kwdb = context.client.kwdb();
    const outcome = await kwdb.converge
      .exclusively({ drain: context.stop, log: context.log }, (session) =>
        planned === null ? destroy(prior, request.private, { kwdb, session }) : converge(prior, planned, request.private, { kwdb, session }),
      )
      .finally(() => kwdb.snapshots.invalidate());
    const waited = planned === null || hasErrors(outcome.diagnostics) ? [] : await awaitReplicas(planned, kwdb, context);
    const failedCreation = prior === null && hasErrors(waited);
    return {
      ...outcome,
      ...(failedCreation ? { state: null } : {}),
      diagnostics: toZoneDiagnostics([...outcome.diagnostics, ...waited], object),
    };
  } catch (error) {
    return { state: planned === null ? prior : null, diagnostics: toZoneDiagnostics(expectedFailure(error), object) };
  }
}

/** The cluster while it is locked for this apply. */
interface Locked {
  readonly kwdb: KwdbClient;
  readonly session: KwdbSession;
}

async function converge(prior: ObjectValue | null, planned: ObjectValue, privateData: Uint8Array, { kwdb, session }: Locked): Promise<Outcome> {
  const declaration = zoneDeclaration(planned);
  const cluster = zoneCluster(kwdb.name, [declaration]);
  const observed = await kwdb.port.inspect({ cluster });
  const zone = zoneReading(declaration.target, { observed, own: ownValuesOf(observed) });
  const address = formatZoneTarget(zone.target);
  if (prior === null && kwdb.claimed.has(address)) return refused(claimedTwice(address));
  const original = prior === null ? await recordedZone(session, address) : originalOf(prior, zone.target);
  const desired = desiredZone(planned, zone, original);
  const lines = prior === null ? [] : sincePlan(privateData, zone, desired);
  if (lines.length > 0) return refused(planIsStale(address, lines));

  const plan = planKwdb({ cluster, observed, recordedOriginals: originalsOf(original) });
  if (plan.blocked.length > 0) return { state: null, diagnostics: plan.blocked };
  const foreign = prior === null && isForeign(zone, observed, original);
  if (foreign && plan.changes.length > 0) return refused(zoneExists(address, zone.own ?? {}));

  const { diagnostics } = await session.run(plan);
  if (prior !== null) await session.forget(address);
  else if (!hasErrors(diagnostics)) kwdb.claimed.add(address);
  const told = [...liveWarnings(declaration, observed), ...(foreign ? [takenOver(address)] : []), ...diagnostics];
  if (hasErrors(diagnostics)) return { state: null, diagnostics: told };
  return {
    state: { ...planned, found: isUnknown(planned["found"]) ? foundText(original === undefined ? zone.own : original.own) : planned["found"]! },
    private: writeLastReading(planned, { ...zone, own: desired }),
    diagnostics: told,
  };
}

async function destroy(prior: ObjectValue | null, privateData: Uint8Array, { kwdb, session }: Locked): Promise<Outcome> {
  if (prior === null) return { state: null, diagnostics: [] };
  const cluster = zoneCluster(kwdb.name, []);
  const declared = targetOf(prior);
  const observed = await kwdb.port.inspect({ cluster, originals: originalsOf({ target: declared, own: null, changed: [] }) });
  const zone = zoneReading(declared, { observed, own: ownValuesOf(observed) });
  const address = formatZoneTarget(zone.target);
  if (kwdb.claimed.has(address)) return { state: null, diagnostics: [leftToSuccessor(address)] };
  const original = originalOf(prior, zone.target);
  const lines = zone.own === null ? [] : sincePlan(privateData, zone, restoredZone(original, zone.own));
  if (lines.length > 0) return { state: prior, diagnostics: [planIsStale(address, lines)] };
  const plan = planKwdb({ cluster, observed, recordedOriginals: originalsOf(original) });
  if (plan.blocked.length > 0) return { state: prior, diagnostics: plan.blocked };
  const { diagnostics } = await session.run(plan);
  await session.forget(address);
  return { state: hasErrors(diagnostics) ? prior : null, diagnostics };
}

function originalsOf(zone: ZoneOriginal | undefined): KwdbOriginals {
  return zone === undefined ? NO_ORIGINALS : { ...NO_ORIGINALS, zones: [zone] };
}

/** What an apply that Terraform never heard of has recorded. */
async function recordedZone(session: KwdbSession, address: string): Promise<ZoneOriginal | undefined> {
  return (await session.originals()).zones.find(({ target }) => formatZoneTarget(target) === address);
}

/** The transaction compares once more, with what is read here. */
function sincePlan(privateData: Uint8Array, zone: ZoneReading, desired: ZoneValues | null): readonly string[] {
  const before = readLastReading(privateData);
  return before === undefined ? [] : differencesSincePlan(before.own, zone.own, desired, zone.inherited);
}

/** Whether a new resource finds a zone that neither the server nor an interrupted apply of ours has made. */
function isForeign({ target, own }: ZoneReading, observed: ObservedKwdbCluster, recorded: ZoneOriginal | undefined): boolean {
  if (own === null || isAdopted(target)) return false;
  if (isServerZone({ target, own, effective: own, zoneId: 0, subzoneId: 0 }, observed)) return false;
  return recorded === undefined || (recorded.own !== null && sameValues(recorded.own, own, {}));
}

async function awaitReplicas(planned: ObjectValue, kwdb: KwdbClient, { stop, log }: Context<ProviderClient>): Promise<readonly Diagnostic[]> {
  if (booleanOf(planned, "wait_for_replicas") !== true) return [];
  const timeoutSeconds = numberOf(planned, "replicas_timeout_seconds") ?? 600;
  try {
    const waited = await kwdb.port.waitForReplicas([targetOf(planned)], {
      signal: stop,
      timeoutSeconds,
      onProgress: ({ ready, total }) => log.info("REPLICAS_PROGRESS", { ready, total }),
    });
    if (waited.kind === "timed-out") return [replicasNotAgreed(waited.pending, timeoutSeconds)];
    return waited.kind === "aborted" ? [interrupted("The zone is stored; its replicas are not waited for any more.")] : [];
  } catch (error) {
    return expectedFailure(error);
  }
}

function refused(diagnostic: Diagnostic): Outcome {
  return { state: null, diagnostics: [diagnostic] };
}

function planIsStale(address: string, lines: readonly string[]): Diagnostic {
  return errorDiagnostic({
    code: "PLAN_STALE",
    summary: `The zone of ${address} changed since the plan`,
    detail: `${lines.map((line) => `  ${line}`).join("\n")}\nNothing was written. Plan again, and apply what the new plan shows.`,
  });
}

function zoneExists(address: string, own: ZoneValues): Diagnostic {
  const found = variablesOf(own).map((variable) => `  ${sqlName(variable)} = ${formatValue(own, variable)}`);
  return errorDiagnostic({
    code: "KWDB_ZONE_EXISTS",
    summary: `${address} has a zone of its own already`,
    detail: `Somebody set it:\n${found.join("\n")}\nNothing was written. Import it to see what the declaration changes (terraform import ADDRESS '${address}'), or discard it: ALTER ${address} CONFIGURE ZONE DISCARD.`,
  });
}

function takenOver(address: string): Diagnostic {
  return warningDiagnostic({
    code: "KWDB_ZONE_TAKEN_OVER",
    summary: `${address} had this zone already`,
    detail: "Nothing was written. Destroying the resource discards the zone.",
  });
}
