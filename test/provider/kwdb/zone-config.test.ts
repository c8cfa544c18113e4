import { readFileSync } from "node:fs";
import type { ObjectValue } from "../../../src/plugin";
import { statePaths } from "../../../src/convergence/journal/state-directory";
import { at, inspectText } from "../harness";
import { codes, KwdbWorld } from "./harness";

let world: KwdbWorld;
beforeEach(async () => (world = await KwdbWorld.start()));
afterEach(() => world.stop());

const META = { target: "RANGE meta", num_replicas: 7, allow_system_range: true };
const TABLE = { target: "TABLE d.t", num_replicas: 5, gc_ttl_seconds: 3600 };

test("meta from 5 to 7 and back: created, settled, destroyed", async () => {
  const before = await world.zoneSql("RANGE meta");
  const zone = world.zone();
  const created = await zone.apply(META);
  expect(codes(created.diagnostics)).toEqual(["warning: KWDB_REPLICAS_EXCEED_NODES"]);
  expect(at(zone.state, "id")).toBe("RANGE meta");
  expect(JSON.parse(String(at(zone.state, "found")))).toMatchObject({ num_replicas: 5, gc_ttl_seconds: 3600 });
  expect(await world.zoneSql("RANGE meta")).toBe(before!.replace("num_replicas = 5", "num_replicas = 7"));
  await zone.refresh();
  expect(zone.isSettled(META)).toBe(true);
  const destroyed = await zone.apply(null);
  expect(destroyed.diagnostics).toEqual([]);
  expect(zone.state).toBeNull();
  expect(await world.zoneSql("RANGE meta")).toBe(before);
});

describe("a zone of a user's object", () => {
  test("is created, changed, loses one variable, and is discarded", async () => {
    const zone = world.zone();
    expect((await zone.apply(TABLE)).diagnostics).toEqual([]);
    expect(await world.zoneSql("TABLE d.public.t")).toBe("gc.ttlseconds = 3600, num_replicas = 5");
    expect(zone.state).toMatchObject({ target: "TABLE d.t", id: "TABLE d.public.t", found: "null", num_replicas: 5 });
    await zone.refresh();
    expect(zone.isSettled(TABLE)).toBe(true);

    const plan = zone.plan({ target: "TABLE d.t", num_replicas: 3 });
    expect(at(plan.planned, "planned_changes")).toBe(
      "~ TABLE d.public.t  (declared; reset and written again)\n    gc.ttlseconds: 3600 -> inherited\n    num_replicas: 5 -> 3",
    );
    expect((await zone.apply({ target: "TABLE d.t", num_replicas: 3 })).diagnostics).toEqual([]);
    expect(await world.zoneSql("TABLE d.public.t")).toBe("num_replicas = 3");
    expect((await zone.apply(null)).diagnostics).toEqual([]);
    expect(await world.zoneSql("TABLE d.public.t")).toBeUndefined();
  });

  test("that was changed by hand shows every variable of its own, and is put right", async () => {
    const zone = world.zone();
    await zone.apply(TABLE);
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 3, range_min_bytes = 2000000, range_max_bytes = 10000000");
    await zone.refresh();
    expect(zone.state).toMatchObject({ num_replicas: 3, gc_ttl_seconds: 3600, range_min_bytes: 2000000, range_max_bytes: 10000000, planned_changes: "no changes" });
    expect(at(zone.plan(TABLE).planned, "planned_changes")).toBe(
      [
        "~ TABLE d.public.t  (declared; reset and written again)",
        "    range_min_bytes: 2000000 -> inherited",
        "    range_max_bytes: 10000000 -> inherited",
        "    num_replicas: 3 -> 5",
      ].join("\n"),
    );
    expect((await zone.apply(TABLE)).diagnostics).toEqual([]);
    expect(await world.zoneSql("TABLE d.public.t")).toBe("gc.ttlseconds = 3600, num_replicas = 5");
    await zone.refresh();
    expect(zone.isSettled(TABLE)).toBe(true);
  });

  test("that vanished is created again", async () => {
    const zone = world.zone();
    await zone.apply(TABLE);
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE DISCARD");
    await zone.refresh();
    expect(zone.state).toBeNull();
    await zone.apply(TABLE);
    await world.cluster.sql("DROP TABLE d.t");
    await zone.refresh();
    expect(zone.state).toBeNull();
  });

  test("with constraints of the YAML form shows them, and loses them", async () => {
    const zone = world.zone();
    await zone.apply(TABLE);
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE = 'constraints: [+region=NODE1]'");
    await zone.refresh();
    expect(at(zone.state, "constraints")).toEqual(["+region=NODE1"]);
    expect((await zone.apply(TABLE)).diagnostics).toEqual([]);
    expect(await world.zoneSql("TABLE d.public.t")).toBe("gc.ttlseconds = 3600, num_replicas = 5");
    await zone.refresh();
    expect(zone.isSettled(TABLE)).toBe(true);
  });

  test("that somebody else made is not overwritten, unless it is as declared", async () => {
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 3");
    const zone = world.zone();
    const refused = await zone.apply(TABLE);
    expect(codes(refused.diagnostics)).toEqual(["error: KWDB_ZONE_EXISTS"]);
    expect(refused.diagnostics[0]!.detail).toContain("  num_replicas = 3\n");
    expect(zone.state).toBeNull();
    expect(await world.zoneSql("TABLE d.public.t")).toBe("num_replicas = 3");
    const taken = await zone.apply({ target: "TABLE d.t", num_replicas: 3 });
    expect(codes(taken.diagnostics)).toEqual(["warning: KWDB_ZONE_TAKEN_OVER"]);
    expect(at(zone.state, "found")).toBe('{"num_replicas":3}');
    await zone.apply(null);
    expect(await world.zoneSql("TABLE d.public.t")).toBeUndefined();
  });

  test("another target replaces it, another spelling does not", async () => {
    const zone = world.zone();
    await zone.apply(TABLE);
    await zone.refresh();
    const spelling = zone.plan({ ...TABLE, target: 'table "d".PUBLIC.t' });
    expect(spelling.requiresReplace).toEqual([]);
    expect(inspectText(spelling.planned)).toBe(inspectText(zone.state));
    expect(zone.plan({ ...TABLE, target: "DATABASE d" }).requiresReplace).toEqual([["target"]]);
  });
});

