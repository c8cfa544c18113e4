import { planCluster } from "../../src/planning/plan-cluster";
import type { ObjectValue } from "../../src/plugin";
import { greptimedbRegionPlacement } from "../../src/provider/greptimedb-region-placement";
import { datanodeId } from "../../src/topology/ids";
import type { GreptimeClusterDeclaration, TableDeclaration } from "../../src/topology/manifest";
import { parseManifest } from "../../src/topology/manifest-json";
import {
  Datanodes,
  GreptimeCluster,
  PartitionedTable,
  Placement,
  RegionPlacement,
  SharedStorage,
  type RegionPlacementProps,
} from "../../src/index";
import { FakeCluster } from "../provider/fake-cluster";
import { at, clientOf, Driver, summaries } from "../provider/harness";
import {
  builtProvider,
  cpu,
  problems,
  program,
  readText,
  removeTemporaryDirectories,
  stackOf,
  synthesized,
  synthesizedDirectory,
} from "./support/program";
import { greptimeClusters } from "../topology/greptime-clusters";

afterAll(removeTemporaryDirectories);

const provider = builtProvider();

function clusterWithZones(stack: ReturnType<typeof stackOf>): GreptimeCluster {
  return new GreptimeCluster(stack, "cluster", {
    datanodes: Datanodes.of([0, 1, 2, 3].map((id) => ({ id, zone: id < 2 ? "a" : "b" }))),
    sharedStorage: SharedStorage.s3({ bucket: "metrics", root: "greptimedb" }),
  });
}

/** What a program becomes: the arguments of its placement in Terraform, and its cluster in the manifest. */
function declared(props: Omit<RegionPlacementProps, "cluster">, drained: readonly number[] = []) {
  const stack = stackOf(program(provider));
  const cluster = clusterWithZones(stack);
  new RegionPlacement(stack, "placement", { cluster, ...props });
  cluster.drain(...drained);
  const directory = synthesizedDirectory(stack);
  const { resource } = JSON.parse(readText(directory, "cdk.tf.json")) as ReturnType<typeof synthesized>;
  const parsed = parseManifest(JSON.parse(readText(directory, "topoform.json")), "topoform.json");
  expect(parsed.diagnostics).toEqual([]);
  const { provider: _, "//": __, ...terraform } = Object.values(resource.topoform_greptimedb_region_placement!)[0]!;
  return { terraform, manifest: greptimeClusters(parsed.manifest)[0]! };
}

test.each<readonly [string, Omit<RegionPlacementProps, "cluster">, readonly number[], object, object]>([
  [
    "balance by bytes",
    { table: "cpu", placement: Placement.balance({ by: "bytes" }) },
    [],
    { strategy: "balance", balance_by: "bytes" },
    { strategy: "balance", by: "bytes" },
  ],
  [
    "spread",
    { tables: ["cpu", "mem"], placement: Placement.spread({ maxSkew: 2 }) },
    [],
    {
      table: "cpu",
      tables: ["cpu", "mem"],
      strategy: "spread",
      max_skew: 2,
      zones: { "0": "a", "1": "a", "2": "b", "3": "b" },
    },
    { table: "cpu", tables: ["cpu", "mem"], strategy: "spread", maxSkew: 2 },
  ],
  [
    "drain and capacity",
    { table: "cpu", placement: Placement.pinned({ maxRegionsPerDatanode: 4, maxBytesPerDatanode: 2n ** 60n }) },
    [3, 1, 3],
    {
      strategy: "pinned",
      exclude_datanodes: [3, 1],
      max_regions_per_datanode: 4,
      max_bytes_per_datanode: "1152921504606846976",
    },
    { strategy: "pinned", excludeDatanodes: [3n, 1n], capacity: { regions: 4, bytes: 2n ** 60n } },
  ],
])("%s", (_name, props, drained, terraform, manifest) => {
  const made = declared(props, drained);
  expect(made.terraform).toMatchObject(terraform);
  expect(made.manifest.placements[0]).toMatchObject(manifest);
});

test("a drain reaches what was declared before and after it, and says what it does not reach", () => {
  const stack = stackOf(program(provider));
  const cluster = clusterWithZones(stack);
  new PartitionedTable(stack, "before", { ...cpu(cluster), name: "before" });
  cluster.drain(3);
  new PartitionedTable(stack, "after", { ...cpu(cluster), name: "after", placement: Placement.balance() });
  const { partitions: _, ...bare } = cpu(cluster);
  const unplaced = new PartitionedTable(stack, "unplaced", { ...bare, name: "unplaced" });
  const { resource } = synthesized(stack);
  const placements = resource.topoform_greptimedb_region_placement!;
  expect([placements.before?.exclude_datanodes, placements.after?.exclude_datanodes]).toEqual([[3], [3]]);
  expect(placements.after?.strategy).toBe("balance");
  cluster.topology.annotate();
  expect(unplaced.node.metadata.map(({ data }) => String(data)).join()).toContain("drains datanode 3");
});

