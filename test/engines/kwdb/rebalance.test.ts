import type { Row, Session } from "../../../src/engines/kwdb/connect";
import { StatementError } from "../../../src/engines/kwdb/errors";
import type { KwdbProgress } from "../../../src/engines/kwdb-port";
import { applyRebalance } from "../../../src/engines/kwdb/rebalance";
import type { RebalanceChange } from "../../../src/planning/kwdb/change";
import { Target } from "../../../src/topology/kwdb/zone-target";

const change: RebalanceChange = {
  kind: "rebalance",
  name: "spread",
  target: Target.table("ts", "m"),
  triggers: {},
  reason: "",
  inverse: null,
};

/** A server whose list of jobs is another one at each reading; the last one stays. */
class ScriptedJobs implements Session {
  readonly started: string[] = [];
  #reading = 0;

  constructor(
    private readonly lists: readonly (readonly Row[])[],
    private readonly onStart: () => void = () => undefined,
  ) {}

  read(): Promise<readonly Row[]> {
    const list = this.lists[Math.min(this.#reading, this.lists.length - 1)] ?? [];
    this.#reading += 1;
    return Promise.resolve(list);
  }

  async run(sql: string): Promise<readonly Row[]> {
    this.started.push(sql);
    this.onStart();
    return [];
  }

  transaction<T>(): Promise<T> {
    return Promise.reject(new Error("a rebalance is no transaction"));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const job = (
  id: string,
  status: string,
  fraction: string,
  error = "",
  statement = "ALTER TABLE ts.public.m CONFIGURE ZONE USING ",
): Row => [id, status, error, fraction, statement];
const waiting = { delay: () => Promise.resolve() };
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "none",
    (error: { diagnostic?: { code?: string } }) => error.diagnostic?.code ?? error,
  );

describe("a rebalance", () => {
  test("is started once and its new job followed to the end, with progress", async () => {
    const old = job("1", "succeeded", "1");
    const session = new ScriptedJobs([
      [old],
      [old],
      [job("2", "running", "0.2"), old],
      [job("2", "running", "0.6"), old],
      [job("2", "succeeded", "1"), old],
    ]);
    const progress: KwdbProgress[] = [];
    await applyRebalance(session, change, waiting, { onProgress: (each) => void progress.push(each) });
    expect(session.started).toEqual(['ALTER TABLE "ts".public."m" CONFIGURE ZONE USING REBALANCE']);
    expect(progress).toEqual([
      { kind: "rebalance", job: "2", status: "running", fraction: 0.6 },
      { kind: "rebalance", job: "2", status: "succeeded", fraction: 1 },
    ]);
  });

  test("that is running already is followed, not started again", async () => {
    const session = new ScriptedJobs([[job("1", "running", "0.5")], [job("1", "succeeded", "1")]]);
    expect(await applyRebalance(session, change, waiting, {})).toBe("done");
    expect(session.started).toEqual([]);
  });

  test("of something else stands in the way", async () => {
    const session = new ScriptedJobs([[job("1", "running", "0.5", "", "ALTER DATABASE ts CONFIGURE ZONE USING ")]]);
    expect(await codeOf(applyRebalance(session, change, waiting, {}))).toBe("KWDB_REBALANCE_RUNNING");
    expect(session.started).toEqual([]);
  });

  test.each<readonly [string, readonly (readonly Row[])[], Parameters<typeof applyRebalance>[3], string]>([
    ["fails", [[], [job("2", "failed", "0.2", "boom")]], {}, "KWDB_REBALANCE_FAILED"],
    ["is cancelled", [[], [job("2", "canceled", "0.2")]], {}, "KWDB_REBALANCE_FAILED"],
    ["disappears", [[], [job("2", "running", "0")], []], {}, "KWDB_REBALANCE_JOB_GONE"],
    ["never begins", [[]], {}, "KWDB_REBALANCE_NOT_STARTED"],
    ["is not awaited", [[], [job("2", "running", "0")]], { signal: AbortSignal.abort() }, "KWDB_REBALANCE_NOT_AWAITED"],
    ["takes too long", [[], [job("2", "paused", "0")]], { rebalanceTimeoutSeconds: 3 }, "KWDB_REBALANCE_NOT_AWAITED"],
  ])("that %s is told", async (_, lists, options, code) => {
    expect(await codeOf(applyRebalance(new ScriptedJobs(lists), change, waiting, options))).toBe(code);
  });

  test("whose answer is lost is looked for among the jobs; one that is refused is not", async () => {
    const lost = new ScriptedJobs([[], [job("2", "succeeded", "1")]], () => {
      throw new StatementError({ code: "ECONNRESET", message: "read ECONNRESET" });
    });
    expect(await applyRebalance(lost, change, waiting, {})).toBe("done");
    const refused = new ScriptedJobs([[], [job("2", "succeeded", "1")]], () => {
      throw new StatementError({ code: "XXUUU", message: "rebalance is not support on relational table" });
    });
    expect(await codeOf(applyRebalance(refused, change, waiting, {}))).toBe("KWDB_REBALANCE_RELATIONAL");
  });
});
