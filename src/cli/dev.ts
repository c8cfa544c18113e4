import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { Console } from "./console";
import type { DevEngine, DevOptions, RunningDevCluster } from "./dev-cluster";
import { ExitCode } from "./exit-code";
import { UsageError } from "./usage-error";

/** Options that one engine alone has, by their name in {@link DevOptions}. */
const OWN_OPTIONS: Readonly<Record<DevEngine, readonly (keyof DevOptions)[]>> = {
  greptimedb: ["greptimedbVersion", "datanodes", "procedureDuration"],
  kwdb: ["kwdbVersion", "nodes", "startMode", "replicationDelay", "rebalanceDuration"],
};

/** `topoform dev`: an embedded cluster in the foreground, until it is interrupted. `given`: the options that stand on the command line. */
export async function runDevCluster(options: DevOptions, given: readonly string[], console: Console, interrupted: Promise<void>): Promise<ExitCode> {
  refuseForeignOptions(options.engine, given);
  const cluster = await start(options).catch((error: unknown) => {
    throw explained(error, options);
  });
  try {
    const ending = "Everything is in memory and gone when it stops. Ctrl-C stops it.";
    console.out(console.json ? JSON.stringify({ format_version: 1, engine: options.engine, ...cluster.json }) : [...cluster.lines, "", ending].join("\n"));
    await interrupted;
    return ExitCode.ok;
  } finally {
    await cluster.stop();
  }
}

/** Loads the emulator of the one engine. */
async function start(options: DevOptions): Promise<RunningDevCluster> {
  switch (options.engine) {
    case "greptimedb": return (await import("./dev-greptimedb")).startGreptimedb(options);
    case "kwdb": return (await import("./dev-kwdb")).startKwdb(options);
  }
}

/** An option that the engine does not have would do nothing: nobody should believe that it did. */
function refuseForeignOptions(engine: DevEngine, given: readonly string[]): void {
  const other: DevEngine = engine === "kwdb" ? "greptimedb" : "kwdb";
  const foreign = OWN_OPTIONS[other].filter((name) => given.includes(name));
  if (foreign.length === 0) return;
  throw new UsageError(
    foreign.map((name) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return errorDiagnostic({ code: "OPTION_OF_ANOTHER_ENGINE", summary: `${flag} is an option of --engine ${other}`, detail: `The cluster to run is of engine ${engine}. Leave ${flag} out, or pass --engine ${other}.` });
    }),
  );
}

/** What can be wrong with the port or the options, as a diagnostic; anything else as it is. */
function explained(error: unknown, { port }: DevOptions): unknown {
  if (error instanceof RangeError) return new UsageError(errorDiagnostic({ code: "DEV_CLUSTER_NOT_EMULATED", summary: "There is no such dev cluster", detail: `${error.message}.` }), { cause: error });
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const which = port === undefined ? "The engine's default port" : `Port ${port}`;
  const summary = code === "EACCES" ? `${which} may not be opened` : `${which} is taken`;
  return new DiagnosticError(errorDiagnostic({ code: "PORT_TAKEN", summary, detail: "Pass another port with --port; 0 takes a free one." }), { cause: error });
}
