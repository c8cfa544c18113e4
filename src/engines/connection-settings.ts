import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { ConnectionDeclaration, Setting, TlsDeclaration } from "../topology/connection";
import { Secret } from "../topology/secret";

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a connection needs beside the host, resolved. */
export interface CommonSettings {
  readonly user: string;
  readonly password: Secret | undefined;
  readonly database: string;
  readonly tls: TlsDeclaration;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** All of it; an engine may read several hosts out of one text. */
export interface HostSettings extends CommonSettings {
  readonly host: string;
  readonly port: number;
}

export type Resolved<S> =
  | { readonly kind: "resolved"; readonly settings: S }
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] };

/** How the settings of one engine are called, and what they are when nobody says. */
export interface SettingNames {
  /** What its environment variables begin with: `TOPOFORM_KWDB_`. */
  readonly prefix: string;
  /** Protocols of its connection URL, e.g. `mysql:`. */
  readonly protocols: readonly string[];
  readonly urlExample: string;
  /** Names of the URL's parameters; without them TLS is not set by the URL. */
  readonly tlsParameters?: { readonly mode: string; readonly caFile: string; readonly certFile: string; readonly keyFile: string };
  readonly port: number;
  /** Said of a port that is none: `KWDB's SQL port is 26257 by default.` */
  readonly portHint: string;
  readonly user: string;
  readonly database: string;
}

const DEFAULT_HOST = "127.0.0.1";
const CONNECT_SECONDS = 10;
const STATEMENT_SECONDS = 60;
const TLS_MODES = ["disable", "require", "verify-ca", "verify-full"] as const;

/**
 * Where every value comes from, in this order: the declaration, its own variable (`<prefix>HOST`, …), the URL in `<prefix>URL`, the
 * default. A variable that a declaration names must be set. Adds all problems to `diagnostics`, none of which has the value of a secret;
 * the settings must not be used when there is one.
 */
export function readSettings(names: SettingNames, declaration: ConnectionDeclaration, env: Environment, diagnostics: Diagnostic[]): HostSettings {
  const given = givenBy(names, env);
  const url = parseUrl(names, env, diagnostics);
  const text = (name: string, setting: Setting<string> | undefined, variable: string): string | undefined =>
    declared<string>(name, setting, env, diagnostics) ?? given(variable);
  const milliseconds = (name: string, value: number | undefined, byDefault: number): number =>
    positive(name, value ?? given(name.toUpperCase()) ?? byDefault, diagnostics) * 1000;

  const password = declared<string>("password", declaration.password, env, diagnostics) ?? env[`${names.prefix}PASSWORD`] ?? url.password;
  return {
    host: text("host", declaration.host, "HOST") ?? url.host ?? DEFAULT_HOST,
    port: portNumber(names, declared("port", declaration.port, env, diagnostics) ?? given("PORT") ?? url.port ?? names.port, diagnostics),
    user: text("user", declaration.user, "USER") ?? url.user ?? names.user,
    password: password === undefined || password === "" ? undefined : new Secret(password),
    database: text("database", declaration.database, "DATABASE") ?? url.database ?? names.database,
    tls: tlsOf(names, declaration.tls, env, url.parameters, diagnostics),
    connectTimeoutMs: milliseconds("connect_timeout_seconds", declaration.connectTimeoutSeconds, CONNECT_SECONDS),
    statementTimeoutMs: milliseconds("statement_timeout_seconds", declaration.statementTimeoutSeconds, STATEMENT_SECONDS),
  };
}

/** The settings, when there was no problem. */
export function resolved<S>(settings: S, diagnostics: readonly Diagnostic[]): Resolved<S> {
  return diagnostics.length === 0 ? { kind: "resolved", settings } : { kind: "invalid", diagnostics };
}

/** A port as a number. */
export function portNumber({ portHint }: Pick<SettingNames, "portHint">, value: string | number, diagnostics: Diagnostic[]): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65535) invalid("port", `Write a number from 1 to 65535; ${portHint}`, diagnostics);
  return port;
}

/** Says that a setting of the connection cannot be used. */
export function invalid(name: string, detail: string, diagnostics: Diagnostic[]): void {
  diagnostics.push(
    errorDiagnostic({
      code: "CONNECTION_SETTING_INVALID",
      summary: `The connection's ${name} is not usable`,
      detail,
      path: ["connection", name],
    }),
  );
}

function givenBy({ prefix }: SettingNames, env: Environment): (variable: string) => string | undefined {
  return (variable) => {
    const value = env[prefix + variable];
    return value === "" ? undefined : value;
  };
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

interface UrlParts {
  readonly host?: string;
  readonly port?: string;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly parameters?: URLSearchParams;
}

function parseUrl({ prefix, protocols, urlExample }: SettingNames, env: Environment, diagnostics: Diagnostic[]): UrlParts {
  const text = env[`${prefix}URL`];
  if (text === undefined || text === "") return {};
  try {
    const url = new URL(text);
    if (!protocols.includes(url.protocol) || url.hostname === "") throw new TypeError("not such a URL");
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
        summary: `${prefix}URL is not a connection URL`,
        detail: `Write it with protocol, user, password, host, port and database, as ${urlExample}; special characters in user and password percent-encoded.`,
      }),
    );
    return {};
  }
}

function positive(name: string, value: string | number, diagnostics: Diagnostic[]): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) invalid(name, "Write a number of seconds above 0.", diagnostics);
  return number;
}

function tlsOf(
  names: SettingNames,
  declaration: TlsDeclaration | undefined,
  env: Environment,
  parameters: URLSearchParams | undefined,
  diagnostics: Diagnostic[],
): TlsDeclaration {
  const given = givenBy(names, env);
  const inUrl = (key: "mode" | "caFile" | "certFile" | "keyFile"): string | undefined =>
    names.tlsParameters === undefined ? undefined : (parameters?.get(names.tlsParameters[key]) ?? undefined);
  const named = declaration?.mode ?? given("TLS_MODE") ?? inUrl("mode") ?? "disable";
  const mode = TLS_MODES.find((known) => known === named);
  if (mode === undefined) invalid("tls mode", `Write one of ${TLS_MODES.join(", ")}.`, diagnostics);
  const caFile = declaration?.caFile ?? given("TLS_CA_FILE") ?? inUrl("caFile");
  const certFile = declaration?.certFile ?? given("TLS_CERT_FILE") ?? inUrl("certFile");
  const keyFile = declaration?.keyFile ?? given("TLS_KEY_FILE") ?? inUrl("keyFile");
  return {
    mode: mode ?? "disable",
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}
