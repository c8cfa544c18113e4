#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { DiagnosticError } from "../topology/diagnostic";
import type { OperationContext } from "../operations/read-cluster";
import type { ApplyOptions } from "./apply";
import { processConsole, type Console } from "./console";
import type { DevOptions } from "./dev-cluster";
import { drawDiagnostics } from "./draw-diagnostic";
import { ExitCode } from "./exit-code";
import { interruptSignals } from "./interrupt";
import type { KwdbRebalanceOptions } from "./kwdb-rebalance";
import { loadManifest, loadManifestIfAny } from "./manifest-file";
import { packageVersion } from "./package-version";
import { readingInput, UsageError } from "./usage-error";

interface Global {
  readonly json?: boolean;
  readonly manifest?: string;
}

/** Runs the command line; resolves with the process's exit code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = ExitCode.ok;
  const program = buildProgram((result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    return reportFailure(error, processConsole(argv.includes("--json")));
  }
}

/** The command tree; `finish` gets the exit code of the verb that ran. */
export function buildProgram(finish: (code: ExitCode) => void): Command {
  const program = new Command("topoform")
    .description("Declares where the pieces of a distributed database live, and keeps them there.")
    .version(packageVersion(), "--version", "print the version")
    .exitOverride()
    .showHelpAfterError("(run with --help for the options and examples)")
    .addHelpText("after", GENERAL_HELP);

  const verb = (name: string, description: string, examples: readonly string[]): Command =>
    program
      .command(name)
      .description(description)
      .option("--json", "print one JSON document (or JSON lines) instead of text")
      .addHelpText("after", `\nExamples:\n${examples.map((line) => `  $ ${line}`).join("\n")}\n`);
  const manifestVerb = (name: string, description: string, examples: readonly string[]): Command =>
    verb(name, description, examples).option("-m, --manifest <file>", "topology manifest (default: ./topoform.json, or the only one below cdktf.out/stacks)");

  manifestVerb("plan", "show what apply would change, and change nothing", ["topoform plan", "topoform plan --detailed-exitcode", "topoform plan -o plan.json && topoform apply plan.json"])
    .option("-o, --out <file>", "save the plan for `topoform apply <file>`")
    .option("--snapshot <file>", "plan from a saved snapshot instead of the live clusters")
    .option("--detailed-exitcode", "exit with 2 when there are differences")
    .option("--explain", "name the bottleneck, the load of each datanode before, during and after, and an estimate of the duration")
    .action(async (options: Global & { out?: string; snapshot?: string; detailedExitcode?: boolean; explain?: boolean }) => {
      const { showPlan } = await import("./plan");
      finish(await showPlan(manifestOf(options), context(), options, consoleOf(options)));
    });

  const apply = manifestVerb("apply", "converge the live clusters to the manifest", ["topoform apply", "topoform apply --auto-approve --json", "topoform apply plan.json --auto-approve"])
    .argument("[plan]", "a plan saved with `topoform plan -o`: exactly it is done, or nothing")
    .option("--auto-approve", "do not ask; needed without a terminal");
  withRunOptions(apply)
    .action(async (plan: string | undefined, options: Global & ApplyOptions) => {
      const { applyManifest } = await import("./apply");
      finish(await applyManifest(manifestOf(options), plan, context(), options, interruptSignals(), consoleOf(options)));
    });

  const rollback = manifestVerb("rollback", "undo the last apply of this machine, while the clusters are as it left them", ["topoform rollback", "topoform rollback --auto-approve --json"])
    .option("--auto-approve", "do not ask; needed without a terminal");
  withRunOptions(rollback)
    .action(async (options: Global & ApplyOptions) => {
      const { rollBack } = await import("./rollback");
      finish(await rollBack(manifestOf(options), context(), options, interruptSignals(), consoleOf(options)));
    });

  manifestVerb("drift", "compare the live clusters with the manifest: exit 0 without drift, 2 with, 3 when something could not be read", ["topoform drift", "topoform drift --json | jq '.clusters[].drift'"])
    .action(async (options: Global) => {
      const { showDrift } = await import("./drift");
      finish(await showDrift(manifestOf(options), context(), consoleOf(options)));
    });

  manifestVerb("status", "show datanodes and regions, or nodes, zones and ranges, of the live clusters", ["topoform status"]).action(async (options: Global) => {
    const { showStatus } = await import("./status");
    finish(await showStatus(manifestOf(options), context(), consoleOf(options)));
  });

  manifestVerb("snapshot", "save what is read of the live clusters", ["topoform snapshot -o before.json", "topoform plan --snapshot before.json"])
    .option("-o, --out <file>", "file to write (default: standard output)")
    .action(async (options: Global & { out?: string }) => {
      const { saveSnapshot } = await import("./snapshot");
      finish(await saveSnapshot(manifestOf(options), context(), options.out, consoleOf(options)));
    });

  const dev = verb("dev", "run an embedded GreptimeDB- or KWDB-shaped cluster in the foreground", ["topoform dev", "topoform dev --greptimedb-version 1.0.2 --datanodes 5 --port 4002", "topoform dev --engine kwdb --nodes 5", "topoform dev --engine kwdb --start-mode start-single-node --port 0 --json"])
    .addOption(new Option("--engine <engine>", "the database to emulate").choices(["greptimedb", "kwdb"]).default("greptimedb"))
    .option("--port <port>", "port of the SQL protocol; 0 takes a free one (default: 4002 for greptimedb, 26257 for kwdb)", wholeNumber(0))
    .option("--greptimedb-version <version>", "greptimedb: version to emulate", serverVersion, "1.1.4")
    .option("--datanodes <count>", "greptimedb: number of datanodes, ids from 0", wholeNumber(1), 3)
    .option("--procedure-duration <ms>", "greptimedb: milliseconds a region migration takes", wholeNumber(0), 300)
    .option("--kwdb-version <version>", "kwdb: version to emulate", serverVersion, "3.2.1")
    .option("--nodes <count>", "kwdb: number of nodes, localities region=NODE1, … (default: 5, or 1 with start-single-node)", wholeNumber(1))
    .addOption(new Option("--start-mode <mode>", "kwdb: how the nodes were started").choices(["start", "start-single-node", "start-single-replica"]).default("start"))
    .option("--replication-delay <ms>", "kwdb: milliseconds from a zone change until replicas begin to follow", wholeNumber(0), 1000)
    .option("--rebalance-duration <ms>", "kwdb: milliseconds a rebalance takes", wholeNumber(0), 300);
  dev.action(async (options: Global & DevOptions) => {
    const { runDevCluster } = await import("./dev");
    const given = Object.keys(options).filter((name) => dev.getOptionValueSource(name) === "cli");
    finish(await runDevCluster(options, given, consoleOf(options), interruptSignals().interrupted));
  });

  const kwdb = program.command("kwdb").description("what is done to a KWDB cluster by hand");
  kwdb
    .command("rebalance")
    .description("spread the ranges of time-series tables anew, now, and follow the job to its end")
    .argument("<target>", "DATABASE d, TABLE d.t, or RANGE default for all time-series tables")
    .option("-m, --manifest <file>", "topology manifest, whose partitions are protected (default: as for the other verbs; none is needed)")
    .option("--cluster <name>", "cluster of the manifest, when it declares several of KWDB")
    .option("--replace-partitions", "it may replace declared HASHPOINT partitions and their zones")
    .option("--timeout <seconds>", "how long the job may take (default: 7200)", wholeNumber(1))
    .option("--auto-approve", "do not ask; needed without a terminal")
    .option("--json", "print JSON lines instead of text")
    .addHelpText("after", "\nExamples:\n  $ topoform kwdb rebalance 'DATABASE ts_db'\n  $ topoform kwdb rebalance 'RANGE default' --auto-approve --json\n")
    .action(async (target: string, options: Global & KwdbRebalanceOptions) => {
      const { rebalanceKwdb } = await import("./kwdb-rebalance");
      const manifest = readingInput(() => loadManifestIfAny(options.manifest, process.cwd()));
      finish(await rebalanceKwdb(target, manifest, context(), options, interruptSignals(), consoleOf(options)));
    });

  const provider = program.command("provider").description("the Terraform provider");
  provider
    .command("install")
    .description("put the provider where Terraform and OpenTofu find it without a registry")
    .option("--dir <directory>", "filesystem mirror to write to (default: ~/.terraform.d/plugins)")
    .option("--json", "print one JSON document instead of text")
    .addHelpText("after", "\nExamples:\n  $ topoform provider install\n  $ topoform provider install --dir ./mirror\n")
    .action(async (options: Global & { dir?: string }) => {
      const { installProvider } = await import("./provider-install");
      finish(installProvider(options, consoleOf(options)));
    });
  return program;
}

