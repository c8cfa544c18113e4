/**
 * The type of one value, as plain data.
 *
 * `"dynamic"` means that the type is only known from the value itself.
 *
 * @example
 * const placement: Type = { map: "number" };
 * const column: Type = { object: { name: "string", nullable: "bool" } };
 */
export type Type =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | { readonly list: Type }
  | { readonly set: Type }
  | { readonly map: Type }
  | { readonly object: { readonly [name: string]: Type } }
  | { readonly tuple: readonly Type[] };

/** One type, taken apart for an exhaustive switch. */
export type TypeShape =
  | { readonly kind: "string" | "number" | "bool" | "dynamic" }
  | { readonly kind: "list" | "set" | "map"; readonly element: Type }
  | { readonly kind: "object"; readonly attributes: { readonly [name: string]: Type } }
  | { readonly kind: "tuple"; readonly elements: readonly Type[] };

const shapes = new WeakMap<object, TypeShape>();
const primitiveShapes = {
  string: { kind: "string" },
  number: { kind: "number" },
  bool: { kind: "bool" },
  dynamic: { kind: "dynamic" },
} as const;

/**
 * Returns the type as a union with a literal `kind`.
 *
 * @throws TypeError when the value is not a type, which only untyped callers can reach.
 */
export function typeShape(type: Type): TypeShape {
  if (typeof type === "string") {
    const primitive = primitiveShapes[type] as TypeShape | undefined;
    if (primitive === undefined) throw new TypeError(`"${type}" is not a type`);
    return primitive;
  }
  const known = shapes.get(type);
  if (known !== undefined) return known;
  const shape = readShape(type);
  shapes.set(type, shape);
  return shape;
}

function readShape(type: Exclude<Type, string>): TypeShape {
  if ("list" in type) return { kind: "list", element: type.list };
  if ("set" in type) return { kind: "set", element: type.set };
  if ("map" in type) return { kind: "map", element: type.map };
  if ("object" in type) return { kind: "object", attributes: type.object };
  if ("tuple" in type) return { kind: "tuple", elements: type.tuple };
  throw new TypeError("not a type");
}
