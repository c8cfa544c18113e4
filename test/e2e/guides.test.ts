import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { expectCode, isThere, plain, runProgram, type ProgramRun } from "./support/run-program";
import { filesOfGuide, programsOfReadme } from "./support/guide";
import { UserProject } from "./support/user-project";
import { embeddedCluster, moveByHand, regionsOf, type EmbeddedCluster } from "./support/walk-cluster";

jest.setTimeout(200_000);

const withTerraform = isThere("terraform", ["version"], { onBuildServer: true, by: "the guides are not deployed" })
  ? test
  : test.skip;
const PUBLIC = { database: "public" };

let cluster: EmbeddedCluster;
let project: UserProject;
beforeEach(async () => {
  cluster = { ...(await embeddedCluster("1.1.4")), ...PUBLIC };
  project = await UserProject.create(filesOfGuide("getting-started.md"));
  Object.assign(project.env, cluster.env);
});
afterEach(async () => {
  project?.remove();
  await cluster.stop();
});

withTerraform("getting started: diff, deploy, status, a region moved, diff, deploy, no changes", async () => {
  expect(plain(expectCode(await project.cdktf("diff"), 0))).toContain("Plan: 2 to add");
  expectCode(await project.cdktf("deploy", "--auto-approve"), 0);
  expect((await regionsOf(cluster, "cpu")).map(({ leader }) => leader)).toEqual([0, 1, 2]);
  expect(expectCode(await project.topoform("status"), 0).stdout).toContain("public.cpu");

  await moveByHand(cluster, "4398046511104", 0, 2);
  expect(plain(expectCode(await project.cdktf("diff"), 0))).toMatch(/~ "host < 'g'" += 2 -> 0/);
  expectCode(await project.topoform("drift"), 2);
  expectCode(await project.cdktf("deploy", "--auto-approve"), 0);
  expect(plain(expectCode(await project.cdktf("diff"), 0))).toContain("No changes.");

  const destroy = await project.cdktf("destroy", "--auto-approve");
  expect(destroy.code).toBe(1);
  expect(plain(destroy)).toContain("is protected against destruction");
});

test("the README's programs compile, and declare what they say", async () => {
  const expected = [
    { stack: "metrics", clusters: [{ tables: [{ name: "cpu" }] }] },
    {
      stack: "zones",
      clusters: [{ zones: [{ target: "RANGE meta", num_replicas: 7 }, { target: "DATABASE ts_db" }] }],
    },
  ];
  const programs = programsOfReadme();
  expect(programs).toHaveLength(expected.length);
  for (const [index, program] of programs.entries()) {
    project.write("main.ts", program);
    rmSync(join(project.directory, "cdktf.out"), { recursive: true, force: true });
    expectCode(await synthesize(), 0);
    expect(JSON.parse(readFileSync(join(project.stack, "topoform.json"), "utf8"))).toMatchObject(expected[index]!);
  }
});

interface Step {
  readonly name?: string;
  readonly run?: string;
}

test("drift in CI: the workflow's steps end with 0, 2 and 3, and say why", async () => {
  const workflow = parse(filesOfGuide("drift-in-ci.md")[".github/workflows/drift.yml"]!) as {
    jobs: { drift: { steps: readonly Step[] } };
  };
  const step = (name: string): string => workflow.jobs.drift.steps.find((one) => one.name === name)!.run!;
  const summary = join(project.directory, "summary.md");
  project.env["GITHUB_STEP_SUMMARY"] = summary;

  expectCode(await bash(step("Synthesize")), 0);
  expectCode(await project.topoform("apply", "--auto-approve"), 0);
  expect(expectCode(await bash(step("Compare")), 0).stdout).toContain("The cluster is as declared.");

  await moveByHand(cluster, "4398046511104", 0, 2);
  const drift = expectCode(await bash(step("Compare")), 2);
  expect(drift.stdout).toContain("::error title=Drift::");
  expect(readFileSync(summary, "utf8")).toContain("LEADER_MOVED");
  const report = expectCode(await project.topoform("drift", "--json"), 2).stdout;
  expect(JSON.parse(report)).toEqual(JSON.parse(reportOfGuide()));

  project.env["TOPOFORM_GREPTIMEDB_PORT"] = "1";
  expect(expectCode(await bash(step("Compare")), 3).stdout).toContain("::error title=Unknown::");
});

/** What the guide shows as the answer of `topoform drift --json`. */
function reportOfGuide(): string {
  const guide = readFileSync(join(__dirname, "../../docs/guides/drift-in-ci.md"), "utf8");
  return /^```json\n([^]*?)^```$/m.exec(guide)![1]!;
}

function synthesize(): Promise<ProgramRun> {
  return bash("npx tsc && node main.js");
}

/** As GitHub Actions runs a step with `shell: bash`. */
function bash(script: string): Promise<ProgramRun> {
  return runProgram("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: project.directory,
    env: project.env,
  });
}
