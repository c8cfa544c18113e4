import { PortError, type ProcedureState } from "../../src/engines/port";
import { datanodeId, regionIdOf } from "../../src/topology/ids";
import { codes, declare, outcomes, planOf, world } from "./harness";
import { diagnosticOf } from "./fake-cluster";

const REGION = regionIdOf(1024, 0);
const transient = (sent = false): PortError => new PortError(diagnosticOf("CONNECTION_LOST"), true, sent);

function oneMove(replayTimeoutSeconds = 300) {
  const w = world();
  w.cluster.addTable("cpu", 1024, [0]);
  const declaration = declare({ cpu: [1] }, { replayTimeoutSeconds });
  return { ...w, declaration, plan: planOf(w.cluster, declaration) };
}

describe("answers to a submission", () => {
  test("the reply is lost after the server acted: the running move is adopted, not sent again", async () => {
    const w = oneMove();
    w.cluster.onSubmit = (move) => {
      w.cluster.start(move.region, move.from, move.to);
      throw transient(true);
    };
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["done"]);
    expect(w.cluster.submissions).toHaveLength(1);
    expect(w.events.map((event) => event.code)).toContain("MOVE_ADOPTED");
  });

  test("the reply is lost and the server did not act: it is sent again", async () => {
    const w = oneMove();
    let first = true;
    w.cluster.onSubmit = () => {
      if (!first) return null;
      first = false;
      throw transient(true);
    };
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["done"]);
    expect(w.cluster.submissions.map((submission) => submission.accepted)).toEqual([false, true]);
  });

  test("the reply is lost each time and the server never acts: the move fails, and says what the answers were lost by", async () => {
    const w = oneMove();
    w.cluster.onSubmit = () => {
      throw transient(true);
    };
    const result = await w.run(w.plan, w.declaration);
    expect(w.cluster.submissions).toHaveLength(3);
    expect(result.moves[0]).toMatchObject({ outcome: "failed", diagnostic: { code: "MOVE_NOT_ANSWERED", detail: expect.stringContaining("CONNECTION_LOST") } });
  });

  test("the reply is lost where the server cannot list what runs: a busy answer is waited out", async () => {
    const w = oneMove();
    w.cluster.listsRunning = false;
    w.cluster.moveMs = () => 20_000;
    let first = true;
    w.cluster.onSubmit = (move) => {
      if (!first) return null;
      first = false;
      w.cluster.start(move.region, move.from, move.to);
      throw transient(true);
    };
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["done"]);
    expect([...w.cluster.procedures]).toHaveLength(1);
  });

  test("somebody else's migration fails and ours moves the region: it is ours that is reported", async () => {
    const w = oneMove();
    const foreign = w.cluster.start(REGION, datanodeId(0), datanodeId(1), 1e6);
    w.clock.at(3_000, () => void (w.cluster.procedures.get(foreign)!.state = { kind: "failed", error: "Mailbox channel closed", cause: "other" }));
    const result = await w.run(w.plan, w.declaration);
    expect(w.cluster.submissions).toHaveLength(1);
    expect(outcomes(result)).toEqual(["done"]);
  });

  test("already there is success", async () => {
    const w = oneMove();
    w.cluster.onSubmit = (move) => {
      w.cluster.regions.get(move.region)!.leader = move.to;
      return { kind: "already-there" };
    };
    const result = await w.run(w.plan, w.declaration);
    expect(result.ok).toBe(true);
  });

  test("a datanode that is late twice, and was heard from in between, has not been waited for all that time", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 0]);
    const declaration = declare({ cpu: [1, 2] }, { limits: { outgoing: 1, incoming: 1, cluster: 1 } });
    w.cluster.moveMs = () => 100_000;
    w.cluster.silentSince.set(datanodeId(1), w.clock.now() - 7_000);
    w.clock.at(2_000, () => void w.cluster.silentSince.delete(datanodeId(1)));
    w.clock.at(95_000, () => w.cluster.silence(1));
    w.clock.at(110_000, () => void w.cluster.silentSince.delete(datanodeId(1)));
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(codes(result)).toEqual([]);
    expect(outcomes(result)).toEqual(["done", "done"]);
  });

  test("another metasrv takes over and lists the datanodes as they report: one whose loss is accepted is flushed all the same", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 0]);
    const limits = { outgoing: 1, incoming: 1, cluster: 1 };
    const declaration = declare({ cpu: [1, 1] }, { limits, acceptDataLossOf: [0] });
    w.cluster.moveMs = () => 2_000;
    w.clock.at(1_000, () => void w.cluster.datanodes.shift());
    w.clock.at(6_000, () => void w.cluster.datanodes.unshift(datanodeId(0)));
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(outcomes(result)).toEqual(["done", "done"]);
    expect(w.cluster.submissions.map(({ flushedBefore }) => flushedBefore)).toEqual([true, true]);
    expect(codes(result)).toEqual([]);
  });

  test("a refusal and a failed flush that may pass are told with their reason each time", async () => {
    const w = oneMove();
    let [flushes, submissions] = [0, 0];
    w.cluster.fault = (call) => {
      if (call === "flush" && (flushes += 1) === 1) throw transient();
    };
    w.cluster.onSubmit = () => ((submissions += 1) <= 2 ? { kind: "transient", diagnostic: diagnosticOf("TARGET_UNAVAILABLE") } : null);
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["done"]);
    const told = w.events.filter(({ code }) => code === "MOVE_FLUSH_FAILED" || code === "MOVE_REFUSED");
    expect(told.map((event) => [event.code, "diagnostic" in event && event.diagnostic.code])).toEqual([
      ["MOVE_FLUSH_FAILED", "CONNECTION_LOST"],
      ["MOVE_REFUSED", "TARGET_UNAVAILABLE"],
      ["MOVE_REFUSED", "TARGET_UNAVAILABLE"],
    ]);
  });

  test("transient refusals are tried again with longer and longer pauses", async () => {
    const w = oneMove();
    const at: number[] = [];
    w.cluster.onSubmit = () => {
      at.push(w.clock.now());
      return at.length < 4 ? { kind: "transient", diagnostic: diagnosticOf("TARGET_UNAVAILABLE") } : null;
    };
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["done"]);
    const gaps = at.slice(1).map((time, index) => time - at[index]!);
    expect(gaps[1]).toBeGreaterThan(gaps[0]!);
    expect(gaps[2]).toBeGreaterThan(gaps[1]!);
  });

  test("a permanent refusal stops that move; independent ones finish", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 1]);
    const declaration = declare({ cpu: [1, 2] });
    w.cluster.onSubmit = (move) =>
      move.region === REGION ? { kind: "refused", diagnostic: diagnosticOf("PERMISSION_DENIED") } : null;
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(outcomes(result)).toEqual(["failed", "done"]);
    expect(codes(result)).toEqual(["MOVE_NOT_ACCEPTED"]);
    expect(result.diagnostics[0]!.detail).toContain("PERMISSION_DENIED");
  });
});

