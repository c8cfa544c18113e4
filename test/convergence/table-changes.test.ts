import { PortError } from "../../src/engines/port";
import type { TableChange } from "../../src/planning/change";
import type { ClusterPlan } from "../../src/planning/plan";
import { datanodeId, regionIdOf, type DatanodeId, type PartitionKey } from "../../src/topology/ids";
import type { TableDeclaration } from "../../src/topology/manifest";
import { memoryJournal } from "../../src/convergence/journal/journal-memory";
import { codes, declare, outcomes, planOf, world, type World } from "./harness";
import { diagnosticOf } from "./fake-cluster";

const table = { database: "public", name: "cpu" };
const declared: TableDeclaration = {
  ...table,
  columns: [],
  primaryKey: [],
  timeIndex: "ts",
  engine: "mito",
  options: {},
  ignoreUndeclaredColumns: false,
  deletionProtection: true,
};
const create: TableChange = {
  kind: "create-table",
  table,
  declaration: declared,
  reason: "It does not exist.",
  losesData: false,
  inverse: null,
};
const setOption: TableChange = {
  kind: "set-option",
  table,
  option: "ttl",
  from: null,
  to: "7d",
  reason: "",
  losesData: false,
  inverse: null,
};

function creating(w: World, targets: readonly number[]): ClusterPlan {
  const pins = Object.fromEntries(targets.map((target, number) => [`a = ${number}`, datanodeId(target)])) as Record<
    PartitionKey,
    DatanodeId
  >;
  return { ...planOf(w.cluster, declare({})), tableChanges: [create], placeAfterCreate: [{ table, pins }] };
}

function createsOn(w: World, leaders: readonly number[]): void {
  w.cluster.createRegions = (change) => {
    if (change.kind === "create-table" && w.cluster.regions.size === 0) w.cluster.addTable("cpu", 1024, leaders, 0n);
  };
}

describe("table changes come first", () => {
  test("a created table is placed where the plan pins it, without counting its rows", async () => {
    const w = world();
    createsOn(w, [0, 1, 2]);
    const result = await w.run(creating(w, [2, 1, 0]), declare({}));
    expect(result).toMatchObject({ ok: true, rows: [] });
    expect(result.tableChanges.map((change) => change.outcome)).toEqual(["done"]);
    expect(outcomes(result)).toEqual(["done", "done"]);
    expect([0, 1, 2].map((number) => w.cluster.regions.get(regionIdOf(1024, number))!.leader)).toEqual(
      [2, 1, 0].map((id) => datanodeId(id)),
    );
  });

  test("a pin that the created table has no partition for is an error; the other pins are done", async () => {
    const w = world();
    createsOn(w, [0, 1]);
    const result = await w.run(creating(w, [2, 1, 0]), declare({}));
    expect(codes(result)).toEqual(["PARTITION_NOT_FOUND"]);
    expect(result.ok).toBe(false);
    expect(outcomes(result)).toEqual(["done"]);
  });

  test("when the change of a table fails nothing of that table goes on, and others do", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    w.cluster.addTable("mem", 1025, [0]);
    const declaration = declare({ cpu: [1], mem: [1] });
    const plan = {
      ...planOf(w.cluster, declaration),
      tableChanges: [setOption, { ...setOption, option: "append_mode" }],
    };
    w.cluster.fault = (call) => {
      if (call === "change") throw new PortError(diagnosticOf("INVALID_OPTION"), false, true);
    };
    const result = await w.run(plan, declaration);
    expect(result.tableChanges.map((change) => change.outcome)).toEqual(["failed", "not-started"]);
    expect(outcomes(result)).toEqual(["not-started", "done"]);
    expect(codes(result)).toEqual(["INVALID_OPTION"]);
  });

  test("a transient failure is tried again", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    let failures = 0;
    w.cluster.fault = (call) => {
      if (call === "change" && (failures += 1) < 3) throw new PortError(diagnosticOf("CONNECTION_LOST"), true, true);
    };
    const result = await w.run({ ...planOf(w.cluster, declare({})), tableChanges: [setOption] }, declare({}));
    expect(result.ok).toBe(true);
  });

  test("the interrupted run of the same plan does not do a change twice", async () => {
    const w = world();
    createsOn(w, [0]);
    const plan = {
      ...creating(w, [1]),
      placeAfterCreate: [{ table, pins: { "*": datanodeId(1) } as Record<PartitionKey, DatanodeId> }],
    };
    w.cluster.moveMs = () => 5_000;
    w.clock.at(1_000, () => w.stop.abort());
    await w.run(plan, declare({}));
    expect(w.cluster.changes).toHaveLength(1);
    const second = await w.run(plan, declare({}), { stop: new AbortController().signal });
    expect(second.ok).toBe(true);
    expect(w.cluster.changes).toHaveLength(1);
    expect(w.cluster.submissions).toHaveLength(1);
  });

  test("the same plan after a finished run does the change again: the journal is no proof of what others did since", async () => {
    const journal = memoryJournal();
    const w = world(3, journal);
    w.cluster.addTable("cpu", 1024, [0]);
    const plan = { ...planOf(w.cluster, declare({})), tableChanges: [setOption] };
    await w.run(plan, declare({}));
    await w.run(plan, declare({}));
    expect(w.cluster.changes).toHaveLength(2);
  });
});

test("a stop does not wait for a table change; it stays begun, and the next run does it", async () => {
  const w = world();
  w.cluster.addTable("cpu", 1024, [0]);
  const plan: ClusterPlan = { ...planOf(w.cluster, declare({})), tableChanges: [setOption] };
  const before = w.clock.now();
  const { port } = w.cluster;
  const slow = { ...port, applyTableChange: () => w.clock.sleep(1e6) };
  w.clock.at(2_000, () => w.stop.abort());
  const result = await w.run(plan, declare({}), { port: slow });
  expect(w.clock.now() - before).toBeLessThan(5_000);
  expect(result).toMatchObject({ ok: false, interrupted: "stop" });
  expect(codes(result)).toEqual(["CHANGE_NOT_FOLLOWED"]);
  expect(w.journal.records().filter(({ kind }) => kind === "table-change")).toMatchObject([{ state: "started" }]);
  const next = await w.run(plan, declare({}), { stop: new AbortController().signal });
  expect(next.ok).toBe(true);
  expect(w.cluster.changes).toEqual([setOption]);
});
