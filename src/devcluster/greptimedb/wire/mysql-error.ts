import { ServerError, type StatusCode } from "../model/types";
import type { ServerVersion } from "../server-version";

/** An error as the protocol sends it. */
export interface MysqlError {
  readonly errno: number;
  readonly sqlstate: string;
  readonly message: string;
}

/** An error that is not worded as a status of the server (`Unknown database 'x'`). */
export class ProtocolError extends Error implements MysqlError {
  constructor(readonly errno: number, readonly sqlstate: string, message: string) {
    super(message);
  }
}

/** The server's thread panicked: the client sees the connection close. */
export class ConnectionAborted extends Error {}

const ERRNO: Readonly<Record<StatusCode, number>> = {
  InvalidSyntax: 1149, InvalidArguments: 1210, Unsupported: 1235, Unexpected: 1815, Internal: 1815, IllegalState: 1815, PlanQuery: 1815, EngineExecuteQuery: 1815,
  RegionNotReady: 1815, RegionBusy: 1815, TableUnavailable: 1815, StorageUnavailable: 1815, Unknown: 1105, Cancelled: 1317, DeadlineExceeded: 1317,
  TableAlreadyExists: 1050, TableNotFound: 1146, RegionNotFound: 1146, TableColumnNotFound: 1054, TableColumnExists: 1060, DatabaseNotFound: 1102,
  DatabaseAlreadyExists: 1007, RegionReadonly: 1836, AccessDenied: 1045, PermissionDenied: 1045,
};

const SQLSTATE: Readonly<Record<number, string>> = { 1149: "42000", 1235: "42000", 1102: "42000", 1317: "70100", 1050: "42S01", 1146: "42S02", 1054: "42S22", 1060: "42S21", 1045: "28000" };

/** gRPC's words for the statuses that come from other nodes. */
function tonicText(status: StatusCode): string {
  switch (status) {
    case "InvalidArguments": case "InvalidSyntax": return "Client specified an invalid argument";
    case "Cancelled": return "The operation was cancelled";
    case "DeadlineExceeded": return "Deadline expired before operation could complete";
    case "TableAlreadyExists": case "TableColumnExists": case "DatabaseAlreadyExists": return "Some entity that we attempted to create already exists";
    case "TableNotFound": case "RegionNotFound": case "TableColumnNotFound": case "DatabaseNotFound": return "Some requested entity was not found";
    case "RegionNotReady": case "StorageUnavailable": case "TableUnavailable": return "The service is currently unavailable";
    case "AccessDenied": case "PermissionDenied": return "The caller does not have permission to execute the specified operation";
    case "Unsupported": return "Operation is not implemented or not supported";
    default: return "Internal error";
  }
}

/** The error's text with what the version adds to errors of other nodes. */
export function errorText(error: ServerError, version: ServerVersion): string {
  const masked = error.status === "Internal" ? "Internal error: 1003" : error.status === "Unknown" ? "Internal error: 1000" : error.message;
  if (error.origin === "frontend" || !version.remoteErrorSuffix || masked !== error.message) return masked;
  return `${masked}, code: ${error.status}, tonic code: ${tonicText(error.status)}`;
}

/** Any failure of a statement as the client sees it. */
export function toMysqlError(error: unknown, version: ServerVersion): MysqlError {
  if (error instanceof ProtocolError) return { errno: error.errno, sqlstate: error.sqlstate, message: error.message };
  if (!(error instanceof ServerError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { errno: 1815, sqlstate: "HY000", message: `(Unexpected): The emulator failed: ${message}` };
  }
  const text = errorText(error, version);
  if (!version.errorStatus) return { errno: 1815, sqlstate: "HY000", message: text };
  const errno = ERRNO[error.status];
  return { errno, sqlstate: SQLSTATE[errno] ?? "HY000", message: `(${error.status}): ${text}` };
}
