import { failure, Stage } from "./stage";

describe("statements beyond the recording", () => {
  let stage: Stage;
  const sql = (text: string): Promise<readonly Readonly<Record<string, string | null>>[]> => stage.cluster.sql(text);
  const refusal = (text: string): ReturnType<typeof failure> => failure(sql(text));
  beforeEach(async () => {
    stage = await Stage.open({ replicationDelayMs: 100, rebalanceMs: 0 });
    await sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY, v STRING, INDEX vi (v) PARTITION BY LIST (v) (PARTITION a VALUES IN ('a'))) PARTITION BY LIST (k) (PARTITION a VALUES IN (1), PARTITION b VALUES IN (2), PARTITION \"default\" VALUES IN (9))");
    await sql("CREATE TS DATABASE tsd; CREATE TABLE tsd.s (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)");
  });
  afterEach(() => stage.close());

  const raw = async (where: string): Promise<readonly (string | null)[]> => (await sql(`SELECT raw_config_sql FROM kwdb_internal.zones WHERE ${where} ORDER BY zone_id, subzone_id`)).map((row) => row["raw_config_sql"]!.replace(/^ALTER .* CONFIGURE ZONE USING\n/, ""));

  describe("zones", () => {
    test("a value follows its parent until it is copied; copying freezes it", async () => {
      await sql("ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 5, gc.ttlseconds = 700; ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = COPY FROM PARENT");
      await sql("ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 3, gc.ttlseconds = 800");
      expect(await raw("table_name = 't'")).toEqual(["\tnum_replicas = 5"]);
      const [row] = await sql("SELECT full_config_sql FROM kwdb_internal.zones WHERE table_name = 't'");
      expect(row!["full_config_sql"]).toContain("gc.ttlseconds = 800");
    });

    test("a table without zone of its own is skipped although its partitions have some; its later zone shows empty lists", async () => {
      await sql("ALTER PARTITION b OF TABLE d.t CONFIGURE ZONE USING num_replicas = 5");
      expect(await sql("SELECT target FROM [SHOW ZONE CONFIGURATION FOR TABLE d.t]")).toEqual([{ target: "RANGE default" }]);
      expect(await sql("SELECT target, subzone_id FROM kwdb_internal.zones WHERE table_name = 't'")).toEqual([{ target: "PARTITION b OF INDEX d.public.t@primary", subzone_id: "1" }]);
      await sql("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 700");
      expect(await raw("table_name = 't' AND subzone_id = 0")).toEqual(["\tgc.ttlseconds = 700,\n\tconstraints = '[]',\n\tlease_preferences = '[]'"]);
      await sql("ALTER TABLE d.t CONFIGURE ZONE DISCARD");
      expect(await sql("SELECT target FROM kwdb_internal.zones WHERE table_name = 't'")).toEqual([{ target: "PARTITION b OF INDEX d.public.t@primary" }]);
      await sql("ALTER PARTITION b OF TABLE d.t CONFIGURE ZONE DISCARD");
      expect(await sql("SELECT target FROM kwdb_internal.zones WHERE table_name = 't'")).toEqual([]);
    });

    test("a partition that several indexes have must be named by its index", async () => {
      expect(await refusal("ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING num_replicas = 3")).toMatchObject({ code: "22023", message: 'partition "a" exists on multiple indexes of table "t"', hint: "try ALTER PARTITION ... OF INDEX ..." });
      await sql("ALTER PARTITION a OF INDEX d.t@* CONFIGURE ZONE USING num_replicas = 3");
      expect(await sql("SELECT target FROM kwdb_internal.zones WHERE partition_name = 'a' ORDER BY subzone_id")).toEqual([{ target: "PARTITION a OF INDEX d.public.t@primary" }, { target: "PARTITION a OF INDEX d.public.t@vi" }]);
      expect(await refusal("ALTER PARTITION a OF TABLE d.t@* CONFIGURE ZONE DISCARD")).toMatchObject({ code: "42601", hint: "try ALTER PARTITION <partition> OF INDEX <tablename>@*" });
    });

    test("reserved words name partitions without quotes, and are printed with", async () => {
      await sql("ALTER PARTITION default OF TABLE d.t CONFIGURE ZONE USING num_replicas = 3");
      expect(await sql("SELECT target FROM [SHOW ZONE CONFIGURATION FOR PARTITION default OF TABLE d.t]")).toEqual([{ target: 'PARTITION "default" OF TABLE d.public.t' }]);
    });

    test("replicas per constraint need num_replicas, quoted keys come back in an escape string", async () => {
      expect(await refusal("ALTER PARTITION b OF TABLE d.t CONFIGURE ZONE USING constraints = '{+region=NODE1: 1}'")).toMatchObject({ code: "22023", message: "could not validate zone config: when per-replica constraints are set, num_replicas must be set as well" });
      const stageWithZones = await Stage.open({ nodes: [{ locality: "region=r1,zone=z1" }, { locality: "region=r1,zone=z2" }, { locality: "region=r2,zone=z3", attributes: ["ssd"] }] });
      try {
        await stageWithZones.cluster.sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY) PARTITION BY LIST (k) (PARTITION b VALUES IN (2))");
        await stageWithZones.cluster.sql(`ALTER PARTITION b OF TABLE d.t CONFIGURE ZONE USING num_replicas = 3, constraints = '{"+region=r1,+zone=z1": 1, +ssd: 1}', lease_preferences = '[[+ssd]]'`);
        const [row] = await stageWithZones.cluster.sql("SELECT raw_config_sql FROM kwdb_internal.zones WHERE partition_name = 'b'");
        expect(row!["raw_config_sql"]).toContain("constraints = e'{\\'+region=r1,+zone=z1\\': 1, +ssd: 1}',\n\tlease_preferences = '[[+ssd]]'");
      } finally {
        await stageWithZones.close();
      }
    });

    test("EXPLAIN refuses what planning refuses, and nothing else", async () => {
      expect(await sql("EXPLAIN ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 2")).toHaveLength(3);
      expect(await refusal("EXPLAIN ALTER TABLE d.t CONFIGURE ZONE USING nosuch = 2")).toMatchObject({ code: "22023" });
    });

    test("the legacy form takes bytes and NULL, and no other type", async () => {
      await sql("ALTER TABLE d.t CONFIGURE ZONE = 'gc: {ttlseconds: 700}'");
      expect(await raw("table_name = 't'")).toEqual(["\tgc.ttlseconds = 700"]);
      await sql("ALTER TABLE d.t CONFIGURE ZONE TO NULL");
      expect(await raw("table_name = 't'")).toEqual([]);
      expect(await refusal("ALTER TABLE d.t CONFIGURE ZONE = 3")).toMatchObject({ code: "22023", message: "zone config must be of type string or bytes, not int" });
    });

    test("values may be expressions of the right type", async () => {
      await sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = floor(3.2)::int, gc.ttlseconds = 60 * 60");
      expect(await raw("table_name = 't'")).toEqual(["\tgc.ttlseconds = 3600,\n\tnum_replicas = 3"]);
      expect(await refusal("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 1.5")).toMatchObject({ code: "42804", message: "argument of num_replicas must be type int, not type decimal" });
      expect(await refusal("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = true")).toMatchObject({ code: "42804" });
    });

    test("dropping an object takes its zone away; ids are not given twice", async () => {
      await sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 5; DROP TABLE d.t");
      expect(await raw("database_name = 'd'")).toEqual([]);
      await sql("CREATE TABLE d.t (k INT PRIMARY KEY)");
      expect(await sql("SELECT start_pretty FROM kwdb_internal.ranges WHERE table_name = 't'")).toEqual([{ start_pretty: "/Table/81" }]);
    });
  });

  describe("partitions and ranges", () => {
    test("a partition with a zone gets a range of its own, later, and loses it with the zone", async () => {
      await sql("ALTER PARTITION b OF TABLE d.t CONFIGURE ZONE USING num_replicas = 5, constraints = '[]'");
      expect(await sql("SELECT start_pretty FROM kwdb_internal.ranges WHERE table_name = 't'")).toHaveLength(1);
      await stage.clock.advance(2_000);
      expect(await sql("SELECT start_pretty, array_length(replicas, 1) AS n FROM kwdb_internal.ranges WHERE table_name = 't' ORDER BY start_key")).toEqual([{ start_pretty: "/Table/78", n: "3" }, { start_pretty: "/Table/78/1/2", n: "5" }, { start_pretty: "/Table/78/1/2/PrefixEnd", n: "3" }]);
      await sql("ALTER PARTITION b OF TABLE d.t CONFIGURE ZONE DISCARD");
      await stage.clock.advance(2_000);
      expect(await sql("SELECT start_pretty FROM kwdb_internal.ranges WHERE table_name = 't'")).toEqual([{ start_pretty: "/Table/78" }]);
    });

    test("constraints place replicas, lease preferences the lease", async () => {
      await sql(`ALTER TABLE tsd.s PARTITION BY HASHPOINT (PARTITION p0 VALUES FROM (0) TO (800)); ALTER PARTITION p0 OF TABLE tsd.s CONFIGURE ZONE USING num_replicas = 3, constraints = '{"+region=NODE2": 1, "+region=NODE4": 1, "+region=NODE5": 1}', lease_preferences = '[[+region=NODE4]]'`);
      await stage.clock.advance(5_000);
      const rows = await sql("SELECT start_pretty, replicas, lease_holder FROM kwdb_internal.ranges WHERE table_name = 's' ORDER BY start_key");
      // The upper end of a span belongs to it: points 0, 400 and 800.
      expect(rows.slice(0, 3).map((row) => [row["replicas"], row["lease_holder"]])).toEqual([["{2,4,5}", "4"], ["{2,4,5}", "4"], ["{2,4,5}", "4"]]);
      expect(rows).toHaveLength(5);
      // A zone on the table makes those of its partitions ineffective.
      await sql("ALTER TABLE tsd.s CONFIGURE ZONE USING num_replicas = 5");
      await stage.clock.advance(5_000);
      expect((await sql("SELECT DISTINCT replicas FROM kwdb_internal.ranges WHERE table_name = 's'"))).toEqual([{ replicas: "{1,2,3,4,5}" }]);
    });

    test("REBALANCE takes the place of the table's partitions and their zones", async () => {
      await sql("ALTER TABLE tsd.s PARTITION BY HASHPOINT (PARTITION p0 VALUES IN [1, 2]); ALTER PARTITION p0 OF TABLE tsd.s CONFIGURE ZONE USING gc.ttlseconds = 700");
      const done = sql("ALTER TABLE tsd.s CONFIGURE ZONE USING REBALANCE");
      await stage.clock.until(done);
      expect(await sql("SELECT count(*) AS n, count(DISTINCT raw_config_sql) AS d FROM kwdb_internal.zones WHERE table_name = 's' AND partition_name LIKE 'rebalance\\_replica%'")).toEqual([{ n: "5", d: "5" }]);
      expect(await raw("partition_name = 'p0'")).toEqual([]);
    });

    test("a rebalance that fails leaves what it has done and a failed job", async () => {
      stage.cluster.faults.failRebalance("context canceled");
      await stage.clock.until(sql("ALTER DATABASE tsd CONFIGURE ZONE USING REBALANCE"));
      expect(await sql("SELECT status, error FROM kwdb_internal.jobs WHERE job_type = 'REPLICA REBALANCE'")).toEqual([{ status: "failed", error: "context canceled" }]);
      expect(await sql("SELECT count(*) AS n FROM kwdb_internal.zones WHERE table_name = 's'")).toEqual([{ n: "1" }]);
    });

    test("a rebalance that has too few live nodes is refused before its job; one of a table whose name needs quotes fails", async () => {
      await sql("ALTER DATABASE tsd CONFIGURE ZONE USING num_replicas = 5");
      await stage.cluster.faults.killNode(5);
      await stage.clock.advance(60_000);
      expect(await refusal("ALTER TABLE tsd.s CONFIGURE ZONE USING REBALANCE")).toMatchObject({ code: "XXUUU", message: "available nodes is not enough for table 0 range 0 with num_replicas = 5" });
      expect(await sql("SELECT status FROM kwdb_internal.jobs")).toEqual([]);
      await stage.cluster.faults.restartNode(5);
      await stage.clock.advance(60_000);
      await sql('CREATE TABLE tsd."needs-quotes" (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)');
      await stage.clock.until(sql('ALTER TABLE tsd."needs-quotes" CONFIGURE ZONE USING REBALANCE'));
      expect(await sql("SELECT status, error FROM kwdb_internal.jobs")).toEqual([{ status: "failed", error: expect.stringContaining('at or near "-": syntax error') }]);
    });

    test("a new partitioning keeps the zones of names that stay", async () => {
      await sql("ALTER PARTITION b OF TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 700; ALTER PARTITION default OF TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 800");
      await sql("ALTER TABLE d.t PARTITION BY LIST (k) (PARTITION b VALUES IN (2), PARTITION c VALUES IN (3))");
      expect(await sql("SELECT partition_name AS p FROM kwdb_internal.zones WHERE table_name = 't'")).toEqual([{ p: "b" }]);
    });

    test.each([
      ["ALTER TABLE d.t PARTITION BY LIST (v) (PARTITION a VALUES IN ('x'))", "42601", "declared partition columns (v) do not match first 1 columns in index being partitioned (k)"],
      ["ALTER TABLE d.t PARTITION BY LIST (k) (PARTITION a VALUES IN (1), PARTITION a VALUES IN (2))", "XXUUU", 'PARTITION a: name must be unique (used twice in index "primary")'],
      ["ALTER TABLE tsd.s PARTITION BY LIST (id) (PARTITION a VALUES IN (1))", "42809", 'can not partition ts table "s"'],
      ["ALTER TABLE tsd.s PARTITION BY HASHPOINT (PARTITION a VALUES FROM (5) TO (5))", "XXUUU", "from point must smaller than to point"],
      ["BEGIN; ALTER TABLE tsd.s PARTITION BY HASHPOINT (PARTITION a VALUES IN [1])", "0A000", "TS DDL statement is not supported in explicit transaction"],
      ["CREATE TABLE tsd.x (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id) WITH HASH(60000)", "42601", 'at or near ")": syntax error: The hash num 60000 must be > 0 and <= 50000.'],
      ["CREATE DATABASE d", "42P04", 'database "d" already exists'],
      ["CREATE TABLE d.t (k INT)", "42P07", 'relation "t" already exists'],
    ])("%s is refused", async (text, code, message) => {
      expect(await refusal(text)).toMatchObject({ code, message });
    });
  });

  describe("queries", () => {
    test("joins, grouping, sub-queries and common table expressions over the internal tables", async () => {
      expect(await sql("SELECT n.locality, count(*) AS replicas FROM kwdb_internal.ranges r JOIN kwdb_internal.kv_store_status s ON s.store_id = ANY(r.replicas) JOIN kwdb_internal.gossip_nodes n USING (node_id) WHERE r.table_name = 's' GROUP BY 1 HAVING count(*) > 0 ORDER BY 1 LIMIT 1")).toHaveLength(1);
      expect(await sql("WITH z AS (SELECT zone_id, target FROM kwdb_internal.zones WHERE range_name IS NOT NULL) SELECT target FROM z WHERE zone_id IN (SELECT max(zone_id) FROM z)")).toEqual([{ target: "RANGE liveness" }]);
      expect(await sql("SELECT CASE WHEN is_live THEN 'up' ELSE 'down' END AS state, count(*) FROM kwdb_internal.gossip_nodes GROUP BY 1")).toEqual([{ state: "up", count: "5" }]);
      expect(await sql("SELECT sum((metrics->>'ranges.unavailable')::DECIMAL)::INT AS ranges_unavailable, sum((metrics->>'ranges.underreplicated')::DECIMAL)::INT AS ranges_underreplicated FROM kwdb_internal.kv_store_status")).toEqual([{ ranges_unavailable: "0", ranges_underreplicated: "0" }]);
      expect(await sql("SELECT COUNT(*) = 0 AS gone FROM kwdb_internal.ranges WHERE database_name = 'tsd' AND 5=ANY(replicas)")).toEqual([{ gone: "f" }]);
      expect(await sql("SELECT name FROM d.kwdb_internal.partitions WHERE index_id = 1 UNION SELECT 'z' ORDER BY 1")).toEqual([{ name: "a" }, { name: "b" }, { name: "default" }, { name: "z" }]);
    });

    test.each([
      ["SELECT nosuch FROM kwdb_internal.zones", "42703"], ["SELECT * FROM kwdb_internal.nosuch", "42P01"], ["SELECT zone_id FROM kwdb_internal.zones WHERE zone_id = target", "22023"], ["SELECT nosuch()", "42883"],
      ["SELECT node_id FROM kwdb_internal.gossip_nodes a, kwdb_internal.gossip_liveness b", "42702"], ["SELECT * FROM kwdb_internal.zones WHERE zone_id", "42804"], ["SELECT * FROM kwdb_internal.zones WHERE zone_id = 'x'", "22P02"], ["SELECT 1 ORDER BY 2", "42P10"], ["SELEC 1", "42601"],
      ["SELECT * FROM d.nosuch", "42P01"], ["SHOW nosuch", "42704"], ["SET nosuch = 1", "42704"], ["SET server_version = '1'", "55P02"],
    ])("%s is refused with %s", async (text, code) => {
      expect(await refusal(text)).toMatchObject({ code });
    });

    test("what the emulator does not know it says to be its own refusal", async () => {
      expect((await refusal("SELECT * FROM system.jobs")).message).toBe("the dev cluster does not emulate the rows of system.jobs");
    });
  });

  describe("faults", () => {
    test("a statement that fails instead of running, once", async () => {
      stage.cluster.faults.failStatement((text) => text.includes("num_replicas"), { sqlstate: "40001", message: "restart transaction: test" });
      expect(await refusal("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 3")).toMatchObject({ code: "40001" });
      expect(await raw("range_name = 'meta' AND raw_config_sql LIKE '%num_replicas = 5%'")).toHaveLength(1);
      await sql("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 3");
    });

    test("a setting that is stored although SET failed", async () => {
      stage.cluster.faults.failAfter((text) => text.startsWith("SET CLUSTER"), { sqlstate: "XXUUU", message: "setting updated but timed out waiting to read new value" });
      expect((await refusal("SET CLUSTER SETTING kv.kvserver.ts_split_interval = 6")).message).toBe("setting updated but timed out waiting to read new value");
      expect(await sql("SHOW CLUSTER SETTING kv.kvserver.ts_split_interval")).toEqual([{ "kv.kvserver.ts_split_interval": "6" }]);
    });

    test("the connection that drops after COMMIT took effect", async () => {
      const client = await stage.client();
      stage.cluster.faults.dropConnectionAfter((text) => text === "COMMIT");
      await client.query("BEGIN; ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 7");
      await failure(client.query("COMMIT"));
      expect(await raw("range_name = 'meta' AND raw_config_sql LIKE '%num_replicas = 7%'")).toHaveLength(1);
    });

    test("paused replication moves nothing until it is resumed", async () => {
      stage.cluster.faults.pauseReplication();
      await sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 5");
      await stage.clock.advance(60_000);
      expect(await sql("SELECT array_length(replicas, 1) AS n FROM kwdb_internal.ranges WHERE table_name = 't'")).toEqual([{ n: "3" }]);
      stage.cluster.faults.resumeReplication();
      await stage.clock.advance(60_000);
      expect(await sql("SELECT array_length(replicas, 1) AS n FROM kwdb_internal.ranges WHERE table_name = 't'")).toEqual([{ n: "5" }]);
    });

    test("the log holds what clients sent", async () => {
      const client = await stage.client(3);
      stage.cluster.resetStatementLog();
      await client.query("SELECT 1");
      await client.query("SELECT $1", [1]);
      expect(stage.cluster.statements()).toMatchObject([{ sql: "SELECT 1", nodeId: 3, user: "root" }, { sql: "SELECT $1", nodeId: 3 }]);
    });
  });
});
