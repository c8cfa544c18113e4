import { isUnknown, UNKNOWN } from "../../src/plugin";
import type { ObjectValue } from "../../src/plugin";
import { greptimedbTable } from "../../src/provider/greptimedb-table";
import { errorDiagnostic } from "../../src/topology/diagnostic";
import type { ObservedColumn, ObservedTable } from "../../src/planning/observed";
import type { PartitionKey } from "../../src/topology/ids";
import { FakeCluster } from "./fake-cluster";
import { at, clientOf, Driver, inspectText, summaries } from "./harness";

const column = (name: string, type: string, more: ObjectValue = {}): ObjectValue => ({ name, type, nullable: null, default: null, comment: null, ...more });
const CPU: ObjectValue = {
  name: "cpu",
  columns: [column("host", "varchar"), column("usage", "float8"), column("hits", "INT8", { default: "0" }), column("ts", "timestamp")],
  primary_key: ["host"],
  time_index: "ts",
  partition_columns: ["host"],
  partition_less_than: [["g"], ["p"], ["MAXVALUE"]],
  options: { ttl: "7d" },
};
const RULES = ["host < 'g'", "host >= 'g' AND host < 'p'", "host >= 'p'"];

function setUp(overrides: Parameters<typeof clientOf>[1] = {}) {
  const fake = new FakeCluster();
  return { fake, driver: new Driver(greptimedbTable, clientOf(fake, overrides)) };
}

async function created(config: ObjectValue = CPU) {
  const setup = setUp();
  const result = await setup.driver.apply(config);
  expect(summaries(result.diagnostics)).toEqual([]);
  return setup;
}

/** Changes the live definition as somebody else would. */
function meddle(fake: FakeCluster, change: (definition: NonNullable<ObservedTable["definition"]>) => Partial<NonNullable<ObservedTable["definition"]>>) {
  fake.replace("cpu", (table) => ({ ...table, definition: { ...table.definition!, ...change(table.definition!) } }));
}

const extra: ObservedColumn = { name: "extra", type: "STRING", nullable: true, default: null, comment: null };

test("a created table is known by its ids, and neither reading nor planning changes a byte", async () => {
  const { driver } = await created();
  expect(at(driver.state, "id")).toBe("public.cpu");
  expect(at(driver.state, "table_id")).toBe(1024);
  expect(at(driver.state, "partition_rules")).toEqual(RULES);
  expect(at(driver.state, "region_ids")).toEqual({ [RULES[0]!]: "4398046511104", [RULES[1]!]: "4398046511105", [RULES[2]!]: "4398046511106" });
  const before = inspectText(driver.state);
  await driver.refresh();
  expect(inspectText(driver.state)).toBe(before);
  expect(driver.isSettled(CPU)).toBe(true);
});

test("defaults: nullable except for the time index, public, mito, protected", async () => {
  const { driver } = await created();
  expect((at(driver.state, "columns") as ObjectValue[]).map((one) => one["nullable"])).toEqual([true, true, true, false]);
  expect(driver.state).toMatchObject({ database: "public", engine: "mito", deletion_protection: true, ignore_undeclared_columns: false });
});

test.each<[string, ObjectValue]>([
  ["types", { columns: [column("host", "STRING"), column("usage", "DOUBLE"), column("hits", "BIGINT", { default: "0" }), column("ts", "TIMESTAMP(3)")] }],
  ["a ttl", { options: { ttl: "7days" } }],
  ["the order of columns", { columns: [...(CPU["columns"] as ObjectValue[])].reverse() }],
  ["rules instead of ranges", { partition_less_than: null, partition_rules: ["'p' <= host", "host<'p' AND host>='g'", "host < 'g'"] }],
])("another spelling of %s changes nothing on the server", async (_name, given) => {
  const { fake, driver } = await created();
  const result = await driver.apply({ ...CPU, ...given });
  expect(summaries(result.diagnostics)).toEqual([]);
  expect(fake.plans).toHaveLength(1);
  await driver.refresh();
  expect(driver.isSettled({ ...CPU, ...given })).toBe(true);
});

