import fc from "fast-check";
import { PortError } from "../../src/engines/port";
import { diagnosticOf } from "../convergence/fake-cluster";
import { declare, planOf, world } from "../convergence/harness";
import { attack } from "./support/attack";

describe("one move per region, limits hold", () => {
  test("at every moment, whatever fails", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 20 }),
        fc.record({
          outgoing: fc.integer({ min: 1, max: 3 }),
          incoming: fc.integer({ min: 1, max: 3 }),
          cluster: fc.integer({ min: 1, max: 6 }),
        }),
        fc.infiniteStream(fc.nat(9)),
        async (placements, limits, dice) => {
          const w = world(5);
          w.cluster.addTable(
            "cpu",
            1024,
            placements.map(([from]) => from),
          );
          const declaration = declare({ cpu: placements.map(([, to]) => to) }, { limits });
          w.cluster.moveMs = () => 50 + 100 * dice.next().value!;
          w.cluster.fault = (call) => {
            if (call !== "count" && dice.next().value === 0)
              throw new PortError(diagnosticOf("CONNECTION_LOST"), true, call === "submit");
          };
          const result = await w.run(planOf(w.cluster, declaration), declaration);
          expect(w.cluster.mostRunning).toBeLessThanOrEqual(limits.cluster);
          expect(w.cluster.mostOutgoing).toBeLessThanOrEqual(limits.outgoing);
          expect(w.cluster.mostIncoming).toBeLessThanOrEqual(limits.incoming);
          const accepted = w.cluster.submissions
            .filter((submission) => submission.accepted)
            .map((submission) => submission.region);
          expect(new Set(accepted).size).toBe(accepted.length);
          for (const move of result.moves) expect(["done", "already-there", "failed"]).toContain(move.outcome);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("the limit grows from one per datanode up to what is declared, and is used", async () => {
    const w = world(2);
    w.cluster.addTable(
      "cpu",
      1024,
      Array.from({ length: 40 }, () => 0),
    );
    const declaration = declare(
      { cpu: Array.from({ length: 40 }, () => 1) },
      { limits: { outgoing: 4, incoming: 4, cluster: 16 } },
    );
    const submitted: number[] = [];
    w.cluster.onSubmit = () => {
      submitted.push(w.cluster.runningProcedures().length);
      return null;
    };
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(result.ok).toBe(true);
    expect(submitted.slice(0, 3)).toEqual([0, 0, 0]);
    expect(w.cluster.mostOutgoing).toBe(4);
  });

  test("moves of one table run one after another where the server demands it", async () => {
    const w = world(4);
    w.cluster.addTable("cpu", 1024, [0, 1]);
    const declaration = declare({ cpu: [2, 3] });
    const plan = planOf(w.cluster, declaration);
    await w.run({ ...plan, settings: { ...plan.settings, serialPerTable: true } }, declaration);
    expect(w.cluster.mostRunning).toBe(1);
  });
});

test("procedures that hang, vanish and fail, answers that are lost, runs that are killed: never two of a region, never more than allowed", async () => {
  const hostile = ["hang-procedure", "vanish-procedure", "fail-procedure", "break-connection", "kill-process", "restart-metasrv", "second-run"] as const;
  expect(await attack(hostile, { change: { limits: { outgoing: 1, incoming: 1, cluster: 2 } } })).toBeGreaterThan(100);
});
