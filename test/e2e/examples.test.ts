import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
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

const engineOf = (name: string): string => {
  const file = join(REPOSITORY, "examples", name, "engine");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : "greptimedb";
};
const deployed = (engine: string): readonly string[] =>
  EXAMPLES.filter((name) => !synthOnly(name) && engineOf(name) === engine);

function example(...args: string[]): Promise<ProgramRun> {
  const env = cleanEnvironment(join(repository.directory, ".home"));
  return runProgram("npm", ["run", "example", ...args], { cwd: repository.directory, env, timeoutSeconds: 180 });
}

withTerraform.each(deployed("greptimedb"))(
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

/** What the document shows, with the server's own default of range_min_bytes (recorded) and its tabs. */
const META = `
   target     | raw_config_sql
  ------------+---------------------------------------
   RANGE meta | ALTER RANGE meta CONFIGURE ZONE USING
              |     range_min_bytes = 134217728,
              |     range_max_bytes = 536870912,
              |     gc.ttlseconds = 3600,
              |     num_replicas = 7,
              |     constraints = '[]',
              |     lease_preferences = '[]'
`;

withTerraform.each(deployed("kwdb"))(
  "%s: deployed, a zone changed by hand shown and put right, a second plan is empty, destroying gives everything back",
  async (name) => {
    const run = expectCode(await example(name), 0);
    expect(section(run.stdout, "Apply")).toContain("Apply complete!");
    expect(section(run.stdout, "SHOW ZONE CONFIGURATION FOR RANGE meta")).toContain(META);
    const drift = section(run.stdout, "The plan shows exactly that zone");
    expect(drift.match(/^ *# \S+ will be /gm)).toEqual([expect.stringContaining("topoform_kwdb_zone_config.meta ")]);
    expect(drift).toMatch(/~ num_replicas += 5 -> 7$/m);
    expect(section(run.stdout, "Converge")).toContain("Resources: 0 added, 1 changed, 0 destroyed.");
    expect(section(run.stdout, "Verify")).toContain("No changes.");
    const destroy = section(run.stdout, "Destroy");
    expect(destroy).toContain("Destroy complete!");
    expect(destroy).toMatch(/^ {2}\d+ zones and settings before and after, value by value the same$/m);
  },
);

test("kwdb-zones without Terraform goes through topoform apply", async () => {
  const bin = join(repository.directory, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  const env = { ...cleanEnvironment(join(repository.directory, ".home")), PATH: bin };
  const run = await runProgram(process.execPath, ["scripts/example.mjs", "kwdb-zones"], {
    cwd: repository.directory,
    env,
  });
  expectCode(run, 0);
  expect(run.stdout).toContain("Neither terraform nor tofu is on the PATH");
  expect(section(run.stdout, "Plan")).toContain("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 7");
  expect(section(run.stdout, "SHOW ZONE CONFIGURATION FOR RANGE meta")).toContain(META);
  expect(section(run.stdout, "The plan shows exactly that zone")).toContain("changes: 1\n");
  expect(section(run.stdout, "Destroy")).toMatch(/^ {2}\d+ zones and settings before and after/m);
});

test.each(EXAMPLES.filter(synthOnly))("%s: synthesized", async (name) => {
  const run = expectCode(await example(name), 0);
  expect(section(run.stdout, "Synthesize")).toMatch(/cdk\.tf\.json .*terraform\.d .*topoform\.json/);
});

test("an unknown name is bad usage and lists the examples", async () => {
  const run = expectCode(await example("nonsense"), 64);
  for (const name of EXAMPLES) expect(run.stderr).toContain(name);
});
