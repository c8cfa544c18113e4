import fc from "fast-check";
import { createHash } from "node:crypto";
import { bench, createTable, put, regionIdOf } from "./helpers";
import type { Bench } from "./helpers";
import type { Row, TableMeta } from "../../../../src/devcluster/greptimedb/model/types";

/*
 * Rows survive every migration with live nodes: random histories of writes, flushes, moves, restarts and splits are
 * played in virtual time and compared, by checksum, with a plain map of what the clients were told had been written.
 */

type Act =
  | { readonly kind: "write"; readonly region: number; readonly key: number }
  | { readonly kind: "delete"; readonly region: number; readonly key: number }
  | { readonly kind: "flush"; readonly region: number }
  | { readonly kind: "move"; readonly region: number; readonly to: number }
  | { readonly kind: "restart datanode"; readonly node: number }
  | { readonly kind: "hang briefly"; readonly node: number; readonly ms: number }
  | { readonly kind: "restart metasrv" }
  | { readonly kind: "change leader" }
  | { readonly kind: "fail move" }
  | { readonly kind: "wait"; readonly ms: number };

const REGIONS = 3;
const NODES = 3;
const region = fc.nat(REGIONS - 1);
const node = fc.nat(NODES - 1);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("write" as const), region, key: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), region, key: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("flush" as const), region }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("move" as const), region, to: node }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart metasrv" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("change leader" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fail move" as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 400 }) }) },
);

/** Restarts and hangs of datanodes come only between moves: during one the server itself loses rows. */
const calmAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart datanode" as const), node }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("hang briefly" as const), node, ms: fc.integer({ min: 1, max: 15_000 }) }) },
);

const checksum = (rows: readonly Row[]): string =>
  createHash("sha256").update(rows.map((row) => row.map(String).join("|")).sort().join("\n")).digest("hex");

class History {
  private readonly expected: Map<string, Row>[] = Array.from({ length: REGIONS }, () => new Map<string, Row>());
  private written = 0;

  constructor(private readonly cluster: Bench, private readonly table: TableMeta) {}

  async play(step: Act): Promise<void> {
    const { clock, model } = this.cluster;
    switch (step.kind) {
      case "write":
        return this.write(step.region, step.key);
      case "delete":
        return this.attempt(model.write(this.table.tableId, step.region, [{ kind: "delete", key: `k${step.key}` }]), () =>
          this.expected[step.region]?.delete(`k${step.key}`),
        );
      case "flush":
        await clock.until(model.flushRegion(regionIdOf(this.table, step.region)).catch(() => undefined));
        return;
      case "move": {
        const leader = await this.leader(step.region);
        if (leader !== null) await clock.until(model.migrateRegion(regionIdOf(this.table, step.region), leader, BigInt(step.to), 60).catch(() => ""), 100);
        return;
      }
      case "restart datanode":
        model.faults.restartDatanode(BigInt(step.node));
        await clock.advance(4_000);
        return;
      case "hang briefly":
        model.faults.hangDatanode(BigInt(step.node));
        await clock.advance(step.ms);
        model.faults.continueDatanode(BigInt(step.node));
        await clock.advance(4_000);
        return;
      case "restart metasrv":
        model.faults.restartMetasrv();
        await clock.advance(1_500);
        return;
      case "change leader":
        model.faults.changeMetasrvLeader();
        return;
      case "fail move":
        model.faults.failNextProcedure("planted");
        return;
      case "wait":
        await clock.advance(step.ms);
    }
  }

  async calm(): Promise<void> {
    const { clock, model } = this.cluster;
    model.faults.clearProcedureFaults();
    for (let round = 0; round < 60; round++) {
      await clock.advance(2_000);
      const procedures = await model.procedures();
      if (procedures.every(({ status }) => status === "Done" || status === "Failed")) return;
    }
    throw new Error("Procedures did not end.");
  }

  async check(): Promise<void> {
    const seen: Record<number, string> = {};
    const wanted: Record<number, string> = {};
    for (let number = 0; number < REGIONS; number++) {
      seen[number] = checksum(await this.cluster.model.scan(this.table.tableId, number));
      wanted[number] = checksum([...(this.expected[number]?.values() ?? [])]);
    }
    expect(seen).toEqual(wanted);
  }

  private async write(number: number, key: number): Promise<void> {
    const value = ++this.written;
    const row: Row = [`k${key}`, value, BigInt(value)];
    await this.attempt(this.cluster.model.write(this.table.tableId, number, [put(`k${key}`, ...row)]), () => this.expected[number]?.set(`k${key}`, row));
  }

  /** Only what the client was told had happened counts. */
  private async attempt(write: Promise<void>, acknowledged: () => void): Promise<void> {
    await this.cluster.clock.until(write.then(acknowledged, () => undefined));
  }

  private async leader(number: number): Promise<bigint | null> {
    try {
      return this.cluster.model.routes().find((route) => route.tableId === this.table.tableId && route.regionNumber === number)?.leader ?? null;
    } catch {
      return null;
    }
  }
}

describe.each(["0.12.2", "0.17.2", "1.0.2", "1.1.4"])("rows survive on %s", (version) => {
  test("any history of writes, flushes, moves, failed moves and new metasrv leaders, with restarts between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.array(act, { maxLength: 12 }), fc.option(calmAct)), { minLength: 1, maxLength: 4 }), fc.nat(), async (parts, seed) => {
        const cluster = bench({ version, seed, eventRecorder: false });
        const history = new History(cluster, await createTable(cluster, "t", REGIONS));
        for (const [acts, between] of parts) {
          for (const step of acts) await history.play(step);
          await history.calm();
          if (between !== null) await history.play(between);
          await history.check();
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test("the same seed gives the same history", async () => {
    const run = async (): Promise<string> => {
      const cluster = bench({ version, seed: 7 });
      const table = await createTable(cluster, "t", REGIONS);
      const id = await cluster.model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 60);
      await cluster.clock.advance(10_000);
      const { startedAtMs, endedAtMs } = await cluster.model.procedure(id);
      return `${id} ${startedAtMs} ${endedAtMs}`;
    };
    expect(await run()).toBe(await run());
  });
});
