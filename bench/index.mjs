// `npm run bench [name…]`: measures, prints a table and writes bench/results.json. Exit code 1 when a goal is missed.
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { drawFigures } from "./figure.mjs";
import { root } from "./load.mjs";
import { measureConvergence } from "./convergence-figures.mjs";
import { measureKwdbPlan } from "./kwdb-plan.mjs";
import { measurePlanner } from "./planner.mjs";
import { measurePlanning } from "./planning.mjs";
import { measureProviderStart } from "./provider-start.mjs";
import { measureReading } from "./read-regions.mjs";
import { measureTerraformPlan } from "./terraform-plan.mjs";

const BENCHES = {
  "provider-start": measureProviderStart,
  "terraform-plan": measureTerraformPlan,
  "read-regions": measureReading,
  planner: measurePlanner,
  "kwdb-plan": measureKwdbPlan,
  strategies: measurePlanning,
  convergence: measureConvergence,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}. There are: ${Object.keys(BENCHES).join(", ")}.`);
  process.exit(64);
}
if (!readdirSync(root).includes("dist")) {
  console.error("The provider is not built. Run `npm run build` first.");
  process.exit(1);
}

const figures = [];
for (const [name, measure] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`measuring ${name} …`);
  figures.push(...(await measure()));
}
console.log(drawFigures(figures));
if (wanted.length === 0) writeFileSync(path.join(root, "bench", "results.json"), `${JSON.stringify(figures, null, 2)}\n`);
if (figures.some((one) => one.ok === false)) process.exitCode = 1;
