// Deploy, drift, converge, verify: what the demo and `npm run example` do with a synthesized stack.
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { note, run, step } from "./programs.mjs";
import { chooseSurface } from "./surface.mjs";
import { topoform } from "./workspace.mjs";

/** On a cluster of our own (`cluster` given) somebody also changes something behind our back; one that others use is only deployed to. */
export async function walk(stack, env, engine, cluster) {
  const surface = chooseSurface(stack, env);
  if (surface === undefined) return;
  const before = cluster && (await engine.observe(cluster));
  const showMap = (title) => cluster && status(title, stack, env, engine);
  await showMap(`The ${engine.map} before`);
  await surface.prepare();
  step("Plan");
  await surface.plan(true);
  step("Apply");
  await surface.apply();
  if (cluster) await driftAndConverge(surface, engine, cluster, showMap);
  step(`Verify: ${cluster ? engine.verified : "nothing differs"}`);
  await surface.plan(false);
  if (!cluster) return;
  if (engine.destroyed === undefined) {
    engine.compare(before, await engine.observe(cluster));
    return showMap(`The ${engine.map} at the end`);
  }
  await showMap(`The ${engine.map} as declared`);
  step(engine.destroyed);
  await surface.destroy();
  engine.compare(before, await engine.observe(cluster));
}

async function driftAndConverge(surface, engine, cluster, showMap) {
  await engine.applied?.(cluster);
  await showMap(`The ${engine.map} after`);
  step(engine.drift.title);
  note(await engine.drift.byHand(cluster));
  step(engine.drift.shown);
  await surface.plan(true);
  step("Converge");
  await surface.apply();
}

async function status(title, stack, env, engine) {
  step(title);
  await run(process.execPath, [topoform, "status", "--manifest", manifestOf(stack, engine)], { cwd: stack, env });
}

/** Plain HCL has no manifest: its cluster is the one that the environment names. */
function manifestOf(stack, engine) {
  const own = path.join(stack, "topoform.json");
  if (existsSync(own)) return own;
  const file = path.join(path.dirname(stack), "cluster.json");
  const clusters = [{ engine: engine.name, name: "cluster", connection: {} }];
  writeFileSync(file, JSON.stringify({ version: 1, stack: path.basename(stack), clusters }));
  return file;
}
