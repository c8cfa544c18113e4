import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { startKwdbDevCluster, type KwdbDevCluster } from "../../src/devcluster/kwdb";
import { CommandLine } from "./support/command-line";
import { manifest as greptimeManifest, pinsShiftedBy, reach, startStage } from "./support/stage";

jest.setTimeout(120_000);

/** The verbs on a live KWDB cluster, over its wire. */
describe("KWDB", () => {
  let topoform: CommandLine;
  let cluster: KwdbDevCluster;
  let env: Record<string, string>;

  beforeAll(() => {
    topoform = new CommandLine();
  });
  beforeEach(async () => {
    cluster = await startKwdbDevCluster({ replicationDelayMs: 20, replicationStepMs: 5, rebalanceMs: 30, livenessTimeoutMs: 50 });
    await cluster.sql("CREATE DATABASE d");
    await cluster.sql("CREATE TABLE d.t (k INT PRIMARY KEY)");
    await cluster.sql("CREATE TS DATABASE ts_db");
    await cluster.sql("CREATE TABLE ts_db.m (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)");
    env = { TOPOFORM_KWDB_HOST: cluster.host, TOPOFORM_KWDB_PORT: String(cluster.port), TOPOFORM_STATE_DIR: path.join(topoform.directory, "state") };
  });
  afterEach(async () => {
    topoform.clean();
    rmSync(path.join(topoform.directory, "state"), { recursive: true, force: true });
    await cluster.stop();
  });
  afterAll(() => topoform.remove());

  const declare = (members: Readonly<Record<string, unknown>>): string =>
    topoform.write("topoform.json", JSON.stringify({ version: 1, clusters: [{ engine: "kwdb", name: "kw", ...members }] }));
  const META_7 = { target: "RANGE meta", num_replicas: 7, allow_system_range: true };
  const replicasOf = async (target: string): Promise<string> => {
    const [row] = await cluster.sql(`SHOW ZONE CONFIGURATION FOR ${target}`);
    return /num_replicas = (\d+)/.exec(row?.["raw_config_sql"] ?? "")?.[1] ?? "";
  };
  const apply = (...args: string[]) => topoform.run(["apply", "--auto-approve", ...args], { env });

  test("plan, apply, no difference, drift by hand, converge", async () => {
    declare({ zones: [META_7, { target: "TABLE d.t", gc_ttl_seconds: 3600 }], settings: [{ name: "kv.kvserver.ts_split_interval", value: 1 }] });
    const plan = await topoform.run(["plan", "--detailed-exitcode"], { env });
    expect(plan.code).toBe(2);
    expect(plan.stdout).toContain("~ RANGE meta  (declared)\n    num_replicas: 5 -> 7\n    ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 7");
    expect(plan.stdout).toContain("+ TABLE d.public.t  (declared)\n    gc.ttlseconds: 3600");
    const applied = await apply();
    expect({ code: applied.code, out: applied.stdout }).toEqual({ code: 0, out: expect.stringContaining("converged. Changes: 3 done.") });
    expect(await replicasOf("RANGE meta")).toBe("7");
    expect((await topoform.run(["plan", "--detailed-exitcode"], { env })).code).toBe(0);
    await cluster.sql("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 5");
    const drift = await topoform.run(["drift", "--json"], { env });
    expect(drift.code).toBe(2);
    expect(JSON.parse(drift.stdout)).toEqual({
      format_version: 1,
      clusters: [{ cluster: "kw", checked: true, drift: [{ code: "ZONE_VARIABLE_CHANGED", address: "RANGE meta", summary: "num_replicas is 5, declared 7" }] }],
    });
    expect((await apply()).code).toBe(0);
    expect((await topoform.run(["drift"], { env })).code).toBe(0);
  });

  test("what is not declared any more goes back to what was found", async () => {
    await cluster.sql("ALTER RANGE liveness CONFIGURE ZONE USING gc.ttlseconds = 700");
    declare({ zones: [{ target: "RANGE liveness", gc_ttl_seconds: 900, allow_system_range: true }, { target: "DATABASE d", num_replicas: 5 }] });
    expect((await apply()).code).toBe(0);
    declare({ zones: [] });
    const plan = await topoform.run(["plan"], { env });
    expect(plan.stdout).toContain("~ RANGE liveness  (not declared any more: as it was found)\n    gc.ttlseconds: 900 -> 700");
    expect(plan.stdout).toContain("- DATABASE d  (not declared any more)");
    expect((await apply()).code).toBe(0);
    const [row] = await cluster.sql("SHOW ZONE CONFIGURATION FOR RANGE liveness");
    expect(row?.["raw_config_sql"]).toContain("gc.ttlseconds = 700");
    expect(await cluster.sql("SELECT target FROM kwdb_internal.zones WHERE database_name = 'd'")).toEqual([]);
    expect((await topoform.run(["plan", "--detailed-exitcode"], { env })).code).toBe(0);
  });

  test("another manifest's zones on the same cluster are not its business", async () => {
    declare({ zones: [{ target: "DATABASE d", num_replicas: 5 }] });
    expect((await apply()).code).toBe(0);
    topoform.write("other.json", JSON.stringify({ version: 1, stack: "other", clusters: [{ engine: "kwdb", name: "kw", zones: [{ target: "TABLE d.t", gc_ttl_seconds: 3600 }] }] }));
    const applied = await topoform.run(["apply", "--auto-approve", "--manifest", "other.json"], { env });
    expect({ code: applied.code, out: applied.stdout }).toEqual({ code: 0, out: expect.stringContaining("1 done") });
    expect(await replicasOf("DATABASE d")).toBe("5");
  });

  test("rollback undoes the last apply while the cluster is as it left it", async () => {
    declare({ zones: [META_7, { target: "TABLE d.t", num_replicas: 5 }], settings: [{ name: "kv.kvserver.ts_split_interval", value: 1 }] });
    expect((await apply()).code).toBe(0);
    const undone = await topoform.run(["rollback", "--auto-approve"], { env });
    expect({ code: undone.code, out: undone.stdout }).toEqual({ code: 0, out: expect.stringContaining("num_replicas: 7 -> 5") });
    expect(await replicasOf("RANGE meta")).toBe("5");
    expect(await cluster.sql("SELECT name FROM system.settings WHERE name = 'kv.kvserver.ts_split_interval'")).toEqual([]);
    expect((await topoform.run(["rollback", "--auto-approve"], { env })).stdout).toContain("Nothing to undo");
    expect((await apply()).code).toBe(0);
    await cluster.sql("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 9");
    const refused = await topoform.run(["rollback", "--auto-approve"], { env });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("RANGE meta has been changed since");
    expect(await replicasOf("RANGE meta")).toBe("9");
  });

  test("a saved plan is done as it is, or refused with what has changed", async () => {
    declare({ zones: [{ target: "DATABASE d", num_replicas: 5, gc_ttl_seconds: 3600 }] });
    expect((await topoform.run(["plan", "-o", "plan.json"], { env })).code).toBe(0);
    await cluster.sql("ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 7");
    const refused = await apply("plan.json");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("PLAN_STALE");
    expect(refused.stderr).toContain("DATABASE d");
    expect(await replicasOf("DATABASE d")).toBe("7");
    await cluster.sql("ALTER DATABASE d CONFIGURE ZONE DISCARD");
    expect((await apply("plan.json")).code).toBe(0);
    expect(await replicasOf("DATABASE d")).toBe("5");
  });

  test("a snapshot is enough to plan from, with what was found before", async () => {
    declare({ zones: [META_7] });
    expect((await apply()).code).toBe(0);
    declare({ zones: [] });
    expect((await topoform.run(["snapshot", "-o", "before.json"], { env })).code).toBe(0);
    expect(statSync(path.join(topoform.directory, "before.json")).mode & 0o777).toBe(0o600);
    const offline = await topoform.run(["plan", "--snapshot", "before.json"], { env: { TOPOFORM_KWDB_PORT: "1", TOPOFORM_STATE_DIR: path.join(topoform.directory, "elsewhere") } });
    expect({ code: offline.code, out: offline.stdout }).toEqual({ code: 0, out: expect.stringContaining("num_replicas: 7 -> 5") });
    topoform.write("before.json", JSON.stringify({ formatVersion: 1, clusters: [{ cluster: "kw", observed: { engine: "kwdb", zones: [{ target: "nothing" }] } }] }));
    expect((await topoform.run(["plan", "--snapshot", "before.json"])).code).toBe(64);
  });

  test("status shows nodes, zones with their origin, and ranges", async () => {
    declare({ zones: [{ target: "DATABASE d", num_replicas: 5 }] });
    await cluster.sql("ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 5");
    await cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 700");
    await cluster.faults.killNode(5);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { code, stdout } = await topoform.run(["status"], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1 {5}127\.0\.0\.1:\d+ {2}region=NODE1 {2}live/m);
    expect(stdout).toMatch(/^5 .* region=NODE5 {2}down/m);
    expect(stdout).toMatch(/^DATABASE d +num_replicas = 5 +declared$/m);
    expect(stdout).toMatch(/^TABLE d\.public\.t +gc\.ttlseconds = 700 +user$/m);
    expect(stdout).toMatch(/^RANGE meta .* server$/m);
    expect(stdout).toMatch(/^d\.t +\d +1$/m);
    const json = JSON.parse((await topoform.run(["status", "--json"], { env })).stdout) as { clusters: { nodes: { state: string }[] }[] };
    expect(json.clusters[0]?.nodes.map(({ state }) => state)).toEqual(["live", "live", "live", "live", "down"]);
  });

  test("several clusters of several engines in one manifest", async () => {
    const greptime = await startStage();
    try {
      const [first] = (greptimeManifest(pinsShiftedBy(greptime, 1)) as { clusters: unknown[] }).clusters;
      topoform.write("topoform.json", JSON.stringify({ version: 1, clusters: [first, { engine: "kwdb", name: "kw", zones: [META_7] }] }));
      const both = { ...env, ...reach(greptime) };
      const applied = await topoform.run(["apply", "--auto-approve"], { env: both });
      expect({ code: applied.code, out: applied.stdout }).toEqual({ code: 0, out: expect.stringContaining("Moves: 3 done") });
      expect(applied.stdout).toContain("Changes: 1 done");
      await greptime.stop();
      const drift = await topoform.run(["drift", "--json"], { env: both });
      expect(drift.code).toBe(3);
      expect(JSON.parse(drift.stdout)).toMatchObject({ clusters: [{ cluster: "prod", checked: false }, { cluster: "kw", checked: true, drift: [] }] });
    } finally {
      await greptime.stop();
    }
  });

  test("what must not be done is refused before a statement is sent", async () => {
    declare({ zones: [{ target: "RANGE system", num_replicas: 7 }] });
    expect(await apply()).toMatchObject({ code: 64, stderr: expect.stringContaining("KWDB_SYSTEM_RANGE_NOT_ALLOWED") });
    declare({ zones: [{ target: "RANGE meta", num_replicas: 3, allow_system_range: true }, { target: "DATABASE nowhere", num_replicas: 5 }] });
    const { code, stderr, stdout } = await apply();
    expect(code).toBe(3);
    for (const text of ["KWDB_REPLICAS_BELOW_ORIGINAL", "KWDB_TARGET_UNKNOWN"]) expect(stdout).toContain(text);
    expect(stderr).toContain("Nothing was changed");
    expect(cluster.statements().filter(({ sql }) => /CONFIGURE ZONE USING/.test(sql))).toEqual([]);
  });

  test("nothing is changed when what was found cannot be recorded", async () => {
    declare({ zones: [META_7] });
    mkdirSync(path.join(topoform.directory, "state"), { recursive: true });
    expect((await apply()).code).toBe(0);
    const state = path.join(topoform.directory, "state");
    const [file = ""] = readdirSync(state).filter((name) => name.endsWith(".originals.json"));
    expect(statSync(path.join(state, file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path.join(state, file), "utf8"))).toMatchObject({ format_version: 1, owners: { "/kw": { zones: [{ target: "RANGE meta", own: { num_replicas: 5 } }] } } });
    rmSync(path.join(state, file));
    mkdirSync(path.join(state, file));
    declare({ zones: [{ ...META_7, num_replicas: 9 }] });
    const refused = await apply();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("ORIGINALS_UNREADABLE");
    expect(await replicasOf("RANGE meta")).toBe("7");
  });

  test("a rebalance by hand is followed to its end; system ranges and declared partitions are refused", async () => {
    const asked = await topoform.run(["kwdb", "rebalance", "DATABASE ts_db"], { env });
    expect(asked.code).toBe(64);
    expect(asked.stderr).toContain("--auto-approve");
    const done = await topoform.run(["kwdb", "rebalance", "DATABASE ts_db", "--auto-approve"], { env });
    expect({ code: done.code, out: done.stdout }).toEqual({ code: 0, out: expect.stringContaining("Changes: 1 done") });
    expect(done.stdout).toContain("KWDB_REBALANCE_OFF_PEAK");
    expect(done.stderr).toMatch(/job \d+ succeeded, 100 %/);
    expect(await cluster.sql("SELECT status FROM kwdb_internal.jobs WHERE job_type = 'REPLICA REBALANCE'")).toEqual([{ status: "succeeded" }]);
    const system = await topoform.run(["kwdb", "rebalance", "RANGE meta", "--auto-approve", "--json"], { env });
    expect(system.code).toBe(3);
    expect(system.stdout).toContain("KWDB_REBALANCE_SYSTEM");
    const [partition] = await cluster.sql("SELECT partition_name FROM kwdb_internal.zones WHERE database_name = 'ts_db'");
    declare({ zones: [{ target: `PARTITION ${partition?.["partition_name"] ?? ""} OF TABLE ts_db.m`, num_replicas: 3 }] });
    const refused = await topoform.run(["kwdb", "rebalance", "TABLE ts_db.m", "--auto-approve"], { env });
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain("KWDB_REBALANCE_REPLACES_DECLARED");
    expect((await topoform.run(["kwdb", "rebalance", "everything"], { env })).code).toBe(64);
  });

  test("killed while it changes zones, the next run finishes the work and remembers what was found", async () => {
    const zones = Array.from({ length: 12 }, (_, index) => ({ target: `DATABASE k${index}`, num_replicas: 5 }));
    for (const { target } of zones) await cluster.sql(`CREATE ${target}`);
    declare({ zones: [META_7, ...zones] });
    const running = topoform.start(["apply", "--auto-approve"], { env });
    await running.printed("changed: DATABASE k3");
    running.child.kill("SIGKILL");
    expect((await running.done).code).toBeNull();
    const again = await apply();
    expect(again.code).toBe(0);
    expect(await replicasOf("DATABASE k11")).toBe("5");
    const rolledBack = await topoform.run(["rollback", "--auto-approve"], { env });
    expect({ code: rolledBack.code, out: rolledBack.stdout }).toEqual({ code: 0, out: expect.stringContaining("converged. Changes: 13 done") });
    expect(await replicasOf("RANGE meta")).toBe("5");
    expect(await cluster.sql("SELECT target FROM kwdb_internal.zones WHERE database_name LIKE 'k%'")).toEqual([]);
  });
});
