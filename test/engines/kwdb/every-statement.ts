import type * as statements from "../../../src/engines/kwdb/statements";
import {
  changeStatements,
  rebalanceStatement,
  SELECT_NODES,
  SELECT_REBALANCE_JOBS,
  SELECT_STORES,
  SELECT_VERSION,
  SELECT_ZONES,
  selectRanges,
  selectRangesWithLeases,
  selectSettings,
  selectTables,
  selectZone,
  settingStatement,
  SHOW_DATABASES,
  zoneStatements,
  zoneTarget,
} from "../../../src/engines/kwdb/statements";
import type { KwdbAbilities } from "../../../src/planning/kwdb/observed";
import { settingChange, zoneChange, type SettingChange, type ZoneChange } from "../../../src/planning/kwdb/change";
import { byteSize } from "../../../src/topology/kwdb/byte-size";
import type { Constraint } from "../../../src/topology/kwdb/constraint";
import { days, seconds } from "../../../src/topology/kwdb/duration";
import type { SettingType } from "../../../src/topology/kwdb/setting-value";
import { Target, type ZoneTarget } from "../../../src/topology/kwdb/zone-target";
import type { ZoneValues } from "../../../src/topology/kwdb/zone-values";

/** The objects that the statements are about; `region` is that of a node. */
export interface Objects {
  readonly database: string;
  readonly timeSeries: string;
  readonly region: string;
  /** False: sizes and numbers of replicas need a licence (2.0.4 to 2.2.0). */
  readonly replicas: boolean;
  readonly abilities: KwdbAbilities;
}

/** Makes the objects. */
export function createObjects({ database, timeSeries, abilities }: Objects): readonly string[] {
  return [
    `CREATE DATABASE ${database}`,
    `CREATE TABLE ${database}.t (k INT PRIMARY KEY, v STRING, INDEX wi (v))`,
    `CREATE TABLE ${database}.p (r STRING, k INT, PRIMARY KEY (r, k)) PARTITION BY LIST (r) (PARTITION a VALUES IN ('a'), PARTITION b VALUES IN ('b'))`,
    `CREATE TS DATABASE ${timeSeries}`,
    `CREATE TABLE ${timeSeries}.m (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)`,
    ...(abilities.partitionZones
      ? [
          `ALTER TABLE ${timeSeries}.m PARTITION BY HASHPOINT (PARTITION p0 VALUES ${abilities.rebalance ? "FROM (0) TO (400)" : "IN [1, 2]"})`,
        ]
      : []),
  ];
}

type Export = keyof typeof statements;

/** For each export of `statements.ts` what it gives for these objects, in an order in which a server takes it. */
export function everyStatement(objects: Objects): Readonly<Record<Export, readonly string[]>> {
  const { database, timeSeries, abilities } = objects;
  const zones = zoneChanges(objects);
  return {
    SELECT_VERSION: [SELECT_VERSION],
    SHOW_DATABASES: [SHOW_DATABASES],
    SELECT_ZONES: [SELECT_ZONES],
    SELECT_NODES: [SELECT_NODES],
    SELECT_STORES: [SELECT_STORES],
    SELECT_REBALANCE_JOBS: [SELECT_REBALANCE_JOBS],
    selectTables: [selectTables([database, timeSeries], abilities)],
    selectSettings: [selectSettings(SETTINGS.map(([name]) => name))],
    selectRanges: [selectRanges(), selectRanges({ database: timeSeries }), selectRanges({ database, table: "t" })],
    selectRangesWithLeases: [selectRangesWithLeases({ database: timeSeries, table: "m" })],
    zoneStatements: zones.flatMap((change) => zoneStatements(change)),
    changeStatements: zones.toReversed().flatMap((change) => (change.inverse === null ? [] : changeStatements(change.inverse))),
    selectZone: zoneTargets(objects).map(selectZone),
    zoneTarget: [
      ...zoneTargets(objects).map((target) => zoneTarget(target)),
      ...(abilities.partitionZones ? [zoneTarget(Target.partition(database, "p", "a"), { nameIndex: true })] : []),
    ].map((target) => `SHOW ZONE CONFIGURATION FOR ${target}`),
    settingStatement: SETTINGS.flatMap(settingChanges).map(settingStatement),
    rebalanceStatement: abilities.rebalance
      ? [rebalanceStatement(Target.table(timeSeries, "m")), rebalanceStatement(Target.database(timeSeries))]
      : [],
  };
}

const ALL_VALUES: ZoneValues = {
  rangeMinBytes: byteSize(134_217_728),
  rangeMaxBytes: byteSize(536_870_912),
  gcTtl: seconds(3600),
  numReplicas: 3,
  tsMerge: days(10),
};

function zoneTargets({ database, timeSeries, abilities }: Objects): readonly ZoneTarget[] {
  return [
    Target.range("timeseries"),
    Target.database(database),
    Target.database(timeSeries),
    Target.table(database, "t"),
    Target.table(timeSeries, "m"),
    Target.index(database, "t", "wi"),
    ...(abilities.partitionZones
      ? [Target.partition(database, "p", "a", "primary"), Target.partition(timeSeries, "m", "p0")]
      : []),
  ];
}

/** Every zone gets all values and loses all but one again. With the inverses, in reverse, all is as before. */
function zoneChanges(objects: Objects): readonly ZoneChange[] {
  const { region, replicas, timeSeries, abilities } = objects;
  const here: Constraint = { requirement: "required", key: "region", value: region };
  const pinned: ZoneValues = replicas
    ? {
        numReplicas: 3,
        constraints: { kind: "per-replica", groups: [{ replicas: 1, constraints: [here] }] },
        leasePreferences: [[here]],
      }
    : { constraints: { kind: "all-replicas", constraints: [here] }, leasePreferences: [[here]] };
  const plain: ZoneValues = replicas ? ALL_VALUES : { gcTtl: seconds(3600), tsMerge: days(10) };
  const changes = zoneTargets(objects)
    .filter(({ kind }) => kind !== "index")
    .filter((target) => abilities.timeSeriesZones || !("table" in target) || target.database !== timeSeries)
    .flatMap((target) => {
      const full = target.kind === "partition" ? pinned : plain;
      return [zoneChange(target, null, full, {}, ""), zoneChange(target, full, { gcTtl: seconds(3600) }, {}, "")];
    });
  return changes.filter((change) => change !== undefined);
}

/** One of each type that has one without effect on a cluster that is in use. */
const SETTINGS: readonly (readonly [name: string, type: SettingType, value: string])[] = [
  ["kv.range_split.by_load_enabled", "b", "false"],
  ["kv.range_split.load_qps_threshold", "i", "2400"],
  ["kv.allocator.range_rebalance_threshold", "f", "0.1"],
  ["kv.snapshot_rebalance.max_rate", "z", "8 MiB"],
  ["kv.replication_reports.interval", "d", "2m0s"],
  ["kv.allocator.load_based_rebalancing", "e", "leases"],
];

function settingChanges([name, type, value]: (typeof SETTINGS)[number]): readonly SettingChange[] {
  const change = settingChange(name, type, { value: null, explicit: false }, { value, explicit: true }, "");
  return change === undefined ? [] : [change, change.inverse as SettingChange];
}
