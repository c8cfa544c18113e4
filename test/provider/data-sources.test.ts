import type { DataSourceDefinition, ObjectValue } from "../../src/plugin";
import { greptimedbDatanodes } from "../../src/provider/greptimedb-datanodes";
import { greptimedbRegions } from "../../src/provider/greptimedb-regions";
import type { ProviderClient } from "../../src/provider/client";
import { datanodeId } from "../../src/topology/ids";
import type { TableDeclaration } from "../../src/topology/manifest";
import { errorDiagnostic } from "../../src/topology/diagnostic";
import { FakeCluster } from "./fake-cluster";
import { clientOf, summaries } from "./harness";

const logs = (database: string, name: string): TableDeclaration => ({
  database,
  name,
  columns: [
    { name: "a", type: "INT", nullable: true },
    { name: "ts", type: "TIMESTAMP(3)", nullable: false },
  ],
  primaryKey: ["a"],
  timeIndex: "ts",
  partitioning: { kind: "rules", columns: ["a"], partitions: [{ rule: "a < 1" }, { rule: "a >= 1" }] },
  engine: "mito",
  options: {},
  ignoreUndeclaredColumns: false,
  deletionProtection: true,
});

function read(source: DataSourceDefinition<ProviderClient>, fake: FakeCluster, given: ObjectValue = {}) {
  const config = { ...Object.fromEntries(Object.keys(source.schema.attributes).map((name) => [name, null])), ...given };
  const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, with: () => quiet };
  return source.read({ config }, { client: clientOf(fake), stop: new AbortController().signal, log: quiet });
}

function setUp(): FakeCluster {
  const fake = new FakeCluster();
  fake.create(logs("public", "logs"));
  fake.create(logs("other", "logs"));
  return fake;
}

test("datanodes: id as text, age in whole seconds, regions led", async () => {
  const fake = setUp();
  fake.datanodes = [
    { id: datanodeId(0), address: "a:1", version: "1.1.4", silentMs: 2999 },
    { id: datanodeId("4294967297"), address: "b:1", version: "1.1.4", silentMs: null },
  ];
  const { state } = await read(greptimedbDatanodes, fake);
  expect(state).toEqual({
    datanodes: [
      { id: "0", address: "a:1", version: "1.1.4", silent_seconds: 2, region_count: 2 },
      { id: "4294967297", address: "b:1", version: "1.1.4", silent_seconds: null, region_count: 0 },
    ],
  });
});

test.each<[string, ObjectValue, number]>([
  ["everything", {}, 4],
  ["a database", { database: "other" }, 2],
  ["a table in public", { table: "logs" }, 2],
  ["a table elsewhere", { database: "other", table: "logs" }, 2],
  ["a table that is not there", { table: "nosuch" }, 0],
])("regions of %s", async (_name, given, count) => {
  const { state } = await read(greptimedbRegions, setUp(), given);
  expect(state!["regions"]).toHaveLength(count);
});

test("a region: ids and sizes as text, null where the server has none", async () => {
  const fake = setUp();
  fake.replace("logs", (table) => ({
    ...table,
    regions: table.regions.map((region, index) => (index === 0 ? { ...region, leader: null, sizeBytes: 10n, rows: 2n } : region)),
  }));
  const { state } = await read(greptimedbRegions, fake, { table: "logs" });
  expect((state!["regions"] as ObjectValue[])[0]).toEqual({
    region_id: "4398046511104",
    database: "public",
    table: "logs",
    partition: "a < 1",
    datanode: null,
    status: "ALIVE",
    size_bytes: "10",
    rows: "2",
  });
});

test.each([greptimedbDatanodes, greptimedbRegions])("what cannot be read is an error", async (source) => {
  const fake = setUp();
  fake.failure = errorDiagnostic({ code: "UNREACHABLE", summary: "The cluster cannot be reached", detail: "Start it." });
  const result = await read(source, fake);
  expect(result.state).toBeNull();
  expect(summaries(result.diagnostics ?? [])).toEqual(["error: The cluster cannot be reached"]);
});
