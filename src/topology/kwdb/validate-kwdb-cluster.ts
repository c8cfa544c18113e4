import type { Diagnostic } from "../diagnostic";
import { connectionFindings } from "../validate-connection";
import { diagnosticsOf, repetitions, show, unresolvedTest, type Finding, type ValidateOptions } from "../validation";
import type { ClusterSettingDeclaration, KwdbClusterDeclaration, RebalanceDeclaration } from "./cluster";
import { formatZoneTarget, sameTarget } from "./format-zone-target";
import { isSystemTarget, parentsOf, type ZoneTarget } from "./zone-target";
import { validateZone } from "./validate-zone";

type IsUnresolved = (value: unknown) => boolean;

/** Settings that are never declared: changing the first cannot be undone, the others hold secrets. */
const REFUSED_SETTINGS: Readonly<Record<string, string>> = {
  version: "It upgrades the whole cluster and cannot be undone. Follow the upgrade guide instead.",
  "cluster.secret": "It is a secret of the cluster and would be stored in plain text. Leave it to the cluster.",
  "enterprise.license": "It is a secret and would be stored in plain text. Set it by hand.",
};

/** The settings that decide whether time-series ranges are split by time, without which `ts_merge.days` has nothing to merge. */
export const TS_SPLIT_SETTINGS = {
  "kv.kvserver.ts_split_interval": "1",
  "kv.kvserver.ts_split_by_timestamp.enabled": "true",
} as const;

/** Everything that is wrong with a KWDB cluster, its zones, settings and rebalances, at once. Zones have addresses of their own. */
export function validateKwdbCluster(
  cluster: KwdbClusterDeclaration,
  options: ValidateOptions = {},
): readonly Diagnostic[] {
  const isUnresolved = unresolvedTest(options);
  const nested = options.isUnresolved === undefined ? {} : { isUnresolved: options.isUnresolved };
  const findings = [
    ...connectionFindings(cluster.connection, "KWDB's SQL port is 26257 by default", isUnresolved),
    ...zoneFindings(cluster, isUnresolved),
    ...settingsFindings(cluster.settings, isUnresolved),
    ...rebalanceFindings(cluster, isUnresolved),
    ...mergeSettingFindings(cluster, isUnresolved),
  ];
  return [
    ...diagnosticsOf(findings, options.address ?? cluster.name),
    ...cluster.zones.flatMap((zone) => validateZone(zone, nested)),
  ];
}

/** Problems of one setting by itself. */
export function validateClusterSetting(
  setting: ClusterSettingDeclaration,
  options: ValidateOptions = {},
): readonly Diagnostic[] {
  return diagnosticsOf(settingFindings(setting, unresolvedTest(options), []), options.address ?? setting.name);
}

/** Problems of one rebalance by itself. */
export function validateRebalance(
  rebalance: RebalanceDeclaration,
  options: ValidateOptions = {},
): readonly Diagnostic[] {
  return diagnosticsOf(
    rebalanceTargetFindings(rebalance, unresolvedTest(options), []),
    options.address ?? rebalance.name,
  );
}

function zoneFindings({ zones }: KwdbClusterDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const names = zones.map(({ target }) =>
    isUnresolved(target) || Object.values(target).some(isUnresolved) ? undefined : formatZoneTarget(target),
  );
  return repetitions(names, isUnresolved).map(({ index, first }) => ({
    code: "KWDB_ZONE_DUPLICATE",
    summary: "Two zones of one target",
    detail: `Zones ${first + 1} and ${index + 1} are both for ${names[index] ?? ""}. Put all its variables into one.`,
    path: ["zones", index, "target"],
  }));
}

function settingsFindings(
  settings: readonly ClusterSettingDeclaration[],
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  const names = settings.map(({ name }) => (isUnresolved(name) ? undefined : name.toLowerCase()));
  const repeated = repetitions(names, isUnresolved).map(({ index, first }) => ({
    code: "KWDB_SETTING_DUPLICATE",
    summary: "A setting is declared twice",
    detail: `Settings ${first + 1} and ${index + 1} are both ${names[index] ?? ""}. Remove one.`,
    path: ["settings", index, "name"],
  }));
  return [
    ...repeated,
    ...settings.flatMap((setting, index) => settingFindings(setting, isUnresolved, ["settings", index])),
  ];
}

