import { readFileSync } from "node:fs";
import type { PlanExplanation } from "../planning/explain-plan";
import { renderExplanation } from "../planning/render-explanation";
import { isEmptyTopologyPlan } from "../planning/topology-plan";
import { errorDiagnostic } from "../topology/diagnostic";
import type { TopologyManifest } from "../topology/manifest";
import { explainPlanned } from "../operations/greptimedb/explain";
import { planFromSnapshot, planTopology, type PlannedCluster } from "../operations/plan-topology";
import { plansToJson } from "../operations/saved-plan";
import { parseSnapshot } from "../operations/snapshot-json";
import type { TopologySnapshot } from "../operations/topology-snapshot";
import type { OperationContext } from "../operations/read-cluster";
import type { Console } from "./console";
import { UsageError } from "./usage-error";
import { writeResult } from "./write-result";
import { drawDiagnostics } from "./draw-diagnostic";
import { drawTopologyPlan } from "./draw-topology-plan";
import { ExitCode, unreadableExitCode, worstExitCode } from "./exit-code";

export interface PlanOptions {
  readonly out?: string;
  readonly snapshot?: string;
  readonly detailedExitcode?: boolean;
  readonly explain?: boolean;
}

/** `topoform plan`: what apply would do. Saved only when every cluster could be read. */
export async function showPlan(manifest: TopologyManifest, context: OperationContext, options: PlanOptions, console: Console): Promise<ExitCode> {
  const planned = options.snapshot === undefined ? await planTopology(manifest, context) : planFromSnapshot(manifest, readSnapshot(options.snapshot));
  const unreadable = planned.some((cluster) => cluster.kind === "unreadable");
  const explanations = options.explain === true ? await explain(planned, manifest, context) : new Map<string, PlanExplanation>();
  if (console.json) console.out(plansToJson(planned, explanations));
  else for (const cluster of planned) drawPlanned(cluster, console);
  if (!console.json) for (const explanation of explanations.values()) console.out(`${renderExplanation(explanation)}\n`);
  if (options.out !== undefined && !unreadable) writeResult(options.out, plansToJson(planned));
  return worstExitCode(planned.map((cluster) => planExitCode(cluster, options.detailedExitcode === true)));
}

async function explain(
  planned: readonly PlannedCluster[],
  manifest: TopologyManifest,
  context: OperationContext,
): Promise<ReadonlyMap<string, PlanExplanation>> {
  const explanations = new Map<string, PlanExplanation>();
  for (const cluster of planned)
    if (cluster.kind === "planned" && cluster.engine === "greptimedb") explanations.set(cluster.cluster, await explainPlanned(cluster, manifest, context));
  return explanations;
}

/** Draws one planned cluster: results on stdout, failures on stderr. */
export function drawPlanned(cluster: PlannedCluster, console: Console): void {
  if (cluster.kind === "unreadable") console.err(drawDiagnostics(cluster.diagnostics, console.errStyle));
  else console.out(`${drawTopologyPlan(cluster, console.outStyle)}\n`);
}

function planExitCode(cluster: PlannedCluster, detailed: boolean): ExitCode {
  if (cluster.kind === "unreadable") return unreadableExitCode(cluster.diagnostics);
  if (cluster.plan.blocked.length > 0) return ExitCode.unreadable;
  const isEmpty = isEmptyTopologyPlan(cluster.plan) && !(cluster.engine === "greptimedb" && cluster.interrupted);
  return detailed && !isEmpty ? ExitCode.differences : ExitCode.ok;
}

function readSnapshot(file: string): TopologySnapshot {
  try {
    return parseSnapshot(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new UsageError(
      errorDiagnostic({
        code: "SNAPSHOT_INVALID",
        summary: "The snapshot cannot be read",
        detail: `${file}: ${(cause as Error).message}. Take it again with \`topoform snapshot -o ${file}\`.`,
        address: file,
      }),
      { cause },
    );
  }
}