test("two resources of one target: the second is refused; one that was renamed leaves the zone to its successor", async () => {
  const client = world.client();
  const before = await world.zoneSql("RANGE meta");
  const first = world.zone(client);
  await first.apply(META);
  const second = world.zone(client);
  const renamed = world.zone(client);
  world.inOneApply(second, renamed);
  expect(codes((await second.apply({ ...META, num_replicas: 9 })).diagnostics)).toEqual(["error: KWDB_DECLARED_TWICE"]);
  expect(await world.zoneSql("RANGE meta")).toContain("num_replicas = 7");
  renamed.state = first.state;
  renamed.private = first.private;
  expect(codes((await renamed.apply(null)).diagnostics)).toEqual(["warning: KWDB_LEFT_TO_SUCCESSOR"]);
  expect(await world.zoneSql("RANGE meta")).toContain("num_replicas = 7");
  const later = world.zone();
  later.state = first.state;
  later.private = first.private;
  expect((await later.apply(null)).diagnostics).toEqual([]);
  expect(await world.zoneSql("RANGE meta")).toBe(before);
});

describe("variables that the server wants together, or brings itself", () => {
  test("a maximum alone is completed with the inherited minimum, and is no drift", async () => {
    const zone = world.zone();
    const config = { target: "DATABASE d", range_max_bytes: 1073741824 };
    expect((await zone.apply(config)).diagnostics).toEqual([]);
    expect(await world.zoneSql("DATABASE d")).toBe("range_min_bytes = 134217728, range_max_bytes = 1073741824");
    await zone.refresh();
    expect(zone.isSettled(config)).toBe(true);
    await world.cluster.sql("ALTER DATABASE d CONFIGURE ZONE USING range_min_bytes = 2000000");
    await zone.refresh();
    expect(at(zone.state, "range_min_bytes")).toBe(2000000);
    await zone.apply(config);
    expect(await world.zoneSql("DATABASE d")).toBe("range_min_bytes = 134217728, range_max_bytes = 1073741824");
  });

  test("partitions: constraints per replica, lease preferences, in any order and spelling", async () => {
    const zone = world.zone();
    const config: ObjectValue = {
      target: "PARTITION a OF TABLE d.p",
      num_replicas: 3,
      replica_constraints: { "+region=NODE2": 1, "+region=NODE1": 1 },
      lease_preferences: [["+region=NODE2"], ["+region=NODE1"]],
    };
    expect((await zone.apply(config)).diagnostics).toEqual([]);
    expect(await world.zoneSql("PARTITION a OF INDEX d.public.p@primary")).toContain("+region=NODE1: 1, +region=NODE2: 1");
    expect(at(zone.state, "id")).toBe("PARTITION a OF TABLE d.public.p");
    await zone.refresh();
    expect(zone.isSettled(config)).toBe(true);
    await world.cluster.sql(`ALTER PARTITION a OF TABLE d.p CONFIGURE ZONE USING constraints = '[+region=NODE3]'`);
    await zone.refresh();
    expect(zone.state).toMatchObject({ constraints: ["+region=NODE3"], replica_constraints: null });
    expect((await zone.apply(config)).diagnostics).toEqual([]);
    await zone.refresh();
    expect(zone.isSettled(config)).toBe(true);
    const list = { ...config, replica_constraints: null, constraints: [" +region=NODE1", "-region=NODE2"] };
    expect((await zone.apply(list)).diagnostics).toEqual([]);
    await zone.refresh();
    expect(zone.isSettled(list)).toBe(true);
    expect(zone.isSettled({ ...list, constraints: ["-region=NODE2", "+region=NODE1"] })).toBe(true);
  });

  test("a copy of the parent's value follows it at the next apply", async () => {
    const zone = world.zone();
    const config = { target: "TABLE d.t", copy_from_parent: ["num_replicas"] };
    expect(at(zone.plan(config).planned, "planned_changes")).toBe("+ TABLE d.public.t  (declared)\n    num_replicas: copied from the parent");
    expect((await zone.apply(config)).diagnostics).toEqual([]);
    expect(await world.zoneSql("TABLE d.public.t")).toBe("num_replicas = 3");
    await zone.refresh();
    expect(zone.isSettled(config)).toBe(true);
    await world.cluster.sql("ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 5");
    await zone.refresh();
    expect(zone.state).toMatchObject({ num_replicas: 3, copy_from_parent: [] });
    expect(at(zone.plan(config).planned, "planned_changes")).toBe("~ TABLE d.public.t  (declared)\n    num_replicas: 3 -> copied from the parent");
    expect((await zone.apply(config)).diagnostics).toEqual([]);
    await zone.refresh();
    expect(zone.isSettled(config)).toBe(true);
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE DISCARD; ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 700");
    await zone.refresh();
    expect(zone.state).toMatchObject({ num_replicas: null, copy_from_parent: [], gc_ttl_seconds: 700 });
  });

  test("the merge time in seconds; 0 and absent are the same", async () => {
    const zone = world.zone();
    const config = { target: "DATABASE ts", ts_merge_seconds: 864000, num_replicas: 3 };
    const created = await zone.apply(config);
    expect(codes(created.diagnostics)).toEqual(["warning: KWDB_TS_MERGE_NO_EFFECT"]);
    expect(await world.zoneSql("DATABASE ts")).toBe("num_replicas = 3, ts_merge.days = 240h0m0s");
    await zone.refresh();
    expect(zone.isSettled(config)).toBe(true);
    const none = { ...config, ts_merge_seconds: 0 };
    await zone.apply(none);
    expect(await world.zoneSql("DATABASE ts")).toBe("num_replicas = 3");
    await zone.refresh();
    expect(zone.isSettled(none)).toBe(true);
  });

  test("a merge time without splitting by time is warned of, at apply and at every plan, until the settings are there", async () => {
    const old = await KwdbWorld.start({ version: "3.0.1" });
    try {
      const zone = old.zone();
      const warning = ["warning: KWDB_TS_MERGE_NEEDS_SPLIT_SETTINGS"];
      const created = await zone.apply({ target: "DATABASE ts", ts_merge_seconds: 864000 });
      expect(codes(created.diagnostics)).toEqual(warning);
      expect(created.diagnostics[0]!.path).toEqual(["ts_merge_seconds"]);
      expect(codes((await zone.refresh()).diagnostics ?? [])).toEqual(warning);
      await old.cluster.sql("SET CLUSTER SETTING kv.kvserver.ts_split_interval = 1");
      await old.cluster.sql("SET CLUSTER SETTING kv.kvserver.ts_split_by_timestamp.enabled = true");
      expect((await zone.refresh()).diagnostics).toEqual([]);
    } finally {
      await old.stop();
    }
  });

  test("a range keeps what is not declared; what is not declared any more is as it was found", async () => {
    const zone = world.zone();
    const both = { target: "RANGE default", num_replicas: 5, gc_ttl_seconds: 3600 };
    const before = await world.zoneSql("RANGE default");
    expect((await zone.apply(both)).diagnostics).toEqual([]);
    await world.cluster.sql("ALTER RANGE default CONFIGURE ZONE USING range_max_bytes = 600000000");
    await zone.refresh();
    expect(zone.isSettled(both)).toBe(true);
    const one = { target: "RANGE default", num_replicas: 5 };
    expect(at(zone.plan(one).planned, "planned_changes")).toBe("~ RANGE default  (declared)\n    gc.ttlseconds: 3600 -> 90000");
    expect((await zone.apply(one)).diagnostics).toEqual([]);
    expect((await zone.apply(null)).diagnostics).toEqual([]);
    expect(await world.zoneSql("RANGE default")).toBe(before!.replace("range_max_bytes = 536870912", "range_max_bytes = 600000000"));
  });

  test("RANGE timeseries has no zone at first, and none afterwards", async () => {
    const zone = world.zone();
    const config = { target: "RANGE timeseries", range_max_bytes: 1073741824, allow_system_range: true };
    await zone.apply(config);
    await zone.refresh();
    expect(zone.isSettled(config)).toBe(true);
    expect(at(zone.state, "found")).toBe("null");
    await zone.apply(null);
    expect(await world.zoneSql("RANGE timeseries")).toBeUndefined();
  });

  test("clusters with single replicas write num_replicas = 1 themselves", async () => {
    const single = await KwdbWorld.start({ startMode: "start-single-replica", nodes: 3 });
    try {
      const zone = single.zone();
      const config = { target: "DATABASE d", gc_ttl_seconds: 3600 };
      expect((await zone.apply(config)).diagnostics).toEqual([]);
      expect(await single.zoneSql("DATABASE d")).toBe("gc.ttlseconds = 3600, num_replicas = 1");
      await zone.refresh();
      expect(zone.isSettled(config)).toBe(true);
    } finally {
      await single.stop();
    }
  });
});