function settingFindings(
  { name }: ClusterSettingDeclaration,
  isUnresolved: IsUnresolved,
  path: readonly (string | number)[],
): readonly Finding[] {
  if (isUnresolved(name)) return [];
  const at = [...path, "name"];
  const lower = name.toLowerCase();
  const refused = Object.hasOwn(REFUSED_SETTINGS, lower) ? REFUSED_SETTINGS[lower] : undefined;
  if (refused !== undefined)
    return [
      { code: "KWDB_SETTING_REFUSED", summary: `The setting ${lower} is not declared`, detail: refused, path: at },
    ];
  if (/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/.test(lower)) return [];
  const detail = `${show(name)} is not the name of a setting. Write it as SHOW ALL CLUSTER SETTINGS does: kv.allocator.ts_consider_rebalance.enabled.`;
  return [{ code: "KWDB_SETTING_NAME_INVALID", summary: "Not a cluster setting", detail, path: at }];
}

function rebalanceFindings(
  { rebalances, zones }: KwdbClusterDeclaration,
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  const names = rebalances.map(({ name }) => name);
  const repeated = repetitions(names, isUnresolved).map(({ index, first }) => ({
    code: "KWDB_REBALANCE_DUPLICATE",
    summary: "Two rebalances of one name",
    detail: `Rebalances ${first + 1} and ${index + 1} are both named ${show(names[index])}. Rename one of them.`,
    path: ["rebalances", index, "name"],
  }));
  return [
    ...repeated,
    ...rebalances.flatMap((rebalance, index) => [
      ...rebalanceTargetFindings(rebalance, isUnresolved, ["rebalances", index]),
      ...replacedPartitionFindings(rebalance, zones, ["rebalances", index], isUnresolved),
    ]),
  ];
}

/** A database or table that is rebalanced is a time-series one, so that its declared partitions would be replaced. */
function replacedPartitionFindings(
  { target, replacePartitions }: RebalanceDeclaration,
  zones: KwdbClusterDeclaration["zones"],
  path: readonly (string | number)[],
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  if (replacePartitions || isUnresolved(replacePartitions)) return [];
  const lost = zones
    .map((zone) => zone.target)
    .filter((zone) => zone.kind === "partition" && parentsOf(zone).some((parent) => covers(target, parent)));
  if (lost.length === 0) return [];
  const detail = `REBALANCE replaces the partitions of every table it touches, and their zones: ${lost.map(formatZoneTarget).sort().join(", ")} would be lost. Take them out of the declaration, rebalance other tables, or set replace_partitions = true.`;
  const summary = "A rebalance would replace declared partitions";
  return [{ code: "KWDB_REBALANCE_REPLACES_DECLARED", summary, detail, path: [...path, "target"] }];
}

/** `RANGE default` stands for all time-series tables: which those are is known to the server only. */
function covers(target: ZoneTarget, parent: ZoneTarget): boolean {
  return (target.kind === "database" || target.kind === "table") && sameTarget(target, parent);
}

function rebalanceTargetFindings(
  { target }: RebalanceDeclaration,
  isUnresolved: IsUnresolved,
  path: readonly (string | number)[],
): readonly Finding[] {
  if (isUnresolved(target)) return [];
  const at = [...path, "target"];
  if (isSystemTarget(target)) {
    const detail = `${formatZoneTarget(target)} belongs to the cluster itself; the server rebalances users' time-series tables only. Name a time-series database or table, or RANGE default for all of them.`;
    return [{ code: "KWDB_REBALANCE_SYSTEM", summary: "Rebalance of a system range", detail, path: at }];
  }
  if (target.kind !== "index" && target.kind !== "partition") return [];
  const detail = "The server always rebalances the whole table. Name the table.";
  return [{ code: "KWDB_REBALANCE_PART", summary: "Rebalance of a part of a table", detail, path: at }];
}

function mergeSettingFindings(
  { zones, settings }: KwdbClusterDeclaration,
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  if (settings.some(({ name }) => isUnresolved(name))) return [];
  const declared = new Set(settings.map(({ name }) => name.toLowerCase()));
  const missing = Object.entries(TS_SPLIT_SETTINGS).filter(([name]) => !declared.has(name));
  if (missing.length === 0) return [];
  return zones.flatMap(({ values }, index) =>
    values.tsMerge === undefined || isUnresolved(values.tsMerge)
      ? []
      : [
          {
            severity: "warning" as const,
            code: "KWDB_TS_MERGE_NEEDS_SPLIT_SETTINGS",
            summary: "ts_merge.days without splitting by time",
            detail: `Ranges are merged by time only where they are split by time. Declare ${missing.map(([name, value]) => `${name} = ${value}`).join(" and ")} as well.`,
            path: ["zones", index, "ts_merge_days"],
          },
        ],
  );
}
