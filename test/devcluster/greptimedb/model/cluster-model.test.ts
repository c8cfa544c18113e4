import { bench, createTable, leaders, put, refusal, regionIdOf } from "./helpers";

describe("tables and routes", () => {
  test("table ids count from 1024 and regions go round robin over all tables", async () => {
    const cluster = bench();
    const first = await createTable(cluster, "a", 2);
    const second = await createTable(cluster, "b", 3);
    expect([first.tableId, second.tableId]).toEqual([1024, 1025]);
    expect(leaders(cluster, first)).toEqual([0n, 1n]);
    expect(leaders(cluster, second)).toEqual([2n, 0n, 1n]);
    expect(cluster.model.routes()[0]?.regionId).toBe(4398046511104n);
  });

  test("an engine that does not exist fails the procedure and uses up the table id", async () => {
    const cluster = bench();
    expect(await refusal(createTable(cluster, "r19", 1, { engine: "nosuch" }))).toBe("Unexpected, violated: Unknown engine: nosuch");
    const next = await createTable(cluster, "r22", 1);
    expect(next.tableId).toBe(1025);
    const procedures = await cluster.model.procedures();
    expect(procedures.map(({ type, status }) => `${type} ${status}`)).toEqual(["metasrv-procedure::CreateTable Failed", "metasrv-procedure::CreateTable Done"]);
  });
});

describe("a move", () => {
  test("takes about 100 ms, ends Done, and the rows are at the new leader", async () => {
    const cluster = bench();
    const { clock, model } = cluster;
    const table = await createTable(cluster, "t");
    await model.write(table.tableId, 0, [put("a", "a", 1, 1n), put("b", "b", 2, 2n)]);
    const id = await model.migrateRegion(regionIdOf(table, 0), 0n, 2n, 60);
    expect((await model.procedure(id)).status).toBe("Running");
    await clock.advance(200);
    const info = await model.procedure(id);
    expect(info).toMatchObject({ status: "Done", error: "", type: "metasrv-procedure::RegionMigration" });
    expect(info.endedAtMs - info.startedAtMs).toBeGreaterThanOrEqual(80);
    expect(info.endedAtMs - info.startedAtMs).toBeLessThanOrEqual(190);
    expect(leaders(cluster, table)).toEqual([2n, 1n, 2n]);
    expect(await model.scan(table.tableId, 0)).toEqual([["a", 1, 1n], ["b", 2, 2n]]);
  });
});
