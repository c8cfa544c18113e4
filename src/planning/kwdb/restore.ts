import type { KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import { compareTargets, formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { compareText } from "../table-key";
import { ownValuesOf, withIndex } from "./desired-zones";
import type { ObservedKwdbCluster } from "./observed";
import type { KwdbOriginals, SettingOriginal, ZoneOriginal } from "./originals";
import type { KwdbPlan } from "./plan";
import { planKwdb } from "./plan-kwdb";

/** The plan that puts back everything that is recorded: what destroying all declarations does. */
export function restoreChanges(
  cluster: string,
  observed: ObservedKwdbCluster,
  recordedOriginals: KwdbOriginals,
): KwdbPlan {
  const nothing: KwdbClusterDeclaration = {
    engine: "kwdb",
    name: cluster,
    connection: {},
    zones: [],
    settings: [],
    rebalances: [],
    reportUndeclaredZones: false,
  };
  return planKwdb({ cluster: nothing, observed, recordedOriginals });
}

/**
 * The originals with everything declared that is not recorded yet, as it is found now: for what is imported, or is as declared
 * before anything was changed, so that destroying it later discards the zones of users' objects too.
 */
export function recordFound(
  originals: KwdbOriginals,
  declared: Pick<KwdbClusterDeclaration, "zones" | "settings">,
  observed: ObservedKwdbCluster,
): KwdbOriginals {
  const own = ownValuesOf(observed);
  const zones = new Map(originals.zones.map((zone) => [formatZoneTarget(zone.target), zone] as const));
  for (const zone of declared.zones) {
    const target = withIndex(zone.target, observed);
    const key = formatZoneTarget(target);
    const found: ZoneOriginal = { target, own: own.get(key) ?? null, changed: [] };
    if (!zones.has(key)) zones.set(key, found);
  }
  const settings = new Map(originals.settings.map((setting) => [setting.name, setting] as const));
  const names = new Set(declared.settings.map(({ name }) => name.toLowerCase()));
  for (const { name, type, value, explicit } of observed.settings.kind === "read" ? observed.settings.value : []) {
    const found: SettingOriginal = { name, type, found: { value, explicit } };
    if (names.has(name) && !settings.has(name)) settings.set(name, found);
  }
  return {
    ...originals,
    zones: [...zones.values()].sort((a, b) => compareTargets(a.target, b.target)),
    settings: [...settings.values()].sort((a, b) => compareText(a.name, b.name)),
  };
}
