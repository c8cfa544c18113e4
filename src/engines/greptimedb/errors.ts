import { isNativeError } from "node:util/types";
import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { PortError, type ProcedureCause } from "../port";
import { KNOWN_ERRORS, UNANSWERED_BY_METASRV, type ErrorNature } from "./error-catalogue";

/** What the driver throws: mysql2's own shape, as far as it is used. */
export interface DriverError {
  /** MySQL error number from the server; a negative system number for network errors; absent for the driver's own. */
  readonly errno?: number | undefined;
  /** `ER_…`, `ECONNRESET`, `PROTOCOL_CONNECTION_LOST`, … */
  readonly code?: string | undefined;
  readonly message: string;
}

export interface ClassifiedError {
  readonly nature: ErrorNature | "connection-lost";
  readonly diagnostic: Diagnostic;
}

const CONNECTION_CODES: ReadonlySet<string> = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "STATEMENT_TIMEOUT",
  "SESSION_CLOSED",
  "ECONNRESET",
  "EPIPE",
  "ECONNABORTED",
  "ERR_STREAM_DESTROYED",
]);

/** Server errors that may pass: 1815 covers nearly everything inside a cluster, the others are limits and cancellations. */
const TRANSIENT_NUMBERS: ReadonlySet<number> = new Set([1815, 1105, 1317, 1053, 1041, 1637, 1836]);

/** Whether the statement was cut off: it may or may not have taken effect. */
export function isConnectionLoss(error: DriverError): boolean {
  return error.code !== undefined && CONNECTION_CODES.has(error.code);
}

/**
 * What an error of a statement means, in every shape that the versions give it. The server's own words stand in the
 * diagnostic's detail, without its wrapping.
 */
export function classify(error: DriverError, address?: string): ClassifiedError {
  const where = address === undefined ? {} : { address };
  if (isConnectionLoss(error)) {
    const timeout = error.code === "STATEMENT_TIMEOUT" || error.code === "PROTOCOL_SEQUENCE_TIMEOUT";
    return {
      nature: "connection-lost",
      diagnostic: errorDiagnostic({
        code: timeout ? "GREPTIMEDB_STATEMENT_TIMEOUT" : "GREPTIMEDB_CONNECTION_LOST",
        summary: timeout ? "GreptimeDB did not answer in time" : "The connection to GreptimeDB was lost",
        detail: timeout
          ? "The statement may still take effect. Try again, or raise statement_timeout_seconds."
          : "The statement may or may not have taken effect. Check that the frontend is running, then try again.",
        ...where,
      }),
    };
  }
  const text = errorText(error.message);
  const known = KNOWN_ERRORS.find((candidate) => candidate.contains.some((part) => error.message.includes(part)));
  if (known !== undefined) {
    return {
      nature: known.nature,
      diagnostic: errorDiagnostic({
        code: `GREPTIMEDB_${known.code}`,
        summary: known.summary,
        detail: `${known.detail} The server says: ${text}`,
        ...where,
      }),
    };
  }
  const transient = error.errno !== undefined && TRANSIENT_NUMBERS.has(error.errno);
  return {
    nature: transient ? "transient" : "permanent",
    diagnostic: errorDiagnostic({
      code: "GREPTIMEDB_STATEMENT_FAILED",
      summary: "GreptimeDB refused a statement",
      detail: `The server says: ${text}${error.errno === undefined ? "" : ` (error ${error.errno})`}`,
      ...where,
    }),
  };
}

/** The server's words without status, wrapping and gRPC codes: `(Unexpected): Failed to execute admin function f: Execution error: x, code: …` is `x`. */
export function errorText(message: string): string {
  return message
    .replace(/^\([A-Z][A-Za-z]+\): /, "")
    .replace(/^Failed to execute admin function \w+: /, "")
    .replace(/^Execution error: /, "")
    .replace(/, code: \w+, tonic code: [^,]*$/, "");
}

/** What a text of procedure_state's `error` says. */
export function procedureCause(text: string): ProcedureCause {
  const known = KNOWN_ERRORS.find((candidate) => candidate.contains.some((part) => text.includes(part)));
  switch (known?.code) {
    case "NO_SHARED_STORAGE":
      return "no-shared-storage";
    case "REGION_GONE":
      return "region-gone";
    default:
      return "other";
  }
}

/** A statement that failed on the server or on its way: what a session rejects with. `message` of the server in `serverText`. */
export class StatementError extends PortError {
  readonly nature: ClassifiedError["nature"];
  readonly serverText: string;
  /** The driver's code, e.g. `STATEMENT_TIMEOUT`. */
  readonly driverCode: string | undefined;

  constructor(error: DriverError) {
    const { nature, diagnostic } = classify(error);
    super(diagnostic, nature === "transient" || nature === "connection-lost" || nature === "busy", true);
    this.name = "StatementError";
    this.nature = nature;
    this.serverText = error.message;
    this.driverCode = error.code;
  }
}

/** Whether a change that failed like this may have taken effect all the same: its answer was lost, on the way to us or behind the frontend. */
export function isAnswerLost({ nature, serverText }: StatementError): boolean {
  return nature === "connection-lost" || UNANSWERED_BY_METASRV.some((part) => serverText.includes(part));
}

/** Narrows what was thrown to what the driver throws; programming errors pass through. */
export function asDriverError(thrown: unknown): DriverError {
  if (!isNativeError(thrown)) throw thrown;
  const { errno, code } = thrown as { errno?: unknown; code?: unknown };
  return {
    message: thrown.message,
    ...(typeof errno === "number" ? { errno } : {}),
    ...(typeof code === "string" ? { code } : {}),
  };
}
