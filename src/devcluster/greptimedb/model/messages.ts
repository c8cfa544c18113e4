import { printRegionId } from "./region-id";
import { ServerError } from "./types";
import type { Settings } from "./options";

/*
 * The texts of refusals, word for word as servers give them; those marked "derived" were read from the server's
 * sources or are the closest known text, the others were observed on 1.0.2 and 1.1.4.
 */

export const peerUnavailable = (peer: bigint): ServerError =>
  new ServerError("Unexpected", `The target peer is unavailable temporally: ${peer}`, "metasrv");

export const samePeers = (): ServerError =>
  new ServerError("InvalidArguments", "Invalid arguments: The `from_peer_id` can't equal `to_peer_id`", "metasrv");

export const anotherMigration = (region: bigint): ServerError =>
  new ServerError("Unexpected", `Another migration procedure is running for region: ${printRegionId(region)}`, "metasrv");

export const routeNotFound = (what: number | bigint): ServerError =>
  new ServerError("Unexpected", `Failed to find table route for ${typeof what === "number" ? what : printRegionId(what)}`, "metasrv");

export const alreadyMigrated = (region: bigint, target: bigint): ServerError =>
  new ServerError("Unexpected", `The region migration procedure is completed for region: ${printRegionId(region)}, target_peer: ${target}`, "metasrv");

export function leaderChanged(settings: Settings, region: bigint, leader: bigint | null, from: bigint): ServerError {
  if (settings.traits.wrongLeaderText === "argument") {
    return new ServerError("InvalidArguments", "Invalid arguments: Invalid region migration `from_peer` argument", "metasrv");
  }
  const text = `Region's leader peer changed: Region's leader peer(${leader ?? "None"}) is not the \`from_peer\`(${from}), region: ${printRegionId(region)}`;
  return new ServerError("InvalidArguments", text, "metasrv");
}

export function logicalTable(region: bigint, from: string, to: string): ServerError {
  const text = `Unexpected, violated: Trying to execute region migration on the logical table, task region: ${printRegionId(region)}, from_peer: ${from}, to_peer: ${to}, trigger_reason: Manual`;
  return new ServerError("Unexpected", text, "metasrv");
}

export const migrationAborted = (reason: string): ServerError =>
  new ServerError("Unexpected", `The region migration procedure aborted, reason: ${reason}`, "metasrv");

export const exceededDeadline = (operation: string): ServerError =>
  new ServerError("Unexpected", `Exceeded deadline, operation: ${operation}`, "metasrv");

export const mailboxClosed = (peer: bigint): ServerError =>
  new ServerError("Unexpected", `Mailbox channel closed: Datanode-${peer}`, "metasrv");

export const pusherNotFound = (peer: bigint): ServerError =>
  new ServerError("Unexpected", `Pusher not found: Datanode-${peer}`, "metasrv");

const debugPeer = (peer: bigint, address: string): string => `Peer { id: ${peer}, addr: "${address}" }`;

/** Rust's way to print a duration: `10.003112528s`, `5.890577ms`. */
export const debugDuration = (ms: number): string => (ms >= 1_000 ? `${trimZeros((ms / 1_000).toFixed(9))}s` : `${trimZeros(ms.toFixed(6))}ms`);
const trimZeros = (text: string): string => text.replace(/\.?0+$/, "");

export function openTimedOut(region: bigint, peer: bigint, address: string, elapsedMs: number): ServerError {
  const text = `Expected to retry later, reason: Mailbox received timeout for open candidate region [${printRegionId(region)}] on datanode ${debugPeer(peer, address)}, elapsed: ${debugDuration(elapsedMs)}`;
  return new ServerError("Internal", text, "metasrv");
}

const objectStorageNeeded = (region: bigint): string =>
  `Region ${printRegionId(region)} does not satisfy requirement 'object storage': region data must be accessible from another datanode`;

export function notOpened(region: bigint, peer: bigint, address: string, elapsedMs: number): ServerError {
  const cause = `0: Unexpected, violated: Failed to open batch regions: 0: ${objectStorageNeeded(region)} at src/datanode/src/region_server.rs:1317:14`;
  const text = `Expected to retry later, reason: Region [${printRegionId(region)}] is not opened by datanode ${debugPeer(peer, address)}, error: Some("${cause}"), elapsed: ${debugDuration(elapsedMs)}`;
  return new ServerError("Internal", text, "metasrv");
}

