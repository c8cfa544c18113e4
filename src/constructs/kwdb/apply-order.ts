import type {
  ClusterSettingDeclaration,
  RebalanceDeclaration,
  ZoneConfigDeclaration,
} from "../../topology/kwdb/cluster";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { parentsOf, type ZoneTarget } from "../../topology/kwdb/zone-target";

/** What takes part in the order. */
export type Ordered =
  | { readonly list: "settings"; readonly declaration: ClusterSettingDeclaration }
  | { readonly list: "zones"; readonly declaration: ZoneConfigDeclaration }
  | { readonly list: "rebalances"; readonly declaration: RebalanceDeclaration };

/**
 * What each entry comes directly after: settings come first, then zones, parents before their children, then rebalances of what the
 * zones are for. As few as say so: a zone comes after its nearest declared parent, and only one without any after the settings,
 * so that there are about as many as entries. Every step leads from settings down to rebalances: there are no cycles.
 */
export function applyOrder<E extends Ordered>(entries: readonly E[]): ReadonlyMap<E, readonly E[]> {
  const settings = entries.filter(({ list }) => list === "settings");
  const zones = entries.filter(({ list }) => list === "zones");
  const byTarget = new Map(zones.map((zone) => [formatZoneTarget(targetOf(zone)), zone]));
  const nearest = (targets: readonly ZoneTarget[]): readonly E[] =>
    targets.flatMap((target) => byTarget.get(formatZoneTarget(target)) ?? []).slice(0, 1);
  const orElseSettings = (before: readonly E[]): readonly E[] => (before.length > 0 ? before : settings);
  return new Map(
    entries.map((entry): [E, readonly E[]] => {
      if (entry.list === "settings") return [entry, []];
      const target = targetOf(entry);
      if (entry.list === "zones") return [entry, orElseSettings(nearest(parentsOf(target)))];
      const below = zones.filter((zone) => isBelow(targetOf(zone), target));
      return [entry, orElseSettings([...nearest([target, ...parentsOf(target)]), ...below])];
    }),
  );
}

function isBelow(target: ZoneTarget, parent: ZoneTarget): boolean {
  const text = formatZoneTarget(parent);
  return parentsOf(target).some((each) => formatZoneTarget(each) === text);
}

function targetOf(entry: Ordered): ZoneTarget {
  return (entry.declaration as ZoneConfigDeclaration | RebalanceDeclaration).target;
}
