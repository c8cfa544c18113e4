import type { GreptimeDevCluster } from "../../src/devcluster";
import { CommandLine } from "./support/command-line";
import { manifest, pinsShiftedBy, reach, regionsOf, RULES, startStage } from "./support/stage";

jest.setTimeout(60_000);

describe("topoform rollback", () => {
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

  const LIMITS = { outgoing: 1, incoming: 1, cluster: 1 };
  const datanodes = (): readonly bigint[] => regionsOf(cluster).map((region) => region.datanode);
  const declare = (steps: number, more: Readonly<Record<string, unknown>> = {}): void => {
    const pins = pinsShiftedBy(cluster, steps);
    topoform.write("topoform.json", manifest(pins, { placements: [{ name: "cpu", table: "cpu", pins, limits: LIMITS }], ...more }));
  };
  const stage = async (procedureDurationMs = 60): Promise<readonly bigint[]> => {
    cluster = await startStage({ procedureDurationMs });
    env = reach(cluster);
    const before = datanodes();
    declare(1);
    return before;
  };
  const run = (...args: string[]) => topoform.run(args, { env });

  const column = (name: string, type: string) => ({ name, type });
  const TABLE = {
    name: "cpu",
    columns: [column("a", "INT"), column("v", "DOUBLE"), column("ts", "TIMESTAMP(3)")],
    primary_key: ["a"],
    time_index: "ts",
    partitioning: { kind: "rules", columns: ["a"], partitions: RULES.map((rule) => ({ rule })) },
  };

  test("shows what undoes the last apply, does it, and then has nothing to undo", async () => {
    const before = await stage();
    expect((await run("rollback")).stdout).toContain("prod  Nothing to undo.");
    await run("apply", "--auto-approve");
    expect(datanodes()).not.toEqual(before);
    const { code, stdout } = await run("rollback", "--auto-approve");
    expect(stdout).toMatch(/^Undoes the apply that began at 20\d\d-/m);
    expect(stdout).toContain("moved back");
    expect(stdout).toContain("prod  converged. Moves: 3 done.");
    expect(code).toBe(0);
    expect(datanodes()).toEqual(before);
    expect(await run("rollback", "--auto-approve")).toMatchObject({ code: 0, stdout: "prod  Nothing to undo.\n" });
  });

  test("asks: without a terminal and without approval nothing is undone", async () => {
    await stage();
    await run("apply", "--auto-approve");
    const after = datanodes();
    const { code, stderr } = await run("rollback");
    expect(code).toBe(64);
    expect(stderr).toContain("APPROVAL_NEEDED");
    expect(datanodes()).toEqual(after);
  });

  test("refuses when the cluster is not as the apply left it, naming each difference", async () => {
    const before = await stage();
    await run("apply", "--auto-approve");
    const [first, second] = regionsOf(cluster);
    cluster.faults.moveBehindYourBack(first!.id, (before[0]! + 2n) % 3n);
    await cluster.sql("CREATE TABLE other (ts TIMESTAMP TIME INDEX)");
    const after = datanodes();
    const { code, stderr } = await run("rollback", "--auto-approve");
    expect(code).toBe(3);
    expect(stderr).toContain("ROLLBACK_STALE");
    expect(stderr).toContain(`(region ${first!.id}) is led by datanode ${(before[0]! + 2n) % 3n}; the apply put it on datanode ${(before[0]! + 1n) % 3n}.`);
    expect(stderr).not.toContain(String(second!.id));
    expect(datanodes()).toEqual(after);
    await cluster.sql("DROP TABLE cpu");
    const dropped = await run("rollback", "--auto-approve");
    expect(dropped.code).toBe(3);
    expect(dropped.stderr.match(/does not exist any more/g)).toHaveLength(3);
  });

  test("an apply that was killed and continued is undone as one", async () => {
    const before = await stage(400);
    const killed = topoform.start(["apply", "--auto-approve"], { env });
    await killed.printed("moved  ");
    killed.child.kill("SIGKILL");
    await killed.done;
    expect((await run("apply", "--auto-approve")).code).toBe(0);
    expect(datanodes().filter((datanode, i) => datanode !== before[i])).toHaveLength(3);
    expect((await run("rollback", "--auto-approve")).code).toBe(0);
    expect(datanodes()).toEqual(before);
  });

  test("a rollback that was killed is taken up by the next one", async () => {
    const before = await stage(400);
    await run("apply", "--auto-approve");
    const killed = topoform.start(["rollback", "--auto-approve"], { env });
    await killed.printed("moved  ");
    killed.child.kill("SIGKILL");
    await killed.done;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await run("rollback", "--auto-approve")).code).toBe(0);
    expect(datanodes()).toEqual(before);
    expect(cluster.statements().filter(({ sql }) => /migrate_region\(/i.test(sql))).toHaveLength(6);
  });

  const migrations = (): number => cluster.statements().filter(({ sql }) => /migrate_region\(/i.test(sql)).length;

  test("a move that a killed rollback has left running is adopted by the next one", async () => {
    const before = await stage(2_500);
    await run("apply", "--auto-approve");
    const killed = topoform.start(["rollback", "--auto-approve"], { env });
    await killed.printed("moving  ");
    killed.child.kill("SIGKILL");
    await killed.done;
    const { code, stderr } = await run("rollback", "--auto-approve");
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(stderr).toContain("continuing an interrupted run");
    expect([datanodes(), migrations()]).toEqual([before, 6]);
  });

  test("a rollback right after an apply that was killed names the run that still moves, and undoes it when that has ended", async () => {
    const before = await stage(2_500);
    const killed = topoform.start(["apply", "--auto-approve"], { env });
    await killed.printed("moving  ");
    killed.child.kill("SIGKILL");
    await killed.done;
    const refused = await run("rollback", "--auto-approve");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/\(region \d+\) is being moved by the interrupted run; wait until that has ended\./);
    while (String(datanodes()) === String(before)) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await run("rollback", "--auto-approve")).code).toBe(0);
    expect([datanodes(), migrations()]).toEqual([before, 2]);
  });

  test("changes of a table are undone, what loses data only where the table allows it", async () => {
    const before = await stage();
    const wider = (protection: boolean) => ({
      tables: [{ ...TABLE, columns: [...TABLE.columns, column("extra", "STRING")], options: { ttl: "90years" }, deletion_protection: protection }],
    });
    declare(1, wider(false));
    const applied = await run("apply", "--auto-approve");
    expect({ code: applied.code, text: applied.code === 0 ? "" : applied.stdout }).toEqual({ code: 0, text: "" });
    declare(0, wider(true));
    const refused = await run("rollback", "--auto-approve");
    expect(refused.code).toBe(3);
    expect(refused.stdout + refused.stderr).toContain("DELETION_PROTECTED");
    expect(datanodes()).not.toEqual(before);
    declare(0, wider(false));
    expect((await run("rollback", "--auto-approve")).code).toBe(0);
    expect(datanodes()).toEqual(before);
    const create = Object.values((await cluster.sql("SHOW CREATE TABLE cpu"))[0]!).join("\n");
    expect(create).not.toContain("extra");
    expect(create).not.toContain("ttl");
  });

  test("a table that a killed apply created and the next one placed goes; its regions are not moved back first", async () => {
    const before = await stage(400);
    const cpu = pinsShiftedBy(cluster, 1);
    const mem = Object.fromEntries(RULES.map((rule) => [rule, 2]));
    const table = { ...TABLE, name: "mem", deletion_protection: false };
    const placements = [{ name: "cpu", table: "cpu", pins: cpu, limits: LIMITS }, { name: "mem", table: "mem", pins: mem, limits: LIMITS }];
    topoform.write("topoform.json", manifest(cpu, { tables: [table], placements }));
    const killed = topoform.start(["apply", "--auto-approve"], { env });
    await killed.printed("changed public.mem");
    killed.child.kill("SIGKILL");
    await killed.done;
    expect((await run("apply", "--auto-approve")).code).toBe(0);
    const { code, stdout } = await run("rollback", "--auto-approve");
    expect({ code, text: code === 0 ? "" : stdout }).toEqual({ code: 0, text: "" });
    expect(datanodes()).toEqual(before);
    expect(await cluster.sql("SHOW TABLES LIKE 'mem'")).toEqual([]);
    expect(await run("rollback", "--auto-approve")).toMatchObject({ code: 0, stdout: "prod  Nothing to undo.\n" });
  });

  test("what undoes it is saved before the first step, for this user only; where it cannot be, nothing is changed", async () => {
    const before = await stage();
    const directory = topoform.write("blocked", "a file where the state directory should be");
    const { code, stderr } = await topoform.run(["apply", "--auto-approve"], { env: { ...env, TOPOFORM_STATE_DIR: directory } });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/LOCK_UNWRITABLE|JOURNAL_UNWRITABLE|ROLLBACK_UNWRITABLE/);
    expect(datanodes()).toEqual(before);
  });

  test("--json ends with one result that says what was not begun", async () => {
    const before = await stage();
    await run("apply", "--auto-approve");
    cluster.faults.moveBehindYourBack(regionsOf(cluster)[0]!.id, (before[0]! + 2n) % 3n);
    const { code, stdout } = await run("rollback", "--auto-approve", "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toMatchObject({
      type: "result",
      clusters: [{ kind: "refused", cluster: "prod", diagnostics: [{ code: "ROLLBACK_STALE" }] }],
    });
  });
});

