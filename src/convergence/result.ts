import type { Diagnostic } from "../topology/diagnostic";
import type { Move, TableChange, TableName } from "../planning/change";
import type { TableChecksum } from "../engines/port";

/** How executing a plan went. Expected failures are in here, never thrown. */
export interface ConvergenceResult {
  /** Everything that the plan contains is done and verified. */
  readonly ok: boolean;
  /** Which signal ended it early; null when none did. */
  readonly interrupted: "drain" | "stop" | null;
  /** In the order of the plan. */
  readonly tableChanges: readonly TableChangeResult[];
  /** The plan's moves in its order, then those of tables that it created. */
  readonly moves: readonly MoveResult[];
  /** One per table whose rows were counted; empty with `off`. */
  readonly rows: readonly RowsResult[];
  /** One per table whose checksum was asked for and could be taken; absent when none was asked for. */
  readonly checksums?: readonly ChecksumResult[];
  /** Everything that went wrong or should be known, those of single moves and changes included. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface TableChangeResult {
  readonly change: TableChange;
  readonly outcome: "done" | "failed" | "not-started";
}

/**
 * - `done`: moved, by this run or by the one that it continues;
 * - `already-there`: led on its target without us;
 * - `failed`: given up; the region leads where it did, or where somebody else moved it;
 * - `not-started`: nothing was done;
 * - `left-running`: submitted and not waited for to the end; the next run adopts it.
 */
export type MoveOutcome = "done" | "already-there" | "failed" | "not-started" | "left-running";

export interface MoveResult {
  readonly move: Move;
  readonly outcome: MoveOutcome;
  /** Id of the server's procedure; null when there was none or it is not known. */
  readonly procedure: string | null;
  /** From submission to confirmation; null when this run did not see both. */
  readonly durationMs: number | null;
  /** Why it failed or did not start; null otherwise. */
  readonly diagnostic: Diagnostic | null;
}

export interface RowsResult {
  readonly table: TableName;
  readonly method: "exact" | "statistics";
  readonly before: bigint;
  /** null when it could not be counted again. */
  readonly after: bigint | null;
  /** Only rows from this time on (milliseconds since the epoch) were counted, because older ones may expire; absent: all rows. */
  readonly since?: number;
}

/** Checksums of one table before and after, when they were asked for. */
export interface ChecksumResult {
  readonly table: TableName;
  readonly before: TableChecksum;
  /** null when it could not be taken again. */
  readonly after: TableChecksum | null;
  readonly equal: boolean;
}
