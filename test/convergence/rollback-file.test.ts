import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { exclusively } from "../../src/convergence/exclusive-run";
import { addMoveHistory, MOST_PAST_MOVES, readMoveHistory } from "../../src/convergence/move-history";
import { readRollback, rollbackOf, saveRollback } from "../../src/convergence/rollback-file";
import { statePaths } from "../../src/convergence/journal/state-directory";
import type { ClusterPlan } from "../../src/planning/plan";
import { datanodeId } from "../../src/topology/ids";
import { PortError } from "../../src/engines/port";
import { diagnosticOf, FakeCluster } from "./fake-cluster";
import { fastClock } from "./faults/wire";
import { codes, declare, outcomes, planOf, world } from "./harness";

const IDENTITY = "greptimedb 127.0.0.1:4002";

describe("what a run leaves on disk", () => {
  let directory: string;
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "rollback-"))));
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const shown = (plan: ClusterPlan) => plan.moves.map(({ region, from, to }) => [Number(region & 0xffn), from, to]);

  function oneRun(leaders: readonly number[], targets: readonly number[]) {
    const clock = fastClock();
    const w = { clock, cluster: new FakeCluster(clock, 3) };
    w.cluster.addTable("cpu", 1024, leaders);
    const declaration = declare({ cpu: targets });
    const never = new AbortController().signal;
    const run = (plan: ClusterPlan, drain = never) =>
      exclusively({ identity: IDENTITY, directory, command: "topoform apply", clock: w.clock }, (session) =>
        session.execute({ plan, declaration, port: w.cluster.port, emit: () => undefined, drain, stop: never }),
      );
    return { ...w, declaration, run };
  }

  test("what undoes the apply is there before the first statement of the run, for this user only", async () => {
    const w = oneRun([0, 1], [1, 2]);
    const { rollback } = statePaths(directory, IDENTITY);
    let first: Promise<unknown> | null = null;
    w.cluster.fault = () => void (first ??= readRollback(rollback));
    const plan = planOf(w.cluster, w.declaration);
    const result = await w.run(plan);
    expect(result.ok).toBe(true);
    expect(shown(((await first!) as { plan: ClusterPlan }).plan)).toEqual([[0, 1n, 0n], [1, 2n, 1n]]);
    expect((await stat(rollback)).mode & 0o777).toBe(0o600);
  });

  test("where it cannot be saved nothing is done", async () => {
    const w = oneRun([0], [1]);
    const { rollback } = statePaths(directory, IDENTITY);
    await mkdir(rollback);
    await writeFile(join(rollback, "in-the-way"), "");
    const result = await w.run(planOf(w.cluster, w.declaration));
    expect(codes(result)).toEqual(["ROLLBACK_UNWRITABLE"]);
    expect(outcomes(result)).toEqual(["not-started"]);
    expect(w.cluster.statements).toEqual([]);
    expect((await readdir(directory)).filter((name) => name.includes("rollback.json."))).toEqual([]);
  });

  test.each([
    ["was interrupted before its first step", AbortSignal.abort(), () => undefined],
    [
      "could not count the rows",
      undefined,
      (w: ReturnType<typeof oneRun>) => void (w.cluster.countRows = () => Promise.reject(new PortError(diagnosticOf("NO_ANSWER"), false, true))),
    ],
  ])("a run that %s leaves what undoes the one before", async (_, drain, prepare) => {
    const w = oneRun([0, 1], [1, 2]);
    const { rollback } = statePaths(directory, IDENTITY);
    await w.run(planOf(w.cluster, w.declaration));
    const saved = await readFile(rollback, "utf8");
    prepare(w);
    const result = await w.run(planOf(w.cluster, declare({ cpu: [2, 0] })), drain);
    expect(outcomes(result)).toEqual(["not-started", "not-started"]);
    expect(await readFile(rollback, "utf8")).toBe(saved);
  });

  test("the first run of all that does nothing leaves nothing to undo", async () => {
    const w = oneRun([0], [1]);
    await w.run(planOf(w.cluster, w.declaration), AbortSignal.abort());
    expect(await readRollback(statePaths(directory, IDENTITY).rollback)).toBeNull();
  });

  test("what a kill left of a file that was being written goes with the next run, and nothing else", async () => {
    const w = oneRun([0], [1]);
    const { rollback, journal } = statePaths(directory, IDENTITY);
    const other = statePaths(directory, "another cluster").rollback;
    const draft = ".4242.0f8fad5b-d9cb-469f-a165-70867728950e";
    const kept = [`${journal}.1`, `${other}${draft}`];
    for (const file of [`${rollback}${draft}`, `${journal}${draft}`, ...kept]) await writeFile(file, "half");
    await w.run(planOf(w.cluster, w.declaration));
    const names = await readdir(directory);
    expect(names.filter((name) => /\.4242\.|\.1$/.test(name)).sort()).toEqual(kept.map((file) => basename(file)).sort());
  });

  test("moves that this run timed are kept for estimates", async () => {
    const w = oneRun([0, 1], [1, 2]);
    await w.run(planOf(w.cluster, w.declaration));
    const history = await readMoveHistory(directory, IDENTITY);
    expect(history).toHaveLength(2);
    for (const move of history) expect(move.ms).toBeGreaterThanOrEqual(120);
    expect(await readMoveHistory(directory, "another cluster")).toEqual([]);
  });

  test("a history is bounded, and a damaged line costs only itself", async () => {
    const moves = Array.from({ length: MOST_PAST_MOVES + 5 }, (_, at) => ({ at, bytes: at % 2 === 0 ? 2n ** 60n : null, ms: at }));
    await addMoveHistory(directory, IDENTITY, moves);
    expect(await readMoveHistory(directory, IDENTITY)).toEqual(moves.slice(5));
    const { history } = statePaths(directory, IDENTITY);
    await writeFile(history, `nonsense\n{"at":1}\n${await readFile(history, "utf8")}`);
    expect(await readMoveHistory(directory, IDENTITY)).toHaveLength(MOST_PAST_MOVES);
  });

  test("two applies in a row that belong together are undone to before the first, a region that came back not at all", () => {
    const plan = (moves: readonly (readonly [number, number, number])[]): ClusterPlan => {
      const w = world();
      w.cluster.addTable("cpu", 1024, [0, 1, 2]);
      const empty = planOf(w.cluster, declare({ cpu: [0, 1, 2] }));
      const region = (number: number) => [...w.cluster.regions.keys()][number]!;
      return {
        ...empty,
        moves: moves.map(([number, from, to]) => ({
          kind: "move-region", table: { database: "public", name: "cpu" }, partition: `a = ${number}` as never, region: region(number),
          from: datanodeId(from), to: datanodeId(to), sizeBytes: null, reason: "pinned",
        })),
      };
    };
    const first = rollbackOf(plan([[0, 0, 1], [1, 1, 2]]), null, 5);
    const both = rollbackOf(plan([[0, 1, 2], [1, 2, 1], [2, 2, 0]]), first, 9);
    expect(shown(both.plan).sort()).toEqual([[0, 2n, 0n], [2, 0n, 2n]]);
    expect(both.savedAt).toBe(9);
  });

  test("its basis is never that of the plan it undoes: the journal must not take one for the other", () => {
    const w = oneRun([0], [1]);
    const plan = planOf(w.cluster, w.declaration);
    expect(rollbackOf(plan, null, 1).plan.basis).not.toBe(plan.basis);
  });

  test("saved and read again it is the same; something else is refused", async () => {
    const w = oneRun([0, 1], [1, 2]);
    const saved = rollbackOf(planOf(w.cluster, w.declaration), null, 7);
    const path = join(directory, "saved.json");
    await saveRollback(path, saved);
    expect(await readRollback(path)).toEqual(saved);
    expect(await readRollback(join(directory, "nothing"))).toBeNull();
    await writeFile(path, "{}");
    await expect(readRollback(path)).rejects.toMatchObject({ diagnostics: [{ code: "ROLLBACK_UNREADABLE" }] });
  });
});