test.each<[string, ObjectValue, (fake: FakeCluster) => void]>([
  ["a column added by somebody else", {}, (fake) => meddle(fake, (live) => ({ columns: [...live.columns, extra] }))],
  ["a type", {}, (fake) => meddle(fake, (live) => ({ columns: live.columns.map((one) => (one.name === "usage" ? { ...one, type: "STRING" } : one)) }))],
  ["a default", {}, (fake) => meddle(fake, (live) => ({ columns: live.columns.map((one) => (one.name === "hits" ? { ...one, default: "1" } : one)) }))],
  ["a comment", {}, (fake) => meddle(fake, (live) => ({ columns: live.columns.map((one) => ({ ...one, comment: "who?" })) }))],
  ["a dropped column", {}, (fake) => meddle(fake, (live) => ({ columns: live.columns.filter((one) => one.name !== "usage") }))],
  ["the ttl", {}, (fake) => meddle(fake, () => ({ options: { ttl: "1day" } }))],
  ["a removed option", {}, (fake) => meddle(fake, () => ({ options: {} }))],
  ["an added option", {}, (fake) => meddle(fake, (live) => ({ options: { ...live.options, "compaction.twcs.time_window": "1h" } }))],
  ["the rules", {}, (fake) => meddle(fake, () => ({ rules: ["host < 'k'", "host >= 'k'"] as PartitionKey[] }))],
  ["the primary key", {}, (fake) => meddle(fake, () => ({ primaryKey: ["usage", "host"] }))],
])("drift shows as a change, and is gone when it is undone: %s", async (_name, given, change) => {
  const { fake, driver } = await created({ ...CPU, ...given });
  const before = fake.table("cpu");
  change(fake);
  await driver.refresh();
  expect(driver.isSettled({ ...CPU, ...given })).toBe(false);
  fake.replace("cpu", () => before);
  await driver.refresh();
  expect(driver.isSettled({ ...CPU, ...given })).toBe(true);
});

test("an undeclared column: the plan names it, protected apply refuses, unprotected apply drops it", async () => {
  const { fake, driver } = await created();
  meddle(fake, (live) => ({ columns: [...live.columns, extra] }));
  await driver.refresh();
  const { diagnostics } = driver.plan(CPU);
  expect(summaries(diagnostics)).toEqual(["warning: Apply will refuse: public.cpu is protected from losing data"]);
  expect(diagnostics[0]!.detail).toContain("column extra");
  const refused = await driver.apply(CPU);
  expect(summaries(refused.diagnostics)).toEqual(["error: public.cpu is protected from losing data"]);
  expect(fake.table("cpu").definition!.columns).toHaveLength(5);
  await driver.refresh();
  const unprotected = { ...CPU, deletion_protection: false };
  expect(summaries(driver.plan(unprotected).diagnostics)).toEqual(["warning: This change loses data"]);
  await driver.apply(unprotected);
  expect(fake.table("cpu").definition!.columns).toHaveLength(4);
});

test("an undeclared column that is ignored is no change, also when it was shown before", async () => {
  const { fake, driver } = await created();
  meddle(fake, (live) => ({ columns: [...live.columns, extra] }));
  await driver.refresh();
  const ignoring = { ...CPU, ignore_undeclared_columns: true };
  await driver.apply(ignoring);
  expect(fake.plans).toHaveLength(1);
  await driver.refresh();
  expect(driver.isSettled(ignoring)).toBe(true);
});

test("changes that the server permits are made in place", async () => {
  const { fake, driver } = await created();
  const config = { ...CPU, columns: [...(CPU["columns"] as ObjectValue[]), column("region", "STRING")], options: { ttl: "30d" } };
  const { planned, requiresReplace } = driver.plan(config);
  expect(requiresReplace).toEqual([]);
  expect(at(planned, "region_ids")).toEqual(at(driver.state, "region_ids"));
  const result = await driver.apply(config);
  expect(summaries(result.diagnostics)).toEqual([]);
  expect(fake.plans.at(-1)!.tableChanges.map((change) => change.kind)).toEqual(["add-column", "set-option"]);
  await driver.refresh();
  expect(driver.isSettled(config)).toBe(true);
});

test("other rules make other regions: their ids are known after apply", async () => {
  const { driver } = await created();
  const { planned, requiresReplace } = driver.plan({ ...CPU, partition_less_than: [["k"], ["MAXVALUE"]] });
  expect(at(planned, "partition_rules")).toEqual(["host < 'k'", "host >= 'k'"]);
  expect(isUnknown(at(planned, "region_ids"))).toBe(true);
  expect(requiresReplace).toEqual([]);
});

test("what the server cannot do is warned of, and replaces only a table that was unprotected before", async () => {
  const { fake, driver } = await created();
  const impossible = { ...CPU, engine: "metric" };
  const warned = driver.plan(impossible);
  expect(warned.requiresReplace).toEqual([]);
  expect(summaries(warned.diagnostics)).toEqual(["warning: Apply will refuse: public.cpu cannot be changed like this"]);
  expect(summaries((await driver.apply(impossible)).diagnostics)).toEqual(["error: public.cpu cannot be changed in place"]);
  expect(driver.plan({ ...impossible, deletion_protection: false }).requiresReplace).toEqual([]);
  await driver.apply({ ...CPU, deletion_protection: false });
  const replaced = driver.plan({ ...impossible, deletion_protection: false });
  expect(replaced.requiresReplace).toEqual([["engine"]]);
  expect(summaries(replaced.diagnostics)).toEqual(["warning: public.cpu is dropped and created again: its data is lost"]);
  expect(fake.plans).toHaveLength(1);
});

