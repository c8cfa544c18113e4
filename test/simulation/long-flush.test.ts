import { plainSchedule } from "./plain-schedule";
import { runOnce } from "./virtual-run";
import { createWorld, regionOf } from "./world";

test("what somebody else begins while a region is being flushed is seen before its move is submitted", async () => {
  const world = await createWorld(
    plainSchedule({
      tables: [{ targets: [1], rows: 1 }],
      verifyRows: "off",
      migrationMs: 3_000,
      replayTimeoutSeconds: 60,
    }),
  );
  const { model, time } = world;
  const region = regionOf(world.tables[0]!, 0);
  const run = runOnce(world, world.machine, world.declaration);
  // The flush waits for the source, which hangs; meanwhile the region's move to datanode 2 is asked for.
  await time.advance(60);
  model.faults.hangDatanode(0n);
  await time.advance(1_000);
  const procedure = await model.migrateRegion(region, 0n, 2n, 60);
  world.touches.push({
    region,
    tableId: world.tables[0]!.tableId,
    at: time.now(),
    until: null,
    what: "foreign migration",
    procedure,
  });
  await time.advance(3_000);
  model.faults.continueDatanode(0n);
  const end = await time.until(run, 50);
  expect(world.submissions).toEqual([]);
  expect(end).toMatchObject({
    kind: "ended",
    result: { ok: false, moves: [{ outcome: "failed", diagnostic: { code: "LEADER_CHANGED" } }] },
  });
});
