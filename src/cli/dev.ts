import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { Console } from "./console";
import { ExitCode } from "./exit-code";

export interface DevOptions {
  readonly greptimedbVersion: string;
  readonly datanodes: number;
  readonly port: number;
  /** Milliseconds that a region migration takes. */
  readonly procedureDuration: number;
}

/** `topoform dev`: an embedded GreptimeDB-shaped cluster in the foreground, until it is interrupted. */
export async function runDevCluster(options: DevOptions, console: Console, interrupted: Promise<void>): Promise<ExitCode> {
  const { startGreptimeDevCluster } = await import("../devcluster/index");
  const cluster = await startGreptimeDevCluster({
    version: options.greptimedbVersion,
    datanodes: options.datanodes,
    port: options.port,
    procedureDurationMs: options.procedureDuration,
  }).catch((error: unknown) => {
    throw explained(error, options);
  });
  try {
    if (console.json) {
      console.out(JSON.stringify({ format_version: 1, host: cluster.host, port: cluster.port, version: options.greptimedbVersion, datanodes: options.datanodes }));
    } else {
      console.out(
        [
          `GreptimeDB ${options.greptimedbVersion} (emulated), ${options.datanodes} datanodes, MySQL protocol on ${cluster.host}:${cluster.port}`,
          "",
          `  mysql -h ${cluster.host} -P ${cluster.port}`,
          `  export TOPOFORM_GREPTIMEDB_HOST=${cluster.host} TOPOFORM_GREPTIMEDB_PORT=${cluster.port}`,
          "",
          "Everything is in memory and gone when it stops. Ctrl-C stops it.",
        ].join("\n"),
      );
    }
    await interrupted;
    return ExitCode.ok;
  } finally {
    await cluster.stop();
  }
}

/** What can be wrong with the port, as a diagnostic; anything else as it is. */
function explained(error: unknown, { port }: DevOptions): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const summary = code === "EACCES" ? `Port ${port} may not be opened` : `Port ${port} is taken`;
  return new DiagnosticError(errorDiagnostic({ code: "PORT_TAKEN", summary, detail: "Pass another port with --port; 0 takes a free one." }), { cause: error });
}
