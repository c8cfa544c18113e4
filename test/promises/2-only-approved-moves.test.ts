import fc from "fast-check";
import { datanodeId, regionIdOf } from "../../src/topology/ids";
import { declare, planOf, world } from "../convergence/harness";
import { attack } from "./support/attack";

test("leaders that move, vanish or change meanwhile never cause another move", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 8 }),
      fc.array(fc.record({ at: fc.nat(3_000), region: fc.nat(7), to: fc.nat(3) }), { maxLength: 5 }),
      async (placements, meddling) => {
        const w = world(4);
        w.cluster.addTable(
          "cpu",
          1024,
          placements.map(([from]) => from),
        );
        const declaration = declare({ cpu: placements.map(([, to]) => to) });
        const plan = planOf(w.cluster, declaration);
        for (const { at, region, to } of meddling) {
          w.clock.at(at, () => {
            const found = w.cluster.regions.get(regionIdOf(1024, region));
            const moving = w.cluster
              .runningProcedures()
              .some(([, procedure]) => procedure.region === regionIdOf(1024, region));
            if (found !== undefined && !moving) found.leader = datanodeId(to);
          });
        }
        await w.run(plan, declaration);
        const approved = new Set(plan.moves.map((move) => `${move.region} ${move.from} ${move.to}`));
        for (const { region, from, to } of w.cluster.submissions)
          expect(approved).toContain(`${region} ${from} ${to}`);
      },
    ),
    { numRuns: 200 },
  );
});

test("regions that others move, tables that others change, other runs: nothing that was not approved is ever submitted", async () => {
  const hostile = ["move-behind", "foreign-migration", "drop-table", "alter-table", "repartition-table", "second-run", "kill-process"] as const;
  expect(await attack(hostile, { change: { failover: true } })).toBeGreaterThan(100);
});
