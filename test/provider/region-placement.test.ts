import { isUnknown, UNKNOWN } from "../../src/plugin";
import type { ObjectValue } from "../../src/plugin";
import { greptimedbRegionPlacement } from "../../src/provider/greptimedb-region-placement";
import type { Convergence } from "../../src/provider/converge";
import { datanodeId } from "../../src/topology/ids";
import { errorDiagnostic } from "../../src/topology/diagnostic";
import type { TableDeclaration } from "../../src/topology/manifest";
import { FakeCluster } from "./fake-cluster";
import { at, clientOf, Driver, summaries } from "./harness";

const CPU: TableDeclaration = {
  database: "public",
  name: "cpu",
  columns: [
    { name: "host", type: "STRING", nullable: true },
    { name: "ts", type: "TIMESTAMP(3)", nullable: false },
  ],
  primaryKey: ["host"],
  timeIndex: "ts",
  partitioning: {
    kind: "range",
    columns: ["host"],
    partitions: [{ lessThan: ["g"] }, { lessThan: ["p"] }, { lessThan: [{ maxvalue: true }] }],
  },
  engine: "mito",
  options: {},
  ignoreUndeclaredColumns: false,
  deletionProtection: true,
};
const [LOW, MIDDLE, HIGH] = ["host < 'g'", "host >= 'g' AND host < 'p'", "host >= 'p'"] as const;
const PINNED: ObjectValue = { table: "cpu", pins: { [LOW]: 0, [MIDDLE]: 1, [HIGH]: 2 }, shared_storage: "bucket", datanodes: [0, 1, 2, 3] };

function setUp() {
  const fake = new FakeCluster();
  fake.create(CPU);
  return { fake, driver: new Driver(greptimedbRegionPlacement, clientOf(fake)) };
}

async function created(config: ObjectValue = PINNED) {
  const setup = setUp();
  const result = await setup.driver.apply(config);
  expect(summaries(result.diagnostics)).toEqual([]);
  return setup;
}

test("creation knows the pins and says that the rest is known after apply", () => {
  const { planned, diagnostics } = setUp().driver.plan(PINNED);
  expect(at(planned, "pins")).toEqual({ [LOW]: 0, [MIDDLE]: 1, [HIGH]: 2 });
  expect(["placement", "region_ids", "planned_moves"].every((name) => isUnknown(at(planned, name)))).toBe(true);
  expect(summaries(diagnostics)).toEqual(["warning: Where the regions are now is known only after apply"]);
});

test("creation moves what is elsewhere, and a second plan is empty", async () => {
  const { fake, driver } = await created({ ...PINNED, pins: { [LOW]: 3 } });
  expect(fake.plans.map((plan) => plan.moves.length)).toEqual([1]);
  expect(at(driver.state, "placement")).toEqual({ [LOW]: 3, [MIDDLE]: 1, [HIGH]: 2 });
  expect(at(driver.state, "unavailable_datanodes")).toEqual([]);
  await driver.refresh();
  expect(driver.isSettled({ ...PINNED, pins: { [LOW]: 3 } })).toBe(true);
});

test.each([
  [true, [0]],
  [false, []],
])("nothing to move, and an earlier run did not come to its end: %s", async (interrupted, moves) => {
  const { fake } = setUp();
  const exclusively: Convergence["exclusively"] = (_, work) => work({ adoptable: new Map(), interrupted, run: (plan) => fake.run(plan) });
  await new Driver(greptimedbRegionPlacement, clientOf(fake, { converge: { exclusively } })).apply(PINNED);
  expect(fake.plans.map((plan) => plan.moves.length)).toEqual(moves);
});

