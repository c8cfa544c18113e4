import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { packageHash } from "./package-hash";
import { zipEntries } from "./zip-entries";

/** The bundled provider, as `npm run build` leaves it in `dist/provider/`. */
export interface ProviderPackage {
  readonly version: string;
  /** The archive: one script for every platform. */
  readonly zipFile: string;
  /** Terraform's `h1:` hash of the archive's files. */
  readonly hash: string;
}

const ZIP_NAME = "terraform-provider-topoform.zip";

/** The directory of the built provider inside this package, whether the code runs compiled or from its sources. */
export function providerDirectory(): string {
  return join(packageRoot(), "dist", "provider");
}

/** Whether a provider was built there. */
export function isProviderBuilt(directory: string): boolean {
  return existsSync(join(directory, "version")) && existsSync(join(directory, ZIP_NAME));
}

/** Version of the provider in the directory; of this package while none is built. */
export function providerVersion(directory: string): string {
  const file = join(directory, "version");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
    readonly version: string;
  };
  return version;
}

/** The provider in the directory. Throws when {@link isProviderBuilt} is false or the archive is damaged. */
export function readProviderPackage(directory: string): ProviderPackage {
  const zipFile = join(directory, ZIP_NAME);
  return { version: providerVersion(directory), zipFile, hash: packageHash(zipEntries(readFileSync(zipFile))) };
}

function packageRoot(): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    const file = join(directory, "package.json");
    if (existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { readonly name?: string }).name === "topoform")
      return directory;
    if (directory === dirname(directory)) throw new Error(`The package topoform was not found above ${__dirname}.`);
  }
}
