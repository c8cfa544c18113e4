import type { Schedule } from "./fault-schedule";
import type { Answer } from "./job";
import { plainSchedule } from "./plain-schedule";
import type { KillPoint } from "./process";
import { checkAtTheEnd } from "./promises";
import { runOnce } from "./virtual-run";
import { createWorld, declarationNow, type World } from "./world";

/** A plan of which every step is a place to be killed. */
export interface KillPlan {
  readonly version: Schedule["version"];
  readonly moves: number;
}

/** How long after the kill the next process starts: at once, and when everything in flight has ended and is forgotten. */
const PAUSES_MS = [0, 20_000];

function scheduleFor({ moves, version }: KillPlan): Schedule {
  const datanodes = 4;
  return plainSchedule({
    version,
    datanodes,
    tables: [
      { targets: Array.from({ length: moves }, (_, number) => (number + 1 + (number % 3)) % datanodes), rows: 2 },
    ],
    limits: { outgoing: 2, incoming: 2, cluster: 4 },
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
      for (const pauseMs of PAUSES_MS) {
        const { world, problems } = await killAndGoOn(plan, { step, when }, pauseMs);
        simulations += 1;
        runs += world.runs.length;
        submissions += world.submissions.length;
        virtualMs += world.time.now() - world.startedAt;
        if (problems.length === 0) continue;
        const name = `GreptimeDB ${plan.version}, ${plan.moves} moves, killed ${when} step ${step}, again after ${pauseMs} ms`;
        return { simulations, runs, submissions, virtualMs, failure: { text: [name, ...problems, ...world.timeline].join("\n") } };
      }
    }
  }
  return { simulations, runs, submissions, virtualMs, failure: null };
}

async function killAndGoOn(plan: KillPlan, killPoint: KillPoint, pauseMs: number): Promise<{ readonly world: World; readonly problems: readonly string[] }> {
  const world = await createWorld(scheduleFor(plan));
  const first = await run(world, killPoint);
  if (first !== "killed") return { world, problems: [`the first run: ${first}`] };
  await world.time.advance(pauseMs);
  const second = await run(world);
  await checkAtTheEnd(world);
  world.model.close();
  const submitted = world.submissions.flatMap(({ region, procedure }) => (procedure === null ? [] : [region]));
  const problems = [...world.violations, ...(second === "ok" ? [] : [second])];
  if (new Set(submitted).size !== submitted.length) problems.push(`submitted twice: ${submitted.join(" ")}`);
  return { world, problems };
}

async function run(world: World, killPoint?: KillPoint): Promise<string> {
  const end = await world.time.until(runOnce(world, world.machine, declarationNow(world), 0, killPoint), 1_000);
  return end.kind === "ended" ? (end.result.ok ? "ok" : JSON.stringify(end.result.diagnostics)) : end.kind;
}
