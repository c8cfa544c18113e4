import { warningDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { formatConstraint, type Constraint } from "../../topology/kwdb/constraint";
import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "../../topology/kwdb/cluster";
import { canonicalSettingValue } from "../../topology/kwdb/setting-value";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { TS_SPLIT_SETTINGS } from "../../topology/kwdb/validate-kwdb-cluster";
import { validateZone } from "../../topology/kwdb/validate-zone";
import { variablesOf } from "../../topology/kwdb/zone-values";
import type { ObservedKwdbCluster } from "./observed";
import { availableNodes, downNodes } from "./server-zones";
import { matches } from "./zone-obstacles";

/** What a user should know before the plan is applied, although nothing stops it. */
export function clusterWarnings(cluster: KwdbClusterDeclaration, observed: ObservedKwdbCluster): readonly Diagnostic[] {
  return cluster.zones.flatMap((zone) => [
    ...validateZone(zone).filter(({ severity }) => severity === "warning"),
    ...replicaWarnings(zone, observed),
    ...mergeWarnings(zone, cluster, observed),
    ...timeSeriesWarnings(zone, cluster, observed),
    ...deadNodeWarnings(zone, observed),
  ]);
}

function replicaWarnings(
  { target, values }: ZoneConfigDeclaration,
  { nodes }: ObservedKwdbCluster,
): readonly Diagnostic[] {
  const available = nodes.kind === "read" ? availableNodes(nodes.value).length : undefined;
  if (values.numReplicas === undefined || available === undefined || values.numReplicas <= available) return [];
  const detail = `num_replicas is ${values.numReplicas} and ${available} ${available === 1 ? "node is" : "nodes are"} available: the server keeps as many replicas as there is room for until nodes are added.`;
  return [
    warningDiagnostic({
      code: "KWDB_REPLICAS_EXCEED_NODES",
      summary: "More replicas than nodes",
      detail,
      address: formatZoneTarget(target),
    }),
  ];
}

function mergeWarnings(
  { target, values }: ZoneConfigDeclaration,
  cluster: KwdbClusterDeclaration,
  observed: ObservedKwdbCluster,
): readonly Diagnostic[] {
  if (values.tsMerge === undefined) return [];
  const address = formatZoneTarget(target);
  if (!observed.abilities.mergesByTime) {
    const detail =
      "From KWDB 3.1.0 on no range is split by time, so that there is nothing for ts_merge.days to merge. It is stored all the same.";
    return [
      warningDiagnostic({ code: "KWDB_TS_MERGE_NO_EFFECT", summary: "ts_merge.days has no effect", detail, address }),
    ];
  }
  const missing = Object.entries(TS_SPLIT_SETTINGS).filter(
    ([name, wanted]) => settingOf(name, cluster, observed) !== wanted,
  );
  if (missing.length === 0) return [];
  const detail = `Ranges are merged by time only where they are split by time, which needs ${missing.map(([name, wanted]) => `${name} = ${wanted}`).join(" and ")}. Declare these settings.`;
  return [
    warningDiagnostic({
      code: "KWDB_TS_MERGE_NEEDS_SPLIT_SETTINGS",
      summary: "ts_merge.days without splitting by time",
      detail,
      address,
    }),
  ];
}

/** The canonical value that a setting will have: the declared one, else the live one as far as it was read. */
function settingOf(name: string, cluster: KwdbClusterDeclaration, observed: ObservedKwdbCluster): string | undefined {
  const live =
    observed.settings.kind === "read" ? observed.settings.value.find((setting) => setting.name === name) : undefined;
  const declared = cluster.settings.find((setting) => setting.name.toLowerCase() === name);
  return declared === undefined ? live?.value : canonicalSettingValue(live?.type ?? "s", declared.value);
}

/** Zones of time-series tables and of their partitions get in each other's way, and a zone of its own turns merging by time off. */
function timeSeriesWarnings(
  { target, values }: ZoneConfigDeclaration,
  cluster: KwdbClusterDeclaration,
  observed: ObservedKwdbCluster,
): readonly Diagnostic[] {
  if (target.kind !== "table" && target.kind !== "database") return [];
  const isTimeSeries = observed.databases.some(
    ({ name, engine }) => name === target.database && engine === "time-series",
  );
  if (!isTimeSeries) return [];
  const warnings: Diagnostic[] = [];
  const address = formatZoneTarget(target);
  if (target.kind === "table") {
    const partitions = [
      ...cluster.zones.map((zone) => zone.target),
      ...observed.zones.map((zone) => zone.target),
    ].filter((zone) => zone.kind === "partition" && zone.database === target.database && zone.table === target.table);
    if (partitions.length > 0 && variablesOf(values).length > 0) {
      const detail =
        "While a time-series table has a zone of its own, the server does not look at those of its HASHPOINT partitions. Put its values on the database instead.";
      warnings.push(
        warningDiagnostic({
          code: "KWDB_TABLE_ZONE_HIDES_PARTITIONS",
          summary: "The table's zone hides those of its partitions",
          detail,
          address,
        }),
      );
    }
  }
  if (observed.abilities.mergesByTime && values.tsMerge === undefined && variablesOf(values).length > 0) {
    const detail =
      "ts_merge.days is not inherited: with a zone of its own and without ts_merge.days, ranges split by time are merged at once. Declare ts_merge_days as well (10 is the cluster's default).";
    warnings.push(
      warningDiagnostic({
        code: "KWDB_TS_MERGE_NOT_INHERITED",
        summary: "The zone turns merging after some days off",
        detail,
        address,
      }),
    );
  }
  return warnings;
}

/** Rules that name a node which is down keep replicas from being made elsewhere. */
function deadNodeWarnings(
  { target, values }: ZoneConfigDeclaration,
  { nodes }: ObservedKwdbCluster,
): readonly Diagnostic[] {
  if (nodes.kind === "not-admin") return [];
  const { constraints } = values;
  const all: readonly Constraint[] =
    constraints === undefined
      ? []
      : constraints.kind === "all-replicas"
        ? constraints.constraints
        : constraints.groups.flatMap((group) => group.constraints);
  const dead = downNodes(nodes.value);
  const live = availableNodes(nodes.value);
  const only = all.filter(
    (constraint) =>
      constraint.requirement === "required" &&
      dead.some((node) => matches(node, constraint)) &&
      !live.some((node) => matches(node, constraint)),
  );
  if (only.length === 0) return [];
  const detail = `${only.map(formatConstraint).join(", ")}: every node that has it is down, so that the missing replicas cannot be made elsewhere. Rewrite the rule or bring the node back.`;
  return [
    warningDiagnostic({
      code: "KWDB_CONSTRAINT_NAMES_DEAD_NODE",
      summary: "A rule names a node that is down",
      detail,
      address: formatZoneTarget(target),
    }),
  ];
}
