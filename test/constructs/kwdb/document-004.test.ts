import { applyTopology } from "../../../src/operations/apply-topology";
import { planTopology } from "../../../src/operations/plan-topology";
import { startKwdbDevCluster, type KwdbDevCluster } from "../../../src/devcluster";
import {
  Bytes,
  ClusterSetting,
  COPY_FROM_PARENT,
  Duration,
  RangeRebalance,
  Zone,
  ZoneConfig,
  type ZoneConfigProps,
} from "../../../src/index";
import type { TopologyManifest } from "../../../src/topology/manifest";
import { declared, type Build } from "../support/kwdb";
import { removeTemporaryDirectories, temporaryDirectory } from "../support/program";

// KWDB's document on ranges: its statements, declared; what the engine sends for them; what the server answers then.

let cluster: KwdbDevCluster;
let env: Record<string, string>;
beforeEach(async () => {
  cluster = await startKwdbDevCluster({ nodes: 7, rebalanceMs: 10 });
  env = {
    TOPOFORM_KWDB_HOST: cluster.host,
    TOPOFORM_KWDB_PORT: String(cluster.port),
    TOPOFORM_STATE_DIR: temporaryDirectory(),
  };
});
afterEach(() => cluster.stop());
afterAll(removeTemporaryDirectories);

/** Does what a program declares, and gives the statements that changed something. */
async function deploy(build: Build): Promise<readonly string[]> {
  cluster.resetStatementLog();
  await apply(declared(build).manifest);
  return cluster
    .statements()
    .map(({ sql }) => sql)
    .filter((sql) => /^(ALTER|SET CLUSTER|RESET CLUSTER)/.test(sql));
}

async function apply(manifest: TopologyManifest): Promise<void> {
  const planned = await planTopology(manifest, { env });
  const plans = planned.flatMap((each) => (each.kind === "planned" ? [each.plan] : []));
  expect(plans.flatMap((plan) => plan.blocked)).toEqual([]);
  const { signal } = new AbortController();
  const run = { drain: signal, stop: signal, command: "test", emit: () => undefined };
  const results = await applyTopology(manifest, { env }, { plans, ...run });
  expect(results).toEqual([
    expect.objectContaining({ kind: "applied", result: expect.objectContaining({ ok: true }) }),
  ]);
}

function zone(props: Omit<ZoneConfigProps, "cluster">): Build {
  return (kwdb, stack) => new ZoneConfig(stack, "zone", { cluster: kwdb, ...props });
}

async function shown(range: string): Promise<string | null | undefined> {
  const [row] = await cluster.sql(`SHOW ZONE CONFIGURATION FOR RANGE ${range}`);
  return row?.["raw_config_sql"]?.replaceAll("\t", "    ");
}

const META = { zone: Zone.ofRange("meta"), allowSystemRange: true };

test("the document's example: meta has seven replicas, and SHOW ZONE CONFIGURATION says so", async () => {
  expect(await deploy(zone({ ...META, numReplicas: 7 }))).toEqual([
    "ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 7",
  ]);
  // The document prints 268435456 for range_min_bytes; a real 3.2.1 has 134217728 (recorded).
  expect(await shown("meta")).toBe(
    [
      "ALTER RANGE meta CONFIGURE ZONE USING",
      "    range_min_bytes = 134217728,",
      "    range_max_bytes = 536870912,",
      "    gc.ttlseconds = 3600,",
      "    num_replicas = 7,",
      "    constraints = '[]',",
      "    lease_preferences = '[]'",
    ].join("\n"),
  );
  expect(await deploy(zone({ ...META, numReplicas: 7 }))).toEqual([]);
});

