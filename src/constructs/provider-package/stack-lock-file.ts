import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import type { LockedProvider } from "./lock-file";
import { parseLockFile, renderLockFile } from "./lock-file";
import { PROVIDER_SOURCE, REGISTRY_HOSTS } from "./place-provider";
import type { ProviderPackage } from "./provider-package";
import { satisfiesConstraint } from "./version-constraint";

/** A provider that a stack asks for. */
export interface RequiredProvider {
  /** As in `required_providers`: `aws`, `hashicorp/aws` or a full address. */
  readonly source: string;
  readonly version?: string;
}

const FILE_NAME = ".terraform.lock.hcl";

/**
 * Locks the bundled provider in a working directory's `.terraform.lock.hcl`. Other providers that are locked there stay,
 * as long as their version still satisfies what the stack asks for; the others are left to `terraform init`.
 *
 * `binary` is the name of the Terraform binary in use (`TERRAFORM_BINARY_NAME`): OpenTofu has another default host.
 */
export function writeStackLockFile(
  provider: ProviderPackage,
  workingDirectory: string,
  required: readonly RequiredProvider[],
  binary = "terraform",
): void {
  const file = join(workingDirectory, FILE_NAME);
  const host = basename(binary).startsWith("tofu") ? REGISTRY_HOSTS.tofu : REGISTRY_HOSTS.terraform;
  const own: LockedProvider = {
    address: fullAddress(PROVIDER_SOURCE, host),
    version: provider.version,
    constraints: provider.version,
    hashes: [provider.hash],
  };
  const others = required.filter((entry) => fullAddress(entry.source, host) !== own.address);
  const kept = readLockFile(file).filter(
    (locked) =>
      locked.address !== own.address &&
      others.some(
        (entry) =>
          fullAddress(entry.source, host) === locked.address && satisfiesConstraint(locked.version, entry.version),
      ),
  );
  writeFileSync(file, renderLockFile([...kept, own], leftToTerraform(others, host)));
}

/** By the addresses that CDKTF looks for: it knows Terraform's default host only. */
function leftToTerraform(others: readonly RequiredProvider[], host: string): readonly string[] {
  const addresses = others.map((entry) => fullAddress(entry.source, REGISTRY_HOSTS.terraform));
  if (host !== REGISTRY_HOSTS.terraform) addresses.push(fullAddress(PROVIDER_SOURCE, REGISTRY_HOSTS.terraform));
  return [...new Set(addresses)];
}

/** `aws` and `hashicorp/aws` get their default namespace and host. */
function fullAddress(source: string, host: string): string {
  const parts = source.split("/");
  if (parts.length === 1) return `${host}/hashicorp/${source}`;
  return parts.length === 2 ? `${host}/${source}` : source;
}

/** Throws when the file is there and cannot be read: writing it anew would drop the checksums that it pins. */
function readLockFile(file: string): readonly LockedProvider[] {
  if (!existsSync(file)) return [];
  try {
    return parseLockFile(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(
      `${file} cannot be read: ${(error as Error).message}. Repair it, or delete it to select the providers anew.`,
      { cause: error },
    );
  }
}
