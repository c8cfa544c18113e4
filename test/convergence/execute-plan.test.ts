import { PortError } from "../../src/engines/port";
import { datanodeId, regionIdOf } from "../../src/topology/ids";
import { diagnosticOf } from "./fake-cluster";
import { codes, declare, outcomes, planOf, world } from "./harness";

describe("executePlan", () => {
  test("moves what the plan contains, flushed first, and verifies it", async () => {
    const w = world();
    const table = w.cluster.addTable("cpu", 1024, [0, 0, 1]);
    const declaration = declare({ cpu: [0, 1, 2] });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(outcomes(result)).toEqual(["done", "done"]);
    expect(result).toMatchObject({ ok: true, interrupted: null, diagnostics: [] });
    expect(result.rows).toEqual([{ table, method: "exact", before: 30n, after: 30n }]);
    expect(w.cluster.submissions.every((submission) => submission.flushedBefore)).toBe(true);
    expect(planOf(w.cluster, declaration).moves).toEqual([]);
    expect(w.journal.records().at(-1)).toMatchObject({ kind: "run-ended", outcome: "finished" });
  });

  test("an empty plan asks the cluster nothing and writes nothing", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [0] });
    expect(await w.run(planOf(w.cluster, declaration), declaration)).toMatchObject({ ok: true, moves: [] });
    expect(w.cluster.statements).toEqual([]);
    expect(w.journal.records()).toEqual([]);
  });

  test("a blocked plan is refused as a whole", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 0]);
    w.cluster.silence(1);
    w.clock.jump(60_000);
    const declaration = declare({ cpu: [2, 1] });
    const plan = planOf(w.cluster, declaration);
    const result = await w.run(plan, declaration);
    expect(codes(result)).toEqual(["DATANODE_GONE"]);
    expect(result.ok).toBe(false);
    expect(w.cluster.submissions).toEqual([]);
  });

  test("a region that is there already is not submitted", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    const plan = planOf(w.cluster, declaration);
    w.cluster.regions.get(regionIdOf(1024, 0))!.leader = datanodeId(1);
    const result = await w.run(plan, declaration);
    expect(outcomes(result)).toEqual(["already-there"]);
    expect(result.ok).toBe(true);
    expect(w.cluster.submissions).toEqual([]);
  });

  test("the placement is read once more after the last move: a region that somebody has moved on since is no success", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 0]);
    const declaration = declare({ cpu: [1, 1] }, { limits: { outgoing: 1, incoming: 1, cluster: 1 } });
    const first = w.cluster.regions.get(regionIdOf(1024, 0))!;
    w.cluster.onSubmit = (move) => {
      if (move.region === regionIdOf(1024, 1)) first.leader = datanodeId(2);
      return null;
    };
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(outcomes(result)).toEqual(["failed", "done"]);
    expect(codes(result)).toEqual(["LEADER_CHANGED"]);
    expect(result.ok).toBe(false);
  });

  test("a placement that cannot be read any more is not taken for reached", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    w.cluster.fault = (call) => {
      const done = w.events.some(({ code }) => code === "MOVE_DONE");
      if (done && call === "leaders") throw new PortError(diagnosticOf("CONNECTION_LOST"), true, true);
    };
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(codes(result)).toEqual(["PLACEMENT_NOT_READ"]);
    expect(result.ok).toBe(false);
    w.cluster.fault = () => undefined;
    expect(planOf(w.cluster, declaration).moves).toEqual([]);
  });
});
