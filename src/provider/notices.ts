import type { ClusterPlan } from "../planning/plan";
import type { Diagnostic } from "../topology/diagnostic";

/** What a plan warns of at apply; that writes pause while a region moves was said in Terraform's plan. */
export function noticesOf(plan: ClusterPlan): readonly Diagnostic[] {
  return plan.warnings.filter((warning) => warning.code !== "WRITE_STOP");
}