describe("a saved plan that an interrupted run has partly done", () => {
  let topoform: CommandLine;
  let cluster: GreptimeDevCluster;
  beforeAll(() => {
    topoform = new CommandLine();
  });
  afterEach(async () => {
    topoform.clean();
    await cluster.stop();
  });
  afterAll(() => topoform.remove());

  test("goes on after a kill in the middle of the moves of a table that it has created", async () => {
    cluster = await startStage({ procedureDurationMs: 400 });
    const env = reach(cluster);
    const column = (name: string, type: string) => ({ name, type });
    const table = {
      name: "mem",
      columns: [column("a", "INT"), column("ts", "TIMESTAMP(3)")],
      primary_key: ["a"],
      time_index: "ts",
      partitioning: { kind: "rules", columns: ["a"], partitions: RULES.map((rule) => ({ rule })) },
    };
    const limits = { outgoing: 1, incoming: 1, cluster: 1 };
    const cpu = pinsShiftedBy(cluster, 1);
    const mem = Object.fromEntries(RULES.map((rule) => [rule, 2]));
    topoform.write(
      "topoform.json",
      manifest(cpu, { tables: [table], placements: [{ name: "cpu", table: "cpu", pins: cpu, limits }, { name: "mem", table: "mem", pins: mem, limits }] }),
    );
    await topoform.run(["plan", "-o", "plan.json"], { env });
    const killed = topoform.start(["apply", "plan.json", "--auto-approve"], { env });
    await killed.printed("2 of ");
    killed.child.kill("SIGKILL");
    await killed.done;
    const { code, stdout, stderr } = await topoform.run(["apply", "plan.json", "--auto-approve"], { env });
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("converged");
    expect(regionsOf(cluster).map(({ datanode }) => datanode)).toEqual(RULES.map((rule) => BigInt(cpu[rule]!)));
    const regions = cluster.statements().flatMap(({ sql }) => /migrate_region\((\d+)/i.exec(sql)?.[1] ?? []);
    expect(new Set(regions).size).toBe(regions.length);
  });

  test("is refused when what the run has done was undone since", async () => {
    cluster = await startStage({ procedureDurationMs: 400 });
    const env = reach(cluster);
    const pins = pinsShiftedBy(cluster, 1);
    topoform.write("topoform.json", manifest(pins, { placements: [{ name: "cpu", table: "cpu", pins, limits: { outgoing: 1, incoming: 1, cluster: 1 } }] }));
    await topoform.run(["plan", "-o", "plan.json"], { env });
    const killed = topoform.start(["apply", "plan.json", "--auto-approve"], { env });
    await killed.printed("1 of 3");
    killed.child.kill("SIGKILL");
    await killed.done;
    const done = regionsOf(cluster).find(({ datanode }, i) => datanode === BigInt(pins[RULES[i]!]!))!;
    cluster.faults.moveBehindYourBack(done.id, (done.datanode + 1n) % 3n);
    const { code, stderr } = await topoform.run(["apply", "plan.json", "--auto-approve"], { env });
    expect(code).toBe(3);
    expect(stderr).toContain(`(region ${done.id}) was to move`);
  });
});
