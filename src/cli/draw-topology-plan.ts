import { greptimeKnowledge } from "../engines/open";
import type { PlannedCluster } from "../operations/plan-topology";
import type { Style } from "./console";
import { drawKwdbPlan } from "./draw-kwdb-plan";
import { drawPlan } from "./draw-plan";

/** What drawing a plan needs of a cluster. */
type Drawn = Extract<PlannedCluster, { readonly kind: "planned" }>;

const UNFINISHED = "An earlier run has not come to its end. Finishing an interrupted run: apply waits for what still moves and compares the rows.";

/** The plan of one cluster for people, by engine. */
export function drawTopologyPlan(planned: Drawn, style: Style): string {
  switch (planned.engine) {
    case "greptimedb":
      return [
        drawPlan(planned.plan, (change) => greptimeKnowledge.statementsOf(change, planned.observed.version), style),
        ...(planned.interrupted ? [style.colors.yellow(UNFINISHED)] : []),
      ].join("\n\n");
    case "kwdb":
      return drawKwdbPlan(planned.plan, style);
  }
}