describe("what becomes of a procedure", () => {
  test("an id that is never known never started: read, sent again, and at last both causes are named", async () => {
    const w = oneMove();
    let ids = 0;
    w.cluster.onSubmit = () => ({ kind: "submitted", procedure: `lost-${(ids += 1)}` });
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["failed"]);
    expect(codes(result)).toEqual(["MOVE_NEVER_STARTED"]);
    expect(result.diagnostics[0]!.detail).toMatch(/paused.*128/s);
    expect(w.cluster.submissions).toHaveLength(3);
    expect(w.cluster.regions.get(REGION)!.leader).toBe(datanodeId(0));
  });

  test("an id that is lost once is sent again and succeeds", async () => {
    const w = oneMove();
    let first = true;
    w.cluster.onSubmit = () => {
      if (!first) return null;
      first = false;
      return { kind: "submitted", procedure: "lost" };
    };
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["done"]);
    expect(w.events.map((event) => event.code)).toContain("MOVE_NEVER_STARTED");
  });

  test("a finished procedure that metasrv has forgotten is found by its leader", async () => {
    const w = oneMove();
    w.cluster.fault = (call) => {
      if (call === "procedures") w.cluster.forgetEnded();
    };
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["done"]);
    expect(w.cluster.submissions).toHaveLength(1);
  });

  test("no shared storage: nothing more is submitted, and the reason is told once", async () => {
    const w = world(8);
    w.cluster.addTable("cpu", 1024, [0, 0, 0, 0]);
    const declaration = declare({ cpu: [1, 1, 1, 1] });
    w.cluster.onState = (): ProcedureState => ({
      kind: "retrying",
      error: "does not satisfy requirement 'object storage'",
      cause: "no-shared-storage",
    });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(outcomes(result)).toEqual(["left-running", "not-started", "not-started", "not-started"]);
    expect(new Set(codes(result))).toEqual(new Set(["NO_SHARED_STORAGE"]));
    expect(w.cluster.submissions).toHaveLength(1);
    expect(result.diagnostics).toHaveLength(1);
  });

  test("no shared storage, where the version ends the move: it is not sent again, and no other", async () => {
    const w = world(8);
    w.cluster.addTable("cpu", 1024, [0, 0, 0, 0]);
    const declaration = declare({ cpu: [1, 1, 1, 1] });
    w.cluster.onState = (): ProcedureState => ({
      kind: "failed",
      error: "open region with object storage requirement on non-object storage",
      cause: "no-shared-storage",
    });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(outcomes(result)).toEqual(["failed", "not-started", "not-started", "not-started"]);
    expect(codes(result)).toEqual(["NO_SHARED_STORAGE"]);
    expect(w.cluster.submissions).toHaveLength(1);
  });

  test("a table that goes while the server tries its move again stops no other", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    w.cluster.addTable("mem", 1025, [0, 0]);
    w.cluster.moveMs = () => 3_000;
    w.cluster.onState = ({ region }) =>
      w.cluster.regions.has(region) ? null : { kind: "retrying", error: "Failed to find table route for 1024", cause: "region-gone" };
    w.clock.at(1_000, () => w.cluster.dropTable("cpu"));
    const declaration = declare({ cpu: [1], mem: [1, 1] });
    const result = await w.run(planOf(w.cluster, declaration), declaration, { terms: { verifyRows: "off" } });
    expect(outcomes(result)).toEqual(["failed", "done", "done"]);
    expect(codes(result)).toEqual(["REGION_MISSING"]);
  });

  test("done without a new leader is not believed", async () => {
    const w = oneMove();
    w.cluster.onSubmit = (move) => {
      const procedure = w.cluster.start(move.region, move.from, move.to, 1e9);
      w.cluster.procedures.get(procedure)!.state = { kind: "done" };
      return { kind: "submitted", procedure };
    };
    const result = await w.run(w.plan, w.declaration);
    expect(codes(result)).toEqual(["MOVE_NOT_CONFIRMED"]);
  });

  test("a failed procedure is tried again while its leader is where it was", async () => {
    const w = oneMove();
    let first = true;
    w.cluster.onState = (procedure) => {
      if (!first) return null;
      first = false;
      procedure.state = { kind: "failed", error: "Mailbox channel closed: Datanode-1", cause: "other" };
      return procedure.state;
    };
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["done"]);
    expect(w.cluster.submissions).toHaveLength(2);
  });

  test("a dropped table ends its moves although the procedure rolls back for ever", async () => {
    const w = oneMove();
    w.cluster.moveMs = () => 5_000;
    w.clock.at(1_000, () => w.cluster.dropTable("cpu"));
    const result = await w.run(w.plan, w.declaration, { terms: { verifyRows: "off" } });
    expect(outcomes(result)).toEqual(["failed"]);
    expect(codes(result)).toEqual(["REGION_MISSING"]);
  });

  test("a move that hangs past its timeout is left to the next run, which adopts it", async () => {
    const w = oneMove(10);
    w.cluster.moveMs = () => 1e7;
    const first = await w.run(w.plan, w.declaration);
    expect(outcomes(first)).toEqual(["left-running"]);
    expect(codes(first)).toEqual(["MOVE_STUCK"]);
    w.clock.jump(1e7);
    const second = await w.run(planOf(w.cluster, w.declaration, w.journal), w.declaration);
    expect(second.ok).toBe(true);
    expect(w.cluster.submissions).toHaveLength(1);
  });
});
