import { byteSize } from "../../../src/topology/kwdb/byte-size";
import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "../../../src/topology/kwdb/cluster";
import type { Constraint } from "../../../src/topology/kwdb/constraint";
import { days, seconds } from "../../../src/topology/kwdb/duration";
import {
  validateClusterSetting,
  validateKwdbCluster,
  validateRebalance,
} from "../../../src/topology/kwdb/validate-kwdb-cluster";
import { validateZone } from "../../../src/topology/kwdb/validate-zone";
import { Target, type ZoneTarget } from "../../../src/topology/kwdb/zone-target";
import type { ZoneValues, ZoneVariable } from "../../../src/topology/kwdb/zone-values";

const table = Target.table("d", "t");
const partition = Target.partition("d", "t", "p");
const region = (value: string, requirement: Constraint["requirement"] = "required"): Constraint => ({
  requirement,
  key: "region",
  value,
});

function zone(
  target: ZoneTarget,
  values: ZoneValues,
  more: Partial<ZoneConfigDeclaration> = {},
): ZoneConfigDeclaration {
  return { target, values, copyFromParent: [], allowSystemRange: false, waitForReplicas: false, ...more };
}

function cluster(more: Partial<KwdbClusterDeclaration>): KwdbClusterDeclaration {
  return {
    engine: "kwdb",
    name: "kw",
    connection: {},
    zones: [],
    settings: [],
    rebalances: [],
    reportUndeclaredZones: false,
    ...more,
  };
}

const said = (list: readonly { readonly severity: string; readonly code: string }[]): readonly string[] =>
  list.map(({ severity, code }) => `${severity} ${code}`);
const perReplica = (...groups: (readonly [readonly Constraint[], number])[]): ZoneValues["constraints"] & object => ({
  kind: "per-replica",
  groups: groups.map(([constraints, replicas]) => ({ replicas, constraints })),
});

