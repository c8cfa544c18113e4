import type { PlanResult, ResourceDefinition } from "../definition";
import type { Diagnostic } from "../diagnostics/diagnostic";
import { hasErrors } from "../diagnostics/diagnostic";
import { equalPaths } from "../diagnostics/path";
import type { Path } from "../diagnostics/path";
import { checkPlan } from "../rules/plan-valid";
import { propose } from "../rules/propose";
import { checkReplacementPaths, replacementPaths } from "../rules/replacement";
import { checkShape } from "../rules/state-valid";
import { violationDiagnostics } from "../rules/violation";
import type { ObjectValue } from "../value/value";
import { checkObject } from "./checked-object";

/** What a plan starts from, decoded. */
export interface PlanInput {
  readonly prior: ObjectValue | null;
  readonly proposed: ObjectValue | null;
  readonly config: ObjectValue | null;
  readonly private: Uint8Array;
}

/** A plan that has been checked. With an error in `diagnostics`, `planned` means nothing. */
export interface CheckedPlan {
  readonly planned: ObjectValue | null;
  readonly requiresReplace: readonly Path[];
  readonly private: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Plans one object: prepares the proposal, asks the resource, adds the replacements that its schema demands, and checks
 * the answer by Terraform's own rules. Pure as long as the resource's `plan` is.
 */
export function planObject<Client>(resource: ResourceDefinition<Client>, input: PlanInput): CheckedPlan {
  const { schema } = resource;
  const { prior, proposed, config } = input;
  const prepared = proposed === null || config === null ? null : propose(schema, prior, config, proposed);
  const result: PlanResult = resource.plan?.({ ...input, proposed: prepared }) ?? { planned: prepared };
  const { diagnostics = [], private: privateBytes = input.private } = result;
  if (hasErrors(diagnostics)) return { planned: null, requiresReplace: [], private: privateBytes, diagnostics };

  const { object: planned, violations: misfits } = checkObject(schema, result.planned);
  const requiresReplace = prior === null || planned === null ? [] : pathsOf(resource, prior, planned, result);
  const violations =
    misfits.length > 0
      ? misfits
      : [
          ...checkPlan(schema, prior, config, planned),
          ...checkShape(schema, planned),
          ...checkReplacementPaths(prior, planned, requiresReplace),
        ];
  const broken = violationDiagnostics("Provider planned an invalid object", resource.typeName, violations);
  return { planned, requiresReplace, private: privateBytes, diagnostics: [...diagnostics, ...broken] };
}

function pathsOf<Client>(
  resource: ResourceDefinition<Client>,
  prior: ObjectValue,
  planned: ObjectValue,
  { requiresReplace = [] }: PlanResult,
): readonly Path[] {
  const all = [...replacementPaths(resource.schema, prior, planned), ...requiresReplace];
  return all.filter((path, index) => all.findIndex((other) => equalPaths(path, other)) === index);
}
