import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";

import { parseLockFile } from "../../src/constructs/provider-package/lock-file";
import { PROVIDER_DIRECTORY_CONTEXT } from "../../src/constructs/stack-files";
import { GreptimeCluster, PartitionedTable, RegionPlacement } from "../../src/index";
import { parseManifest } from "../../src/topology/manifest-json";
import {
  builtProvider,
  clusterOf,
  cpu,
  program,
  readText,
  removeTemporaryDirectories,
  stackOf,
  synthesizedDirectory,
  temporaryDirectory,
  VERSION,
} from "./support/program";

afterAll(removeTemporaryDirectories);

const provider = builtProvider();

function plugins(directory: string, host: string): readonly string[] {
  return readdirSync(join(directory, "terraform.d/plugins", host, "topoform/topoform")).sort();
}

/** As `cdktf synth` does: into a directory that stays. */
function synth(outdir: string, providerDirectory: string, build: (stack: TerraformStack) => void): string {
  const app = new App({ outdir, context: { [PROVIDER_DIRECTORY_CONTEXT]: providerDirectory } });
  const stack = new TerraformStack(app, "stack");
  build(stack);
  app.synth();
  return join(outdir, "stacks/stack");
}

describe("the provider", () => {
  test("is placed for every platform, for Terraform and OpenTofu", () => {
    const stack = stackOf(program(provider));
    clusterOf(stack);
    const directory = synthesizedDirectory(stack);
    const files = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"].map(
      (platform) => `terraform-provider-topoform_${VERSION}_${platform}.zip`,
    );
    expect(plugins(directory, "registry.terraform.io")).toEqual(files);
    expect(plugins(directory, "registry.opentofu.org")).toEqual(files);
    const built = readText(provider, "terraform-provider-topoform.zip");
    expect(readText(directory, "terraform.d/plugins/registry.terraform.io/topoform/topoform", files[2] ?? "")).toBe(
      built,
    );
  });

  test("of an earlier version is removed by the next synth", () => {
    const outdir = temporaryDirectory();
    synth(outdir, builtProvider(undefined, "1.0.0"), clusterOf);
    const directory = synth(outdir, builtProvider(undefined, "1.0.1"), clusterOf);
    expect(plugins(directory, "registry.terraform.io").every((name) => name.includes("_1.0.1_"))).toBe(true);
    expect(plugins(directory, "registry.terraform.io")).toHaveLength(4);
  });

  test("is not placed into a stack without a cluster", () => {
    expect(existsSync(join(synthesizedDirectory(stackOf(program(provider))), "terraform.d"))).toBe(false);
  });
});

describe("the lock file", () => {
  test("pins the provider, so that cdktf need not ask a registry", () => {
    const stack = stackOf(program(provider));
    clusterOf(stack);
    const text = readText(synthesizedDirectory(stack), ".terraform.lock.hcl");
    expect(text).toBe(
      '# This file is maintained automatically by "terraform init".\n# Manual edits may be lost in future updates.\n\n' +
        `provider "registry.terraform.io/topoform/topoform" {\n  version     = "${VERSION}"\n  constraints = "${VERSION}"\n  hashes = [\n` +
        `    "h1:nxHrvdLzstL7QpBR/1ixuQ34tFOzN2K/pa3ZA9x6Bl4=",\n  ]\n}\n`,
    );
  });

  test("keeps what terraform init locked for other providers", () => {
    const outdir = temporaryDirectory();
    const build = (stack: TerraformStack): void => {
      new AwsProvider(stack, "aws");
      clusterOf(stack);
    };
    const directory = synth(outdir, provider, build);
    const aws =
      'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "6.25.0"\n  constraints = "6.25.0"\n  hashes = [\n    "h1:abc=",\n    "zh:def",\n  ]\n}\n';
    const gone = 'provider "registry.terraform.io/hashicorp/random" {\n  version = "3.0.0"\n}\n';
    writeFileSync(join(directory, ".terraform.lock.hcl"), `${aws}\n${gone}`);
    synth(outdir, provider, build);
    const text = readText(directory, ".terraform.lock.hcl");
    expect(text).toContain(aws);
    expect(parseLockFile(text).map(({ address }) => address)).toEqual([
      "registry.terraform.io/hashicorp/aws",
      "registry.terraform.io/topoform/topoform",
    ]);
  });

  test("that cannot be read stops the synth and says what to do", () => {
    const outdir = temporaryDirectory();
    const directory = synth(outdir, provider, clusterOf);
    writeFileSync(join(directory, ".terraform.lock.hcl"), "<<<<<<< HEAD\n");
    expect(() => synth(outdir, provider, clusterOf)).toThrow(
      /terraform\.lock\.hcl cannot be read: .*line 1.*delete it/,
    );
  });
});

