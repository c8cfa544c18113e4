import { readFileSync } from "node:fs";
import path from "node:path";
import { CommandLine } from "./support/command-line";

jest.setTimeout(60_000);

describe("topoform without a cluster", () => {
  let topoform: CommandLine;
  beforeAll(() => {
    topoform = new CommandLine();
  });
  afterAll(() => topoform.remove());

  test("--help lists every verb, the exit codes and examples, on stdout", async () => {
    const { code, stdout, stderr } = await topoform.run(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const verb of ["plan", "apply", "drift", "status", "snapshot", "rollback", "dev", "provider"]) expect(stdout).toMatch(new RegExp(`^  ${verb} `, "m"));
    expect(stdout).toContain("Examples:\n  $ topoform dev");
    expect(stdout).toMatch(/0 nothing to do or done, 1 failed, 2 differences, 3 [^,]+,\n64 bad usage, 75 locked by another run, 130 interrupted/);
  });

  test.each(["plan", "apply", "drift", "status", "snapshot", "rollback", "dev", "provider install"])("%s --help shows examples that begin with the command itself", async (verb) => {
    const { code, stdout } = await topoform.run([...verb.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--json");
    const examples = stdout.slice(stdout.indexOf("Examples:")).split("\n").slice(1).filter(Boolean);
    expect(examples.length).toBeGreaterThan(0);
    expect(examples[0]).toMatch(new RegExp(`^  \\$ topoform ${verb}`));
  });

  test("--version prints the package's version and nothing else", async () => {
    const { version } = JSON.parse(readFileSync(path.join(__dirname, "../../package.json"), "utf8")) as { version: string };
    expect(await topoform.run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.each([
    ["an unknown verb", ["plann"], "Did you mean plan?"],
    ["an unknown option", ["plan", "--manifets", "x"], "--manifest"],
    ["an option without its value", ["plan", "--manifest"], "argument missing"],
    ["a value that is not allowed", ["apply", "--verify-rows", "sometimes"], "exact, statistics, off"],
    ["a number that is none", ["dev", "--datanodes", "many"], "a whole number from 1"],
    ["a verb too many", ["status", "now"], "too many arguments"],
  ])("%s is bad usage: exit 64, said on stderr, with the way to the help", async (_, args, hint) => {
    const { code, stdout, stderr } = await topoform.run(args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(hint);
    expect(stderr).toContain("--help");
  });

  test("without a verb it shows the help on stderr and exits with 64", async () => {
    const { code, stdout, stderr } = await topoform.run([]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain("Usage: topoform");
  });
});
