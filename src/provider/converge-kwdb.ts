import { systemClock, type Clock } from "../convergence/clock";
import type { ConvergenceEvent } from "../convergence/events";
import { exclusivelyKwdb, type ExclusiveKwdbRequest } from "../convergence/kwdb/exclusive-run";
import type { KwdbPort } from "../engines/kwdb-port";
import { dropOriginals, type KwdbOriginals } from "../planning/kwdb/originals";
import type { KwdbPlan } from "../planning/kwdb/plan";
import { hasErrors } from "../topology/diagnostic";
import type { Diagnostic } from "../topology/diagnostic";
import { logEvent } from "./log-event";
import { interrupted, NEVER, takeTurns, type Turns } from "./take-turns";

/** Changes a KWDB cluster, with everything that guards it: one run at a time, lock, journal, recorded originals, drain. */
export type KwdbConvergence = Turns<KwdbSession>;

/** The cluster, locked. */
export interface KwdbSession {
  /** What was there before changes of which Terraform may never have heard. Rejects with a DiagnosticError (ORIGINALS_UNREADABLE). */
  originals(): Promise<KwdbOriginals>;
  /** Forgets what is recorded of these addresses, because Terraform's state has it, or nothing is left to put back. */
  forget(...addresses: readonly string[]): Promise<void>;
  /** Runs a plan to its end. What is overwritten is recorded first. Expected failures are in the answer, never thrown. */
  run(plan: KwdbPlan, options?: KwdbRunOptions): Promise<KwdbRunResult>;
}

export interface KwdbRunOptions {
  /** How long a rebalance's job may take. Default 7200. */
  readonly rebalanceTimeoutSeconds?: number;
}

export interface KwdbRunResult {
  /** An error among them: not all of the plan is done. */
  readonly diagnostics: readonly Diagnostic[];
  /** The job of a rebalance, as far as its progress was heard of. */
  readonly job: string | null;
}

/** Where one cluster's lock, journal and originals are, and in whose name. */
export function kwdbRunSetting(identity: string, directory: string, clock: Clock = systemClock): ExclusiveKwdbRequest {
  return { identity, directory, command: "terraform-provider-topoform", clock, apply: "terraform apply", owner: "terraform" };
}

export function createKwdbConvergence(port: KwdbPort, setting: ExclusiveKwdbRequest): KwdbConvergence {
  return takeTurns(setting.clock, ({ drain, log }, work) =>
    exclusivelyKwdb(setting, ({ readOriginals, saveOriginals, execute }) =>
      work({
        originals: readOriginals,
        forget: async (...addresses) => saveOriginals(dropOriginals(await readOriginals(), new Set(addresses))),
        async run(plan, options = {}) {
          let job: string | null = null;
          const emit = (event: ConvergenceEvent): void => {
            if (event.code === "REBALANCE_PROGRESS") job = event.job;
            logEvent(log, event);
          };
          const result = await execute({ plan, port, emit, drain, stop: NEVER, ...options });
          const complete = result.ok || hasErrors(result.diagnostics);
          return { job, diagnostics: complete ? result.diagnostics : [...result.diagnostics, interrupted("What had begun has been finished, the rest was not started.")] };
        },
      }),
    ),
  );
}
