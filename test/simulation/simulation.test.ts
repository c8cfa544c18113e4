import { describeFailure } from "./describe-schedule";
import { scheduleOf } from "./fault-schedule";
import { shrinkFailure } from "./shrink-schedule";
import { simulate } from "./virtual-run";

/*
 * TOPOFORM_SEED=n runs that one schedule and nothing else; TOPOFORM_DEEP=1 runs ten thousand.
 */
const only = process.env["TOPOFORM_SEED"];
const first = only === undefined ? 1 : Number(only);
const count = only !== undefined ? 1 : process.env["TOPOFORM_DEEP"] === undefined ? 300 : 10_000;

test(`fault schedules ${first} to ${first + count - 1}: every safety promise is kept in each`, async () => {
  for (let seed = first; seed < first + count; seed += 1) {
    const report = await simulate(scheduleOf(seed));
    if (report.violations.length > 0) throw new Error(describeFailure(await shrinkFailure(report)));
  }
}, 600_000);

test("the same seed gives the same simulation", async () => {
  const [one, other] = [await simulate(scheduleOf(first)), await simulate(scheduleOf(first))];
  expect(one.timeline).toEqual(other.timeline);
});
