import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { Console } from "./console";
import { ExitCode } from "./exit-code";

const HOSTS = ["registry.terraform.io", "registry.opentofu.org"] as const;
const PLATFORMS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"] as const;

export interface ProviderInstallOptions {
  /** Mirror to write to. Default `~/.terraform.d/plugins`, which Terraform and OpenTofu search by themselves. */
  readonly dir?: string;
}

/** `topoform provider install`: puts the provider where Terraform and OpenTofu find it without a registry. */
export function installProvider(options: ProviderInstallOptions, console: Console): ExitCode {
  const mirror = path.resolve(options.dir ?? path.join(homedir(), ".terraform.d", "plugins"));
  const { zip, version } = builtProvider();
  const files = HOSTS.flatMap((host) =>
    PLATFORMS.map((platform) => path.join(mirror, host, "topoform", "topoform", `terraform-provider-topoform_${version}_${platform}.zip`)),
  );
  for (const file of files) {
    mkdirSync(path.dirname(file), { recursive: true });
    copyFileSync(zip, file);
  }
  if (console.json) console.out(JSON.stringify({ format_version: 1, provider: "topoform/topoform", version, mirror, files }));
  else console.out(`Installed topoform/topoform ${version} into ${mirror}\n\n${requiredProviders(version)}`);
  return ExitCode.ok;
}

function requiredProviders(version: string): string {
  return ["terraform {", "  required_providers {", "    topoform = {", '      source  = "topoform/topoform"', `      version = "${version}"`, "    }", "  }", "}"].join("\n");
}

/** The provider's package beside the compiled command line. */
function builtProvider(): { readonly zip: string; readonly version: string } {
  const directory = path.join(__dirname, "..", "provider");
  const zip = path.join(directory, "terraform-provider-topoform.zip");
  try {
    return { zip, version: readFileSync(path.join(directory, "version"), "utf8").trim() };
  } catch (cause) {
    throw new DiagnosticError(
      errorDiagnostic({
        code: "PROVIDER_NOT_BUILT",
        summary: "The provider is not built",
        detail: "This is a checkout without dist/provider. Run `npm run build` first.",
        address: directory,
      }),
      { cause },
    );
  }
}
