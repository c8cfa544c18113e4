import type { KwdbClusterDeclaration, KwdbConnectionDeclaration, ZoneConfigDeclaration } from "./cluster";
import { formatZoneTarget } from "./format-zone-target";
import { jsonName } from "./zone-values";
import { zoneValuesToJson, type JsonValue } from "./zone-values-json";

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

function connectionToJson(connection: KwdbConnectionDeclaration): JsonValue {
  const { tls } = connection;
  return {
    host: connection.host,
    port: connection.port,
    user: connection.user,
    password: connection.password && { env: connection.password.env },
    database: connection.database,
    tls: tls && { mode: tls.mode, ca_file: tls.caFile, cert_file: tls.certFile, key_file: tls.keyFile },
    connect_timeout_seconds: connection.connectTimeoutSeconds,
    statement_timeout_seconds: connection.statementTimeoutSeconds,
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

function sortedByKey(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
