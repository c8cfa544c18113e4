import { connectionToJson } from "../connection-json";
import { sortedByKey, type JsonValue } from "../json-value";
import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "./cluster";
import { formatZoneTarget } from "./format-zone-target";
import { jsonName } from "./zone-values";
import { zoneValuesToJson } from "./zone-values-json";

/** A KWDB cluster as it stands in a manifest: members in a fixed order, maps sorted by key. */
export function kwdbClusterToJson(cluster: KwdbClusterDeclaration): JsonValue {
  return {
    engine: cluster.engine,
    name: cluster.name,
    connection: connectionToJson(cluster.connection),
    zones: cluster.zones.map(zoneToJson),
    settings: cluster.settings.map(({ name, value }) => ({ name, value })),
    rebalances: cluster.rebalances.map(({ name, target, triggers, replacePartitions }) => ({
      name,
      target: formatZoneTarget(target),
      triggers: sortedByKey(triggers),
      replace_partitions: replacePartitions,
    })),
    report_undeclared_zones: cluster.reportUndeclaredZones,
  };
}

function zoneToJson(zone: ZoneConfigDeclaration): JsonValue {
  return {
    target: formatZoneTarget(zone.target),
    ...zoneValuesToJson(zone.values),
    copy_from_parent: zone.copyFromParent.length === 0 ? undefined : zone.copyFromParent.map(jsonName),
    allow_system_range: zone.allowSystemRange,
    wait_for_replicas: zone.waitForReplicas,
  };
}
