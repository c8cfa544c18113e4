import { memoryJournal } from "../../../src/convergence/journal/journal-memory";
import { formatRecord, parseRecord } from "../../../src/convergence/journal/journal-record";
import { PortError, type RowPort } from "../../../src/engines/port";
import { tableKey } from "../../../src/planning/table-key";
import { regionIdOf } from "../../../src/topology/ids";
import { diagnosticOf } from "../fake-cluster";
import { codes, declare, outcomes, planOf, world, type World } from "../harness";

const DAY_MS = 86_400_000;

/** Two tables of one region each on datanode 0; `cpu` loses what it had when its move ends. */
function losing(w: World): void {
  w.cluster.addTable("cpu", 1024, [0]);
  w.cluster.addTable("mem", 1025, [0, 0, 0]);
  const cpu = w.cluster.regions.get(regionIdOf(1024, 0))!;
  w.cluster.onSubmit = (move) => {
    if (move.region === regionIdOf(1024, 0)) w.clock.at(w.clock.now() - 1_700_000_000_000 + 50, () => void (cpu.flushed = 3n));
    return null;
  };
}

describe("rows are counted when the last move of their table is over", () => {
  test("a loss in one table keeps the others from starting", async () => {
    const w = world();
    losing(w);
    const declaration = declare({ cpu: [1], mem: [1, 1, 1] }, { limits: { outgoing: 1, incoming: 1, cluster: 1 } });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    const moved = result.moves.filter((move) => move.outcome === "done").map((move) => tableKey(move.move.table));
    expect(moved).toContain("public.cpu");
    expect(outcomes(result).filter((outcome) => outcome === "not-started").length).toBeGreaterThanOrEqual(2);
    expect(codes(result)).toEqual(expect.arrayContaining(["ROWS_FEWER", "STOPPED_AFTER_LOSS"]));
    expect(result.rows.find((row) => row.table.name === "cpu")).toMatchObject({ before: 10n, after: 3n });
    expect(result.ok).toBe(false);
  });

  test.each([
    ["while its moves go on", [1, 1, 1]],
    ["before the first of them has ended", [1]],
  ])("a table that is dropped and created anew %s has lost no row by a move, and stops no other", async (_, targets) => {
    const w = world();
    w.cluster.addTable("cpu", 1024, targets.map(() => 0));
    w.cluster.addTable("mem", 1025, [0, 0]);
    w.cluster.moveMs = () => 2_000;
    w.clock.at(targets.length === 1 ? 1_000 : 3_000, () => {
      w.cluster.dropTable("cpu");
      w.cluster.addTable("cpu", 1026, [0], 1n);
    });
    const declaration = declare({ cpu: targets, mem: [1, 1] }, { limits: { outgoing: 1, incoming: 1, cluster: 1 } });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(new Set(codes(result))).toEqual(new Set(["REGION_MISSING", "ROWS_FEWER"]));
    expect(result.diagnostics.find(({ code }) => code === "ROWS_FEWER")).toMatchObject({ severity: "warning" });
    expect(outcomes(result).slice(-2)).toEqual(["done", "done"]);
  });

  test("a loss that was accepted in so many words stops nothing", async () => {
    const w = world();
    losing(w);
    const declaration = declare({ cpu: [1], mem: [1, 1, 1] }, { acceptDataLossOf: [0] });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(new Set(outcomes(result))).toEqual(new Set(["done"]));
    expect(codes(result)).toEqual(["ROWS_FEWER"]);
  });

  test("a table is counted twice, not once more at the end", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 0]);
    const declaration = declare({ cpu: [1, 1] });
    await w.run(planOf(w.cluster, declaration), declaration);
    expect(w.cluster.statements.filter((statement) => statement === "count")).toHaveLength(2);
  });
});

