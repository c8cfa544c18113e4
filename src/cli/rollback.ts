import type { PlannedRollback } from "../operations/planned-rollback";
import { planRollback, rollbackTopology } from "../operations/rollback-topology";
import type { AppliedCluster } from "../operations/apply-outcome";
import type { OperationContext } from "../operations/read-cluster";
import type { TopologyPlan } from "../planning/topology-plan";
import type { TopologyManifest } from "../topology/manifest";
import { approved, drawApplied, exitCodeOf, runOptions, type ApplyOptions } from "./apply";
import type { Console } from "./console";
import { createRunView } from "./create-run-view";
import { drawDiagnostics } from "./draw-diagnostic";
import { drawTopologyPlan } from "./draw-topology-plan";
import { resultJson } from "./draw-result";
import { ExitCode, unreadableExitCode, worstExitCode } from "./exit-code";
import type { InterruptSignals } from "./interrupt";

/** `topoform rollback`: shows what undoes the last apply, asks, does exactly it. */
export async function rollBack(
  manifest: TopologyManifest,
  context: OperationContext,
  options: ApplyOptions,
  signals: InterruptSignals,
  console: Console,
): Promise<ExitCode> {
  const planned = await planRollback(manifest, context);
  if (!console.json) for (const cluster of planned) draw(cluster, console);
  const doable = planned.flatMap((cluster) => (cluster.kind === "planned" ? [cluster] : []));
  const plans = doable.map(({ plan }) => plan);
  if (plans.length === 0) return finish(planned, plans, [], console);
  if (!(await approved(plans, options, signals.drain, console))) {
    console.err("Nothing was changed.");
    return ExitCode.interrupted;
  }
  const view = createRunView(doable, console);
  const applied = await rollbackTopology(manifest, context, {
    plans,
    ...runOptions(options, signals),
    command: "topoform rollback",
    emit: (cluster, event) => view.event(cluster, event),
  });
  view.end();
  return finish(planned, plans, applied, console);
}

function draw(planned: PlannedRollback, console: Console): void {
  const { colors } = console.outStyle;
  switch (planned.kind) {
    case "nothing":
      console.out(`${colors.bold(planned.cluster)}  Nothing to undo.`);
      return;
    case "refused":
    case "unreadable":
      console.err(drawDiagnostics(planned.diagnostics, console.errStyle));
      return;
    case "planned": {
      const stays = planned.irreversible.map((line) => `  cannot be undone: ${line}`);
      console.out([`Undoes the apply that began at ${new Date(planned.savedAt).toISOString()}.`, ...stays, drawTopologyPlan(planned, console.outStyle), ""].join("\n"));
    }
  }
}

/** What was not even begun counts like a cluster that apply refuses. */
function finish(planned: readonly PlannedRollback[], plans: readonly TopologyPlan[], applied: readonly AppliedCluster[], console: Console): ExitCode {
  const notBegun = planned.flatMap((cluster) =>
    cluster.kind === "refused" || cluster.kind === "unreadable" ? [{ kind: cluster.kind, cluster: cluster.cluster, diagnostics: cluster.diagnostics }] : [],
  );
  if (console.json) console.out(resultJson([], [...notBegun, ...applied]));
  else for (const cluster of applied) drawApplied(cluster, plans, console);
  return worstExitCode([
    ...notBegun.map(({ kind, diagnostics }) => (kind === "refused" ? ExitCode.unreadable : unreadableExitCode(diagnostics))),
    ...applied.map(exitCodeOf),
  ]);
}
