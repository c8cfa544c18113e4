import { rmSync } from "node:fs";
import { startGreptimeDevCluster } from "../../src/devcluster";
import type { GreptimeDevCluster } from "../../src/devcluster";
import { bundleProvider, terraformIsThere, Workspace } from "./terraform";

jest.setTimeout(120_000);
const withTerraform = terraformIsThere() ? describe : describe.skip;

function configuration(rule: string): string {
  return `
resource "topoform_greptimedb_table" "t" {
  for_each            = toset(["cpu", "mem"])
  name                = each.key
  columns             = [{ name = "host", type = "STRING" }, { name = "ts", type = "TIMESTAMP(3)" }]
  primary_key         = ["host"]
  time_index          = "ts"
  partition_columns   = ["host"]
  partition_less_than = [["b"], ["c"], ["d"], ["e"], ["MAXVALUE"]]
}
resource "topoform_greptimedb_region_placement" "all" {
  tables         = [for table in topoform_greptimedb_table.t : table.name]
  datanodes      = [0, 1, 2, 3]
  shared_storage = "bucket"
  ${rule}
}
`;
}

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
    expect(drained).toMatch(/[23] moves \(minimum [23]\)/);
    expect(drained).toContain("datanode 2 -> ");
    await converges('strategy = "balance"\n  balance_by = "bytes"\n  max_bytes_per_datanode = 1099511627776');
    await converges('strategy = "spread"\n  max_skew = 1\n  zones = { "0" = "a", "1" = "a", "2" = "b", "3" = "b" }');
  });

  test("rules that contradict each other end the plan with their names", async () => {
    workspace.write(configuration('exclude_datanodes = [2]\n  pins = { "cpu: host < \'b\'" = 2 }'));
    const { code, stderr, stdout } = await workspace.plan();
    expect(code).toBe(1);
    expect(stderr + stdout).toMatch(/datanode 2 is excluded/);
  });
});
