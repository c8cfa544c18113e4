import { mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { regionMap, section } from "./support/demo-output";
import { cleanEnvironment } from "./support/environment";
import { expectCode, isThere, runProgram, type ProgramRun } from "./support/run-program";
import { stageRepository } from "./support/staged-repository";

jest.setTimeout(200_000);

const [LOW, MIDDLE, HIGH] = ["host < 'g'", "host >= 'g' AND host < 'p'", "host >= 'p'"] as const;
const DECLARED = { [LOW]: 0, [MIDDLE]: 1, [HIGH]: 2 };
const withTerraform = isThere("terraform", ["version"], {
  onBuildServer: true,
  by: "the demo is only tested without it",
})
  ? test
  : test.skip;

let repository: { readonly directory: string; remove(): void };
let temporary: string;
beforeAll(async () => {
  repository = await stageRepository();
});
beforeEach(() => {
  temporary = join(repository.directory, `tmp-${Date.now()}`);
  mkdirSync(temporary);
});
afterAll(() => repository?.remove());

withTerraform(
  "npm run demo: deploys with Terraform, shows one moved region, converges, leaves nothing behind",
  async () => {
    const run = expectCode(
      await runProgram("npm", ["run", "demo"], { cwd: repository.directory, env: environment(), timeoutSeconds: 180 }),
      0,
    );
    process.stdout.write(`npm run demo took ${run.seconds.toFixed(1)} s with Terraform\n`);
    const drift = section(run.stdout, "The plan shows exactly that region");
    expect([...drift.matchAll(/~ "([^"]+)" += (\d) -> (\d)$/gm)].map((match) => match.slice(1))).toEqual([
      [LOW, "1", "0"],
    ]);
    expect(drift).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");
    expect(section(run.stdout, "Verify")).toContain("No changes.");
    expectWalk(run);
  },
);

test("without Terraform it goes through topoform apply and says so", async () => {
  const bin = join(temporary, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  const env = { ...environment(), PATH: bin };
  const run = expectCode(
    await runProgram(process.execPath, ["scripts/demo.mjs"], { cwd: repository.directory, env }),
    0,
  );
  process.stdout.write(`the demo took ${run.seconds.toFixed(1)} s without Terraform\n`);
  expect(run.stdout).toContain("Neither terraform nor tofu is on the PATH");
  const drift = section(run.stdout, "The plan shows exactly that region");
  expect(drift.match(/^public\.cpu .*pinned$/gm)).toHaveLength(1);
  expect(drift).toMatch(/^public\.cpu +host < 'g' +\d+ +1 +0 /m);
  expect(section(run.stdout, "Verify")).toContain("No differences.");
  expectWalk(run, ["bin"]);
});

function environment(): Record<string, string> {
  return cleanEnvironment(join(repository.directory, ".home"), { TMPDIR: temporary });
}

function expectWalk(run: ProgramRun, left: readonly string[] = []): void {
  expect(regionMap(section(run.stdout, "The region map before"), "public.cpu")).toEqual({
    [LOW]: 1,
    [MIDDLE]: 2,
    [HIGH]: 0,
  });
  expect(regionMap(section(run.stdout, "The region map after"), "public.cpu")).toEqual(DECLARED);
  expect(regionMap(section(run.stdout, "The region map at the end"), "public.cpu")).toEqual(DECLARED);
  expect(section(run.stdout, "Verify")).toContain("cpu: 1200 rows before and after");
  expect(readdirSync(temporary).filter((name) => name.startsWith("topoform"))).toEqual([]);
  expect(readdirSync(temporary).filter((name) => left.includes(name))).toEqual(left);
  expect(processesOf(temporary)).toEqual([]);
}

/** Command lines of running processes that have `directory` in their environment: whatever the demo started. Linux only. */
function processesOf(directory: string): readonly string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(directory)
          ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")]
          : [];
      } catch {
        return [];
      }
    });
}
