import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startGreptimeDevCluster } from "../../src/devcluster";
import type { GreptimeDevCluster, GreptimeDevClusterOptions } from "../../src/devcluster";
import { bundleProvider, terraformIsThere, Workspace } from "../provider/terraform";
import type { TerraformRun } from "../provider/terraform";

jest.setTimeout(120_000);
const withTerraform = terraformIsThere() ? describe : describe.skip;

const [LOW, MIDDLE, HIGH] = ["host < 'g'", "host >= 'g' AND host < 'p'", "host >= 'p'"] as const;

interface Declared {
  readonly columns?: string;
  readonly lessThan?: string;
  readonly options?: string;
  readonly protection?: boolean;
  readonly pins?: Readonly<Record<string, number>>;
  readonly provider?: string;
  readonly more?: string;
}

/** The configuration of all walks: one table with three partitions and its placement. */
function configuration(declared: Declared = {}): string {
  const pins = declared.pins ?? { [LOW]: 0, [MIDDLE]: 1, [HIGH]: 2 };
  return `
provider "topoform" {
  ${declared.provider ?? ""}
}
resource "topoform_greptimedb_table" "cpu" {
  name    = "cpu"
  columns = ${declared.columns ?? '[{ name = "host", type = "varchar" }, { name = "usage", type = "float8" }, { name = "ts", type = "timestamp" }]'}
  primary_key         = ["host"]
  time_index          = "ts"
  partition_columns   = ["host"]
  partition_less_than = ${declared.lessThan ?? '[["g"], ["p"], ["MAXVALUE"]]'}
  options             = ${declared.options ?? '{ ttl = "90d" }'}
  deletion_protection = ${declared.protection ?? true}
}
resource "topoform_greptimedb_region_placement" "cpu" {
  table          = topoform_greptimedb_table.cpu.name
  datanodes      = [0, 1, 2]
  shared_storage = "bucket"
  pins = {
${Object.entries(pins).map(([key, datanode]) => `    ${JSON.stringify(key)} = ${datanode}`).join("\n")}
  }
}
${declared.more ?? ""}
`;
}

