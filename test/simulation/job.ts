import { scheduleOf } from "./fault-schedule";
import { killAtSteps, type KillPlan } from "./kill-and-go-on";
import { simulate } from "./virtual-run";

/** A part of a simulation that one thread does at a stretch. */
export type Job =
  /** The fault schedules of `count` seeds from `first` on. */
  | { readonly kind: "schedules"; readonly first: number; readonly count: number }
  /** One plan, killed before and after each of `count` steps from `first` on. */
  | { readonly kind: "kills"; readonly plan: KillPlan; readonly first: number; readonly count: number };

export interface Answer {
  /** Simulations that were run; fewer than asked for after a failure. */
  readonly simulations: number;
  readonly runs: number;
  readonly submissions: number;
  readonly virtualMs: number;
  /** The seed that breaks a promise, or what went wrong; null: nothing. */
  readonly failure: { readonly seed: number } | { readonly text: string } | null;
}

/** Does it, and ends with the first failure. */
export function doJob(job: Job): Promise<Answer> {
  return job.kind === "schedules" ? runSchedules(job.first, job.count) : killAtSteps(job.plan, job.first, job.count);
}

async function runSchedules(first: number, count: number): Promise<Answer> {
  let [simulations, runs, submissions, virtualMs] = [0, 0, 0, 0];
  let failure: Answer["failure"] = null;
  for (let seed = first; seed < first + count && failure === null; seed += 1) {
    const report = await simulate(scheduleOf(seed));
    simulations += 1;
    runs += report.runs;
    submissions += report.submissions;
    virtualMs += report.virtualMs;
    if (report.violations.length > 0) failure = { seed };
  }
  return { simulations, runs, submissions, virtualMs, failure };
}
