// Planning 2,000 zone targets of a KWDB dev cluster over the wire; beside it, reading the same targets one by one over the same server.
import { spawnSync } from "node:child_process";
import { figure, median } from "./figure.mjs";
import { compile } from "./load.mjs";

const MOST_STATEMENTS = 10;

export function measureKwdbPlan() {
  const run = spawnSync(process.execPath, [compile("bench/kwdb-plan-case.ts")], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`The bench of KWDB's plan ended with ${run.status}: ${run.stderr}`);
  const answer = JSON.parse(run.stdout);
  if (answer.blocked > 0 || answer.changes < answer.targets / 2) throw new Error(`The plan has ${answer.changes} changes and ${answer.blocked} blocks.`);
  const name = `plan of ${answer.targets.toLocaleString("en-US")} zone targets`;
  const [value, baseline] = [median(answer.plans), median(answer.reads)];
  return [
    figure({ name: `${name}: statements`, value: answer.statements, unit: "statements", goal: `at most ${MOST_STATEMENTS}`, ok: answer.statements <= MOST_STATEMENTS }),
    figure({ name: `${name}: connect, read and plan (beside: SHOW ZONE CONFIGURATION for each)`, value, unit: "s", baseline, goal: "ratio at most 1", ok: value <= baseline }),
  ];
}
