import { rmSync } from "node:fs";
import { bundleProvider, terraformIsThere, Workspace, type TerraformRun } from "../terraform";
import { KwdbWorld } from "./harness";

jest.setTimeout(240_000);
const withTerraform = terraformIsThere() ? describe : describe.skip;

withTerraform("KWDB with real Terraform on the dev cluster", () => {
  let mirror: string;
  let world: KwdbWorld;
  let workspace: Workspace;

  beforeAll(async () => (mirror = await bundleProvider()));
  afterAll(() => rmSync(mirror, { recursive: true, force: true }));
  beforeEach(async () => {
    world = await KwdbWorld.start();
    workspace = new Workspace(mirror, world.env);
  });
  afterEach(async () => {
    workspace.remove();
    await world.stop();
  });

  async function apply(main: string): Promise<TerraformRun> {
    workspace.write(main);
    await workspace.init();
    const run = await workspace.apply();
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    return run;
  }

  const META = 'resource "topoform_kwdb_zone_config" "meta" {\n  target = "RANGE meta"\n  num_replicas = 7\n  allow_system_range = true\n}\noutput "found" { value = topoform_kwdb_zone_config.meta.found }';

  test("meta to 7 replicas, no difference, drift by hand, converged, destroyed", async () => {
    const before = await world.zoneSql("RANGE meta");
    const applied = await apply(META);
    expect(applied.stdout).toContain("+ planned_changes    = <<-EOT\n            ~ RANGE meta  (declared)\n                num_replicas: 7");
    expect(applied.stdout).toContain("More replicas than nodes");
    expect(await world.zoneSql("RANGE meta")).toContain("num_replicas = 7");
    expect((await workspace.plan()).code).toBe(0);
    expect((await workspace.plan("-refresh-only")).code).toBe(0);

    await world.cluster.sql("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 9, gc.ttlseconds = 7200");
    const drift = await workspace.plan("-refresh-only");
    expect(drift.code).toBe(2);
    expect(drift.stdout).toMatch(/num_replicas\s+= 7 -> 9/);
    expect(drift.stdout).not.toContain("gc_ttl_seconds");
    const plan = await workspace.plan();
    expect(plan.code).toBe(2);
    expect(plan.stdout).toContain("num_replicas: 9 -> 7");
    await apply(META);
    expect((await workspace.plan("-refresh-only")).code).toBe(0);
    await world.cluster.sql("ALTER RANGE meta CONFIGURE ZONE USING gc.ttlseconds = 7300");
    expect((await workspace.plan("-refresh-only")).code).toBe(0);

    const destroyed = await workspace.run("destroy", "-input=false", "-auto-approve");
    expect({ code: destroyed.code, stderr: destroyed.stderr }).toEqual({ code: 0, stderr: "" });
    expect(await world.zoneSql("RANGE meta")).toBe(before!.replace("gc.ttlseconds = 3600", "gc.ttlseconds = 7300"));
  });

  test("zones with their parents, partitions, settings, a rebalance and data sources in one apply; then one variable less", async () => {
    const main = (table: string): string => `
resource "topoform_kwdb_zone_config" "database" {
  target       = "DATABASE d"
  num_replicas = 5
}
resource "topoform_kwdb_zone_config" "table" {
  target           = "TABLE d.t"
  ${table}
  depends_on       = [topoform_kwdb_zone_config.database]
}
resource "topoform_kwdb_zone_config" "partition" {
  for_each            = toset(["a", "b"])
  target              = "PARTITION \${each.key} OF TABLE d.p"
  num_replicas        = 3
  replica_constraints = { "+region=NODE2" = 1, "+region=NODE1" = 1 }
  lease_preferences   = [["+region=NODE1"]]
}
resource "topoform_kwdb_cluster_setting" "all" {
  for_each = { "kv.kvserver.ts_split_interval" = 1, "kv.allocator.ts_consider_rebalance.enabled" = false, "kv.snapshot_rebalance.max_rate" = "8MiB" }
  name     = each.key
  value    = each.value
}
resource "topoform_kwdb_range_rebalance" "ts" {
  target   = "DATABASE ts"
  triggers = { nodes = length(data.topoform_kwdb_nodes.all.nodes) }
}
data "topoform_kwdb_nodes" "all" {}
data "topoform_kwdb_ranges" "t" {
  database   = "d"
  table      = "t"
  depends_on = [topoform_kwdb_zone_config.table]
}
output "leaseholder" { value = data.topoform_kwdb_ranges.t.ranges[0].leaseholder.locality }
`;
    await apply(main('copy_from_parent = ["num_replicas"]\n  gc_ttl_seconds = 3600\n  wait_for_replicas = true'));
    expect(await world.zoneSql("TABLE d.public.t")).toBe("gc.ttlseconds = 3600, num_replicas = 5");
    expect(await world.zoneSql("PARTITION b OF INDEX d.public.p@primary")).toContain("num_replicas = 3");
    expect(await world.settingValue("kv.snapshot_rebalance.max_rate")).toBe("8.0 MiB");
    expect((await workspace.run("output", "leaseholder")).stdout).toMatch(/region=NODE\d/);
    expect((await workspace.plan()).code).toBe(0);
    expect((await workspace.plan("-refresh-only")).code).toBe(0);
    await apply(main("num_replicas = 5"));
    expect(await world.zoneSql("TABLE d.public.t")).toBe("num_replicas = 5");
    expect((await workspace.plan()).code).toBe(0);
    const destroyed = await workspace.run("destroy", "-input=false", "-auto-approve");
    expect({ code: destroyed.code, stderr: destroyed.stderr }).toEqual({ code: 0, stderr: "" });
    expect(await world.settingValue("kv.snapshot_rebalance.max_rate")).toBe("16 MiB");
    expect(await world.zoneSql("DATABASE d")).toBeUndefined();
  });

  test("import, and a saved plan that no longer fits is refused with what differs", async () => {
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 3");
    workspace.write(
      'import {\n  to = topoform_kwdb_zone_config.t\n  id = "TABLE d.t"\n}\nimport {\n  to = topoform_kwdb_cluster_setting.s\n  id = "kv.kvserver.ts_split_interval"\n}\n' +
        'resource "topoform_kwdb_zone_config" "t" {\n  target = "table d.public.t"\n  num_replicas = 5\n}\nresource "topoform_kwdb_cluster_setting" "s" {\n  name = "kv.kvserver.ts_split_interval"\n  value = "10"\n}',
    );
    await workspace.init();
    const plan = await workspace.plan("-out=saved");
    expect(plan.stdout).toContain("num_replicas: 3 -> 5");
    expect(plan.stdout).toContain("2 to import, 0 to add, 1 to change, 0 to destroy");
    await world.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 7");
    const refused = await workspace.run("apply", "-input=false", "saved");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("num_replicas: was 3 when planned, is 7 now");
    expect(await world.zoneSql("TABLE d.public.t")).toBe("num_replicas = 7");
    const run = await workspace.apply();
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    expect((await workspace.plan()).code).toBe(0);
  });

  test("killed after the zone was stored and before Terraform has the state: destroying restores what was found all the same", async () => {
    world.cluster.faults.pauseReplication();
    workspace.write(META.replace("num_replicas = 7", "num_replicas = 3\n  wait_for_replicas = true").replace("RANGE meta", "RANGE default"));
    await world.cluster.sql("ALTER RANGE default CONFIGURE ZONE USING num_replicas = 1");
    const before = await world.zoneSql("RANGE default");
    await workspace.init();
    const running = workspace.start("apply", "-input=false", "-auto-approve");
    await until(async () => (await world.zoneSql("RANGE default"))?.includes("num_replicas = 3") === true);
    process.kill(-running.child.pid!, "SIGKILL");
    await running.done;
    expect((await workspace.run("show")).stdout).not.toContain("topoform");

    world.cluster.faults.resumeReplication();
    const run = await workspace.apply();
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(JSON.parse((await workspace.run("output", "-json", "found")).stdout) as string)).toMatchObject({ num_replicas: 1 });
    expect((await workspace.run("destroy", "-input=false", "-auto-approve")).code).toBe(0);
    expect(await world.zoneSql("RANGE default")).toBe(before);
  });

  test("an interrupt while replicas are waited for: the zone is in the state, and the run says that it did not end", async () => {
    const main = (replicas: number): string =>
      `resource "topoform_kwdb_zone_config" "t" {\n  target = "TABLE d.t"\n  num_replicas = ${replicas}\n  wait_for_replicas = true\n}\n`;
    await apply(main(3));
    world.cluster.faults.pauseReplication();
    workspace.write(main(5));
    const running = workspace.start("apply", "-input=false", "-auto-approve");
    await until(async () => (await world.zoneSql("TABLE d.public.t")) === "num_replicas = 5");
    running.child.kill("SIGINT");
    const run = await running.done;
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("its replicas are not waited for any more");
    expect((await workspace.run("show")).stdout).toMatch(/num_replicas\s+= 5/);
  });

  test("two clusters by alias, with what belongs to each of them", async () => {
    const other = await KwdbWorld.start({ nodes: 3 });
    try {
      await apply(`
provider "topoform" {}
provider "topoform" {
  alias = "other"
  kwdb  = { host = "${other.cluster.host}", port = ${other.cluster.port} }
}
resource "topoform_kwdb_zone_config" "here" {
  target       = "TABLE d.t"
  num_replicas = 5
}
resource "topoform_kwdb_zone_config" "there" {
  provider     = topoform.other
  target       = "TABLE d.t"
  num_replicas = 3
}
`);
      expect(await world.zoneSql("TABLE d.public.t")).toBe("num_replicas = 5");
      expect(await other.zoneSql("TABLE d.public.t")).toBe("num_replicas = 3");
      expect((await workspace.plan()).code).toBe(0);
    } finally {
      await other.stop();
    }
  });

  test("settings of an engine that a configuration does not use are not looked at", async () => {
    workspace.env["TOPOFORM_GREPTIMEDB_PORT"] = "none";
    workspace.env["TOPOFORM_GREPTIMEDB_TLS_MODE"] = "sometimes";
    await apply('resource "topoform_kwdb_zone_config" "t" {\n  target = "TABLE d.t"\n  num_replicas = 3\n}');
    workspace.env["TOPOFORM_KWDB_PORT"] = "none";
    const broken = await workspace.plan();
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain("CONNECTION_SETTING_INVALID");
  });

  test("two hundred zones: one plan reads them with at most ten statements", async () => {
    for (let index = 0; index < 200; index += 1) await world.cluster.sql(`CREATE TABLE d.t${index} (k INT PRIMARY KEY)`);
    await apply('resource "topoform_kwdb_zone_config" "t" {\n  count = 200\n  target = "TABLE d.t${count.index}"\n  num_replicas = 5\n}');
    world.sent();
    expect((await workspace.plan()).code).toBe(0);
    const sent = world.sent().filter((sql) => /^(SELECT|SHOW)/.test(sql));
    expect(sent.length).toBeLessThanOrEqual(10);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("it never held");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
