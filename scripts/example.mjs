// `npm run example <name>`: deploys one folder of examples/ onto the cluster that the environment names, else onto an embedded one.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { engineOf } from "./lib/engines/index.mjs";
import { note, step, supervise } from "./lib/programs.mjs";
import { walk } from "./lib/walk.mjs";
import { copyHcl, environmentOf, root, runSql, synthesize, temporaryDirectory } from "./lib/workspace.mjs";

const names = readdirSync(path.join(root, "examples")).filter((name) => !name.startsWith("."));
const name = process.argv[2];
if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run example <name>\n\nExamples:\n${names.map((known) => `  ${known}`).join("\n")}`);
  process.exit(64);
}

const folder = path.join(root, "examples", name);
const engine = engineOf(folder);
const { directory, remove } = temporaryDirectory();
const named = engine.variables.some((variable) => process.env[variable] !== undefined);
const synthOnly = path.join(folder, "synth-only");
const cluster = named || existsSync(synthOnly) ? undefined : await engine.start();
await supervise(`The example ${name}`, example, async () => {
  await cluster?.stop();
  remove();
});

async function example() {
  const env = environmentOf(directory, cluster && engine.reach(cluster));
  if (cluster !== undefined) {
    step(engine.opening(cluster));
    const preparation = path.join(folder, "prepare.sql");
    if (existsSync(preparation)) await runSql(cluster, readFileSync(preparation, "utf8"));
  }
  const isProgram = existsSync(path.join(folder, "main.ts"));
  step(isProgram ? `Synthesize examples/${name}` : `Copy examples/${name} and install the provider beside it`);
  const stack = isProgram ? await synthesize(name, directory, env) : await copyHcl(name, directory, env);
  note(readdirSync(stack).join("  "));
  if (existsSync(synthOnly)) note(readFileSync(synthOnly, "utf8").trim());
  else await walk(stack, env, engine, cluster);
}