test("what cannot be is said at synth", () => {
  const stack = stackOf(program(provider));
  const cluster = new GreptimeCluster(stack, "cluster", { sharedStorage: SharedStorage.s3({ bucket: "metrics" }) });
  new RegionPlacement(stack, "nowhere", { cluster, table: "cpu", placement: Placement.spread({ maxSkew: 0 }) });
  new RegionPlacement(stack, "nothing", { cluster });
  const found = problems(stack).join("\n");
  expect(found).toContain("The maximum skew is 0");
  expect(found).toContain("The cluster declares no datanodes");
  expect(found).toContain("Give table, or tables");
  expect(() => Placement.balance({ maxBytesPerDatanode: 0.5 })).toThrow(RangeError);
});

test("every datanode drained is said at synth", () => {
  const stack = stackOf(program(provider));
  const cluster = clusterWithZones(stack);
  new RegionPlacement(stack, "placement", { cluster, table: "cpu" });
  cluster.drain(0, 1, 2, 3);
  expect(problems(stack).join("\n")).toContain("Every datanode of the cluster is excluded (0, 1, 2, 3)");
});

function table(name: string): TableDeclaration {
  return {
    database: "public",
    name,
    columns: [
      { name: "host", type: "STRING", nullable: true },
      { name: "ts", type: "TIMESTAMP(3)", nullable: false },
    ],
    primaryKey: ["host"],
    timeIndex: "ts",
    partitioning: {
      kind: "range",
      columns: ["host"],
      partitions: ["b", "c", "d", "e", "f"]
        .map((bound) => ({ lessThan: [bound] }))
        .concat([{ lessThan: [{ maxvalue: true }] } as never]),
    },
    engine: "mito",
    options: {},
    ignoreUndeclaredColumns: false,
    deletionProtection: true,
  };
}

/** The moves of the command line, from the manifest. */
function movesByCommand(cluster: GreptimeClusterDeclaration, fake: FakeCluster): readonly string[] {
  const names = fake.tables.map(({ database, name }) => ({ database, name }));
  const plan = planCluster({ cluster, observed: fake.observe(names), tableChanges: [] });
  expect(plan.blocked).toEqual([]);
  return plan.moves.map(({ table: { name }, partition, to }) => `${name}: ${partition} -> ${to}`).sort();
}

test.each<readonly [string, Placement, readonly number[], ObjectValue, object]>([
  ["balance", Placement.balance(), [], { strategy: "balance" }, { strategy: "balance" }],
  [
    "balance by bytes",
    Placement.balance({ by: "bytes" }),
    [],
    { strategy: "balance", balance_by: "bytes" },
    { strategy: "balance", by: "bytes" },
  ],
  [
    "spread",
    Placement.spread(),
    [],
    { strategy: "spread", zones: { "0": "a", "1": "a", "2": "b", "3": "b" } },
    { strategy: "spread" },
  ],
  ["drain", Placement.pinned(), [0], { exclude_datanodes: [0] }, { exclude_datanodes: [0] }],
])("the same plan from constructs, HCL and a manifest by hand: %s", async (_name, placement, drained, hcl, byHand) => {
  const fake = new FakeCluster();
  for (const name of ["cpu", "mem"]) {
    fake.create(table(name));
    fake.replace(name, (live) => ({
      ...live,
      regions: live.regions.map((region, index) => ({
        ...region,
        leader: datanodeId(index % 2),
        sizeBytes: BigInt(index * index + 1) << 22n,
      })),
    }));
  }
  const fromConstructs = declared({ tables: ["cpu", "mem"], placement }, drained);
  const manifest = parseManifest(
    {
      version: 1,
      clusters: [
        {
          engine: "greptimedb",
          name: "c",
          shared_storage: { kind: "s3", bucket: "metrics" },
          datanodes: [0, 1, 2, 3].map((id) => ({ id, zone: id < 2 ? "a" : "b" })),
          placements: [{ name: "p", tables: ["cpu", "mem"], ...byHand }],
        },
      ],
    },
    "by hand",
  );
  const expected = movesByCommand(greptimeClusters(manifest.manifest)[0]!, fake);
  expect(expected.length).toBeGreaterThan(0);
  expect(movesByCommand(fromConstructs.manifest, fake)).toEqual(expected);

  const base: ObjectValue = { tables: ["cpu", "mem"], datanodes: [0, 1, 2, 3], shared_storage: "metrics" };
  for (const config of [{ ...base, ...hcl }, fromConstructs.terraform as ObjectValue]) {
    const driver = new Driver(greptimedbRegionPlacement, clientOf(fake));
    // A rule that moves nothing: from then on the state has what planning needs.
    expect(summaries((await driver.apply({ ...base, max_regions_per_datanode: 12 })).diagnostics)).toEqual([]);
    const { planned, diagnostics } = driver.plan(config);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const live = at(driver.state, "placement") as Record<string, number>;
    const target = at(planned, "placement") as Record<string, number>;
    expect(
      Object.keys(target)
        .flatMap((name) => (target[name] === live[name] ? [] : [`${name} -> ${target[name]}`]))
        .sort(),
    ).toEqual(expected);
  }
});
