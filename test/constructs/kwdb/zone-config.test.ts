import { TerraformVariable } from "cdktf";

import {
  Bytes,
  ClusterSetting,
  Constraint,
  COPY_FROM_PARENT,
  Duration,
  RangeRebalance,
  ReplicaConstraints,
  Zone,
  ZoneConfig,
  type ZoneConfigProps,
} from "../../../src/index";
import { declared, kwdbStack, type Build } from "../support/kwdb";
import { problems, removeTemporaryDirectories } from "../support/program";

afterAll(removeTemporaryDirectories);

type ZoneProps = Omit<ZoneConfigProps, "cluster">;

/** One zone: its resource's arguments, and its member of the manifest. */
function zone(props: ZoneProps): { readonly terraform: object | undefined; readonly manifest: unknown } {
  const { resources, json } = declared((cluster, stack) => new ZoneConfig(stack, "zone", { cluster, ...props }));
  const manifest = JSON.parse(json) as { clusters: [{ zones: unknown[] }] };
  return { terraform: resources("zone_config")["zone"], manifest: manifest.clusters[0].zones[0] };
}

const OPTIONS = { allow_system_range: false, wait_for_replicas: false };
const NODE1 = Constraint.required({ region: "NODE1" });
const NODE2 = Constraint.required({ region: "NODE2" });

test.each<[string, ZoneProps, object, object]>([
  [
    "a system range",
    { zone: Zone.ofRange("meta"), numReplicas: 7, allowSystemRange: true },
    { target: "RANGE meta", num_replicas: 7, allow_system_range: true },
    { target: "RANGE meta", num_replicas: 7, ...OPTIONS, allow_system_range: true },
  ],
  [
    "sizes and times of a database",
    {
      zone: Zone.ofDatabase("ts_db"),
      rangeMinBytes: Bytes.mebibytes(256),
      rangeMaxBytes: Bytes.gibibytes(1),
      gcTtl: Duration.hours(25),
      tsMerge: Duration.days(10),
    },
    {
      target: "DATABASE ts_db",
      range_min_bytes: 268435456,
      range_max_bytes: 1073741824,
      gc_ttl_seconds: 90000,
      ts_merge_seconds: 864000,
    },
    {
      target: "DATABASE ts_db",
      range_min_bytes: 268435456,
      range_max_bytes: 1073741824,
      gc_ttl_seconds: 90000,
      ts_merge_days: 10,
      ...OPTIONS,
    },
  ],
  [
    "a merge time in parts of a day",
    { zone: Zone.ofTable("ts_db", "cpu"), tsMerge: Duration.minutes(5) },
    { target: "TABLE ts_db.public.cpu", ts_merge_seconds: 300 },
    { target: "TABLE ts_db.public.cpu", ts_merge_days: "5m0s", ...OPTIONS },
  ],
  [
    "values of the parent",
    {
      zone: Zone.ofTable("shop", "orders"),
      rangeMinBytes: COPY_FROM_PARENT,
      rangeMaxBytes: COPY_FROM_PARENT,
      gcTtl: COPY_FROM_PARENT,
      numReplicas: COPY_FROM_PARENT,
    },
    {
      target: "TABLE shop.public.orders",
      copy_from_parent: ["range_min_bytes", "range_max_bytes", "gc_ttl_seconds", "num_replicas"],
    },
    {
      target: "TABLE shop.public.orders",
      copy_from_parent: ["range_min_bytes", "range_max_bytes", "gc_ttl_seconds", "num_replicas"],
      ...OPTIONS,
    },
  ],
  [
    "constraints of a number of replicas each, and lease preferences",
    {
      zone: Zone.ofPartition("ts_db", "cpu", "p0"),
      numReplicas: 3,
      constraints: ReplicaConstraints.of(
        { replicas: 1, constraints: [NODE1] },
        { replicas: 2, constraints: [NODE2, Constraint.required("ssd")] },
      ),
      leasePreferences: [[NODE1], [NODE2]],
    },
    {
      target: "PARTITION p0 OF TABLE ts_db.public.cpu",
      num_replicas: 3,
      replica_constraints: { "+region=NODE1": 1, "+region=NODE2,+ssd": 2 },
      lease_preferences: [["+region=NODE1"], ["+region=NODE2"]],
    },
    {
      target: "PARTITION p0 OF TABLE ts_db.public.cpu",
      num_replicas: 3,
      constraints: { "+region=NODE1": 1, "+region=NODE2,+ssd": 2 },
      lease_preferences: [["+region=NODE1"], ["+region=NODE2"]],
      ...OPTIONS,
    },
  ],
  [
    "constraints of all replicas",
    {
      zone: Zone.ofPartition("shop", "orders", "eu", "by_day"),
      constraints: [NODE1, Constraint.prohibited({ rack: "r9" })],
    },
    { target: "PARTITION eu OF INDEX shop.public.orders@by_day", constraints: ["+region=NODE1", "-rack=r9"] },
    {
      target: "PARTITION eu OF INDEX shop.public.orders@by_day",
      constraints: ["+region=NODE1", "-rack=r9"],
      ...OPTIONS,
    },
  ],
  [
    "an index, and waiting for replicas",
    {
      zone: Zone.ofIndex("shop", "orders", "by_day"),
      numReplicas: 3,
      waitForReplicas: true,
      replicasTimeoutSeconds: 120,
    },
    {
      target: "INDEX shop.public.orders@by_day",
      num_replicas: 3,
      wait_for_replicas: true,
      replicas_timeout_seconds: 120,
    },
    { target: "INDEX shop.public.orders@by_day", num_replicas: 3, ...OPTIONS, wait_for_replicas: true },
  ],
  [
    "names that need quotes, and text that is no template",
    { zone: Zone.ofTable("MyDb", "a${b}"), numReplicas: 3 },
    { target: 'TABLE "MyDb".public."a$${b}"', num_replicas: 3 },
    { target: 'TABLE "MyDb".public."a${b}"', num_replicas: 3, ...OPTIONS },
  ],
  [
    "bytes beyond what JavaScript can count",
    { zone: Zone.ofRange("default"), rangeMaxBytes: Bytes.bytes(2n ** 60n) },
    { target: "RANGE default", range_max_bytes: "1152921504606846976" },
    { target: "RANGE default", range_max_bytes: "1152921504606846976", ...OPTIONS },
  ],
])("%s", (_name, props, terraform, manifest) => {
  expect(zone(props)).toEqual({ terraform, manifest });
});

