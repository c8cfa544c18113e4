// `terraform plan` with nothing to change on many tables, against the same plan on Terraform's own built-in resource.
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { figure, median } from "./figure.mjs";
import { load, root } from "./load.mjs";

const TABLES = 200;
const REGIONS = 50;
const RUNS = 3;
const MOST_SECONDS_MORE = 3;
const STATEMENTS_PER_WALK = 6 + TABLES;

export async function measureTerraformPlan() {
  const { startGreptimeDevCluster } = load("src/devcluster/index.ts");
  const cluster = await startGreptimeDevCluster({ datanodes: 5, procedureDurationMs: 20 });
  const directory = mkdtempSync(path.join(tmpdir(), "topoform-bench-"));
  try {
    const env = environment(directory, cluster);
    const ours = workspace(directory, "topoform", tables());
    const theirs = workspace(directory, "built-in", builtIn());
    for (const cwd of [ours, theirs]) await terraform(["init", "-input=false"], cwd, env);
    const applied = await terraform(["apply", "-auto-approve", "-input=false"], ours, env);
    await terraform(["apply", "-auto-approve", "-input=false"], theirs, env);
    const plan = ["plan", "-detailed-exitcode", "-input=false"];
    const measured = { ours: [], theirs: [], statements: [] };
    for (let run = 0; run < RUNS; run += 1) {
      cluster.resetStatementLog();
      measured.ours.push(await terraform(plan, ours, env));
      measured.statements.push(cluster.statementCount());
      measured.theirs.push(await terraform(plan, theirs, env));
    }
    const value = median(measured.ours);
    const baseline = median(measured.theirs);
    const statements = Math.max(...measured.statements);
    return [
      figure({ name: `terraform plan, ${TABLES} tables × ${REGIONS} regions, no change`, value, unit: "s", baseline, goal: `at most ${MOST_SECONDS_MORE} s more than ${TABLES} terraform_data`, ok: value - baseline <= MOST_SECONDS_MORE }),
      figure({ name: "SQL statements of that plan", value: statements, unit: "statements", goal: `at most 6 + ${TABLES} SHOW CREATE TABLE`, ok: statements <= STATEMENTS_PER_WALK }),
      figure({ name: `terraform apply, ${TABLES} tables × ${REGIONS} regions created`, value: applied, unit: "s" }),
    ];
  } finally {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Tables with fifty ranges each, and a placement that pins one region where it is asked to be. */
function tables() {
  const bounds = Array.from({ length: REGIONS }, (_, i) => (i === REGIONS - 1 ? ["MAXVALUE"] : [String((i + 1) * 100)]));
  const resource = Object.fromEntries(
    Array.from({ length: TABLES }, (_, i) => [
      `t${i}`,
      {
        name: `metrics_${i}`,
        columns: [
          { name: "device", type: "INT" },
          { name: "value", type: "DOUBLE" },
          { name: "ts", type: "TIMESTAMP(3)" },
        ],
        primary_key: ["device"],
        time_index: "ts",
        partition_columns: ["device"],
        partition_less_than: bounds,
        deletion_protection: false,
      },
    ]),
  );
  return {
    terraform: { required_providers: { topoform: { source: "topoform/topoform" } } },
    provider: { topoform: {} },
    resource: { topoform_greptimedb_table: resource },
  };
}

function builtIn() {
  return { resource: { terraform_data: Object.fromEntries(Array.from({ length: TABLES }, (_, i) => [`t${i}`, { input: { name: `metrics_${i}`, regions: Array.from({ length: REGIONS }, (_, r) => r) } }])) } };
}

function workspace(directory, name, configuration) {
  const cwd = path.join(directory, name);
  mkdirSync(cwd);
  const { terraform: settings } = configuration;
  if (settings !== undefined) settings.required_providers.topoform.version = installProvider(path.join(directory, "mirror"));
  writeFileSync(path.join(cwd, "main.tf.json"), JSON.stringify(configuration));
  return cwd;
}

/** The built provider as an unpacked filesystem mirror; the answer is its version. */
function installProvider(mirror) {
  const built = path.join(root, "dist", "provider");
  const version = readFileSync(path.join(built, "version"), "utf8").trim();
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const target = path.join(mirror, "registry.terraform.io", "topoform", "topoform", version, platform);
  mkdirSync(target, { recursive: true });
  for (const name of ["terraform-provider-topoform", "package.json"]) copyFileSync(path.join(built, name), path.join(target, name));
  chmodSync(path.join(target, "terraform-provider-topoform"), 0o755);
  return version;
}

function environment(directory, cluster) {
  const config = path.join(directory, "terraformrc");
  writeFileSync(config, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(path.join(directory, "mirror"))}\n  }\n}\n`);
  return {
    ...process.env,
    TF_CLI_CONFIG_FILE: config,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    TOPOFORM_STATE_DIR: path.join(directory, "state"),
    TOPOFORM_GREPTIMEDB_HOST: cluster.host,
    TOPOFORM_GREPTIMEDB_PORT: String(cluster.port),
  };
}

/** Seconds that one command takes; rejects when it does not end with 0. */
function terraform(args, cwd, env) {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn("terraform", [args[0], "-no-color", ...args.slice(1)], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve((performance.now() - begin) / 1000) : reject(new Error(`terraform ${args.join(" ")} ended with ${code}:\n${output.slice(-4000)}`))));
  });
}
