import type { GreptimeDevCluster } from "../../src/devcluster";
import { CommandLine } from "./support/command-line";
import { manifest, reach, startStage } from "./support/stage";

jest.setTimeout(60_000);

const RANGES = [10, 20, 30, 40, 50].map((bound) => ({ less_than: [bound] }));
/** A new table of six partitions, balanced together with `cpu`; datanode 2 shall hold none of either. */
const DECLARED = {
  tables: [
    {
      name: "mem",
      columns: [
        { name: "host", type: "INT" },
        { name: "ts", type: "TIMESTAMP" },
      ],
      primary_key: ["host"],
      time_index: "ts",
      partitioning: { kind: "range", columns: ["host"], partitions: [...RANGES, { less_than: [{ maxvalue: true }] }] },
    },
  ],
  placements: [{ name: "both", tables: ["cpu", "mem"], strategy: "balance", exclude_datanodes: [2] }],
};

describe("a table that an apply creates is placed by its strategy in the same apply", () => {
  let topoform: CommandLine;
  let cluster: GreptimeDevCluster;
  let env: Record<string, string>;
  beforeAll(() => {
    topoform = new CommandLine();
  });
  beforeEach(async () => {
    cluster = await startStage({ procedureDurationMs: 150 });
    env = reach(cluster);
    topoform.write("topoform.json", manifest({}, DECLARED));
  });
  afterEach(async () => {
    topoform.clean();
    await cluster.stop();
  });
  afterAll(() => topoform.remove());

  /** How many regions each datanode leads. */
  const loads = (): readonly number[] => [0n, 1n, 2n].map((id) => cluster.model.routes().filter(({ leader }) => leader === id).length);
  const movedRegions = (): readonly string[] => cluster.statements().flatMap(({ sql }) => /migrate_region\((\d+)/i.exec(sql)?.[1] ?? []);

  test("the plan says so, the apply does it within its limits, and then nothing is left to do", async () => {
    const planned = await topoform.run(["plan"], { env });
    expect(planned.stdout).toContain("+ place the regions of public.mem once they exist: by balance, off datanode 2");
    const applied = await topoform.run(["apply", "--auto-approve", "--json"], { env });
    expect(applied.code).toBe(0);
    const events = applied.stdout.trim().split("\n").map((line) => JSON.parse(line) as { code?: string; table?: { name: string }; moves?: number });
    const mem = cluster.model.table("public", "mem")!;
    const own = movedRegions().filter((region) => BigInt(region) >> 32n === BigInt(mem.tableId));
    expect(events.filter(({ code }) => code === "PLACEMENT_PLANNED")).toMatchObject([{ table: { name: "mem" }, moves: own.length }]);
    expect(own.length).toBeGreaterThan(0);
    expect(loads()[2]).toBe(0);
    expect(Math.abs(loads()[0]! - loads()[1]!)).toBeLessThanOrEqual(1);
    expect((await topoform.run(["plan", "--detailed-exitcode"], { env })).code).toBe(0);
  });

  test.each(["changed public.mem", "moving "])("killed when it has said %p, the same plan file finishes it and repeats nothing", async (sign) => {
    await topoform.run(["plan", "-o", "plan.json"], { env });
    const first = topoform.start(["apply", "plan.json", "--auto-approve"], { env });
    await first.printed(sign);
    first.child.kill("SIGKILL");
    await first.done;
    const second = await topoform.run(["apply", "plan.json", "--auto-approve"], { env });
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining("continuing an interrupted run")]);
    expect(loads()[2]).toBe(0);
    expect(Math.abs(loads()[0]! - loads()[1]!)).toBeLessThanOrEqual(1);
    expect(new Set(movedRegions()).size).toBe(movedRegions().length);
    expect(cluster.statements().filter(({ sql }) => sql.startsWith("CREATE TABLE") && sql.includes("`mem`"))).toHaveLength(1);
    expect((await topoform.run(["plan", "--detailed-exitcode"], { env })).code).toBe(0);
  });

  test("a region of another table that somebody moves meanwhile is not moved back: the plan file is refused", async () => {
    await topoform.run(["plan", "-o", "plan.json"], { env });
    const first = topoform.start(["apply", "plan.json", "--auto-approve"], { env });
    await first.printed("changed public.mem");
    first.child.kill("SIGKILL");
    await first.done;
    const cpu = cluster.model.table("public", "cpu")!;
    const still = cluster.model.routes().find(({ tableId, leader, regionId }) => tableId === cpu.tableId && leader !== 2n && !movedRegions().includes(String(regionId)))!;
    cluster.faults.moveBehindYourBack(still.regionId, 2n);
    const { code, stderr } = await topoform.run(["apply", "plan.json", "--auto-approve"], { env });
    expect([code, stderr]).toEqual([3, expect.stringMatching(new RegExp(`region ${still.regionId}\\).*that was not approved`))]);
    expect(movedRegions()).not.toContain(String(still.regionId));
  });
});