test("a region moved by hand shows as exactly that change, and apply moves it back", async () => {
  const { fake, driver } = await created();
  fake.move("cpu", LOW, 3);
  await driver.refresh();
  const { planned, diagnostics } = driver.plan(PINNED);
  expect(at(driver.state, "placement")).toEqual({ [LOW]: 3, [MIDDLE]: 1, [HIGH]: 2 });
  expect(at(planned, "placement")).toEqual({ [LOW]: 0, [MIDDLE]: 1, [HIGH]: 2 });
  expect(at(planned, "planned_moves")).toContain("datanode 3 -> 0  public.cpu  host < 'g'  region 4398046511104");
  expect(at(planned, "region_ids")).toEqual(at(driver.state, "region_ids"));
  expect(summaries(diagnostics)).toEqual(["warning: Writes to a region pause while it moves"]);
  const result = await driver.apply(PINNED);
  expect(summaries(result.diagnostics)).toEqual([]);
  expect(fake.plans.at(-1)!.moves.map((move) => [move.partition, move.from, move.to])).toEqual([[LOW, 3n, 0n]]);
  await driver.refresh();
  expect(driver.isSettled(PINNED)).toBe(true);
});

test("nothing moved: the plan keeps the text of the moves that were", async () => {
  const { fake, driver } = await created();
  fake.move("cpu", LOW, 3);
  await driver.refresh();
  await driver.apply(PINNED);
  const text = at(driver.state, "planned_moves");
  expect(text).toContain("moves: 1 (minimum 1)");
  await driver.refresh();
  expect(at(driver.state, "planned_moves")).toBe(text);
  expect(driver.isSettled(PINNED)).toBe(true);
});

test("once a region is elsewhere, the moves of an earlier plan no longer stand beside those of the next", async () => {
  const { fake, driver } = await created();
  fake.move("cpu", LOW, 3);
  await driver.refresh();
  await driver.apply(PINNED);
  expect(at(driver.state, "planned_moves")).toContain(LOW);
  fake.move("cpu", HIGH, 3);
  await driver.refresh();
  expect(at(driver.state, "planned_moves")).toBe("no moves");
  expect(at(driver.plan(PINNED).planned, "planned_moves")).not.toContain(LOW);
});

test("pins mean the same in any spelling", async () => {
  const { driver } = await created();
  expect(driver.isSettled(PINNED)).toBe(true);
  const respelled = { ...PINNED, pins: { "`host`<'g'": 0, "host<'p' and 'g'<=host": 1, [HIGH]: 2 } };
  const { planned } = driver.plan(respelled);
  expect(at(planned, "placement")).toEqual(at(driver.state, "placement"));
});

test("an unpinned region that moved is shown by reading and left where it is", async () => {
  const { fake, driver } = await created({ ...PINNED, pins: { [LOW]: 0 } });
  fake.move("cpu", HIGH, 3);
  await driver.refresh();
  expect(at(driver.state, "placement")).toEqual({ [LOW]: 0, [MIDDLE]: 1, [HIGH]: 3 });
  expect(driver.isSettled({ ...PINNED, pins: { [LOW]: 0 } })).toBe(true);
});

test("a placement that changed after the plan is refused with each difference, and nothing moves", async () => {
  const { fake, driver } = await created();
  fake.move("cpu", LOW, 3);
  await driver.refresh();
  const { planned } = driver.plan(PINNED);
  fake.move("cpu", HIGH, 1);
  fake.move("cpu", LOW, 2);
  const before = fake.plans.length;
  const result = await driver.apply(PINNED, planned);
  expect(result.state).toBeNull();
  expect(result.diagnostics[0]!.detail).toContain("host < 'g': was led by datanode 3 when planned, is led by datanode 2 now");
  expect(result.diagnostics[0]!.detail).toContain("host >= 'p': was led by datanode 2 when planned, is led by datanode 1 now");
  expect(fake.plans.length).toBe(before);
});

test("a region that reached its target after the plan is no difference", async () => {
  const { fake, driver } = await created();
  fake.move("cpu", LOW, 3);
  fake.move("cpu", HIGH, 3);
  await driver.refresh();
  const { planned } = driver.plan(PINNED);
  fake.move("cpu", LOW, 0);
  const result = await driver.apply(PINNED, planned);
  expect(summaries(result.diagnostics)).toEqual([]);
  expect(fake.plans.at(-1)!.moves.map((move) => move.partition)).toEqual([HIGH]);
});

