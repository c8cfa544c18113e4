// Builds dist/: the library by tsc, and the provider as one bundled file with its package for Terraform.
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { zipSync } from "fflate";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const dist = path.join(root, "dist");
const EXECUTABLE = "terraform-provider-topoform";
const EPOCH_OF_ZIP = new Date(Date.UTC(1980, 0, 2));

/** The library: what `import "topoform"` and the command line load. */
function compile() {
  const tsc = require.resolve("typescript/bin/tsc");
  const run = spawnSync(process.execPath, [tsc, "-p", path.join(root, "tsconfig.build.json")], { stdio: "inherit" });
  if (run.status !== 0) process.exit(run.status ?? 1);
  chmodSync(path.join(dist, "cli", "main.js"), 0o755);
}

/** The JSON Schema of the manifest, for editors and other tools. */
function writeManifestSchema() {
  const { MANIFEST_SCHEMA } = require(path.join(dist, "topology", "manifest-schema.js"));
  writeFileSync(path.join(dist, "topology.schema.json"), `${JSON.stringify(MANIFEST_SCHEMA, null, 2)}\n`);
}

/** The provider: one executable file, its package.json (so that a parent's `"type": "module"` does not apply), a zip of both. */
export async function packageProvider(directory) {
  mkdirSync(directory, { recursive: true });
  const bundle = await build({
    entryPoints: [path.join(root, "src", "provider", "main.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    write: false,
    minify: true,
    keepNames: true,
    legalComments: "none",
    define: { "process.env.TOPOFORM_BUILD_VERSION": JSON.stringify(version) },
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "warning",
  });
  const executable = Buffer.from(bundle.outputFiles[0].contents);
  const manifest = Buffer.from('{ "type": "commonjs" }\n');
  const content = createHash("sha256").update(executable).update(manifest).digest("hex");
  const attrs = (mode) => ({ os: 3, attrs: ((0o100000 | mode) << 16) >>> 0, mtime: EPOCH_OF_ZIP, level: 9 });
  const zip = zipSync({ [EXECUTABLE]: [executable, attrs(0o755)], "package.json": [manifest, attrs(0o644)] });
  writeFileSync(path.join(directory, EXECUTABLE), executable, { mode: 0o755 });
  chmodSync(path.join(directory, EXECUTABLE), 0o755);
  writeFileSync(path.join(directory, "package.json"), manifest);
  writeFileSync(path.join(directory, `${EXECUTABLE}.zip`), zip);
  writeFileSync(path.join(directory, "version"), providerVersion(content));
}

/** Terraform caches providers by version: an unreleased build gets a version of its own for each content. */
function providerVersion(content) {
  return version.includes("-") ? `${version}.h${content.slice(0, 8)}` : version;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes("--provider-only")) {
    rmSync(dist, { recursive: true, force: true });
    compile();
    writeManifestSchema();
  }
  await packageProvider(path.join(dist, "provider"));
}
