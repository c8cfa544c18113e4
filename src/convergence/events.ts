import type { Diagnostic } from "../topology/diagnostic";
import type { Move, TableChange, TableName } from "../planning/change";
import type { KwdbChange } from "../planning/kwdb/change";
import type { PendingRange } from "../engines/kwdb-port";
import type { TableChecksum } from "../engines/port";

/** Every code of an event, with what it means. Codes are never renamed or used for something else. */
export const EVENT_CODES = {
  RUN_STARTED: "A run begins; `resumed` when an earlier one left work behind.",
  RUN_ENDED: "A run is over.",
  TABLE_CHANGE_STARTED: "A table is about to be changed.",
  TABLE_CHANGE_DONE: "The server has the table change.",
  TABLE_CHANGE_FAILED: "A table change failed; what depends on it is not started.",
  PLACEMENT_PLANNED: "The moves of a table that this run has just created are known.",
  ROWS_COUNTED: "The rows of a table, before or after.",
  CHECKSUM_TAKEN: "The checksum of a table, before or after, when checksums were asked for.",
  CHANGE_STARTED: "A zone configuration or a cluster setting of KWDB is about to be changed, or a rebalance to be started.",
  CHANGE_DONE: "The server has the change, read back; of a rebalance: its job has come to its end.",
  CHANGE_FAILED: "A change failed; nothing of it was written, unless the diagnostic says otherwise.",
  REBALANCE_PROGRESS: "How far the job of a rebalance is.",
  REPLICAS_PROGRESS: "How many ranges have the replicas that their zones say.",
  MOVE_WAITING: "A move cannot start yet; says what it waits for.",
  MOVE_FLUSHED: "The region's rows are in shared storage.",
  MOVE_FLUSH_FAILED: "The region's rows are not in shared storage yet; it is flushed again.",
  MOVE_SUBMITTED: "The server has accepted a move.",
  MOVE_REFUSED: "The server does not take a move now; it is submitted again.",
  MOVE_ADOPTED: "A move that is already running is waited for instead of being submitted again.",
  MOVE_RETRYING: "The server says that it tries a move again.",
  MOVE_ROLLING_BACK: "The server undoes a move.",
  MOVE_NEVER_STARTED: "The server gave an id and does not know it: the move never ran.",
  MOVE_DONE: "The region leads on its target.",
  MOVE_FAILED: "A move is given up.",
  WINDOW_WIDENED: "More moves may run at once.",
  WINDOW_NARROWED: "Fewer moves may run at once; says why.",
  PAUSED: "Nothing new is started until every datanode's heartbeat is fresh again.",
  CLUSTER_UNREACHABLE: "A question to the cluster failed and is asked again.",
  DRAINING: "What is moving is finished, nothing new is started.",
  STOPPED: "Nothing is waited for any more.",
} as const;

export type EventCode = keyof typeof EVENT_CODES;

/** What happens while a plan is executed. `at`: milliseconds since the epoch. */
export type ConvergenceEvent = { readonly at: number } & EventBody;

/** An event without its time. Every code of {@link EVENT_CODES} stands here once. */
export type EventBody =
  | {
      readonly code: "RUN_STARTED";
      readonly cluster: string;
      readonly tableChanges: number;
      readonly moves: number;
      /** Zone configurations, cluster settings and rebalances of KWDB; absent on GreptimeDB. */
      readonly changes?: number;
      readonly resumed: boolean;
    }
  | { readonly code: "RUN_ENDED"; readonly ok: boolean; readonly interrupted: "drain" | "stop" | null }
  | { readonly code: "TABLE_CHANGE_STARTED" | "TABLE_CHANGE_DONE"; readonly change: TableChange }
  | { readonly code: "TABLE_CHANGE_FAILED"; readonly change: TableChange; readonly diagnostic: Diagnostic }
  | { readonly code: "PLACEMENT_PLANNED"; readonly table: TableName; readonly moves: number }
  | {
      readonly code: "ROWS_COUNTED";
      readonly table: TableName;
      readonly when: "before" | "after";
      readonly rows: bigint;
      readonly method: "exact" | "statistics";
      /** Only rows from this time on, because older ones may expire meanwhile; null: all. Milliseconds since the epoch. */
      readonly since: number | null;
    }
  | {
      readonly code: "CHECKSUM_TAKEN";
      readonly table: TableName;
      readonly when: "before" | "after";
      readonly checksum: TableChecksum;
    }
  | { readonly code: "CHANGE_STARTED"; readonly change: KwdbChange }
  | {
      readonly code: "CHANGE_DONE";
      readonly change: KwdbChange;
      /** It was so already: nothing was written. */
      readonly alreadyThere: boolean;
    }
  | { readonly code: "CHANGE_FAILED"; readonly change: KwdbChange; readonly diagnostic: Diagnostic }
  | {
      readonly code: "REBALANCE_PROGRESS";
      readonly change: KwdbChange;
      readonly job: string;
      readonly status: string;
      /** From 0 to 1. */
      readonly fraction: number;
    }
  | {
      readonly code: "REPLICAS_PROGRESS";
      readonly ready: number;
      readonly total: number;
      /** A few of the ranges that do not agree yet. */
      readonly pending: readonly PendingRange[];
    }
  | { readonly code: "MOVE_WAITING"; readonly move: Move; readonly reason: string }
  | { readonly code: "MOVE_FLUSHED"; readonly move: Move }
  | { readonly code: "MOVE_FLUSH_FAILED" | "MOVE_REFUSED"; readonly move: Move; readonly diagnostic: Diagnostic }
  | { readonly code: "MOVE_SUBMITTED"; readonly move: Move; readonly procedure: string }
  | {
      readonly code: "MOVE_ADOPTED";
      readonly move: Move;
      readonly procedure: string;
      /** Somebody else started it. */
      readonly foreign: boolean;
    }
  | { readonly code: "MOVE_RETRYING" | "MOVE_ROLLING_BACK"; readonly move: Move; readonly error: string }
  | { readonly code: "MOVE_NEVER_STARTED"; readonly move: Move; readonly procedure: string }
  | {
      readonly code: "MOVE_DONE";
      readonly move: Move;
      /** From submission to confirmation; null when this run did not submit it. */
      readonly durationMs: number | null;
      /** How long the region's flush took before it; null when it was not flushed, or not by this run. */
      readonly flushMs: number | null;
      /** Moves of this plan that are over, and all of them. */
      readonly finished: number;
      readonly total: number;
    }
  | { readonly code: "MOVE_FAILED"; readonly move: Move; readonly diagnostic: Diagnostic }
  | {
      readonly code: "WINDOW_WIDENED" | "WINDOW_NARROWED";
      readonly perDatanode: number;
      readonly cluster: number;
      readonly reason: string;
    }
  | { readonly code: "PAUSED"; readonly reason: string }
  | { readonly code: "CLUSTER_UNREACHABLE"; readonly diagnostic: Diagnostic }
  | { readonly code: "DRAINING" }
  | { readonly code: "STOPPED" };
