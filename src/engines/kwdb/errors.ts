import { isNativeError } from "node:util/types";
import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { PortError } from "../port";
import { KNOWN_ERRORS } from "./error-catalogue";
import type { ErrorNature, KnownError } from "./known-error";

/** What the driver throws: pg's own shape, as far as it is used. */
export interface DriverError {
  /** SQLSTATE of the server (`22023`, `XXUUU`), or a system or TLS code (`ECONNRESET`). */
  readonly code?: string | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface ClassifiedError {
  readonly nature: ErrorNature | "connection-lost";
  readonly diagnostic: Diagnostic;
}

const CONNECTION_CODES: ReadonlySet<string> = new Set([
  "NO_ANSWER",
  "CONNECTION_LOST",
  "ECONNRESET",
  "EPIPE",
  "ECONNABORTED",
  "ETIMEDOUT",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);
const CONNECTION_TEXTS: readonly string[] = [
  "Connection terminated",
  "Client has encountered a connection error and is not queryable",
  "Client was closed and is not queryable",
];
/** Connection exceptions, lack of resources, operator intervention. */
const TRANSIENT_CLASSES: readonly string[] = ["08", "53", "57", "58"];

/** Whether the statement was cut off: it may or may not have taken effect. */
export function isConnectionLoss(error: DriverError): boolean {
  return (
    (error.code !== undefined && CONNECTION_CODES.has(error.code)) ||
    CONNECTION_TEXTS.some((text) => error.message.startsWith(text))
  );
}

/** What an error of a statement means. The server's own words and its hint stand in the diagnostic's detail. */
export function classify(error: DriverError, address?: string): ClassifiedError {
  const where = address === undefined ? {} : { address };
  if (isConnectionLoss(error)) {
    const silent = error.code === "NO_ANSWER";
    return {
      nature: "connection-lost",
      diagnostic: errorDiagnostic({
        code: silent ? "KWDB_NO_ANSWER" : "KWDB_CONNECTION_LOST",
        summary: silent ? "KWDB did not answer at all" : "The connection to KWDB was lost",
        detail: silent
          ? "A cluster that has lost the majority of its nodes never answers, not even with an error. Check the nodes (kwbase node status), then try again, or raise statement_timeout_seconds."
          : "The statement may or may not have taken effect. Check that the node is running, then try again.",
        ...where,
      }),
    };
  }
  const known = KNOWN_ERRORS.find((candidate) => fits(candidate, error));
  const words = `The server says: ${error.message}${error.code === undefined ? "" : ` (SQLSTATE ${error.code})`}`;
  if (known !== undefined) {
    return {
      nature: known.nature,
      diagnostic: errorDiagnostic({
        code: `KWDB_${known.code}`,
        summary: known.summary,
        detail: `${known.detail} ${words}`,
        ...where,
      }),
    };
  }
  return {
    nature: TRANSIENT_CLASSES.some((prefix) => error.code?.startsWith(prefix)) ? "transient" : "permanent",
    diagnostic: errorDiagnostic({
      code: "KWDB_STATEMENT_FAILED",
      summary: "KWDB refused a statement",
      detail: `${words}${error.hint === undefined ? "" : `. Hint: ${error.hint}`}`,
      ...where,
    }),
  };
}

function fits({ sqlstate, contains }: KnownError, error: DriverError): boolean {
  if (sqlstate !== undefined && sqlstate !== error.code) return false;
  return contains === undefined || [contains].flat().some((text) => error.message.includes(text));
}

/** A statement that failed on the server or on its way. */
export class StatementError extends PortError {
  readonly nature: ClassifiedError["nature"];
  readonly serverText: string;
  /** SQLSTATE or the driver's code. */
  readonly serverCode: string | undefined;

  constructor(error: DriverError, address?: string) {
    const { nature, diagnostic } = classify(error, address);
    super(diagnostic, nature !== "permanent" && nature !== "not-admin", true);
    this.name = "StatementError";
    this.nature = nature;
    this.serverText = error.message;
    this.serverCode = error.code;
  }
}

/** Narrows what was thrown to what the driver throws; programming errors pass through. */
export function asDriverError(thrown: unknown): DriverError {
  if (!isNativeError(thrown)) throw thrown;
  const { code, hint } = thrown as { code?: unknown; hint?: unknown };
  return {
    message: thrown.message,
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof hint === "string" ? { hint } : {}),
  };
}
