// Generates the reference pages of docs/ from what the program itself says: schemas, events, commands, diagnostics.
//
//   npm run docs              writes them
//   npm run docs -- --check   writes nothing; fails when a page is not up to date
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { diagnosticsPage } from "./lib/diagnostics-page.mjs";
import { eventsPage } from "./lib/events-page.mjs";
import { commandsPage } from "./lib/commands-page.mjs";
import { manifestPage } from "./lib/manifest-page.mjs";
import { providerPages } from "./lib/provider-pages.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const docs = path.join(root, "docs");
const require = createRequire(import.meta.url);

/** What a TypeScript file of src/ exports, as it stands now. */
function load(source) {
  const outfile = path.join(root, "build", `docs-${process.pid}`, `${source.replace(/[/\\]/g, "-")}.cjs`);
  buildSync({ entryPoints: [path.join(root, "src", source)], outfile, bundle: true, packages: "external", format: "cjs", platform: "node", target: "node20", logLevel: "error" });
  return require(outfile);
}

function generate() {
  try {
    return new Map([
      ...providerPages(load, path.join(root, "examples")),
      ["events.md", eventsPage(load, path.join(root, "src", "convergence", "events.ts"))],
      ["manifest.md", manifestPage(load)],
      ["cli.md", commandsPage(load)],
      ["diagnostics.md", diagnosticsPage(path.join(root, "src"))],
    ]);
  } finally {
    rmSync(path.join(root, "build", `docs-${process.pid}`), { recursive: true, force: true });
  }
}

/** Generated pages that stand in the two folders which hold nothing else. */
function written() {
  return ["resources", "data-sources"].flatMap((folder) => (existsSync(path.join(docs, folder)) ? readdirSync(path.join(docs, folder)).map((name) => `${folder}/${name}`) : []));
}

const pages = generate();
const surplus = written().filter((name) => !pages.has(name));
if (process.argv.includes("--check")) {
  const different = [...pages].filter(([name, text]) => !existsSync(path.join(docs, name)) || readFileSync(path.join(docs, name), "utf8") !== text).map(([name]) => name);
  const names = [...different, ...surplus];
  if (names.length > 0) {
    console.error(`Not up to date: ${names.map((name) => `docs/${name}`).join(", ")}. Run \`npm run docs\` and commit the result.`);
    process.exitCode = 1;
  } else console.log(`${pages.size} pages are up to date.`);
} else {
  for (const name of surplus) rmSync(path.join(docs, name));
  for (const [name, text] of pages) {
    mkdirSync(path.dirname(path.join(docs, name)), { recursive: true });
    writeFileSync(path.join(docs, name), text);
  }
  console.log(`Wrote ${pages.size} pages to docs/.`);
}
