// Replays the recorded answers of real servers on the dev cluster: bundles test/conformance/run.ts and runs it.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
// Beside node_modules, so that the packages left out of the bundle are found.
const folder = mkdtempSync(join(root, "node_modules", ".conformance-"));
try {
  const outfile = join(folder, "run.cjs");
  await build({ entryPoints: [join(root, "test/conformance/run.ts")], outfile, bundle: true, platform: "node", format: "cjs", target: "node20", packages: "external", logLevel: "error" });
  const { status } = spawnSync(process.execPath, [outfile], { cwd: root, stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
