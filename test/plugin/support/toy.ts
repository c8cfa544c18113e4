import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory for one test file, removed at its end. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "toy-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Bundles the toy provider into one executable file, as a real provider is shipped. */
export function bundleToy(directory: string): string {
  const repository = join(__dirname, "../../..");
  const executable = join(directory, "terraform-provider-toy");
  mkdirSync(directory, { recursive: true });
  execFileSync(join(repository, "node_modules/.bin/esbuild"), [
    join(repository, "test/plugin/fixtures/toy-main.ts"),
    "--bundle",
    "--platform=node",
    "--format=cjs",
    "--target=node20",
    "--minify",
    "--keep-names",
    "--log-level=error",
    "--banner:js=#!/usr/bin/env node",
    `--outfile=${executable}`,
  ]);
  chmodSync(executable, 0o755);
  writeFileSync(join(directory, "package.json"), '{"type":"commonjs"}');
  return executable;
}