test("a table that was dropped and created again is another one", async () => {
  const { fake, driver } = await created();
  fake.move("cpu", LOW, 3);
  await driver.refresh();
  const { planned } = driver.plan(PINNED);
  fake.drop("cpu");
  fake.create(CPU);
  const result = await driver.apply(PINNED, planned);
  expect(result.diagnostics[0]!.detail).toContain("host < 'g': was region 4398046511104 when planned, is region 4402341478400 now");
});

test("a failed update records what is live, a failed creation records nothing", async () => {
  const failure = [errorDiagnostic({ code: "MOVE_FAILED", summary: "The move failed", detail: "Try again." })];
  const update = await created();
  update.fake.move("cpu", LOW, 3);
  await update.driver.refresh();
  update.fake.runFailure = failure;
  const result = await update.driver.apply(PINNED);
  expect(at(result.state, "placement")).toEqual({ [LOW]: 3, [MIDDLE]: 1, [HIGH]: 2 });
  expect(summaries(result.diagnostics)).toContain("error: The move failed");

  const creation = setUp();
  creation.fake.runFailure = failure;
  creation.fake.move("cpu", LOW, 3);
  expect((await creation.driver.apply(PINNED)).state).toBeNull();
  expect(creation.driver.state).toBeNull();
});

test("a datanode that is gone shows as a change, and as an error when it is still gone at apply", async () => {
  const { fake, driver } = await created();
  fake.datanodes = fake.datanodes.filter((datanode) => datanode.id !== datanodeId(3));
  await driver.refresh();
  expect(at(driver.state, "unavailable_datanodes")).toEqual([3]);
  const { planned, diagnostics } = driver.plan(PINNED);
  expect(at(planned, "unavailable_datanodes")).toEqual([]);
  expect(summaries(diagnostics)).toEqual(["warning: Declared datanodes do not answer"]);
  const result = await driver.apply(PINNED);
  expect(summaries(result.diagnostics)).toEqual(["error: Declared datanodes do not answer"]);
  expect(at(driver.state, "unavailable_datanodes")).toEqual([3]);
});

test("a silent datanode is gone only after its lease, and a metasrv that just started tells nothing", async () => {
  const { fake, driver } = await created();
  const silentFor = (ms: number): void => {
    fake.datanodes = fake.datanodes.map((datanode) => (datanode.id === 1n ? { ...datanode, silentMs: ms } : datanode));
  };
  silentFor(10_000);
  await driver.refresh();
  expect(at(driver.state, "unavailable_datanodes")).toEqual([]);
  silentFor(10_001);
  await driver.refresh();
  expect(at(driver.state, "unavailable_datanodes")).toEqual([1]);
  fake.datanodes = [];
  fake.metasrvUptimeMs = 3_000;
  await driver.refresh();
  expect(at(driver.state, "unavailable_datanodes")).toEqual([]);
});

test("a table without the pinned partition: unknown in the plan, refused at apply", async () => {
  const { driver } = await created();
  const config = { ...PINNED, pins: { "host < 'h'": 0 } };
  const { planned, diagnostics } = driver.plan(config);
  expect(isUnknown(at(planned, "placement"))).toBe(true);
  expect(summaries(diagnostics)).toEqual(["warning: Pins to partitions that cpu does not have now"]);
  const result = await driver.apply(config);
  expect(summaries(result.diagnostics)).toEqual(["error: public.cpu does not have the pinned partitions"]);
});

test("no shared storage: the plan warns and apply refuses", async () => {
  const { shared_storage: _none, ...config } = PINNED;
  const { fake, driver } = await created(config);
  fake.move("cpu", LOW, 3);
  await driver.refresh();
  expect(summaries(driver.plan(config).diagnostics)).toEqual(["warning: Moves need shared storage"]);
  const result = await driver.apply(config);
  expect(summaries(result.diagnostics)).toEqual(["error: No shared storage is declared for this cluster"]);
  expect(fake.plans).toEqual([]);
});

test("a missing table: gone for reading, an error for creation", async () => {
  const { fake, driver } = await created();
  fake.drop("cpu");
  expect((await driver.refresh()).state).toBeNull();
  expect(summaries((await driver.apply(PINNED)).diagnostics)).toEqual(["error: Table public.cpu does not exist"]);
});

