import { typeToJson } from "../schema/type-json";
import { canonicalNumber, formatNumber, isNumberValue } from "./number";
import type { Type } from "../schema/type";
import { typeShape } from "../schema/type";
import { isObjectValue, isSequence, isWhollyKnown, member } from "./narrow";
import { Unknown } from "./unknown";
import type { Value } from "./value";
import { DynamicValue } from "./value";

/**
 * A text that two values of one type share exactly when they are equal. Sets are compared without order and
 * repetition, numbers by what they are rather than by their form, strings by their normal form NFC.
 * Unknown equals unknown.
 */
export function valueKey(type: Type, value: Value): string {
  if (value === null) return "null";
  if (value instanceof Unknown) return "unknown";
  const shape = typeShape(type);
  switch (shape.kind) {
    case "string":
      return typeof value === "string" ? JSON.stringify(value.normalize("NFC")) : odd(value);
    case "bool":
      return typeof value === "boolean" ? String(value) : odd(value);
    case "number":
      return isNumberValue(value) ? formatNumber(canonicalNumber(value) ?? value) : odd(value);
    case "dynamic":
      if (!(value instanceof DynamicValue)) return odd(value);
      return `${JSON.stringify(typeToJson(value.type))}:${valueKey(value.type, value.value)}`;
    case "list":
      return isSequence(value) ? `[${value.map((one) => valueKey(shape.element, one)).join(",")}]` : odd(value);
    case "set": {
      if (!isSequence(value)) return odd(value);
      return `[${distinct(shape.element, value)
        .map((one) => valueKey(shape.element, one))
        .sort()
        .join(",")}]`;
    }
    case "tuple":
      if (!isSequence(value)) return odd(value);
      return `[${value.map((one, index) => valueKey(shape.elements[index] ?? "dynamic", one)).join(",")}]`;
    case "map": {
      if (!isObjectValue(value)) return odd(value);
      const parts = Object.entries(value).map(([name, one]) => [name.normalize("NFC"), one] as const);
      parts.sort(([a], [b]) => (a < b ? -1 : 1));
      return `{${parts.map(([name, one]) => `${JSON.stringify(name)}:${valueKey(shape.element, one)}`).join(",")}}`;
    }
    case "object": {
      if (!isObjectValue(value)) return odd(value);
      const names = Object.keys(shape.attributes).sort();
      const part = (name: string) =>
        `${JSON.stringify(name)}:${valueKey(shape.attributes[name] as Type, member(value, name))}`;
      return `{${names.map(part).join(",")}}`;
    }
  }
}

/** True when two values of one type are equal; see {@link valueKey}. */
export function equalValues(type: Type, a: Value, b: Value): boolean {
  return a === b || valueKey(type, a) === valueKey(type, b);
}

/** Elements without repetition; the first of equal ones stays. Elements with unknown parts are never known to be equal. */
export function distinct(element: Type, values: readonly Value[]): readonly Value[] {
  if (values.length < 2) return values;
  const seen = new Set<string>();
  return values.filter((one) => {
    if (!isWhollyKnown(one)) return true;
    const key = valueKey(element, one);
    return seen.has(key) ? false : seen.add(key);
  });
}

/** A value that is not of its type; it equals only another of the same kind. */
function odd(value: Value): string {
  return `!${Array.isArray(value) ? "array" : typeof value}`;
}
