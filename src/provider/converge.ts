import { systemClock, type Clock } from "../convergence/clock";
import type { ConvergenceEvent } from "../convergence/events";
import { exclusively } from "../convergence/exclusive-run";
import type { ConvergenceResult } from "../convergence/result";
import type { ClusterPort } from "../engines/port";
import type { ClusterPlan } from "../planning/plan";
import type { UnderWay } from "../planning/plan-placement";
import { hasErrors } from "../topology/diagnostic";
import type { Diagnostic } from "../topology/diagnostic";
import type { GreptimeClusterDeclaration } from "../topology/manifest";
import type { RunDeclaration } from "../topology/run-declaration";
import { logEvent } from "./log-event";
import { interrupted, NEVER, takeTurns, type Turns } from "./take-turns";

/** Makes plans so, with everything that guards it: one run at a time, lock, journal, drain. */
export type Convergence = Turns<ConvergenceSession>;

/** The cluster, locked. */
export interface ConvergenceSession {
  /** Regions that an interrupted run of ours left in motion, and where to; a plan may treat them as standing still. */
  readonly adoptable: UnderWay;
  /** An earlier run has not come to its end: then running an empty plan is of use too. It finishes that run and compares its rows. */
  readonly interrupted: boolean;
  /** Runs a plan to its end. Expected failures are in the answer, never thrown. */
  run(plan: ClusterPlan, declaration: GreptimeClusterDeclaration): Promise<readonly Diagnostic[]>;
}

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
  const setting = { identity, directory, command: "terraform-provider-topoform", clock, apply: "terraform apply" };
  return takeTurns(clock, ({ drain, log }, work) =>
    exclusively(setting, ({ adoptable, interrupted: unended, execute }) => {
      const emit = (event: ConvergenceEvent): void => logEvent(log, event);
      const run: ConvergenceSession["run"] = async (plan, declaration) =>
        diagnosticsOf(await execute({ plan, port, declaration: { ...declaration, run: terms }, emit, drain, stop: NEVER }));
      return work({ adoptable, interrupted: unended, run });
    }),
  );
}

/** A run that is not complete always says so as an error: Terraform must not take the plan for done. */
function diagnosticsOf(result: ConvergenceResult): readonly Diagnostic[] {
  if (result.ok || hasErrors(result.diagnostics)) return result.diagnostics;
  return [...result.diagnostics, interrupted("What was moving has been finished, the rest was not started.")];
}
