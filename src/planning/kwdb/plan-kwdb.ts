import type { Diagnostic } from "../../topology/diagnostic";
import { compareTargets, formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import type { KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { effectiveValues, inheritedValues } from "../../topology/kwdb/zone-inheritance";
import type { ZoneValues } from "../../topology/kwdb/zone-values";
import { basisOfKwdb } from "./basis";
import { zoneChange, type KwdbChange, type ZoneChange } from "./change";
import { ownValuesOf, wantedZones, type WantedZone } from "./desired-zones";
import { listZones } from "./list-zones";
import type { ObservedKwdbCluster } from "./observed";
import { NO_ORIGINALS, type KwdbOriginals } from "./originals";
import type { KwdbPlan } from "./plan";
import { planRebalances } from "./plan-rebalances";
import { planSettings } from "./plan-settings";
import { targetObstacles, zoneObstacles } from "./zone-obstacles";
import { clusterWarnings } from "./warnings";

export interface KwdbPlanRequest {
  readonly cluster: KwdbClusterDeclaration;
  readonly observed: ObservedKwdbCluster;
  /** What was there before our first change; absent: nothing was changed yet. */
  readonly recordedOriginals?: KwdbOriginals;
}

/**
 * What would be done to a KWDB cluster. Pure: the same request gives the same bytes, in whatever order its lists are.
 * A change that must not be done is not among `changes`; `blocked` says which and why. What is recorded and not declared any more
 * is put back.
 */
export function planKwdb({ cluster, observed, recordedOriginals = NO_ORIGINALS }: KwdbPlanRequest): KwdbPlan {
  const zones = planZones(cluster, observed, recordedOriginals);
  const settings = planSettings(cluster, observed, recordedOriginals);
  const rebalances = planRebalances(cluster, observed, recordedOriginals);
  const changes: readonly KwdbChange[] = [...settings.changes, ...zones.changes, ...rebalances.changes];
  return {
    formatVersion: 1,
    cluster: cluster.name,
    engine: "kwdb",
    basis: basisOfKwdb(cluster, observed, recordedOriginals, changes),
    changes,
    waitForReplicas: zones.waitForReplicas,
    blocked: sorted([...zones.blocked, ...settings.blocked, ...rebalances.blocked]),
    warnings: sorted([...clusterWarnings(cluster, observed), ...rebalances.warnings]),
    undeclaredZones: cluster.reportUndeclaredZones
      ? listZones(cluster, observed)
          .filter(({ origin }) => origin === "user")
          .map(({ zone }) => zone.target)
          .sort(compareTargets)
      : [],
  };
}

interface PlannedZones {
  readonly changes: readonly ZoneChange[];
  readonly blocked: readonly Diagnostic[];
  readonly waitForReplicas: readonly ZoneTarget[];
}

/** Parents first, so that what a zone inherits is what it will inherit once its parents are changed. */
function planZones(
  cluster: KwdbClusterDeclaration,
  observed: ObservedKwdbCluster,
  originals: KwdbOriginals,
): PlannedZones {
  const live = ownValuesOf(observed);
  const planned = new Map(live);
  const changes: ZoneChange[] = [];
  const blocked: Diagnostic[] = [];
  const waitForReplicas: ZoneTarget[] = [];
  for (const wanted of wantedZones(cluster, observed, originals)) {
    const key = formatZoneTarget(wanted.target);
    const found = wanted.declaration === undefined ? [] : targetObstacles(wanted.declaration, wanted.target, observed);
    blocked.push(...found);
    if (found.length > 0) continue;
    const change = changeOf(wanted, live.get(key) ?? null, planned);
    if (change === undefined) continue;
    // With its parents as they will be: what their changes do to it is theirs.
    const effectiveBefore = effectiveValues(wanted.target, planned);
    set(planned, key, change.after);
    const effectiveAfter = effectiveValues(wanted.target, planned);
    const { target, original } = wanted;
    const obstacles = zoneObstacles({ target, change, effectiveBefore, effectiveAfter, original, observed });
    blocked.push(...obstacles);
    if (obstacles.length > 0) {
      set(planned, key, live.get(key) ?? null);
      continue;
    }
    changes.push(change);
    if (wanted.declaration?.waitForReplicas === true) waitForReplicas.push(wanted.target);
  }
  return { changes, blocked, waitForReplicas };
}

function changeOf(
  wanted: WantedZone,
  own: ZoneValues | null,
  planned: ReadonlyMap<string, ZoneValues>,
): ZoneChange | undefined {
  const inherited = inheritedValues(wanted.target, planned);
  return zoneChange(wanted.target, own, wanted.desired(own, inherited), inherited, wanted.reason);
}

function set(map: Map<string, ZoneValues>, key: string, values: ZoneValues | null): void {
  if (values === null) map.delete(key);
  else map.set(key, values);
}

/** By address, code and text, each once: the order of what was declared does not show. */
function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyed = new Map(
    diagnostics.map((d) => [[d.address ?? "", d.code, d.summary, d.detail].join("\n"), d] as const),
  );
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, diagnostic]) => diagnostic);
}
