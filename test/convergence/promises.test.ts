import fc from "fast-check";
import { PortError } from "../../src/engines/port";
import { JournalError } from "../../src/convergence/journal";
import { memoryJournal } from "../../src/convergence/journal-memory";
import { datanodeId, regionIdOf } from "../../src/topology/ids";
import { errorDiagnostic } from "../../src/topology/diagnostic";
import type { TableChange } from "../../src/planning/change";
import type { TableDeclaration } from "../../src/topology/manifest";
import { codes, declare, outcomes, planOf, world } from "./harness";
import { diagnosticOf } from "./fake-cluster";

describe("promise 1: nothing is dropped unless that table says so", () => {
  const table = { database: "public", name: "cpu" };
  const drop: TableChange = {
    kind: "drop-table",
    table,
    reason: "It is not declared any more.",
    losesData: true,
    inverse: null,
  };
  const declared = (deletionProtection: boolean): TableDeclaration => ({
    ...table,
    columns: [],
    primaryKey: [],
    timeIndex: "ts",
    engine: "mito",
    options: {},
    ignoreUndeclaredColumns: false,
    deletionProtection,
  });

  test.each([
    ["declared and protected", [declared(true)], false],
    ["not declared", [], false],
    ["declared without protection", [declared(false)], true],
  ])("%s", async (_name, tables, dropped) => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = { ...declare({}), tables };
    const plan = { ...planOf(w.cluster, declaration), tableChanges: [drop] };
    const result = await w.run(plan, declaration);
    expect(w.cluster.changes.length > 0).toBe(dropped);
    expect(codes(result)).toEqual(dropped ? [] : ["DELETION_PROTECTED"]);
  });
});

describe("promise 2: only moves of the approved plan are started", () => {
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
});

describe("promise 3: one move per region, limits hold", () => {
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

describe("promise 4: the journal comes first", () => {
  const broken = new JournalError(
    errorDiagnostic({ code: "JOURNAL_UNWRITABLE", summary: "The journal cannot be written", detail: "No space left." }),
  );

  test("a journal that cannot be written refuses the plan before the first move", async () => {
    const w = world(3, { records: () => [], append: () => Promise.reject(broken) });
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(codes(result)).toEqual(["JOURNAL_UNWRITABLE"]);
    expect(w.cluster.statements).toEqual([]);
  });

  test.each([2, 3, 4, 5, 6])(
    "a disk that is full from record %i on: what moves is finished, nothing new is started",
    async (full) => {
      const journal = memoryJournal();
      const w = world(3, {
        records: journal.records,
        append: (record) => (journal.records().length + 1 >= full ? Promise.reject(broken) : journal.append(record)),
      });
      w.cluster.addTable("cpu", 1024, [0, 0, 0]);
      const declaration = declare({ cpu: [1, 1, 1] });
      const result = await w.run(planOf(w.cluster, declaration), declaration);
      expect(result.ok).toBe(false);
      expect(codes(result)).toContain("JOURNAL_UNWRITABLE");
      expect(w.cluster.submissions.length).toBeLessThanOrEqual(1);
      expect(outcomes(result).filter((outcome) => outcome === "left-running")).toEqual([]);
      const w2 = world(3, memoryJournal(journal.records()));
      for (const [id, region] of w.cluster.regions) w2.cluster.regions.set(id, region);
      expect((await w2.run(planOf(w2.cluster, declaration, w2.journal), declaration)).ok).toBe(true);
    },
  );
});

describe("promise 9: no row is lost silently", () => {
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
    expect(codes(result)).toEqual(["ROWS_FEWER"]);
    expect(result.diagnostics[0]!.detail).toMatch(/10 .*5 now/);
    expect(result.ok).toBe(false);
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

describe("promise 10: the cluster is not pushed harder than it bears", () => {
  test("moves get slower when more run: it stops widening and never reaches what is allowed", async () => {
    const w = world(2);
    w.cluster.addTable(
      "cpu",
      1024,
      Array.from({ length: 60 }, () => 0),
    );
    const declaration = declare(
      { cpu: Array.from({ length: 60 }, () => 1) },
      { limits: { outgoing: 32, incoming: 32, cluster: 32 } },
    );
    w.cluster.moveMs = (running) => (running <= 3 ? 1_000 : 1_000 * 2 ** running);
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(result.ok).toBe(true);
    expect(w.cluster.mostRunning).toBeLessThanOrEqual(6);
  });

  test("a late heartbeat halves the window and holds new moves back until it is fresh", async () => {
    const w = world(3);
    w.cluster.addTable(
      "cpu",
      1024,
      Array.from({ length: 30 }, () => 0),
    );
    const declaration = declare(
      { cpu: Array.from({ length: 30 }, () => 1) },
      { limits: { outgoing: 8, incoming: 8, cluster: 8 } },
    );
    w.cluster.moveMs = () => 400;
    w.clock.at(2_000, () => w.cluster.silentSince.set(datanodeId(2), w.clock.now() - 6_500));
    w.clock.at(5_000, () => void w.cluster.silentSince.delete(datanodeId(2)));
    const late: number[] = [];
    w.cluster.onSubmit = () => {
      if (w.cluster.silentSince.has(datanodeId(2))) late.push(w.clock.now());
      return null;
    };
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(result.ok).toBe(true);
    expect(late).toEqual([]);
    const seen = w.events.map((event) => event.code);
    expect(seen).toContain("WINDOW_NARROWED");
    expect(seen).toContain("PAUSED");
  });

  test("a retrying move halves the window", async () => {
    const w = world(2);
    w.cluster.addTable(
      "cpu",
      1024,
      Array.from({ length: 20 }, () => 0),
    );
    const declaration = declare(
      { cpu: Array.from({ length: 20 }, () => 1) },
      { limits: { outgoing: 8, incoming: 8, cluster: 8 } },
    );
    const started = w.clock.now();
    w.cluster.moveMs = () => 300;
    w.cluster.onState = (procedure) =>
      w.clock.now() - started > 2_000 && w.clock.now() - started < 2_600 && procedure.state.kind === "running"
        ? { kind: "retrying", error: "Mailbox received timeout", permanent: false }
        : null;
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(result.ok).toBe(true);
    expect(w.events.find((event) => event.code === "WINDOW_NARROWED")).toMatchObject({
      reason: expect.stringContaining("retried"),
    });
  });
});

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
