import { TerraformStack } from "cdktf";

import {
  Bytes,
  ClusterSetting,
  Constraint,
  COPY_FROM_PARENT,
  Duration,
  KwdbCluster,
  RangeRebalance,
  ReplicaConstraints,
  Zone,
  ZoneConfig,
  type ZoneConfigProps,
} from "../../../src/index";
import { kwdbStack, type Build } from "../support/kwdb";
import {
  builtProvider,
  problems,
  program,
  removeTemporaryDirectories,
  stackOf,
  synthesizedDirectory,
} from "../support/program";

afterAll(removeTemporaryDirectories);

const provider = builtProvider();
const PARTITION = Zone.ofPartition("ts_db", "cpu", "p0");
const TABLE = Zone.ofTable("ts_db", "cpu");
const NODE1 = Constraint.required({ region: "NODE1" });
const NODE2 = Constraint.required({ region: "NODE2" });

type ZoneProps = Omit<ZoneConfigProps, "cluster">;

function zone(props: ZoneProps): Build {
  return (cluster, stack) => new ZoneConfig(stack, "zone", { cluster, ...props });
}

/** Warnings and notes beside the constructs, as `[path] text`. */
function annotations(stack: TerraformStack): readonly string[] {
  synthesizedDirectory(stack);
  return stack.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata.map(
        ({ type, data }) => `[${construct.node.path}] ${type.replace(/^@cdktf\//, "")}: ${String(data)}`,
      ),
    );
}

describe("a zone that is wrong", () => {
  test.each<[code: string, props: ZoneProps, says: readonly string[]]>([
    [
      "KWDB_RANGE_SIZE_OUT_OF_RANGE",
      { zone: TABLE, rangeMinBytes: Bytes.kibibytes(1023) },
      ["rangeMinBytes: ", "1047552", "1 MiB"],
    ],
    [
      "KWDB_RANGE_SIZE_OUT_OF_RANGE",
      { zone: TABLE, rangeMaxBytes: Bytes.mebibytes(4) },
      ["rangeMaxBytes: ", "4194304", "5 MiB"],
    ],
    [
      "KWDB_RANGE_SIZES_CONFLICT",
      { zone: TABLE, rangeMinBytes: Bytes.mebibytes(64), rangeMaxBytes: Bytes.mebibytes(64) },
      ["rangeMinBytes: ", "smaller than the maximum"],
    ],
    ["KWDB_GC_TTL_OUT_OF_RANGE", { zone: TABLE, gcTtl: Duration.seconds(0) }, ["gcTtl: ", "from 1"]],
    ["KWDB_REPLICAS_OUT_OF_RANGE", { zone: TABLE, numReplicas: 0 }, ["numReplicas: ", "0", "1, or 3 and more"]],
    ["KWDB_REPLICAS_OUT_OF_RANGE", { zone: TABLE, numReplicas: 2 }, ["numReplicas: ", "majority"]],
    ["KWDB_REPLICAS_OUT_OF_RANGE", { zone: TABLE, numReplicas: 4294967297 }, ["numReplicas: ", "4294967297"]],
    ["KWDB_TS_MERGE_OUT_OF_RANGE", { zone: TABLE, tsMerge: Duration.days(-1) }, ["tsMerge: ", "0 days and more"]],
    [
      "KWDB_SYSTEM_RANGE_NOT_ALLOWED",
      { zone: Zone.ofRange("meta"), numReplicas: 7 },
      ["allowSystemRange: ", "RANGE meta"],
    ],
    ["KWDB_SYSTEM_RANGE_NOT_ALLOWED", { zone: Zone.ofDatabase("system"), numReplicas: 7 }, ["allowSystemRange: "]],
    [
      "KWDB_DEFAULT_HAS_NO_PARENT",
      { zone: Zone.ofRange("default"), numReplicas: COPY_FROM_PARENT },
      ["Write the values"],
    ],
    ["KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS", { zone: TABLE, constraints: [NODE1] }, ["constraints: ", "partition"]],
    ["KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS", { zone: TABLE, constraints: COPY_FROM_PARENT }, ["constraints: "]],
    ["KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS", { zone: TABLE, leasePreferences: [[NODE1]] }, ["leasePreferences: "]],
    [
      "KWDB_CONSTRAINTS_CONFLICT",
      { zone: PARTITION, constraints: [NODE1, NODE2] },
      ["constraints[1]: ", "+region=NODE1", "+region=NODE2"],
    ],
    [
      "KWDB_CONSTRAINT_INVALID",
      { zone: PARTITION, constraints: [Constraint.required({ region: "a,b" })] },
      ["constraints[0]: ", '"a,b"'],
    ],
    ["KWDB_CONSTRAINT_INVALID", { zone: PARTITION, constraints: [Constraint.required("")] }, ["constraints[0]: "]],
    [
      "KWDB_CONSTRAINT_REPLICAS_EXCEED",
      {
        zone: PARTITION,
        numReplicas: 3,
        constraints: ReplicaConstraints.of(
          { replicas: 2, constraints: [NODE1] },
          { replicas: 2, constraints: [NODE2] },
        ),
      },
      ["constraints: ", "4 replicas", "3"],
    ],
    [
      "KWDB_CONSTRAINT_PROHIBITED_PER_REPLICA",
      {
        zone: PARTITION,
        constraints: ReplicaConstraints.of({ replicas: 1, constraints: [Constraint.prohibited("hdd")] }),
      },
      ["-hdd"],
    ],
    ["KWDB_LEASE_PREFERENCE_EMPTY", { zone: PARTITION, leasePreferences: [[]] }, ["leasePreferences[0]: "]],
    ["KWDB_TARGET_NAME_EMPTY", { zone: Zone.ofTable("ts_db", ""), numReplicas: 3 }, ["zone.table: "]],
  ])("%s", (code, props, says) => {
    const found = problems(kwdbStack(zone(props), provider)).filter((line) => line.includes(`(${code})`));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^\[stack\/zone\] /);
    for (const text of says) expect(found[0]).toContain(text);
  });

  test.each<[name: string, props: ZoneProps]>([
    [
      "the least of everything",
      {
        zone: PARTITION,
        rangeMinBytes: Bytes.mebibytes(1),
        rangeMaxBytes: Bytes.mebibytes(5),
        gcTtl: Duration.seconds(600),
        numReplicas: 1,
        tsMerge: Duration.days(0),
        constraints: [],
      },
    ],
    [
      "an attribute and a tier of the same name",
      { zone: PARTITION, constraints: [Constraint.required("ssd"), Constraint.required({ ssd: "yes" })] },
    ],
  ])("%s is right", (_name, props) => {
    expect(problems(kwdbStack(zone(props), provider))).toEqual([]);
  });
});

