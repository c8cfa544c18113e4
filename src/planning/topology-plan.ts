import { driftOf, type Drift } from "./drift";
import { driftOfKwdb } from "./kwdb/drift";
import { isEmptyKwdbPlan, type KwdbPlan } from "./kwdb/plan";
import { kwdbPlanToJson, parseKwdbPlan } from "./kwdb/plan-json";
import { isEmptyPlan, type ClusterPlan } from "./plan";
import { parsePlan, planToJson } from "./plan-json";

/** The plan of one cluster of a topology, by engine. */
export type TopologyPlan = ClusterPlan | KwdbPlan;

/** Whether there is nothing to do and nothing to report. */
export function isEmptyTopologyPlan(plan: TopologyPlan): boolean {
  switch (plan.engine) {
    case "greptimedb":
      return isEmptyPlan(plan);
    case "kwdb":
      return isEmptyKwdbPlan(plan);
  }
}

/** Differences between declared and live, sorted by address and code; empty when there is none. */
export function topologyDrift(plan: TopologyPlan): readonly Drift[] {
  switch (plan.engine) {
    case "greptimedb":
      return driftOf(plan);
    case "kwdb":
      return driftOfKwdb(plan);
  }
}

/** A plan as JSON text with stable bytes. */
export function topologyPlanToJson(plan: TopologyPlan): string {
  switch (plan.engine) {
    case "greptimedb":
      return planToJson(plan);
    case "kwdb":
      return kwdbPlanToJson(plan);
  }
}

/** The plan in a text that {@link topologyPlanToJson} wrote. Throws a DiagnosticError (PLAN_FILE_INVALID, PLAN_FILE_VERSION). */
export function parseTopologyPlan(text: string): TopologyPlan {
  const { engine } = JSON.parse(text) as { readonly engine?: unknown };
  return engine === "kwdb" ? parseKwdbPlan(text) : parsePlan(text);
}
