import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/convergence/clock";
import type { AppliedCluster } from "../../../src/operations/apply-outcome";
import { applyTopology } from "../../../src/operations/apply-topology";
import type { ClusterPlan } from "../../../src/planning/plan";
import { codes, outcomes, stage, type Stage } from "./wire";

jest.setTimeout(60_000);

describe("the table changes between plan and apply", () => {
  let s: Stage;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "faults-"));
    s = await stage();
  });
  afterEach(async () => {
    await s.end();
    await rm(directory, { recursive: true, force: true });
  });

  async function apply(plan: ClusterPlan): Promise<AppliedCluster> {
    const never = new AbortController().signal;
    const env = { TOPOFORM_GREPTIMEDB_HOST: "127.0.0.1", TOPOFORM_GREPTIMEDB_PORT: String(s.frontend.port), TOPOFORM_STATE_DIR: directory };
    const manifest = { version: 1, clusters: [s.declaration] } as never;
    const [applied] = await applyTopology(manifest, { env }, { plans: [plan], drain: never, stop: never, command: "topoform apply", emit: () => undefined });
    return applied!;
  }
  const detailOf = (applied: AppliedCluster): string => (applied.kind === "applied" ? "" : applied.diagnostics.map(({ code, detail }) => `${code} ${detail}`).join("\n"));

  test("dropped: refused, every region named, nothing sent", async () => {
    const plan = await s.plan();
    await s.cluster.sql("DROP TABLE cpu");
    const applied = await apply(plan);
    expect(applied.kind).toBe("refused");
    expect(detailOf(applied)).toMatch(/PLAN_STALE/);
    for (const move of plan.moves) expect(detailOf(applied)).toContain(String(move.region));
    expect(s.submissions()).toBe(0);
  });

  test("dropped and created again: its regions are others, so it is refused", async () => {
    const plan = await s.plan();
    await s.cluster.sql("DROP TABLE cpu");
    await s.cluster.sql("CREATE TABLE cpu (a INT, ts TIMESTAMP TIME INDEX, PRIMARY KEY (a)) PARTITION ON COLUMNS (a) (a < 10, a >= 10 AND a < 20, a >= 20)");
    const applied = await apply(plan);
    expect(detailOf(applied)).toMatch(/PLAN_STALE/);
    expect(s.submissions()).toBe(0);
  });

  test("altered: a new column changes no placement, the plan is done", async () => {
    const plan = await s.plan();
    await s.cluster.sql("ALTER TABLE cpu ADD COLUMN extra STRING");
    const applied = await apply(plan);
    expect(applied).toMatchObject({ kind: "applied", result: { ok: true } });
    expect(s.regions().map(({ leader }) => leader)).toEqual([1n, 2n, 0n]);
    expect(await s.rows()).toBe(30n);
  });

  test("repartitioned: refused, the partition that is no more is named, nothing sent", async () => {
    const plan = await s.plan();
    await s.cluster.sql("ALTER TABLE cpu SPLIT PARTITION (a < 10) INTO (a < 5, a >= 5 AND a < 10)");
    const applied = await apply(plan);
    expect(applied.kind).toBe("refused");
    expect(detailOf(applied)).toContain("a < 10");
    expect(s.submissions()).toBe(0);
  });
});

