import { bench, createTable, leaders, put, refusal, regionIdOf, schema } from "./helpers";

describe("rows that a silent leader had not flushed", () => {
  test("never come back when the region returns to it", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t", 1);
    const region = regionIdOf(table, 0);
    await model.write(table.tableId, 0, [put("old", "old", 1, 1n)]);
    model.faults.hangDatanode(0n);
    await model.migrateRegion(region, 0n, 1n, 60);
    await clock.advance(20_000);
    expect(leaders(cluster, table)).toEqual([1n]);
    await model.write(table.tableId, 0, [put("new", "new", 2, 2n)]);
    model.faults.continueDatanode(0n);
    await model.migrateRegion(region, 1n, 0n, 60).catch(() => undefined);
    await clock.advance(10_000);
    if (leaders(cluster, table)[0] === 1n) {
      await model.migrateRegion(region, 1n, 0n, 60);
      await clock.advance(1_000);
    }
    expect(leaders(cluster, table)).toEqual([0n]);
    expect(await model.scan(table.tableId, 0)).toEqual([["new", 2, 2n]]);
  });

  test("are there again when it comes back as the leader", async () => {
    const { clock, model, ...rest } = bench();
    const table = await createTable({ clock, model, ...rest }, "t", 1);
    await model.write(table.tableId, 0, [put("a", "a", 1, 1n)]);
    model.faults.killDatanode(0n);
    await clock.advance(30_000);
    model.faults.restartDatanode(0n);
    await clock.advance(5_000);
    expect(await model.scan(table.tableId, 0)).toEqual([["a", 1, 1n]]);
    await model.write(table.tableId, 0, [put("b", "b", 1, 1n)]);
  });
});

test("a heartbeat at any moment of a move changes nothing", async () => {
  const cluster = bench({ jitter: 0, eventRecorder: false });
  const { clock, model } = cluster;
  const table = await createTable(cluster, "t", 1);
  const region = regionIdOf(table, 0);
  let leader = 0n;
  for (let offset = 0; offset < 130; offset++) {
    // The heartbeats of datanode n fall on second n + 1 of every three; each move begins a little earlier before its target's.
    const target = (leader + 1n) % 3n;
    const beat = 1_000 * (Number(target) + 1);
    await clock.advance((6_000 + beat - offset - (clock.now() % 3_000)) % 3_000);
    await model.write(table.tableId, 0, [put(`${offset}`, "a", offset, 1n)]);
    await model.migrateRegion(region, leader, target, 60);
    leader = target;
    await clock.advance(150);
    await expect(model.write(table.tableId, 0, [put(`${offset}`, "b", offset, 1n)])).resolves.toBeUndefined();
    await clock.advance(3_100);
    expect(await model.scan(table.tableId, 0)).toHaveLength(offset + 1);
  }
});

describe("planted faults", () => {
  test("fail: rolled back, the leader stays, the region can be moved again", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    model.faults.failNextProcedure("planted");
    const id = await model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
    await clock.advance(2_000);
    expect(await model.procedure(id)).toMatchObject({ status: "Failed", error: "planted" });
    expect(leaders(cluster, table)).toEqual([0n, 1n, 2n]);
    await model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
    await clock.advance(300);
    expect(leaders(cluster, table)).toEqual([1n, 1n, 2n]);
  });

  test("hang: Running until cleared", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    model.faults.hangNextProcedure();
    const id = await model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
    await clock.advance(600_000);
    expect((await model.procedure(id)).status).toBe("Running");
    expect(await refusal(model.migrateRegion(regionIdOf(table, 0), 0n, 2n, 60))).toMatch(/^Another migration procedure is running/);
    model.faults.clearProcedureFaults();
    await clock.advance(300);
    expect((await model.procedure(id)).status).toBe("Done");
  });

  test("vanish: an id that is never found, and the region is free", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    model.faults.vanishNextProcedure(({ lockKeys }) => lockKeys.includes(`${regionIdOf(table, 1)}`));
    const other = await model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
    const lost = await model.migrateRegion(regionIdOf(table, 1), 1n, 2n, 60);
    await clock.advance(300);
    expect((await model.procedure(other)).status).toBe("Done");
    expect(await refusal(model.procedure(lost))).toBe(`Procedure not found: ${lost}`);
    expect(leaders(cluster, table)).toEqual([1n, 1n, 2n]);
    await model.migrateRegion(regionIdOf(table, 1), 1n, 2n, 60);
  });

  test("a move behind the back shows at once, without a procedure, and keeps the rows of a live leader", async () => {
    const cluster = bench();
    const { model } = cluster;
    const table = await createTable(cluster, "t");
    await model.write(table.tableId, 0, [put("a", "a", 1, 1n)]);
    const before = model.revision();
    model.faults.moveBehindYourBack(regionIdOf(table, 0), 2n);
    expect(model.revision()).toBeGreaterThan(before);
    expect(leaders(cluster, table)).toEqual([2n, 1n, 2n]);
    expect(await model.scan(table.tableId, 0)).toEqual([["a", 1, 1n]]);
    expect((await model.procedures()).map(({ type }) => type)).toEqual(["metasrv-procedure::CreateTable"]);
  });

  test("an unknown datanode is a RangeError", () => {
    expect(() => bench().model.faults.killDatanode(9n)).toThrow(RangeError);
  });
});

