import { createSnapshotReader } from "../../src/provider/snapshot";
import type { TableDeclaration } from "../../src/topology/manifest";
import { errorDiagnostic } from "../../src/topology/diagnostic";
import { FakeCluster } from "./fake-cluster";

function table(name: string): TableDeclaration {
  return {
    database: "public",
    name,
    columns: [{ name: "ts", type: "TIMESTAMP(3)", nullable: false }],
    primaryKey: [],
    timeIndex: "ts",
    engine: "mito",
    options: {},
    ignoreUndeclaredColumns: false,
    deletionProtection: true,
  };
}
const named = (name: string) => ({ database: "public", name });

function setUp() {
  const fake = new FakeCluster();
  ["a", "b", "c"].forEach((name) => fake.create(table(name)));
  return { fake, reader: createSnapshotReader(fake.port) };
}

test("requests of the same moment share one reading with all their definitions", async () => {
  const { fake, reader } = setUp();
  const [first, second] = await Promise.all([reader.read([named("a")]), reader.read([named("b")]), reader.read([])]);
  expect(fake.inspections).toEqual([[named("a"), named("b")]]);
  expect(first).toBe(second);
  expect(first.tables.map((one) => one.definition !== null)).toEqual([true, true, false]);
});

test("a later request reads only the definitions that are missing, and the snapshot keeps them all", async () => {
  const { fake, reader } = setUp();
  await reader.read([named("a")]);
  await reader.read([named("a")]);
  const later = await reader.read([named("a"), named("c")]);
  await reader.read([named("a"), named("c"), named("nosuch")]);
  await reader.read([named("nosuch")]);
  expect(fake.inspections).toEqual([[named("a")]]);
  expect(fake.definitionReads).toEqual([[named("c")], [named("nosuch")]]);
  expect(later.tables.map((one) => one.definition !== null)).toEqual([true, false, true]);
});

test("one walk over 200 tables, ten at a time: one inspection, each definition once", async () => {
  const fake = new FakeCluster();
  const names = Array.from({ length: 200 }, (_, index) => `t${index}`);
  names.forEach((name) => fake.create(table(name)));
  const reader = createSnapshotReader(fake.port);
  const left = [...names];
  const worker = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      await reader.read([named(name)]);
      await reader.read([named(name)]);
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  const asked = [...fake.inspections, ...fake.definitionReads].flat().map((one) => one.name);
  expect(fake.inspections).toHaveLength(1);
  expect([...asked].sort()).toEqual([...names].sort());
});

test("a failure is asked for once, until something changes", async () => {
  const { fake, reader } = setUp();
  fake.failure = errorDiagnostic({ code: "UNREACHABLE", summary: "The cluster cannot be reached", detail: "Start it." });
  await expect(reader.read([named("a")])).rejects.toThrow("cannot be reached");
  await expect(reader.read([named("a")])).rejects.toThrow("cannot be reached");
  await expect(reader.read([named("b")])).rejects.toThrow("cannot be reached");
  expect(fake.inspections).toHaveLength(1);
  fake.failure = undefined;
  reader.invalidate();
  await expect(reader.read([named("a")])).resolves.toMatchObject({ version: "1.1.4" });
});

test("what was read before a change is not used after it, also when the reading was still under way", async () => {
  const { fake, reader } = setUp();
  const before = reader.read([named("a")]);
  reader.invalidate();
  const after = reader.read([named("a")]);
  await Promise.all([before, after]);
  expect(fake.inspections).toHaveLength(2);
  await reader.read([named("a")]);
  expect(fake.inspections).toHaveLength(2);
});
