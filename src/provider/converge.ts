import { systemClock } from "../convergence/clock";
import { exclusively } from "../convergence/exclusive-run";
import type { ClusterPort } from "../engines/port";
import type { Logger } from "../plugin";
import type { ClusterPlan } from "../planning/plan";
import type { Diagnostic } from "../topology/diagnostic";
import type { RegionId } from "../topology/ids";
import type { ClusterDeclaration } from "../topology/manifest";
import { logEvent } from "./log-event";

/** Makes plans so, with everything that guards it: one run at a time, lock, journal, drain. */
export interface Convergence {
  /**
   * Gives `work` the cluster for itself: other applies of this process wait, another process is refused with a DiagnosticError.
   * `work` should read the cluster inside, so that nothing of ours changes between its reading and its run.
   */
  exclusively<T>(request: RunRequest, work: (session: ConvergenceSession) => Promise<T>): Promise<T>;
}

export interface RunRequest {
  /** Aborted: what is moving is finished, nothing new is started. */
  readonly drain: AbortSignal;
  readonly log: Logger;
}

/** The cluster, locked. */
export interface ConvergenceSession {
  /** Regions that an interrupted run of ours left in motion; a plan may treat them as standing still. */
  readonly adoptable: ReadonlySet<RegionId>;
  /** Runs a plan to its end. Expected failures are in the answer, never thrown. */
  run(plan: ClusterPlan, declaration: ClusterDeclaration): Promise<readonly Diagnostic[]>;
}

/** `identity` tells clusters apart; `directory` is where journal and lock are. */
export function createConvergence(port: ClusterPort, identity: string, directory: string): Convergence {
  let queue: Promise<unknown> = Promise.resolve();
  const setting = { identity, directory, command: "terraform-provider-topoform", clock: systemClock };
  return {
    exclusively({ drain, log }, work) {
      const turn = queue.then(() =>
        exclusively(setting, ({ adoptable, execute }) => {
          const emit = (event: Parameters<typeof logEvent>[1]): void => logEvent(log, event);
          const run: ConvergenceSession["run"] = async (plan, declaration) =>
            (await execute({ plan, port, declaration, emit, drain, stop: NEVER })).diagnostics;
          return work({ adoptable, run });
        }),
      );
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** Terraform's second interrupt ends the process: there is nobody left to tell that waiting should stop. */
const NEVER = new AbortController().signal;
