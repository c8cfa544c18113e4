import type { Attribute, Block } from "../schema/schema";
import { isObjectValue, isSequence, member } from "./narrow";
import { formatNumber, isNumberValue } from "./number";
import type { Value } from "./value";
import { DynamicValue } from "./value";

/** Every text that stands in a sensitive or write-only attribute of an object of the block. */
export function secretsOf(block: Block, value: Value): readonly string[] {
  return [
    ...secretsOfAttributes(block.attributes, value),
    ...Object.entries(block.blocks ?? {}).flatMap(([name, nested]) =>
      elementsOf(member(value, name), nested.nesting === "single" || nested.nesting === "group").flatMap((one) =>
        secretsOf(nested, one),
      ),
    ),
  ];
}

function secretsOfAttributes(attributes: { readonly [name: string]: Attribute }, value: Value): readonly string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const one = member(value, name);
    if (attribute.sensitive === true || attribute.writeOnly === true) return textsOf(one);
    const nested = attribute.nested;
    if (nested === undefined) return [];
    return elementsOf(one, nested.nesting === "single").flatMap((element) =>
      secretsOfAttributes(nested.attributes, element),
    );
  });
}

function elementsOf(value: Value, single: boolean): readonly Value[] {
  if (single) return [value];
  if (isSequence(value)) return value;
  return isObjectValue(value) ? Object.values(value) : [];
}

function textsOf(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  if (isNumberValue(value)) return [formatNumber(value)];
  if (value instanceof DynamicValue) return textsOf(value.value);
  if (isSequence(value)) return value.flatMap(textsOf);
  return isObjectValue(value) ? Object.values(value).flatMap(textsOf) : [];
}
