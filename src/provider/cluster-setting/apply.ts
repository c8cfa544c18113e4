import type { Context, ObjectValue } from "../../plugin";
import { NO_ORIGINALS, type KwdbOriginals } from "../../planning/kwdb/originals";
import { planKwdb } from "../../planning/kwdb/plan-kwdb";
import { errorDiagnostic, hasErrors, type Diagnostic } from "../../topology/diagnostic";
import type { ClusterSettingDeclaration, KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import { SETTING_TYPES } from "../../topology/kwdb/setting-value";
import { claimedTwice, leftToSuccessor } from "../claims";
import type { KwdbClient, ProviderClient } from "../client";
import type { KwdbSession } from "../converge-kwdb";
import { expectedFailure } from "../report";
import type { ApplyRequest, ApplyResult, Outcome } from "../resource-types";
import { requiredText } from "../values";
import { canonicalValue, foundOf, foundText, liveSetting, settingName, settingType, STORED } from "./state";
import { toSettingDiagnostics } from "./validate";

/** Sets the value and returns when it is in effect. When it is no longer what the plan was made from, nothing is set. */
export async function applyClusterSetting({ prior, planned }: ApplyRequest, context: Context<ProviderClient>): Promise<ApplyResult> {
  try {
    const kwdb = context.client.kwdb();
    const outcome = await kwdb.converge
      .exclusively({ drain: context.stop, log: context.log }, (session) =>
        planned === null ? destroy(prior, { kwdb, session }) : converge(prior, planned, { kwdb, session }),
      )
      .finally(() => kwdb.snapshots.invalidate());
    return { ...outcome, diagnostics: toSettingDiagnostics(outcome.diagnostics) };
  } catch (error) {
    return { state: planned === null ? prior : null, diagnostics: toSettingDiagnostics(expectedFailure(error)) };
  }
}

/** The cluster while it is locked for this apply. */
interface Locked {
  readonly kwdb: KwdbClient;
  readonly session: KwdbSession;
}

async function converge(prior: ObjectValue | null, planned: ObjectValue, { kwdb, session }: Locked): Promise<Outcome> {
  const declared = { name: settingName(planned), value: requiredText(planned, "value") };
  if (prior === null && kwdb.claimed.has(declared.name)) return { state: null, diagnostics: [claimedTwice(declared.name)] };
  const cluster = settingCluster(kwdb.name, [declared]);
  const observed = await kwdb.port.inspect({ cluster });
  const live = liveSetting(observed, declared.name);
  const changed = prior !== null && live !== undefined && isChanged(prior, live.value, canonicalValue(live.type, declared.value));
  if (changed) return { state: null, diagnostics: [planIsStale(prior, live.value)] };
  const plan = planKwdb({ cluster, observed });
  if (plan.blocked.length > 0 || live === undefined) return { state: null, diagnostics: plan.blocked };
  const recorded = (await session.originals()).settings.find(({ name }) => name === declared.name);
  const { diagnostics } = await session.run(plan);
  if (prior !== null) await session.forget(declared.name);
  if (hasErrors(diagnostics)) return { state: null, diagnostics };
  if (prior === null) kwdb.claimed.add(declared.name);
  return {
    state: { ...planned, type: SETTING_TYPES[live.type], found: prior === null ? foundText(recorded?.found ?? live) : (planned["found"] ?? null) },
    private: STORED,
    diagnostics,
  };
}

async function destroy(prior: ObjectValue | null, { kwdb, session }: Locked): Promise<Outcome> {
  if (prior === null) return { state: null, diagnostics: [] };
  const name = settingName(prior);
  if (kwdb.claimed.has(name)) return { state: null, diagnostics: [leftToSuccessor(name)] };
  const found = foundOf(prior);
  const originals: KwdbOriginals = { ...NO_ORIGINALS, settings: [{ name, type: settingType(prior), found }] };
  const cluster = settingCluster(kwdb.name, []);
  const observed = await kwdb.port.inspect({ cluster, originals });
  const live = liveSetting(observed, name);
  if (live !== undefined && live.explicit && isChanged(prior, live.value, found.value)) return { state: prior, diagnostics: [planIsStale(prior, live.value)] };
  const plan = planKwdb({ cluster, observed, recordedOriginals: originals });
  if (plan.blocked.length > 0) return { state: prior, diagnostics: plan.blocked };
  const { diagnostics } = await session.run(plan);
  await session.forget(name);
  return { state: hasErrors(diagnostics) ? prior : null, diagnostics };
}

function settingCluster(name: string, settings: readonly ClusterSettingDeclaration[]): KwdbClusterDeclaration {
  return { engine: "kwdb", name, connection: {}, zones: [], settings, rebalances: [], reportUndeclaredZones: false };
}

/** Whether the live value is neither the one that the plan was made from nor the one that is wanted. */
function isChanged(prior: ObjectValue, live: string, wanted: string | null): boolean {
  return live !== canonicalValue(settingType(prior), requiredText(prior, "value")) && live !== wanted;
}

function planIsStale(prior: ObjectValue, live: string): Diagnostic {
  return errorDiagnostic({
    code: "PLAN_STALE",
    summary: `${settingName(prior)} changed since the plan`,
    detail: `It was ${requiredText(prior, "value")} when planned, is ${live} now. Nothing was set. Plan again, and apply what the new plan shows.`,
  });
}