test.each<[string, string | number | boolean | ReturnType<typeof Bytes.bytes>, string]>([
  ["KV.allocator.ts_consider_rebalance.enabled", false, "false"],
  ["kv.kvserver.ts_split_interval", 1, "1"],
  ["kv.snapshot_rebalance.max_rate", Bytes.mebibytes(8), "8 MiB"],
  ["server.time_until_store_dead", "1m30s", "1m30s"],
])("setting %s = %p", (name, value, text) => {
  const { resources, cluster } = declared(
    (kwdb, stack) => new ClusterSetting(stack, "s", { cluster: kwdb, name, value }),
  );
  expect(resources("cluster_setting")).toEqual({ s: { name: name.toLowerCase(), value: text } });
  expect(cluster.settings).toEqual([{ name: name.toLowerCase(), value: text }]);
});

test("a rebalance keeps its triggers, and its name is the construct's path", () => {
  const { resources, cluster } = declared((kwdb, stack) => {
    new RangeRebalance(stack, "once", { cluster: kwdb, zone: Zone.ofRange("default") });
    new RangeRebalance(stack, "again", {
      cluster: kwdb,
      zone: Zone.ofTable("ts_db", "cpu"),
      triggers: { nodes: "5", "${x}": "${y}" },
      replacePartitions: true,
      timeoutSeconds: 600,
    });
  });
  expect(resources("range_rebalance")).toEqual({
    once: { target: "RANGE default" },
    again: {
      target: "TABLE ts_db.public.cpu",
      triggers: { nodes: "5", "$${x}": "$${y}" },
      replace_partitions: true,
      timeout_seconds: 600,
    },
  });
  expect(cluster.rebalances).toMatchObject([
    { name: "stack/once", triggers: {}, replacePartitions: false },
    { name: "stack/again", triggers: { nodes: "5", "${x}": "${y}" }, replacePartitions: true },
  ]);
});