describe("which figure is compared", () => {
  test("tables above the limit are compared by statistics, the others are counted; the report says which", async () => {
    const w = world();
    w.cluster.addTable("big", 1024, [0], 1_000n);
    w.cluster.addTable("small", 1025, [0], 10n);
    const declaration = declare({ big: [1], small: [1] });
    const result = await w.run(planOf(w.cluster, declaration), declaration, { terms: { verifyRowsLimit: 999n } });
    expect(result.rows.map(({ table, method, before, after }) => [table.name, method, before, after])).toEqual([
      ["big", "statistics", 1_000n, 1_000n],
      ["small", "exact", 10n, 10n],
    ]);
    expect(result.ok).toBe(true);
  });

  test("a table that is dropped meanwhile has no rows to be lost by the server's statistics either", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0, 0]);
    w.cluster.moveMs = () => 2_000;
    w.clock.at(1_000, () => w.cluster.dropTable("cpu"));
    const declaration = declare({ cpu: [1, 1] });
    const result = await w.run(planOf(w.cluster, declaration), declaration, { terms: { verifyRows: "statistics" } });
    expect(codes(result)).toEqual(["REGION_MISSING", "REGION_MISSING", "ROWS_NOT_COUNTED"]);
  });

  test("statistics that lack a region are waited for, and prove no loss", async () => {
    const run = async (lackingMs: number) => {
      const w = world();
      w.cluster.addTable("cpu", 1024, [0]);
      const declaration = declare({ cpu: [1] });
      const { port } = w.cluster;
      const began = w.clock.now();
      const inspect: typeof port.inspect = async (request) => {
        const observed = await port.inspect(request);
        const passed = w.clock.now() - began;
        if (passed === 0 || passed > lackingMs) return observed;
        const unknown = (table: (typeof observed.tables)[number]) => ({ ...table, regions: table.regions.map((region) => ({ ...region, rows: null })) });
        return { ...observed, tables: observed.tables.map(unknown) };
      };
      return w.run(planOf(w.cluster, declaration), declaration, { terms: { verifyRows: "statistics" }, port: { ...port, inspect } });
    };
    expect(await run(9_000)).toMatchObject({ ok: true, rows: [{ before: 10n, after: 10n }] });
    const never = await run(1e9);
    expect(codes(never)).toEqual(["ROWS_NOT_COUNTED"]);
    expect(never.rows).toMatchObject([{ before: 10n, after: null }]);
  });

  test("the limit itself is still counted", async () => {
    const w = world();
    w.cluster.addTable("big", 1024, [0], 1_000n);
    const declaration = declare({ big: [1] });
    const result = await w.run(planOf(w.cluster, declaration), declaration, { terms: { verifyRowsLimit: 1_000n } });
    expect(result.rows[0]!.method).toBe("exact");
  });

  test("a next run compares with the method of the first count, although the table has grown over the limit", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0], 10n);
    const declaration = declare({ cpu: [1] });
    w.cluster.moveMs = () => 5_000;
    w.clock.at(2_000, () => w.stop.abort());
    const options = { terms: { verifyRowsLimit: 10n } };
    await w.run(planOf(w.cluster, declaration), declaration, options);
    w.cluster.regions.get(regionIdOf(1024, 0))!.flushed = 50n;
    const never = new AbortController().signal;
    const result = await w.run(planOf(w.cluster, declaration, w.journal), declaration, { ...options, stop: never });
    expect(result.rows).toMatchObject([{ method: "exact", before: 10n }]);
  });
});

