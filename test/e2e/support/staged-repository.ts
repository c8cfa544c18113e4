import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtPackage, REPOSITORY } from "./built-package";

/** A copy of what `npm run demo` and the examples use, built from the sources as they are. */
export async function stageRepository(): Promise<{ readonly directory: string; remove(): void }> {
  const directory = mkdtempSync(join(tmpdir(), "topoform-repository-"));
  for (const name of ["package.json", "cdktf.json", "scripts", "examples"])
    cpSync(join(REPOSITORY, name), join(directory, name), { recursive: true });
  cpSync(await builtPackage(), join(directory, "dist"), { recursive: true });
  symlinkSync(join(REPOSITORY, "node_modules"), join(directory, "node_modules"));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
