import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startKwdbDevCluster, type KwdbDevCluster } from "../../src/devcluster";
import { REPOSITORY } from "./support/built-package";
import { blocksOf, filesOfGuide, textOfGuide } from "./support/guide";
import { expectCode, isThere, plain, runProgram, type ProgramRun } from "./support/run-program";
import { UserProject } from "./support/user-project";

jest.setTimeout(400_000);

const withTerraform = isThere("terraform", ["version"], { onBuildServer: true, by: "the guide is not deployed" })
  ? test
  : test.skip;
const GUIDE = textOfGuide("kwdb-zones.md");
const PROGRAM = filesOfGuide("kwdb-zones.md")["main.ts"]!;
const [CREATE, BY_HAND] = blocksOf(GUIDE, "sql");

let cluster: KwdbDevCluster;
let project: UserProject;
beforeEach(async () => {
  cluster = await startKwdbDevCluster({ nodes: 7, livenessTimeoutMs: 200 });
  project = await UserProject.create({ ...filesOfGuide("getting-started.md"), "main.ts": PROGRAM });
  Object.assign(project.env, { TOPOFORM_KWDB_HOST: cluster.host, TOPOFORM_KWDB_PORT: String(cluster.port) });
});
afterEach(async () => {
  project?.remove();
  await cluster.stop();
});

withTerraform("the guide: deploy, drift, converge, a variable left out, a refusal, destroy", async () => {
  const found = await zones();
  await cluster.sql(CREATE!);
  expect(plain(await deploy())).toContain("Resources: 2 added, 0 changed");
  expect(await zone("RANGE meta")).toContain("num_replicas = 7");
  expect(await zone("DATABASE shop")).toContain("gc.ttlseconds = 43200");
  expect(expectCode(await project.topoform("status"), 0).stdout).toMatch(/^DATABASE shop .*declared$/m);

  await cluster.sql(BY_HAND!);
  const [shown] = blocksOf(GUIDE, "");
  expect(lines(plain(expectCode(await project.cdktf("diff"), 0)))).toContain(lines(shown!));
  expect(expectCode(await project.topoform("drift"), 2).stdout).toContain("num_replicas is 5, declared 7");
  await deploy();
  expectCode(await project.topoform("drift"), 0);

  const [, line] = /Take the line `([^`]+)` out and deploy/.exec(GUIDE)!;
  project.write("main.ts", without(PROGRAM, line!));
  cluster.resetStatementLog();
  await deploy();
  expect(await zone("DATABASE shop")).not.toContain("gc.ttlseconds");
  expect(await zone("DATABASE shop")).toContain("num_replicas = 5");
  expect(changes()).toEqual(["BEGIN", expect.stringContaining("DISCARD"), expect.stringContaining("USING"), "COMMIT"]);

  await cluster.faults.killNode(7);
  project.write("main.ts", without(PROGRAM, line!).replace("numReplicas: 5", "numReplicas: 3"));
  const refused = expectCode(await project.cdktf("deploy", "--auto-approve"), 1);
  expect(plain(refused)).toContain("[KWDB_SHRINK_WITH_NODE_DOWN]");
  expect(await zone("DATABASE shop")).toContain("num_replicas = 5");

  await cluster.faults.restartNode(7);
  expectCode(await project.cdktf("destroy", "--auto-approve"), 0);
  expect(await zones()).toEqual(found);
});

test("its other pieces of code compile, declare what they say, and are nothing that synth refuses", async () => {
  const [, ...pieces] = blocksOf(GUIDE, "ts");
  const names = [...new Set(pieces.join("\n").match(/\b(?:[A-Z]\w+(?=[.(]))/g))].filter((name) => name !== "NODE");
  const imports = [...new Set([...names, "Bytes", "Duration", "KwdbCluster", "Zone", "ZoneConfig"])].join(", ");
  project.write(
    "main.ts",
    PROGRAM.replace(/import \{[^}]+\} from "topoform"/, `import { ${imports} } from "topoform"`).replace(
      "app.synth();",
      `${pieces.join("\n")}\napp.synth();`,
    ),
  );
  expectCode(await bash("npx tsc && node main.js"), 0);
  expect(JSON.parse(readFileSync(join(project.stack, "topoform.json"), "utf8"))).toMatchObject({
    clusters: [
      {
        zones: [
          { target: "RANGE meta" },
          { target: "DATABASE shop" },
          {
            target: "PARTITION eu OF TABLE shop.public.orders",
            constraints: { "+region=NODE1": 1, "+region=NODE2": 2 },
          },
        ],
        settings: [{ name: "kv.allocator.ts_consider_rebalance.enabled", value: "false" }],
        rebalances: [{ target: "DATABASE ts_db", triggers: { nodes: "7" } }],
      },
    ],
  });
});

test("the codes it names are in the list of diagnostics", () => {
  const known = readFileSync(join(REPOSITORY, "docs", "diagnostics.md"), "utf8");
  const codes = GUIDE.match(/(?<![A-Z_])KWDB_[A-Z_]+/g)!;
  expect(codes.length).toBeGreaterThan(1);
  expect(codes.filter((code) => !known.includes(code))).toEqual([]);
});

async function deploy(): Promise<ProgramRun> {
  return expectCode(await project.cdktf("deploy", "--auto-approve"), 0);
}

async function zones(): Promise<readonly unknown[]> {
  return cluster.sql("SELECT target, raw_config_sql FROM kwdb_internal.zones");
}

/** The zone's own values, as the statement that sets them. */
async function zone(target: string): Promise<string> {
  const [row] = await cluster.sql(`SELECT raw_config_sql FROM kwdb_internal.zones WHERE target = '${target}'`);
  return row?.["raw_config_sql"] ?? "";
}

/** What the provider changed, in order. */
function changes(): readonly string[] {
  return cluster
    .statements()
    .map(({ sql }) => sql)
    .filter((sql) => /^(ALTER|BEGIN|COMMIT)/.test(sql));
}

function without(program: string, line: string): string {
  if (!program.includes(`${line}\n`)) throw new Error(`the program has no line "${line}"`);
  return program.replace(new RegExp(`^ *${line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\n`, "m"), "");
}

/** Without indentation and the stack's name in front. */
function lines(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/^zones/, "").trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** As a shell of the user's. */
function bash(script: string): Promise<ProgramRun> {
  return runProgram("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: project.directory,
    env: project.env,
  });
}
