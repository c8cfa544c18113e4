import fc from "fast-check";
import { byteSize } from "../../../src/topology/kwdb/byte-size";
import { NO_CONSTRAINTS } from "../../../src/topology/kwdb/constraint";
import { days, seconds } from "../../../src/topology/kwdb/duration";
import { Target } from "../../../src/topology/kwdb/zone-target";
import { settingChange, zoneChange, type KwdbChange } from "../../../src/planning/kwdb/change";
import { quoteIdentifier, quoteLiteral } from "../../../src/engines/kwdb/quote";
import {
  changeStatements,
  selectTables,
  selectZone,
  zoneStatements,
  zoneTarget,
} from "../../../src/engines/kwdb/statements";

const region = (value: string) => ({ requirement: "required" as const, key: "region", value });
const statements = (change: KwdbChange | undefined): readonly string[] =>
  change === undefined ? [] : changeStatements(change);
const partition = Target.partition("tsdb", "ts1", "p0", "primary");

describe("statements", () => {
  test.each<readonly [string, KwdbChange | undefined, readonly string[]]>([
    [
      "document 004",
      zoneChange(Target.range("meta"), { numReplicas: 5 }, { numReplicas: 7 }, {}, ""),
      ["ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 7"],
    ],
    [
      "all variables in the server's order",
      zoneChange(
        Target.database("tsdb"),
        null,
        {
          tsMerge: days(10),
          numReplicas: 3,
          gcTtl: seconds(3600),
          rangeMaxBytes: byteSize(536_870_912),
          rangeMinBytes: byteSize(134_217_728),
        },
        {},
        "",
      ),
      [
        "ALTER DATABASE \"tsdb\" CONFIGURE ZONE USING range_min_bytes = 134217728, range_max_bytes = 536870912, gc.ttlseconds = 3600, num_replicas = 3, ts_merge.days = '240h0m0s'",
      ],
    ],
    [
      "constraints as the documents write them",
      zoneChange(
        partition,
        null,
        {
          numReplicas: 3,
          constraints: {
            kind: "per-replica",
            groups: [
              { replicas: 1, constraints: [region("NODE2")] },
              { replicas: 1, constraints: [region("NODE1")] },
            ],
          },
          leasePreferences: [[region("NODE1")]],
        },
        {},
        "",
      ),
      [
        `ALTER PARTITION "p0" OF TABLE "tsdb".public."ts1" CONFIGURE ZONE USING num_replicas = 3, constraints = '{"+region=NODE1": 1, "+region=NODE2": 1}', lease_preferences = '[[+region=NODE1]]'`,
      ],
    ],
    [
      "one variable less",
      zoneChange(Target.table("d", "t"), { numReplicas: 5, gcTtl: seconds(600) }, { numReplicas: 5 }, {}, ""),
      [
        'ALTER TABLE "d".public."t" CONFIGURE ZONE DISCARD',
        'ALTER TABLE "d".public."t" CONFIGURE ZONE USING num_replicas = 5',
      ],
    ],
    [
      "default keeps a row",
      zoneChange(
        Target.range("default"),
        { numReplicas: 5, gcTtl: seconds(600) },
        { numReplicas: 5, constraints: NO_CONSTRAINTS },
        {},
        "",
      ),
      ["ALTER RANGE default CONFIGURE ZONE USING DEFAULT", "ALTER RANGE default CONFIGURE ZONE USING num_replicas = 5"],
    ],
    [
      "no zone",
      zoneChange(Target.table("d", "t"), { numReplicas: 5 }, null, {}, ""),
      ['ALTER TABLE "d".public."t" CONFIGURE ZONE DISCARD'],
    ],
    [
      "a number",
      settingChange(
        "kv.kvserver.ts_split_interval",
        "i",
        { value: "10", explicit: false },
        { value: "1", explicit: true },
        "",
      ),
      ["SET CLUSTER SETTING kv.kvserver.ts_split_interval = 1"],
    ],
    [
      "a byte size",
      settingChange(
        "kv.snapshot_rebalance.max_rate",
        "z",
        { value: "16 MiB", explicit: false },
        { value: "8 MiB", explicit: true },
        "",
      ),
      ["SET CLUSTER SETTING kv.snapshot_rebalance.max_rate = '8 MiB'"],
    ],
    [
      "a default",
      settingChange("a.b", "b", { value: "true", explicit: true }, { value: null, explicit: false }, ""),
      ["RESET CLUSTER SETTING a.b"],
    ],
    [
      "rebalance",
      { kind: "rebalance", name: "r", target: Target.table("tsdb", "ts1"), triggers: {}, reason: "", inverse: null },
      ['ALTER TABLE "tsdb".public."ts1" CONFIGURE ZONE USING REBALANCE'],
    ],
  ])("%s", (_, change, wanted) => expect(statements(change)).toEqual(wanted));

  test("the index of a partition is named when it is not primary, or on demand", () => {
    expect(zoneTarget(Target.partition("d", "t", "p", "wi"))).toBe('PARTITION "p" OF INDEX "d".public."t"@"wi"');
    const change = zoneChange(partition, { numReplicas: 3 }, null, {}, "");
    expect(change && zoneStatements(change, { nameIndex: true })).toEqual([
      'ALTER PARTITION "p0" OF INDEX "tsdb".public."ts1"@"primary" CONFIGURE ZONE DISCARD',
    ]);
  });

  test("a zone is read by the columns of names", () => {
    expect(selectZone(Target.range("meta"))).toContain("WHERE range_name = 'meta'");
    expect(selectZone(Target.database("d'"))).toContain(
      "database_name = 'd''' AND table_name IS NULL AND index_name IS NULL AND partition_name IS NULL",
    );
    expect(selectZone(partition)).toContain("index_name = 'primary' AND partition_name = 'p0'");
  });

  test("databases are named once and in order", () => expect(selectTables(["b", "a", "b"], { listsHashPoints: true })).toContain("IN ('a', 'b')"));

  test("whatever a name holds, it stays inside its quotes", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(quoteIdentifier(name).slice(1, -1).replaceAll('""', "")).not.toContain('"');
        expect(quoteLiteral(name).slice(1, -1).replaceAll("''", "")).not.toContain("'");
      }),
    );
  });
});