describe("import", () => {
  test("of a user's object: all its variables, so that the plan names each change", async () => {
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 3, gc.ttlseconds = 600");
    const zone = world.zone();
    await zone.import("table d.t");
    expect(zone.state).toMatchObject({ target: "table d.t", id: "TABLE d.public.t", num_replicas: 3, gc_ttl_seconds: 600, found: '{"gc_ttl_seconds":600,"num_replicas":3}' });
    expect(zone.isSettled({ target: "TABLE d.t", num_replicas: 3, gc_ttl_seconds: 600 })).toBe(true);
    expect(at(zone.plan(TABLE).planned, "planned_changes")).toBe("~ TABLE d.public.t  (declared)\n    gc.ttlseconds: 600 -> 3600\n    num_replicas: 3 -> 5");
    expect((await zone.apply(TABLE)).diagnostics).toEqual([]);
    await zone.apply(null);
    expect(await world.zoneSql("TABLE d.public.t")).toBeUndefined();
  });

  test("of a range: destroying gives back what was there at the import", async () => {
    const before = await world.zoneSql("RANGE liveness");
    const zone = world.zone();
    await zone.import("RANGE liveness");
    expect(zone.state).toMatchObject({ num_replicas: 5, gc_ttl_seconds: 600, allow_system_range: true, constraints: null, lease_preferences: null });
    const config = { target: "RANGE liveness", num_replicas: 7, allow_system_range: true };
    expect(codes((await zone.apply(config)).diagnostics)).toEqual(["warning: KWDB_REPLICAS_EXCEED_NODES"]);
    await zone.refresh();
    expect(zone.isSettled(config)).toBe(true);
    await zone.apply(null);
    expect(await world.zoneSql("RANGE liveness")).toBe(before);
  });

  test("of nothing", async () => {
    const zone = world.zone();
    expect(codes((await zone.import("TABLE d.t")).diagnostics ?? [])).toEqual(["error: KWDB_ZONE_NOT_FOUND"]);
    expect(codes((await zone.import("d.t")).diagnostics ?? [])).toEqual(["error: KWDB_TARGET_INVALID"]);
  });
});

