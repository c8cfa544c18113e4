import { canonicalJson } from "../planning/canonical-json";
import { explanationToJson, type PlanExplanation } from "../planning/explain-plan";
import { parseTopologyPlan, topologyPlanToJson, type TopologyPlan } from "../planning/topology-plan";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { PlannedCluster } from "./plan-topology";

/**
 * Plans of several clusters as one JSON document with stable bytes; a cluster that could not be read stands there with its diagnostics.
 *
 * @param explanations by the clusters' names; a cluster without one has no member `explanation`.
 */
export function plansToJson(planned: readonly PlannedCluster[], explanations: ReadonlyMap<string, PlanExplanation> = new Map()): string {
  const clusters = planned.map((cluster) =>
    cluster.kind === "planned"
      ? { cluster: cluster.cluster, readable: true, plan: JSON.parse(topologyPlanToJson(cluster.plan)) as unknown, ...explained(explanations.get(cluster.cluster)) }
      : { cluster: cluster.cluster, readable: false, diagnostics: cluster.diagnostics },
  );
  return `${canonicalJson({ format_version: 1, clusters }, 2)}\n`;
}

function explained(explanation: PlanExplanation | undefined): { readonly explanation?: unknown } {
  return explanation === undefined ? {} : { explanation: explanationToJson(explanation) };
}

/** The plans in a text of {@link plansToJson}. Throws a {@link DiagnosticError} when it is something else or holds an unreadable cluster. */
export function parsePlans(text: string, source: string): readonly TopologyPlan[] {
  const invalid = (detail: string): DiagnosticError =>
    new DiagnosticError(errorDiagnostic({ code: "PLAN_FILE_INVALID", summary: "The plan file cannot be used", detail: `${detail} Make it again with \`topoform plan -o ${source}\`.`, address: source }));
  const document = parseJson(text) as { format_version?: unknown; clusters?: unknown } | undefined;
  if (document?.format_version !== 1 || !Array.isArray(document.clusters)) throw invalid("It is not a plan of format version 1.");
  return document.clusters.map((entry: { readable?: unknown; plan?: unknown }) => {
    if (entry?.readable !== true) throw invalid("One of its clusters could not be read when it was made.");
    return parseTopologyPlan(JSON.stringify(entry.plan));
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
