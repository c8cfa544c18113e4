import { writeSync } from "node:fs";
import type { Socket } from "node:net";
import type { ProviderDefinition } from "./definition";
import { createLogger, logLevelFromEnvironment } from "./log/logger";
import type { Logger } from "./log/logger";
import { createRedactor } from "./log/redactor";
import { createProviderServer } from "./server/provider-server";
import { closeClient, createSession } from "./server/session";
import { createCertificate } from "./transport/certificate";
import { createGrpcServer } from "./transport/grpc-server";
import type { HandshakeRequest } from "./transport/handshake";
import { handshakeLine, readHandshakeRequest, reattachValue } from "./transport/handshake";
import type { Lifetime } from "./transport/lifetime";
import { watchLifetime } from "./transport/lifetime";
import { listen } from "./transport/listen";
import type { GuardedStdio } from "./transport/stdio-guard";
import { guardStdio } from "./transport/stdio-guard";

/** Settings of {@link serve}. */
export interface ServeOptions {
  /**
   * Serve without Terraform as parent and without TLS, and print the value of `TF_REATTACH_PROVIDERS` that makes Terraform
   * use this process: for debuggers. Default: true when the first argument of the program is `--debug`.
   */
  readonly debug?: boolean;
  /** Where to listen. Default: a Unix socket, and on Windows a port of 127.0.0.1. */
  readonly network?: "unix" | "tcp";
}

/** A definition, or a function that loads it after the handshake, so that a large provider does not delay its start. */
export type DefinitionSource<Client> =
  ProviderDefinition<Client> | (() => ProviderDefinition<Client> | Promise<ProviderDefinition<Client>>);

/**
 * Runs a provider: handshake with Terraform on standard output, then serve until Shutdown. The promise resolves when the
 * provider can be called; the process ends by itself.
 *
 * @example
 * void serve(definition);
 */
export async function serve<Client>(source: DefinitionSource<Client>, options: ServeOptions = {}): Promise<void> {
  const debug = options.debug ?? process.argv[2] === "--debug";
  const handshake = debug ? { request: withoutTls } : readHandshakeRequest(process.env);
  if ("refusal" in handshake) {
    process.stderr.write(`${handshake.refusal}\n`);
    process.exitCode = 1;
    return;
  }
  const { request } = handshake;
  const network = options.network ?? (process.platform === "win32" ? "tcp" : "unix");
  try {
    await run(source, request, network, debug);
  } catch (error) {
    // Terraform shows lines after "panic: " to the user; anything else would be "Plugin did not respond".
    writeSync(2, `panic: the provider cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

const withoutTls: HandshakeRequest = {
  clientCertificate: undefined,
  minPort: 10_000,
  maxPort: 25_000,
  socketDirectory: undefined,
  socketGroup: undefined,
};

async function run<Client>(
  source: DefinitionSource<Client>,
  request: HandshakeRequest,
  network: "unix" | "tcp",
  debug: boolean,
): Promise<void> {
  // Ctrl-C reaches the whole process group, but it is Terraform who decides what happens then: it calls StopProvider.
  if (!debug) process.on("SIGINT", () => undefined);
  // Connections wait here until gRPC is loaded: Terraform reads the handshake and connects in the meantime.
  const waiting: Socket[] = [];
  let accept = (socket: Socket): void => void waiting.push(socket);
  const endpoint = await listen(network, request, (socket) => accept(socket));
  process.on("exit", () => endpoint.close());

  const certificate = request.clientCertificate === undefined ? undefined : createCertificate(Date.now());
  const line = handshakeLine(endpoint.network, endpoint.address, certificate?.der);

  let lifetime: Lifetime | undefined;
  let log: Logger | undefined;
  const stdio = guardStdio({
    onLine: (stream, text) => (stream === "stdout" ? log?.debug(text, { stream }) : log?.warn(text, { stream })),
    onBroken: () => lifetime?.lost("standard error is closed"),
  });
  if (!debug) stdio.writeOutput(line);

  const definition = typeof source === "function" ? await source() : source;
  const redactor = createRedactor((text) => definition.redact?.(text) ?? text);
  log = logger(definition.name, stdio, redactor);
  const session = createSession(definition, log, redactor);
  const server = createProviderServer(session);
  lifetime = watchLifetime({
    parent: debug ? () => 0 : () => process.ppid,
    stop: () => session.stop.abort(),
    idle: () => server.idle(),
    close: () => closeClient(session),
    exit: (code) => process.exit(code),
    onEnd: (reason) => log?.info("provider ends", { reason }),
  });
  handleProcessEvents(lifetime, log, debug);

  const serveConnection = await createGrpcServer({
    rpcs: server.rpcs,
    tls:
      certificate === undefined || request.clientCertificate === undefined
        ? undefined
        : { certificate, clientCertificate: request.clientCertificate },
    onShutdown: () => lifetime?.shutdown(),
    onStreamEnd: () => (debug ? undefined : lifetime?.streamEnded()),
  });
  accept = (socket) => {
    socket.on("error", () => undefined);
    if (!debug) {
      lifetime?.connectionOpened();
      socket.on("close", () => lifetime?.connectionClosed());
    }
    serveConnection(socket);
  };
  waiting.splice(0).forEach((socket) => accept(socket));
  if (debug) {
    const value = reattachValue(definition.address, endpoint.network, endpoint.address, process.pid);
    stdio.writeOutput(
      `Provider started. To use it, set in another terminal:\n\n\tTF_REATTACH_PROVIDERS='${value}'\n\n`,
    );
  }
}

function logger(name: string, stdio: GuardedStdio, redactor: ReturnType<typeof createRedactor>): Logger {
  const level = logLevelFromEnvironment(process.env);
  return createLogger({ level, write: stdio.writeLogLine, now: Date.now, redactor }, { provider: name });
}

/** An error outside of any call must not end a process that is in the middle of an apply. */
function handleProcessEvents(lifetime: Lifetime, log: Logger, debug: boolean): void {
  if (debug) process.on("SIGINT", () => lifetime.lost("interrupted"));
  process.on("SIGTERM", () => lifetime.lost("told to end by SIGTERM"));
  process.on("SIGHUP", () => lifetime.lost("told to end by SIGHUP"));
  const report = (error: unknown): void =>
    log.error("an error outside of any call", {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
}