describe("what stops an apply, with nothing half written", () => {
  test("a change between plan and apply is named", async () => {
    const zone = world.zone();
    await zone.apply(TABLE);
    await zone.refresh();
    const { planned } = zone.plan({ ...TABLE, num_replicas: 3 });
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 7, range_min_bytes = 2000000, range_max_bytes = 10000000");
    const before = zone.state;
    const refused = await zone.apply({ ...TABLE, num_replicas: 3 }, planned);
    expect(codes(refused.diagnostics)).toEqual(["error: PLAN_STALE"].map((code) => expect.stringContaining(code)));
    expect(refused.diagnostics[0]!.detail).toContain("  num_replicas: was 5 when planned, is 7 now\n");
    expect(refused.diagnostics[0]!.detail).toContain("  range_max_bytes: was inherited when planned, is 10000000 now\n");
    expect(zone.state).toBe(before);
    const destroy = await zone.apply(null);
    expect(codes(destroy.diagnostics)).toEqual(["error: PLAN_STALE"]);
    expect(await world.zoneSql("TABLE d.public.t")).toContain("num_replicas = 7");
  });

  test("one that somebody has made already is none", async () => {
    const zone = world.zone();
    await zone.apply(TABLE);
    await zone.refresh();
    const { planned } = zone.plan({ ...TABLE, num_replicas: 3 });
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 3");
    expect((await zone.apply({ ...TABLE, num_replicas: 3 }, planned)).diagnostics).toEqual([]);
  });

  test.each([
    ["TABLE d.tt", "KWDB_TARGET_UNKNOWN", "target"],
    ["PARTITION x OF TABLE d.p", "KWDB_TARGET_UNKNOWN", "target"],
    ["INDEX d.t@wi", "KWDB_TARGET_UNSUPPORTED", "target"],
  ])("%s: %s", async (target, code, attribute) => {
    const zone = world.zone();
    const refused = await zone.apply({ target, num_replicas: 3 });
    expect(codes(refused.diagnostics)).toEqual([`error: ${code}`]);
    expect(refused.diagnostics[0]!.path).toEqual([attribute]);
    expect(zone.state).toBeNull();
  });

  test("fewer replicas than the cluster came with, or while a node is down", async () => {
    const meta = world.zone();
    const few = await meta.apply({ ...META, num_replicas: 3 });
    expect(codes(few.diagnostics)).toEqual(["error: KWDB_REPLICAS_BELOW_ORIGINAL"]);
    expect(few.diagnostics[0]!.path).toEqual(["num_replicas"]);
    const zone = world.zone();
    await zone.apply(TABLE);
    await world.cluster.faults.killNode(5);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(codes((await zone.apply({ ...TABLE, num_replicas: 3 })).diagnostics)).toContain("error: KWDB_SHRINK_WITH_NODE_DOWN");
    expect(codes((await zone.apply(null)).diagnostics)).toEqual(["error: KWDB_SHRINK_WITH_NODE_DOWN"]);
    expect(at(zone.state, "num_replicas")).toBe(5);
  });

  test("who is no administrator may not touch a range, and hears so although the server's SQLSTATE says nothing", async () => {
    await world.cluster.sql("CREATE USER carl; GRANT ZONECONFIG ON DATABASE d TO carl; GRANT ZONECONFIG ON TABLE d.t TO carl");
    const client = world.client({ TOPOFORM_KWDB_USER: "carl" });
    const meta = await world.zone(client).apply(META);
    expect(codes(meta.diagnostics)).toEqual(["error: KWDB_NOT_ADMIN"]);
    const zone = world.zone(client);
    expect((await zone.apply(TABLE)).diagnostics).toEqual([]);
    expect(await world.zoneSql("TABLE d.public.t")).toBe("gc.ttlseconds = 3600, num_replicas = 5");
    await zone.refresh();
    expect(zone.isSettled(TABLE)).toBe(true);
    const nobody = await world.zone(world.client({ TOPOFORM_KWDB_USER: "nobody" })).apply(TABLE);
    expect(codes(nobody.diagnostics)).toEqual(["error: KWDB_LOGIN_REFUSED"]);
  });

  test("a connection that is lost after COMMIT was sent: what is there counts", async () => {
    world.cluster.faults.dropConnectionAfter((sql) => sql === "COMMIT");
    const zone = world.zone();
    expect((await zone.apply(TABLE)).diagnostics).toEqual([]);
    expect(await world.zoneSql("TABLE d.public.t")).toBe("gc.ttlseconds = 3600, num_replicas = 5");
    expect(at(zone.state, "found")).toBe("null");
  });

  test("a transaction that the server refuses leaves everything as it was", async () => {
    const zone = world.zone();
    await zone.apply(TABLE);
    world.cluster.faults.failStatement((sql) => sql.includes("USING num_replicas = 3"), { sqlstate: "XXUUU", message: "boom" });
    const failed = await zone.apply({ target: "TABLE d.t", num_replicas: 3 });
    expect(failed.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
    expect(await world.zoneSql("TABLE d.public.t")).toBe("gc.ttlseconds = 3600, num_replicas = 5");
    expect(at(zone.state, "gc_ttl_seconds")).toBe(3600);
  });

  test("after Terraform's interrupt nothing begins", async () => {
    const zone = world.zone();
    const stop = new AbortController();
    stop.abort();
    zone.context = ((original) => () => original.call(zone, stop.signal))(zone.context.bind(zone));
    expect(codes((await zone.apply(TABLE)).diagnostics)).toEqual(["error: INTERRUPTED"]);
    expect(await world.zoneSql("TABLE d.public.t")).toBeUndefined();
  });
});

describe("what was found survives a provider that is killed before Terraform has the state", () => {
  const recorded = (): string => readFileSync(statePaths(world.directory, `kwdb ${world.cluster.host}:${world.cluster.port}`).originals, "utf8");

  test("the next apply takes it from the disk; once the state has it, the record goes", async () => {
    const before = await world.zoneSql("RANGE meta");
    const killed = world.zone();
    await killed.apply(META);
    expect(recorded()).toContain("RANGE meta");

    const client = world.client();
    const zone = world.zone(client);
    await zone.apply({ ...META, num_replicas: 9 });
    expect(JSON.parse(String(at(zone.state, "found")))).toMatchObject({ num_replicas: 5 });
    expect(recorded()).toContain("RANGE meta");
    await zone.refresh();
    await client.kwdb().records.idle();
    expect(recorded()).not.toContain("RANGE meta");
    await zone.apply(META);
    expect(recorded()).not.toContain("RANGE meta");
    await zone.apply(null);
    expect(await world.zoneSql("RANGE meta")).toBe(before);
    expect(recorded()).not.toContain("RANGE meta");
  });

  test("a zone of a user's object that a killed apply has made is not taken for somebody else's", async () => {
    await world.zone().apply(TABLE);
    const zone = world.zone();
    expect((await zone.apply({ ...TABLE, num_replicas: 3 })).diagnostics).toEqual([]);
    expect(at(zone.state, "found")).toBe("null");
    expect(await world.zoneSql("TABLE d.public.t")).toBe("gc.ttlseconds = 3600, num_replicas = 3");
  });

  test("an import takes it from the disk too, and keeps it until the state is stored", async () => {
    await world.zone().apply(META);
    const client = world.client();
    const zone = world.zone(client);
    await zone.import("RANGE meta");
    await client.kwdb().records.idle();
    expect(JSON.parse(String(at(zone.state, "found")))).toMatchObject({ num_replicas: 5 });
    expect(recorded()).toContain("RANGE meta");
  });

  test("a directory that cannot be written: nothing is changed", async () => {
    const zone = world.zone(world.client({ TOPOFORM_STATE_DIR: "/dev/null/state" }));
    const refused = await zone.apply(TABLE);
    expect(refused.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
    expect(await world.zoneSql("TABLE d.public.t")).toBeUndefined();
  });
});

describe("waiting for replicas", () => {
  test("returns when the ranges agree", async () => {
    const zone = world.zone();
    expect((await zone.apply({ ...TABLE, wait_for_replicas: true })).diagnostics).toEqual([]);
    const counts = await world.cluster.sql("SELECT replicas FROM kwdb_internal.ranges_no_leases WHERE database_name = 'd' AND table_name = 't'");
    expect(counts.map((row) => row["replicas"]?.split(",").length)).toEqual([5]);
  });

  test("says which do not after the timeout; the zone stays, and the next apply waits on", async () => {
    world.cluster.faults.pauseReplication();
    const zone = world.zone();
    const config = { ...TABLE, wait_for_replicas: true, replicas_timeout_seconds: 1 };
    const failed = await zone.apply(config);
    expect(codes(failed.diagnostics)).toEqual([expect.stringContaining("KWDB_REPLICAS_NOT_AGREED")]);
    expect(failed.diagnostics[0]!.path).toEqual(["wait_for_replicas"]);
    expect(await world.zoneSql("TABLE d.public.t")).toBe("gc.ttlseconds = 3600, num_replicas = 5");
    expect(zone.state).toBeNull();
    expect(codes((await zone.apply(config)).diagnostics)).toEqual([expect.stringContaining("KWDB_REPLICAS_NOT_AGREED")]);
    world.cluster.faults.resumeReplication();
    expect((await zone.apply(config)).diagnostics).toEqual([]);
    expect(at(zone.state, "found")).toBe("null");
  });
});

test("twelve at once take turns; what is read afterwards is what they made", async () => {
  const client = world.client();
  for (let index = 0; index < 12; index += 1) await world.cluster.sql(`CREATE TABLE d.t${index} (k INT PRIMARY KEY)`);
  const zones = Array.from({ length: 12 }, () => world.zone(client));
  world.inOneApply(...zones);
  await client.kwdb().snapshots.read();
  const results = await Promise.all(zones.map((zone, index) => zone.apply({ target: `TABLE d.t${index}`, num_replicas: 5 })));
  expect(results.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
  const { own } = await client.kwdb().snapshots.read();
  expect(zones.map((_, index) => own.get(`TABLE d.public.t${index}`))).toEqual(zones.map(() => ({ numReplicas: 5 })));
});

test("two hundred zones are read with a handful of statements", async () => {
  const client = world.client();
  const zones = [];
  for (let index = 0; index < 200; index += 1) {
    await world.cluster.sql(`CREATE TABLE d.t${index} (k INT PRIMARY KEY); ALTER TABLE d.t${index} CONFIGURE ZONE USING num_replicas = 3`);
    const zone = world.zone(client);
    zone.state = { ...zone.empty(), target: `TABLE d.t${index}`, num_replicas: 3, id: `TABLE d.public.t${index}`, found: "null", planned_changes: "no changes" };
    zones.push(zone);
  }
  world.sent();
  const { resource } = zones[0]!;
  const read = await Promise.all(zones.map((zone) => resource.read({ state: zone.state!, private: new Uint8Array() }, zone.context())));
  expect(read.map(({ state }) => inspectText(state))).toEqual(zones.map(({ state }) => inspectText(state)));
  const sent = world.sent().filter((sql) => /^(SELECT|SHOW)/.test(sql));
  expect(sent.length).toBeLessThanOrEqual(10);
});