describe("tables whose rows expire", () => {
  /** The times from which on rows are counted. */
  const expiring = (w: World, lost: boolean): readonly (number | null)[] => {
    w.cluster.addTable("cpu", 1024, [0], 10n);
    w.cluster.ttlMs = DAY_MS;
    const since: (number | null)[] = [];
    w.cluster.countRows = async (_, sinceMs) => (since.push(sinceMs) > 1 && lost ? 4n : 6n);
    return since;
  };

  test("only rows that cannot expire meanwhile are compared: old ones that go are no loss", async () => {
    const w = world();
    const since = expiring(w, false);
    const declaration = declare({ cpu: [1] });
    const started = w.clock.now();
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(result.ok).toBe(true);
    expect(result.rows).toMatchObject([{ method: "exact", before: 6n, after: 6n, since: since[0] }]);
    expect(since).toEqual([started - DAY_MS / 2, started - DAY_MS / 2]);
  });

  test.each([
    ["is behind the server's by most of the TTL", 0.9 * DAY_MS, 0.9 * DAY_MS],
    ["is ahead of the server's by most of the TTL", -0.9 * DAY_MS, -0.9 * DAY_MS],
    ["is the only one: the server does not tell its time", null, 0],
  ])("the clock of this machine %s: the rows that last are those of the server's clock", async (_, clockAheadMs, aheadMs) => {
    const w = world();
    const since = expiring(w, true);
    w.cluster.clockAheadMs = clockAheadMs;
    const declaration = declare({ cpu: [1] });
    const started = w.clock.now();
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(since).toEqual([started + aheadMs - DAY_MS / 2, started + aheadMs - DAY_MS / 2]);
    expect(result.diagnostics).toMatchObject([{ code: "ROWS_FEWER", severity: "error" }]);
  });

  test("a TTL that was made shorter meanwhile explains fewer rows", async () => {
    const w = world();
    expiring(w, true);
    w.clock.at(50, () => void (w.cluster.ttlMs = DAY_MS / 4));
    const declaration = declare({ cpu: [1] });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(result.diagnostics).toMatchObject([{ code: "ROWS_FEWER", severity: "warning" }]);
  });

  test("fewer of them are a loss, TTL or not", async () => {
    const w = world();
    expiring(w, true);
    const declaration = declare({ cpu: [1] });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(result.diagnostics[0]).toMatchObject({ code: "ROWS_FEWER", severity: "error" });
    expect(result.diagnostics[0]!.detail).toMatch(/6 at .*4 now .*which no TTL has removed/);
  });

  test("after half of the TTL fewer rows prove nothing: a warning that says so", async () => {
    const w = world();
    expiring(w, true);
    const declaration = declare({ cpu: [1] }, { replayTimeoutSeconds: 86_400 });
    w.cluster.moveMs = () => 0.6 * DAY_MS;
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(result.diagnostics).toMatchObject([{ code: "ROWS_FEWER", severity: "warning" }]);
    expect(result.ok).toBe(true);
  });

  test.each([
    ["longer than the time since the epoch", 200 * 365 * DAY_MS],
    ["longer than dates reach", 1e6 * 365 * DAY_MS],
  ])("a TTL that is %s: every record can be read again, and a loss is told", async (_, ttlMs) => {
    const w = world();
    expiring(w, true);
    w.cluster.ttlMs = ttlMs;
    const declaration = declare({ cpu: [1] });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(codes(result)).toEqual(["ROWS_FEWER"]);
    for (const record of w.journal.records()) expect(parseRecord(formatRecord(record))).toEqual(record);
  });

  test("a run that continues another counts from the same time on", async () => {
    const w = world();
    const since = expiring(w, false);
    const declaration = declare({ cpu: [1] });
    w.cluster.moveMs = () => 5_000;
    w.clock.at(2_000, () => w.stop.abort());
    await w.run(planOf(w.cluster, declaration), declaration);
    w.clock.jump(60_000);
    const never = new AbortController().signal;
    await w.run(planOf(w.cluster, declaration, w.journal), declaration, { stop: never });
    expect(new Set(since).size).toBe(1);
  });
});