test("others may come after what is declared", () => {
  const { resources } = declared((cluster, stack) => {
    const database = new ZoneConfig(stack, "db", { cluster, zone: Zone.ofDatabase("ts_db"), numReplicas: 3 });
    const setting = new ClusterSetting(stack, "setting", {
      cluster,
      name: "kv.range_merge.queue_enabled",
      value: true,
    });
    new RangeRebalance(stack, "rebalance", {
      cluster,
      zone: Zone.ofDatabase("ts_db"),
      triggers: { zone: database.id, setting: setting.id },
    });
  });
  expect(resources("range_rebalance")["rebalance"]).toMatchObject({
    triggers: { zone: "${topoform_kwdb_zone_config.db.id}", setting: "${topoform_kwdb_cluster_setting.setting.id}" },
  });
});

describe("values that only Terraform knows", () => {
  test("are allowed wherever a value may come from another resource, and are left out of the manifest as a whole", () => {
    const build: Build = (cluster, stack) => {
      const text = new TerraformVariable(stack, "text", { type: "string" }).stringValue;
      const number = new TerraformVariable(stack, "number", { type: "number" }).numberValue;
      const flag = new TerraformVariable(stack, "flag", { type: "bool" }).booleanValue;
      new ZoneConfig(stack, "values", {
        cluster,
        zone: Zone.ofTable(text, text),
        rangeMinBytes: Bytes.mebibytes(number),
        rangeMaxBytes: Bytes.bytes(number),
        gcTtl: Duration.hours(number),
        numReplicas: number,
        tsMerge: Duration.days(number),
      });
      new ZoneConfig(stack, "constraints", {
        cluster,
        zone: Zone.ofPartition("ts_db", "cpu", text),
        constraints: ReplicaConstraints.of({
          replicas: number,
          constraints: [Constraint.required({ region: text })],
        }),
        leasePreferences: [[Constraint.required({ region: `eu-${text}` })]],
        numReplicas: 3,
      });
      new ClusterSetting(stack, "setting", { cluster, name: text, value: flag });
      new ClusterSetting(stack, "split", { cluster, name: "kv.kvserver.ts_split_interval", value: number });
      new RangeRebalance(stack, "rebalance", { cluster, zone: Zone.ofDatabase(text), triggers: { changed: text } });
      new ZoneConfig(stack, "known", { cluster, zone: Zone.ofDatabase("ts_db"), numReplicas: 3 });
    };
    expect(problems(kwdbStack(build))).toEqual([]);
    const { resources, cluster, json } = declared(build);
    expect(json).not.toMatch(/TfToken|\$\{/);
    expect(cluster.zones).toMatchObject([{ target: { kind: "database", database: "ts_db" } }]);
    expect([cluster.settings, cluster.rebalances]).toEqual([[], []]);
    expect(resources("zone_config")).toMatchObject({
      values: {
        target: "TABLE ${jsonencode(var.text)}.public.${jsonencode(var.text)}",
        range_min_bytes: "${(var.number * 1048576)}",
        range_max_bytes: "${var.number}",
        gc_ttl_seconds: "${(var.number * 3600)}",
        num_replicas: "${var.number}",
        ts_merge_seconds: "${(var.number * 86400)}",
      },
      constraints: {
        target: "PARTITION ${jsonencode(var.text)} OF TABLE ts_db.public.cpu",
        replica_constraints: { "+region=${var.text}": "${var.number}" },
        lease_preferences: [["+region=eu-${var.text}"]],
      },
    });
    expect(resources("cluster_setting")).toMatchObject({
      setting: { name: "${var.text}", value: "${var.flag}" },
      split: { value: "${var.number}" },
    });
    expect(resources("range_rebalance")).toMatchObject({ rebalance: { target: "DATABASE ${jsonencode(var.text)}" } });
  });
});

test.each([
  ["a part of a byte", () => Bytes.kibibytes(0.3)],
  ["a part of a second", () => Duration.minutes(0.31)],
  ["a constraint about two tiers", () => Constraint.required({ region: "NODE1", rack: "r1" })],
  ["a constraint about nothing", () => Constraint.prohibited({})],
])("%s is no value", (_name, make) => {
  expect(make).toThrow(RangeError);
});
