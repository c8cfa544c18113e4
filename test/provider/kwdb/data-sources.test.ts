import type { ObjectValue } from "../../../src/plugin";
import { checkState } from "../../../src/plugin/rules/state-valid";
import { codes, dataSourceOf, KwdbWorld } from "./harness";

let world: KwdbWorld;
beforeAll(async () => {
  world = await KwdbWorld.start({ nodes: [{ locality: "region=NODE1,zone=a", attributes: ["ssd"] }, { locality: "region=NODE2" }, { locality: "region=NODE3" }] });
});
afterAll(() => world.stop());

async function read(typeName: string, config: ObjectValue, client = world.client()) {
  const source = dataSourceOf(typeName);
  const result = await source.read({ config }, world.zone(client).context());
  expect(checkState(source.schema, result.state)).toEqual([]);
  return result;
}

test("ranges of a table, with nodes and localities instead of stores", async () => {
  const { state } = await read("topoform_kwdb_ranges", { database: "ts", table: "m", ranges: null });
  const ranges = state!["ranges"] as readonly ObjectValue[];
  expect(ranges.length).toBeGreaterThan(1);
  const live = await world.cluster.sql("SELECT range_id FROM kwdb_internal.ranges WHERE database_name = 'ts' AND table_name = 'm' ORDER BY range_id");
  expect(ranges.map((range) => range["range_id"])).toEqual(live.map((row) => row["range_id"]));
  expect(ranges[0]).toMatchObject({ database: "ts", table: "m", index: "", start_key: expect.stringMatching(/^\/Table\//) as string, end_key: expect.any(String) as string });
  expect(ranges[0]!["replicas"]).toEqual([
    { store: 1, node: 1, locality: "region=NODE1,zone=a" },
    { store: 2, node: 2, locality: "region=NODE2" },
    { store: 3, node: 3, locality: "region=NODE3" },
  ]);
  expect(ranges[0]!["replicas"]).toContainEqual(ranges[0]!["leaseholder"]);
});

test("all ranges, those of the cluster itself included", async () => {
  const { state } = await read("topoform_kwdb_ranges", { database: null, table: null, ranges: null });
  const databases = new Set((state!["ranges"] as readonly ObjectValue[]).map((range) => range["database"]));
  expect([...databases]).toEqual(expect.arrayContaining(["", "d", "ts"]));
});

test("nodes, and only for administrators", async () => {
  const { state } = await read("topoform_kwdb_nodes", { nodes: null });
  expect(state!["nodes"]).toHaveLength(3);
  expect((state!["nodes"] as readonly ObjectValue[])[0]).toMatchObject({ id: 1, locality: "region=NODE1,zone=a", attributes: ["ssd"], live: true, decommissioning: false, start_mode: "start", stores: [1] });
  await world.cluster.sql("CREATE USER carl");
  const refused = await read("topoform_kwdb_nodes", { nodes: null }, world.client({ TOPOFORM_KWDB_USER: "carl" }));
  expect(refused.state).toBeNull();
  expect(codes(refused.diagnostics ?? [])).toEqual([expect.stringMatching(/^error: KWDB_/)]);
});