describe("the cluster around the moves", () => {
  let s: Stage;
  afterEach(() => s.end());
  const LEADERS = [1n, 2n, 0n];
  const leaders = () => s.regions().map(({ leader }) => leader);

  test("the table is dropped while its regions move: each move ends with that reason", async () => {
    s = await stage({ procedureDurationMs: 5_000 });
    const plan = await s.plan();
    s.at("MOVE_SUBMITTED", () => void s.cluster.sql("DROP TABLE cpu"));
    const result = await s.run(plan, { terms: { verifyRows: "off" } });
    expect(new Set(outcomes(result))).toEqual(new Set(["failed"]));
    expect(codes(result)).toEqual(["REGION_MISSING"]);
  });

  test("the frontend is restarted in the middle: everything is moved once", async () => {
    s = await stage({ procedureDurationMs: 8_000 });
    const plan = await s.plan();
    s.at("MOVE_SUBMITTED", () => {
      s.clock.after(500, () => s.frontend.down());
      s.clock.after(4_000, () => void s.frontend.up());
    });
    const result = await s.run(plan);
    expect(codes(result)).toEqual([]);
    expect(leaders()).toEqual(LEADERS);
    expect(s.submissions()).toBe(3);
    expect(await s.rows()).toBe(30n);
  });

  test("another metasrv takes over and has forgotten what ended: everything is moved once", async () => {
    s = await stage({ limits: { outgoing: 1, incoming: 1, cluster: 1 } });
    const plan = await s.plan();
    for (const when of [700, 3_000, 6_000]) s.clock.after(when, () => s.cluster.faults.changeMetasrvLeader());
    const result = await s.run(plan);
    expect(codes(result)).toEqual([]);
    expect(leaders()).toEqual(LEADERS);
    expect(new Set(s.events.flatMap((event) => (event.code === "MOVE_DONE" ? [event.move.region] : []))).size).toBe(3);
  });

  test("metasrv is restarted before the run: a datanode that has not reported yet is waited for, not called gone", async () => {
    s = await stage();
    const plan = await s.plan();
    s.cluster.faults.killMetasrv();
    s.cluster.faults.restartMetasrv();
    const result = await s.run(plan);
    expect(codes(result)).toEqual([]);
    expect(leaders()).toEqual(LEADERS);
  });

  test("the procedure manager is paused: said so after a few tries, and no region has moved", async () => {
    s = await stage();
    const plan = await s.plan();
    s.cluster.faults.pauseProcedureManager();
    const result = await s.run(plan);
    expect(codes(result)).toEqual(["MOVE_NEVER_STARTED"]);
    expect(result.diagnostics[0]!.detail).toMatch(/paused/);
    expect(leaders()).toEqual([0n, 1n, 2n]);
    s.cluster.faults.resumeProcedureManager();
    const again = await s.run(await s.plan());
    expect(again.ok).toBe(true);
  });

  test("it is resumed while the run tries: the run gets there by itself", async () => {
    s = await stage();
    const plan = await s.plan();
    s.cluster.faults.pauseProcedureManager();
    s.at("MOVE_NEVER_STARTED", () => s.cluster.faults.resumeProcedureManager());
    const result = await s.run(plan);
    expect(result.ok).toBe(true);
    expect(leaders()).toEqual(LEADERS);
  });

  test("the reply to a submission is lost after the server acted: the move is adopted, not sent again", async () => {
    s = await stage({ procedureDurationMs: 4_000 });
    const plan = await s.plan();
    s.cluster.faults.dropConnectionAfter((sql) => /migrate_region\(/i.test(sql));
    const result = await s.run(plan);
    expect(codes(result)).toEqual([]);
    expect(outcomes(result)).toEqual(["done", "done", "done"]);
    expect(s.submissions()).toBe(3);
  });

  test("the datanodes share no storage: known at the first move, the others are not sent", async () => {
    s = await stage({ sharedStorage: false });
    const plan = await s.plan();
    const result = await s.run(plan);
    expect(codes(result)).toEqual(["NO_SHARED_STORAGE"]);
    expect(outcomes(result)).toEqual(["left-running", "not-started", "not-started"]);
    expect(s.submissions()).toBe(1);
  });

  test.each([3_600_000, -3_600_000])("the machine's clock jumps by %d ms in the middle: no deadline is missed or put off", async (jump) => {
    s = await stage();
    const plan = await s.plan();
    const real = Date.now;
    s.at("MOVE_SUBMITTED", () => void (Date.now = () => real() + jump));
    try {
      const began = performance.now();
      const result = await s.run(plan, { clock: systemClock });
      expect(codes(result)).toEqual([]);
      expect(leaders()).toEqual(LEADERS);
      expect(performance.now() - began).toBeLessThan(20_000);
      const at = s.events.map((event) => event.at);
      expect([...at].sort((a, b) => a - b)).toEqual(at);
    } finally {
      Date.now = real;
    }
  });
});
