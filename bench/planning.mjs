// Planning at scale: moves against their minimum, the schedule against its bound, time and memory, beside two baselines.
// `node bench/planning.mjs` prints a table; planningBench() gives the figures to `npm run bench`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** @returns {Promise<{name: string, value: number, unit: string, baseline: number | null, ratio: number | null, goal: string, ok: boolean}[]>} */
export async function planningBench() {
  const folder = mkdtempSync(join(tmpdir(), "topoform-bench-"));
  try {
    const outfile = join(folder, "planning-case.cjs");
    const entry = fileURLToPath(new URL("planning-case.ts", import.meta.url));
    await build({ entryPoints: [entry], bundle: true, platform: "node", format: "cjs", outfile, logLevel: "error" });
    const run = (name) => JSON.parse(execFileSync(process.execPath, [outfile, name], { encoding: "utf8" }));
    return run("--list").flatMap((name) => figures(name, run(name)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(name, found) {
  const large = name.includes("1,000,000");
  const figure = (what, value, unit, baseline, goal, ok) => ({
    name: `${name}: ${what}`,
    value: Math.round(value * 1000) / 1000,
    unit,
    baseline,
    ratio: baseline === null || baseline === 0 ? null : Math.round((value / baseline) * 10_000) / 10_000,
    goal,
    ok: ok && found.problems === 0,
  });
  const bytes = found.minimumBytes > 0;
  return [
    bytes
      ? figure(
          "bytes moved / minimum",
          found.movedBytes,
          "bytes",
          found.minimumBytes,
          "at most 1.05 of the bound",
          found.movedBytes <= found.minimumBytes * 1.05,
        )
      : figure(
          "moves / minimum",
          found.moves,
          "moves",
          found.minimumMoves,
          "the minimum",
          found.moves === found.minimumMoves,
        ),
    figure(
      "moves / greedy rebuild",
      found.moves,
      "moves",
      found.rebuildMoves,
      "fewer",
      found.moves < found.rebuildMoves,
    ),
    figure(
      "rounds / bound",
      found.rounds,
      "rounds",
      found.minimumRounds,
      "the bound",
      found.rounds === found.minimumRounds,
    ),
    figure(
      "makespan by size / bound",
      found.makespan,
      "bytes",
      found.minimumMakespan,
      "at most 1.10",
      found.makespan <= found.minimumMakespan * 1.1,
    ),
    ...(found.batchedMakespan === null
      ? []
      : [
          figure(
            "makespan by size / batches with a barrier",
            found.makespan,
            "bytes",
            found.batchedMakespan,
            "less",
            found.makespan < found.batchedMakespan,
          ),
        ]),
    figure(
      "plan and schedule",
      found.wallMs,
      "ms",
      null,
      large ? "finishes" : "at most 1000 ms (stretch 250 ms)",
      large || found.wallMs <= 1000,
    ),
    figure("processor time", found.cpuMs, "ms", null, "", true),
    figure(
      "peak memory",
      found.maxRssMb,
      "MB",
      null,
      large ? "finishes" : "at most 600 MB",
      large || found.maxRssMb <= 600,
    ),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = await planningBench();
  const cells = found.map(({ name, value, unit, baseline, ratio, goal, ok }) =>
    [name, `${value} ${unit}`, baseline ?? "", ratio ?? "", goal, ok ? "ok" : "NOT REACHED"].map(String),
  );
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
  if (found.some(({ ok }) => !ok)) process.exitCode = 1;
}
