import type { Violation } from "../rules/violation";
import { blockType } from "../schema/implied-type";
import type { Block } from "../schema/schema";
import { conform, ValueError } from "../value/conform";
import { isObjectValue } from "../value/narrow";
import type { ObjectValue } from "../value/value";

/** An object that the provider returned: in canonical form, or null with the reason when it does not fit the schema. */
export interface CheckedObject {
  readonly object: ObjectValue | null;
  readonly violations: readonly Violation[];
}

/** Brings an object that the provider returned into canonical form. Undefined counts as null. */
export function checkObject(block: Block, returned: ObjectValue | null | undefined): CheckedObject {
  try {
    const object = conform(blockType(block), returned ?? null);
    if (object === null || isObjectValue(object)) return { object, violations: [] };
    return { object: null, violations: [{ path: [], problem: "an object or null is required, got an unknown value" }] };
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    return { object: null, violations: [{ path: error.path, problem: error.problem }] };
  }
}
