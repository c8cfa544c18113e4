import { byteSize } from "../../../src/topology/kwdb/byte-size";
import { isEmptyConstraints, NO_CONSTRAINTS } from "../../../src/topology/kwdb/constraint";
import { days, seconds } from "../../../src/topology/kwdb/duration";
import { compareTargets, formatZoneTarget, sameTarget } from "../../../src/topology/kwdb/format-zone-target";
import { RANGE_NAMES, Target, type ZoneTarget } from "../../../src/topology/kwdb/zone-target";
import { effectiveValues } from "../../../src/topology/kwdb/zone-inheritance";
import { canonicalValues, type ZoneValues } from "../../../src/topology/kwdb/zone-values";
import type { KwdbChange, ZoneChange } from "../../../src/planning/kwdb/change";
import type { ObservedKwdbCluster, ObservedNode } from "../../../src/planning/kwdb/observed";

const BUILT_IN: ZoneValues = {
  rangeMinBytes: byteSize(134_217_728),
  rangeMaxBytes: byteSize(536_870_912),
  gcTtl: seconds(90_000),
  numReplicas: 3,
  tsMerge: days(10),
  constraints: NO_CONSTRAINTS,
  leasePreferences: [],
};

const system = (gc: number): ZoneValues => {
  const { tsMerge: _, ...rest } = BUILT_IN;
  return { ...rest, gcTtl: seconds(gc), numReplicas: 5 };
};

/** The own values of a fresh cluster, as recorded. */
const FRESH: readonly (readonly [ZoneTarget, ZoneValues])[] = [
  [Target.range("default"), BUILT_IN],
  [Target.database("system"), system(90_000)],
  [Target.range("meta"), system(3600)],
  [Target.range("system"), system(90_000)],
  [Target.range("liveness"), system(600)],
];

export function node(id: number, more: Partial<ObservedNode> = {}): ObservedNode {
  return {
    id,
    address: `127.0.0.1:${26256 + id}`,
    locality: [{ key: "region", value: `NODE${id}` }],
    attributes: [],
    live: true,
    draining: false,
    decommissioning: false,
    startMode: "start",
    build: "V3.2.1",
    stores: [id],
    ...more,
  };
}

/** A cluster of five nodes with relational tables d.t and d.p (partitions a, b) and a time-series table ts.m (partitions p0, p1). */
export function freshCluster(more: Partial<ObservedKwdbCluster> = {}): ObservedKwdbCluster {
  return {
    engine: "kwdb",
    version: "3.2.1",
    abilities: { timeSeriesZones: true, partitionZones: true, indexZones: false, rebalance: true, listsHashPoints: true, mergesByTime: false },
    nodes: { kind: "read", value: [1, 2, 3, 4, 5].map((id) => node(id)) },
    databases: [
      { name: "d", engine: "relational" },
      { name: "e", engine: "relational" },
      { name: "system", engine: "relational" },
      { name: "ts", engine: "time-series" },
    ],
    tables: [
      {
        database: "d",
        table: "p",
        timeSeries: false,
        indexes: ["primary"],
        partitions: ["a", "b"].map((name) => ({ name, index: "primary", hashPoints: null })),
      },
      { database: "d", table: "t", timeSeries: false, indexes: ["primary", "wi"], partitions: [] },
      {
        database: "ts",
        table: "m",
        timeSeries: true,
        indexes: ["primary"],
        partitions: [
          { name: "p0", index: "primary", hashPoints: "(0) TO (1000)" },
          { name: "p1", index: "primary", hashPoints: "(1000) TO (2000)" },
        ],
      },
    ],
    zones: withZones(FRESH),
    settings: {
      kind: "read",
      value: [
        { name: "kv.kvserver.ts_split_interval", type: "i", value: "10", explicit: false },
        { name: "kv.snapshot_rebalance.max_rate", type: "z", value: "16 MiB", explicit: false },
      ],
    },
    ranges: null,
    ...more,
  };
}

/** Observed zones of these own values over a fresh cluster's. `null`: the target has no zone. */
export function zonesWith(...own: readonly (readonly [ZoneTarget, ZoneValues | null])[]): ObservedKwdbCluster["zones"] {
  const rest = FRESH.filter(([target]) => !own.some(([other]) => sameTarget(target, other)));
  return withZones([
    ...rest,
    ...own.flatMap(([target, values]) => (values === null ? [] : [[target, values] as const])),
  ]);
}

