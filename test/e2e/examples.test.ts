import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./support/built-package";
import { section } from "./support/demo-output";
import { cleanEnvironment } from "./support/environment";
import { expectCode, isThere, runProgram, type ProgramRun } from "./support/run-program";
import { stageRepository } from "./support/staged-repository";

jest.setTimeout(200_000);

const EXAMPLES = readdirSync(join(REPOSITORY, "examples"));
const synthOnly = (name: string): boolean => existsSync(join(REPOSITORY, "examples", name, "synth-only"));
const withTerraform = isThere("terraform", ["version"], { onBuildServer: true, by: "the examples are not deployed" })
  ? test
  : test.skip;

let repository: { readonly directory: string; remove(): void };
beforeAll(async () => {
  repository = await stageRepository();
});
afterAll(() => repository?.remove());

function example(...args: string[]): Promise<ProgramRun> {
  const env = cleanEnvironment(join(repository.directory, ".home"));
  return runProgram("npm", ["run", "example", ...args], { cwd: repository.directory, env, timeoutSeconds: 180 });
}

withTerraform.each(EXAMPLES.filter((name) => !synthOnly(name)))(
  "%s: deployed, drift shown and put right, a second plan is empty",
  async (name) => {
    const run = expectCode(await example(name), 0);
    expect(section(run.stdout, "Apply")).toContain("Apply complete!");
    const drift = section(run.stdout, "The plan shows exactly that region");
    expect(drift.match(/^ *~ "[^"]+" += \d -> \d$/gm)).toHaveLength(1);
    expect(section(run.stdout, "Converge")).toContain("Resources: 0 added, 1 changed, 0 destroyed.");
    expect(section(run.stdout, "Verify")).toContain("No changes.");
  },
);

test.each(EXAMPLES.filter(synthOnly))("%s: synthesized", async (name) => {
  const run = expectCode(await example(name), 0);
  expect(section(run.stdout, "Synthesize")).toMatch(/cdk\.tf\.json .*terraform\.d .*topoform\.json/);
});

test("an unknown name is bad usage and lists the examples", async () => {
  const run = expectCode(await example("nonsense"), 64);
  for (const name of EXAMPLES) expect(run.stderr).toContain(name);
});
