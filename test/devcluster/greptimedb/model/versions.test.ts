import type { ServerError } from "../../../../src/devcluster/greptimedb/model/types";
import { bench, createTable, put, refusal, regionIdOf, schema } from "./helpers";

const move = (cluster: ReturnType<typeof bench>, region: bigint, from: number, to: number): Promise<string> =>
  refusal(cluster.model.migrateRegion(region, BigInt(from), BigInt(to), 60));

describe("refusals by version", () => {
  test.each(["0.9.5", "0.12.2", "0.14.4"])("%s: already there is no error and no procedure", async (version) => {
    const cluster = bench({ version });
    const table = await createTable(cluster, "t");
    expect(await cluster.model.migrateRegion(regionIdOf(table, 0), 1n, 0n, 60)).toBe("");
    expect((await cluster.model.procedures()).filter(({ type }) => type.endsWith("RegionMigration"))).toEqual([]);
  });

  test.each(["0.15.5", "0.17.2", "1.0.2", "1.1.4", "1.2.0"])("%s: already there is an error, before the source is looked at", async (version) => {
    const cluster = bench({ version });
    const table = await createTable(cluster, "t");
    expect(await move(cluster, regionIdOf(table, 0), 1, 0)).toBe("The region migration procedure is completed for region: 4398046511104(1024, 0), target_peer: 0");
  });

  test("the wrong source, before and since 0.14", async () => {
    for (const [version, text] of [
      ["0.13.2", "Invalid arguments: Invalid region migration `from_peer` argument"],
      ["0.14.0", "Region's leader peer changed: Region's leader peer(0) is not the `from_peer`(1), region: 4398046511104(1024, 0)"],
    ] as const) {
      const cluster = bench({ version });
      const table = await createTable(cluster, "t");
      expect(await move(cluster, regionIdOf(table, 0), 1, 2)).toBe(text);
    }
  });

  test("the checks come in the server's order", async () => {
    const cluster = bench();
    const { model } = cluster;
    const table = await createTable(cluster, "t");
    const region = regionIdOf(table, 0);
    expect(await move(cluster, region, 99, 99)).toBe("The target peer is unavailable temporally: 99");
    expect(await move(cluster, region, 0, 99)).toBe("The target peer is unavailable temporally: 99");
    expect(await move(cluster, 4299262263296n, 1, 1)).toBe("Invalid arguments: The `from_peer_id` can't equal `to_peer_id`");
    expect(await move(cluster, 4299262263296n, 0, 1)).toBe("Failed to find table route for 1001");
    expect(await move(cluster, regionIdOf(table, 9), 0, 1)).toBe("Failed to find table route for 4398046511113(1024, 9)");
    const error = await model.migrateRegion(region, 0n, 0n, 60).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: "InvalidArguments", origin: "metasrv" } satisfies Partial<ServerError>);
  });
});