function withZones(entries: readonly (readonly [ZoneTarget, ZoneValues])[]): ObservedKwdbCluster["zones"] {
  const own = new Map(entries.map(([target, values]) => [formatZoneTarget(target), values] as const));
  return entries
    .map(([target, values], index) => ({
      target,
      zoneId: index,
      subzoneId: 0,
      own: values,
      effective: effectiveValues(target, own),
    }))
    .sort((a, b) => compareTargets(a.target, b.target));
}

/** The cluster after a change, as the server makes it; throws what the server would refuse. */
export function applyToModel(cluster: ObservedKwdbCluster, change: KwdbChange): ObservedKwdbCluster {
  switch (change.kind) {
    case "configure-zone":
    case "replace-zone":
    case "discard-zone":
      return applyZone(cluster, change);
    case "set-setting":
    case "reset-setting":
      return applySetting(cluster, change);
    case "rebalance":
      return cluster;
  }
}

function applyZone(cluster: ObservedKwdbCluster, change: ZoneChange): ObservedKwdbCluster {
  const entries = new Map(cluster.zones.map(({ target, own }) => [formatZoneTarget(target), [target, own] as const]));
  const key = formatZoneTarget(change.target);
  const start =
    change.kind === "configure-zone"
      ? (entries.get(key)?.[1] ?? {})
      : change.kind === "replace-zone" && change.reset === "default"
        ? BUILT_IN
        : {};
  if (change.kind === "discard-zone") {
    if (key === "RANGE default") throw new Error("cannot remove default zone");
    entries.delete(key);
  } else {
    const own = canonicalValues({ ...start, ...change.set });
    const all = new Map([...entries].map(([name, [, values]]) => [name, values] as const)).set(key, own);
    refuse(change, own, effectiveValues(change.target, all));
    entries.set(key, [change.target, own]);
  }
  return { ...cluster, zones: withZones([...entries.values()]) };
}

/** The server's checks: values on the effective zone, what belongs together on the own one. */
function refuse(change: Exclude<ZoneChange, { kind: "discard-zone" }>, own: ZoneValues, effective: ZoneValues): void {
  const { set, target } = change;
  if (Object.keys(set).length === 0 && change.kind === "configure-zone") throw new Error("syntax error at EOF");
  if (target.kind !== "partition" && (set.constraints !== undefined || set.leasePreferences !== undefined))
    throw new Error("set zone config constraints and lease_preferences is not supported");
  if ((effective.numReplicas ?? 0) < 1 || effective.numReplicas === 2) throw new Error("replicas are required");
  if ((effective.rangeMinBytes ?? 0n) < 1_048_576n || (effective.rangeMaxBytes ?? 0n) < 5_242_880n)
    throw new Error("less than minimum allowed");
  if ((effective.rangeMinBytes ?? 0n) >= (effective.rangeMaxBytes ?? 0n))
    throw new Error("RangeMinBytes is greater than or equal to RangeMaxBytes");
  if ((own.rangeMinBytes === undefined) !== (own.rangeMaxBytes === undefined))
    throw new Error("range_min_bytes and range_max_bytes must be set together");
  if (own.constraints?.kind === "per-replica" && own.numReplicas === undefined)
    throw new Error("num_replicas must be set as well");
  if ((own.leasePreferences ?? []).length > 0 && own.constraints === undefined)
    throw new Error("lease preferences can not be set unless the constraints are explicitly set");
  const groups = effective.constraints?.kind === "per-replica" ? effective.constraints.groups : [];
  if (groups.reduce((sum, { replicas }) => sum + replicas, 0) > (effective.numReplicas ?? 0))
    throw new Error("cannot be greater than the number of replicas");
  if (
    !isEmptyConstraints(effective.constraints ?? NO_CONSTRAINTS) &&
    target.kind === "range" &&
    RANGE_NAMES.includes(target.range)
  )
    throw new Error("constraints on a range");
}

const DEFAULTS: Readonly<Record<string, string>> = {
  "kv.kvserver.ts_split_interval": "10",
  "kv.snapshot_rebalance.max_rate": "16 MiB",
};

function applySetting(
  cluster: ObservedKwdbCluster,
  change: Extract<KwdbChange, { kind: "set-setting" | "reset-setting" }>,
): ObservedKwdbCluster {
  if (cluster.settings.kind !== "read") throw new Error("only users with the admin role");
  const value = cluster.settings.value.map((setting) =>
    setting.name !== change.name
      ? setting
      : {
          ...setting,
          value: change.kind === "set-setting" ? change.after.value : (DEFAULTS[change.name] ?? ""),
          explicit: change.kind === "set-setting",
        },
  );
  return { ...cluster, settings: { kind: "read", value } };
}
