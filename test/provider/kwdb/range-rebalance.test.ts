import { UNKNOWN } from "../../../src/plugin";
import { at } from "../harness";
import { codes, KwdbWorld, resourceOf } from "./harness";

let world: KwdbWorld;
beforeEach(async () => (world = await KwdbWorld.start()));
afterEach(() => world.stop());

const TABLE = { target: "TABLE ts.m", triggers: { nodes: "5" } };
const jobs = (): Promise<readonly Readonly<Record<string, string | null>>[]> =>
  world.cluster.sql("SELECT job_id FROM kwdb_internal.jobs WHERE job_type = 'REPLICA REBALANCE' ORDER BY created");

test("done once, and again in place when a trigger changes", async () => {
  const rebalance = world.rebalance();
  const plan = rebalance.plan(TABLE);
  expect(codes(plan.diagnostics)).toEqual(["warning: KWDB_REBALANCE_OFF_PEAK"]);
  expect((await rebalance.apply(TABLE)).diagnostics).toEqual([]);
  const [first] = await jobs();
  expect(rebalance.state).toMatchObject({ id: "TABLE ts.public.m", job_id: first!["job_id"] });
  await rebalance.refresh();
  expect(rebalance.isSettled(TABLE)).toBe(true);
  expect((await rebalance.apply({ ...TABLE, timeout_seconds: 60 })).diagnostics).toEqual([]);
  expect(await jobs()).toHaveLength(1);

  const again = { ...TABLE, triggers: { nodes: "6" } };
  const second = rebalance.plan(again);
  expect(second.requiresReplace).toEqual([]);
  expect(at(second.planned, "job_id")).toBe(UNKNOWN);
  expect((await rebalance.apply(again)).diagnostics).toEqual([]);
  expect(at(rebalance.state, "job_id")).toBe((await jobs())[1]!["job_id"]);
  expect(rebalance.plan({ ...again, target: "DATABASE ts" }).requiresReplace).toEqual([["target"]]);
  expect((await rebalance.apply(null)).diagnostics).toEqual([]);
  expect(rebalance.state).toBeNull();
});

test("partitions that somebody made are not replaced, unless it is allowed", async () => {
  await world.cluster.sql("ALTER TABLE ts.m PARTITION BY HASHPOINT (PARTITION p0 VALUES FROM (0) TO (1000))");
  await world.cluster.sql("ALTER PARTITION p0 OF TABLE ts.m CONFIGURE ZONE USING num_replicas = 3");
  const rebalance = world.rebalance();
  const refused = await rebalance.apply(TABLE);
  expect(codes(refused.diagnostics)).toEqual(["error: KWDB_REBALANCE_REPLACES_DECLARED"]);
  expect(refused.diagnostics[0]!.path).toEqual(["replace_partitions"]);
  expect(refused.diagnostics[0]!.detail).toContain("PARTITION p0 OF INDEX ts.public.m@primary");
  expect(await jobs()).toEqual([]);
  const allowed = await rebalance.apply({ ...TABLE, replace_partitions: true });
  expect(codes(allowed.diagnostics)).toEqual(["warning: KWDB_REBALANCE_REPLACES_PARTITIONS"]);
  expect(await jobs()).toHaveLength(1);
  // The rebalance's own partitions are nobody's.
  expect((await rebalance.apply({ ...TABLE, triggers: { nodes: "6" } })).diagnostics).toEqual([]);
});

test.each([
  ["DATABASE d", "KWDB_REBALANCE_RELATIONAL"],
  ["TABLE ts.none", "KWDB_TARGET_UNKNOWN"],
])("%s: %s", async (target, code) => {
  const rebalance = world.rebalance();
  expect(codes((await rebalance.apply({ target })).diagnostics)).toEqual([`error: ${code}`]);
  expect(rebalance.state).toBeNull();
});

test("a job that fails is an error, and the next apply tries again", async () => {
  world.cluster.faults.failRebalance("no room");
  const rebalance = world.rebalance();
  const failed = await rebalance.apply(TABLE);
  expect(codes(failed.diagnostics)).toEqual(["error: KWDB_REBALANCE_FAILED"]);
  expect(failed.diagnostics[0]!.detail).toContain("no room");
  expect(rebalance.state).toBeNull();
  expect((await rebalance.apply(TABLE)).diagnostics).toEqual([]);
  world.cluster.faults.failRebalance("no room again");
  expect(codes((await rebalance.apply({ ...TABLE, triggers: {} })).diagnostics)).toEqual(["error: KWDB_REBALANCE_FAILED"]);
  expect(at(rebalance.state, "triggers")).toEqual({ nodes: "5" });
});

test("one that a killed apply has finished is not done again, one that is wanted again is", async () => {
  await world.rebalance().apply(TABLE);
  const client = world.client();
  const rebalance = world.rebalance(client);
  expect((await rebalance.apply(TABLE)).diagnostics).toEqual([]);
  expect(await jobs()).toHaveLength(1);
  expect(at(rebalance.state, "job_id")).toBeNull();
  await rebalance.refresh();
  await client.kwdb().records.idle();
  // The state has it: a resource that is made anew is done anew.
  const anew = world.rebalance();
  await anew.apply(TABLE);
  expect(await jobs()).toHaveLength(2);
});

test("a killed update keeps what it has done, although the stored state still has the old triggers", async () => {
  const client = world.client();
  const rebalance = world.rebalance(client);
  await rebalance.apply(TABLE);
  const stored = rebalance.state;
  const again = { ...TABLE, triggers: { nodes: "6" } };
  await rebalance.apply(again);
  rebalance.state = stored;
  await rebalance.refresh();
  await client.kwdb().records.idle();
  expect((await rebalance.apply(again)).diagnostics).toEqual([]);
  expect(await jobs()).toHaveLength(2);
});

test("validation", () => {
  const judge = (target: string | typeof UNKNOWN, timeout: number | null = null) =>
    resourceOf("topoform_kwdb_range_rebalance").validate!({
      config: { target, triggers: UNKNOWN, replace_partitions: null, timeout_seconds: timeout, id: null, job_id: null },
      clientCapabilities: { writeOnlyAttributesAllowed: true, deferralAllowed: false },
    });
  expect(judge(UNKNOWN)).toEqual([]);
  expect(judge("RANGE default")).toEqual([]);
  expect(codes(judge("RANGE meta") as never)).toEqual(["error: KWDB_REBALANCE_SYSTEM"]);
  expect(codes(judge("PARTITION p OF TABLE d.t") as never)).toEqual(["error: KWDB_REBALANCE_PART"]);
  expect(codes(judge("ts.m", 0) as never)).toEqual(["error: KWDB_TARGET_INVALID", "error: TIMEOUT_OUT_OF_RANGE"]);
});
