import { regionIdOf } from "../../src/topology/ids";
import { codes, declare, outcomes, planOf, world } from "./harness";

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

  describe("a stop while a statement takes its time", () => {
    const SLOW_MS = 1e6;
    /** Stops ten seconds after the run began; how long the run then took to return. */
    async function stopped(slow: (w: ReturnType<typeof world>) => void) {
      const w = world();
      w.cluster.addTable("cpu", 1024, [0]);
      slow(w);
      const declaration = declare({ cpu: [1] });
      const before = w.clock.now();
      w.clock.at(9_000, () => w.drain.abort());
      w.clock.at(10_000, () => w.stop.abort());
      const result = await w.run(planOf(w.cluster, declaration), declaration);
      expect(w.clock.now() - before).toBeLessThan(13_000);
      expect(result).toMatchObject({ ok: false, interrupted: "stop" });
      expect(w.journal.records().at(-1)).toMatchObject({ kind: "run-ended", outcome: "interrupted" });
      expect(w.events.map(({ code }) => code).filter((code) => code === "DRAINING" || code === "STOPPED")).toEqual(["DRAINING", "STOPPED"]);
      return { ...w, declaration, result };
    }
    const slowCount = (nth: number) => (w: ReturnType<typeof world>) => {
      let calls = 0;
      w.cluster.countRows = async (table) => {
        calls += 1;
        if (calls === nth) await w.clock.sleep(SLOW_MS);
        return w.cluster.rowsOf(table);
      };
    };

    test("counting before: nothing is moved", async () => {
      const { result, cluster } = await stopped(slowCount(1));
      expect(outcomes(result)).toEqual(["not-started"]);
      expect(codes(result)).toEqual([]);
      expect(cluster.submissions).toEqual([]);
    });

    test("counting after: what was not compared is not called converged, and the next run compares it", async () => {
      const w = await stopped(slowCount(2));
      expect(outcomes(w.result)).toEqual(["done"]);
      expect(w.result.rows).toEqual([]);
      w.cluster.regions.get(regionIdOf(1024, 0))!.flushed = 3n;
      const never = new AbortController().signal;
      const next = await w.run(planOf(w.cluster, w.declaration, w.journal), w.declaration, { drain: never, stop: never });
      expect(codes(next)).toEqual(["ROWS_FEWER"]);
    });

    test("checksums after: they are not compared either", async () => {
      let calls = 0;
      const w = world();
      w.cluster.addTable("cpu", 1024, [0]);
      const { checksum } = w.cluster;
      w.cluster.checksum = async (...asked) => {
        calls += 1;
        if (calls === 2) await w.clock.sleep(SLOW_MS);
        return checksum(...asked);
      };
      w.clock.at(10_000, () => w.stop.abort());
      const declaration = declare({ cpu: [1] });
      const result = await w.run(planOf(w.cluster, declaration), declaration, { terms: { verifyChecksums: true } });
      expect(result).toMatchObject({ ok: false, interrupted: "stop", checksums: [] });
    });
  });

  test("a loss that was found before the stop is told", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    w.cluster.addTable("mem", 1025, [0]);
    const cpu = w.cluster.regions.get(regionIdOf(1024, 0))!;
    const declaration = declare({ cpu: [1], mem: [1] });
    w.cluster.onSubmit = (move) => {
      if (move.region === regionIdOf(1024, 0)) w.clock.at(50, () => void (cpu.flushed = 3n));
      else w.cluster.moveMs = () => 1e6;
      return null;
    };
    w.clock.at(20_000, () => w.stop.abort());
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(outcomes(result)).toEqual(["done", "left-running"]);
    expect(codes(result)).toContain("ROWS_FEWER");
  });
});