describe("leases", () => {
  test("lost heartbeats end the right to write after ten seconds, and the datanode is no target any more", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    model.faults.loseHeartbeats(0n, true);
    await clock.advance(13_500);
    expect(await refusal(model.write(table.tableId, 0, [put("a", "a", 1, 1n)]))).toBe("Region 4398046511104(1024, 0) is in Follower state, expect: Leader(Writable)");
    expect(await refusal(model.migrateRegion(regionIdOf(table, 1), 1n, 0n, 60))).toBe("The target peer is unavailable temporally: 0");
    model.faults.loseHeartbeats(0n, false);
    await clock.advance(3_100);
    await model.write(table.tableId, 0, [put("a", "a", 1, 1n)]);
  });

  test("a hung datanode answers a waiting request when it goes on, or the request fails after ten seconds", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    model.faults.hangDatanode(0n);
    const patient = model.scan(table.tableId, 0);
    await clock.advance(5_000);
    model.faults.continueDatanode(0n);
    expect(await patient).toEqual([]);
    model.faults.hangDatanode(0n);
    const refused = refusal(model.write(table.tableId, 0, [put("a", "a", 1, 1n)]));
    await clock.advance(10_100);
    expect(await refused).toBe("Internal error: 1003");
  });
});

describe("what metasrv remembers", () => {
  test("a finished procedure for ten to twenty minutes", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    await clock.advance(60_000);
    const id = await model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
    await clock.advance(660_000);
    expect((await model.procedure(id)).status).toBe("Done");
    await clock.advance(600_000);
    expect(await refusal(model.procedure(id))).toBe(`Procedure not found: ${id}`);
  });

  test("nothing of finished procedures after a leader change; a running one goes on", async () => {
    const cluster = bench({ eventRecorder: false });
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    const id = await model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
    await clock.advance(1);
    model.faults.changeMetasrvLeader();
    expect((await model.procedures()).map((procedure) => procedure.id)).toEqual([id]);
    expect((await model.nodes()).filter(({ kind }) => kind === "DATANODE")).toEqual([]);
    await clock.advance(10_000);
    expect(["Done", "Failed"]).toContain((await model.procedure(id)).status);
    expect((await model.nodes()).filter(({ kind }) => kind === "DATANODE")).toHaveLength(3);
  });

  test("statistics come with the heartbeats", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    expect(await model.statistics()).toEqual([]);
    await clock.advance(3_000);
    expect(await model.statistics()).toHaveLength(3);
    await model.write(table.tableId, 0, [put("a", "a", 1, 1n)]);
    expect((await model.statistics())[0]).toMatchObject({ rows: 0, memtableBytes: 0 });
    await clock.advance(3_000);
    expect((await model.statistics())[0]).toMatchObject({ rows: 1, sstCount: 0 });
    await clock.until(model.flushRegion(regionIdOf(table, 0)));
    await clock.advance(3_000);
    expect((await model.statistics())[0]).toMatchObject({ rows: 1, memtableBytes: 0, sstCount: 1 });
  });

  test("events are in greptime_private.events some seconds later", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    await model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 90);
    await clock.advance(6_000);
    const events = model.table("greptime_private", "events");
    const rows = await model.scan(events?.tableId ?? 0, 0);
    expect(rows.map((row) => [row[0], row[1], row[4], row[9], row[10], row[12]])).toEqual([
      ["region_migration", '{"timeout":"1m 30s"}', "Running", "Manual", 0n, 1n],
      ["region_migration", '{"timeout":"1m 30s"}', "Done", "Manual", 0n, 1n],
    ]);
  });
});