describe("validateZone", () => {
  test.each<readonly [string, ZoneTarget, ZoneValues, readonly string[]]>([
    [
      "document's limits hold",
      table,
      {
        rangeMinBytes: byteSize(1_048_576),
        rangeMaxBytes: byteSize(5_242_880),
        gcTtl: seconds(600),
        numReplicas: 3,
        tsMerge: days(0),
      },
      [],
    ],
    ["minimum below 1 MiB", table, { rangeMinBytes: byteSize(1_048_575) }, ["error KWDB_RANGE_SIZE_OUT_OF_RANGE"]],
    ["maximum below 5 MiB", table, { rangeMaxBytes: byteSize(100) }, ["error KWDB_RANGE_SIZE_OUT_OF_RANGE"]],
    [
      "minimum not below maximum",
      table,
      { rangeMinBytes: byteSize(536_870_912), rangeMaxBytes: byteSize(536_870_912) },
      ["error KWDB_RANGE_SIZES_CONFLICT"],
    ],
    ["gc 0", table, { gcTtl: seconds(0) }, ["error KWDB_GC_TTL_OUT_OF_RANGE"]],
    ["gc beyond 32 bits", table, { gcTtl: seconds(4_294_967_297) }, ["error KWDB_GC_TTL_OUT_OF_RANGE"]],
    ["gc short", table, { gcTtl: seconds(599) }, ["warning KWDB_GC_TTL_SHORT"]],
    ["no replicas", table, { numReplicas: 0 }, ["error KWDB_REPLICAS_OUT_OF_RANGE"]],
    ["one replica", table, { numReplicas: 1 }, []],
    ["two replicas", table, { numReplicas: 2 }, ["error KWDB_REPLICAS_OUT_OF_RANGE"]],
    ["four replicas", table, { numReplicas: 4 }, ["warning KWDB_REPLICAS_EVEN"]],
    [
      "replicas that the server would cut to 1",
      table,
      { numReplicas: 4_294_967_297 },
      ["error KWDB_REPLICAS_OUT_OF_RANGE"],
    ],
    ["negative merge time", table, { tsMerge: seconds(-1) }, ["error KWDB_TS_MERGE_OUT_OF_RANGE"]],
    ["merge time of 300 years", table, { tsMerge: days(109_500) }, ["error KWDB_TS_MERGE_OUT_OF_RANGE"]],
    [
      "constraints on a table",
      table,
      { constraints: { kind: "all-replicas", constraints: [region("NODE1")] } },
      ["error KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS"],
    ],
    [
      "lease preferences on a range",
      Target.range("default"),
      { leasePreferences: [[region("NODE1")]] },
      ["error KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS"],
    ],
    ["system range", Target.range("meta"), { numReplicas: 7 }, ["error KWDB_SYSTEM_RANGE_NOT_ALLOWED"]],
    ["system database", Target.database("system"), { numReplicas: 7 }, ["error KWDB_SYSTEM_RANGE_NOT_ALLOWED"]],
    ["default range", Target.range("default"), { numReplicas: 5 }, []],
    ["index", Target.index("d", "t", "i"), { numReplicas: 5 }, ["warning KWDB_INDEX_ZONE"]],
    ["empty name", Target.database(""), { numReplicas: 5 }, ["error KWDB_TARGET_NAME_EMPTY"]],
    [
      "required twice in a group",
      partition,
      { constraints: { kind: "all-replicas", constraints: [region("NODE1"), region("NODE2")] } },
      ["error KWDB_CONSTRAINTS_CONFLICT"],
    ],
    [
      "a name with a comma",
      partition,
      { constraints: { kind: "all-replicas", constraints: [region("a,b")] } },
      ["error KWDB_CONSTRAINT_INVALID"],
    ],
    [
      "an attribute without name",
      partition,
      { leasePreferences: [[{ requirement: "required", value: "" }]], constraints: perReplica([[region("NODE1")], 1]) },
      ["error KWDB_CONSTRAINT_INVALID"],
    ],
    [
      "one in each group",
      partition,
      { constraints: perReplica([[region("NODE1")], 1], [[region("NODE2")], 1]), numReplicas: 3 },
      [],
    ],
    [
      "group repeated",
      partition,
      { constraints: perReplica([[region("NODE1")], 1], [[region("NODE1")], 1]) },
      ["error KWDB_CONSTRAINT_GROUP_REPEATED"],
    ],
    [
      "prohibition for some",
      partition,
      { constraints: perReplica([[region("NODE1", "prohibited")], 1]) },
      ["error KWDB_CONSTRAINT_PROHIBITED_PER_REPLICA"],
    ],
    [
      "group for no replicas",
      partition,
      { constraints: perReplica([[region("NODE1")], 0]) },
      ["error KWDB_CONSTRAINT_REPLICAS"],
    ],
    ["empty group", partition, { constraints: perReplica([[], 1]) }, ["error KWDB_CONSTRAINT_GROUP_EMPTY"]],
    [
      "more replicas in constraints than in the zone",
      partition,
      { constraints: perReplica([[region("NODE1")], 5]), numReplicas: 3 },
      ["error KWDB_CONSTRAINT_REPLICAS_EXCEED"],
    ],
    ["empty lease preference", partition, { leasePreferences: [[]] }, ["error KWDB_LEASE_PREFERENCE_EMPTY"]],
    [
      "value and its prohibition",
      partition,
      { leasePreferences: [[region("NODE1"), region("NODE1", "prohibited")]] },
      ["error KWDB_CONSTRAINTS_CONFLICT"],
    ],
  ])("%s", (_, target, values, codes) => expect(said(validateZone(zone(target, values)))).toEqual(codes));

  test.each<readonly [string, ZoneTarget, ZoneValues, readonly ZoneVariable[], string]>([
    ["set and copied", table, { numReplicas: 3 }, ["numReplicas"], "KWDB_VARIABLE_SET_AND_COPIED"],
    ["copied twice", table, {}, ["numReplicas", "numReplicas"], "KWDB_VARIABLE_COPIED_TWICE"],
    ["merge time copied", table, {}, ["tsMerge"], "KWDB_TS_MERGE_NOT_COPIED"],
    ["default copies", Target.range("default"), {}, ["numReplicas"], "KWDB_DEFAULT_HAS_NO_PARENT"],
    ["constraints copied on a table", table, {}, ["constraints"], "KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS"],
  ])("%s", (_, target, values, copyFromParent, code) =>
    expect(validateZone(zone(target, values, { copyFromParent })).map((d) => d.code)).toContain(code),
  );

  test("all problems at once, each with its path and the target as address", () => {
    const list = validateZone(
      zone(Target.range("meta"), { numReplicas: 2, gcTtl: seconds(0), rangeMaxBytes: byteSize(1) }),
    );
    expect(list.map(({ path }) => path)).toEqual([
      ["allow_system_range"],
      ["range_max_bytes"],
      ["gc_ttl_seconds"],
      ["num_replicas"],
    ]);
    expect(new Set(list.map(({ address }) => address))).toEqual(new Set(["RANGE meta"]));
  });

  test("values that are not known yet are skipped", () => {
    const unknown = -999;
    expect(validateZone(zone(table, { numReplicas: unknown }), { isUnresolved: (value) => value === unknown })).toEqual(
      [],
    );
    expect(said(validateZone(zone(table, { numReplicas: unknown })))).toEqual(["error KWDB_REPLICAS_OUT_OF_RANGE"]);
  });
});

