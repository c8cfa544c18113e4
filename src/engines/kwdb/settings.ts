import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import type { ConnectionDeclaration, Setting, TlsDeclaration } from "../../topology/connection";
import { Secret } from "../../topology/secret";

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One node to connect to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Everything that a connection needs, resolved. */
export interface ConnectionSettings {
  /** At least one, in the order in which they are tried. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  readonly user: string;
  readonly password: Secret | undefined;
  readonly database: string;
  readonly tls: TlsDeclaration;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

export type ResolvedConnection =
  | { readonly kind: "resolved"; readonly settings: ConnectionSettings }
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] };

const PREFIX = "TOPOFORM_KWDB_";
const TLS_MODES = ["disable", "require", "verify-ca", "verify-full"] as const;
const DEFAULT_PORT = 26257;

/**
 * Where every value comes from, in this order: the declaration, its own variable (`TOPOFORM_KWDB_HOST`, …), the URL in
 * `TOPOFORM_KWDB_URL` (`postgresql://user:password@host:26257/database?sslmode=verify-full&sslrootcert=ca.crt`), the default.
 * A variable that a declaration names must be set. All problems are reported at once; no value of a secret stands in any of them.
 */
export function resolveConnection(declaration: ConnectionDeclaration, env: Environment): ResolvedConnection {
  const diagnostics: Diagnostic[] = [];
  const url = parseUrl(env[`${PREFIX}URL`], diagnostics);
  const text = (name: string, setting: Setting<string> | undefined, variable: string): string | undefined =>
    declared<string>(name, setting, env, diagnostics) ?? given(env, variable);
  const milliseconds = (name: string, value: number | undefined, variable: string, byDefault: number): number =>
    positive(name, value ?? given(env, variable) ?? byDefault, diagnostics) * 1000;

  const port = declared("port", declaration.port, env, diagnostics) ?? given(env, "PORT") ?? url.port ?? DEFAULT_PORT;
  const password =
    declared<string>("password", declaration.password, env, diagnostics) ?? env[`${PREFIX}PASSWORD`] ?? url.password;
  const settings: ConnectionSettings = {
    endpoints: endpointsOf(
      text("host", declaration.host, "HOST") ?? url.host ?? "127.0.0.1",
      portNumber(port, diagnostics),
      diagnostics,
    ),
    user: text("user", declaration.user, "USER") ?? url.user ?? "root",
    password: password === undefined || password === "" ? undefined : new Secret(password),
    database: text("database", declaration.database, "DATABASE") ?? url.database ?? "defaultdb",
    tls: resolveTls(declaration.tls, env, url, diagnostics),
    connectTimeoutMs: milliseconds(
      "connect_timeout_seconds",
      declaration.connectTimeoutSeconds,
      "CONNECT_TIMEOUT_SECONDS",
      10,
    ),
    statementTimeoutMs: milliseconds(
      "statement_timeout_seconds",
      declaration.statementTimeoutSeconds,
      "STATEMENT_TIMEOUT_SECONDS",
      60,
    ),
  };
  return diagnostics.length === 0 ? { kind: "resolved", settings } : { kind: "invalid", diagnostics };
}

function declared<T extends string | number>(
  name: string,
  setting: Setting<T> | undefined,
  env: Environment,
  diagnostics: Diagnostic[],
): T | string | undefined {
  if (typeof setting !== "object") return setting;
  const value = env[setting.env];
  if (value !== undefined && (value !== "" || name === "password")) return value;
  diagnostics.push(
    errorDiagnostic({
      code: "ENVIRONMENT_VARIABLE_MISSING",
      summary: `The environment variable ${setting.env} is not set`,
      detail: `The connection takes its ${name} from it. Set ${setting.env} in the environment of this command and try again.`,
      path: ["connection", name],
    }),
  );
  return undefined;
}

function given(env: Environment, variable: string): string | undefined {
  const value = env[PREFIX + variable];
  return value === "" ? undefined : value;
}

interface UrlParts {
  readonly host?: string;
  readonly port?: string;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly parameters?: URLSearchParams;
}

function parseUrl(text: string | undefined, diagnostics: Diagnostic[]): UrlParts {
  if (text === undefined || text === "") return {};
  try {
    const url = new URL(text);
    if (!["postgresql:", "postgres:"].includes(url.protocol) || url.hostname === "")
      throw new TypeError("not a postgresql URL");
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      ...(url.port === "" ? {} : { port: url.port }),
      ...(url.username === "" ? {} : { user: decodeURIComponent(url.username) }),
      ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
      ...(url.pathname.length <= 1 ? {} : { database: decodeURIComponent(url.pathname.slice(1)) }),
      parameters: url.searchParams,
    };
  } catch {
    diagnostics.push(
      errorDiagnostic({
        code: "CONNECTION_URL_INVALID",
        summary: `${PREFIX}URL is not a connection URL`,
        detail:
          "Write it as postgresql://user:password@host:26257/database?sslmode=disable; special characters in user and password percent-encoded.",
      }),
    );
    return {};
  }
}

/** `kw1,kw2:26258,[::1]:26257` with the port for those without one. */
function endpointsOf(hosts: string, port: number, diagnostics: Diagnostic[]): ConnectionSettings["endpoints"] {
  const [first, ...others] = hosts.split(",").map((entry) => endpointOf(entry.trim(), port, diagnostics));
  return [first ?? { host: "127.0.0.1", port }, ...others];
}

function endpointOf(entry: string, port: number, diagnostics: Diagnostic[]): Endpoint {
  const match = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry) ?? /^([^:]+):(\d+)$/.exec(entry);
  const [, host = entry, own] = match ?? [];
  if (host === "") invalid("host", "A host name is empty. Separate several nodes by single commas.", diagnostics);
  return { host, port: own === undefined ? port : portNumber(own, diagnostics) };
}

function portNumber(value: string | number, diagnostics: Diagnostic[]): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    invalid("port", "Write a number from 1 to 65535; KWDB's SQL port is 26257 by default.", diagnostics);
  }
  return port;
}

function positive(name: string, value: string | number, diagnostics: Diagnostic[]): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) invalid(name, "Write a number of seconds above 0.", diagnostics);
  return number;
}

function resolveTls(
  declaration: TlsDeclaration | undefined,
  env: Environment,
  { parameters }: UrlParts,
  diagnostics: Diagnostic[],
): TlsDeclaration {
  const named = declaration?.mode ?? given(env, "TLS_MODE") ?? parameters?.get("sslmode") ?? "disable";
  const mode = TLS_MODES.find((known) => known === named);
  if (mode === undefined) invalid("tls mode", `Write one of ${TLS_MODES.join(", ")}.`, diagnostics);
  const caFile = declaration?.caFile ?? given(env, "TLS_CA_FILE") ?? parameters?.get("sslrootcert") ?? undefined;
  const certFile = declaration?.certFile ?? given(env, "TLS_CERT_FILE") ?? parameters?.get("sslcert") ?? undefined;
  const keyFile = declaration?.keyFile ?? given(env, "TLS_KEY_FILE") ?? parameters?.get("sslkey") ?? undefined;
  return {
    mode: mode ?? "disable",
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}

function invalid(name: string, detail: string, diagnostics: Diagnostic[]): void {
  diagnostics.push(
    errorDiagnostic({
      code: "CONNECTION_SETTING_INVALID",
      summary: `The connection's ${name} is not usable`,
      detail,
      path: ["connection", name],
    }),
  );
}