describe("locks by version", () => {
  test.each([
    ["0.9.5", 'Share("__catalog_lock/greptime"),Share("__schema_lock/greptime.public"),Share("__table_lock/1024"),Exclusive("__region_lock/4398046511104")'],
    ["0.12.2", 'Share("__catalog_lock/greptime"),Share("__schema_lock/greptime.public"),Exclusive("__table_lock/1024"),Exclusive("__region_lock/4398046511104")'],
    ["0.17.2", 'Share("__catalog_lock/greptime"),Share("__schema_lock/greptime.public"),Exclusive("__region_lock/4398046511104")'],
  ])("%s", async (version, lockKeys) => {
    const cluster = bench({ version });
    const table = await createTable(cluster, "t");
    const id = await cluster.model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
    expect((await cluster.model.procedure(id)).lockKeys).toBe(lockKeys);
  });

  test("0.12.2: moves of one table run one after another; 0.17.2: together", async () => {
    for (const [version, together] of [["0.12.2", false], ["0.17.2", true]] as const) {
      const cluster = bench({ version, jitter: 0 });
      const table = await createTable(cluster, "t");
      const ids = [await cluster.model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60), await cluster.model.migrateRegion(regionIdOf(table, 1), 1n, 2n, 60)];
      await cluster.clock.advance(1_000);
      const [first, second] = await Promise.all(ids.map((id) => cluster.model.procedure(id)));
      expect([first?.status, second?.status]).toEqual(["Done", "Done"]);
      expect((second?.endedAtMs ?? 0) - (first?.endedAtMs ?? 0) === 0).toBe(together);
    }
  });

  test("a comment holds the table lock only from 1.1", async () => {
    for (const [version, hasTableLock] of [["1.0.2", false], ["1.1.4", true]] as const) {
      const cluster = bench({ version });
      const table = await createTable(cluster, "t");
      await cluster.clock.until(cluster.model.alterTable(table.tableId, { ...table.schema, comment: "c" }));
      await cluster.clock.until(cluster.model.alterTable(table.tableId, { ...table.schema, name: "renamed", comment: "c" }));
      const [, comment, rename] = await cluster.model.procedures();
      expect(comment?.type).toBe("metasrv-procedure::CommentOn");
      expect(comment?.lockKeys.includes("__table_lock/1024")).toBe(hasTableLock);
      expect(rename).toMatchObject({
        type: "metasrv-procedure::AlterTable",
        lockKeys: 'Share("__catalog_lock/greptime"),Share("__schema_lock/greptime.public"),Exclusive("__table_lock/1024"),Exclusive("__table_name_lock/greptime.public.renamed")',
      });
      expect(cluster.model.table("public", "renamed")?.tableId).toBe(1024);
    }
  });
});

describe("what older versions lose or refuse", () => {
  test("0.9.3: a local log is not flushed by the move; 0.9.4 flushes; kafka loses nothing", async () => {
    for (const [version, wal, rows] of [["0.9.3", "local", 0], ["0.9.4", "local", 1], ["0.9.3", "kafka", 1]] as const) {
      const cluster = bench({ version, wal });
      const table = await createTable(cluster, "t", 1);
      await cluster.model.write(table.tableId, 0, [put("a", "a", 1, 1n)]);
      const from = cluster.model.routes()[0]?.leader ?? 0n;
      await cluster.model.migrateRegion(regionIdOf(table, 0), from, (from + 1n) % 3n, 60);
      await cluster.clock.advance(1_000);
      expect([version, wal, (await cluster.model.scan(table.tableId, 0)).length]).toEqual([version, wal, rows]);
    }
  });

  test("0.13 has no limit of running procedures, 0.14 has 128", async () => {
    for (const [version, started] of [["0.13.2", 150], ["0.14.0", 128]] as const) {
      const cluster = bench({ version });
      const table = await createTable(cluster, "t", 150);
      for (const number of table.regions) {
        const from = BigInt(number % 3);
        await cluster.model.migrateRegion(regionIdOf(table, number), from, (from + 1n) % 3n, 60);
      }
      expect((await cluster.model.procedures()).filter(({ type }) => type.endsWith("RegionMigration"))).toHaveLength(started);
    }
  });

  test("the 129th procedure of a client that waits is refused", async () => {
    const cluster = bench();
    const table = await createTable(cluster, "t", 128);
    for (const number of table.regions) await cluster.model.migrateRegion(regionIdOf(table, number), BigInt(number % 3), BigInt((number + 1) % 3), 60);
    expect(await refusal(cluster.model.createTable(schema("u", 1)))).toBe("Too many running procedures, max: 128");
  });

  test("0.10.2 cannot roll back: a failed move is Failed at once", async () => {
    const cluster = bench({ version: "0.10.2" });
    const table = await createTable(cluster, "t");
    cluster.model.faults.failNextProcedure("planted");
    const id = await cluster.model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
    await cluster.clock.advance(1);
    expect(await cluster.model.procedure(id)).toMatchObject({ status: "Failed", error: "planted" });
  });
});
