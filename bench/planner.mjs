// Planning 100,000 pinned regions from 1,000 to 1,100 datanodes, in a process of its own so that its memory can be read.
import { spawnSync } from "node:child_process";
import { figure } from "./figure.mjs";
import { compile } from "./load.mjs";

export function measurePlanner() {
  const run = spawnSync(process.execPath, ["--max-old-space-size=3000", compile("bench/planner-case.ts")], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`The planner bench ended with ${run.status}: ${run.stderr}`);
  const answer = JSON.parse(run.stdout);
  if (answer.blocked > 0) throw new Error("The plan is blocked.");
  const name = "plan of 100,000 pinned regions, 1,000 to 1,100 datanodes";
  return [
    figure({ name: `${name}: plan and schedule`, value: answer.seconds, unit: "s" }),
    figure({ name: `${name}: peak memory`, value: answer.peakMebibytes, unit: "MiB" }),
    figure({ name: `${name}: moves`, value: answer.moves, unit: "moves", baseline: answer.minimumMoves, goal: "the minimum", ok: answer.proven && answer.moves === answer.minimumMoves }),
    figure({ name: `${name}: rounds`, value: answer.rounds, unit: "rounds", baseline: answer.minimumRounds, goal: "the bound", ok: answer.rounds === answer.minimumRounds }),
  ];
}
