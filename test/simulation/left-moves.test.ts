import type { ConvergenceResult } from "../../src/convergence/result";
import { plainSchedule } from "./plain-schedule";
import { runOnce } from "./virtual-run";
import { createWorld, regionOf, type World } from "./world";

/** A run that is killed as soon as the server has given its first id. */
async function killedAfterSubmission(world: World): Promise<void> {
  const run = runOnce(world, world.machine, world.declaration);
  while (world.submissions.every(({ procedure }) => procedure === null)) await world.time.advance(5);
  await world.time.advance(50);
  world.machine.holder?.kill();
  expect(await world.time.until(run, 10)).toEqual({ kind: "killed" });
}

async function nextRun(
  world: World,
  tables: readonly string[],
  during: () => void = () => undefined,
): Promise<ConvergenceResult> {
  const declaration = {
    ...world.declaration,
    placements: world.declaration.placements.filter(({ name }) => tables.includes(name)),
  };
  const run = runOnce(world, world.machine, declaration);
  during();
  const end = await world.time.until(run, 10);
  if (end.kind !== "ended") throw new Error([end.kind, ...world.timeline].join("\n"));
  return end.result;
}

test("moves that do not start because a move of an earlier run holds their place say so", async () => {
  const world = await createWorld(
    plainSchedule({
      tables: [
        { targets: [1], rows: 1 },
        { targets: [2], rows: 1 },
      ],
      limits: { outgoing: 1, incoming: 1, cluster: 1 },
    }),
  );
  world.model.faults.hangNextProcedure();
  await killedAfterSubmission(world);
  const result = await nextRun(world, ["t1"]);
  expect(result).toMatchObject({ ok: false, moves: [{ outcome: "not-started", diagnostic: { code: "MOVE_STUCK" } }] });
  expect(world.violations).toEqual([]);
});

test("a planned move of an earlier run that is still running is left running, also when its rows could not be counted", async () => {
  const world = await createWorld(plainSchedule({ tables: [{ targets: [1], rows: 1 }], migrationMs: 5_000 }));
  await killedAfterSubmission(world);
  const result = await nextRun(world, ["t0"], () => world.time.after(35, () => world.runs.at(-1)?.stop.abort()));
  expect(result).toMatchObject({ ok: false, interrupted: "stop", moves: [{ outcome: "left-running" }] });
  expect(world.violations).toEqual([]);
});

test("a move of an earlier run that has ended is over, also when its region is being repartitioned since", async () => {
  const world = await createWorld(
    plainSchedule({
      tables: [
        { targets: [1], rows: 1 },
        { targets: [1], rows: 1 },
      ],
      stagingMs: 400_000,
    }),
  );
  await killedAfterSubmission(world);
  await world.time.advance(5_000);
  const { tableId } = world.tables[0]!;
  world.model
    .repartition(
      tableId,
      [0],
      [0, 1].map((part) => ({ text: `part ${part}`, expression: part })),
      ["host"],
      () => 0,
    )
    .done.catch(() => undefined);
  await world.time.advance(1_000);
  expect(world.model.routes().find(({ regionId }) => regionId === regionOf(world.tables[0]!, 0))?.status).toBe(
    "STAGING",
  );
  const began = world.time.now();
  const result = await nextRun(world, ["t1"]);
  expect([result.ok, result.diagnostics]).toEqual([true, []]);
  expect(world.time.now() - began).toBeLessThan(10_000);
});
