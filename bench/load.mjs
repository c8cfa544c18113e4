import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);

/** Compiles a TypeScript file of the checkout with everything of ours that it imports; the answer is the path of one script. */
export function compile(source) {
  const outfile = path.join(root, "build", "bench", `${source.replace(/[/\\]/g, "-").replace(/\.m?ts$/, "")}.cjs`);
  mkdirSync(path.dirname(outfile), { recursive: true });
  buildSync({ entryPoints: [path.join(root, source)], outfile, bundle: true, packages: "external", format: "cjs", platform: "node", target: "node20", logLevel: "warning" });
  return outfile;
}

/** What a TypeScript file of the checkout exports. */
export function load(source) {
  return require(compile(source));
}
