import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { errorText, type DriverError } from "./errors";
import type { ConnectionSettings } from "./settings";

/** How far a connection attempt came before it failed. */
export interface ConnectionProgress {
  /** The TCP connection was established. */
  readonly tcp: boolean;
  /** The server's MySQL greeting arrived. */
  readonly greeted: boolean;
}

interface Explanation {
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly transient: boolean;
}

/** Why a connection could not be made and what to do: one diagnostic, and whether trying again may help. */
export function explainConnectionFailure(
  error: DriverError,
  settings: ConnectionSettings,
  progress: ConnectionProgress,
): { readonly diagnostic: Diagnostic; readonly transient: boolean } {
  const { code, summary, detail, transient } = explain(error, settings, progress);
  return { diagnostic: errorDiagnostic({ code: `GREPTIMEDB_${code}`, summary, detail }), transient };
}

function explain(error: DriverError, settings: ConnectionSettings, progress: ConnectionProgress): Explanation {
  const where = `${settings.host}:${settings.port}`;
  return (
    byNumber(error, settings, where) ??
    byTls(error, settings, where) ??
    byNetwork(error, where) ??
    byProgress(error, settings, progress, where)
  );
}

function byNumber(error: DriverError, settings: ConnectionSettings, where: string): Explanation | undefined {
  switch (error.errno) {
    case 1698:
    case 1045:
    case 1044:
    case 1449:
      return permanent(
        "LOGIN_REFUSED",
        `GreptimeDB at ${where} refused the login`,
        `User ${quoted(settings.user)}, ${settings.password === undefined ? "no password given" : "with a password"}. Check the user and the password (TOPOFORM_GREPTIMEDB_USER, TOPOFORM_GREPTIMEDB_PASSWORD).`,
      );
    case 1251:
      return permanent(
        "LOGIN_METHOD_REFUSED",
        `GreptimeDB at ${where} wants another way to log in`,
        "The server's user provider does not support mysql_native_password for this user. Use another user, or another verifier in the server's user file.",
      );
    case 1102:
      return permanent(
        "DATABASE_NOT_FOUND",
        `The database ${quoted(settings.database)} does not exist on ${where}`,
        "Create it (CREATE DATABASE) or connect to another one, e.g. public.",
      );
    case 1298:
      return permanent(
        "NOT_GREPTIMEDB",
        `The server at ${where} is not GreptimeDB`,
        "It does not know the time zone UTC (error 1298), as a MySQL server without time zone tables. Check host and port: GreptimeDB's MySQL port is 4002 by default.",
      );
    case 1049:
      return permanent(
        "NOT_GREPTIMEDB",
        `The server at ${where} is not GreptimeDB`,
        `It answers as MySQL does (error 1049 for the database ${quoted(settings.database)}). Check host and port: GreptimeDB's MySQL port is 4002 by default.`,
      );
    default:
      return undefined;
  }
}

const UNTRUSTED: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_UNTRUSTED",
]);

