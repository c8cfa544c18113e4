import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { compactRecords } from "../../../src/convergence/journal/compact-journal";
import { openJournal } from "../../../src/convergence/journal/journal";
import { formatRecord, type JournalRecord } from "../../../src/convergence/journal/journal-record";
import { resumeFrom } from "../../../src/convergence/journal/resume";
import { datanodeId, regionIdOf, UNPARTITIONED } from "../../../src/topology/ids";

const table = { database: "public", name: "cpu" };
const when = fc.constantFrom("before" as const, "after" as const);
const other = fc.constantFrom(table, { database: "public", name: "mem" });

const record = fc.oneof(
  fc.constantFrom("a", "b").map((basis) => ({ kind: "run-started" as const, cluster: "metrics", basis })),
  fc.constantFrom("finished" as const, "failed" as const, "interrupted" as const).map((outcome) => ({ kind: "run-ended" as const, outcome })),
  fc
    .record({ region: fc.integer({ min: 0, max: 3 }), state: fc.constantFrom("submitting", "submitted", "not-submitted", "done", "failed" as const) })
    .map(({ region, state }) => ({
      kind: "move" as const,
      table,
      partition: UNPARTITIONED,
      region: regionIdOf(1024, region),
      from: datanodeId(0),
      to: datanodeId(1),
      state: state as "done",
      procedure: "p",
    })),
  fc
    .record({ index: fc.integer({ min: 0, max: 2 }), state: fc.constantFrom("started", "done", "failed" as const) })
    .map(({ index, state }) => ({ kind: "table-change" as const, table, index, change: "set-option" as const, state: state as "done" })),
  fc.record({ table: other, when }).map((rows) => ({ kind: "rows" as const, ...rows, rows: 5n, method: "exact" as const, since: null })),
  fc.record({ table: other, when }).map((rows) => ({ kind: "checksum" as const, ...rows, checksum: { rows: 5n, figures: [] }, since: 7 })),
);

/** Records as runs write them: numbered, each run beginning with its start. */
const journal = fc.array(record, { maxLength: 60 }).map((bodies) => {
  let run = 0;
  return bodies.flatMap((body, at): JournalRecord[] => {
    if (body.kind === "run-started") run += 1;
    return run === 0 ? [] : [{ ...body, run, at }];
  });
});

describe("compactRecords", () => {
  test("no later run can tell the difference, whatever it adds", () => {
    fc.assert(
      fc.property(journal, journal, (records, more) => {
        const numbered = more.map((one) => ({ ...one, run: one.run + resumeFrom(records).nextRun - 1 }));
        const compact = compactRecords(records);
        expect(resumeFrom(compact)).toEqual(resumeFrom(records));
        expect(resumeFrom([...compact, ...numbered])).toEqual(resumeFrom([...records, ...numbered]));
      }),
      { numRuns: 3_000 },
    );
  });

  test("compacting twice is compacting once, and nothing is added", () => {
    fc.assert(
      fc.property(journal, (records) => {
        const compact = compactRecords(records);
        expect(compactRecords(compact)).toEqual(compact);
        for (const one of compact) expect(records).toContain(one);
      }),
      { numRuns: 1_000 },
    );
  });

  test("what has come to its end takes one line, whatever its length", () => {
    const runs = Array.from({ length: 50 }, (_, n): JournalRecord[] => [
      { kind: "run-started", run: n + 1, at: n, cluster: "metrics", basis: String(n) },
      { kind: "run-ended", run: n + 1, at: n, outcome: "finished" },
    ]).flat();
    expect(compactRecords(runs)).toEqual([runs.at(-1)]);
  });
});

describe("a journal that has grown", () => {
  let directory: string;
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "compact-"))));
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const ended = (n: number): JournalRecord[] => [
    { kind: "run-started", run: n, at: n, cluster: "metrics", basis: "b" },
    { kind: "run-ended", run: n, at: n, outcome: "finished" },
  ];
  const write = async (records: readonly JournalRecord[]): Promise<string> => {
    const path = join(directory, "metrics.journal.jsonl");
    await writeFile(path, records.map((one) => `${formatRecord(one)}\n`).join(""), { mode: 0o600 });
    return path;
  };

  test("is made small when it is opened; the old one stays beside it; the next run goes on counting", async () => {
    const records = Array.from({ length: 100 }, (_, n) => ended(n + 1)).flat();
    const path = await write(records);
    const before = await readFile(path, "utf8");
    const opened = await openJournal(path, 1_000);
    expect(resumeFrom(opened.records()).nextRun).toBe(101);
    await opened.append({ kind: "run-started", run: 101, at: 1, cluster: "metrics", basis: "c" });
    await opened.close();
    expect((await readFile(path, "utf8")).split("\n")).toHaveLength(3);
    expect(await readFile(`${path}.1`, "utf8")).toBe(before);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("below the limit it is left alone, and so is one run that was interrupted, whatever its length", async () => {
    const records = Array.from({ length: 100 }, (_, n) => ended(n + 1)).flat();
    const path = await write(records);
    await (await openJournal(path, 1_000_000)).close();
    expect((await readFile(path, "utf8")).split("\n")).toHaveLength(201);
    const open: JournalRecord[] = Array.from({ length: 100 }, (_, index) => ({
      kind: "table-change", run: 1, at: 1, table, index, change: "set-option", state: "done",
    }));
    const long = await write([{ kind: "run-started", run: 1, at: 1, cluster: "metrics", basis: "b" }, ...open]);
    const journal = await openJournal(long, 1_000);
    expect(journal.records()).toHaveLength(101);
    await journal.close();
  });

  test("where the old one cannot be kept nothing is replaced", async () => {
    const path = await write(Array.from({ length: 100 }, (_, n) => ended(n + 1)).flat());
    const before = await readFile(path, "utf8");
    const { mkdir } = await import("node:fs/promises");
    await mkdir(`${path}.1`);
    await expect(openJournal(path, 1_000)).rejects.toMatchObject({ diagnostics: [{ code: "JOURNAL_UNWRITABLE" }] });
    expect(await readFile(path, "utf8")).toBe(before);
  });
});
