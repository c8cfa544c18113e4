import { VERSIONS } from "./fault-schedule";
import type { Job } from "./job";
import { stepsOf, type KillPlan } from "./kill-and-go-on";
import { onThreads, summary } from "./threads";

const DEEP = process.env["TOPOFORM_DEEP"] !== undefined;
const STEPS_AT_A_STRETCH = 8;
const upTo = (most: number): readonly number[] => Array.from({ length: most }, (_, index) => index + 1);

/** Of each version, the plans of which every step is a place to be killed. TOPOFORM_DEEP=1: every number of moves up to 30. */
const PLANS = VERSIONS.map((version) => ({
  version,
  plans: [
    ...(DEEP ? upTo(30) : version === "1.1.4" ? [1, 8] : version === "0.12.2" ? [8] : [2]).map((moves): KillPlan => ({ version, moves })),
    ...(DEEP ? upTo(12) : version === "1.1.4" ? [5] : []).map((created): KillPlan => ({ version, moves: 2, created })),
  ],
}));

test.each(PLANS)(
  "GreptimeDB $version: plans killed before and after every step are finished by the next run, nothing twice",
  async ({ version, plans }) => {
    const startedAt = performance.now();
    const jobs: Job[] = [];
    for (const plan of plans) {
      const steps = await stepsOf(plan);
      expect(steps).toBeGreaterThan(10 + plan.moves);
      for (let first = 1; first <= steps; first += STEPS_AT_A_STRETCH)
        jobs.push({ kind: "kills", plan, first, count: Math.min(STEPS_AT_A_STRETCH, steps - first + 1) });
    }
    const answers = await onThreads(jobs);
    process.stderr.write(`${summary(`Kills on ${version}, ${plans.length} plans`, answers, startedAt)}\n`);
    for (const { failure } of answers) if (failure !== null && "text" in failure) throw new Error(failure.text);
    expect(answers).toHaveLength(jobs.length);
  },
  3_600_000,
);
