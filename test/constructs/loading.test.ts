import { build, type Metafile } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const SOURCES = resolve(__dirname, "../../src");

/** Everything that loading an entry point loads: our own files, and the names of packages. */
async function load(
  entry: string,
  outfile?: string,
): Promise<{ readonly files: readonly string[]; readonly packages: readonly string[] }> {
  const { metafile } = await build({
    entryPoints: [join(SOURCES, entry)],
    absWorkingDir: SOURCES,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    metafile: true,
    logLevel: "silent",
    ...(outfile === undefined ? { write: false } : { outfile }),
  });
  return { files: Object.keys(metafile.inputs), packages: [...new Set(packagesOf(metafile))].sort() };
}

function packagesOf({ inputs }: Metafile): readonly string[] {
  return Object.values(inputs)
    .flatMap((input) => input.imports)
    .filter(({ external, path }) => external === true && !path.startsWith("node:"))
    .map(({ path }) =>
      path
        .split("/")
        .slice(0, path.startsWith("@") ? 2 : 1)
        .join("/"),
    );
}

test("a program that declares loads neither a driver nor an engine", async () => {
  const { files, packages } = await load("index.ts");
  expect(packages).toEqual(["cdktf", "constructs"]);
  expect(files.filter((file) => !/^(?:index\.ts|(?:constructs|topology)\/)/.test(file))).toEqual([]);
});

test("topoform/aws needs the AWS bindings, the rest does not", async () => {
  expect((await load("constructs/aws/index.ts")).packages).toContain("@cdktf/provider-aws");
  expect((await load("index.ts")).packages).not.toContain("@cdktf/provider-aws");
});

test("topoform/aws without the AWS bindings says what to install", async () => {
  const directory = mkdtempSync(join(tmpdir(), "topoform-"));
  try {
    const outfile = join(directory, "aws.js");
    await load("constructs/aws/index.ts", outfile);
    const run = spawnSync(
      process.execPath,
      ["-e", `try { require(${JSON.stringify(outfile)}) } catch (error) { console.log(error.message) }`],
      { encoding: "utf8" },
    );
    expect(run.stdout).toContain("npm install @cdktf/provider-aws@21");
  } finally {
    rmSync(directory, { recursive: true });
  }
});