withTerraform("the provider with real Terraform on the embedded cluster", () => {
  let mirror: string;
  let cluster: GreptimeDevCluster;
  let workspace: Workspace;

  beforeAll(async () => {
    mirror = await bundleProvider();
  });
  afterAll(() => rmSync(mirror, { recursive: true, force: true }));
  afterEach(async () => {
    workspace.remove();
    await cluster.stop();
  });

  async function start(options: Partial<GreptimeDevClusterOptions> = {}, env: Record<string, string> = {}): Promise<void> {
    cluster = await startGreptimeDevCluster({ version: "1.1.4", datanodes: 3, ...options });
    workspace = new Workspace(mirror, {
      TOPOFORM_GREPTIMEDB_HOST: cluster.host,
      TOPOFORM_GREPTIMEDB_PORT: String(cluster.port),
      ...env,
    });
    workspace.write(configuration());
    await workspace.init();
  }

  async function deployed(options: Partial<GreptimeDevClusterOptions> = {}): Promise<void> {
    await start(options);
    expectCode(await workspace.apply(), 0);
    await cluster.sql("INSERT INTO cpu (host, `usage`, ts) VALUES ('a', 1.0, 1), ('h', 2.0, 2), ('z', 3.0, 3)");
  }

  /** Partition to leader, as the cluster says it. */
  async function leaders(): Promise<Record<string, string>> {
    const state = JSON.parse(readFileSync(join(workspace.directory, "terraform.tfstate"), "utf8")) as {
      resources: { type: string; instances: { attributes: { region_ids: Record<string, string> } }[] }[];
    };
    const table = state.resources.find((resource) => resource.type === "topoform_greptimedb_table")!;
    const rows = (await cluster.sql("SELECT region_id, peer_id FROM information_schema.region_peers WHERE is_leader = 'Yes'")) as readonly Record<string, unknown>[];
    const peers = new Map(rows.map((row) => [String(row["region_id"]), String(row["peer_id"])]));
    return Object.fromEntries(Object.entries(table.instances[0]!.attributes.region_ids).map(([key, id]) => [key, peers.get(id)!]));
  }

  async function regionOf(partition: string): Promise<bigint> {
    const shown = await workspace.run("show", "-json");
    const state = JSON.parse(shown.stdout) as { values: { root_module: { resources: { type: string; values: { region_ids: Record<string, string> } }[] } } };
    return BigInt(state.values.root_module.resources.find((one) => one.type === "topoform_greptimedb_table")!.values.region_ids[partition]!);
  }

  async function rows(): Promise<number> {
    const [row] = (await cluster.sql("SELECT count(*) AS n FROM cpu")) as readonly Record<string, unknown>[];
    return Number(row!["n"]);
  }

  test("create, no change, a region moved by hand, moved back, no change; the rows are all there", async () => {
    await deployed();
    expect(await leaders()).toEqual({ [LOW]: "0", [MIDDLE]: "1", [HIGH]: "2" });
    expectCode(await workspace.plan(), 0);

    cluster.faults.moveBehindYourBack(await regionOf(LOW), 2n);
    const drift = await workspace.plan();
    expectCode(drift, 2);
    expect(drift.stdout).toMatch(/~ "host < 'g'" += 2 -> 0\n/);
    expect(drift.stdout).toContain("(2 unchanged elements hidden)");
    expect(drift.stdout).toContain("datanode 2 -> 0  public.cpu  host < 'g'  region");
    expect(drift.stdout).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");

    const apply = await workspace.apply();
    expectCode(apply, 0);
    expect(await leaders()).toEqual({ [LOW]: "0", [MIDDLE]: "1", [HIGH]: "2" });
    expect(await rows()).toBe(3);
    expectCode(await workspace.plan(), 0);
  });

  test("a plan that only refreshes finds nothing either", async () => {
    await deployed();
    expectCode(await workspace.plan("-refresh-only"), 0);
    cluster.faults.moveBehindYourBack(await regionOf(LOW), 2n);
    expectCode(await workspace.plan("-refresh-only"), 2);
  });

  test("a walk reads the cluster with at most 6 statements and one SHOW CREATE TABLE per table", async () => {
    await deployed();
    cluster.resetStatementLog();
    expectCode(await workspace.plan(), 0);
    const statements = cluster.statements().map((one) => one.sql);
    expect(statements.filter((sql) => /^SHOW CREATE TABLE/i.test(sql))).toHaveLength(1);
    expect(statements.filter((sql) => !/^SHOW CREATE TABLE/i.test(sql)).length).toBeLessThanOrEqual(6);
  });

  test("a column added by somebody else: exit 2, refused while protected, kept when declared", async () => {
    await deployed();
    await cluster.sql("ALTER TABLE cpu ADD COLUMN extra STRING");
    const drift = await workspace.plan();
    expectCode(drift, 2);
    expect(drift.stdout).toMatch(/- name\s+= "extra" -> null/);
    expect(drift.stdout + drift.stderr).toContain("is protected from losing data");
    const refused = await workspace.apply();
    expectCode(refused, 1);
    expect(refused.stderr).toContain("[DELETION_PROTECTED]");
    workspace.write(
      configuration({ columns: '[{ name = "host", type = "STRING" }, { name = "usage", type = "DOUBLE" }, { name = "extra", type = "text" }, { name = "ts", type = "TIMESTAMP(3)" }]' }),
    );
    expectCode(await workspace.plan(), 0);
  });

  test("columns and options change in place", async () => {
    await deployed();
    workspace.write(
      configuration({
        columns: '[{ name = "host", type = "STRING" }, { name = "usage", type = "DOUBLE" }, { name = "hits", type = "INT8" }, { name = "ts", type = "TIMESTAMP(3)" }]',
        options: '{ ttl = "180d" }',
      }),
    );
    expectCode(await workspace.plan(), 2);
    expectCode(await workspace.apply(), 0);
    expectCode(await workspace.plan(), 0);
    expect(await rows()).toBe(3);
  });

  test("the partition rule changed by somebody else: exit 2", async () => {
    await deployed();
    await cluster.sql("ALTER TABLE cpu MERGE PARTITION (host < 'g', host >= 'g' AND host < 'p')");
    const drift = await workspace.plan();
    expectCode(drift, 2);
    expect(drift.stdout).toContain("partition_rules");
  });

  test("a dropped table: exit 2, and apply makes it again where it belongs", async () => {
    await deployed();
    await cluster.sql("DROP TABLE cpu");
    const drift = await workspace.plan();
    expectCode(drift, 2);
    expect(drift.stdout).toContain("topoform_greptimedb_table.cpu will be created");
    expectCode(await workspace.apply(), 0);
    expect(await leaders()).toEqual({ [LOW]: "0", [MIDDLE]: "1", [HIGH]: "2" });
    expectCode(await workspace.plan(), 0);
  });

  test("a datanode that died: exit 2, and an error at apply while it is dead", async () => {
    await deployed();
    cluster.faults.killDatanode(2n);
    await new Promise((resolve) => setTimeout(resolve, 11_500));
    const drift = await workspace.plan();
    expectCode(drift, 2);
    expect(drift.stdout).toContain("unavailable_datanodes");
    const apply = await workspace.apply();
    expectCode(apply, 1);
    expect(apply.stderr).toContain("[DATANODE_GONE]");
    cluster.faults.restartDatanode(2n);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expectCode(await workspace.plan(), 0);
  });

  test("import of both resources; the first plan changes nothing on the server", async () => {
    await deployed();
    rmSync(join(workspace.directory, "terraform.tfstate"));
    expectCode(await workspace.run("import", "-input=false", "topoform_greptimedb_table.cpu", "public.cpu"), 0);
    expectCode(await workspace.run("import", "-input=false", "topoform_greptimedb_region_placement.cpu", "public.cpu"), 0);
    cluster.resetStatementLog();
    expectCode(await workspace.apply(), 0);
    const changing = cluster.statements().map((one) => one.sql).filter((sql) => /^(ALTER|CREATE|DROP|ADMIN)/i.test(sql));
    expect(changing).toEqual([]);
    expectCode(await workspace.plan(), 0);
  });

  test("a table that exists is taken over when it is as declared, and else refused with each difference", async () => {
    await deployed();
    rmSync(join(workspace.directory, "terraform.tfstate"));
    await cluster.sql("ALTER TABLE cpu ADD COLUMN extra INT");
    const refused = await workspace.apply();
    expectCode(refused, 1);
    expect(refused.stderr).toContain("public.cpu exists already and is not as declared");
    expect(refused.stderr).toContain("extra");
    await cluster.sql("ALTER TABLE cpu DROP COLUMN extra");
    cluster.resetStatementLog();
    const taken = await workspace.apply();
    expectCode(taken, 0);
    expect(taken.stdout).toContain("public.cpu existed already");
    expect(cluster.statements().filter((one) => /^(CREATE|ALTER|DROP)/i.test(one.sql))).toEqual([]);
  });

  test("deletion protection: destroy is refused, and done after it was taken off", async () => {
    await deployed();
    const refused = await workspace.run("destroy", "-input=false", "-auto-approve");
    expectCode(refused, 1);
    expect(refused.stderr).toContain("is protected against destruction");
    expect(await rows()).toBe(3);
    workspace.write(configuration({ protection: false }));
    expectCode(await workspace.apply(), 0);
    expectCode(await workspace.run("destroy", "-input=false", "-auto-approve"), 0);
    expect((await cluster.sql("SHOW TABLES")).flatMap(Object.values)).not.toContain("cpu");
  });

  test("a saved plan is refused when the placement changed after it", async () => {
    await deployed();
    cluster.faults.moveBehindYourBack(await regionOf(LOW), 2n);
    expectCode(await workspace.plan("-out=saved"), 2);
    cluster.faults.moveBehindYourBack(await regionOf(LOW), 1n);
    cluster.faults.moveBehindYourBack(await regionOf(HIGH), 1n);
    cluster.resetStatementLog();
    const apply = await workspace.run("apply", "-input=false", "saved");
    expectCode(apply, 1);
    expect(apply.stderr).toContain("[PLAN_STALE]");
    expect(apply.stderr).toContain(`${LOW}: was led by datanode 2 when planned, is led by datanode 1 now`);
    expect(apply.stderr).toContain(`${HIGH}: was led by datanode 2 when planned, is led by datanode 1 now`);
    expect(cluster.statements().filter((one) => /migrate_region/i.test(one.sql))).toEqual([]);
  });

  test("a move that fails is an error, the next apply does it", async () => {
    await deployed();
    cluster.faults.moveBehindYourBack(await regionOf(LOW), 2n);
    cluster.faults.failNextProcedure("disk on fire", undefined, 100);
    const failed = await workspace.apply();
    expectCode(failed, 1);
    expect(failed.stderr).toContain("disk on fire");
    expectCode(await workspace.plan(), 2);
    cluster.faults.clearProcedureFaults();
    expectCode(await workspace.apply(), 0);
    expectCode(await workspace.plan(), 0);
    expect(await leaders()).toEqual({ [LOW]: "0", [MIDDLE]: "1", [HIGH]: "2" });
  });

  test("an interrupt finishes what is moving and leaves a state that the next apply continues from", async () => {
    await deployed({ procedureDurationMs: 3_000 });
    cluster.faults.moveBehindYourBack(await regionOf(LOW), 2n);
    cluster.faults.moveBehindYourBack(await regionOf(MIDDLE), 2n);
    cluster.resetStatementLog();
    const { child, done } = workspace.start("apply", "-input=false", "-auto-approve");
    await until(() => cluster.statements().some((one) => /migrate_region/i.test(one.sql)));
    process.kill(-child.pid!, "SIGINT");
    const interrupted = await done;
    expectCode(interrupted, 1);
    expect(interrupted.stderr).toContain("[INTERRUPTED]");
    const moved = await leaders();
    expect([moved[LOW], moved[MIDDLE]].filter((leader) => leader === "2").length).toBeLessThanOrEqual(1);
    expectCode(await workspace.apply(), 0);
    expect(await leaders()).toEqual({ [LOW]: "0", [MIDDLE]: "1", [HIGH]: "2" });
    expect(await rows()).toBe(3);
    expectCode(await workspace.plan(), 0);
  });

  test("Terraform killed while a region moves: the next apply adopts the move and repeats nothing", async () => {
    await deployed({ procedureDurationMs: 3_000 });
    const region = await regionOf(LOW);
    cluster.faults.moveBehindYourBack(region, 2n);
    cluster.resetStatementLog();
    const { child, done } = workspace.start("apply", "-input=false", "-auto-approve");
    await until(() => cluster.statements().some((one) => /migrate_region/i.test(one.sql)));
    process.kill(-child.pid!, "SIGKILL");
    await done;
    rmSync(join(workspace.directory, ".terraform.tfstate.lock.info"), { force: true });
    const again = await untilUnlocked(workspace);
    expectCode(again, 0);
    expect(cluster.statements().filter((one) => /migrate_region/i.test(one.sql))).toHaveLength(1);
    expect(await leaders()).toEqual({ [LOW]: "0", [MIDDLE]: "1", [HIGH]: "2" });
    expectCode(await workspace.plan(), 0);
  });

  test("data sources show the datanodes and regions", async () => {
    await deployed();
    workspace.write(
      configuration({
        more: `
data "topoform_greptimedb_datanodes" "all" {}
data "topoform_greptimedb_regions" "cpu" { table = "cpu" }
output "datanodes" { value = [for one in data.topoform_greptimedb_datanodes.all.datanodes : one.id] }
output "regions" { value = { for one in data.topoform_greptimedb_regions.cpu.regions : one.partition => one.datanode } }
`,
      }),
    );
    expectCode(await workspace.apply(), 0);
    const outputs = JSON.parse((await workspace.run("output", "-json")).stdout) as Record<string, { value: unknown }>;
    expect(outputs["datanodes"]!.value).toEqual(["0", "1", "2"]);
    expect(outputs["regions"]!.value).toEqual({ [LOW]: "0", [MIDDLE]: "1", [HIGH]: "2" });
    expectCode(await workspace.plan(), 0);
  });

  test("a wrong password is one clear diagnostic, and no secret is printed or stored", async () => {
    await start({ user: { name: "admin", password: "right-pass" } });
    workspace.write(configuration({ provider: 'greptimedb = { user = "admin", password = "wrong-pass" }', more: 'data "topoform_greptimedb_datanodes" "all" {}' }));
    const run = await workspace.plan();
    expectCode(run, 1);
    expect(run.stderr.match(/Error:/g)).toHaveLength(1);
    expect(run.stdout + run.stderr).not.toContain("wrong-pass");
    workspace.env["TOPOFORM_GREPTIMEDB_USER"] = "admin";
    workspace.env["TOPOFORM_GREPTIMEDB_PASSWORD"] = "right-pass";
    workspace.env["TF_LOG_PROVIDER"] = "TRACE";
    workspace.write(configuration());
    const apply = await workspace.apply();
    expectCode(apply, 0);
    expect(apply.stdout + apply.stderr).not.toContain("right-pass");
    expect(readFileSync(join(workspace.directory, "terraform.tfstate"), "utf8")).not.toContain("right-pass");
  });

  test("an unreachable cluster is one clear error with the next step, never a plan without drift", async () => {
    await deployed();
    const silent = await listenSilently();
    try {
      workspace.env["TOPOFORM_GREPTIMEDB_PORT"] = String((silent.address() as AddressInfo).port);
      workspace.env["TOPOFORM_GREPTIMEDB_CONNECT_TIMEOUT_SECONDS"] = "2";
      const wrongPort = await workspace.plan();
      expectCode(wrongPort, 1);
      expect(wrongPort.stderr.match(/Error:/g)).toHaveLength(1);
    } finally {
      silent.close();
    }
    workspace.env["TOPOFORM_GREPTIMEDB_PORT"] = "1";
    const unreachable = await workspace.plan();
    expectCode(unreachable, 1);
    expect(unreachable.stderr.match(/Error:/g)).toHaveLength(1);
    expect(unreachable.stderr).toContain("[GREPTIMEDB_UNREACHABLE]");
  });

  test("the plain HCL example works as it stands", async () => {
    await start();
    const example = readFileSync(join(__dirname, "../../examples/hcl/main.tf"), "utf8");
    workspace.writeRaw(example);
    await workspace.init();
    expectCode(await workspace.apply(), 0);
    expectCode(await workspace.plan(), 0);
  });
});

function expectCode(run: TerraformRun, code: number): void {
  if (run.code !== code) throw new Error(`terraform ended with ${run.code} instead of ${code}:\n${run.stdout}\n${run.stderr}`);
}

async function until(condition: () => boolean, withinMs = 30_000): Promise<void> {
  for (const end = Date.now() + withinMs; !condition(); ) {
    if (Date.now() > end) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The orphaned provider may still be finishing its move and hold the lock. */
async function untilUnlocked(workspace: Workspace): Promise<TerraformRun> {
  for (let attempt = 0; ; attempt += 1) {
    const run = await workspace.apply();
    if (run.code === 0 || attempt === 10 || !run.stderr.includes("[CLUSTER_LOCKED]")) return run;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** A port that accepts and says nothing, as GreptimeDB's other ports do. */
async function listenSilently(): Promise<Server> {
  const server = createServer((socket) => void socket.on("error", () => undefined));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
