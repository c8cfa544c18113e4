import { describeFailure } from "../../simulation/describe-schedule";
import { scheduleOf, type Schedule, type ScheduledFault } from "../../simulation/fault-schedule";
import { simulate } from "../../simulation/virtual-run";

/**
 * Runs clusters in virtual time in which nothing but these kinds of faults happen, several in each. Throws with the first promise that is
 * broken, whichever it is, and how to see it again. Returns how many moves were submitted.
 */
export async function attack(
  kinds: readonly ScheduledFault["kind"][],
  { seeds = 40, change = {} }: { readonly seeds?: number; readonly change?: Partial<Schedule> } = {},
): Promise<number> {
  let submissions = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const report = await simulate({ ...scheduleOf(seed, kinds), ...change });
    if (report.violations.length > 0) throw new Error(describeFailure(report));
    submissions += report.submissions;
  }
  return submissions;
}
