import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expectCode, runProgram } from "./run-program";

export const REPOSITORY = resolve(__dirname, "../../..");
const BUILDS = join(REPOSITORY, "node_modules", ".cache", "topoform-e2e");
const KEPT_MS = 60 * 60 * 1000;

/** A `dist` folder that fits the sources: the one of `npm run build` when it is newer than they are, else one made for the tests. */
export async function builtPackage(): Promise<string> {
  const sources = sourceFiles();
  const dist = join(REPOSITORY, "dist");
  if (isNewer(join(dist, "provider", "version"), sources)) return dist;
  const target = join(BUILDS, fingerprint(sources));
  if (!existsSync(target)) await buildInto(target);
  return target;
}

function sourceFiles(): readonly string[] {
  const inSrc = readdirSync(join(REPOSITORY, "src"), { recursive: true, withFileTypes: true });
  return [
    ...inSrc.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
    ...["scripts/build.mjs", "package.json", "tsconfig.json", "tsconfig.build.json"].map((file) =>
      join(REPOSITORY, file),
    ),
  ].sort();
}

function isNewer(file: string, sources: readonly string[]): boolean {
  if (!existsSync(file)) return false;
  const built = statSync(file).mtimeMs;
  return sources.every((source) => statSync(source).mtimeMs < built);
}

function fingerprint(sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const source of sources) hash.update(`${source}\0${statSync(source).mtimeMs}\0${statSync(source).size}\n`);
  return hash.digest("hex").slice(0, 16);
}

/** Several test files may build at once: the first one to finish wins. */
async function buildInto(target: string): Promise<void> {
  removeOldBuilds();
  const own = `${target}.${randomUUID()}`;
  mkdirSync(own, { recursive: true });
  const options = { cwd: REPOSITORY, env: { PATH: process.env["PATH"] ?? "" } };
  const node = (...args: string[]) => runProgram(process.execPath, args, options).then((run) => expectCode(run, 0));
  await node(require.resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json", "--outDir", own);
  await node(
    "--input-type=module",
    "-e",
    `import { packageProvider } from "./scripts/build.mjs"; await packageProvider(${JSON.stringify(join(own, "provider"))});`,
  );
  if (existsSync(target)) rmSync(own, { recursive: true });
  else renameSync(own, target);
}

function removeOldBuilds(): void {
  mkdirSync(BUILDS, { recursive: true });
  for (const name of readdirSync(BUILDS)) {
    const build = join(BUILDS, name);
    if (Date.now() - statSync(build).mtimeMs > KEPT_MS) rmSync(build, { recursive: true, force: true });
  }
}