test("what cannot be read is an error, never a state without drift", async () => {
  const { fake, driver } = await created();
  fake.failure = errorDiagnostic({ code: "UNREACHABLE", summary: "The cluster cannot be reached", detail: "Start it." });
  const result = await driver.refresh();
  expect(summaries(result.diagnostics ?? [])).toEqual(["error: The cluster cannot be reached"]);
});

test("importing first gives the full plan", async () => {
  const { fake, driver } = setUp();
  await driver.import("public.cpu");
  const { planned } = driver.plan({ ...PINNED, pins: { [LOW]: 3 } });
  expect(at(planned, "placement")).toEqual({ [LOW]: 3, [MIDDLE]: 1, [HIGH]: 2 });
  expect(at(planned, "planned_moves")).toContain("datanode 0 -> 3");
  await driver.apply({ ...PINNED, pins: { [LOW]: 3 } });
  expect(fake.table("cpu").regions[0]!.leader).toBe(3n);
  const missing = await new Driver(greptimedbRegionPlacement, clientOf(fake)).import("public.nosuch");
  expect(summaries(missing.diagnostics ?? [])).toEqual(["error: There is no such table to import"]);
});

test("destroying moves nothing", async () => {
  const { fake, driver } = await created();
  const before = fake.inspections.length;
  const result = await driver.apply(null);
  expect(result).toMatchObject({ state: null, diagnostics: [] });
  expect(fake.plans).toEqual([]);
  expect(fake.inspections.length).toBe(before);
});

test("unknown pins leave the placement open; unknown limits only the rounds", async () => {
  const { fake, driver } = await created();
  fake.move("cpu", LOW, 3);
  await driver.refresh();
  expect(isUnknown(at(driver.plan({ ...PINNED, pins: { [LOW]: UNKNOWN } }).planned, "placement"))).toBe(true);
  const { planned } = driver.plan({ ...PINNED, max_moves: UNKNOWN });
  expect(at(planned, "placement")).toEqual({ [LOW]: 0, [MIDDLE]: 1, [HIGH]: 2 });
  expect(isUnknown(at(planned, "planned_moves"))).toBe(true);
});

test("accepted data loss is said in the plan that may cause it, and at apply when the datanode is silent", async () => {
  const config = { ...PINNED, accept_data_loss_of: [3] };
  const { fake, driver } = await created(config);
  fake.move("cpu", LOW, 3);
  await driver.refresh();
  expect(summaries(driver.plan(config).diagnostics)).toContain("warning: Rows may be lost");
  fake.datanodes = fake.datanodes.map((datanode) => (datanode.id === 3n ? { ...datanode, silentMs: 8_000 } : datanode));
  const result = await driver.apply(config);
  expect(summaries(result.diagnostics)).toContain("warning: Rows that datanode 3 has not flushed may be lost");
  fake.move("cpu", LOW, 3);
  await driver.refresh();
  expect(summaries((await driver.apply(PINNED)).diagnostics)).toEqual(["error: Datanode 3 does not answer; its regions are not moved away"]);
});

