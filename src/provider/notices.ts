import type { ClusterPlan } from "../planning/plan";
import type { Diagnostic } from "../topology/diagnostic";

/** Said in Terraform's plan already, or reported by the resource itself. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(["WRITE_STOP", "DATANODE_GONE"]);

/** What a plan warns of at apply. */
export function noticesOf(plan: ClusterPlan): readonly Diagnostic[] {
  return plan.warnings.filter((warning) => !SAID_ELSEWHERE.has(warning.code));
}
