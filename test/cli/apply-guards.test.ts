import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { GreptimeDevCluster } from "../../src/devcluster";
import { CommandLine, type Finished } from "./support/command-line";
import { manifest, pinsShiftedBy, reach, regionsOf, RULES, startStage } from "./support/stage";

jest.setTimeout(60_000);

describe("what apply refuses, and how it is stopped", () => {
  let topoform: CommandLine;
  let cluster: GreptimeDevCluster;
  let env: Record<string, string>;
  beforeAll(() => {
    topoform = new CommandLine();
  });
  afterEach(async () => {
    topoform.clean();
    await cluster.stop();
  });
  afterAll(() => topoform.remove());

  /** A cluster whose table is declared `steps` datanodes further; the answer is where each region should be. */
  async function stage(steps: number, procedureDurationMs = 60, limits = { outgoing: 1, incoming: 2, cluster: 16 }): Promise<readonly bigint[]> {
    cluster = await startStage({ procedureDurationMs });
    env = reach(cluster);
    const pins = pinsShiftedBy(cluster, steps);
    topoform.write("topoform.json", manifest(pins, { placements: [{ name: "cpu", table: "cpu", pins, limits }] }));
    return RULES.map((rule) => BigInt(pins[rule]!));
  }

  const datanodes = (): readonly bigint[] => regionsOf(cluster).map((region) => region.datanode);
  const migrations = (): number => cluster.statements().filter(({ sql }) => /migrate_region\(/i.test(sql)).length;

  test("a saved plan is done exactly", async () => {
    const wanted = await stage(1);
    expect((await topoform.run(["plan", "-o", "plan.json"], { env })).code).toBe(0);
    const { code, stdout } = await topoform.run(["apply", "plan.json", "--auto-approve"], { env });
    expect(code).toBe(0);
    expect(stdout).toContain("converged. Moves: 3 done.");
    expect(datanodes()).toEqual(wanted);
  });

  test("a saved plan that the cluster has outrun is refused, each difference named, nothing moved", async () => {
    await stage(1);
    await topoform.run(["plan", "-o", "plan.json"], { env });
    const [first, second] = regionsOf(cluster);
    cluster.faults.moveBehindYourBack(first!.id, (first!.datanode + 1n) % 3n);
    cluster.faults.moveBehindYourBack(second!.id, (second!.datanode + 2n) % 3n);
    const before = regionsOf(cluster);
    const { code, stderr } = await topoform.run(["apply", "plan.json", "--auto-approve"], { env });
    expect(code).toBe(3);
    expect(stderr).toContain("PLAN_STALE");
    expect(stderr).toMatch(new RegExp(`public\\.cpu a < 10 \\(region ${first!.id}\\) was to move .*; now it does not move\\.`));
    expect(stderr).toMatch(new RegExp(`public\\.cpu a >= 10 AND a < 20 \\(region ${second!.id}\\) was to move .*; now from \\d to \\d\\.`));
    expect(stderr).not.toContain("a >= 20 (region");
    expect(regionsOf(cluster)).toEqual(before);
    expect(migrations()).toBe(0);
  });

  test.each([
    ["is no JSON", () => "moves: []"],
    ["is something else", () => '{"format_version": 2, "clusters": []}'],
    ["is of a cluster that the manifest does not declare", (text: string) => text.replaceAll('"prod"', '"staging"')],
    ["lost a part", (text: string) => text.replace(/"region": "\d+"/, '"region": null')],
  ])("a plan file that %s is bad usage, and nothing is read or moved", async (_, spoil) => {
    await stage(1);
    await topoform.run(["plan", "-o", "plan.json"], { env });
    const file = path.join(topoform.directory, "plan.json");
    writeFileSync(file, spoil(readFileSync(file, "utf8")));
    cluster.resetStatementLog();
    const { code, stderr } = await topoform.run(["apply", "plan.json", "--auto-approve"], { env });
    expect(code).toBe(64);
    expect(stderr).toMatch(/PLAN_FILE_\w+/);
    expect(stderr).not.toContain("Internal error");
    expect(cluster.statementCount()).toBe(0);
  });

  test("a plan file that does not exist is bad usage and says how to make it", async () => {
    await stage(1);
    const { code, stderr } = await topoform.run(["apply", "nowhere.json", "--auto-approve"], { env });
    expect(code).toBe(64);
    expect(stderr).toContain("topoform plan -o nowhere.json");
  });

  test("a blocked plan is refused with 3 and its reason, without a question", async () => {
    await stage(1);
    topoform.write("topoform.json", manifest({ [RULES[0]]: 9 }));
    const { code, stderr, stdout } = await topoform.run(["apply"], { env });
    expect(code).toBe(3);
    expect(stdout).toContain("is pinned to it");
    expect(stderr).toBe("prod: refused, because the plan above is blocked. Nothing was changed.\n");
    expect(migrations()).toBe(0);
  });

  test("two runs at once: the second changes nothing, names the first and exits with 75", async () => {
    // One move after the other: the first run lasts as long as a second one needs to start on a busy machine.
    const wanted = await stage(1, 3_000, { outgoing: 1, incoming: 1, cluster: 1 });
    const first = topoform.start(["apply", "--auto-approve"], { env });
    await first.printed("moving ");
    const second = await topoform.run(["apply", "--auto-approve"], { env });
    expect(second.code).toBe(75);
    expect(second.stderr).toContain("CLUSTER_LOCKED");
    expect(second.stderr).toContain(`topoform apply (process ${first.child.pid}`);
    expect((await first.done).code).toBe(0);
    expect(datanodes()).toEqual(wanted);
    expect(migrations()).toBe(3);
  });

  test("the first Ctrl-C finishes what is moving and starts nothing new; the next run does the rest", async () => {
    const wanted = await stage(1, 600, { outgoing: 1, incoming: 1, cluster: 1 });
    const run = topoform.start(["apply", "--auto-approve"], { env });
    await run.printed("moving ");
    run.child.kill("SIGINT");
    const { code, stdout, stderr } = await run.done;
    expect(code).toBe(130);
    expect(stderr).toContain("finishing what is moving");
    expect(stdout).toContain("interrupted. Moves: 1 done, 2 not-started.");
    expect(migrations()).toBe(1);
    expect(datanodes().filter((id, i) => id === wanted[i])).toHaveLength(1);
    await expectRest(wanted, await topoform.run(["apply", "--auto-approve"], { env }));
  });

  test("the second Ctrl-C stops waiting at once; the next run takes up what is still moving and repeats nothing", async () => {
    const wanted = await stage(1, 1_500, { outgoing: 1, incoming: 1, cluster: 1 });
    const run = topoform.start(["apply", "--auto-approve"], { env });
    await run.printed("moving ");
    run.child.kill("SIGINT");
    await run.printed("finishing what is moving");
    run.child.kill("SIGINT");
    const { code, stdout, stderr } = await run.done;
    expect(code).toBe(130);
    expect(stderr).toContain("the next run takes up what is still moving");
    expect(stdout).toContain("1 left-running");
    expect(datanodes().filter((id, i) => id === wanted[i])).toHaveLength(0);
    const next = await topoform.run(["apply", "--auto-approve"], { env });
    expect(next.stderr).toContain("continuing an interrupted run");
    await expectRest(wanted, next);
  });

  test.each([
    ["stderr", []],
    ["stdout", ["--json"]],
  ] as const)("a reader of %s that goes away, as in `| head -1`, stops nothing", async (stream, options) => {
    const wanted = await stage(1, 300, { outgoing: 1, incoming: 1, cluster: 1 });
    const run = topoform.start(["apply", "--auto-approve", ...options], { env });
    await run.printed(stream === "stderr" ? "moving " : "MOVE_SUBMITTED");
    run.child[stream]!.destroy();
    await expectRest(wanted, await run.done);
  });

  describe("a run that was killed when its last move was under way, and whose moves the server has finished since", () => {
    /** Killed, moved, and then `between` happened. */
    async function killedLate(between: () => Promise<unknown>): Promise<readonly bigint[]> {
      const wanted = await stage(1, 1_500);
      await topoform.run(["plan", "-o", "plan.json"], { env });
      const run = topoform.start(["apply", "--auto-approve"], { env });
      for (const rule of RULES) await run.printed(`moving   datanode ${regionsOf(cluster)[RULES.indexOf(rule)]!.datanode} -> ${wanted[RULES.indexOf(rule)]}  public.cpu  ${rule}`);
      run.child.kill("SIGKILL");
      await run.done;
      while (String(datanodes()) !== String(wanted)) await new Promise((resolve) => setTimeout(resolve, 50));
      await between();
      return wanted;
    }

    test.each([["apply"], ["apply", "plan.json", "--auto-approve"]])("a loss of rows is found by the next %s %s", async (...args) => {
      await killedLate(() => cluster.sql("DELETE FROM cpu WHERE a < 10"));
      const { code, stdout } = await topoform.run(args, { env });
      expect(stdout).toContain("ROWS_FEWER");
      expect(stdout).toContain("public.cpu: 12 rows before, 8 after");
      expect(code).toBe(1);
    });

    test("the next apply says that it finishes it, compares the rows, and the one after has nothing to do", async () => {
      const wanted = await killedLate(async () => undefined);
      const next = await topoform.run(["apply"], { env });
      expect(next.stdout).toContain("Finishing an interrupted run");
      expect(next.stdout).toContain("public.cpu: 12 rows before, 12 after");
      await expectRest(wanted, next);
      const { code, stdout } = await topoform.run(["apply"], { env });
      expect([code, stdout]).toEqual([0, "prod\n\nNo differences. The cluster is as declared.\n"]);
    });
  });

  async function expectRest(wanted: readonly bigint[], finished: Finished): Promise<void> {
    expect(finished.code).toBe(0);
    expect(datanodes()).toEqual(wanted);
    expect(migrations()).toBe(3);
  }
});