describe("checksums on request", () => {
  const sums = (values: readonly (string | null)[], rows: readonly bigint[], approximate = false) => {
    let calls = -1;
    return async () => {
      calls += 1;
      return { rows: rows[calls] ?? rows.at(-1)!, figures: [{ name: "sum(v)", value: values[calls] ?? values.at(-1)!, approximate }] };
    };
  };
  async function run(checksum: RowPort["checksum"]) {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    w.cluster.checksum = checksum;
    const result = await w.run(planOf(w.cluster, declaration), declaration, { terms: { verifyChecksums: true } });
    return { w, result };
  }

  test("equal ones are reported, with an event each", async () => {
    const { w, result } = await run(sums(["10"], [10n]));
    expect(result.checksums).toMatchObject([{ equal: true }]);
    expect(w.events.filter((event) => event.code === "CHECKSUM_TAKEN")).toHaveLength(2);
    expect(result.ok).toBe(true);
  });

  test("a difference without a new row is an error with both figures", async () => {
    const { result } = await run(sums(["10", "9"], [10n]));
    expect(result.diagnostics).toMatchObject([{ code: "CHECKSUM_DIFFERS", severity: "error" }]);
    expect(result.diagnostics[0]!.detail).toContain("sum(v): 10 before, 9 after");
    expect(result.ok).toBe(false);
  });

  test("with more rows than before it proves nothing", async () => {
    const { result } = await run(sums(["10", "12"], [10n, 11n]));
    expect(result.diagnostics).toMatchObject([{ code: "CHECKSUM_DIFFERS", severity: "warning" }]);
    expect(result.ok).toBe(true);
  });

  test("sums of floating point numbers may differ in their last digits, and only there", async () => {
    expect((await run(sums(["0.1", "0.10000000000000002"], [10n], true))).result.ok).toBe(true);
    expect((await run(sums(["0.1", "0.1001"], [10n], true))).result.ok).toBe(false);
    expect((await run(sums(["0.1", "0.10000000000000002"], [10n], false))).result.ok).toBe(false);
  });

  test("one that cannot be taken is a warning; the move is made", async () => {
    const { result } = await run(async () => {
      throw new PortError(diagnosticOf("STATEMENT_FAILED"), false, true);
    });
    expect(result.diagnostics).toMatchObject([{ code: "CHECKSUM_NOT_TAKEN", severity: "warning" }]);
    expect(outcomes(result)).toEqual(["done"]);
  });

  test("the declaration asks for them as well as the caller, who goes first", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0], 1_000n);
    const declaration = { ...declare({ cpu: [1] }), run: { verifyChecksums: true, verifyRowsLimit: 999 } };
    const asked = await w.run(planOf(w.cluster, declaration), declaration);
    expect(asked).toMatchObject({ ok: true, checksums: [{ equal: true }], rows: [{ method: "statistics" }] });
    const back = { ...declare({ cpu: [0] }), run: declaration.run };
    const other = await w.run(planOf(w.cluster, back), back, { terms: { verifyChecksums: false, verifyRowsLimit: 1_000n } });
    expect(other).toMatchObject({ ok: true, rows: [{ method: "exact" }] });
    expect(other).not.toHaveProperty("checksums");
  });

  test("they are taken also when rows are not counted, and only of rows that outlast the run", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    w.cluster.ttlMs = DAY_MS;
    const since: (number | null)[] = [];
    w.cluster.checksum = async (_, from) => {
      since.push(from);
      return { rows: 1n, figures: [] };
    };
    const declaration = declare({ cpu: [1] });
    const began = w.clock.now();
    const result = await w.run(planOf(w.cluster, declaration), declaration, { terms: { verifyChecksums: true, verifyRows: "off" } });
    expect(result).toMatchObject({ ok: true, rows: [], checksums: [{ table: { name: "cpu" }, equal: true }] });
    expect(since).toEqual([began - DAY_MS / 2, began - DAY_MS / 2]);
    expect(w.cluster.statements).not.toContain("count");
  });

  test("none is taken unless asked for", async () => {
    const w = world();
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    let asked = 0;
    w.cluster.checksum = async () => ({ rows: BigInt((asked += 1)), figures: [] });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(asked).toBe(0);
    expect(result).not.toHaveProperty("checksums");
  });

  test("a run that continues another compares with the checksum of the first", async () => {
    const w = world(3, memoryJournal());
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    w.cluster.checksum = sums(["10", "9"], [10n]);
    const request = { terms: { verifyChecksums: true } };
    w.cluster.moveMs = () => 5_000;
    w.clock.at(2_000, () => w.stop.abort());
    await w.run(planOf(w.cluster, declaration), declaration, request);
    w.clock.jump(10_000);
    const never = new AbortController().signal;
    const result = await w.run(planOf(w.cluster, declaration, w.journal), declaration, { ...request, stop: never });
    expect(codes(result)).toEqual(["CHECKSUM_DIFFERS"]);
  });
});
