import type { Path } from "../diagnostics/path";
import type { Attribute, Block, NestedBlock } from "../schema/schema";
import { isNullValue, isObjectValue, isSequence, isWhollyKnown, member } from "../value/narrow";
import type { Value } from "../value/value";
import type { Violation } from "./violation";

/**
 * The rules for every object that is stored: nothing unknown, write-only attributes null, and collections of nested blocks
 * empty rather than null.
 */
export function checkState(block: Block, state: Value): readonly Violation[] {
  return [...checkKnown(block, state), ...checkShape(block, state)];
}

/** The rules for every object that a provider returns, planned ones too: {@link checkState} without those on unknown values. */
export function checkShape(block: Block, value: Value, path: Path = []): readonly Violation[] {
  if (!isObjectValue(value)) return [];
  return [
    ...checkWriteOnly(block.attributes, value, path),
    ...Object.entries(block.blocks ?? {}).flatMap(([name, nested]) =>
      checkBlocks(nested, member(value, name), [...path, name]),
    ),
  ];
}

function checkKnown(block: Block, state: Value): readonly Violation[] {
  const names = [...Object.keys(block.attributes), ...Object.keys(block.blocks ?? {})];
  return names
    .filter((name) => !isWhollyKnown(member(state, name)))
    .map((name) => ({ path: [name], problem: "a value is unknown where all values must be known" }));
}

function checkWriteOnly(
  attributes: { readonly [name: string]: Attribute },
  value: Value,
  path: Path,
): readonly Violation[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const one = member(value, name);
    const at = [...path, name];
    if (attribute.writeOnly === true) {
      return isNullValue(one) ? [] : [{ path: at, problem: "a write-only attribute must be null in plans and states" }];
    }
    const nested = attribute.nested;
    if (nested === undefined) return [];
    return children(one, nested.nesting === "single", at).flatMap(([child, childPath]) =>
      checkWriteOnly(nested.attributes, child, childPath),
    );
  });
}

function checkBlocks(nested: NestedBlock, value: Value, path: Path): readonly Violation[] {
  if (value === null) {
    if (nested.nesting === "single") return [];
    const problem =
      nested.nesting === "group"
        ? "a group block is an object with null attributes when absent, not null"
        : "no blocks are an empty collection, not null";
    return [{ path, problem }];
  }
  const single = nested.nesting === "single" || nested.nesting === "group";
  return children(value, single, path).flatMap(([child, childPath]) => checkShape(nested, child, childPath));
}

function children(value: Value, single: boolean, path: Path): readonly (readonly [Value, Path])[] {
  if (single) return [[value, path]];
  if (isSequence(value)) return value.map((one, index) => [one, [...path, index]]);
  if (isObjectValue(value)) return Object.entries(value).map(([key, one]) => [one, [...path, { key }]]);
  return [];
}
