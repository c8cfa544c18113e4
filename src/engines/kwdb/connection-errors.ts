import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import type { DriverError } from "./errors";
import type { ConnectionSettings, Endpoint } from "./settings";

interface Explanation {
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly transient: boolean;
}

/** How far a connection attempt came before it failed. */
export interface ConnectionProgress {
  /** The TCP connection was established. */
  readonly tcp: boolean;
}

/** Why a connection could not be made and what to do: one diagnostic, and whether trying again may help. */
export function explainConnectionFailure(
  error: DriverError,
  endpoint: Endpoint,
  settings: ConnectionSettings,
  progress: ConnectionProgress,
): { readonly diagnostic: Diagnostic; readonly transient: boolean } {
  const where = `${endpoint.host}:${endpoint.port}`;
  const { code, summary, detail, transient } =
    byServer(error, settings, where) ??
    byTls(error, endpoint, settings, where) ??
    byNetwork(error, where) ??
    byProgress(error, settings, progress, where);
  return { diagnostic: errorDiagnostic({ code: `KWDB_${code}`, summary, detail }), transient };
}

/** Authentication errors carry XXUUU, so that their texts decide. */
function byServer(error: DriverError, settings: ConnectionSettings, where: string): Explanation | undefined {
  const says = (text: string): boolean => error.message.includes(text);
  const given = `User "${settings.user}", ${settings.password === undefined ? "no password given" : "with a password"}`;
  if (
    says("password authentication failed") ||
    says("does not have login privilege") ||
    error.code === "28P01" ||
    error.code === "28000"
  ) {
    return permanent(
      "LOGIN_REFUSED",
      `KWDB at ${where} refused the login`,
      `${given}. Check the user and the password (TOPOFORM_KWDB_USER, TOPOFORM_KWDB_PASSWORD), or the client certificate, whose common name is the user. The server says: ${error.message}.`,
    );
  }
  if (says("password is expired")) {
    return permanent(
      "PASSWORD_EXPIRED",
      `The password of "${settings.user}" has expired`,
      "Have an administrator set a new one (ALTER USER … WITH PASSWORD), then try again.",
    );
  }
  if (says("client password must be a string")) {
    return permanent(
      "LOGIN_REFUSED",
      `The server at ${where} asks for a password`,
      `${given}. Set TOPOFORM_KWDB_PASSWORD. A server that asks by SCRAM is PostgreSQL, not KWDB: check host and port.`,
    );
  }
  if (
    says("node is running secure mode, SSL connection required") ||
    says("SSL connection is required") ||
    says("requires SSL")
  ) {
    return permanent(
      "TLS_REQUIRED",
      `KWDB at ${where} takes encrypted connections only`,
      "Set the TLS mode to verify-full and give the CA file (TOPOFORM_KWDB_TLS_MODE, TOPOFORM_KWDB_TLS_CA_FILE).",
    );
  }
  if (says("too many clients already") || says("remaining connection slots are reserved")) {
    return passing(
      "TOO_MANY_CONNECTIONS",
      `KWDB at ${where} has too many connections`,
      "Close some, connect to another node, or raise server.sql_connections.max_limit.",
    );
  }
  if (error.code === "57P01" || says("server is not accepting clients") || says("server is shutting down")) {
    return passing(
      "SHUTTING_DOWN",
      `The node at ${where} is shutting down`,
      "Connect to another node, or wait until it is back.",
    );
  }
  return undefined;
}

function byTls(
  error: DriverError,
  endpoint: Endpoint,
  settings: ConnectionSettings,
  where: string,
): Explanation | undefined {
  const text = `${error.code ?? ""} ${error.message}`;
  if (error.message.includes("The server does not support SSL connections")) {
    return permanent(
      "TLS_NOT_OFFERED",
      `The server at ${where} offers no TLS`,
      "It runs insecurely. Start it with certificates, or set the TLS mode to disable.",
    );
  }
  if (error.code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return permanent(
      "TLS_HOST_MISMATCH",
      `The certificate of ${where} is for another host`,
      `Connect by a name that stands in the certificate, or have ${endpoint.host} added to it. Mode verify-ca checks the authority but not the name.`,
    );
  }
  if (
    /DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|CERT_UNTRUSTED|self[- ]signed certificate|unable to (verify|get)/i.test(
      text,
    )
  ) {
    return permanent(
      "TLS_UNTRUSTED",
      `The certificate of ${where} comes from an unknown authority`,
      `Give the authority's PEM file (ca.crt) as TLS CA file (TOPOFORM_KWDB_TLS_CA_FILE)${settings.tls.caFile === undefined ? "" : `; ${settings.tls.caFile} does not vouch for it`}.`,
    );
  }
  if (/CERT_HAS_EXPIRED|certificate has expired/i.test(text)) {
    return permanent("TLS_EXPIRED", `The certificate of ${where} has expired`, "Renew it on the node.");
  }
  if (error.code === "TLS_FILE_UNREADABLE")
    return permanent("TLS_FILE_UNREADABLE", "A TLS file cannot be read", error.message);
  if (
    /^(ERR_SSL|ERR_TLS|ERR_OSSL)/.test(error.code ?? "") ||
    error.message.includes("There was an error establishing an SSL connection")
  ) {
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
        "Check host and port, and that the node is running. KWDB's SQL port is 26257 by default.",
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
        `There is no way to ${where}`,
        "Check the network, and firewalls between here and there.",
      );
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
  const wait = settings.connectTimeoutMs / 1000;
  const timedOut = error.code === "ETIMEDOUT" || error.code === "NO_ANSWER" || error.message.includes("timeout");
  if (timedOut && !progress.tcp) {
    return passing(
      "UNREACHABLE",
      `${where} does not answer within ${wait} s`,
      "Check host and port, the network and firewalls between here and there.",
    );
  }
  if (timedOut) {
    return passing(
      "WRONG_PORT",
      `${where} accepts connections but does not greet as KWDB`,
      `No answer to the login came within ${wait} s. KWDB's HTTP port (8080) behaves like this: use the SQL port, 26257 by default. A cluster without a majority of its nodes may do so too.`,
    );
  }
  if (error.message.startsWith("Connection terminated") || error.code === "ECONNRESET" || error.code === "EPIPE") {
    return passing(
      "WRONG_PORT",
      `${where} is not KWDB's SQL port, or its node is just starting`,
      `It broke the connection off during the login (${error.message}). Check the port: 26257 by default.`,
    );
  }
  return passing("CONNECTION_FAILED", `The connection to ${where} failed`, `${error.message}. Check the node's log.`);
}

function permanent(code: string, summary: string, detail: string): Explanation {
  return { code, summary, detail, transient: false };
}

function passing(code: string, summary: string, detail: string): Explanation {
  return { code, summary, detail, transient: true };
}