describe("the topology manifest", () => {
  test("holds the clusters, tables and placements of the stack", () => {
    const stack = stackOf(program(provider));
    const cluster = clusterOf(stack);
    new PartitionedTable(stack, "cpu", cpu(cluster));
    new RegionPlacement(stack, "old", { cluster, table: "old", pins: { "*": 1 }, acceptDataLossOf: [2] });
    new GreptimeCluster(stack, "second", {
      host: "other",
      port: 4102,
      password: new TerraformVariable(stack, "pwd", { type: "string", sensitive: true }),
    });
    const { manifest, diagnostics } = parseManifest(
      JSON.parse(readText(synthesizedDirectory(stack), "topoform.json")),
      "topoform.json",
    );
    expect(diagnostics).toEqual([]);
    expect(manifest).toMatchObject({
      version: 1,
      stack: "stack",
      clusters: [
        {
          name: "stack/cluster",
          connection: {},
          datanodes: [{ id: 0n }, { id: 1n }, { id: 2n }],
          sharedStorage: { kind: "s3", bucket: "metrics", root: "greptimedb" },
          tables: [
            {
              database: "public",
              name: "cpu",
              primaryKey: ["host"],
              timeIndex: "ts",
              partitioning: {
                kind: "range",
                columns: ["host"],
                partitions: [{ name: "low", lessThan: ["g"] }, { lessThan: ["p"] }, { lessThan: [{ maxvalue: true }] }],
              },
            },
          ],
          placements: [
            {
              name: "stack/cpu",
              table: "cpu",
              pins: { "host < 'g'": 0n, "host >= 'g' AND host < 'p'": 1n, "host >= 'p'": 2n },
            },
            { name: "stack/old", table: "old", pins: { "*": 1n }, acceptDataLossOf: [2n] },
          ],
        },
        {
          name: "stack/second",
          connection: { host: "other", port: 4102, password: { env: "TF_VAR_pwd" } },
          tables: [],
          placements: [],
        },
      ],
    });
  });

  test("leaves out what only Terraform knows", () => {
    const stack = stackOf(program(provider));
    const text = new TerraformVariable(stack, "text", { type: "string" }).stringValue;
    const cluster = new GreptimeCluster(stack, "cluster", {
      host: text,
      user: "admin",
      sharedStorage: { kind: "s3", bucket: text, root: "r" },
    });
    new PartitionedTable(stack, "cpu", { ...cpu(cluster), name: text });
    new RegionPlacement(stack, "old", {
      cluster,
      table: "old",
      pins: { "*": new TerraformVariable(stack, "node", { type: "number" }).numberValue },
    });
    const json = readText(synthesizedDirectory(stack), "topoform.json");
    expect(json).not.toMatch(/TfToken|\$\{/);
    const { manifest, diagnostics } = parseManifest(JSON.parse(json), "topoform.json");
    expect(diagnostics).toEqual([]);
    expect(manifest?.clusters).toMatchObject([
      {
        connection: { user: "admin" },
        sharedStorage: { kind: "s3", root: "r" },
        tables: [],
        placements: [{ table: "old", pins: {} }],
      },
    ]);
    expect(manifest?.clusters[0]?.connection).not.toHaveProperty("host");
  });
});
