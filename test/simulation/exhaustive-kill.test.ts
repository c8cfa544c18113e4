import { plainSchedule } from "./plain-schedule";
import type { KillPoint } from "./process";
import { checkAtTheEnd } from "./promises";
import { runOnce } from "./virtual-run";
import { createWorld, declarationNow, type World } from "./world";
import type { Schedule } from "./fault-schedule";

const DEEP = process.env["TOPOFORM_DEEP"] !== undefined;
const upTo = (moves: number): readonly number[] => Array.from({ length: moves }, (_, index) => index + 1);

/** Plans of which every step is a place to be killed, by version. */
const PLANS: readonly (readonly [version: string, moves: readonly number[]])[] = DEEP
  ? [
      ["1.1.4", upTo(30)],
      ["0.12.2", [...upTo(8), 16]],
      ["0.9.5", [...upTo(8), 16]],
    ]
  : [
      ["1.1.4", [1, 8]],
      ["0.12.2", [8]],
    ];
/** How long after the kill the next process starts: at once, and when everything in flight has ended and is forgotten. */
const PAUSES_MS = [0, 20_000];

function scheduleFor(moves: number, version: Schedule["version"]): Schedule {
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

async function run(world: World, killPoint?: KillPoint): Promise<string> {
  const end = await world.time.until(runOnce(world, world.machine, declarationNow(world), 0, killPoint), 1_000);
  return end.kind === "ended" ? (end.result.ok ? "ok" : JSON.stringify(end.result.diagnostics)) : end.kind;
}

/** False when the run had ended before that step. */
async function killAndGoOn(schedule: Schedule, killPoint: KillPoint, pauseMs: number): Promise<boolean> {
  const world = await createWorld(schedule);
  const name = `${schedule.version}, ${schedule.tables[0]!.targets.length} moves, killed ${killPoint.when} step ${killPoint.step}, again after ${pauseMs} ms`;
  const first = await run(world, killPoint);
  if (first === "killed") {
    await world.time.advance(pauseMs);
    const second = await run(world);
    await checkAtTheEnd(world);
    const submitted = world.submissions.flatMap(({ region, procedure }) => (procedure === null ? [] : [region]));
    const problems = [...world.violations, ...(second === "ok" ? [] : [second])];
    if (new Set(submitted).size !== submitted.length) problems.push(`submitted twice: ${submitted.join(" ")}`);
    if (problems.length > 0) throw new Error([name, ...problems, ...world.timeline].join("\n"));
  } else if (first !== "ok") throw new Error([name, first, ...world.timeline].join("\n"));
  world.model.close();
  return first === "killed";
}

describe.each(PLANS)("GreptimeDB %s", (version, plans) => {
  test.each(plans)(
    "a plan of %i moves, killed before and after every step, is finished by the next run, nothing twice",
    async (moves) => {
      const schedule = scheduleFor(moves, version);
      let steps = 0;
      for (let reached = true; reached; steps += 1) {
        for (const when of ["before", "after"] as const) {
          for (const pauseMs of PAUSES_MS) reached = await killAndGoOn(schedule, { step: steps + 1, when }, pauseMs);
        }
      }
      expect(steps).toBeGreaterThan(10 + moves);
    },
    900_000,
  );
});
