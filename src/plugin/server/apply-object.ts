import type { Context, ResourceDefinition } from "../definition";
import type { Diagnostic } from "../diagnostics/diagnostic";
import { hasErrors } from "../diagnostics/diagnostic";
import { checkResult } from "../rules/result-compatible";
import { checkState } from "../rules/state-valid";
import type { Violation } from "../rules/violation";
import { violationDiagnostics } from "../rules/violation";
import { blockType } from "../schema/implied-type";
import type { ObjectValue } from "../value/value";
import { checkObject } from "./checked-object";

/** What an apply starts from, decoded. */
export interface ApplyInput {
  readonly prior: ObjectValue | null;
  readonly planned: ObjectValue | null;
  readonly config: ObjectValue | null;
  readonly private: Uint8Array;
}

/** A result that has been checked. The state is what the resource returned, also when it breaks a rule. */
export interface CheckedState {
  readonly state: ObjectValue | null;
  readonly private: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Applies one planned object and checks the result by Terraform's own rules. A state that breaks one is still returned, so
 * that the object is not forgotten; only one that does not fit the schema cannot be.
 */
export async function applyObject<Client>(
  resource: ResourceDefinition<Client>,
  input: ApplyInput,
  context: Context<Client>,
): Promise<CheckedState> {
  const { state, private: privateBytes = input.private, diagnostics = [] } = await resource.apply(input, context);
  const { object, violations: misfits } = checkObject(resource.schema, state);
  const violations =
    misfits.length > 0 ? misfits : checkApplied(resource, input.planned, object, hasErrors(diagnostics));
  const broken = violationDiagnostics("Provider returned an invalid result", resource.typeName, violations);
  return { state: object, private: privateBytes, diagnostics: [...diagnostics, ...broken] };
}

function checkApplied<Client>(
  { schema }: ResourceDefinition<Client>,
  planned: ObjectValue | null,
  state: ObjectValue | null,
  failed: boolean,
): readonly Violation[] {
  const stored = checkState(schema, state);
  if (failed) return stored;
  if (planned === null) {
    return state === null ? [] : [{ path: [], problem: "the object was to be destroyed, but the result is not null" }];
  }
  if (state === null) return [{ path: [], problem: "the result of a creation or update is null" }];
  return [...stored, ...checkResult(blockType(schema), planned, state)];
}