test("another name is another table", async () => {
  const { driver } = await created();
  expect(summaries(driver.plan({ ...CPU, name: "cpu2" }).diagnostics)).toEqual(["error: public.cpu would be dropped to create public.cpu2"]);
  await driver.apply({ ...CPU, deletion_protection: false });
  expect(driver.plan({ ...CPU, name: "cpu2", deletion_protection: false }).requiresReplace).toContainEqual(["name"]);
});

test("a protected table is not destroyed: not by plan, not by apply", async () => {
  const { fake, driver } = await created();
  expect(summaries(driver.plan(null).diagnostics)).toEqual(["error: public.cpu is protected against destruction"]);
  const result = await driver.apply(null, null);
  expect(summaries(result.diagnostics)).toEqual(["error: public.cpu is protected against destruction"]);
  expect(result.state).not.toBeNull();
  expect(fake.tables).toHaveLength(1);
  await driver.apply({ ...CPU, deletion_protection: false });
  expect(driver.plan(null).diagnostics).toEqual([]);
  expect(summaries((await driver.apply(null)).diagnostics)).toEqual([]);
  expect(fake.tables).toEqual([]);
});

test("a table that was dropped and created again is not dropped", async () => {
  const { fake, driver } = await created({ ...CPU, deletion_protection: false });
  const declaration = fake.plans[0]!.tableChanges[0]!;
  fake.drop("cpu");
  fake.change(declaration);
  const result = await driver.apply(null, null);
  expect(summaries(result.diagnostics)).toEqual(["error: public.cpu changed since the plan"]);
  expect(fake.tables).toHaveLength(1);
});

test("a table that changed after the plan is left alone", async () => {
  const { fake, driver } = await created();
  const config = { ...CPU, options: { ttl: "30d" }, deletion_protection: false };
  const { planned } = driver.plan(config);
  meddle(fake, (live) => ({ columns: [...live.columns, extra] }));
  const result = await driver.apply(config, planned);
  expect(summaries(result.diagnostics)).toEqual(["error: public.cpu changed since the plan"]);
  expect(result.diagnostics[0]!.detail).toContain("column extra: the column is not declared");
  expect(fake.plans).toHaveLength(1);
});

test("a change that somebody already made is not made again", async () => {
  const { fake, driver } = await created();
  const config = { ...CPU, options: { ttl: "30d" } };
  const { planned } = driver.plan(config);
  meddle(fake, () => ({ options: { ttl: "30days" } }));
  const result = await driver.apply(config, planned);
  expect(summaries(result.diagnostics)).toEqual([]);
  expect(fake.plans).toHaveLength(1);
});

test("a table that exists is taken over when it is exactly as declared, and else refused with each difference", async () => {
  const { fake } = await created();
  const other = new Driver(greptimedbTable, clientOf(fake));
  const refused = await other.apply({ ...CPU, options: { ttl: "1day" } });
  expect(summaries(refused.diagnostics)).toEqual(["error: public.cpu exists already and is not as declared"]);
  expect(refused.diagnostics[0]!.detail).toMatch(/ttl.*import/s);
  expect(refused.state).toBeNull();
  expect(summaries((await other.apply(CPU)).diagnostics)).toEqual(["warning: public.cpu existed already"]);
  expect(other.isSettled(CPU)).toBe(true);
  expect(fake.plans).toHaveLength(1);
});

test("a failed creation records nothing, and the next one takes over what it made", async () => {
  const { fake, driver } = setUp();
  fake.runFailure = [errorDiagnostic({ code: "CONNECTION_LOST", summary: "The connection was lost", detail: "Try again." })];
  const failed = await driver.apply(CPU);
  expect(failed.state).toBeNull();
  fake.change(fake.plans[0]!.tableChanges[0]!);
  fake.runFailure = undefined;
  expect(summaries((await driver.apply(CPU)).diagnostics)).toEqual(["warning: public.cpu existed already"]);
});

test("a failed change records what is live", async () => {
  const { fake, driver } = await created();
  fake.runFailure = [errorDiagnostic({ code: "CONNECTION_LOST", summary: "The connection was lost", detail: "Try again." })];
  const config = { ...CPU, options: { ttl: "30d" } };
  const result = await driver.apply(config);
  expect(at(result.state, "options")).toEqual({ ttl: "7days" });
});

test("a result that is not as planned is an error", async () => {
  const { fake, driver } = setUp();
  fake.run = async (plan) => {
    fake.plans.push(plan);
    fake.change(plan.tableChanges[0]!);
    meddle(fake, () => ({ options: {} }));
    return [];
  };
  const result = await driver.apply(CPU);
  expect(summaries(result.diagnostics)).toEqual(["error: public.cpu is not as planned"]);
  expect(result.diagnostics[0]!.detail).toContain("option ttl");
  expect(result.state).toBeNull();
});

