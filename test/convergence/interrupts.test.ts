import { declare, outcomes, planOf, world } from "./harness";

describe("interrupts", () => {
  test("drain finishes what is moving and starts nothing new; the next run does the rest", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 0, 0]);
    const declaration = declare({ cpu: [1, 1, 1] });
    w.cluster.moveMs = () => 2_000;
    w.clock.at(1_000, () => w.drain.abort());
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(outcomes(result)).toEqual(["done", "not-started", "not-started"]);
    expect(result).toMatchObject({ ok: false, interrupted: "drain" });
    expect(result.rows).toHaveLength(1);
    const second = await w.run(planOf(w.cluster, declaration, w.journal), declaration, {
      drain: new AbortController().signal,
    });
    expect(outcomes(second)).toEqual(["done", "done"]);
    expect(w.cluster.submissions).toHaveLength(3);
  });

  test("stop returns at once although a move is running and a question hangs", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 0]);
    const declaration = declare({ cpu: [1, 1] });
    w.cluster.moveMs = () => 1e6;
    const before = w.clock.now();
    const { port } = w.cluster;
    const hanging = { ...port, moves: { ...port.moves, procedures: () => new Promise<never>(() => undefined) } };
    w.clock.at(1_000, () => w.stop.abort());
    const result = await w.run(planOf(w.cluster, declaration), declaration, { port: hanging });
    expect(outcomes(result)).toEqual(["left-running", "not-started"]);
    expect(result.interrupted).toBe("stop");
    expect(w.clock.now() - before).toBeLessThan(4_000);
    expect(w.journal.records().at(-1)).toMatchObject({ kind: "run-ended", outcome: "interrupted" });
  });
});
