import type { Logger } from "../plugin";
import type { ClusterPlan } from "../planning/plan";
import type { Diagnostic } from "../topology/diagnostic";
import type { ClusterDeclaration } from "../topology/manifest";

/** Makes a plan so, with everything that guards it: one run at a time, lock, journal, drain. */
export interface Convergence {
  /**
   * Runs one plan to its end. Plans of one provider process run one after another, so that the declared limits hold.
   * `drain` aborted: what is moving is finished, nothing new is started. Expected failures are in the answer, never thrown.
   */
  run(request: {
    readonly plan: ClusterPlan;
    readonly declaration: ClusterDeclaration;
    readonly drain: AbortSignal;
    readonly log: Logger;
  }): Promise<readonly Diagnostic[]>;
}
