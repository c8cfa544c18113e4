import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import type { KwdbClusterDeclaration } from "../../../src/topology/kwdb/cluster";
import { canonicalValues } from "../../../src/topology/kwdb/zone-values";
import { KWDB_CLUSTER_SCHEMA_DEFS } from "../../../src/topology/kwdb/kwdb-cluster-schema";
import { kwdbClusterToJson } from "../../../src/topology/kwdb/kwdb-cluster-to-json";
import { readKwdbCluster } from "../../../src/topology/kwdb/read-kwdb-cluster";
import { MANIFEST_SCHEMA } from "../../../src/topology/manifest-schema";
import type { Finding } from "../../../src/topology/validation";
import { validCluster } from "./arbitraries";

const { text_setting, environment_reference } = MANIFEST_SCHEMA.$defs;
const validate = new Ajv2020({ strict: false }).compile({
  $ref: "#/$defs/kwdb_cluster",
  $defs: { ...KWDB_CLUSTER_SCHEMA_DEFS, text_setting, environment_reference },
});

function read(value: unknown): {
  readonly cluster: KwdbClusterDeclaration | undefined;
  readonly findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  return { cluster: readKwdbCluster(value, ["clusters", 0], findings), findings };
}

/** A value in the form in which it is written. */
function canonical(cluster: KwdbClusterDeclaration): KwdbClusterDeclaration {
  return {
    ...cluster,
    zones: cluster.zones.map((zone) => ({
      ...zone,
      values: {
        ...canonicalValues(zone.values),
        ...(zone.values.tsMerge === 0 ? { tsMerge: zone.values.tsMerge } : {}),
      },
    })),
  };
}

const FULL = {
  engine: "kwdb",
  name: "iot",
  connection: {
    host: "kw1,kw2",
    port: { env: "KW_PORT" },
    user: "root",
    password: { env: "KW_PASSWORD" },
    tls: { mode: "verify-full", ca_file: "ca.crt" },
    statement_timeout_seconds: 30,
  },
  zones: [
    { target: "RANGE meta", num_replicas: 7, allow_system_range: true },
    { target: "DATABASE tsdb", ts_merge_days: 0.5, copy_from_parent: ["num_replicas"] },
    { target: "TABLE tsdb.ts1", range_min_bytes: "128 MiB", range_max_bytes: 536870912, ts_merge_days: "5m" },
    {
      target: "PARTITION p OF TABLE tsdb.ts1",
      num_replicas: 3,
      constraints: { "+region=NODE1": 1, "+region=NODE2,+ssd": 1 },
      lease_preferences: [["+region=NODE1"], ["-region=NODE2"]],
    },
  ],
  settings: [
    { name: "kv.allocator.ts_consider_rebalance.enabled", value: false },
    { name: "kv.kvserver.ts_split_interval", value: 1 },
  ],
  rebalances: [{ name: "spread", target: "TABLE tsdb.ts1", triggers: { round: 1 } }],
};

describe("a KWDB cluster in a manifest", () => {
  test("every member is read, with units and defaults", () => {
    const { cluster, findings } = read(FULL);
    expect(findings).toEqual([]);
    expect(validate(FULL)).toBe(true);
    expect(cluster?.zones.map(({ values }) => values)).toEqual([
      { numReplicas: 7 },
      { tsMerge: 43_200 },
      { rangeMinBytes: 134_217_728n, rangeMaxBytes: 536_870_912n, tsMerge: 300 },
      {
        numReplicas: 3,
        constraints: {
          kind: "per-replica",
          groups: [
            { replicas: 1, constraints: [{ requirement: "required", key: "region", value: "NODE1" }] },
            {
              replicas: 1,
              constraints: [
                { requirement: "required", key: "region", value: "NODE2" },
                { requirement: "required", value: "ssd" },
              ],
            },
          ],
        },
        leasePreferences: [
          [{ requirement: "required", key: "region", value: "NODE1" }],
          [{ requirement: "prohibited", key: "region", value: "NODE2" }],
        ],
      },
    ]);
    expect(cluster?.settings).toEqual([
      { name: "kv.allocator.ts_consider_rebalance.enabled", value: "false" },
      { name: "kv.kvserver.ts_split_interval", value: "1" },
    ]);
    expect(cluster?.rebalances).toMatchObject([{ triggers: { round: "1" }, replacePartitions: false }]);
    expect(cluster?.reportUndeclaredZones).toBe(false);
  });

  test("what is written reads back the same and fits the schema", () => {
    fc.assert(
      fc.property(validCluster, (cluster) => {
        const json: unknown = JSON.parse(JSON.stringify(kwdbClusterToJson(cluster)));
        expect(validate(json) || validate.errors).toBe(true);
        const again = read(json);
        expect(again.findings).toEqual([]);
        expect(again.cluster).toEqual(canonical(cluster));
        expect(kwdbClusterToJson(again.cluster as KwdbClusterDeclaration)).toEqual(kwdbClusterToJson(cluster));
      }),
    );
  });

  test.each<readonly [string, object, string, readonly (string | number)[]]>([
    [
      "password in the file",
      { connection: { password: "s3cret" } },
      "MANIFEST_SECRET_LITERAL",
      ["connection", "password"],
    ],
    [
      "unknown member",
      { zones: [{ target: "RANGE meta", num_replica: 3 }] },
      "MANIFEST_UNKNOWN_KEY",
      ["zones", 0, "num_replica"],
    ],
    ["no target", { zones: [{}] }, "MANIFEST_KEY_MISSING", ["zones", 0, "target"]],
    ["wrong target", { zones: [{ target: "RANGE foo" }] }, "KWDB_TARGET_INVALID", ["zones", 0, "target"]],
    [
      "replicas as text",
      { zones: [{ target: "RANGE meta", num_replicas: "3" }] },
      "MANIFEST_WRONG_KIND",
      ["zones", 0, "num_replicas"],
    ],
    [
      "half a second",
      { zones: [{ target: "RANGE meta", ts_merge_days: "0.5s" }] },
      "MANIFEST_WRONG_KIND",
      ["zones", 0, "ts_merge_days"],
    ],
    [
      "constraint without sign",
      { zones: [{ target: "PARTITION p OF TABLE d.t", constraints: ["region=a"] }] },
      "KWDB_CONSTRAINT_INVALID",
      ["zones", 0, "constraints", 0],
    ],
    [
      "constraint in a map",
      { zones: [{ target: "PARTITION p OF TABLE d.t", constraints: { "a=b": 1 } }] },
      "KWDB_CONSTRAINT_INVALID",
      ["zones", 0, "constraints", "a=b", 0],
    ],
    [
      "lease preference that is no list",
      { zones: [{ target: "PARTITION p OF TABLE d.t", lease_preferences: ["+a=b"] }] },
      "MANIFEST_WRONG_KIND",
      ["zones", 0, "lease_preferences", 0],
    ],
    [
      "variable that does not exist",
      { zones: [{ target: "RANGE meta", copy_from_parent: ["gc.ttlseconds"] }] },
      "MANIFEST_WRONG_KIND",
      ["zones", 0, "copy_from_parent", 0],
    ],
    ["setting without value", { settings: [{ name: "a.b" }] }, "MANIFEST_KEY_MISSING", ["settings", 0, "value"]],
  ])("%s", (_, more, code, path) => {
    const { findings } = read({ engine: "kwdb", name: "kw", ...more });
    expect(findings.map((finding) => ({ code: finding.code, path: finding.path }))).toEqual([
      { code, path: ["clusters", 0, ...path] },
    ]);
    expect(JSON.stringify(findings)).not.toContain("s3cret");
  });
});
