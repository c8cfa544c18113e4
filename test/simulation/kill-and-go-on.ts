import type { Schedule } from "./fault-schedule";
import type { Answer } from "./job";
import { plainSchedule } from "./plain-schedule";
import type { KillPoint } from "./process";
import { checkAtTheEnd } from "./promises";
import { runOnce, type RunOptions } from "./virtual-run";
import { createWorld, declarationNow, type World } from "./world";

/** A plan of which every step is a place to be killed. */
export interface KillPlan {
  readonly version: Schedule["version"];
  readonly moves: number;
  /** Regions of a table that the plan creates and balances; absent: it creates none. */
  readonly created?: number;
}

/** How long after the kill the next process starts: at once, and when everything in flight has ended and is forgotten. */
const PAUSES_MS = [0, 20_000];
/** The next process takes the same plan, as from a file, or makes its own. */
const NEXT = ["the same plan", "its own plan"] as const;

function scheduleFor({ moves, version, created }: KillPlan): Schedule {
  const datanodes = 4;
  return plainSchedule({
    version,
    datanodes,
    tables: [
      { targets: Array.from({ length: moves }, (_, number) => (number + 1 + (number % 3)) % datanodes), rows: 2 },
    ],
    limits: { outgoing: 2, incoming: 2, cluster: 4 },
    created: created === undefined ? null : { strategy: "balance", regions: [created], exclude: 0 },
  });
}

/** How many steps the plan takes when nobody kills it: statements, journal records and sleeps. */
export async function stepsOf(plan: KillPlan): Promise<number> {
  const world = await createWorld(scheduleFor(plan));
  const end = await run(world);
  if (end !== "ok") throw new Error([end, ...world.timeline].join("\n"));
  world.model.close();
  return world.runs[0]!.process.steps;
}

/** Kills it before and after each of these steps, each time with a new cluster, and lets the next run finish. */
export async function killAtSteps(plan: KillPlan, first: number, count: number): Promise<Answer> {
  let [simulations, runs, submissions, virtualMs] = [0, 0, 0, 0];
  for (let step = first; step < first + count; step += 1) {
    for (const when of ["before", "after"] as const) {
      // All four combinations in turn, two for each step and side.
      for (const [index, pauseMs] of PAUSES_MS.entries()) {
        const next = NEXT[(index + step) % NEXT.length]!;
        const { world, problems } = await killAndGoOn(plan, { step, when }, pauseMs, next);
        simulations += 1;
        runs += world.runs.length;
        submissions += world.submissions.length;
        virtualMs += world.time.now() - world.startedAt;
        if (problems.length === 0) continue;
        const name = `GreptimeDB ${plan.version}, ${plan.moves} moves, ${plan.created ?? 0} regions created, killed ${when} step ${step}, ${next} after ${pauseMs} ms`;
        return { simulations, runs, submissions, virtualMs, failure: { text: [name, ...problems, ...world.timeline].join("\n") } };
      }
    }
  }
  return { simulations, runs, submissions, virtualMs, failure: null };
}

async function killAndGoOn(plan: KillPlan, killPoint: KillPoint, pauseMs: number, next: (typeof NEXT)[number]): Promise<{ readonly world: World; readonly problems: readonly string[] }> {
  const world = await createWorld(scheduleFor(plan));
  const first = await run(world, { killPoint });
  if (first !== "killed") return { world, problems: [`the first run: ${first}`] };
  await world.time.advance(pauseMs);
  // A plan that was done to its end is not done again.
  const ended = world.machine.journal.records().at(-1)?.kind === "run-ended";
  const approved = next === "the same plan" && !ended ? world.runs[0]!.plan : null;
  const second = await run(world, approved === null ? {} : { approved });
  await checkAtTheEnd(world);
  world.model.close();
  const submitted = world.submissions.flatMap(({ region, procedure }) => (procedure === null ? [] : [region]));
  const problems = [...world.violations, ...(second === "ok" ? [] : [second])];
  if (new Set(submitted).size !== submitted.length) problems.push(`submitted twice: ${submitted.join(" ")}`);
  return { world, problems };
}

async function run(world: World, options: RunOptions = {}): Promise<string> {
  const end = await world.time.until(runOnce(world, world.machine, declarationNow(world), options), 1_000);
  if (end.kind === "stale") return `stale: ${end.differences.join(" ")}`;
  return end.kind === "ended" ? (end.result.ok ? "ok" : JSON.stringify(end.result.diagnostics)) : end.kind;
}
