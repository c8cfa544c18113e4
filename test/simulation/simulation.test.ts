import { describeFailure } from "./describe-schedule";
import { scheduleOf } from "./fault-schedule";
import type { Job } from "./job";
import { shrinkFailure } from "./shrink-schedule";
import { onThreads, summary } from "./threads";
import { simulate } from "./virtual-run";

/*
 * TOPOFORM_SEED=n runs that one schedule and nothing else; TOPOFORM_DEEP=1 runs ten thousand.
 */
const only = process.env["TOPOFORM_SEED"];
const first = only === undefined ? 1 : Number(only);
const count = only !== undefined ? 1 : process.env["TOPOFORM_DEEP"] === undefined ? 300 : 10_000;
const AT_A_STRETCH = 20;

test(`fault schedules ${first} to ${first + count - 1}: every safety promise is kept in each`, async () => {
  const startedAt = performance.now();
  const jobs = Array.from({ length: Math.ceil(count / AT_A_STRETCH) }, (_, index): Job => {
    const done = index * AT_A_STRETCH;
    return { kind: "schedules", first: first + done, count: Math.min(AT_A_STRETCH, count - done) };
  });
  const answers = await onThreads(jobs);
  process.stderr.write(`${summary("Fault schedules", answers, startedAt)}\n`);
  const seeds = answers.flatMap(({ failure }) => (failure !== null && "seed" in failure ? [failure.seed] : []));
  if (seeds.length > 0) throw new Error(describeFailure(await shrinkFailure(await simulate(scheduleOf(Math.min(...seeds))))));
  expect(answers.reduce((sum, { simulations }) => sum + simulations, 0)).toBe(count);
}, 1_800_000);

test("the same seed gives the same simulation", async () => {
  const [one, other] = [await simulate(scheduleOf(first)), await simulate(scheduleOf(first))];
  expect(one.timeline).toEqual(other.timeline);
});