export const repartitionNeedsObjectStorage = (region: bigint): ServerError =>
  new ServerError("InvalidArguments", objectStorageNeeded(region), "metasrv");

export const procedureNotFound = (id: string): ServerError => new ServerError("InvalidArguments", `Procedure not found: ${id}`, "metasrv");

/** Sic. */
export const managerPaused = (): ServerError => new ServerError("IllegalState", "Manager is pasued", "metasrv");

export const tooManyProcedures = (max: number): ServerError =>
  new ServerError("IllegalState", `Too many running procedures, max: ${max}`, "metasrv");

export const retriesExceeded = (id: string): ServerError =>
  new ServerError("IllegalState", `Procedure retry exceeded max times, procedure_id: ${id}`, "metasrv");

/** Derived. */
export const rollbacksExceeded = (id: string): ServerError =>
  new ServerError("IllegalState", `Procedure rollback exceeded max times, procedure_id: ${id}`, "metasrv");

export const unknownEngine = (engine: string): ServerError =>
  new ServerError("Unexpected", `Unexpected, violated: Unknown engine: ${engine}`, "datanode");

export const mergeModeInAppendMode = (lastRowIsAllowed: boolean): ServerError =>
  new ServerError("InvalidArguments", `Invalid region options, ${lastRowIsAllowed ? "only last_row merge_mode is allowed" : "merge_mode is not allowed"} when append_mode is enabled`, "datanode");

export const objectStoreNotFound = (name: string): ServerError =>
  new ServerError("InvalidArguments", `Object store not found: ${name}`, "datanode");

export const tableExists = (database: string, name: string): ServerError =>
  new ServerError("TableAlreadyExists", `Table already exists: \`greptime.${database}.${name}\``);

export const tableNotFound = (database: string, name: string): ServerError =>
  new ServerError("TableNotFound", `Table not found: greptime.${database}.${name}`);

/** Derived: a procedure met a table that is gone. */
export const tableIdNotFound = (tableId: number): ServerError => new ServerError("TableNotFound", `Table not found: ${tableId}`, "metasrv");

export const databaseExists = (name: string): ServerError => new ServerError("InvalidArguments", `Schema ${name} already exists`);

export const databaseNotFound = (name: string): ServerError =>
  new ServerError("InvalidArguments", `Failed to find schema, schema info: ${name}`);

/** Derived. */
export const notEnoughDatanodes = (required: number, available: number): ServerError =>
  new ServerError("Unexpected", `Not enough available peers, required: ${required}, available: ${available}`, "metasrv");

export const timeoutExpired = (): ServerError => new ServerError("Cancelled", "Timeout expired", "metasrv");

export const unsupportedAdmin = (name: string): ServerError => new ServerError("Unsupported", `Unsupported operation ${name}`);

export const standaloneRepartition = (): ServerError =>
  new ServerError("Unsupported", "Repartition procedure is not supported in standalone mode");

/** An error of status Internal as the client sees it. */
export const maskedInternal = (): ServerError => new ServerError("Internal", "Internal error: 1003");

export const readUnreachable = (): ServerError => new ServerError("EngineExecuteQuery", "tcp connect error");

/** A datanode that is too busy to answer. */
export const readOverloaded = (): ServerError => new ServerError("EngineExecuteQuery", "http2 error");

export const regionNotWritable = (region: bigint, state: string): ServerError =>
  new ServerError("RegionNotReady", `Region ${printRegionId(region)} is in ${state} state, expect: Leader(Writable)`);

export const regionNotReady = (region: bigint): ServerError =>
  new ServerError("EngineExecuteQuery", `Failed to decode DataFusion plan: Region ${printRegionId(region)} not ready`);

/** `region_peers` while metasrv is down. */
export const catalogUnreachable = (settings: Settings): ServerError =>
  new ServerError("EngineExecuteQuery", `tcp connect error${settings.traits.errorsNameTheirCode ? ", code: Internal, tonic code: The service is currently unavailable" : ""}`);

export const leaderUnknown = (): ServerError =>
  new ServerError("EngineExecuteQuery", "Retry exceeded max times(3), message: Failed to ask leader");

/** A query of a user's table while metasrv is down. */
export const routeUnreachable = (): ServerError =>
  new ServerError("EngineExecuteQuery", "Unsupported operation: get stream from a distributed table");
