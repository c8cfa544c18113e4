// Deploy, drift, converge, verify: what the demo and `npm run example` do with a synthesized stack.
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { note, run, step } from "./programs.mjs";
import { chooseSurface } from "./surface.mjs";
import { topoform } from "./workspace.mjs";

/** On a cluster of our own (`cluster` given) somebody also moves a region behind our back; one that others use is only deployed to. */
export async function walk(stack, env, cluster) {
  const surface = chooseSurface(stack, env);
  if (surface === undefined) return;
  const before = cluster && (await rowsOf(cluster));
  if (cluster) await showMap("The region map before", stack, env);
  await surface.prepare();
  step("Plan");
  await surface.plan(true);
  step("Apply");
  await surface.apply();
  if (cluster) {
    await showMap("The region map after", stack, env);
    step("Somebody moves a region behind Topoform's back");
    note(await moveByHand(cluster));
    step("The plan shows exactly that region");
    await surface.plan(true);
    step("Converge");
    await surface.apply();
  }
  step(cluster ? "Verify: nothing differs, no row is lost" : "Verify: nothing differs");
  await surface.plan(false);
  if (cluster) {
    compareRows(before, await rowsOf(cluster));
    await showMap("The region map at the end", stack, env);
  }
}

async function showMap(title, stack, env) {
  step(title);
  await run(process.execPath, [topoform, "status", "--manifest", manifestOf(stack)], { cwd: stack, env });
}

/** Plain HCL has no manifest: its cluster is the one that the environment names. */
function manifestOf(stack) {
  const own = path.join(stack, "topoform.json");
  if (existsSync(own)) return own;
  const file = path.join(path.dirname(stack), "cluster.json");
  writeFileSync(
    file,
    JSON.stringify({
      version: 1,
      stack: path.basename(stack),
      clusters: [{ engine: "greptimedb", name: "cluster", connection: {} }],
    }),
  );
  return file;
}

/** Table by table: how many rows, and a text that changes with any value. */
async function rowsOf(cluster) {
  const tables = (await cluster.sql("SHOW TABLES"))
    .map((row) => Object.values(row)[0])
    .filter((table) => table !== "numbers");
  const contents = tables.map(async (table) => [
    table,
    (await cluster.sql(`SELECT * FROM ${table}`)).map((row) => JSON.stringify(row)).sort(),
  ]);
  return new Map(await Promise.all(contents));
}

function compareRows(before, after) {
  for (const [table, rows] of before) {
    const now = after.get(table) ?? [];
    if (JSON.stringify(rows) !== JSON.stringify(now))
      throw new Error(`${table} has ${now.length} rows instead of ${rows.length}, or others`);
    note(`${table}: ${rows.length} rows before and after, value by value the same`);
  }
}

/** Moves the first region as an operator would, and waits for it. */
async function moveByHand(cluster) {
  const [region] = await cluster.sql(
    "SELECT region_id, peer_id FROM information_schema.region_peers ORDER BY region_id LIMIT 1",
  );
  const target = (BigInt(region.peer_id) + 1n) % 3n;
  const statement = `ADMIN migrate_region(${region.region_id}, ${region.peer_id}, ${target}, 60)`;
  const [answer] = await cluster.sql(statement);
  const procedure = Object.values(answer)[0];
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const [state] = await cluster.sql(`ADMIN procedure_state('${procedure}')`);
    if (String(Object.values(state)[0]).includes("Done")) return statement;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${statement} did not end within 10 s`);
}
