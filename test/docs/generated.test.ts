import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");
const DOCS = path.join(ROOT, "docs");

jest.setTimeout(60_000);

test("the generated pages say what the program says", () => {
  const check = spawnSync(process.execPath, [path.join(ROOT, "scripts", "docs.mjs"), "--check"], { encoding: "utf8" });
  expect(check.stderr).toBe("");
  expect(check.status).toBe(0);
});

test("links between pages lead to files that exist", () => {
  const pages = readdirSync(DOCS, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  const known = new Set(readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((name) => !name.startsWith("node_modules") && !name.startsWith(".git/")));
  const broken = pages.flatMap((page) => {
    const text = readFileSync(path.join(DOCS, page), "utf8").replace(/```[\s\S]*?```/g, "");
    return [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => path.join("docs", path.dirname(page), match[1]!)).filter((target) => !known.has(target.replace(/\/$/, ""))).map((target) => `${page}: ${target}`);
  });
  expect(broken).toEqual([]);
});

test("the examples of the dev clusters' page are the tests that run here", () => {
  const page = readFileSync(path.join(DOCS, "dev-cluster.md"), "utf8");
  const examples = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);
  const tests = ["dev-cluster-example.test.ts", "kwdb-dev-cluster-example.test.ts"].map((name) => readFileSync(path.join(__dirname, name), "utf8").replace('"../../src/devcluster"', '"topoform/devcluster"'));
  expect(examples).toEqual(tests);
});

const members = (source: string, name: string): readonly string[] => {
  const [, body] = new RegExp(`export interface ${name}[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(readFileSync(path.join(ROOT, "src/devcluster", source), "utf8")) ?? [];
  return [...(body ?? "").matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map((match) => match[1]!);
};

test.each([
  ["GreptimeDB", "## GreptimeDB", [...members("greptimedb/index.ts", "GreptimeDevClusterOptions"), ...members("greptimedb/index.ts", "Faults"), ...members("greptimedb/model/faults.ts", "Faults")], 25],
  ["KWDB", "## KWDB", [...members("kwdb/index.ts", "KwdbDevClusterOptions"), ...members("kwdb/model/faults.ts", "KwdbFaults")], 18],
])("the dev clusters' page names every option and every fault of %s", (_, heading, all, least) => {
  const page = readFileSync(path.join(DOCS, "dev-cluster.md"), "utf8");
  const part = page.slice(page.indexOf(`\n${heading}\n`)).split("\n## ")[1]!;
  expect(all.length).toBeGreaterThan(least);
  expect(all.filter((name) => !new RegExp(`\`${name}[\`(]`).test(part))).toEqual([]);
});
