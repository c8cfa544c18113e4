import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { GreptimeDevCluster } from "../../src/devcluster";
import { startKwdbDevCluster, type KwdbDevCluster } from "../../src/devcluster/kwdb";
import { CommandLine, type Finished } from "../cli/support/command-line";
import { manifest, pinsShiftedBy, reach, startStage } from "../cli/support/stage";
import { bundleProvider, terraformIsThere, Workspace } from "../provider/terraform";

jest.setTimeout(180_000);

/** Nobody else writes these; each form in which they could slip through. */
const SECRET = "Zebra/4711+quagga=";
const WRONG = "Okapi/0815+bongo=";
const FORMS = [SECRET, WRONG].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  Buffer.from(secret).toString("hex"),
  JSON.stringify(secret).slice(1, -1),
]);

/** Where a secret stands in a text; null: nowhere. */
function leakIn(text: string): string | null {
  const form = FORMS.find((each) => text.includes(each));
  return form === undefined ? null : text.slice(Math.max(0, text.indexOf(form) - 80), text.indexOf(form) + 80);
}

/** Every file below a directory that holds a secret. */
function leakingFiles(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(directory, name);
    return statSync(path).isFile() && leakIn(readFileSync(path, "latin1")) !== null;
  });
}

test("the search finds a secret in each form", () => {
  for (const form of FORMS) expect(leakIn(`{"user":"admin","password":"${form}"}`)).not.toBeNull();
  expect(leakIn("the password is not shown")).toBeNull();
});

describe("the command line", () => {
  let topoform: CommandLine;
  let greptime: GreptimeDevCluster;
  let kwdb: KwdbDevCluster;
  const runs: Finished[] = [];
  beforeAll(async () => {
    topoform = new CommandLine();
    greptime = await startStage({ user: { name: "admin", password: SECRET } });
    kwdb = await startKwdbDevCluster();
  });
  afterAll(async () => {
    topoform.remove();
    await Promise.all([greptime.stop(), kwdb.stop()]);
  });
  beforeEach(() => {
    runs.length = 0;
    topoform.clean();
  });

  const environment = (password: string): Record<string, string> => ({
    ...reach(greptime),
    TOPOFORM_GREPTIMEDB_USER: "admin",
    MY_PASSWORD: password,
    TOPOFORM_KWDB_HOST: kwdb.host,
    TOPOFORM_KWDB_PORT: String(kwdb.port),
    TOPOFORM_KWDB_PASSWORD: password,
    TOPOFORM_DEBUG: "1",
  });

  async function everyVerb(password: string): Promise<void> {
    const declared = manifest(pinsShiftedBy(greptime, 1), { connection: { password: { env: "MY_PASSWORD" } } }) as { version: number; clusters: object[] };
    topoform.write("topoform.json", { ...declared, clusters: [...declared.clusters, { engine: "kwdb", name: "kw", zones: [{ target: "RANGE meta", num_replicas: 7, allow_system_range: true }] }] });
    const env = environment(password);
    for (const args of [
      ["plan"], ["plan", "--explain"], ["plan", "--json", "-o", "plan.json"], ["drift"], ["drift", "--json"], ["status"], ["status", "--json"], ["snapshot", "-o", "snapshot.json"],
      ["apply", "--auto-approve", "--verify", "checksums"], ["rollback", "--auto-approve"], ["apply", "--auto-approve", "--json"], ["rollback", "--auto-approve", "--json"],
    ])
      runs.push(await topoform.run(args, { env }));
  }

  const leaks = (): readonly (string | null)[] => [...runs.flatMap(({ stdout, stderr }) => [leakIn(stdout), leakIn(stderr)]).filter((leak) => leak !== null), ...leakingFiles(topoform.directory)];

  test("prints and stores none when all goes well", async () => {
    await everyVerb(SECRET);
    expect(runs.filter(({ code }) => code === 0).length).toBeGreaterThan(8);
    expect(readdirSync(join(topoform.directory, "state")).some((name) => name.endsWith(".journal.jsonl"))).toBe(true);
    expect(leaks()).toEqual([]);
  });

  test("nor when the password is refused", async () => {
    await everyVerb(WRONG);
    expect(runs.every(({ code }) => code !== 0)).toBe(true);
    expect(leaks()).toEqual([]);
  });

  test("nor when nobody answers, or a secret stands in the manifest itself", async () => {
    const env = { ...environment(SECRET), TOPOFORM_GREPTIMEDB_PORT: "1", TOPOFORM_KWDB_PORT: "1" };
    for (const connection of [{ password: { env: "MY_PASSWORD" } }, { password: SECRET }, { user: SECRET, password: SECRET }]) {
      topoform.write("topoform.json", manifest({}, { connection }));
      runs.push(await topoform.run(["plan"], { env }), await topoform.run(["apply", "--auto-approve", "--json"], { env }));
    }
    expect(runs.every(({ code }) => code !== 0)).toBe(true);
    rmSync(join(topoform.directory, "topoform.json"));
    expect(leaks()).toEqual([]);
  });
});

(terraformIsThere() ? describe : describe.skip)("Terraform", () => {
  let mirror: string;
  beforeAll(async () => {
    mirror = await bundleProvider();
  });
  afterAll(() => rmSync(mirror, { recursive: true, force: true }));

  test.each([["right", SECRET], ["wrong", WRONG]])("with the %s password: none in output, logs, state or what is kept on disk", async (_, password) => {
    const cluster = await startStage({ user: { name: "admin", password: SECRET } });
    const workspace = new Workspace(mirror, { ...reach(cluster), TF_VAR_password: password, TF_LOG_PROVIDER: "TRACE", TF_LOG_PATH: "provider.log" });
    try {
      workspace.write(`
variable "password" {
  type      = string
  sensitive = true
}
provider "topoform" {
  greptimedb = { user = "admin", password = var.password }
}
data "topoform_greptimedb_datanodes" "all" {}
resource "topoform_greptimedb_region_placement" "cpu" {
  table          = "cpu"
  datanodes      = [0, 1, 2]
  shared_storage = "bucket"
  strategy       = "balance"
}
`);
      await workspace.init();
      const runs = [await workspace.plan("-out=saved.tfplan"), await workspace.apply(), await workspace.run("show", "-json"), await workspace.plan()];
      expect(runs[1]!.code).toBe(password === SECRET ? 0 : 1);
      expect(existsSync(join(workspace.directory, "provider.log"))).toBe(true);
      for (const { stdout, stderr } of runs) expect([leakIn(stdout), leakIn(stderr)]).toEqual([null, null]);
      // A saved plan holds the variables, sensitive ones too: that is Terraform's own, and it is an archive of its own making.
      expect(leakingFiles(workspace.directory).filter((name) => name !== "saved.tfplan")).toEqual([]);
    } finally {
      workspace.remove();
      await cluster.stop();
    }
  });
});
