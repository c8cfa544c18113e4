// The bench of the adaptive window, which runs in the time of the cluster model.
import { spawnSync } from "node:child_process";
import { figure } from "./figure.mjs";
import { compile } from "./load.mjs";

export function measureConvergence() {
  const run = spawnSync(process.execPath, ["--max-old-space-size=3000", compile("bench/convergence.mts"), "--json"], { encoding: "utf8" });
  if (run.stdout.trim() === "") throw new Error(`The convergence bench ended with ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout).map(figure);
}
