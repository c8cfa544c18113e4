import { copyFileSync, linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { ProviderPackage } from "./provider-package";

/** `source` of the provider in `required_providers`. */
export const PROVIDER_SOURCE = "topoform/topoform";

/** Default hosts of Terraform and of OpenTofu: each looks for a source without a host under its own. */
export const REGISTRY_HOSTS = { terraform: "registry.terraform.io", tofu: "registry.opentofu.org" } as const;

/** The provider is a script: one archive serves them all. A stack may be applied on another machine than it is synthesized on. */
export const PLATFORMS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"] as const;

/**
 * Puts the provider into `terraform.d/plugins` of a Terraform working directory, in the packed layout, and removes other
 * versions that an earlier synth left there. Terraform and OpenTofu look there before any registry.
 *
 * Packed, because an unpacked provider would be linked from the shared plugin cache into this directory, and other projects
 * would break when it is deleted.
 */
export function placeProvider(provider: ProviderPackage, workingDirectory: string): void {
  let first: string | undefined;
  for (const host of Object.values(REGISTRY_HOSTS)) {
    const directory = join(workingDirectory, "terraform.d", "plugins", host, PROVIDER_SOURCE);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const platform of PLATFORMS) {
      const file = join(directory, `terraform-provider-topoform_${provider.version}_${platform}.zip`);
      if (first === undefined) copyFileSync(provider.zipFile, file);
      else linkOrCopy(first, file);
      first ??= file;
    }
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // File systems without hard links get copies.
    copyFileSync(from, to);
  }
}