/** How what was approved is done and verified. */
function withRunOptions(command: Command): Command {
  return command
    .addOption(new Option("--verify-rows <how>", "compare rows before and after (default: as the manifest says, else exact)").choices(["exact", "statistics", "off"]))
    .option("--verify-rows-limit <rows>", "compare larger tables by the server's statistics (default: as the manifest says, else 10 million)", wholeNumber(0))
    .addOption(new Option("--verify <what>", "compare checksums of the touched tables too").choices(["checksums"]))
    .option("--wait <seconds>", "how long a move waits for a silent datanode (default: as the manifest says, else 60)", wholeNumber(0));
}

const manifestOf = (options: Global) => readingInput(() => loadManifest(options.manifest, process.cwd()).manifest);
const consoleOf = (options: Global): Console => processConsole(options.json === true);
const context = (): OperationContext => ({ env: process.env });

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value)) throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    return value;
  };
}

function serverVersion(text: string): string {
  if (!/^\d+\.\d+\.\d+$/.test(text)) throw new InvalidArgumentError("It must be a version such as 1.1.4.");
  return text;
}

/** Expected failures as diagnostics; a bug as one line that says so, with the stack only on wish. */
function reportFailure(error: unknown, console: Console): ExitCode {
  const diagnostics = error instanceof DiagnosticError ? error.diagnostics : undefined;
  if (console.json) {
    console.out(JSON.stringify({ format_version: 1, diagnostics: diagnostics ?? [{ severity: "error", code: "INTERNAL", summary: "Internal error", detail: String(error) }] }));
  } else if (diagnostics !== undefined) {
    console.err(drawDiagnostics(diagnostics, console.errStyle));
  } else {
    console.err(`Internal error, a bug in topoform: ${process.env["TOPOFORM_DEBUG"] ? ((error as Error).stack ?? error) : String(error)}\nSet TOPOFORM_DEBUG=1 for the stack.`);
  }
  return error instanceof UsageError ? ExitCode.usage : ExitCode.failed;
}

const GENERAL_HELP = `
The clusters are reached by the settings of the manifest and TOPOFORM_GREPTIMEDB_HOST, _PORT, _USER, _PASSWORD, _DATABASE, _TLS_MODE;
those of KWDB by TOPOFORM_KWDB_HOST and so on.

Exit codes: 0 nothing to do or done, 1 failed, 2 differences, 3 something could not be read or is blocked,
64 bad usage, 75 locked by another run, 130 interrupted.

Examples:
  $ topoform dev                        an embedded cluster to try things on
  $ topoform plan                       what would change
  $ topoform apply                      change it
  $ topoform drift                      exit 2 when somebody changed something
`;

if (require.main === module) {
  void run(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
