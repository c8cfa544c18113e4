import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const ROOT = resolve(__dirname, "../..");
export const PROVIDER_VERSION = "0.1.0";

/** Whether `terraform` can be run. On a build server it must be there. */
export function terraformIsThere(): boolean {
  const found = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;
  if (!found && process.env["CI"] !== undefined) throw new Error("terraform is not on the PATH, and CI is set");
  if (!found) process.stderr.write("NOTICE: terraform is not on the PATH: the provider is not tested with it\n");
  return found;
}

/** What one run of terraform printed. */
export interface TerraformRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Bundles the provider into a mirror that any number of workspaces use. */
export async function bundleProvider(): Promise<string> {
  const mirror = mkdtempSync(join(tmpdir(), "topoform-mirror-"));
  const directory = join(mirror, "registry.terraform.io/topoform/topoform", PROVIDER_VERSION, `${platform()}`);
  mkdirSync(directory, { recursive: true });
  const executable = join(directory, "terraform-provider-topoform");
  await build({
    entryPoints: [join(ROOT, "src/provider/main.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    outfile: executable,
    minify: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "silent",
    banner: { js: "#!/usr/bin/env node" },
  });
  chmodSync(executable, 0o755);
  writeFileSync(join(directory, "package.json"), '{ "type": "commonjs" }\n');
  return mirror;
}

function platform(): string {
  return `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
}

/** A folder with a configuration, its state, and an environment of its own. */
export class Workspace {
  readonly directory = mkdtempSync(join(tmpdir(), "topoform-e2e-"));
  readonly stateDirectory = join(this.directory, "topoform-state");
  readonly env: Record<string, string>;

  constructor(mirror: string, env: Record<string, string>) {
    const cliConfig = join(this.directory, "terraformrc");
    writeFileSync(cliConfig, `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`);
    this.env = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.directory,
      TMPDIR: tmpdir(),
      TF_CLI_CONFIG_FILE: cliConfig,
      TF_IN_AUTOMATION: "1",
      CHECKPOINT_DISABLE: "1",
      TOPOFORM_STATE_DIR: this.stateDirectory,
      ...env,
    };
  }

  write(main: string): void {
    const versions = `terraform {\n  required_providers {\n    topoform = {\n      source  = "topoform/topoform"\n      version = "${PROVIDER_VERSION}"\n    }\n  }\n}\n`;
    writeFileSync(join(this.directory, "main.tf"), `${versions}\n${main}\n`);
  }

  /** A whole configuration as it stands. */
  writeRaw(main: string): void {
    writeFileSync(join(this.directory, "main.tf"), main);
  }

  async init(): Promise<void> {
    const run = await this.run("init", "-input=false");
    if (run.code !== 0) throw new Error(`terraform init failed:\n${run.stdout}\n${run.stderr}`);
  }

  /** `-detailed-exitcode`: 0 nothing to change, 1 failed, 2 changes. */
  plan(...more: string[]): Promise<TerraformRun> {
    return this.run("plan", "-input=false", "-detailed-exitcode", ...more);
  }

  apply(...more: string[]): Promise<TerraformRun> {
    return this.run("apply", "-input=false", "-auto-approve", ...more);
  }

  run(command: string, ...args: string[]): Promise<TerraformRun> {
    return this.start(command, ...args).done;
  }

  /** A run that a test can interrupt. */
  start(command: string, ...args: string[]): { readonly child: ChildProcess; readonly done: Promise<TerraformRun> } {
    const child = spawn("terraform", [command, "-no-color", ...args], { cwd: this.directory, env: this.env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const output = { stdout: "", stderr: "" };
    child.stdout!.on("data", (data: Buffer) => (output.stdout += data.toString("utf8")));
    child.stderr!.on("data", (data: Buffer) => (output.stderr += data.toString("utf8")));
    const done = new Promise<TerraformRun>((settle) => child.on("close", (code) => settle({ code: code ?? -1, ...output })));
    return { child, done };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
