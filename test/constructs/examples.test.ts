import { readdirSync } from "node:fs";
import { join } from "node:path";

import { parseManifest } from "../../src/topology/manifest-json";
import {
  builtProvider,
  readText,
  removeTemporaryDirectories,
  temporaryDirectory,
  type SynthesizedStack,
} from "./support/program";
import { greptimeClusters } from "../topology/greptime-clusters";

jest.mock("topoform", () => jest.requireActual<object>("../../src/index"), { virtual: true });
jest.mock("topoform/aws", () => jest.requireActual<object>("../../src/constructs/aws"), { virtual: true });

const examples = join(__dirname, "../../examples");
const environment = { ...process.env };

afterEach(() => {
  process.env = { ...environment };
});
afterAll(removeTemporaryDirectories);

/** Runs the example's program as the cdktf command line would, and gives the folder of its stack. */
function synth(example: string, stack: string): string {
  const out = temporaryDirectory();
  process.env.CDKTF_OUTDIR = out;
  process.env.CDKTF_CONTEXT_JSON = JSON.stringify({ "topoform:providerDirectory": builtProvider() });
  jest.isolateModules(() => {
    jest.requireActual(join(examples, example, "main.ts"));
  });
  return join(out, "stacks", stack);
}

const cases = [
  {
    example: "greptimedb-placement",
    stack: "greptimedb-placement",
    tables: 1,
    pins: { "host < 'g'": 0, "host >= 'g' AND host < 'p'": 1, "host >= 'p'": 2 },
  },
  { example: "document-000-region-migration", stack: "region-migration", tables: 0, pins: { "*": 2 } },
  {
    example: "document-002-table-sharding",
    stack: "table-sharding",
    tables: 1,
    pins: { "a < 10": 0, "a >= 10 AND a < 20": 0, "a >= 20": 1 },
  },
  { example: "existing-table", stack: "existing-table", tables: 0, pins: { "region = 'eu'": 0, "region = 'us'": 1 } },
  { example: "drain-datanode", stack: "drain-datanode", tables: 0, pins: {} },
  { example: "aws-bucket", stack: "aws-bucket", tables: 1, pins: { "host < 'n'": 0, "host >= 'n'": 1 } },
];

const kwdb = [
  {
    example: "kwdb-zones",
    stack: "kwdb-zones",
    zones: ["DATABASE shop", "PARTITION eu OF TABLE shop.public.orders", "RANGE meta", "TABLE ts_db.public.cpu"],
    settings: 1,
  },
];

test.each(kwdb)("$example synthesizes", ({ example, stack, zones, settings }) => {
  const directory = synth(example, stack);
  const { resource } = JSON.parse(readText(directory, "cdk.tf.json")) as SynthesizedStack;
  expect(
    Object.values(resource.topoform_kwdb_zone_config ?? {})
      .map(({ target }) => target)
      .sort(),
  ).toEqual(zones);
  const { manifest, diagnostics } = parseManifest(JSON.parse(readText(directory, "topoform.json")), "topoform.json");
  expect(diagnostics).toEqual([]);
  const [cluster] = manifest!.clusters;
  expect(cluster).toMatchObject({ engine: "kwdb", zones: zones.map(() => ({})), settings: Array(settings).fill({}) });
});

test.each(cases)("$example synthesizes", ({ example, stack, tables, pins }) => {
  const directory = synth(example, stack);
  const { resource } = JSON.parse(readText(directory, "cdk.tf.json")) as SynthesizedStack;
  expect(Object.keys(resource.topoform_greptimedb_table ?? {})).toHaveLength(tables);
  expect(Object.values(resource.topoform_greptimedb_region_placement ?? {}).map((placement) => placement.pins)).toEqual(
    [pins],
  );
  const { manifest, diagnostics } = parseManifest(JSON.parse(readText(directory, "topoform.json")), "topoform.json");
  expect(diagnostics).toEqual([]);
  expect(greptimeClusters(manifest)[0]?.placements).toHaveLength(1);
});

test("every example in TypeScript is here", () => {
  const programs = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith("main.ts") && !name.includes("cdktf.out"),
  );
  expect(programs.sort()).toEqual([...cases, ...kwdb].map(({ example }) => join(example, "main.ts")).sort());
});

test.each([...cases, ...kwdb])("$example has a README and can be run by cdktf", ({ example }) => {
  expect(JSON.parse(readText(examples, example, "cdktf.json"))).toMatchObject({
    app: "node --require ../../scripts/register.cjs main.ts",
  });
  expect(readText(examples, example, "README.md").length).toBeGreaterThan(200);
});
