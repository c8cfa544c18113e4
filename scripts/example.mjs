// `npm run example <name>`: deploys one folder of examples/ onto the cluster that the environment names, else onto an embedded one.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { findTerraform, run, step } from "./lib/terraform.mjs";
import { copyHcl, environmentOf, root, runSql, startCluster, synthesize, temporaryDirectory } from "./lib/workspace.mjs";

const names = readdirSync(path.join(root, "examples")).filter((name) => !name.startsWith("."));
const name = process.argv[2];
if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run example <name>\n\nExamples:\n${names.map((known) => `  ${known}`).join("\n")}`);
  process.exit(64);
}

const folder = path.join(root, "examples", name);
const { directory, remove } = temporaryDirectory();
const ownCluster = process.env.TOPOFORM_GREPTIMEDB_HOST === undefined && process.env.TOPOFORM_GREPTIMEDB_URL === undefined;
const cluster = ownCluster ? await startCluster() : undefined;
try {
  await deploy();
} catch (error) {
  console.error(`\nThe example failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await cluster?.stop();
  remove();
}

async function deploy() {
  const env = environmentOf(directory, cluster);
  if (cluster !== undefined) step(`An embedded cluster listens on MySQL port ${cluster.port}`);
  const preparation = path.join(folder, "prepare.sql");
  if (cluster !== undefined && existsSync(preparation)) await runSql(cluster, readFileSync(preparation, "utf8"));
  step(`Synthesize ${name}`);
  const stack = existsSync(path.join(folder, "main.ts")) ? await synthesize(name, directory, env) : await copyHcl(name, directory, env);
  console.log(`  ${readdirSync(stack).filter((file) => !file.startsWith(".")).join("  ")}`);
  if (existsSync(path.join(folder, "synth-only"))) return;
  const terraform = findTerraform();
  if (terraform === undefined) {
    console.log("  Neither terraform nor tofu is on the PATH; the example ends here.");
    return;
  }
  const options = { cwd: stack, env };
  await run(terraform, ["init", "-input=false", "-no-color"], { ...options, quiet: true });
  step("Plan and apply");
  await run(terraform, ["apply", "-auto-approve", "-input=false", "-no-color"], options);
  step("Plan again: nothing to change");
  await run(terraform, ["plan", "-detailed-exitcode", "-input=false", "-no-color"], options);
}
