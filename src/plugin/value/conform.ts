import type { Path } from "../diagnostics/path";
import { renderPath } from "../diagnostics/path";
import type { Type } from "../schema/type";
import { typeShape } from "../schema/type";
import { distinct } from "./equal-values";
import { isObjectValue, isSequence } from "./narrow";
import { canonicalNumber, isNumberValue } from "./number";
import { isUnknown } from "./unknown";
import type { Value } from "./value";
import { DynamicValue } from "./value";

/** A value that is not of the type that the schema says. The message never holds the value. */
export class ValueError extends Error {
  override readonly name = "ValueError";
  constructor(
    /** Where in the value. */
    readonly path: Path,
    /** What is wrong there. */
    readonly problem: string,
  ) {
    super(path.length === 0 ? problem : `${renderPath(path)}: ${problem}`);
  }
}

/**
 * Checks that a value is of a type and returns its canonical form: numbers as `parseNumber` gives them, strings and map
 * keys in normal form NFC, repetitions in sets dropped (first one stays), objects in the order of their type.
 *
 * @throws ValueError at the first place that does not fit.
 */
export function conform(type: Type, value: unknown, path: Path = []): Value {
  if (value === null || isUnknown(value)) return value;
  const shape = typeShape(type);
  switch (shape.kind) {
    case "string":
      if (typeof value !== "string") throw mismatch("a string", value, path);
      return value.normalize("NFC");
    case "bool":
      if (typeof value !== "boolean") throw mismatch("true or false", value, path);
      return value;
    case "number": {
      const canonical = isNumberValue(value) ? canonicalNumber(value) : undefined;
      if (canonical === undefined) throw mismatch("a finite number", value, path);
      return canonical;
    }
    case "dynamic":
      if (!(value instanceof DynamicValue)) throw mismatch("a DynamicValue", value, path);
      if (value.type === "dynamic") throw new ValueError(path, "a dynamic value needs the type of what it holds");
      return new DynamicValue(value.type, conform(value.type, value.value, path));
    case "list":
      return sequence(value, path).map((one, index) => conform(shape.element, one, [...path, index]));
    case "set":
      return distinct(
        shape.element,
        sequence(value, path).map((one) => conform(shape.element, one, path)),
      );
    case "tuple":
      return conformTuple(shape.elements, value, path);
    case "map": {
      const entries = Object.entries(members(value, path));
      return Object.fromEntries(
        entries.map(([key, one]) => [key.normalize("NFC"), conform(shape.element, one, [...path, { key }])]),
      );
    }
    case "object":
      return conformObject(shape.attributes, value, path);
  }
}

function conformTuple(elements: readonly Type[], value: unknown, path: Path): readonly Value[] {
  const values = sequence(value, path);
  if (values.length !== elements.length) {
    throw new ValueError(path, `a tuple of ${elements.length} elements is required, ${values.length} given`);
  }
  return elements.map((type, index) => conform(type, values[index], [...path, index]));
}

function conformObject(attributes: { readonly [name: string]: Type }, value: unknown, path: Path): Value {
  const given = members(value, path);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(attributes, name)) throw new ValueError([...path, name], "the schema has no such attribute");
  }
  const entries = Object.entries(attributes).map(([name, type]) => {
    const at = [...path, name];
    if (!Object.hasOwn(given, name) || given[name] === undefined) {
      throw new ValueError(at, "the attribute is missing; an attribute without a value is null");
    }
    return [name, conform(type, given[name], at)] as const;
  });
  return Object.fromEntries(entries);
}

function sequence(value: unknown, path: Path): readonly unknown[] {
  if (!isSequence(value as Value)) throw mismatch("an array", value, path);
  return value as readonly unknown[];
}

function members(value: unknown, path: Path): { readonly [name: string]: unknown } {
  if (!isObjectValue(value)) throw mismatch("an object", value, path);
  return value;
}

function mismatch(wanted: string, value: unknown, path: Path): ValueError {
  return new ValueError(path, `${wanted} is required, got ${describe(value)}`);
}

/** Names the kind of a value without showing it. */
function describe(value: unknown): string {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return "an array";
  if (value instanceof DynamicValue) return "a DynamicValue";
  if (isNumberValue(value)) return typeof value === "number" && !Number.isFinite(value) ? String(value) : "a number";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}