describe("validateKwdbCluster", () => {
  const codes = (more: Partial<KwdbClusterDeclaration>): readonly string[] =>
    validateKwdbCluster(cluster(more)).map(({ code }) => code);
  const rebalance = (target: ZoneTarget, name = "r") => ({ name, target, triggers: {}, replacePartitions: false });

  test.each<readonly [string, Partial<KwdbClusterDeclaration>, readonly string[]]>([
    [
      "two zones of one target",
      { zones: [zone(table, {}), zone(Target.table("d", "t"), {})] },
      ["KWDB_ZONE_DUPLICATE"],
    ],
    [
      "setting twice, in any case",
      {
        settings: [
          { name: "a.b", value: "1" },
          { name: "A.B", value: "2" },
        ],
      },
      ["KWDB_SETTING_DUPLICATE"],
    ],
    ["version", { settings: [{ name: "version", value: "20.1-3" }] }, ["KWDB_SETTING_REFUSED"]],
    ["a secret", { settings: [{ name: "cluster.secret", value: "x" }] }, ["KWDB_SETTING_REFUSED"]],
    ["no name of a setting", { settings: [{ name: "a; DROP DATABASE d", value: "1" }] }, ["KWDB_SETTING_NAME_INVALID"]],
    ["rebalance of a system range", { rebalances: [rebalance(Target.range("meta"))] }, ["KWDB_REBALANCE_SYSTEM"]],
    ["rebalance of a partition", { rebalances: [rebalance(partition)] }, ["KWDB_REBALANCE_PART"]],
    ["rebalance of everything", { rebalances: [rebalance(Target.range("default"))] }, []],
    [
      "rebalance of a table with a declared partition",
      { rebalances: [rebalance(table)], zones: [zone(partition, {})] },
      ["KWDB_REBALANCE_REPLACES_DECLARED"],
    ],
    [
      "rebalance of the database, too",
      { rebalances: [rebalance(Target.database("d"))], zones: [zone(partition, {})] },
      ["KWDB_REBALANCE_REPLACES_DECLARED"],
    ],
    [
      "rebalance of other tables, or on purpose",
      {
        rebalances: [rebalance(Target.table("d", "u")), { ...rebalance(table, "s"), replacePartitions: true }],
        zones: [zone(partition, {}), zone(table, {})],
      },
      [],
    ],
    ["two rebalances of one name", { rebalances: [rebalance(table), rebalance(table)] }, ["KWDB_REBALANCE_DUPLICATE"]],
    [
      "merge time without the split settings",
      { zones: [zone(table, { tsMerge: days(10) })] },
      ["KWDB_TS_MERGE_NEEDS_SPLIT_SETTINGS"],
    ],
    ["port", { connection: { port: 0 } }, ["CONNECTION_PORT_OUT_OF_RANGE"]],
    ["timeout", { connection: { statementTimeoutSeconds: 0 } }, ["CONNECTION_TIMEOUT_OUT_OF_RANGE"]],
    [
      "certificate without key",
      { connection: { tls: { mode: "verify-full", certFile: "c" } } },
      ["CONNECTION_TLS_PAIR"],
    ],
    ["CA without TLS", { connection: { tls: { mode: "disable", caFile: "c" } } }, ["CONNECTION_TLS_UNUSED"]],
    [
      "merge time with both split settings",
      {
        zones: [zone(table, { tsMerge: days(10) })],
        settings: [
          { name: "kv.kvserver.ts_split_interval", value: "1" },
          { name: "kv.kvserver.ts_split_by_timestamp.enabled", value: "true" },
        ],
      },
      [],
    ],
  ])("%s", (_, more, wanted) => expect(codes(more)).toEqual(wanted));

  test("one setting or one rebalance by itself", () => {
    expect(validateClusterSetting({ name: "version", value: "1" }).map(({ code }) => code)).toEqual([
      "KWDB_SETTING_REFUSED",
    ]);
    expect(validateRebalance(rebalance(Target.database("system"))).map(({ code }) => code)).toEqual([
      "KWDB_REBALANCE_SYSTEM",
    ]);
  });
});
