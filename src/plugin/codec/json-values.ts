import type { Path } from "../diagnostics/path";
import type { Type } from "../schema/type";
import { typeShape } from "../schema/type";
import { typeFromJson, typeToJson } from "../schema/type-json";
import { conform, ValueError } from "../value/conform";
import { isNumberValue, parseNumber } from "../value/number";
import { isUnknown } from "../value/unknown";
import type { ObjectValue, Value } from "../value/value";
import { DynamicValue } from "../value/value";
import type { LosslessJson } from "./lossless-json";

/**
 * Reads a value of a type from JSON as Terraform writes it in state files: dynamic values are `{"value":…,"type":…}`.
 * Attributes that the JSON leaves out are null; ones that the type does not have are refused.
 *
 * @throws ValueError when the JSON is not a value of the type.
 */
export function valueFromJson(type: Type, json: LosslessJson): Value {
  return conform(type, read(type, json, []));
}

/**
 * Writes a value as JSON in the form that {@link valueFromJson} reads.
 *
 * @throws ValueError when the value is not of the type or holds an unknown: JSON cannot say that.
 */
export function valueToJson(type: Type, value: Value): LosslessJson {
  return write(type, conform(type, value), []);
}

function read(type: Type, json: LosslessJson, path: Path): Value {
  if (json === null) return null;
  const shape = typeShape(type);
  switch (shape.kind) {
    case "string":
    case "bool":
      return json as Value;
    case "number": {
      const value = typeof json === "string" ? parseNumber(json) : json;
      if (!isNumberValue(value)) throw new ValueError(path, "a number is required");
      return value;
    }
    case "dynamic":
      return readDynamic(json, path);
    case "list":
      return sequence(json, path).map((one, index) => read(shape.element, one, [...path, index]));
    case "set":
      return sequence(json, path).map((one) => read(shape.element, one, path));
    case "tuple":
      return sequence(json, path).map((one, index) => read(shape.elements[index] ?? "dynamic", one, [...path, index]));
    case "map":
      return mapMembers(members(json, path), (one, key) => read(shape.element, one, [...path, { key }]));
    case "object": {
      const given = members(json, path);
      for (const name of Object.keys(given)) {
        if (!Object.hasOwn(shape.attributes, name)) {
          throw new ValueError([...path, name], "the schema has no such attribute");
        }
      }
      return mapMembers(shape.attributes, (attribute, name) =>
        read(attribute, Object.hasOwn(given, name) ? (given[name] ?? null) : null, [...path, name]),
      );
    }
  }
}

function readDynamic(json: LosslessJson, path: Path): Value {
  const { type: typeJson, value = null } = members(json, path);
  if (typeJson === undefined) throw new ValueError(path, "a dynamic value has no type");
  try {
    const type = typeFromJson(typeJson);
    return new DynamicValue(type, read(type, value, path));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ValueError(path, error.message);
    throw error;
  }
}

function write(type: Type, value: Value, path: Path): LosslessJson {
  if (isUnknown(value)) throw new ValueError(path, "an unknown value has no JSON form");
  if (value === null || typeof value !== "object" || isNumberValue(value)) return value;
  if (value instanceof DynamicValue) {
    return { value: write(value.type, value.value, path), type: typeToJson(value.type) as LosslessJson };
  }
  const shape = typeShape(type);
  switch (shape.kind) {
    case "list":
      return (value as readonly Value[]).map((one, index) => write(shape.element, one, [...path, index]));
    case "set":
      return (value as readonly Value[]).map((one) => write(shape.element, one, path));
    case "tuple":
      return (value as readonly Value[]).map((one, index) =>
        write(shape.elements[index] as Type, one, [...path, index]),
      );
    case "map":
      return mapMembers(value as ObjectValue, (one, key) => write(shape.element, one, [...path, { key }]));
    case "object":
      return mapMembers(value as ObjectValue, (one, name) =>
        write(shape.attributes[name] as Type, one, [...path, name]),
      );
    default:
      throw new ValueError(path, `${shape.kind} is required`);
  }
}

function mapMembers<T, U>(
  object: { readonly [name: string]: T },
  change: (one: T, name: string) => U,
): { [name: string]: U } {
  return Object.fromEntries(Object.entries(object).map(([name, one]) => [name, change(one, name)]));
}

function sequence(json: LosslessJson, path: Path): readonly LosslessJson[] {
  if (!Array.isArray(json)) throw new ValueError(path, "an array is required");
  return json as readonly LosslessJson[];
}

function members(json: LosslessJson, path: Path): { readonly [name: string]: LosslessJson } {
  if (json === null || typeof json !== "object" || Array.isArray(json) || isNumberValue(json)) {
    throw new ValueError(path, "an object is required");
  }
  return json as { readonly [name: string]: LosslessJson };
}
