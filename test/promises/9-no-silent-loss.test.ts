import { PortError } from "../../src/engines/port";
import { datanodeId, regionIdOf } from "../../src/topology/ids";
import { diagnosticOf } from "../convergence/fake-cluster";
import { codes, declare, outcomes, planOf, world } from "../convergence/harness";
import { attack } from "./support/attack";

describe("no row is lost silently", () => {
  test("a source that falls silent between plan and apply is not left", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 2]);
    const declaration = declare({ cpu: [1, 1] });
    const plan = planOf(w.cluster, declaration);
    w.cluster.silence(0);
    w.clock.jump(7_000);
    const result = await w.run(plan, declaration);
    expect(outcomes(result)).toEqual(expect.arrayContaining(["failed", "done"]));
    expect(codes(result)).toEqual(["MOVE_HELD"]);
    expect(w.cluster.submissions.filter((submission) => submission.from === datanodeId(0))).toEqual([]);
  });

  test("with the loss accepted it is left, and the missing rows are an error with both figures", async () => {
    const w = world();
    const table = w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] }, { acceptDataLossOf: [0] });
    w.cluster.silence(0);
    w.clock.jump(8_000);
    const plan = planOf(w.cluster, declaration);
    expect(plan.warnings.map((warning) => warning.code)).toContain("ROWS_MAY_BE_LOST");
    const result = await w.run(plan, declaration);
    expect(outcomes(result)).toEqual(["done"]);
    expect(result.rows).toEqual([{ table, method: "exact", before: 10n, after: 5n }]);
    expect(codes(result)).toEqual(["ROWS_MAY_BE_LOST", "ROWS_FEWER"]);
    expect(result.diagnostics[0]).toMatchObject({ severity: "warning", detail: expect.stringContaining("Tables: public.cpu.") });
    expect(result.diagnostics[1]!.detail).toMatch(/10 .*5 now/);
    expect(result.ok).toBe(false);
  });

  test("the tables are named also when the datanode falls silent only after the plan was made; those it answered for are not", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    w.cluster.addTable("mem", 1025, [2]);
    const declaration = declare({ cpu: [1], mem: [1] }, { acceptDataLossOf: [0, 2] });
    const plan = planOf(w.cluster, declaration);
    expect(plan.warnings.map(({ code }) => code)).not.toContain("ROWS_MAY_BE_LOST");
    w.cluster.silence(0);
    w.clock.jump(8_000);
    const result = await w.run(plan, declaration);
    const warned = result.diagnostics.filter(({ code }) => code === "ROWS_MAY_BE_LOST");
    expect(warned).toMatchObject([{ address: "datanode 0", detail: expect.stringContaining("Tables: public.cpu.") }]);
    expect(outcomes(result)).toEqual(["done", "done"]);
  });

  test("acceptance for one table's placement does not hold for another's", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    w.cluster.addTable("mem", 1025, [0]);
    const accepting = declare({ cpu: [1] }, { acceptDataLossOf: [0] });
    const declaration = { ...accepting, placements: [...accepting.placements, ...declare({ mem: [1] }).placements] };
    const plan = planOf(w.cluster, declaration);
    w.cluster.silence(0);
    w.clock.jump(8_000);
    const result = await w.run(plan, declaration);
    expect(outcomes(result)).toEqual(["done", "failed"]);
    expect(w.cluster.submissions.map((submission) => submission.region)).toEqual([regionIdOf(1024, 0)]);
  });

  test("a flush that fails is no move", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    w.cluster.fault = (call) => {
      if (call === "flush") throw new PortError(diagnosticOf("ENGINE"), false, true);
    };
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(codes(result)).toEqual(["FLUSH_FAILED"]);
    expect(w.cluster.submissions).toEqual([]);
  });

  test("a target that falls silent during a long flush gets no region", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    const plan = planOf(w.cluster, declaration);
    let first = true;
    w.cluster.fault = (call) => {
      if (call !== "flush" || !first) return;
      first = false;
      w.cluster.flushMs = 5_900;
      w.clock.at(5_899, () => void w.cluster.silentSince.set(datanodeId(1), w.clock.now() - 6_500));
    };
    await w.run(plan, declaration);
    expect(w.cluster.submissions).toEqual([]);
  });

  test("rows are compared with the count of the run that was interrupted", async () => {
    const w = world();
    const table = w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    w.cluster.moveMs = () => 5_000;
    w.clock.at(2_000, () => w.stop.abort());
    await w.run(planOf(w.cluster, declaration), declaration);
    w.cluster.regions.get(regionIdOf(1024, 0))!.flushed = 1n;
    w.clock.jump(10_000);
    const never = new AbortController().signal;
    const second = await w.run(planOf(w.cluster, declaration, w.journal), declaration, { stop: never });
    expect(second.rows).toEqual([{ table, method: "exact", before: 10n, after: 1n }]);
    expect(codes(second)).toEqual(["ROWS_FEWER"]);
  });

  test("a table that cannot be counted is not touched", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    w.cluster.fault = (call) => {
      if (call === "count") throw new PortError(diagnosticOf("ENGINE"), true, true);
    };
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(codes(result)).toEqual(["ROWS_NOT_COUNTED"]);
    expect(outcomes(result)).toEqual(["not-started"]);
  });
});

test("datanodes that die, hang and lose their heartbeats while regions move: no row that was there is gone, no silent one is left", async () => {
  const hostile = ["kill-datanode", "hang-datanode", "lose-heartbeats", "restart-datanode", "write-rows", "kill-process"] as const;
  expect(await attack(hostile, { change: { acceptDataLossOf: [] } })).toBeGreaterThan(100);
});