describe("a program that is wrong", () => {
  test("two zones of one target name both constructs", () => {
    const stack = kwdbStack((cluster, scope) => {
      new ZoneConfig(scope, "a", { cluster, zone: TABLE, numReplicas: 3 });
      new ZoneConfig(scope, "b", { cluster, zone: Zone.ofTable("ts_db", "cpu"), numReplicas: 5 });
    }, provider);
    expect(problems(stack)).toEqual([
      expect.stringMatching(
        /^\[stack\/b\] zone: Two zones of one target\. .*TABLE ts_db\.public\.cpu.*Declared by stack\/a and stack\/b\. \(KWDB_ZONE_DUPLICATE\)$/,
      ),
    ]);
  });

  test("a setting that is declared twice, refused ones, and one that is no name", () => {
    const stack = kwdbStack((cluster, scope) => {
      new ClusterSetting(scope, "a", { cluster, name: "kv.range_merge.queue_enabled", value: true });
      new ClusterSetting(scope, "b", { cluster, name: "KV.range_merge.queue_enabled", value: false });
      new ClusterSetting(scope, "version", { cluster, name: "version", value: "20.1" });
      new ClusterSetting(scope, "text", { cluster, name: "not a name", value: 1 });
    }, provider);
    expect(problems(stack)).toEqual([
      expect.stringMatching(/^\[stack\/b\] name: .*Declared by stack\/a and stack\/b\. \(KWDB_SETTING_DUPLICATE\)$/),
      expect.stringMatching(/^\[stack\/version\] name: .*\(KWDB_SETTING_REFUSED\)$/),
      expect.stringMatching(/^\[stack\/text\] name: .*\(KWDB_SETTING_NAME_INVALID\)$/),
    ]);
  });

  test("rebalances of what the server does not rebalance, and of what the program partitions itself", () => {
    const stack = kwdbStack((cluster, scope) => {
      new RangeRebalance(scope, "meta", { cluster, zone: Zone.ofRange("meta") });
      new RangeRebalance(scope, "part", { cluster, zone: PARTITION });
      new RangeRebalance(scope, "database", { cluster, zone: Zone.ofDatabase("ts_db") });
      new RangeRebalance(scope, "allowed", { cluster, zone: TABLE, replacePartitions: true });
      new RangeRebalance(scope, "other", { cluster, zone: Zone.ofDatabase("other") });
      new ZoneConfig(scope, "p0", { cluster, zone: PARTITION, numReplicas: 3 });
    }, provider);
    expect(problems(stack)).toEqual([
      expect.stringMatching(/^\[stack\/meta\] zone: .*\(KWDB_REBALANCE_SYSTEM\)$/),
      expect.stringMatching(/^\[stack\/part\] zone: .*\(KWDB_REBALANCE_PART\)$/),
      expect.stringMatching(
        /^\[stack\/database\] zone: .*PARTITION p0 OF TABLE ts_db\.public\.cpu would be lost.*\(KWDB_REBALANCE_REPLACES_DECLARED\)$/,
      ),
    ]);
  });

  test("a cluster of another stack", () => {
    const app = program(provider);
    const cluster = new KwdbCluster(stackOf(app, "one"), "kwdb");
    const two = new TerraformStack(app, "two");
    new ZoneConfig(two, "zone", { cluster, zone: TABLE, numReplicas: 3 });
    new ClusterSetting(two, "setting", { cluster, name: "kv.range_merge.queue_enabled", value: true });
    expect(problems(two).filter((line) => line.includes("(CLUSTER_OF"))).toEqual(
      ["zone", "setting"].map((id) =>
        expect.stringMatching(new RegExp(`^\\[two/${id}\\] cluster: .*one/kwdb.*\\(CLUSTER_OF_ANOTHER_STACK\\)$`)),
      ),
    );
  });

  test("all problems come at once, each under its construct", () => {
    const stack = kwdbStack((cluster, scope) => {
      new KwdbCluster(scope, "other", { port: 70_000 });
      new ZoneConfig(scope, "meta", {
        cluster,
        zone: Zone.ofRange("meta"),
        numReplicas: 2,
        gcTtl: Duration.seconds(-1),
      });
      new ZoneConfig(scope, "table", { cluster, zone: TABLE, constraints: [NODE1, NODE1] });
      new ClusterSetting(scope, "secret", { cluster, name: "cluster.secret", value: "x" });
      new RangeRebalance(scope, "rebalance", { cluster, zone: Zone.ofRange("liveness") });
    }, provider);
    const codes = problems(stack).map((line) => `${/^\[(.*?)\]/.exec(line)?.[1]} ${/\(([A-Z_]+)\)$/.exec(line)?.[1]}`);
    expect(codes.sort()).toEqual([
      "stack/meta KWDB_GC_TTL_OUT_OF_RANGE",
      "stack/meta KWDB_REPLICAS_OUT_OF_RANGE",
      "stack/meta KWDB_SYSTEM_RANGE_NOT_ALLOWED",
      "stack/other CONNECTION_PORT_OUT_OF_RANGE",
      "stack/rebalance KWDB_REBALANCE_SYSTEM",
      "stack/secret KWDB_SETTING_REFUSED",
      "stack/table KWDB_CONSTRAINTS_CONFLICT",
      "stack/table KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS",
    ]);
  });
});

