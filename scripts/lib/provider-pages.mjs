import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { byText, code, page, table } from "./markdown.mjs";

/** Ids to import by, as the shell takes them, where they are not just a table. */
const IMPORT_IDS = {
  topoform_kwdb_zone_config: "'RANGE meta'",
  topoform_greptimedb_region_placement: "public.cpu # several tables: public.cpu,memory",
  topoform_kwdb_cluster_setting: "kv.allocator.ts_consider_rebalance.enabled",
};

/** The provider's page and one for each resource and data source. */
export function providerPages(load, examples) {
  const provider = load("provider/provider.ts").createProvider({});
  const hcl = hclFiles(examples);
  const importable = new Set(
    provider.resources.filter((one) => one.importState !== undefined).map((one) => one.typeName),
  );
  const pageOf = (kind, { typeName, schema }) => [
    `${kind === "resource" ? "resources" : "data-sources"}/${typeName.replace(/^topoform_/, "")}.md`,
    page(
      `\`${typeName}\` (${kind === "resource" ? "resource" : "data source"})`,
      schema.description ?? "",
      exampleSection("../..", findBlock(hcl, `${kind === "resource" ? "resource" : "data"} "${typeName}" `)),
      ...attributeSections(schema.attributes),
      importable.has(typeName)
        ? `## Import\n\n${code("sh", `terraform import ${typeName}.example ${IMPORT_IDS[typeName] ?? "public.cpu"}`)}`
        : "",
    ),
  ];
  const links = (folder, all) =>
    all.map(({ typeName, schema }) => [
      `[\`${typeName}\`](${folder}/${typeName.replace(/^topoform_/, "")}.md)`,
      firstSentence(schema.description ?? ""),
    ]);
  return [
    [
      "provider.md",
      page(
        "The provider",
        provider.schema.description ?? "",
        `Source address \`topoform/topoform\`. CDKTF stacks get it at synth; for plain HCL, \`topoform provider install\` puts it where Terraform and OpenTofu find it ([cli.md](cli.md)).`,
        `${table(["Resource", ""], links("resources", provider.resources))}\n\n${table(["Data source", ""], links("data-sources", provider.dataSources))}`,
        exampleSection("..", findBlock(hcl, 'provider "topoform" ')),
        ...attributeSections(provider.schema.attributes),
      ),
    ],
    ...provider.resources.map((one) => pageOf("resource", one)),
    ...provider.dataSources.map((one) => pageOf("data source", one)),
  ];
}

function firstSentence(text) {
  return text.replace(/(?<=\.) .*/s, "");
}

function attributeSections(attributes) {
  const entries = Object.entries(attributes).sort(([a], [b]) => byText(a, b));
  const groups = [
    ["Required", ([, one]) => one.required === true],
    ["Optional", ([, one]) => one.optional === true],
    ["Computed", ([, one]) => one.required !== true && one.optional !== true],
  ];
  const sections = groups.flatMap(([title, belongs]) => {
    const rows = entries.filter(belongs);
    return rows.length === 0
      ? []
      : [`## ${title}\n\n${table(["Attribute", "Type", "Description"], rows.map(attributeRow))}`];
  });
  const nested = entries.filter(([, one]) => one.nested !== undefined);
  return [
    ...sections,
    ...nested.map(([name, one]) => {
      const rows = Object.entries(one.nested.attributes).map(([inner, attribute]) => [
        ...attributeRow([inner, attribute]).slice(0, 2),
        use(attribute),
        attributeRow([inner, attribute])[2],
      ]);
      return `## \`${name}\` (${one.nested.nesting === "single" ? "one object" : `${one.nested.nesting} of objects`})\n\n${table(["Attribute", "Type", "Use", "Description"], rows)}`;
    }),
  ];
}

function use(attribute) {
  if (attribute.required) return "required";
  if (attribute.optional) return "optional";
  return "computed";
}

function attributeRow([name, one]) {
  const notes = [
    ...(one.sensitive ? ["Sensitive."] : []),
    ...(one.writeOnly ? ["Write-only."] : []),
    ...(one.deprecated ? ["Deprecated."] : []),
    ...(one.requiresReplace ? ["A change replaces the object."] : []),
    ...(one.optional && one.computed ? ["Filled in when absent."] : []),
  ];
  return [`\`${name}\``, typeText(one), [one.description ?? "", ...notes].filter(Boolean).join(" ")];
}

function typeText({ type, nested }) {
  if (nested !== undefined) return nested.nesting === "single" ? "object" : `${nested.nesting}(object)`;
  if (typeof type === "string") return type;
  const [[kind, inner]] = Object.entries(type);
  return kind === "object" ? "object" : `${kind}(${typeText({ type: inner })})`;
}

function exampleSection(up, block) {
  return block === undefined
    ? ""
    : `## Example\n\n${code("terraform", block.text)}\n\nFrom [examples/${block.file}](${up}/examples/${block.file}).`;
}

function hclFiles(directory) {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".tf") && !name.includes(".terraform"))
    .sort(byText)
    .map((name) => ({ file: name.split(path.sep).join("/"), text: readFileSync(path.join(directory, name), "utf8") }));
}

/** A top-level block that begins so, up to the brace that closes it at the line's start. */
function findBlock(files, begin) {
  for (const { file, text } of files) {
    const lines = text.split("\n");
    const first = lines.findIndex((line) => line.startsWith(begin));
    if (first === -1) continue;
    const last = lines[first].endsWith("{}") ? first : lines.findIndex((line, index) => index > first && line === "}");
    return { file, text: lines.slice(first, last + 1).join("\n") };
  }
  return undefined;
}
