// A temporary place to synthesize an example and run Terraform in, and the cluster it talks to.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { onTerminal, run } from "./programs.mjs";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const require = createRequire(import.meta.url);
export const topoform = path.join(root, "dist", "cli", "main.js");

/** What `topoform/devcluster` exports. */
export function devClusters() {
  return require(path.join(root, "dist", "devcluster", "index.js"));
}

/** The environment in which programs find the cluster that `reach` names, and keep everything of theirs in `directory`. */
export function environmentOf(directory, reach = {}) {
  return {
    ...process.env,
    ...reach,
    TOPOFORM_STATE_DIR: path.join(directory, "state"),
    TF_CLI_CONFIG_FILE: emptyFile(directory, "terraformrc"),
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    ...(onTerminal ? {} : { NO_COLOR: "1" }),
    CDKTF_OUTDIR: path.join(directory, "cdktf.out"),
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "true",
  };
}

/** So that a `provider_installation` block of the user's does not switch the stack's own provider off. */
function emptyFile(directory, name) {
  const file = path.join(directory, name);
  writeFileSync(file, "");
  return file;
}

export function temporaryDirectory() {
  const directory = mkdtempSync(path.join(tmpdir(), "topoform-"));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Synthesizes the CDKTF program `main.ts` of an example; resolves with the folder of its stack. */
export async function synthesize(example, directory, env) {
  mkdirSync(env.CDKTF_OUTDIR, { recursive: true });
  const main = path.join(root, "examples", example, "main.ts");
  await run(process.execPath, ["--require", path.join(root, "scripts", "register.cjs"), main], { cwd: directory, env });
  const stacks = path.join(env.CDKTF_OUTDIR, "stacks");
  const [stack] = readdirSync(stacks);
  return path.join(stacks, stack);
}

/** Copies a plain HCL example and installs the provider beside it. */
export async function copyHcl(example, directory, env) {
  const stack = path.join(directory, example);
  cpSync(path.join(root, "examples", example), stack, {
    recursive: true,
    filter: (file) => !file.includes(`${path.sep}.terraform`),
  });
  const mirror = path.join(stack, "terraform.d", "plugins");
  const stdout = await run(process.execPath, [topoform, "provider", "install", "--dir", mirror, "--json"], {
    cwd: stack,
    env,
    quiet: true,
  });
  writeFileSync(path.join(stack, "version_override.tf"), exactVersion(JSON.parse(stdout).version));
  return stack;
}

/** A build that is not released is a pre-release, which Terraform takes only when its exact version is asked for. */
function exactVersion(version) {
  return `terraform {\n  required_providers {\n    topoform = {\n      source  = "topoform/topoform"\n      version = "${version}"\n    }\n  }\n}\n`;
}

/** Runs statements that are separated by `;` at the end of a line. */
export async function runSql(cluster, text) {
  for (const statement of text
    .split(/;\s*$/m)
    .map((part) => part.trim())
    .filter(Boolean))
    await cluster.sql(statement);
}