describe("what is no error, but should be known", () => {
  test.each<[code: string, props: ZoneProps, says: string]>([
    ["KWDB_GC_TTL_SHORT", { zone: TABLE, gcTtl: Duration.seconds(599) }, "599"],
    ["KWDB_REPLICAS_EVEN", { zone: TABLE, numReplicas: 4 }, "no more failures than 3"],
    ["KWDB_INDEX_ZONE", { zone: Zone.ofIndex("d", "t", "i"), numReplicas: 3 }, "internal error"],
    [
      "KWDB_TS_MERGE_NEEDS_SPLIT_SETTINGS",
      { zone: TABLE, tsMerge: Duration.days(10) },
      "kv.kvserver.ts_split_interval = 1",
    ],
  ])("%s stands beside the construct, once", (code, props, says) => {
    const found = annotations(kwdbStack(zone(props), provider)).filter((line) => line.includes(`(${code})`));
    expect(found).toEqual([expect.stringContaining("[stack/zone] warn: ")]);
    expect(found[0]).toContain(says);
  });

  test("the two split settings silence the note about merge times", () => {
    const stack = kwdbStack((cluster, scope) => {
      new ZoneConfig(scope, "zone", { cluster, zone: TABLE, tsMerge: Duration.days(10) });
      new ClusterSetting(scope, "interval", { cluster, name: "kv.kvserver.ts_split_interval", value: 1 });
      new ClusterSetting(scope, "time", { cluster, name: "kv.kvserver.ts_split_by_timestamp.enabled", value: true });
    }, provider);
    expect(annotations(stack).filter((line) => line.includes("warn: "))).toEqual([]);
  });

  test("a note says what the command line will not see", () => {
    const stack = kwdbStack((cluster, scope) => {
      const zoneConfig = new ZoneConfig(scope, "zone", { cluster, zone: TABLE, numReplicas: 3 });
      new RangeRebalance(scope, "rebalance", { cluster, zone: TABLE, triggers: { zone: zoneConfig.id } });
    }, provider);
    expect(annotations(stack).filter((line) => line.includes("Left out of topoform.json"))).toEqual([
      expect.stringContaining("[stack/rebalance] info: "),
    ]);
  });
});