function byTls(error: DriverError, settings: ConnectionSettings, where: string): Explanation | undefined {
  const text = `${error.code ?? ""} ${error.message}`;
  if (error.code === "HANDSHAKE_NO_SSL_SUPPORT") {
    return permanent(
      "TLS_NOT_OFFERED",
      `The server at ${where} offers no TLS`,
      "Enable it on the frontend ([mysql.tls] mode, cert_path, key_path), or set the TLS mode to disable.",
    );
  }
  if (error.code === "ERR_TLS_CERT_ALTNAME_INVALID" || error.message.includes("does not match certificate")) {
    return permanent(
      "TLS_HOST_MISMATCH",
      `The certificate of ${where} is for another host`,
      `Connect by a name that stands in the certificate, or have ${settings.host} added to it. Mode verify-ca checks the authority but not the name.`,
    );
  }
  if (
    [...UNTRUSTED].some((code) => text.includes(code)) ||
    /self[- ]signed certificate|unable to (verify|get)/i.test(text)
  ) {
    return permanent(
      "TLS_UNTRUSTED",
      `The certificate of ${where} comes from an unknown authority`,
      `Give the authority's PEM file as TLS CA file (TOPOFORM_GREPTIMEDB_TLS_CA_FILE)${settings.tls.caFile === undefined ? "" : `; ${settings.tls.caFile} does not vouch for it`}.`,
    );
  }
  if (text.includes("CERT_HAS_EXPIRED") || /certificate has expired/i.test(text)) {
    return permanent("TLS_EXPIRED", `The certificate of ${where} has expired`, "Renew it on the frontend.");
  }
  if (error.code === "TLS_FILE_UNREADABLE")
    return permanent("TLS_FILE_UNREADABLE", "A TLS file cannot be read", error.message);
  if (/^(ERR_SSL|ERR_TLS|ERR_OSSL)/.test(error.code ?? "")) {
    return permanent(
      "TLS_FAILED",
      `TLS with ${where} failed`,
      `${error.message}. Check the TLS mode and the client certificate and key, if the server asks for them.`,
    );
  }
  return undefined;
}

function byNetwork(error: DriverError, where: string): Explanation | undefined {
  switch (error.code) {
    case "ECONNREFUSED":
      return passing(
        "UNREACHABLE",
        `Nothing listens on ${where}`,
        "Check host and port, and that the frontend is running. GreptimeDB's MySQL port is 4002 by default.",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_FAIL":
      return {
        ...permanent(
          "HOST_UNKNOWN",
          `The host name of ${where} cannot be resolved`,
          "Check its spelling, and DNS on this machine.",
        ),
        transient: error.code === "EAI_AGAIN",
      };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
      return passing(
        "UNREACHABLE",
        `${where} cannot be reached from here`,
        "Check the address, the network and the firewall between here and the frontend.",
      );
    case "EACCES":
    case "EPERM":
      return permanent("UNREACHABLE", `This machine does not let a connection to ${where} out`, "Check its firewall.");
    default:
      return undefined;
  }
}

function byProgress(
  error: DriverError,
  settings: ConnectionSettings,
  progress: ConnectionProgress,
  where: string,
): Explanation {
  const seconds = settings.connectTimeoutMs / 1000;
  if (error.code === "ETIMEDOUT" && !progress.tcp) {
    return passing(
      "UNREACHABLE",
      `${where} did not accept a connection within ${seconds} s`,
      "Check the address and the firewall between here and the frontend; raise connect_timeout_seconds for slow networks.",
    );
  }
  if (error.code === "ETIMEDOUT" && !progress.greeted) {
    return permanent(
      "WRONG_PORT",
      `${where} accepts connections but does not speak MySQL`,
      `No greeting came within ${seconds} s. GreptimeDB's HTTP (4000), gRPC (4001) and PostgreSQL (4003) ports behave like this: use the MySQL port, 4002 by default.`,
    );
  }
  if (error.code === "ETIMEDOUT") {
    return passing(
      "UNREACHABLE",
      `${where} did not finish the login within ${seconds} s`,
      "The frontend is overloaded or waits for its user provider. Try again, or raise connect_timeout_seconds.",
    );
  }
  if (!progress.greeted) {
    return passing(
      "WRONG_PORT",
      `${where} is not a MySQL port, or its server is just starting`,
      `It broke the connection off before any greeting (${error.code ?? error.message}). Check the port: GreptimeDB's MySQL port is 4002 by default.`,
    );
  }
  return passing(
    "CONNECTION_FAILED",
    `The connection to ${where} failed`,
    `${errorText(error.message)}. Check the frontend's log.`,
  );
}

function permanent(code: string, summary: string, detail: string): Explanation {
  return { code, summary, detail, transient: false };
}

function passing(code: string, summary: string, detail: string): Explanation {
  return { code, summary, detail, transient: true };
}

function quoted(text: string): string {
  return text === "" ? "(none)" : `"${text}"`;
}
