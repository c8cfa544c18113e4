import { isUnknown, UNKNOWN } from "../../src/plugin";
import type { ObjectValue } from "../../src/plugin";
import { greptimedbRegionPlacement } from "../../src/provider/greptimedb-region-placement";
import { planCluster } from "../../src/planning/plan-cluster";
import { datanodeId } from "../../src/topology/ids";
import { parseManifest } from "../../src/topology/manifest-json";
import type { TableDeclaration } from "../../src/topology/manifest";
import { FakeCluster } from "./fake-cluster";
import { at, clientOf, Driver, summaries } from "./harness";
import { greptimeClusters } from "../topology/greptime-clusters";

function table(name: string, bounds: readonly string[]): TableDeclaration {
  return {
    database: "public",
    name,
    columns: [
      { name: "host", type: "STRING", nullable: true },
      { name: "ts", type: "TIMESTAMP(3)", nullable: false },
    ],
    primaryKey: ["host"],
    timeIndex: "ts",
    partitioning: { kind: "range", columns: ["host"], partitions: [...bounds.map((bound) => ({ lessThan: [bound] })), { lessThan: [{ maxvalue: true as const }] }] },
    engine: "mito",
    options: {},
    ignoreUndeclaredColumns: false,
    deletionProtection: true,
  };
}

const BASE: ObjectValue = { table: "cpu", shared_storage: "bucket", datanodes: [0, 1, 2, 3] };
const CLUSTER = { name: "c", engine: "greptimedb", shared_storage: { kind: "s3", bucket: "bucket" }, datanodes: [0, 1, 2, 3].map((id) => ({ id })) };

function setUp(leaders: readonly number[] = [0, 0, 0, 0, 1, 1, 2, 2]) {
  const fake = new FakeCluster();
  fake.create(table("cpu", "bcdefgh".split("").slice(0, leaders.length - 1)));
  fake.create(table("mem", ["m"]));
  fake.replace("cpu", (cpu) => ({
    ...cpu,
    regions: cpu.regions.map((region, index) => ({ ...region, leader: datanodeId(leaders[index]!), sizeBytes: BigInt(index + 1) << 24n })),
  }));
  return { fake, driver: new Driver(greptimedbRegionPlacement, clientOf(fake)) };
}

async function imported(leaders?: readonly number[]) {
  const setup = setUp(leaders);
  const result = await setup.driver.apply(BASE);
  expect(summaries(result.diagnostics)).toEqual([]);
  return setup;
}

const counts = (placement: unknown): readonly number[] => [0, 1, 2, 3].map((id) => Object.values(placement as object).filter((datanode) => datanode === id).length);

test.each<readonly [string, ObjectValue, readonly number[]]>([
  ["balance", { strategy: "balance" }, [2, 2, 2, 2]],
  ["spread over zones", { strategy: "spread", zones: { "0": "a", "1": "a", "2": "b", "3": "b" } }, [2, 2, 2, 2]],
  ["drain", { exclude_datanodes: [0] }, [0, 3, 3, 2]],
  ["capacity", { max_regions_per_datanode: 3 }, [3, 2, 2, 1]],
  ["balance with pins", { strategy: "balance", pins: { "host < 'b'": 3 }, exclude_datanodes: [1] }, [3, 0, 2, 3]],
])("%s: the plan of an existing resource knows where every region goes, and apply does exactly that", async (_name, rule, wanted) => {
  const { fake, driver } = await imported();
  const config = { ...BASE, ...rule };
  const { planned } = driver.plan(config);
  const target = at(planned, "placement");
  expect([...counts(target)].sort()).toEqual([...wanted].sort());
  expect(at(planned, "planned_moves")).toMatch(/^moves: \d \(minimum \d\), rounds: \d \(minimum \d\)\n/);
  const result = await driver.apply(config);
  expect(summaries(result.diagnostics.filter(({ severity }) => severity === "error"))).toEqual([]);
  expect(at(driver.state, "placement")).toEqual(target);
  await driver.refresh();
  expect(driver.isSettled(config)).toBe(true);
  expect(fake.plans).toHaveLength(1);
});

