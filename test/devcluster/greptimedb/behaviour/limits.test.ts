import { bench, createTable, put, regionIdOf } from "../model/helpers";
import { VERSIONS, scene } from "./recording";
import { onTheWire } from "./recording";
import type { ServerError } from "../../../../src/devcluster/greptimedb/model/types";
import type { ClusterModelImpl } from "../../../../src/devcluster/greptimedb/model/cluster-model";
import type { TableMeta } from "../../../../src/devcluster/greptimedb/model/types";

interface EndStates {
  readonly moved: number;
  readonly not_moved: number;
  readonly not_found: number;
}

const NOT_FOUND = /Procedure not found: /;

async function statusOf(model: ClusterModelImpl, id: string): Promise<string> {
  try {
    return (await model.procedure(id)).status;
  } catch (error) {
    return (error as Error).message.replace(id, "ID");
  }
}

const tally = (values: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

async function submitAll(model: ClusterModelImpl, table: TableMeta, numbers: readonly number[]): Promise<readonly string[]> {
  const routes = new Map(model.routes().map((route) => [route.regionId, route.leader]));
  return Promise.all(
    numbers.map((number) => {
      const id = regionIdOf(table, number);
      const from = routes.get(id) ?? 0n;
      return model.migrateRegion(id, from, (from + 1n) % 3n, 60);
    }),
  );
}

describe.each(VERSIONS)("limits, %s", (version) => {
  test("scene: 200 moves submitted at once: every one has an id, 71 are never found", async () => {
    const cluster = bench({ version });
    const { clock, model } = cluster;
    const table = await createTable(cluster, "many", 200);
    for (let row = 0; row < 200; row++) await model.write(table.tableId, row, [put(`${row}`, "h", row, BigInt(row))]);
    // As recorded: one had finished before the manager was full.
    const [first] = await submitAll(model, table, [0]);
    await clock.advance(200);
    const ids = [first as string, ...(await submitAll(model, table, Array.from({ length: 199 }, (_, index) => index + 1)))];
    expect(new Set(ids).size).toBe(200);
    const recorded = scene(version, { note: "end states" }) as unknown as EndStates & { readonly first_states: string };
    const states = await Promise.all(ids.map((id) => statusOf(model, id)));
    expect(tally(states)).toEqual({ Done: 1, Running: 128, "Procedure not found: ID": recorded.not_found });
    const lost = states.findIndex((text) => NOT_FOUND.test(text));
    const wire = onTheWire(version, (await model.procedure(ids[lost] as string).catch((error: unknown) => error)) as ServerError, "procedure_state");
    expect(recorded.first_states).toContain(wire.replace(ids[lost] as string, "ID"));
    await clock.advance(5_000);
    const end = tally(await Promise.all(ids.map((id) => statusOf(model, id))));
    expect(end).toEqual({ Done: 129, "Procedure not found: ID": 71 });
    if (version === "1.0.2") expect([recorded.moved, recorded.not_moved]).toEqual([129, 71]);
    let rows = 0;
    for (const number of table.regions) rows += (await model.scan(table.tableId, number)).length;
    expect(rows).toBe(200);
  });
});

describe("slow storage, 1.1.4", () => {
  test("scene: 200 at once: moves time out, leases run out, a datanode stops answering, hardly any move succeeds", async () => {
    const big = bench({ version: "1.1.4", slowStorage: { operationMs: 350 } });
    const many = await createTable(big, "many", 200);
    await big.clock.advance(10_000);
    const ids = await submitAll(big.model, many, many.regions);
    const errors = new Set<string>();
    const refusedWrites = new Set<string>();
    const refusedReads = new Set<string>();
    let latest = 0;
    for (let second = 0; second < 120; second++) {
      await big.clock.advance(1_000);
      for (const id of ids) {
        const info = await big.model.procedure(id).catch(() => undefined);
        if (info !== undefined && info.error !== "") errors.add(info.error.replace(/open candidate region \[.*/, "open candidate region …"));
      }
      for (const { activeMs } of await big.model.nodes()) latest = Math.max(latest, activeMs ?? 0);
      for (const number of [0, 1, 2]) {
        await big.model.write(many.tableId, number, [put("k", "h", 1, 1n)]).catch((error: Error) => refusedWrites.add(error.message.replace(/^Region .* is in/, "is in")));
        await big.model.scan(many.tableId, number).catch((error: Error) => refusedReads.add(error.message));
      }
    }
    const states = tally(await Promise.all(ids.map((id) => statusOf(big.model, id))));
    expect(states["Procedure not found: ID"]).toBe(72);
    expect(states["Done"] ?? 0).toBeLessThan(40);
    expect([...errors]).toEqual(expect.arrayContaining(["Expected to retry later, reason: Mailbox received timeout for open candidate region …"]));
    expect(refusedWrites).toContain("is in Follower state, expect: Leader(Writable)");
    expect(refusedReads).toContain("http2 error");
    expect(latest).toBeGreaterThan(10_000);
    expect(scene("1.1.4", { note: "end states" })["last_states"]).toContain("Retrying");
  });

  test("a few moves at a time succeed on the same storage", async () => {
    const cluster = bench({ version: "1.1.4", slowStorage: { operationMs: 350 } });
    const { clock, model } = cluster;
    const table = await createTable(cluster, "few", 6);
    const ids = await submitAll(model, table, [0, 1]);
    await clock.advance(20_000);
    expect(await Promise.all(ids.map((id) => statusOf(model, id)))).toEqual(["Done", "Done"]);
  });
});