test("an imported table needs no change on the server", async () => {
  const { fake } = await created();
  const driver = new Driver(greptimedbTable, clientOf(fake));
  await driver.import("public.cpu");
  expect(at(driver.state, "partition_rules")).toEqual(RULES);
  const rules = { ...CPU, partition_less_than: null, partition_rules: RULES };
  expect(driver.isSettled(rules)).toBe(true);
  const result = await driver.apply(CPU);
  expect(summaries(result.diagnostics)).toEqual([]);
  expect(fake.plans).toHaveLength(1);
  await driver.refresh();
  expect(driver.isSettled(CPU)).toBe(true);
  const missing = await new Driver(greptimedbTable, clientOf(fake)).import("nosuch");
  expect(summaries(missing.diagnostics ?? [])).toEqual(["error: There is no such table to import"]);
});

test("a table without partitions has one region", async () => {
  const { driver } = await created({ ...CPU, partition_columns: null, partition_less_than: null });
  expect(at(driver.state, "partition_rules")).toEqual([]);
  expect(at(driver.state, "region_ids")).toEqual({ "*": "4398046511104" });
  await driver.refresh();
  expect(driver.isSettled({ ...CPU, partition_columns: null, partition_less_than: null })).toBe(true);
});

test("bounds are read as their column's type", async () => {
  const columns = [column("a", "INT"), column("b", "BOOLEAN"), column("ts", "TIMESTAMP")];
  const { driver } = await created({ ...CPU, columns, primary_key: ["a", "b"], partition_columns: ["a"], partition_less_than: [["-10"], ["10"], ["MAXVALUE"]] });
  expect(at(driver.state, "partition_rules")).toEqual(["a < -10", "a >= -10 AND a < 10", "a >= 10"]);
});

test("values that are not known yet leave only what depends on them open", () => {
  const { driver } = setUp();
  const { planned, diagnostics } = driver.plan({ ...CPU, options: UNKNOWN });
  expect(diagnostics).toEqual([]);
  expect(at(planned, "partition_rules")).toEqual(RULES);
  expect(isUnknown(at(driver.plan({ ...CPU, partition_less_than: [[UNKNOWN], ["MAXVALUE"]] }).planned, "partition_rules"))).toBe(true);
  expect(isUnknown(at(driver.plan({ ...CPU, name: UNKNOWN }).planned, "id"))).toBe(true);
  expect(isUnknown(at(driver.plan({ ...CPU, columns: UNKNOWN }).planned, "columns"))).toBe(true);
});

test("unknown values in an update plan no false change of the rest", async () => {
  const { driver } = await created();
  const { planned, requiresReplace } = driver.plan({ ...CPU, options: { ttl: UNKNOWN } });
  expect(requiresReplace).toEqual([]);
  expect(at(planned, "table_id")).toBe(1024);
});

test("a missing table is gone; one that cannot be read is an error", async () => {
  const { fake, driver } = await created();
  fake.failure = errorDiagnostic({ code: "UNREACHABLE", summary: "The cluster cannot be reached", detail: "Start it." });
  expect(summaries((await driver.refresh()).diagnostics ?? [])).toEqual(["error: The cluster cannot be reached"]);
  expect(driver.state).not.toBeNull();
  fake.failure = undefined;
  fake.drop("cpu");
  expect((await driver.refresh()).state).toBeNull();
});

test.each<[string, ObjectValue, string, string]>([
  ["ranges and rules", { partition_rules: RULES }, "Ranges and rules exclude each other", "partition_rules"],
  ["ranges without columns", { partition_columns: null }, "Ranges of which columns?", "partition_less_than"],
  ["columns without partitions", { partition_less_than: null }, "Partition columns without partitions", "partition_columns"],
])("refuses %s", async (_name, given, summary, attribute) => {
  const { driver } = setUp();
  const found = await greptimedbTable.validate!({
    config: driver.config({ ...CPU, ...given }),
    clientCapabilities: { writeOnlyAttributesAllowed: true, deferralAllowed: false },
  });
  expect(found.map((one) => [one.summary, one.path])).toEqual([[summary, [attribute]]]);
});

test("refuses a missing MAXVALUE and an unknown type, at their attributes, all at once", async () => {
  const { driver } = setUp();
  const found = await greptimedbTable.validate!({
    config: driver.config({ ...CPU, columns: [...(CPU["columns"] as ObjectValue[]), column("x", "REAL")], partition_less_than: [["g"], ["p"]] }),
    clientCapabilities: { writeOnlyAttributesAllowed: true, deferralAllowed: false },
  });
  expect(new Set(found.map((one) => String(one.path)))).toEqual(new Set(["columns", "partition_less_than"]));
});
