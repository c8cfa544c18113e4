import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, platform } from "node:os";
import { join } from "node:path";
import type { LosslessJson } from "../../../src/plugin";
import { parseLosslessJson } from "../../../src/plugin";
import { bundleToy, temporaryDirectory } from "../support/toy";

const terraform = spawnSync("terraform", ["version"]).status === 0;

if (!terraform) {
  test("Terraform is needed for these tests", () => {
    if (process.env["CI"] !== undefined && process.env["CI"] !== "") throw new Error("terraform is not on the PATH");
    console.warn("NOTICE: terraform is not on the PATH, so the provider framework was not tested with it.");
  });
}

const root = temporaryDirectory();
if (terraform) bundleToy(join(root, "package"));
const systemName = `${platform() === "win32" ? "windows" : platform()}_${arch() === "x64" ? "amd64" : arch()}`;

interface Result {
  readonly code: number | null;
  readonly output: string;
}

/** A working directory with the provider in it, and the directory of its things. */
class Workspace {
  readonly directory = mkdtempSync(join(root, "w-"));
  readonly things = join(this.directory, "things");

  constructor(configuration: string) {
    const mirror = `terraform.d/plugins/registry.terraform.io/topoform/toy/1.0.0/${systemName}`;
    cpSync(join(root, "package"), join(this.directory, mirror), { recursive: true });
    mkdirSync(this.things);
    writeFileSync(join(this.directory, "rc"), "");
    this.configure(configuration);
  }

  configure(configuration: string, provider = 'password = "hunter22-secret"'): void {
    const requirement =
      'terraform {\n  required_providers {\n    toy = {\n      source = "topoform/toy"\n    }\n  }\n}\n';
    writeFileSync(
      join(this.directory, "main.tf"),
      `${requirement}provider "toy" {\n  ${provider}\n}\n${configuration}\n`,
    );
  }

