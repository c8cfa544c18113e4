import type { TableChange } from "../../src/planning/change";
import type { PlacementRule } from "../../src/planning/rules/placement-rule";
import type { ClusterPlan } from "../../src/planning/plan";
import { planCluster } from "../../src/planning/plan-cluster";
import { memoryJournal } from "../../src/convergence/journal/journal-memory";
import { datanodeId, regionIdOf, type PartitionKey } from "../../src/topology/ids";
import type { GreptimeClusterDeclaration } from "../../src/topology/manifest";
import { declare, outcomes, world, type World } from "./harness";

const create = (name: string): TableChange => ({
  kind: "create-table",
  table: { database: "public", name },
  declaration: {} as never,
  reason: "It does not exist.",
  losesData: false,
  inverse: null,
});

/** A balance of these tables over datanodes 0 to 2. */
function balanced(tables: readonly string[], change: Partial<PlacementRule> = {}): GreptimeClusterDeclaration {
  const [placement] = declare({ [tables[0]!]: [] }).placements;
  const exclude = change.exclude ?? [];
  return {
    ...declare({}),
    datanodes: [0, 1, 2].map((id) => ({ id: datanodeId(id) })),
    placements: [{ ...placement!, name: "balance", tables, strategy: "balance", excludeDatanodes: exclude }],
  };
}

/** Creating a table puts its regions on these datanodes. */
function createsOn(w: World, leaders: Readonly<Record<string, readonly number[]>>): void {
  let tableId = 2048;
  w.cluster.createRegions = (change) => {
    if (change.kind !== "create-table") return;
    const exists = [...w.cluster.regions.values()].some(({ table }) => table.name === change.table.name);
    if (!exists) w.cluster.addTable(change.table.name, tableId++, leaders[change.table.name]!, 0n);
  };
}

const planOf = (w: World, cluster: GreptimeClusterDeclaration, changes: readonly TableChange[] = []): ClusterPlan =>
  planCluster({ cluster, observed: w.cluster.observe(), tableChanges: changes });
const leadersOf = (w: World, table: string): readonly (bigint | null)[] =>
  [...w.cluster.regions.values()].filter((region) => region.table.name === table).map(({ leader }) => leader);

test("tables that are made are placed by their rule beside those that are there, of which none moves that was not approved", async () => {
  const w = world();
  w.cluster.addTable("cpu", 1024, [0, 1, 2, 2]);
  createsOn(w, { mem: [0, 0, 0], net: [0, 0] });
  const declaration = balanced(["cpu", "mem", "net"]);
  const plan = planOf(w, declaration, [create("mem"), create("net")]);
  expect(plan.moves).toEqual([]);
  const result = await w.run(plan, declaration);
  expect(result.ok).toBe(true);
  expect(leadersOf(w, "cpu")).toEqual([0n, 1n, 2n, 2n]);
  expect(result.moves.map(({ move }) => [move.table.name, move.from, move.reason])).toEqual([
    ["mem", 0n, "balanced"],
    ["mem", 0n, "balanced"],
    ["mem", 0n, "balanced"],
  ]);
  expect(w.events.filter(({ code }) => code === "PLACEMENT_PLANNED")).toMatchObject([
    { table: { name: "mem" }, moves: 3 },
    { table: { name: "net" }, moves: 0 },
  ]);
  expect(planOf(w, declaration)).toMatchObject({ moves: [], blocked: [] });
});

test("regions that this plan moves count where it moves them to", async () => {
  const w = world();
  w.cluster.addTable("cpu", 1024, [0, 0, 0]);
  createsOn(w, { mem: [0, 1, 2] });
  const declaration = balanced(["cpu", "mem"]);
  const plan = planOf(w, declaration, [create("mem")]);
  expect(plan.moves).toHaveLength(2);
  const result = await w.run(plan, declaration);
  expect(result.moves.map(({ move }) => move.table.name)).toEqual(["cpu", "cpu"]);
  expect(result.ok).toBe(true);
});

test("a table that could not be made takes no place, and the others are placed", async () => {
  const w = world();
  createsOn(w, { mem: [0, 0] });
  const declaration = balanced(["mem", "net"]);
  const plan = planOf(w, declaration, [create("mem"), { ...create("net"), impossible: "It cannot be." } as TableChange]);
  const result = await w.run({ ...plan, blocked: [] }, declaration);
  expect(result.tableChanges.map(({ outcome }) => outcome)).toEqual(["done", "failed"]);
  expect(outcomes(result)).toEqual(["done"]);
  expect([...leadersOf(w, "mem")].sort()).toEqual([0n, 1n]);
});

test("a move that an interrupted run has begun goes on, although another would do as well by now", async () => {
  const w = world(3, memoryJournal());
  createsOn(w, { mem: [0, 0] });
  const declaration = balanced(["mem"]);
  const plan = planOf(w, declaration, [create("mem")]);
  const region = regionIdOf(2048, 0);
  w.cluster.addTable("mem", 2048, [0, 0], 0n);
  const procedure = w.cluster.start(region, datanodeId(0), datanodeId(2), 3_000);
  const base = { run: 1, at: w.clock.now(), table: { database: "public", name: "mem" } };
  await w.journal.append({ kind: "run-started", run: 1, at: base.at, cluster: plan.cluster, basis: plan.basis });
  await w.journal.append({ kind: "table-change", ...base, index: 0, change: "create-table", state: "done" });
  await w.journal.append({
    kind: "move",
    ...base,
    partition: "a = 0" as PartitionKey,
    region,
    from: datanodeId(0),
    to: datanodeId(2),
    state: "submitted",
    procedure,
  });
  const result = await w.run(plan, declaration);
  expect(result).toMatchObject({ ok: true, moves: [{ move: { region, to: 2n }, outcome: "done" }] });
  expect(w.cluster.submissions).toEqual([]);
  expect(leadersOf(w, "mem")).toEqual([2n, 0n]);
});

test("a drained datanode gets rid of what the server put there", async () => {
  const w = world();
  createsOn(w, { mem: [2, 2, 2, 0] });
  const declaration = balanced(["mem"], { exclude: [datanodeId(2)] });
  const result = await w.run(planOf(w, declaration, [create("mem")]), declaration);
  expect(result.ok).toBe(true);
  expect([...leadersOf(w, "mem")].sort()).toEqual([0n, 0n, 1n, 1n]);
});
