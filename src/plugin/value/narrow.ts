import { isNumberValue } from "./number";
import { Unknown } from "./unknown";
import type { ObjectValue, Value } from "./value";
import { DynamicValue } from "./value";

/** True for arrays: values of list, set and tuple types. */
export function isSequence(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** True for plain objects: values of map and object types. */
export function isObjectValue(value: unknown): value is ObjectValue {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof DynamicValue) &&
    !isNumberValue(value)
  );
}

/** True for null and for a dynamic value that is a null of some type. */
export function isNullValue(value: Value | undefined): boolean {
  return value === null || value === undefined || (value instanceof DynamicValue && isNullValue(value.value));
}

/** True when nothing in the value is unknown. */
export function isWhollyKnown(value: Value): boolean {
  if (value instanceof Unknown) return false;
  if (value instanceof DynamicValue) return isWhollyKnown(value.value);
  if (isSequence(value)) return value.every(isWhollyKnown);
  if (isObjectValue(value)) return Object.values(value).every(isWhollyKnown);
  return true;
}

/** The member of that name, or null when there is none. Never something inherited. */
export function member(value: Value | undefined, name: string): Value {
  return isObjectValue(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}
