import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openJournal } from "../../../src/convergence/journal/journal";
import type { JournalRecord } from "../../../src/convergence/journal/journal-record";
import { resumeFrom } from "../../../src/convergence/journal/resume";
import { stateDirectory, statePaths } from "../../../src/convergence/journal/state-directory";
import { datanodeId, regionIdOf, UNPARTITIONED } from "../../../src/topology/ids";

const table = { database: "public", name: "cpu" };
const move = (state: Extract<JournalRecord, { kind: "move" }>["state"], region = 0, run = 1): JournalRecord => ({
  kind: "move",
  run,
  at: 5,
  table,
  partition: UNPARTITIONED,
  region: regionIdOf(4_000_000_000, region),
  from: datanodeId("18446744073709551615"),
  to: datanodeId(1),
  state,
  procedure: state === "submitting" ? null : "p",
});
const started = (run: number, basis = "b"): JournalRecord => ({
  kind: "run-started",
  run,
  at: 1,
  cluster: "metrics",
  basis,
});
const rows = (run: number, when: "before" | "after", count: bigint): JournalRecord => ({
  kind: "rows",
  run,
  at: 2,
  table,
  when,
  rows: count,
  method: "exact",
  since: null,
});
const ended = (run: number, outcome: "finished" | "failed" | "interrupted"): JournalRecord => ({
  kind: "run-ended",
  run,
  at: 9,
  outcome,
});

describe("a journal in a file", () => {
  let directory: string;
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "journal-"))));
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const path = (): string => join(directory, "state", "metrics.journal.jsonl");

  test("what was appended is there after opening again, and only the user can read it", async () => {
    const records: JournalRecord[] = [
      started(1),
      rows(1, "before", 9_007_199_254_740_993n),
      { kind: "table-change", run: 1, at: 3, table, index: 0, change: "set-option", state: "done" },
      move("submitting"),
      move("submitted"),
      move("done"),
      ended(1, "finished"),
    ];
    const first = await openJournal(path());
    await Promise.all(records.map((record) => first.append(record)));
    await first.close();
    const second = await openJournal(path());
    expect(second.records()).toEqual(records);
    await second.close();
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  test("torn at every byte: whole lines count, the torn one is cut off, and appending goes on", async () => {
    const first = await openJournal(path());
    await first.append(started(1));
    await first.append(move("submitting"));
    await first.close();
    const whole = await readFile(path());
    const firstLine = whole.indexOf(0x0a) + 1;
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(path(), whole.subarray(0, length));
      const journal = await openJournal(path());
      const complete = length === whole.length ? 2 : length >= firstLine ? 1 : 0;
      expect(journal.records()).toHaveLength(complete);
      await journal.append(ended(1, "failed"));
      await journal.close();
      const again = await openJournal(path());
      expect(again.records()).toHaveLength(complete + 1);
      await again.close();
    }
  });

  test("a damaged line in the middle is refused, not skipped", async () => {
    const first = await openJournal(path());
    await first.append(started(1));
    await first.close();
    await writeFile(path(), `nonsense\n${await readFile(path(), "utf8")}`);
    await expect(openJournal(path())).rejects.toMatchObject({ diagnostics: [{ code: "JOURNAL_CORRUPT" }] });
  });

  test("a place that cannot be written is a diagnostic", async () => {
    await writeFile(join(directory, "state"), "a file where the directory should be");
    await expect(openJournal(path())).rejects.toMatchObject({ diagnostics: [{ code: "JOURNAL_UNWRITABLE" }] });
  });

  test("a disk without space refuses the record and keeps what was written", async () => {
    const first = await openJournal(path());
    await first.append(started(1));
    await first.close();
    const program = `
      process.on("SIGXFSZ", () => undefined);
      require(${JSON.stringify(join(__dirname, "../../../scripts/register.cjs"))});
      const { openJournal } = require(${JSON.stringify(join(__dirname, "../../../src/convergence/journal/journal.ts"))});
      (async () => {
        const journal = await openJournal(${JSON.stringify(path())});
        for (let n = 0; n < 100; n += 1) await journal.append({ kind: "run-started", run: 2, at: 1, cluster: "x".repeat(50), basis: "b" });
      })().catch((error) => console.log(error.diagnostics[0].code));
    `;
    const shell = `ulimit -f 4; exec ${JSON.stringify(process.execPath)} -e "$PROGRAM"`;
    const { stdout } = await promisify(execFile)("bash", ["-c", shell], { env: { ...process.env, PROGRAM: program } });
    expect(stdout.trim()).toBe("JOURNAL_UNWRITABLE");
    const again = await openJournal(path());
    expect(again.records().length).toBeGreaterThan(1);
    expect(again.records()[0]).toEqual(started(1));
    await again.close();
  });

  test("a file cut behind its back is still read", async () => {
    const first = await openJournal(path());
    await first.append(started(1));
    await first.close();
    await truncate(path(), 0);
    await chmod(path(), 0o600);
    const second = await openJournal(path());
    expect(second.records()).toEqual([]);
    await second.close();
  });
});

