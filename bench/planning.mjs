// Planning at scale: moves against their minimum, the schedule against its bound, time and memory, beside two baselines: a greedy
// rebuild, and batches with a barrier. Each case runs in a process of its own so that its memory can be read.
import { execFileSync } from "node:child_process";
import { figure } from "./figure.mjs";
import { compile } from "./load.mjs";

export function measurePlanning() {
  const script = compile("bench/planning-case.ts");
  const run = (name) => JSON.parse(execFileSync(process.execPath, [script, name], { encoding: "utf8" }));
  return run("--list").flatMap((name) => figures(name, run(name)));
}

function figures(name, found) {
  if (found.problems > 0) throw new Error(`${name}: the plan has problems.`);
  const large = name.includes("1,000,000");
  const of = (what, unit, value, rest) => figure({ name: `${name}: ${what}`, unit, value, ...rest });
  return [
    found.minimumBytes > 0
      ? of("bytes moved / minimum", "bytes", found.movedBytes, { baseline: found.minimumBytes, goal: "at most 1.05", ok: found.movedBytes <= found.minimumBytes * 1.05 })
      : of("moves / minimum", "moves", found.moves, { baseline: found.minimumMoves, goal: found.exact ? "the minimum" : "at most 1.01", ok: found.moves <= found.minimumMoves * (found.exact ? 1 : 1.01) }),
    of("moves / greedy rebuild", "moves", found.moves, { baseline: found.rebuildMoves, goal: "fewer", ok: found.moves < found.rebuildMoves }),
    of("rounds / bound", "rounds", found.rounds, { baseline: found.minimumRounds, goal: "the bound", ok: found.rounds === found.minimumRounds }),
    of("makespan of equal moves / bound", "moves", found.equalMakespan, { baseline: found.minimumEqualMakespan, goal: "at most 1.10", ok: found.equalMakespan <= found.minimumEqualMakespan * 1.1 }),
    of("makespan by size / bound", "bytes", found.makespan, { baseline: found.minimumMakespan, goal: "at most 1.10", ok: found.makespan <= found.minimumMakespan * 1.1 }),
    of("makespan by size / batches with a barrier", "bytes", found.makespan, { baseline: found.batchedMakespan, goal: "shorter", ok: found.makespan < found.batchedMakespan }),
    of("plan and schedule", "ms", found.wallMs, large ? {} : { goal: "at most 1000 ms, stretch 250 ms", ok: found.wallMs <= 1000 }),
    of("processor time", "ms", found.cpuMs),
    of("peak memory", "MB", found.maxRssMb, large ? {} : { goal: "at most 600 MB", ok: found.maxRssMb <= 600 }),
  ];
}
