import type { ConvergenceEvent } from "../convergence/events";
import type { KwdbResult } from "../convergence/kwdb/result";
import type { ConvergenceResult } from "../convergence/result";
import type { RunTerms } from "../convergence/run-terms";
import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";

/** How plans are executed. */
export interface RunOptions {
  /** What goes before the terms that the manifest gives. Absent: as declared there, else the defaults. GreptimeDB only. */
  readonly terms?: Partial<RunTerms>;
  /** Aborted: what is moving is finished, nothing new is started. */
  readonly drain: AbortSignal;
  /** Aborted: nothing is waited for any more. */
  readonly stop: AbortSignal;
  /** Names this run to others that find the cluster locked. */
  readonly command: string;
  emit(cluster: string, event: ConvergenceEvent): void;
}

/** How applying to one cluster ended. */
export type AppliedCluster =
  | { readonly kind: "applied"; readonly engine: "greptimedb"; readonly cluster: string; readonly result: ConvergenceResult }
  | { readonly kind: "applied"; readonly engine: "kwdb"; readonly cluster: string; readonly result: KwdbResult }
  /** Nothing was changed: the cluster is not as it was when the plan was approved, or the plan is blocked. */
  | { readonly kind: "refused"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] }
  /** Another run holds the cluster. */
  | { readonly kind: "locked"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] };

/** Whether a run was refused because another one holds the cluster. */
export function isLocked(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.code === "CLUSTER_LOCKED");
}

/** The cluster is not as it was when the plan was approved. */
export function planStale(cluster: string, differences: readonly string[]): Diagnostic {
  return errorDiagnostic({
    code: "PLAN_STALE",
    summary: "The cluster has changed since the plan was made",
    detail: `Nothing was done.\n${differences.map((line) => `  ${line}`).join("\n")}\nPlan again and look at it.`,
    address: cluster,
  });
}

/** The cluster is not as the apply left it that a rollback would undo. */
export function rollbackStale(cluster: string, differences: readonly string[]): Diagnostic {
  return errorDiagnostic({
    code: "ROLLBACK_STALE",
    summary: "The cluster is not as the last apply left it",
    detail: `Nothing was undone.\n${differences.map((line) => `  ${line}`).join("\n")}\nDeclare how it shall be, and plan.`,
    address: cluster,
  });
}