describe("two resources place one table", () => {
  /** Resources of one run of Terraform. */
  function together() {
    const { fake, driver } = setUp();
    const other = new Driver(greptimedbRegionPlacement, driver.client);
    driver.separateApplies = other.separateApplies = false;
    return { fake, driver, other };
  }

  test("the second creation is refused and moves nothing", async () => {
    const { fake, driver, other } = together();
    expect(summaries((await driver.apply({ ...PINNED, pins: { [LOW]: 3 } })).diagnostics)).toEqual([]);
    const result = await other.apply({ ...PINNED, pins: { [LOW]: 1 } });
    expect(summaries(result.diagnostics)).toEqual(["error: Two resources place public.cpu"]);
    expect(result.diagnostics[0]).toMatchObject({ detail: expect.stringContaining("[PLACEMENT_TABLE_DUPLICATE]"), path: ["table"] });
    expect(other.state).toBeNull();
    expect(fake.table("cpu").regions[0]!.leader).toBe(3n);
  });

  test("also in a list, and when the first has failed or the second is an update", async () => {
    const { fake, driver, other } = together();
    fake.create({ ...CPU, name: "mem" });
    await other.apply(PINNED);
    await other.refresh();
    const { table: _, pins: __, ...group } = PINNED;
    fake.runFailure = [errorDiagnostic({ code: "MOVE_FAILED", summary: "The move failed", detail: "Try again." })];
    await driver.apply({ ...group, tables: ["mem", "cpu"], pins: { [`cpu: ${LOW}`]: 3 } });
    fake.runFailure = undefined;
    const result = await other.apply({ ...PINNED, pins: { [LOW]: 1 } });
    expect(summaries(result.diagnostics)).toEqual(["error: Two resources place public.cpu"]);
    expect(at(other.state, "pins")).toEqual(PINNED["pins"]);
  });

  test("a resource is destroyed and created again, in either order, and changed again by a later run", async () => {
    const { driver, other } = together();
    await driver.apply(PINNED);
    driver.separateApplies = true;
    expect(summaries((await driver.apply({ ...PINNED, pins: { [LOW]: 3 } })).diagnostics)).toEqual([]);
    expect(summaries((await driver.apply(null)).diagnostics)).toEqual([]);
    expect(summaries((await other.apply(PINNED)).diagnostics)).toEqual([]);
    expect(summaries((await driver.apply(PINNED)).diagnostics)).toEqual([]);
    other.separateApplies = false;
    expect(summaries((await other.apply(null)).diagnostics)).toEqual([]);
  });
});

test("another table is another placement", async () => {
  const { driver } = await created();
  const { requiresReplace } = driver.plan({ ...PINNED, table: "memory" });
  expect(requiresReplace).toContainEqual(["table"]);
});

async function findings(given: ObjectValue) {
  return greptimedbRegionPlacement.validate!({
    config: setUp().driver.config(given),
    clientCapabilities: { writeOnlyAttributesAllowed: true, deferralAllowed: false },
  });
}

test.each<[string, ObjectValue, string]>([
  ["a name instead of a rule", { pins: { p0: 1 } }, '"p0" is not a partition\'s rule'],
  ["parentheses", { pins: { "(host < 'g')": 1 } }, `"(host < 'g')" is not a partition's rule`],
  ["a datanode that is not declared", { pins: { [LOW]: 7 }, datanodes: [0, 1] }, `"host < 'g'" is pinned to datanode 7, which the cluster does not have`],
  ["a negative datanode", { pins: { [LOW]: -1 } }, `The datanode of "host < 'g'" is not a datanode id`],
  ["half a datanode", { datanodes: [0.5] }, "0.5 is not a datanode id"],
  ["a partition pinned twice", { pins: { [LOW]: 0, "'g' > `host`": 2 } }, "Partition pinned twice"],
  ["a partition pinned twice to one datanode", { pins: { [LOW]: 0, "'g'>host": 0 } }, "Partition pinned twice"],
  ["a pin to an excluded datanode", { pins: { [LOW]: 1, [HIGH]: 0 }, exclude_datanodes: [1, UNKNOWN], datanodes: [0, 1, 2] }, "A pin leads to a datanode that is excluded"],
  ["an unknown strategy", { strategy: "random" }, 'There is no strategy "random"'],
  ["too many moves", { max_moves: 65 }, "max_moves is 65"],
  ["no time", { replay_timeout_seconds: 0 }, "replay_timeout_seconds is 0"],
])("refuses %s", async (_name, given, summary) => {
  const found = await findings({ table: "cpu", ...given });
  expect(found.map((one) => one.summary)).toEqual([summary]);
  expect(found[0]!.path).toHaveLength(1);
});

test("a pin is not refused for what is not known yet", async () => {
  const given: readonly ObjectValue[] = [{ exclude_datanodes: UNKNOWN }, { exclude_datanodes: [UNKNOWN] }, { exclude_datanodes: [1], pins: { [LOW]: UNKNOWN } }];
  for (const each of given) expect(await findings({ ...PINNED, ...each })).toEqual([]);
});
