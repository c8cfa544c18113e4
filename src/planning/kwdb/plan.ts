import type { Diagnostic } from "../../topology/diagnostic";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import type { KwdbChange } from "./change";

/** What would be done to one KWDB cluster. Plain data. */
export interface KwdbPlan {
  readonly formatVersion: 1;
  readonly cluster: string;
  readonly engine: "kwdb";
  /** SHA-256 over declaration, recorded originals and the observed facts it was computed from. */
  readonly basis: string;
  /** In the order in which they are done: settings, zones with parents first, rebalances. */
  readonly changes: readonly KwdbChange[];
  /** Targets of changes after which apply waits until the ranges agree. */
  readonly waitForReplicas: readonly ZoneTarget[];
  /** What cannot or must not be done, and why. A blocked plan is not applied (exit 3). */
  readonly blocked: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** Zones that users made and that are not declared; only when the cluster asks for them. Nothing is done about them. */
  readonly undeclaredZones: readonly ZoneTarget[];
}

/** Whether there is nothing to do and nothing to report. */
export function isEmptyKwdbPlan(plan: KwdbPlan): boolean {
  return plan.changes.length === 0 && plan.blocked.length === 0 && plan.undeclaredZones.length === 0;
}