describe("tables", () => {
  test("a logical table shares the regions of its physical table, moves with it, and cannot be moved itself", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const physical = await createTable(cluster, "phy", 2, { engine: "metric" });
    const logical = await clock.until(model.createTable(schema("log1", 2, { engine: "metric" }), physical.tableId));
    expect(logical).toMatchObject({ tableId: 1025, regions: [0, 1], physicalTableId: 1024 });
    expect(model.routes().map(({ regionId, leader }) => [regionId, leader])).toEqual([[4398046511104n, 0n], [4398046511105n, 1n], [4402341478400n, 0n], [4402341478401n, 1n]]);
    await model.write(logical.tableId, 0, [put("a", "a", 1, 1n)]);
    expect(await refusal(model.migrateRegion(4402341478400n, 0n, 2n, 60))).toBe(
      "Unexpected, violated: Trying to execute region migration on the logical table, task region: 4402341478400(1025, 0), from_peer: peer-0(127.0.0.1:14100), to_peer: peer-2(127.0.0.1:14102), trigger_reason: Manual",
    );
    await model.migrateRegion(4398046511104n, 0n, 2n, 60);
    await clock.advance(300);
    expect(leaders(cluster, logical)).toEqual([2n, 1n]);
    expect([await model.scan(logical.tableId, 0), await model.scan(physical.tableId, 0)]).toEqual([[["a", 1, 1n]], []]);
    const { type, lockKeys } = (await model.procedures())[1] ?? {};
    expect([type, lockKeys]).toEqual([
      "metasrv-procedure::CreateLogicalTables",
      'Share("__catalog_lock/greptime"),Share("__schema_lock/greptime.public"),Exclusive("__table_lock/1024"),Exclusive("__table_name_lock/greptime.public.log1")',
    ]);
  });

  test("rows follow a change of columns, wherever they are", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t", 1);
    await model.write(table.tableId, 0, [put("a", "a", 1, 1n)]);
    await clock.until(model.flushRegion(regionIdOf(table, 0)));
    await model.write(table.tableId, 0, [put("b", "b", 2, 2n)]);
    const { columns } = table.schema;
    await clock.until(model.alterTable(table.tableId, { ...table.schema, columns: columns.filter(({ name }) => name !== "v") }));
    expect(await model.scan(table.tableId, 0)).toEqual([["a", 1n], ["b", 2n]]);
    await clock.until(model.alterTable(table.tableId, table.schema, ([host, ts]) => [host ?? null, 5, ts ?? null]));
    expect(await model.scan(table.tableId, 0)).toEqual([["a", 5, 1n], ["b", 5, 2n]]);
  });

  test("truncate empties, drop forgets, and a merge leaves a hole in the region numbers", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t", 3);
    await model.write(table.tableId, 1, [put("b", "b", 1, 1n)]);
    await model.write(table.tableId, 2, [put("c", "c", 1, 1n)]);
    const merge = model.repartition(table.tableId, [1, 2], [{ text: "merged", expression: 0 }], ["host"], () => 0);
    await clock.until(merge.done);
    expect(model.table("public", "t")).toMatchObject({ regions: [0, 1], schema: { rules: [{ text: "rule 0" }, { text: "merged" }] } });
    expect(await model.scan(table.tableId, 1)).toHaveLength(2);
    const split = model.repartition(table.tableId, [0], [{ text: "x", expression: 0 }, { text: "y", expression: 0 }], ["host"], () => 1);
    await clock.until(split.done);
    expect(model.table("public", "t")?.regions).toEqual([0, 1, 3]);
    await clock.until(model.truncateTable(table.tableId));
    for (const number of [0, 1, 3]) expect(await model.scan(table.tableId, number)).toEqual([]);
    await clock.until(model.dropTable(table.tableId));
    expect([model.tables(), model.routes(), model.table("public", "t")]).toEqual([[], [], undefined]);
    const types = (await model.procedures()).map(({ type }) => type.replace("metasrv-procedure::", ""));
    expect(types).toEqual(["CreateTable", "Repartition", "RepartitionGroup", "Repartition", "RepartitionGroup", "TruncateTable", "DropTable"]);
  });
});

describe("procedure ids", () => {
  test.each([
    ["x", "78: invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `x` at 1"],
    ["abc", "616263: invalid length: expected length 32 for simple format, found 3"],
    ["a-b", "612d62: invalid group count: expected 5, found 2"],
    ["00000000-0000-4000-8000-00000000000", "30303030303030302d303030302d343030302d383030302d3030303030303030303030: invalid group length in group 4: expected 12, found 11"],
  ])("%s is refused in the parser's words", async (text, problem) => {
    expect(await refusal(bench().model.procedure(text))).toBe(`Failed to parse procedure id: ${problem}`);
  });

  test("upper case and braces are the same id", async () => {
    const cluster = bench();
    const table = await createTable(cluster, "t");
    const id = await cluster.model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
    expect((await cluster.model.procedure(`{${id.toUpperCase()}}`)).id).toBe(id);
  });
});
