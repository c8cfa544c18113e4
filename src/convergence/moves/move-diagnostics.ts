import type { Diagnostic } from "../../topology/diagnostic";
import type { DatanodeId } from "../../topology/ids";
import type { Move } from "../../planning/change";
import { errorDiagnostic, warningDiagnostic } from "../../topology/diagnostic";
import { tableKey } from "../../planning/table-key";

function about(move: Move, code: string, summary: string, detail: string): Diagnostic {
  return errorDiagnostic({ code, summary, detail, address: `${tableKey(move.table)} ${move.partition}` });
}

export function tableDropped(move: Move): Diagnostic {
  return about(
    move,
    "REGION_MISSING",
    `Region ${move.region} does not exist any more`,
    "Its table was dropped or repartitioned meanwhile. Plan again.",
  );
}

export function leaderElsewhere(move: Move, leader: DatanodeId): Diagnostic {
  return about(
    move,
    "LEADER_CHANGED",
    `Region ${move.region} is led by datanode ${leader}`,
    `The plan moves it from datanode ${move.from} to ${move.to}; somebody else moved it meanwhile. Plan again.`,
  );
}

export function followerOnTarget(move: Move): Diagnostic {
  return about(
    move,
    "FOLLOWER_ON_TARGET",
    `Datanode ${move.to} holds a follower of region ${move.region}`,
    "The server does not move a leader to where a follower is. Remove the follower first, or pin the partition elsewhere.",
  );
}

export function heldTooLong(move: Move, reason: string): Diagnostic {
  return about(
    move,
    "MOVE_HELD",
    `Region ${move.region} could not be moved`,
    `${reason}. Nothing was submitted. Repair that and run again.`,
  );
}

export function neverStarted(move: Move, submissions: number): Diagnostic {
  return about(
    move,
    "MOVE_NEVER_STARTED",
    `The server accepted the move of region ${move.region} ${submissions} times and never ran it`,
    "Either the procedure manager is paused (ask metasrv: /admin/procedure-manager/status; resume it), " +
      "or 128 procedures are running already, which is the most that metasrv runs. Run again when that is over.",
  );
}

export function procedureFailed(move: Move, error: string): Diagnostic {
  return about(
    move,
    "MOVE_FAILED",
    `The move of region ${move.region} failed on the server`,
    `${error || "The server gives no reason."} The region is still led by datanode ${move.from}; no row was lost by this. Run again.`,
  );
}

export function notConfirmed(move: Move): Diagnostic {
  return about(
    move,
    "MOVE_NOT_CONFIRMED",
    `The server says that region ${move.region} was moved, and it was not`,
    `Its procedure ended, and it is still not led by datanode ${move.to}. Look at metasrv's log and run again.`,
  );
}

export function noSharedStorage(move: Move, error: string): Diagnostic {
  return about(
    move,
    "NO_SHARED_STORAGE",
    "The datanodes do not share their storage",
    `The server cannot open region ${move.region} on datanode ${move.to}: ${error} ` +
      "Nothing more was submitted. Region migration needs object storage that all datanodes use: change their configuration.",
  );
}

export function stuck(move: Move, procedure: string | null, ms: number): Diagnostic {
  return about(
    move,
    "MOVE_STUCK",
    `The move of region ${move.region} does not end`,
    `Procedure ${procedure ?? "(id not known)"} has been running for ${Math.round(ms / 1000)} s, longer than its timeout. No statement cancels it. Run again later: it is adopted.`,
  );
}

export function flushFailed(move: Move, cause: Diagnostic): Diagnostic {
  return about(
    move,
    "FLUSH_FAILED",
    `Region ${move.region} could not be flushed`,
    `${cause.summary}: ${cause.detail} It was not moved, because rows that are not flushed can be lost.`,
  );
}

export function notAccepted(move: Move, cause: Diagnostic): Diagnostic {
  return about(
    move,
    "MOVE_NOT_ACCEPTED",
    `The server did not accept the move of region ${move.region}`,
    `${cause.summary}: ${cause.detail}`,
  );
}

export function notAnswered(move: Move, submissions: number, cause: Diagnostic): Diagnostic {
  return about(
    move,
    "MOVE_NOT_ANSWERED",
    `The move of region ${move.region} was submitted ${submissions} times without an answer, and never ran`,
    `${cause.summary}: ${cause.detail}`,
  );
}

export function notReadAgain(move: Move, cause: Diagnostic): Diagnostic {
  return about(
    move,
    "PLACEMENT_NOT_READ",
    `Whether region ${move.region} is still where it was moved is not known`,
    `It was led by datanode ${move.to} when its move ended. The placement could not be read again: ${cause.summary}: ${cause.detail} Plan again when the cluster answers.`,
  );
}

export function rowsMayBeLost(datanode: DatanodeId, tables: readonly string[]): Diagnostic {
  return warningDiagnostic({
    code: "ROWS_MAY_BE_LOST",
    summary: `Rows that datanode ${datanode} had not flushed may be lost`,
    detail: `It did not answer when regions were moved away from it, which accept_data_loss_of allows. Tables: ${tables.join(", ")}. Compare them with what was written.`,
    address: `datanode ${datanode}`,
  });
}

export function unreachable(move: Move, cause: Diagnostic): Diagnostic {
  return about(
    move,
    "MOVE_NOT_FOLLOWED",
    `Whether region ${move.region} was moved is not known`,
    `${cause.summary}: ${cause.detail} Run again when the cluster answers: the move is adopted.`,
  );
}
