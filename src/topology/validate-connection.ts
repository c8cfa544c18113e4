import type { ConnectionDeclaration, TlsDeclaration } from "./connection";
import { show, type Finding } from "./validation";

type IsUnresolved = (value: unknown) => boolean;

/** What is wrong with how a cluster is reached. `usualPort`: `GreptimeDB's MySQL port is 4002 by default`. */
export function connectionFindings(
  connection: ConnectionDeclaration,
  usualPort: string,
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  const findings: Finding[] = [];
  const { port, tls } = connection;
  if (typeof port === "number" && !isUnresolved(port) && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    const detail = `The port is ${show(port)}. Allowed: 1 to 65535; ${usualPort}.`;
    findings.push({ code: "CONNECTION_PORT_OUT_OF_RANGE", summary: "Port out of range", detail, path: ["connection", "port"] });
  }
  const timeouts = { connect_timeout_seconds: connection.connectTimeoutSeconds, statement_timeout_seconds: connection.statementTimeoutSeconds };
  for (const [name, seconds] of Object.entries(timeouts)) {
    if (seconds === undefined || isUnresolved(seconds) || (Number.isFinite(seconds) && seconds > 0)) continue;
    const detail = `${name} is ${show(seconds)}. Allowed: numbers above 0. Leave it out for the default.`;
    findings.push({ code: "CONNECTION_TIMEOUT_OUT_OF_RANGE", summary: "Timeout out of range", detail, path: ["connection", name] });
  }
  return tls === undefined || isUnresolved(tls) ? findings : [...findings, ...tlsFindings(tls, isUnresolved)];
}

function tlsFindings(tls: TlsDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const findings: Finding[] = [];
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    const [given, missing] = tls.certFile === undefined ? ["key_file", "cert_file"] : ["cert_file", "key_file"];
    const detail = `${given} is given without ${missing}. A client certificate needs both; add ${missing} or remove ${given}.`;
    findings.push({ code: "CONNECTION_TLS_PAIR", summary: "Client certificate without its other half", detail, path: ["connection", "tls", given ?? ""] });
  }
  const files = tls.caFile ?? tls.certFile ?? tls.keyFile;
  if (!isUnresolved(tls.mode) && tls.mode === "disable" && files !== undefined) {
    const detail = "TLS files are given, but the mode is disable, so that they are not used. Set the mode to verify-full or remove the files.";
    findings.push({ code: "CONNECTION_TLS_UNUSED", summary: "TLS files without TLS", detail, path: ["connection", "tls", "mode"] });
  }
  return findings;
}
