import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { CommandLine } from "./support/command-line";

jest.setTimeout(60_000);

const BUILD = pathToFileURL(path.join(__dirname, "../../scripts/build.mjs")).href;
const PLATFORMS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"];

describe("topoform provider install", () => {
  let topoform: CommandLine;
  beforeAll(() => {
    topoform = new CommandLine();
  });
  afterAll(() => topoform.remove());

  test("says how to build the provider when it is not built", async () => {
    const { code, stdout, stderr } = await topoform.run(["provider", "install", "--dir", "mirror"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("PROVIDER_NOT_BUILT");
    expect(stderr).toContain("npm run build");
    expect(existsSync(path.join(topoform.directory, "mirror"))).toBe(false);
  });

  test("puts the package where Terraform and OpenTofu look, for each platform, and Terraform takes it", async () => {
    const built = spawnSync(process.execPath, ["--input-type=module", "-e", `const { packageProvider } = await import(${JSON.stringify(BUILD)}); await packageProvider(${JSON.stringify(topoform.providerDirectory)});`], { encoding: "utf8" });
    expect(built.stderr).toBe("");
    const { code, stdout } = await topoform.run(["provider", "install", "--json"]);
    expect(code).toBe(0);
    const home = path.join(topoform.directory, ".terraform.d", "plugins");
    const answer = JSON.parse(stdout) as { version: string; files: string[] };
    expect(answer).toMatchObject({ format_version: 1, provider: "topoform/topoform", mirror: home });
    const expected = ["registry.terraform.io", "registry.opentofu.org"].flatMap((host) =>
      PLATFORMS.map((platform) => path.join(home, host, "topoform", "topoform", `terraform-provider-topoform_${answer.version}_${platform}.zip`)),
    );
    expect(answer.files).toEqual(expected);
    const zip = readFileSync(path.join(topoform.providerDirectory, "terraform-provider-topoform.zip"));
    for (const file of expected) expect(readFileSync(file).equals(zip)).toBe(true);

    const text = await topoform.run(["provider", "install"]);
    const block = text.stdout.slice(text.stdout.indexOf("terraform {"));
    expect(block).toContain(`version = "${answer.version}"`);
    writeFileSync(path.join(topoform.directory, "main.tf"), `${block}\nprovider "topoform" {}\n`);
    if (terraformIsThere()) {
      const env = { PATH: process.env["PATH"] ?? "", HOME: topoform.directory, CHECKPOINT_DISABLE: "1" };
      const init = spawnSync("terraform", ["init", "-input=false", "-no-color"], { cwd: topoform.directory, env, encoding: "utf8" });
      expect(`${init.stdout}${init.stderr}`).toContain("Terraform has been successfully initialized");
    }
  });
});

/** On a build server it must be there. */
function terraformIsThere(): boolean {
  const found = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;
  if (!found && process.env["CI"] !== undefined) throw new Error("terraform is not on the PATH, and CI is set");
  if (!found) process.stderr.write("NOTICE: terraform is not on the PATH: the installed provider is not tried with it\n");
  return found;
}
