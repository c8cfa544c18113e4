import { rmSync } from "node:fs";
import { startGreptimeDevCluster } from "../../src/devcluster";
import type { GreptimeDevCluster } from "../../src/devcluster";
import { bundleProvider, terraformIsThere, Workspace } from "./terraform";

jest.setTimeout(120_000);
const withTerraform = terraformIsThere() ? describe : describe.skip;

const TABLES = `
resource "topoform_greptimedb_table" "t" {
  for_each            = toset(["cpu", "mem"])
  name                = each.key
  columns             = [{ name = "host", type = "STRING" }, { name = "ts", type = "TIMESTAMP(3)" }]
  primary_key         = ["host"]
  time_index          = "ts"
  partition_columns   = ["host"]
  partition_less_than = [["b"], ["c"], ["d"], ["e"], ["MAXVALUE"]]
}
`;

function configuration(rule: string): string {
  return `${TABLES}
resource "topoform_greptimedb_region_placement" "all" {
  tables         = [for table in topoform_greptimedb_table.t : table.name]
  datanodes      = [0, 1, 2, 3]
  shared_storage = "bucket"
  ${rule}
}
`;
}

const SECOND = `
resource "topoform_greptimedb_region_placement" "second" {
  table = topoform_greptimedb_table.t["mem"].name
}
`;

withTerraform("strategies with real Terraform on the embedded cluster", () => {
  let mirror: string;
  let cluster: GreptimeDevCluster;
  let workspace: Workspace;

  beforeAll(async () => {
    mirror = await bundleProvider();
    cluster = await startGreptimeDevCluster({ version: "1.1.4", datanodes: 4 });
    workspace = new Workspace(mirror, { TOPOFORM_GREPTIMEDB_HOST: cluster.host, TOPOFORM_GREPTIMEDB_PORT: String(cluster.port) });
  });
  afterAll(async () => {
    workspace.remove();
    await cluster.stop();
    rmSync(mirror, { recursive: true, force: true });
  });

  async function converges(rule: string): Promise<string> {
    workspace.write(configuration(rule));
    const applied = await workspace.apply();
    expect({ code: applied.code, stderr: applied.stderr }).toEqual({ code: 0, stderr: "" });
    const again = await workspace.plan();
    expect(again.code).toBe(0);
    return applied.stdout;
  }

  test("balance, then drain, then bytes, then spread over zones: each converges, and a second plan is empty", async () => {
    workspace.write(configuration('strategy = "balance"'));
    await workspace.init();
    await converges('strategy = "balance"');
    const drained = await converges('strategy = "balance"\n  exclude_datanodes = [2]');
    expect(drained).toMatch(/moves: [23] \(minimum [23]\)/);
    expect(drained).toContain("datanode 2 -> ");
    await converges('strategy = "balance"\n  balance_by = "bytes"\n  max_bytes_per_datanode = 1099511627776');
    await converges('strategy = "spread"\n  max_skew = 1\n  zones = { "0" = "a", "1" = "a", "2" = "b", "3" = "b" }');
  });

  /** Destroying a placement moves nothing. */
  async function forgetPlacements(): Promise<void> {
    workspace.write(TABLES);
    expect((await workspace.apply()).code).toBe(0);
  }

  test("rules that contradict each other end the plan with their names", async () => {
    const pins = ["host < 'b'", "host >= 'b' AND host < 'c'", "host >= 'c' AND host < 'd'", "host >= 'd' AND host < 'e'"];
    workspace.write(configuration(`max_regions_per_datanode = 3\n  pins = {\n${pins.map((pin) => `    "cpu: ${pin}" = 2`).join("\n")}\n  }`));
    const { code, stderr, stdout } = await workspace.plan();
    expect(code).toBe(1);
    expect(stderr + stdout).toMatch(/^public\.cpu,mem:\n {2}a datanode may hold 3 regions\n {2}public\.cpu host < 'b' is pinned to datanode 2$/m);
  });

  test("a group is imported by its id, and the plan then names the moves", async () => {
    await forgetPlacements();
    workspace.write(configuration("exclude_datanodes = [0]"));
    const imported = await workspace.run("import", "-input=false", "topoform_greptimedb_region_placement.all", "public.cpu,mem");
    expect({ code: imported.code, stderr: imported.stderr }).toEqual({ code: 0, stderr: "" });
    const planned = await workspace.plan();
    expect(planned.code).toBe(2);
    expect(planned.stdout).toMatch(/0 to add, 1 to change, 0 to destroy/);
    expect(planned.stdout).toMatch(/moves: \d \(minimum \d\)/);
    expect(planned.stdout).toContain("datanode 0 -> ");
  });

  test("a second resource for one of the tables is refused", async () => {
    await forgetPlacements();
    workspace.write(configuration("") + SECOND);
    const { code, stderr } = await workspace.apply();
    expect(code).toBe(1);
    expect(stderr.match(/PLACEMENT_TABLE_DUPLICATE/g)).toHaveLength(1);
  });

  test("a second one that is created later is warned of by every plan", async () => {
    await forgetPlacements();
    workspace.write(configuration(""));
    expect((await workspace.apply()).code).toBe(0);
    workspace.write(configuration("") + SECOND);
    expect((await workspace.apply()).code).toBe(0);
    const { code, stdout } = await workspace.plan();
    expect(code).toBe(0);
    expect(stdout.match(/Warning: Another resource places public\.mem, too/g)).toHaveLength(1);
    await forgetPlacements();
    workspace.write(configuration(""));
    await workspace.apply();
    expect((await workspace.plan()).stdout).not.toContain("Another resource");
  });
});