  start(
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ): { child: ChildProcess; result: Promise<Result> } {
    const { TF_LOG: _, TF_LOG_PROVIDER: __, TF_PLUGIN_CACHE_DIR: ___, ...inherited } = process.env;
    const child = spawn("terraform", [...args, "-no-color"], {
      cwd: this.directory,
      env: {
        ...inherited,
        TF_CLI_CONFIG_FILE: join(this.directory, "rc"),
        CHECKPOINT_DISABLE: "1",
        TOY_DIRECTORY: this.things,
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
    return { child, result: once(child, "close").then(([code]) => ({ code: code as number | null, output })) };
  }

  async run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Result> {
    if (!existsSync(join(this.directory, ".terraform"))) await this.start(["init", "-input=false"]).result;
    return this.start(args, environment).result;
  }

  apply(): Promise<Result> {
    return this.run(["apply", "-auto-approve", "-input=false"]);
  }

  plan(): Promise<Result> {
    return this.run(["plan", "-input=false", "-detailed-exitcode"]);
  }

  /** Attributes of a thing as the state file has them, with all digits. */
  state(name: string): { readonly [attribute: string]: LosslessJson } {
    const state = parseLosslessJson(readFileSync(join(this.directory, "terraform.tfstate"), "utf8")) as {
      resources: { name: string; instances: { attributes: { [attribute: string]: LosslessJson } }[] }[];
    };
    return state.resources.find((one) => one.name === name)?.instances[0]?.attributes ?? {};
  }

  log(): readonly string[] {
    const file = join(this.things, "log");
    return existsSync(file)
      ? readFileSync(file, "utf8")
          .trim()
          .split("\n")
          .filter((line) => line !== "closed")
      : [];
  }

  file(): string {
    return join(this.things, readdirSync(this.things).find((one) => one.endsWith(".json")) ?? "nothing.json");
  }
}

const thing = (body: string, name = "a") => `resource "toy_thing" "${name}" {\n  name = "${name}"\n${body}\n}\n`;

const everything = `
  size     = 18446744073709551615
  big      = 9223372036854775807
  ratio    = 0.1
  tags     = ["x", "y", "x"]
  labels   = { "host < 'g'" = "é" }
  anything = { a = 1, b = [true, "x", null], c = 12345678901234567890.5 }
  secret   = "swordfish"
  token    = "abc"
  owner    = { name = "me" }
  regions  = { r1 = { datanode = 1 }, r2 = { datanode = 2 } }
  members  = [{ host = "h1" }, { host = "h2", port = 3 }]
  rule { expression = "host < 'g'" }
  rule { expression = "host >= 'g'" }
`;

const suite = terraform ? describe : () => undefined;

suite("with Terraform", () => {
  test("creates, finds nothing to do, updates, replaces and destroys", async () => {
    const workspace = new Workspace(thing(everything));
    const created = await workspace.apply();
    expect(created.output).toContain("1 added, 0 changed, 0 destroyed");
    expect(workspace.state("a")).toMatchObject({
      size: 18446744073709551615n,
      big: 9223372036854775807n,
      ratio: 0.1,
      tags: ["x", "y"],
      labels: { "host < 'g'": "é" },
      anything: { value: { a: 1, b: [true, "x", null], c: { text: "12345678901234567890.5" } } },
      revision: 1,
      token: null,
      token_length: 3,
      owner: { name: "me", badge: "badge of me" },
      regions: { r1: { datanode: 1, lease: "lease-r1" }, r2: { datanode: 2, lease: "lease-r2" } },
      rule: [
        { expression: "host < 'g'", digest: "#host < 'g'" },
        { expression: "host >= 'g'", digest: "#host >= 'g'" },
      ],
    });
    expect(await workspace.plan()).toMatchObject({ code: 0, output: expect.stringContaining("No changes") });

    workspace.configure(thing(everything.replace("datanode = 2", "datanode = 7").replace("615", "614")));
    const changed = await workspace.plan();
    expect(changed.code).toBe(2);
    expect(changed.output).toContain("18446744073709551615 -> 18446744073709551614");
    expect(changed.output).toMatch(/datanode = 2 -> 7/);
    expect(changed.output).not.toMatch(/~ id /);
    expect((await workspace.apply()).output).toContain("0 added, 1 changed, 0 destroyed");
    expect(workspace.state("a")).toMatchObject({ revision: 2, size: 18446744073709551614n });

    workspace.configure(thing(everything).replace('name = "a"', 'name = "b"'));
    const replaced = await workspace.apply();
    expect(replaced.output).toContain("# forces replacement");
    expect(replaced.output).toContain("1 added, 0 changed, 1 destroyed");

    const destroyed = await workspace.run(["destroy", "-auto-approve", "-input=false"]);
    expect(destroyed.output).toContain("1 destroyed");
    expect(destroyed.output).toContain("A thing goes away");
    expect(workspace.log()).toEqual(["create", "update", "destroy", "create", "destroy"]);
    expect(readdirSync(workspace.things)).toEqual(["log"]);
  });

  test("ends every provider process without Terraform's two seconds of grace", async () => {
    const workspace = new Workspace(thing(""));
    await workspace.apply();
    const before = Date.now();
    expect((await workspace.plan()).code).toBe(0);
    // Three processes run one after the other; each that is not ended orderly costs two seconds.
    expect(Date.now() - before).toBeLessThan(5_500);
  });

  test("carries unknown values, refined ones, and ones deep inside", async () => {
    const dependent = `
  size     = length(toy_thing.a.id) + 1
  labels   = { whole = toy_thing.a.id, part = "pre-\${toy_thing.a.id}" }
  tags     = [toy_thing.a.id, "x"]
  anything = { inner = [toy_thing.a.id] }
  regions  = { for k in ["r1"] : k => { datanode = toy_thing.a.revision } }
  members  = [{ host = toy_thing.a.id }, { host = "h" }]
  dynamic "rule" {
    for_each = toy_thing.a.revision > 0 ? [1, 2] : []
    content { expression = "e\${rule.value}" }
  }`;
    const workspace = new Workspace(thing("") + thing(dependent, "b"));
    const applied = await workspace.apply();
    expect(applied.output).toContain("2 added");
    const id = workspace.state("a")["id"];
    expect(workspace.state("b")).toMatchObject({
      size: 37,
      labels: { whole: id, part: `pre-${String(id)}` },
      anything: { value: { inner: [id] } },
      regions: { r1: { datanode: 1 } },
      rule: [{ expression: "e1" }, { expression: "e2" }],
    });
    expect((await workspace.plan()).code).toBe(0);
  });

  test("shows drift, and what has gone", async () => {
    const workspace = new Workspace(thing('labels = { eu = "4" }'));
    await workspace.apply();
    const file = workspace.file();
    writeFileSync(file, readFileSync(file, "utf8").replace('"eu":"4"', '"eu":"3"'));
    const drifted = await workspace.plan();
    expect(drifted.code).toBe(2);
    expect(drifted.output).toMatch(/~ "eu" = "3" -> "4"/);
    rmSync(file);
    expect((await workspace.plan()).output).toContain("1 to add");
  });

  test("imports", async () => {
    const source = new Workspace(thing(everything));
    await source.apply();
    const id = String(source.state("a")["id"]);
    const workspace = new Workspace(thing(everything));
    cpSync(source.file(), join(workspace.things, `${id}.json`));
    expect((await workspace.run(["import", "-input=false", "toy_thing.a", id])).output).toContain("Import successful");
    expect(workspace.state("a")).toEqual(source.state("a"));
    const refused = await workspace.run(["import", "-input=false", "toy_thing.a", "none"]);
    expect(refused.code).toBe(1);
    expect((await workspace.plan()).code).toBe(0);
  });

  test("reads data sources", async () => {
    const data =
      'data "toy_things" "all" {\n  prefix = "a"\n  depends_on = [toy_thing.a]\n}\noutput "names" { value = data.toy_things.all.names }\n';
    const workspace = new Workspace(thing("") + thing("", "b") + data);
    expect((await workspace.apply()).output).toMatch(/names = tolist\(\[\s+"a",\s+\]\)/);
  });

  test("shows diagnostics at the line they are about", async () => {
    const workspace = new Workspace(thing('trouble = "validate"'));
    const invalid = await workspace.run(["validate"]);
    expect(invalid.code).toBe(1);
    expect(invalid.output).toMatch(
      /Error: Trouble was asked for\s+with toy_thing\.a,\s+on main\.tf line \d+, in resource "toy_thing" "a":\s+\d+: trouble = "validate"/,
    );
    workspace.configure(thing('trouble = "warn"'));
    expect((await workspace.run(["validate"])).output).toContain("Warning: Trouble may come");
  });

  test.each([
    ["throw in validate", "validate broke", "swordfish"],
    ["throw in apply", "apply broke", "swordfish"],
    ["bad plan", "Provider planned an invalid object", "99"],
  ])("%s is an error of that resource and no crash", async (trouble, text, hidden) => {
    const workspace = new Workspace(thing(`trouble = "${trouble}"\nsecret = "swordfish"`));
    const { code, output } = await workspace.apply();
    expect(code).toBe(1);
    expect(output).toContain(text);
    expect(output).toContain("with toy_thing.a,");
    expect(output).not.toMatch(/crash|Plugin error|rpc error|Request cancelled/i);
    expect(output).not.toContain(hidden);
    workspace.configure(thing(""));
    expect((await workspace.apply()).code).toBe(0);
  });

  test("a result that differs from the plan is an error, and is remembered", async () => {
    const workspace = new Workspace(thing('trouble = "bad result"'));
    const { code, output } = await workspace.apply();
    expect(code).toBe(1);
    expect(output).toMatch(/attribute name: the result is\s+not the planned value/);
    expect(workspace.state("a")).toMatchObject({ name: "other" });
  });

  test("an update that fails keeps the prior state", async () => {
    const workspace = new Workspace(thing("size = 1"));
    await workspace.apply();
    workspace.configure(thing('size = 2\ntrouble = "error in apply"'));
    const { code, output } = await workspace.apply();
    expect(code).toBe(1);
    expect(output).toContain("The thing was refused");
    expect(workspace.state("a")).toMatchObject({ size: 1 });
    workspace.configure(thing("size = 2"));
    expect((await workspace.apply()).output).toContain("1 changed");
  });

  test("a provider configuration that is not known while planning is explained", async () => {
    const workspace = new Workspace("");
    workspace.configure(`resource "terraform_data" "x" {}\n${thing("")}`, "label = terraform_data.x.id");
    const applied = await workspace.apply();
    expect(applied.code).toBe(0);
    workspace.configure(
      `resource "terraform_data" "x" { triggers_replace = 1 }\n${thing("")}`,
      "label = terraform_data.x.id",
    );
    const planned = await workspace.plan();
    expect(planned.code).toBe(1);
    expect(planned.output).toContain("Provider configuration is not known yet");
  });

  test("logs at its levels, without secrets", async () => {
    const workspace = new Workspace(thing(""));
    await workspace.run(["validate"]);
    const { output } = await workspace.run(["plan", "-input=false"], { TF_LOG_PROVIDER: "INFO" });
    expect(output).toMatch(
      /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\S* \[INFO\]\s+provider\.terraform-provider-toy: configured: .*password="\(sensitive value\)"/,
    );
    expect(output).not.toContain("hunter22-secret");
  });

  test("prints and errors outside of calls do no harm", async () => {
    const workspace = new Workspace(thing('trouble = "noise"'));
    const { code, output } = await workspace.run(["apply", "-auto-approve", "-input=false"], {
      TF_LOG_PROVIDER: "TRACE",
    });
    expect(code).toBe(0);
    expect(output).toMatch(/\[DEBUG\].*a stray line/);
    expect(output).toMatch(/\[ERROR\].*an error outside of any call/);
    expect(output).not.toContain("TERRAFORM CRASH");
  });

  test("Ctrl-C stops a running apply at a safe point", async () => {
    const workspace = new Workspace(thing('trouble = "wait"'));
    await workspace.run(["validate"]);
    const { child, result } = workspace.start(["apply", "-auto-approve", "-input=false"]);
    await until(() => existsSync(join(workspace.things, "pid")));
    process.kill(-(child.pid ?? 0), "SIGINT");
    const { code, output } = await result;
    expect(code).toBe(1);
    expect(output).toContain("Error: Interrupted");
    expect(output).not.toMatch(/Plugin did not respond|Request cancelled/);
    expect(workspace.log()).toEqual(["create", "stopped"]);
  });

  test("a killed Terraform leaves no provider behind", async () => {
    const workspace = new Workspace(thing('trouble = "wait"'));
    await workspace.run(["validate"]);
    const { child, result } = workspace.start(["apply", "-auto-approve", "-input=false"]);
    await until(() => existsSync(join(workspace.things, "pid")));
    const pid = Number(readFileSync(join(workspace.things, "pid"), "utf8"));
    process.kill(child.pid ?? 0, "SIGKILL");
    await until(() => !isRunning(pid));
    expect(workspace.log()).toEqual(["create", "stopped"]);
    expect(readFileSync(join(workspace.things, "log"), "utf8")).toContain("closed\n");
    await result;
  });
});

async function until(done: () => boolean): Promise<void> {
  for (let round = 0; round < 400; round++) {
    if (done()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it did not happen within 20 seconds");
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
