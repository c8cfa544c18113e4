import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ProviderConstraint } from "@cdktf/cli-core/src/lib/dependencies/dependency-manager";
import { TerraformProviderLock } from "@cdktf/cli-core/src/lib/terraform-provider-lock";

import { parseLockFile, renderLockFile } from "../../../src/constructs/provider-package/lock-file";
import { readProviderPackage } from "../../../src/constructs/provider-package/provider-package";
import { writeStackLockFile } from "../../../src/constructs/provider-package/stack-lock-file";
import { builtProvider, readText, removeTemporaryDirectories, temporaryDirectory } from "../support/program";

afterAll(removeTemporaryDirectories);

const AWS = "registry.terraform.io/hashicorp/aws";
const provider = readProviderPackage(builtProvider());
const own = { source: "topoform/topoform", version: provider.version };

const locked = [
  { address: AWS, version: "6.25.0", constraints: "~> 6.0", hashes: ["h1:abc=", "zh:def"] },
  { address: "registry.terraform.io/hashicorp/random", version: "3.0.0", hashes: [] },
];

test("what is written reads back", () => {
  expect(parseLockFile(renderLockFile(locked, []))).toEqual(locked);
});

test("providers that are left to Terraform are a comment to it", () => {
  expect(parseLockFile(renderLockFile(locked, ["registry.terraform.io/hashicorp/null"]))).toEqual(locked);
});

test("comments of every kind and single-line lists are read", () => {
  const text =
    '# a\n// b\n/* provider "x" {} */\nprovider "a/b/c" {\n  version = "1.0.0" # c\n  hashes = ["h1:x", "h1:y"]\n}\n';
  expect(parseLockFile(text)).toEqual([{ address: "a/b/c", version: "1.0.0", hashes: ["h1:x", "h1:y"] }]);
});

test.each(['provider "a" {', "provider a {}", 'resource "a" {}', 'provider "a" { version = 1 }', "<<<<"])(
  "refuses %s",
  (text) => {
    expect(() => parseLockFile(text)).toThrow();
  },
);

describe("as the cdktf command line reads it", () => {
  async function needsLockStep(directory: string, source: string, version: string | undefined): Promise<boolean> {
    return !(await new TerraformProviderLock(directory).hasMatchingProvider(new ProviderConstraint(source, version)));
  }

  test("a stack with this provider alone is locked", async () => {
    const directory = temporaryDirectory();
    writeStackLockFile(provider, directory, [own]);
    expect(await needsLockStep(directory, own.source, own.version)).toBe(false);
    expect(readText(directory, ".terraform.lock.hcl")).not.toContain("/*");
  });

  test.each(["~> 6.0", ">= 5.0, < 7.0", "> 6.0", "6.25.0", undefined])(
    "a provider of the registry with constraint %s counts as locked, though Terraform still selects it",
    async (version) => {
      const directory = temporaryDirectory();
      writeStackLockFile(provider, directory, [own, { source: "aws", ...(version === undefined ? {} : { version }) }]);
      expect(await needsLockStep(directory, "hashicorp/aws", version)).toBe(false);
      expect(parseLockFile(readText(directory, ".terraform.lock.hcl")).map(({ address }) => address)).toEqual([
        "registry.terraform.io/topoform/topoform",
      ]);
    },
  );

  test("a locked version that no longer satisfies is selected anew", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, ".terraform.lock.hcl"), renderLockFile(locked, []));
    writeStackLockFile(provider, directory, [own, { source: "hashicorp/aws", version: "~> 7.0" }]);
    expect(await needsLockStep(directory, "hashicorp/aws", "~> 7.0")).toBe(false);
    expect(parseLockFile(readText(directory, ".terraform.lock.hcl")).map(({ address }) => address)).not.toContain(AWS);
  });

  test("with OpenTofu the real entry has OpenTofu's host", async () => {
    const directory = temporaryDirectory();
    writeStackLockFile(provider, directory, [own], "/usr/bin/tofu");
    expect(await needsLockStep(directory, own.source, own.version)).toBe(false);
    expect(parseLockFile(readText(directory, ".terraform.lock.hcl")).map(({ address }) => address)).toEqual([
      "registry.opentofu.org/topoform/topoform",
    ]);
  });
});
