import type { Diagnostic } from "../topology/diagnostic";
import type { PlannedGreptimeCluster, PlannedKwdbCluster } from "./plan-topology";

/** The apply that a rollback undoes. */
export interface UndoneApply {
  /** When it began, milliseconds since the epoch. */
  readonly savedAt: number;
  /** What of it nothing undoes, one line each. */
  readonly irreversible: readonly string[];
}

/** What undoing the last apply to one cluster would do now. */
export type PlannedRollback =
  | (PlannedGreptimeCluster & UndoneApply)
  | (PlannedKwdbCluster & UndoneApply)
  /** No apply has changed it from this machine, or all of the last one is undone. */
  | { readonly kind: "nothing"; readonly cluster: string }
  /** The cluster is not as the apply left it. */
  | { readonly kind: "refused"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] };
