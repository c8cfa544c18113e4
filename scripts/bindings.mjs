// Generates src/constructs/bindings/ from the provider's schema with CDKTF's own generator.
//
//   npm run bindings                      asks the built provider (npm run build) through `terraform providers schema -json`
//   npm run bindings -- --provider DIR    asks the provider that was built there instead of dist/provider
//   npm run bindings -- --schema FILE     takes the answer of that command from a file
//   npm run bindings -- --check           writes nothing; fails when the committed bindings differ
//   npm run bindings -- --out DIRECTORY   writes somewhere else

import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { arch, platform, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const committed = join(root, "src/constructs/bindings");
const address = "registry.terraform.io/topoform/topoform";

const { values: options } = parseArgs({
  options: {
    provider: { type: "string", default: join(root, "dist/provider") },
    schema: { type: "string" },
    out: { type: "string", default: committed },
    check: { type: "boolean", default: false },
  },
});

const schema =
  options.schema === undefined
    ? schemaOfBuiltProvider(options.provider)
    : JSON.parse(readFileSync(options.schema, "utf8"));
const files = await generate(schema);
if (options.check) check(files);
else write(files, options.out);

/** Terraform's own description of the provider, from a mirror that holds nothing else. */
function schemaOfBuiltProvider(built) {
  if (!existsSync(join(built, "version"))) throw new Error("The provider is not built: run npm run build first.");
  const version = readFileSync(join(built, "version"), "utf8").trim();
  const work = mkdtempSync(join(tmpdir(), "topoform-bindings-"));
  try {
    const os = platform() === "win32" ? "windows" : platform();
    const machine = arch() === "x64" ? "amd64" : arch();
    const directory = join(work, "mirror", address);
    mkdirSync(directory, { recursive: true });
    copyFileSync(
      join(built, "terraform-provider-topoform.zip"),
      join(directory, `terraform-provider-topoform_${version}_${os}_${machine}.zip`),
    );
    writeFileSync(
      join(work, "cli.tfrc"),
      `provider_installation {\n  filesystem_mirror {\n    path = "${join(work, "mirror")}"\n  }\n}\n`,
    );
    writeFileSync(
      join(work, "main.tf.json"),
      JSON.stringify({ terraform: { required_providers: { topoform: { source: "topoform/topoform", version } } } }),
    );
    const env = { ...process.env, TF_CLI_CONFIG_FILE: join(work, "cli.tfrc"), TF_PLUGIN_CACHE_DIR: "" };
    const terraform = (...args) =>
      execFileSync(process.env.TERRAFORM_BINARY_NAME ?? "terraform", args, {
        cwd: work,
        env,
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      });
    terraform("init", "-input=false", "-no-color");
    return JSON.parse(terraform("providers", "schema", "-json"));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** File name to text. The generator writes one folder per resource; here it becomes one file each. */
async function generate(schema) {
  const ofCdktf = createRequire(createRequire(import.meta.url).resolve("cdktf-cli/package.json"));
  const { CodeMaker, TerraformProviderGenerator } = ofCdktf("@cdktf/provider-generator");
  const work = mkdtempSync(join(tmpdir(), "topoform-bindings-"));
  try {
    const code = new CodeMaker();
    new TerraformProviderGenerator(code, { ...schema, provider_versions: { [address]: "0.0.0" } }).generateAll();
    await code.save(work);
    const folder = join(work, "providers/topoform");
    return new Map(
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => [
          `${entry.name}.ts`,
          withHclExpressions(tidy(readFileSync(join(folder, entry.name, "index.ts"), "utf8"))),
        ])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * CDKTF's generator takes nested attributes for blocks, and lists of lists for lists of objects, when it writes HCL
 * (`cdktf synth --hcl`); Terraform refuses both. The provider has no blocks: such values are written as expressions.
 */
function withHclExpressions(text) {
  const attribute =
    /^( {8}value: )(.*)(,\n {8}isBlock: )(?:true|false)(,\n {8}type: )"\w+"(,\n {8}storageClassType: )"(\w+)"/gm;
  return text.replace(attribute, (whole, start, value, isBlock, type, storage, name) => {
    const nested = whole.includes("isBlock: true") || /(?:List|Map|Set){2}$/.test(name);
    if (!nested) return whole;
    return `${start}${value.replaceAll("ToHclTerraform", "ToTerraform").replaceAll("MapperHcl", "Mapper")}${isBlock}false${type}"any"${storage}"any"`;
  });
}

/** Without the links to a registry that does not list the provider, and without a version: synth writes the package's own. */
function tidy(text) {
  const lines = text
    .split("\n")
    .filter(
      (line) =>
        !/^\s*\/\/ https:\/\/registry|Docs at Terraform Registry|^\s*\/\/ generated from|^\s*providerVersion(Constraint)?: /.test(
          line,
        ),
    )
    .map((line) =>
      line.replace(/\{@link https:\/\/registry\.terraform\.io\S* (?:\w+ section|[^}]*)\}/g, (link) =>
        link.replace(/^\{@link \S+ ([^}]*)\}$/, "$1"),
      ),
    )
    .map((line) =>
      line
        .replace(/^( {2}readonly \w+\?: .*[^;]);$/, "$1 | undefined;")
        .replace(`'${address}'`, "'topoform/topoform'")
        .trimEnd(),
    );
  const body = lines
    .join("\n")
    .replace(/\n *\/\*\*\n(?: *\*? *\n)* *\*\/(?=\n)/g, "")
    .replace(/\n *\*\n( *\*\/)/g, "\n$1")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return `// Generated from the provider's schema by \`npm run bindings\`; do not edit.\n/* eslint-disable */\n// @ts-nocheck The generator knows nothing of exactOptionalPropertyTypes and noImplicitOverride.\n\n${body}\n`;
}

function check(files) {
  const different = [...files].filter(
    ([name, text]) => !existsSync(join(committed, name)) || readFileSync(join(committed, name), "utf8") !== text,
  );
  const surplus = readdirSync(committed).filter((name) => !files.has(name));
  const names = [...different.map(([name]) => name), ...surplus];
  if (names.length === 0) return console.log(`The bindings agree with the provider's schema (${files.size} files).`);
  console.error(
    `The bindings differ from the provider's schema: ${names.join(", ")}. Run npm run bindings and commit the result.`,
  );
  process.exitCode = 1;
}

function write(files, directory) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
  console.log(`Wrote ${files.size} files to ${directory}.`);
}
