import type { ReplicaWaitResult } from "../../engines/kwdb-port";
import type { KwdbChange } from "../../planning/kwdb/change";
import type { Diagnostic } from "../../topology/diagnostic";

/** How executing a plan of a KWDB cluster went. Expected failures are in here, never thrown. */
export interface KwdbResult {
  /** Everything that the plan contains is done and was read back. */
  readonly ok: boolean;
  /** Which signal ended it early; null when none did. */
  readonly interrupted: "drain" | "stop" | null;
  /** In the order of the plan. */
  readonly changes: readonly KwdbChangeResult[];
  /** Whether the ranges agree; null when the plan does not wait for them, or did not get that far. */
  readonly replicas: ReplicaWaitResult | null;
  /** Everything that went wrong or should be known, those of single changes included. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * - `done`: changed and read back, or the rebalance's job has ended, by this run or by the one that it continues;
 * - `already-there`: it was so without us;
 * - `failed`: the diagnostic says why, and whether something was written;
 * - `not-started`: nothing was done.
 */
export type KwdbOutcome = "done" | "already-there" | "failed" | "not-started";

export interface KwdbChangeResult {
  readonly change: KwdbChange;
  readonly outcome: KwdbOutcome;
  /** Why it failed; null otherwise. */
  readonly diagnostic: Diagnostic | null;
}
