import fc from "fast-check";
import { greptimeKnowledge } from "../../src/engines/open";
import type { TableChange } from "../../src/planning/change";
import { planCluster } from "../../src/planning/plan-cluster";
import type { ColumnDeclaration, TableDeclaration } from "../../src/topology/manifest";
import { codes, declare, planOf, world } from "../convergence/harness";
import { FakeCluster } from "../provider/fake-cluster";

describe("a plan that drops a table, whoever made it", () => {
  const table = { database: "public", name: "cpu" };
  const drop: TableChange = {
    kind: "drop-table",
    table,
    reason: "It is not declared any more.",
    losesData: true,
    inverse: null,
  };
  const declared = (deletionProtection: boolean): TableDeclaration => ({
    ...table,
    columns: [],
    primaryKey: [],
    timeIndex: "ts",
    engine: "mito",
    options: {},
    ignoreUndeclaredColumns: false,
    deletionProtection,
  });

  test.each([
    ["declared and protected", [declared(true)], false],
    ["not declared", [], false],
    ["declared without protection", [declared(false)], true],
  ])("%s", async (_name, tables, dropped) => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = { ...declare({}), tables };
    const plan = { ...planOf(w.cluster, declaration), tableChanges: [drop] };
    const result = await w.run(plan, declaration);
    expect(w.cluster.changes.length > 0).toBe(dropped);
    expect(codes(result)).toEqual(dropped ? [] : ["DELETION_PROTECTED"]);
  });
});

const column = (name: string, type: string): ColumnDeclaration => ({ name, type, nullable: true });
const columns = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 0, maxLength: 4 }).chain((names) =>
  fc.tuple(...names.map((name) => fc.constantFrom("STRING", "BIGINT", "INT", "DOUBLE").map((type) => column(name, type)))),
);
const tables = fc
  .record({
    columns,
    ttl: fc.option(fc.constantFrom("1h", "30d"), { nil: undefined }),
    keys: fc.boolean(),
    split: fc.constantFrom<readonly string[]>([], ["k < 5", "k >= 5"], ["k < 7", "k >= 7"]),
    engine: fc.constantFrom("mito", "mito", "metric"),
  })
  .map(({ columns: fields, ttl, keys, split, engine }): TableDeclaration => ({
    database: "public",
    name: "cpu",
    columns: [column("k", "INT"), ...fields, { name: "ts", type: "TIMESTAMP(3)", nullable: false }],
    primaryKey: keys ? ["k"] : [],
    timeIndex: "ts",
    ...(split.length === 0 ? {} : { partitioning: { kind: "rules" as const, columns: ["k"], partitions: split.map((rule) => ({ rule })) } }),
    engine,
    options: ttl === undefined ? {} : { ttl },
    ignoreUndeclaredColumns: false,
    deletionProtection: true,
  }));

/** What reaches the server on the way from the one table to the other, beside a table that may lose its data. */
async function statementsBetween(live: TableDeclaration, declared: TableDeclaration): Promise<readonly string[]> {
  const fake = new FakeCluster();
  fake.create(live);
  const observed = fake.observe([{ database: "public", name: "cpu" }]);
  const unprotected: TableDeclaration = { ...live, name: "other", deletionProtection: false };
  const cluster = { ...declare({}), tables: [declared, unprotected] };
  const tableChanges = greptimeKnowledge.diffTable(declared, observed);
  const w = world();
  // A blocked plan is refused as a whole; whoever takes the block away still drops nothing.
  await w.run({ ...planCluster({ cluster, observed, tableChanges }), blocked: [] }, cluster);
  return w.cluster.changes.flatMap((change) => greptimeKnowledge.statementsOf(change, "1.1.4"));
}

const LOSES = /\b(DROP|TRUNCATE|DELETE)\b/i;

test("no declaration of a protected table makes a statement that drops anything reach the server", async () => {
  await fc.assert(
    fc.asyncProperty(tables, tables, async (live, declared) => {
      for (const sql of await statementsBetween(live, declared)) expect(sql).not.toMatch(LOSES);
    }),
    { numRuns: 400 },
  );
});

test("the same declarations without protection do drop: the property above can fail", async () => {
  const dropped: string[] = [];
  for (const [live, declared] of fc.sample(fc.tuple(tables, tables), { numRuns: 100, seed: 1 }))
    dropped.push(...(await statementsBetween(live, { ...declared, deletionProtection: false })).filter((sql) => LOSES.test(sql)));
  expect(dropped.length).toBeGreaterThan(10);
});
