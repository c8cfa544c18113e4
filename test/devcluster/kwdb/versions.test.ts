import { serverVersion } from "../../../src/devcluster/kwdb/server-version";
import { failure, Stage } from "./stage";

const HASHPOINTS = "ALTER TABLE tsd.s PARTITION BY HASHPOINT (PARTITION p0 VALUES FROM (0) TO (10))";
const LIST = "ALTER TABLE tsd.s PARTITION BY HASHPOINT (PARTITION p0 VALUES IN [1, 3, 5])";

async function onVersion(version: string, run: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await Stage.open({ version, livenessTimeoutMs: 10 });
  try {
    await stage.cluster.sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY) PARTITION BY LIST (k) (PARTITION a VALUES IN (1)); CREATE TS DATABASE tsd; CREATE TABLE tsd.s (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)");
    await run(stage);
  } finally {
    await stage.close();
  }
}

const refusal = (stage: Stage, sql: string): Promise<{ readonly code?: string; readonly message: string }> => failure(stage.cluster.sql(sql));

test("2.0.4: no zones on time-series tables, no partition zones, a licence for replicas", () =>
  onVersion("2.0.4", async (stage) => {
    expect(await refusal(stage, "ALTER TABLE tsd.s CONFIGURE ZONE USING gc.ttlseconds = 700")).toMatchObject({ code: "0A000", message: "set zone config is not supported in timeseries table" });
    expect(await refusal(stage, "ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 700")).toMatchObject({ message: "OSS binaries do not include enterprise features" });
    expect(await refusal(stage, "ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 3")).toMatchObject({ code: "XXUUU", message: "zone config: num_replicas feature needs enterprise license to enable." });
    expect((await refusal(stage, LIST)).code).toBe("42601");
    await stage.cluster.sql("ALTER DATABASE d CONFIGURE ZONE USING gc.ttlseconds = 700");
  }));

test("2.1.0: HASHPOINT lists, and no change of replicas while a node is dead", () =>
  onVersion("2.2.1", async (stage) => {
    await stage.cluster.sql(LIST);
    expect(await stage.column("SELECT name FROM tsd.kwdb_internal.partitions")).toEqual([]);
    expect(await refusal(stage, "SELECT hash_value FROM kwdb_internal.partitions")).toMatchObject({ code: "42703" });
    expect((await refusal(stage, HASHPOINTS)).code).toBe("42601");
    expect((await refusal(stage, "ALTER TABLE tsd.s CONFIGURE ZONE USING REBALANCE")).code).toBe("42601");
    await stage.cluster.sql("ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 3");
    await stage.cluster.faults.killNode(5);
    await stage.clock.advance(20);
    expect(await refusal(stage, "ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 5")).toMatchObject({ code: "0A000", message: "set zone config num_replicas when node unhealthy or dead is not supported" });
    expect(await stage.column("SELECT count(*) FROM kwdb_internal.cluster_settings WHERE variable = 'kv.allocator.ts_store_dead_rebalance.enabled'")).toEqual(["0"]);
  }));

test("3.0.0: spans of hash points and REBALANCE, but no lease_holder_qps", () =>
  onVersion("3.0.0", async (stage) => {
    await stage.cluster.sql(HASHPOINTS);
    expect(await stage.column("SELECT hash_value FROM tsd.kwdb_internal.partitions")).toEqual(["(0) TO (10)"]);
    expect(await refusal(stage, "SELECT lease_holder_qps FROM kwdb_internal.ranges")).toMatchObject({ code: "42703" });
  }));

test("3.2.1: replicas may change with a node dead", () =>
  onVersion("3.2.1", async (stage) => {
    await stage.cluster.faults.killNode(5);
    await stage.clock.advance(20);
    await stage.cluster.sql("ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 5");
    expect(await stage.column("SELECT lease_holder_qps >= 0 FROM kwdb_internal.ranges LIMIT 1")).toEqual(["t"]);
  }));

test("start-single-replica: every new database has a zone with one replica", async () => {
  const stage = await Stage.open({ startMode: "start-single-replica" });
  try {
    await stage.cluster.sql("CREATE DATABASE d");
    expect(await stage.column("SELECT raw_config_sql FROM kwdb_internal.zones WHERE database_name = 'd'")).toEqual(["ALTER DATABASE d CONFIGURE ZONE USING\n\tnum_replicas = 1"]);
  } finally {
    await stage.close();
  }
});

test("releases that are not emulated are named", () => {
  expect(() => serverVersion("2.0.3")).toThrow("2.0.4 is the oldest");
  expect(() => serverVersion("latest")).toThrow("is not a KWDB version");
  expect(serverVersion("V3.2.1").text).toBe("3.2.1");
});
