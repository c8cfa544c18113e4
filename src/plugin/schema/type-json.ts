import type { LosslessJson } from "../codec/lossless-json";
import type { Type } from "./type";
import { typeShape } from "./type";

/** JSON of a type as Terraform writes it, for example `["map","number"]`. Attributes of objects are sorted. */
export type TypeJson =
  string | readonly [string, TypeJson | readonly TypeJson[] | { readonly [name: string]: TypeJson }];

/** Renders a type. Equal types give equal texts after `JSON.stringify`. */
export function typeToJson(type: Type): TypeJson {
  const shape = typeShape(type);
  switch (shape.kind) {
    case "list":
    case "set":
    case "map":
      return [shape.kind, typeToJson(shape.element)];
    case "tuple":
      return ["tuple", shape.elements.map(typeToJson)];
    case "object": {
      const names = Object.keys(shape.attributes).sort();
      return ["object", Object.fromEntries(names.map((name) => [name, typeToJson(shape.attributes[name] as Type)]))];
    }
    default:
      return shape.kind;
  }
}

/**
 * Reads the JSON of a type. The list of optional attributes that an object type may carry is dropped, as values do not need it.
 *
 * @throws SyntaxError when the JSON is not a type.
 */
export function typeFromJson(json: LosslessJson): Type {
  if (json === "string" || json === "number" || json === "bool" || json === "dynamic") return json;
  const [kind, argument] = Array.isArray(json) ? (json as readonly LosslessJson[]) : [];
  if (argument === undefined) throw notAType();
  if (kind === "list") return { list: typeFromJson(argument) };
  if (kind === "set") return { set: typeFromJson(argument) };
  if (kind === "map") return { map: typeFromJson(argument) };
  if (kind === "tuple" && Array.isArray(argument))
    return { tuple: (argument as readonly LosslessJson[]).map(typeFromJson) };
  if (kind === "object" && typeof argument === "object" && argument !== null && !Array.isArray(argument)) {
    return { object: Object.fromEntries(Object.entries(argument).map(([name, type]) => [name, typeFromJson(type)])) };
  }
  throw notAType();
}

/** True when both are the same type. */
export function equalTypes(a: Type, b: Type): boolean {
  return a === b || JSON.stringify(typeToJson(a)) === JSON.stringify(typeToJson(b));
}

function notAType(): SyntaxError {
  return new SyntaxError("not the JSON of a type");
}
