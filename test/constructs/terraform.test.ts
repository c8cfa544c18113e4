import { execFileSync, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { TerraformVariable, Testing, type TerraformStack } from "cdktf";

import {
  Bytes,
  ClusterSetting,
  Column,
  Constraint,
  COPY_FROM_PARENT,
  Datanodes,
  Duration,
  GreptimeCluster,
  KwdbCluster,
  MAXVALUE,
  PartitionedTable,
  Partitions,
  RangeRebalance,
  RegionPlacement,
  ReplicaConstraints,
  SharedStorage,
  Zone,
  ZoneConfig,
} from "../../src/index";
import {
  clusterOf,
  cpu,
  program,
  readText,
  removeTemporaryDirectories,
  stackOf,
  synthesizedDirectory,
  temporaryDirectory,
} from "./support/program";

const root = join(__dirname, "../..");
const terraform = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
const hasTerraform = spawnSync(terraform, ["version"]).status === 0;

if (!hasTerraform && process.env.CI === undefined) console.warn(`Not tested: "${terraform}" is not on the PATH.`);
const testWithTerraform = hasTerraform || process.env.CI !== undefined ? test : test.skip;

let provider = "";

beforeAll(() => {
  provider = temporaryDirectory();
  const build = `import(${JSON.stringify(join(root, "scripts/build.mjs"))}).then((build) => build.packageProvider(${JSON.stringify(provider)}))`;
  execFileSync(process.execPath, ["-e", build], { cwd: root, stdio: "pipe" });
}, 120_000);

afterAll(removeTemporaryDirectories);

testWithTerraform("the bindings agree with the provider's schema", () => {
  const run = spawnSync(process.execPath, ["scripts/bindings.mjs", "--provider", provider, "--check"], {
    cwd: root,
    encoding: "utf8",
  });
  expect({ status: run.status, stderr: run.status === 0 ? "" : run.stderr }).toEqual({ status: 0, stderr: "" });
});

/** A stack with a bit of everything. */
function everything(): TerraformStack {
  const stack = stackOf(program(provider));
  const cluster = clusterOf(stack);
  const text = new TerraformVariable(stack, "text", { type: "string" }).stringValue;
  const number = new TerraformVariable(stack, "number", { type: "number" }).numberValue;
  const second = new GreptimeCluster(stack, "second", {
    host: text,
    port: number,
    password: new TerraformVariable(stack, "password", { type: "string", sensitive: true }),
    tlsMode: "verify-full",
    datanodes: Datanodes.group(1, 2),
    sharedStorage: SharedStorage.s3({ bucket: text }),
    stateDirectory: "state",
  });
  new PartitionedTable(stack, "cpu", { ...cpu(cluster), acceptDataLossOf: [1] });
  new PartitionedTable(stack, "tokens", {
    ...cpu(second),
    name: "tokens",
    options: { ttl: text },
    partitions: Partitions.byRange({
      columns: ["host"],
      partitions: [
        { lessThan: text, datanode: number },
        { lessThan: MAXVALUE, datanode: 4294967296 },
      ],
    }),
  });
  new PartitionedTable(stack, "rules", {
    cluster,
    name: "rules",
    columns: {
      a: Column.int32({ nullable: false, default: 5, comment: "${not} a %{template}" }),
      ts: Column.timestamp({ timeIndex: true }),
    },
    primaryKey: ["a"],
    partitions: Partitions.byRules({ columns: ["a"], partitions: [{ rule: "a < 10" }, { rule: "a >= 10" }] }),
  });
  new RegionPlacement(stack, "old", { cluster, table: "old", pins: { "*": 1 } });
  declareOnKwdb(stack, text, number);
  return stack;
}

function declareOnKwdb(stack: TerraformStack, text: string, number: number): void {
  const cluster = new KwdbCluster(stack, "kwdb", { host: `kw1,${text}`, tlsMode: "verify-full" });
  new ClusterSetting(stack, "interval", { cluster, name: "kv.kvserver.ts_split_interval", value: number });
  new ZoneConfig(stack, "default", { cluster, zone: Zone.ofRange("default"), gcTtl: Duration.hours(12) });
  new ZoneConfig(stack, "meta", { cluster, zone: Zone.ofRange("meta"), numReplicas: 7, allowSystemRange: true });
  new ZoneConfig(stack, "database", {
    cluster,
    zone: Zone.ofDatabase(text),
    rangeMinBytes: Bytes.mebibytes(number),
    rangeMaxBytes: Bytes.bytes(2n ** 60n),
    gcTtl: COPY_FROM_PARENT,
    tsMerge: Duration.days(10),
    waitForReplicas: true,
    replicasTimeoutSeconds: 60,
  });
  new ZoneConfig(stack, "partition", {
    cluster,
    zone: Zone.ofPartition("MyDb", "orders", "p0"),
    numReplicas: 3,
    constraints: ReplicaConstraints.of({ replicas: 1, constraints: [Constraint.required({ region: "NODE1" })] }),
    leasePreferences: [[Constraint.required({ region: text })]],
  });
  new ZoneConfig(stack, "all", {
    cluster,
    zone: Zone.ofPartition("d", "t", "p1"),
    constraints: [Constraint.prohibited("hdd")],
  });
  new RangeRebalance(stack, "rebalance", { cluster, zone: Zone.ofTable("d", "u"), triggers: { text, fixed: "%{x}" } });
}

function run(
  directory: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(terraform, args, {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, TF_PLUGIN_CACHE_DIR: "" },
  });
}

/** `terraform init`, which must find nothing to change in the lock file, and `terraform validate`. */
function expectValid(directory: string): void {
  const lockFile = readText(directory, ".terraform.lock.hcl");
  const init = run(directory, "init", "-input=false", "-no-color", "-lockfile=readonly");
  expect({ status: init.status, stderr: init.status === 0 ? "" : init.stderr }).toEqual({ status: 0, stderr: "" });
  expect(readText(directory, ".terraform.lock.hcl")).toBe(lockFile);
  const { valid, diagnostics } = JSON.parse(run(directory, "validate", "-json").stdout) as {
    readonly valid: boolean;
    readonly diagnostics: readonly { readonly summary: string }[];
  };
  // CDKTF quotes the provider of a resource when it writes HCL.
  const found = diagnostics.filter(({ summary }) => summary !== "Quoted references are deprecated");
  expect({ valid, found }).toEqual({ valid: true, found: [] });
}

testWithTerraform("what the constructs write is valid to Terraform and to the provider", () => {
  expectValid(synthesizedDirectory(everything()));
});

testWithTerraform("and so it is as HCL", () => {
  const stack = everything();
  const directory = synthesizedDirectory(stack);
  rmSync(join(directory, "cdk.tf.json"));
  writeFileSync(join(directory, "cdk.tf"), Testing.synthHcl(stack));
  expectValid(directory);
});
