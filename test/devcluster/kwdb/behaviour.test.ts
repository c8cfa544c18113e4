import { isPending, Stage, texts } from "./stage";

/** The scenes of test/recorded/kwdb-3.2.1/behaviour.jsonl, with the delays that were observed. */
const OBSERVED = { replicationDelayMs: 42_000, replicationStepMs: 500, livenessTimeoutMs: 25_000, rebalanceMs: 2_800 };

describe("as observed on a real cluster", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open(OBSERVED);
    await stage.cluster.sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY, v STRING); CREATE TS DATABASE tsd; CREATE TABLE tsd.s (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)");
  });
  afterEach(() => stage.close());

  const zoneOf = (table: string): Promise<readonly (string | null)[]> => stage.column(`SELECT raw_config_sql FROM kwdb_internal.zones WHERE table_name = '${table}' AND subzone_id = 0`);
  const replicasOf = async (table: string): Promise<readonly (string | null)[]> => stage.column(`SELECT replicas FROM kwdb_internal.ranges WHERE table_name = '${table}' ORDER BY start_key`);

  test("a setting and a zone are seen on another node at once", async () => {
    const [one, two] = [await stage.client(1), await stage.client(2)];
    await one.query("SET CLUSTER SETTING kv.kvserver.ts_split_interval = 3");
    expect(await texts(two, "SHOW CLUSTER SETTING kv.kvserver.ts_split_interval")).toEqual([["3"]]);
    await one.query("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 4242");
    expect(await texts(two, "SELECT raw_config_sql FROM kwdb_internal.zones WHERE table_name='t'")).toEqual([["ALTER TABLE d.public.t CONFIGURE ZONE USING\n\tgc.ttlseconds = 4242"]]);
  });

  test("twelve concurrent writers of one zone all succeed, and one of them is last", async () => {
    const clients = await Promise.all(Array.from({ length: 12 }, (_, i) => stage.client((i % 5) + 1)));
    await Promise.all(clients.map((client, i) => client.query(`ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = ${5000 + i}`)));
    const [zone] = await zoneOf("t");
    expect(zone).toMatch(/^ALTER TABLE d\.public\.t CONFIGURE ZONE USING\n\tgc\.ttlseconds = 50(0\d|1[01])$/);
  });

  test("of two transactions on one zone the second waits for the first, and both take effect", async () => {
    const [one, two] = [await stage.client(1), await stage.client(2)];
    await one.query("BEGIN");
    await two.query("BEGIN");
    await one.query("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds=6001");
    const second = two.query("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=5");
    expect(await isPending(second)).toBe(true);
    expect((await one.query("COMMIT")).command).toBe("COMMIT");
    expect((await second).command).toBe("CONFIGURE");
    expect((await two.query("COMMIT")).command).toBe("COMMIT");
    expect(await zoneOf("t")).toEqual(["ALTER TABLE d.public.t CONFIGURE ZONE USING\n\tgc.ttlseconds = 6001,\n\tnum_replicas = 5"]);
  });

  test("a second writer whose first one rolls back sees nothing of it", async () => {
    const [one, two] = [await stage.client(1), await stage.client(2)];
    await one.query("BEGIN");
    await one.query("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds=6001");
    const second = two.query("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=5");
    await one.query("ROLLBACK");
    await second;
    expect(await zoneOf("t")).toEqual(["ALTER TABLE d.public.t CONFIGURE ZONE USING\n\tnum_replicas = 5"]);
  });

  test("two transactions that wait for each other: the later one is aborted with 40001", async () => {
    const [one, two] = [await stage.client(1), await stage.client(2)];
    await one.query("BEGIN; ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=5");
    await two.query("BEGIN; ALTER DATABASE d CONFIGURE ZONE USING num_replicas=5");
    const waiting = one.query("ALTER DATABASE d CONFIGURE ZONE USING gc.ttlseconds=700");
    expect(await isPending(waiting)).toBe(true);
    await expect(two.query("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds=700")).rejects.toMatchObject({ code: "40001", message: expect.stringMatching(/^restart transaction: TransactionRetryWithProtoRefreshError/) });
    await waiting;
    expect((await one.query("COMMIT")).command).toBe("COMMIT");
  });

  test("ranges follow a zone only after tens of seconds: up one replica at a time, down at once", async () => {
    const [before] = await replicasOf("t");
    expect(before!.split(",")).toHaveLength(3);
    await stage.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=5");
    await stage.clock.advance(41_999);
    expect(await replicasOf("t")).toEqual([before]);
    await stage.clock.advance(1);
    expect((await replicasOf("t"))[0]!.split(",")).toHaveLength(4);
    await stage.clock.advance(500);
    expect(await replicasOf("t")).toEqual(["{1,2,3,4,5}"]);
    await stage.clock.advance(500);
    await stage.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=3");
    await stage.clock.advance(41_999);
    expect(await replicasOf("t")).toEqual(["{1,2,3,4,5}"]);
    await stage.clock.advance(1);
    expect((await replicasOf("t"))[0]!.split(",")).toHaveLength(3);
    const [holder] = await stage.column("SELECT lease_holder = ANY(replicas) FROM kwdb_internal.ranges WHERE table_name = 't'");
    expect(holder).toBe("t");
  });

  test("a killed node is noticed after 25 s; until then nobody answers", async () => {
    await stage.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 5");
    await stage.clock.advance(50_000);
    const client = await stage.client(1);
    await stage.cluster.faults.killNode(5);
    const answer = texts(client, "SELECT node_id, is_live FROM kwdb_internal.gossip_nodes ORDER BY node_id");
    expect(await isPending(answer)).toBe(true);
    await stage.clock.advance(25_000);
    expect(await answer).toEqual([["1", "t"], ["2", "t"], ["3", "t"], ["4", "t"], ["5", "f"]]);
    expect(await texts(client, "SELECT node_id, epoch, draining, decommissioning FROM kwdb_internal.gossip_liveness ORDER BY node_id")).toEqual([["1", "1", "f", "f"], ["2", "1", "f", "f"], ["3", "1", "f", "f"], ["4", "1", "f", "f"], ["5", "2", "f", "f"]]);
    expect(await texts(client, "SELECT node_id, store_id FROM kwdb_internal.kv_store_status ORDER BY 1")).toEqual(["1", "2", "3", "4", "5"].map((id) => [id, id]));
    expect(await texts(client, "SELECT node_id FROM kwdb_internal.kv_node_status ORDER BY 1")).toHaveLength(5);
    expect(await texts(client, "SELECT count(*) FROM kwdb_internal.ranges WHERE lease_holder = 5")).toEqual([["0"]]);
    await expect(stage.client(5)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("with a node down nothing is refused, neither fewer replicas nor a rebalance", async () => {
    await stage.cluster.faults.killNode(5);
    await stage.clock.advance(25_000);
    for (const sql of ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=3", "ALTER RANGE meta CONFIGURE ZONE USING num_replicas=3", "ALTER RANGE meta CONFIGURE ZONE USING num_replicas=5", "ALTER TABLE tsd.s CONFIGURE ZONE USING num_replicas=3", "ALTER DATABASE tsd CONFIGURE ZONE USING num_replicas=5", "ALTER DATABASE tsd CONFIGURE ZONE USING num_replicas=3"]) await stage.cluster.sql(sql);
    const client = await stage.client(1);
    expect(await texts(client, "SHOW ZONE CONFIGURATION FOR TABLE d.t")).toEqual([["TABLE d.public.t", expect.stringContaining("num_replicas = 3")]]);
    expect(await texts(client, "SELECT replicas FROM kwdb_internal.ranges WHERE table_name = 't'")).toHaveLength(1);
    const rebalance = client.query("ALTER TABLE tsd.s CONFIGURE ZONE USING REBALANCE");
    expect(await isPending(rebalance)).toBe(true);
    await stage.clock.advance(2_800);
    expect(await rebalance).toMatchObject({ command: "CONFIGURE" });
    expect(await texts(client, "SELECT job_type, status, error FROM kwdb_internal.jobs WHERE job_type='REPLICA REBALANCE' ORDER BY created DESC LIMIT 2")).toEqual([["REPLICA REBALANCE", "succeeded", ""]]);
  });

  test("with three of five nodes down nothing is answered, and everything again when one is back", async () => {
    const client = await stage.client(1);
    for (const node of [3, 4, 5]) await stage.cluster.faults.killNode(node);
    const read = texts(client, "SELECT node_id, is_live FROM kwdb_internal.gossip_nodes ORDER BY node_id");
    await stage.clock.advance(15_000);
    expect(await isPending(read)).toBe(true);
    await stage.clock.advance(600_000);
    expect(await isPending(read)).toBe(true);
    await stage.cluster.faults.restartNode(3);
    expect(await read).toEqual([["1", "t"], ["2", "t"], ["3", "t"], ["4", "f"], ["5", "f"]]);
    expect(await texts(client, "SELECT 1")).toEqual([["1"]]);
  });

  test("statement_timeout ends the wait for a quorum; the session's own values need none", async () => {
    const client = await stage.client(1);
    await client.query("SET statement_timeout = '5s'");
    for (const node of [3, 4, 5]) await stage.cluster.faults.killNode(node);
    expect(await texts(client, "SHOW statement_timeout")).toEqual([["5000"]]);
    const write = client.query("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds=777");
    const refused = expect(write).rejects.toMatchObject({ code: "57014", message: "query execution canceled due to statement timeout" });
    expect(await isPending(write)).toBe(true);
    await stage.clock.advance(5_000);
    await refused;
    await stage.cluster.faults.restartNode(3);
    await stage.clock.advance(30_000);
    expect(await zoneOf("t")).toEqual([]);
  });

  test("a dead store's replicas are replaced after server.time_until_store_dead", async () => {
    const [before] = await replicasOf("t");
    const victim = Number(before!.slice(1, -1).split(",").find((store) => store !== "1"));
    await stage.cluster.faults.killNode(victim);
    await stage.clock.advance(29 * 60_000);
    expect(await replicasOf("t")).toEqual([before]);
    await stage.clock.advance(2 * 60_000);
    const [after] = await replicasOf("t");
    expect(after!.slice(1, -1).split(",")).toHaveLength(3);
    expect(after!.slice(1, -1).split(",")).not.toContain(String(victim));
  });
});