test("by bytes: the sizes are read into the state once a rule needs them, and then the plan is known", async () => {
  const { fake, driver } = await imported([0, 0, 0, 0, 0, 0, 1, 2]);
  const config = { ...BASE, strategy: "balance", balance_by: "bytes" };
  const first = driver.plan(config);
  expect(isUnknown(at(first.planned, "placement"))).toBe(true);
  expect(summaries(first.diagnostics)).toEqual(["warning: Where the regions go is known only after apply"]);
  await driver.apply(config);
  await driver.refresh();
  expect(driver.isSettled(config)).toBe(true);
  expect(Object.values(at(driver.state, "region_sizes") as object)).toContain(16 << 20);
  fake.move("cpu", "host < 'b'", 1);
  fake.replace("cpu", (cpu) => ({ ...cpu, regions: cpu.regions.map((region) => ({ ...region, sizeBytes: region.sizeBytes! - 3n })) }));
  const sizes = at(driver.state, "region_sizes");
  await driver.refresh();
  expect(at(driver.state, "region_sizes")).toEqual(sizes);
  fake.replace("cpu", (cpu) => ({ ...cpu, regions: cpu.regions.map((region) => ({ ...region, leader: datanodeId(0) })) }));
  await driver.refresh();
  const { planned } = driver.plan(config);
  expect(isUnknown(at(planned, "placement"))).toBe(false);
  // What has grown since does not change what was planned.
  fake.replace("cpu", (cpu) => ({ ...cpu, regions: cpu.regions.map((region, index) => ({ ...region, sizeBytes: BigInt(9 - index) << 27n })) }));
  await driver.apply(config);
  expect(at(driver.state, "placement")).toEqual(at(planned, "placement"));
});

test("several tables: partitions are named with their table", async () => {
  const { driver } = setUp();
  const { table: _, ...rest } = BASE;
  const config = { ...rest, tables: ["cpu", "mem"], strategy: "balance", pins: { "mem: host < 'm'": 3 } };
  const created = await driver.apply(config);
  expect(summaries(created.diagnostics)).toEqual([]);
  expect(at(driver.state, "table")).toBe("cpu");
  expect(at(driver.state, "id")).toBe("public.cpu,mem");
  const placement = at(driver.state, "placement") as Record<string, number>;
  expect(Object.keys(placement)).toHaveLength(10);
  expect(placement["mem: host < 'm'"]).toBe(3);
  expect([...counts(placement)].sort()).toEqual([2, 2, 3, 3]);
  await driver.refresh();
  expect(driver.isSettled(config)).toBe(true);
});

test.each([["public.mem,cpu"], ["mem,cpu"], ["public.mem,cpu,mem"]])("several tables are imported by %s, the id of the resource, and the first plan names each move", async (id) => {
  const { driver } = setUp();
  const { table: _, ...rest } = BASE;
  const config = { ...rest, tables: ["mem", "cpu"], pins: { "mem: host < 'm'": 3 } };
  await driver.import(id);
  expect(at(driver.state, "id")).toBe("public.mem,cpu");
  expect(at(driver.state, "tables")).toEqual(["mem", "cpu"]);
  const { planned, requiresReplace } = driver.plan(config);
  expect(requiresReplace).toEqual([]);
  expect(at(planned, "planned_moves")).toContain("datanode 0 -> 3  public.mem  host < 'm'");
  expect(summaries((await driver.apply(config)).diagnostics)).toEqual([]);
  await driver.refresh();
  expect(driver.isSettled(config)).toBe(true);
  expect(at(driver.state, "id")).toBe("public.mem,cpu");
});

test("a list of one table is imported as the table", async () => {
  const { driver } = setUp();
  await driver.import("public.mem");
  const { table: _, ...rest } = BASE;
  await driver.apply({ ...rest, tables: ["mem"] });
  expect(at(driver.state, "id")).toBe("public.mem");
});

test("an import says which of the tables there is not", async () => {
  const { driver } = setUp();
  const { resources, diagnostics } = await driver.import("public.cpu,disk,mem");
  expect(resources).toEqual([]);
  expect(summaries(diagnostics ?? [])).toEqual(["error: There is no such table to import"]);
  expect(diagnostics![0]!.detail).toContain('The database "public" has no table "disk"');
});

test("creation says by which id to import", () => {
  const { driver } = setUp();
  const { table: _, ...rest } = BASE;
  const advice = (config: ObjectValue) => driver.plan({ ...rest, strategy: "balance", ...config }).diagnostics[0]!.detail;
  expect(advice({ tables: ["cpu", "mem"] })).toContain("`terraform import ADDRESS public.cpu,mem`");
  expect(advice({ tables: UNKNOWN })).toContain("`terraform import ADDRESS database.table,table`");
  expect(advice({ table: UNKNOWN })).toContain("`terraform import ADDRESS database.table`");
});

test("rules that contradict each other are an error in the plan, by name", async () => {
  const { driver } = await imported();
  const { diagnostics } = driver.plan({ ...BASE, exclude_datanodes: [0], pins: { "host < 'b'": 0 } });
  expect(summaries(diagnostics)).toEqual(["error: The rules of placement public.cpu cannot all hold"]);
  expect(diagnostics[0]!.detail).toContain("datanode 0 is excluded");
});

