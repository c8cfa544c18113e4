// `npm run example <name>`: deploys one folder of examples/ onto the cluster that the environment names, else onto an embedded one.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { note, step, supervise } from "./lib/programs.mjs";
import { walk } from "./lib/walk.mjs";
import {
  copyHcl,
  environmentOf,
  root,
  runSql,
  startCluster,
  synthesize,
  temporaryDirectory,
} from "./lib/workspace.mjs";

const names = readdirSync(path.join(root, "examples")).filter((name) => !name.startsWith("."));
const name = process.argv[2];
if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run example <name>\n\nExamples:\n${names.map((known) => `  ${known}`).join("\n")}`);
  process.exit(64);
}

const folder = path.join(root, "examples", name);
const { directory, remove } = temporaryDirectory();
const named = process.env.TOPOFORM_GREPTIMEDB_HOST ?? process.env.TOPOFORM_GREPTIMEDB_URL;
const synthOnly = path.join(folder, "synth-only");
const cluster = named === undefined && !existsSync(synthOnly) ? await startCluster() : undefined;
await supervise(`The example ${name}`, example, async () => {
  await cluster?.stop();
  remove();
});

async function example() {
  const env = environmentOf(directory, cluster);
  if (cluster !== undefined) {
    step(`An embedded cluster with three datanodes listens on MySQL port ${cluster.port}`);
    const preparation = path.join(folder, "prepare.sql");
    if (existsSync(preparation)) await runSql(cluster, readFileSync(preparation, "utf8"));
  }
  const isProgram = existsSync(path.join(folder, "main.ts"));
  step(isProgram ? `Synthesize examples/${name}` : `Copy examples/${name} and install the provider beside it`);
  const stack = isProgram ? await synthesize(name, directory, env) : await copyHcl(name, directory, env);
  note(readdirSync(stack).join("  "));
  if (existsSync(synthOnly)) note(readFileSync(synthOnly, "utf8").trim());
  else await walk(stack, env, cluster);
}
