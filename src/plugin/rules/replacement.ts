import type { Path } from "../diagnostics/path";
import { attributeType, blockType } from "../schema/implied-type";
import type { Attribute, AttributeNesting, Block, BlockNesting } from "../schema/schema";
import type { Type, TypeShape } from "../schema/type";
import { typeShape } from "../schema/type";
import { equalValues } from "../value/equal-values";
import { isObjectValue, isSequence, member } from "../value/narrow";
import type { ObjectValue, Value } from "../value/value";
import type { Violation } from "./violation";

/** The paths of attributes marked `requiresReplace` whose planned value is not the prior one. */
export function replacementPaths(block: Block, prior: Value, planned: Value): readonly Path[] {
  return pathsInBlock(block, prior, planned, []);
}

/**
 * Of the given paths, those whose planned value is not the prior one: for `PlanResult.requiresReplace`.
 *
 * @example
 * requiresReplace: changedPaths(schema, prior, planned, [["name"], ["region", "id"]])
 */
export function changedPaths(
  block: Block,
  prior: ObjectValue | null,
  planned: ObjectValue | null,
  paths: readonly Path[],
): readonly Path[] {
  return paths.filter((path) => {
    const type = typeAt(blockType(block), path);
    return type !== undefined && !equalValues(type, valueAt(prior, path) ?? null, valueAt(planned, path) ?? null);
  });
}

/** Terraform refuses a path that exists neither in the prior state nor in the plan. */
export function checkReplacementPaths(prior: Value, planned: Value, paths: readonly Path[]): readonly Violation[] {
  return paths
    .filter((path) => valueAt(prior, path) === undefined && valueAt(planned, path) === undefined)
    .map((path) => ({ path, problem: "the plan asks for replacement because of a path that does not exist" }));
}

function typeAt(type: Type, path: Path): Type | undefined {
  let here: Type | undefined = type;
  for (const step of path) {
    const shape: TypeShape | undefined = here === undefined ? undefined : typeShape(here);
    if (shape === undefined) return undefined;
    if (shape.kind === "object" && typeof step === "string") here = shape.attributes[step];
    else if (shape.kind === "map" && typeof step === "object") here = shape.element;
    else if (shape.kind === "list" && typeof step === "number") here = shape.element;
    else if (shape.kind === "tuple" && typeof step === "number") here = shape.elements[step];
    else return undefined;
  }
  return here;
}

/** The value at a path, or undefined when the path does not exist. */
export function valueAt(value: Value, path: Path): Value | undefined {
  let here: Value | undefined = value;
  for (const step of path) {
    if (typeof step === "number") here = isSequence(here) ? here[step] : undefined;
    else {
      const name = typeof step === "string" ? step : step.key;
      here = isObjectValue(here) && Object.hasOwn(here, name) ? here[name] : undefined;
    }
  }
  return here;
}

function pathsInBlock(block: Block, prior: Value, planned: Value, path: Path): readonly Path[] {
  return [
    ...pathsInAttributes(block.attributes, prior, planned, path),
    ...Object.entries(block.blocks ?? {}).flatMap(([name, nested]) =>
      pathsInElements(
        nested.nesting,
        member(prior, name),
        member(planned, name),
        [...path, name],
        (before, after, at) => pathsInBlock(nested, before, after, at),
      ),
    ),
  ];
}

function pathsInAttributes(
  attributes: { readonly [name: string]: Attribute },
  prior: Value,
  planned: Value,
  path: Path,
): readonly Path[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const at = [...path, name];
    const [before, after] = [member(prior, name), member(planned, name)];
    if (equalValues(attributeType(attribute), before, after)) return [];
    if (attribute.requiresReplace === true) return [at];
    const nested = attribute.nested;
    if (nested === undefined) return [];
    return pathsInElements(nested.nesting, before, after, at, (one, other, elementPath) =>
      pathsInAttributes(nested.attributes, one, other, elementPath),
    );
  });
}

/** Compares the elements that both sides have. Elements of sets have no path of their own and are left out. */
function pathsInElements(
  nesting: AttributeNesting | BlockNesting,
  prior: Value,
  planned: Value,
  path: Path,
  compare: (before: Value, after: Value, path: Path) => readonly Path[],
): readonly Path[] {
  switch (nesting) {
    case "single":
    case "group":
      return isObjectValue(prior) && isObjectValue(planned) ? compare(prior, planned, path) : [];
    case "list":
      if (!isSequence(prior) || !isSequence(planned)) return [];
      return planned
        .slice(0, prior.length)
        .flatMap((after, index) => compare(prior[index] ?? null, after, [...path, index]));
    case "map": {
      if (!isObjectValue(prior) || !isObjectValue(planned)) return [];
      const keys = Object.keys(planned).filter((key) => Object.hasOwn(prior, key));
      return keys.flatMap((key) => compare(member(prior, key), member(planned, key), [...path, { key }]));
    }
    case "set":
      return [];
  }
}