test.each<readonly [string, ObjectValue, string]>([
  ["no table", { table: null }, "No table is named"],
  ["an empty list of tables", { table: null, tables: [] }, "Placement of no table"],
  ["an empty list beside a table", { tables: [] }, "Placement of no table"],
  ["a list with a hole", { table: null, tables: ["cpu", null] }, "A table in the list has no name"],
  ["a table listed twice", { table: null, tables: ["cpu", UNKNOWN, "mem", "cpu"] }, "Table listed twice"],
  ["a table that the list does not have", { table: "cpu", tables: ["mem", "disk"] }, "The table is not in the list of tables"],
  ["a pin of a group without its table", { table: null, tables: ["cpu", "mem"], pins: { "host < 'm'": 3 } }, "The pin names no placed table"],
  ["a pin of a table that is not placed", { table: null, tables: ["cpu", "mem"], pins: { "disk: host < 'm'": 3 } }, "The pin names no placed table"],
  ["a pin without table while a table is not known", { table: null, tables: ["cpu", UNKNOWN], pins: { "host < 'm'": 3 } }, "The pin names no placed table"],
  ["a partition of a group pinned twice", { table: null, tables: ["cpu", "mem"], pins: { "mem: host < 'm'": 3, "mem: 'm' > host": 2, "cpu: 'm' > host": 2 } }, "Partition pinned twice"],
  ["a strategy without datanodes", { strategy: "balance", datanodes: null }, "The datanodes are not named"],
  ["an unknown measure", { strategy: "balance", balance_by: "rows" }, 'Nothing is balanced by "rows"'],
  ["a measure without balance", { strategy: "spread", balance_by: "bytes" }, "balance_by is for the strategy balance"],
  ["a skew without strategy", { max_skew: 2 }, "max_skew counts regions that a strategy places"],
  ["no skew", { strategy: "spread", max_skew: 0 }, "max_skew is 0"],
  ["a zone of no datanode", { zones: { a: "0" } }, '"a" is not a datanode id'],
  ["a zone of an id in another spelling, which would be lost", { zones: { "00": "a" } }, '"00" is not a datanode id'],
  ["no datanodes", { datanodes: [], strategy: "balance" }, "No datanodes"],
  ["all datanodes excluded", { exclude_datanodes: [0, 1, 2, 3] }, "All datanodes are excluded"],
])("refuses %s", (_name, change, summary) => {
  const found = greptimedbRegionPlacement.validate!({ config: { ...BASE, ...change } } as never) as readonly { readonly summary: string }[];
  expect(found.map((each) => each.summary)).toEqual([summary]);
});

test("tables that are not known yet are not judged", () => {
  const given: readonly ObjectValue[] = [
    { tables: UNKNOWN },
    { table: null, tables: UNKNOWN },
    { tables: [UNKNOWN, "mem", UNKNOWN] },
    { table: UNKNOWN, tables: ["mem"] },
    { table: null, tables: UNKNOWN, pins: { "host < 'm'": 3, "mem: host < 'm'": 3 } },
    { table: null, tables: ["cpu", UNKNOWN], pins: { "mem: host < 'm'": 3 } },
  ];
  for (const each of given) expect(greptimedbRegionPlacement.validate!({ config: { ...BASE, ...each } } as never)).toEqual([]);
});

test.each<readonly [string, ObjectValue, object]>([
  ["balance", { strategy: "balance" }, { strategy: "balance" }],
  ["spread with a skew", { strategy: "spread", max_skew: 2 }, { strategy: "spread", max_skew: 2 }],
  ["drain and capacity", { exclude_datanodes: [0], max_regions_per_datanode: 4 }, { exclude_datanodes: [0], capacity: { regions: 4 } }],
])("HCL and manifest give the same plan: %s", async (_name, hcl, manifest) => {
  const { fake, driver } = await imported();
  // A rule that moves nothing yet: from then on the state has the sizes that the command line sees.
  await driver.apply({ ...BASE, max_regions_per_datanode: 8 });
  const parsed = parseManifest({ version: 1, clusters: [{ ...CLUSTER, placements: [{ name: "p", table: "cpu", ...manifest }] }] }, "test");
  expect(parsed.diagnostics).toEqual([]);
  const byCommand = planCluster({ cluster: greptimeClusters(parsed.manifest)[0]!, observed: fake.observe([{ database: "public", name: "cpu" }]), tableChanges: [] });
  const { planned } = driver.plan({ ...BASE, ...hcl });
  const live = at(driver.state, "placement") as Record<string, number>;
  const target = at(planned, "placement") as Record<string, number>;
  const moved = Object.keys(target).flatMap((key) => (target[key] === live[key] ? [] : [`${key} -> ${target[key]}`]));
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.sort()).toEqual(byCommand.moves.map(({ partition, to }) => `${partition} -> ${to}`).sort());
});