test.each<[string, Omit<ZoneConfigProps, "cluster">, string]>([
  [
    "range_min_bytes and range_max_bytes",
    { ...META, rangeMinBytes: Bytes.mebibytes(256), rangeMaxBytes: Bytes.gibibytes(1) },
    "ALTER RANGE meta CONFIGURE ZONE USING range_min_bytes = 268435456, range_max_bytes = 1073741824",
  ],
  [
    "gc.ttlseconds",
    { ...META, gcTtl: Duration.minutes(10) },
    "ALTER RANGE meta CONFIGURE ZONE USING gc.ttlseconds = 600",
  ],
  [
    "ts_merge.days",
    { zone: Zone.ofRange("default"), tsMerge: Duration.days(5) },
    "ALTER RANGE default CONFIGURE ZONE USING ts_merge.days = '120h0m0s'",
  ],
  [
    "COPY FROM PARENT, which writes the parent's value",
    { ...META, gcTtl: COPY_FROM_PARENT },
    "ALTER RANGE meta CONFIGURE ZONE USING gc.ttlseconds = 90000",
  ],
  [
    "range liveness",
    { zone: Zone.ofRange("liveness"), allowSystemRange: true, numReplicas: 7 },
    "ALTER RANGE liveness CONFIGURE ZONE USING num_replicas = 7",
  ],
  [
    "range system",
    { zone: Zone.ofRange("system"), allowSystemRange: true, numReplicas: 7 },
    "ALTER RANGE system CONFIGURE ZONE USING num_replicas = 7",
  ],
  [
    "range timeseries",
    { zone: Zone.ofRange("timeseries"), allowSystemRange: true, gcTtl: Duration.hours(2) },
    "ALTER RANGE timeseries CONFIGURE ZONE USING gc.ttlseconds = 7200",
  ],
])("%s", async (_name, props, statement) => {
  expect(await deploy(zone(props))).toEqual([statement]);
  expect(await deploy(zone(props))).toEqual([]);
});

test("DISCARD: what is declared no more is as it was found", async () => {
  const before = await shown("meta");
  await deploy(zone({ ...META, numReplicas: 7, gcTtl: Duration.hours(2) }));
  expect(await deploy(zone({ ...META, numReplicas: 7 }))).toEqual([
    "ALTER RANGE meta CONFIGURE ZONE USING gc.ttlseconds = 3600",
  ]);
  expect(await deploy(() => undefined)).toEqual(["ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 5"]);
  expect(await shown("meta")).toBe(before);
});

test("the settings that ts_merge.days needs, before the zone that needs them", async () => {
  const statements = await deploy((kwdb, stack) => {
    new ZoneConfig(stack, "default", { cluster: kwdb, zone: Zone.ofRange("default"), tsMerge: Duration.days(1) });
    new ClusterSetting(stack, "interval", { cluster: kwdb, name: "kv.kvserver.ts_split_interval", value: 1 });
    new ClusterSetting(stack, "time", {
      cluster: kwdb,
      name: "kv.kvserver.ts_split_by_timestamp.enabled",
      value: true,
    });
  });
  expect(statements).toEqual([
    "SET CLUSTER SETTING kv.kvserver.ts_split_by_timestamp.enabled = true",
    "SET CLUSTER SETTING kv.kvserver.ts_split_interval = 1",
    "ALTER RANGE default CONFIGURE ZONE USING ts_merge.days = '24h0m0s'",
  ]);
});

test("REBALANCE by hand after automatic balancing was switched off, once for each set of triggers", async () => {
  await cluster.sql("CREATE TS DATABASE ts_db");
  await cluster.sql("CREATE TABLE ts_db.cpu (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)");
  const program =
    (night: string): Build =>
    (kwdb, stack) => {
      new RangeRebalance(stack, "rebalance", { cluster: kwdb, zone: Zone.ofDatabase("ts_db"), triggers: { night } });
      new ClusterSetting(stack, "by-hand", {
        cluster: kwdb,
        name: "kv.allocator.ts_consider_rebalance.enabled",
        value: false,
      });
    };
  const rebalance = 'ALTER DATABASE "ts_db" CONFIGURE ZONE USING REBALANCE';
  expect(await deploy(program("monday"))).toEqual([
    "SET CLUSTER SETTING kv.allocator.ts_consider_rebalance.enabled = false",
    rebalance,
  ]);
  expect(await deploy(program("monday"))).toEqual([]);
  expect(await deploy(program("tuesday"))).toEqual([rebalance]);
});