describe("where state is", () => {
  test("TOPOFORM_STATE_DIR, then XDG_STATE_HOME, then the home directory", () => {
    expect(stateDirectory({ TOPOFORM_STATE_DIR: "/a", XDG_STATE_HOME: "/b" })).toBe("/a");
    expect(stateDirectory({ XDG_STATE_HOME: "/b" })).toBe("/b/topoform");
    expect(stateDirectory({ TOPOFORM_STATE_DIR: "" })).toMatch(/\.local\/state\/topoform$/);
  });

  test("clusters that differ only in what a file name cannot hold have files of their own", () => {
    expect(statePaths("/s", "a/b").journal).not.toBe(statePaths("/s", "a-b").journal);
  });
});

describe("resumeFrom", () => {
  test("an empty journal leaves nothing", () => {
    expect(resumeFrom([])).toEqual({ nextRun: 1, unfinished: new Map(), begunRebalances: new Map(), interrupted: null });
  });

  test("moves without an end are unfinished, also those of a run that ended", () => {
    const state = resumeFrom([
      started(1),
      move("submitting", 0),
      move("submitted", 0),
      move("submitting", 1),
      move("submitting", 2),
      move("not-submitted", 2),
      ended(1, "interrupted"),
    ]);
    expect([...state.unfinished.values()].map((record) => record.state)).toEqual(["submitted", "submitting"]);
    expect(state.interrupted?.basis).toBe("b");
    expect(state.nextRun).toBe(2);
  });

  test("what the same plan has done counts; what another plan has done does not", () => {
    const records = [started(1), move("done", 0), started(2)];
    expect(resumeFrom(records).interrupted?.doneMoves).toEqual(new Map([[regionIdOf(4_000_000_000, 0), datanodeId(1)]]));
    expect(resumeFrom([started(1), move("done", 0), started(2, "other")]).interrupted?.doneMoves).toEqual(new Map());
  });

  test("the first count of rows is the measure until it was counted again", () => {
    const interrupted = resumeFrom([
      started(1),
      rows(1, "before", 10n),
      started(2, "other"),
      rows(2, "before", 7n),
    ]).interrupted!;
    expect(interrupted.rowsBefore.get("public.cpu")?.rows).toBe(10n);
    expect(resumeFrom([started(1), rows(1, "before", 10n), rows(1, "after", 10n)]).interrupted!.rowsBefore.size).toBe(
      0,
    );
  });

  test("a loss that a killed run had no time to tell is compared again; one that was told is not", () => {
    const killed = [started(1), rows(1, "before", 10n), rows(1, "after", 3n)];
    expect(resumeFrom(killed).interrupted!.rowsBefore.get("public.cpu")?.rows).toBe(10n);
    expect(resumeFrom([...killed, ended(1, "interrupted")]).interrupted!.rowsBefore.size).toBe(0);
    expect(resumeFrom([...killed, started(2), rows(2, "after", 10n)]).interrupted!.rowsBefore.size).toBe(0);
  });

  test.each(["finished", "failed"] as const)("a run that %s leaves only what still moves", (outcome) => {
    const state = resumeFrom([started(1), rows(1, "before", 10n), move("submitted"), ended(1, outcome)]);
    expect(state.interrupted).toBeNull();
    expect(state.unfinished.size).toBe(1);
  });
});
