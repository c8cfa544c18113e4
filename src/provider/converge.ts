import { systemClock, type Clock } from "../convergence/clock";
import type { ConvergenceEvent } from "../convergence/events";
import { exclusively, type ExclusiveSession } from "../convergence/exclusive-run";
import type { ExclusiveRequest } from "../convergence/locked-journal";
import type { ConvergenceResult } from "../convergence/result";
import type { ClusterPort } from "../engines/port";
import type { Logger } from "../plugin";
import type { ClusterPlan } from "../planning/plan";
import type { UnderWay } from "../planning/plan-placement";
import { DiagnosticError, errorDiagnostic, hasErrors } from "../topology/diagnostic";
import type { Diagnostic } from "../topology/diagnostic";
import type { GreptimeClusterDeclaration } from "../topology/manifest";
import type { RunDeclaration } from "../topology/run-declaration";
import { logEvent } from "./log-event";

/** Makes plans so, with everything that guards it: one run at a time, lock, journal, drain. */
export interface Convergence {
  /**
   * Gives `work` the cluster for itself: other applies of this process take turns; while another process has the cluster this one
   * waits, for {@link LOCK_PATIENCE_MS} at most, and is then refused with a DiagnosticError (CLUSTER_LOCKED).
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
  /** Regions that an interrupted run of ours left in motion, and where to; a plan may treat them as standing still. */
  readonly adoptable: UnderWay;
  /** Runs a plan to its end. Expected failures are in the answer, never thrown. */
  run(plan: ClusterPlan, declaration: GreptimeClusterDeclaration): Promise<readonly Diagnostic[]>;
}

/** Stacks that are deployed side by side change one cluster in turns, a resource at a time; a long migration is not waited for. */
export const LOCK_PATIENCE_MS = 120_000;
const LOCK_RETRY_MS = 250;

export interface ConvergenceOptions {
  readonly port: ClusterPort;
  /** Tells clusters apart. */
  readonly identity: string;
  /** Where journal and lock are. */
  readonly directory: string;
  /** How plans are executed and verified. Default: the executor's defaults. */
  readonly run?: RunDeclaration;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

export function createConvergence({ port, identity, directory, run: terms = {}, clock = systemClock }: ConvergenceOptions): Convergence {
  let queue: Promise<unknown> = Promise.resolve();
  const setting = { identity, directory, command: "terraform-provider-topoform", clock, apply: "terraform apply" };
  return {
    exclusively({ drain, log }, work) {
      const turn = queue.then(() => {
        if (drain.aborted) throw new DiagnosticError(interrupted("Nothing of this resource was changed."));
        return whenFree(setting, { drain, log }, ({ adoptable, execute }) => {
          const emit = (event: ConvergenceEvent): void => logEvent(log, event);
          const run: ConvergenceSession["run"] = async (plan, declaration) =>
            diagnosticsOf(await execute({ plan, port, declaration: { ...declaration, run: terms }, emit, drain, stop: NEVER }));
          return work({ adoptable, run });
        });
      });
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function whenFree<T>(
  setting: ExclusiveRequest,
  { drain, log }: RunRequest,
  work: (session: ExclusiveSession) => Promise<T>,
): Promise<T> {
  const { clock } = setting;
  const deadline = clock.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await exclusively(setting, work);
    } catch (error) {
      const locked = error instanceof DiagnosticError ? error.diagnostics.find((one) => one.code === "CLUSTER_LOCKED") : undefined;
      if (locked === undefined || drain.aborted || clock.now() >= deadline) throw error;
      log.debug(locked.summary, { detail: locked.detail });
      await clock.sleep(LOCK_RETRY_MS, drain);
    }
  }
}

/** A run that is not complete always says so as an error: Terraform must not take the plan for done. */
function diagnosticsOf(result: ConvergenceResult): readonly Diagnostic[] {
  if (result.ok || hasErrors(result.diagnostics)) return result.diagnostics;
  return [...result.diagnostics, interrupted("What was moving has been finished, the rest was not started.")];
}

function interrupted(what: string): Diagnostic {
  return errorDiagnostic({ code: "INTERRUPTED", summary: "The apply was interrupted", detail: `${what} Apply again to do the rest.` });
}

/** Terraform's second interrupt ends the process: there is nobody left to tell that waiting should stop. */
const NEVER = new AbortController().signal;
