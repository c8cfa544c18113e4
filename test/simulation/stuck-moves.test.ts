import { plainSchedule } from "./plain-schedule";
import { checkAtTheEnd } from "./promises";
import { runOnce } from "./virtual-run";
import { createWorld } from "./world";

test("a move that does not end keeps its places: its datanodes take no further ones, others go on", async () => {
  const world = await createWorld(
    plainSchedule({
      datanodes: 4,
      tables: [{ targets: [1, 1, 3, 2, 1], rows: 1 }],
      limits: { outgoing: 1, incoming: 1, cluster: 4 },
    }),
  );
  world.model.faults.hangNextProcedure();
  const end = await world.time.until(runOnce(world, world.machine, world.declaration), 100);
  if (end.kind !== "ended") throw new Error(end.kind);
  // Regions 0 and 4 leave datanode 0 for 1: the first hangs, so that the second has no place. 2 and 3 exchange datanodes.
  expect(end.result.moves.map(({ move, outcome }) => [Number(move.region & 0xffn), outcome]).sort()).toEqual([
    [0, "left-running"],
    [2, "done"],
    [3, "done"],
    [4, "not-started"],
  ]);
  expect(end.result.diagnostics.map(({ code }) => code)).toContain("MOVE_STUCK");
  world.model.faults.clearProcedureFaults();
  expect((await world.time.until(runOnce(world, world.machine, world.declaration), 100)).kind).toBe("ended");
  await checkAtTheEnd(world);
  expect(world.violations).toEqual([]);
});
