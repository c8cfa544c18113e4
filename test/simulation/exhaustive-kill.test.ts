import { VERSIONS } from "./fault-schedule";
import type { Job } from "./job";
import { stepsOf } from "./kill-and-go-on";
import { onThreads, summary } from "./threads";

const DEEP = process.env["TOPOFORM_DEEP"] !== undefined;
const STEPS_AT_A_STRETCH = 8;

/** How many moves the plans have of which every step is a place to be killed. TOPOFORM_DEEP=1: every number up to 30, on every version. */
const PLANS = VERSIONS.map((version) => ({
  version,
  moves: DEEP ? Array.from({ length: 30 }, (_, index) => index + 1) : version === "1.1.4" ? [1, 8] : version === "0.12.2" ? [8] : [2],
}));

test.each(PLANS)(
  "GreptimeDB $version, plans of $moves moves: killed before and after every step, each is finished by the next run, nothing twice",
  async ({ version, moves }) => {
    const startedAt = performance.now();
    const jobs: Job[] = [];
    for (const count of moves) {
      const plan = { version, moves: count };
      const steps = await stepsOf(plan);
      expect(steps).toBeGreaterThan(10 + count);
      for (let first = 1; first <= steps; first += STEPS_AT_A_STRETCH)
        jobs.push({ kind: "kills", plan, first, count: Math.min(STEPS_AT_A_STRETCH, steps - first + 1) });
    }
    const answers = await onThreads(jobs);
    process.stderr.write(`${summary(`Kills on ${version}, plans of up to ${moves.at(-1)} moves`, answers, startedAt)}\n`);
    for (const { failure } of answers) if (failure !== null && "text" in failure) throw new Error(failure.text);
    expect(answers).toHaveLength(jobs.length);
  },
  3_600_000,
);
