import { attributeType, blockType } from "../schema/implied-type";
import type { Attribute, AttributeNesting, Block, BlockNesting } from "../schema/schema";
import { equalValues } from "../value/equal-values";
import { isNullValue, isObjectValue, isSequence, member } from "../value/narrow";
import { isUnknown, UNKNOWN } from "../value/unknown";
import type { ObjectValue, Value } from "../value/value";

/**
 * Prepares the object that Terraform proposes for the resource's own planning: write-only values become null, and,
 * on creation or when anything changes, computed attributes that the configuration leaves out become unknown, except
 * `stable` ones that have a value. When nothing changes the prior values stay, so that the plan is empty.
 */
export function propose(
  block: Block,
  prior: ObjectValue | null,
  config: ObjectValue,
  proposed: ObjectValue,
): ObjectValue {
  const clean = withoutWriteOnly(block, proposed);
  if (prior !== null && equalValues(blockType(block), prior, clean)) return clean;
  return markComputedUnknown(block, config, clean);
}

/** Makes computed attributes unknown that the configuration leaves out, except `stable` ones that have a value. */
export function markComputedUnknown(block: Block, config: ObjectValue, proposed: ObjectValue): ObjectValue {
  return mapBlock(block, proposed, config, (attribute, value, configured) => {
    if (attribute.computed !== true || !isNullValue(configured)) return undefined;
    return attribute.stable === true && !isNullValue(value) ? value : UNKNOWN;
  });
}

/** The object with null for each write-only attribute, which is how it may stand in a plan. */
export function withoutWriteOnly(block: Block, object: ObjectValue): ObjectValue {
  return mapBlock(block, object, object, (attribute) => (attribute.writeOnly === true ? null : undefined));
}

/** Returns the new value of an attribute, or undefined to look into it. */
type Change = (attribute: Attribute, value: Value, configured: Value) => Value | undefined;

function mapBlock(block: Block, value: ObjectValue, config: Value, change: Change): ObjectValue {
  const blocks = Object.entries(block.blocks ?? {}).map(([name, nested]) => {
    const one = (element: Value, configured: Value) =>
      isObjectValue(element) ? mapBlock(nested, element, configured, change) : element;
    return [
      name,
      mapElements(nested.nesting, member(value, name), member(config, name), nested.attributes, one),
    ] as const;
  });
  return { ...mapAttributes(block.attributes, value, config, change), ...Object.fromEntries(blocks) };
}

function mapAttributes(
  attributes: { readonly [name: string]: Attribute },
  value: ObjectValue,
  config: Value,
  change: Change,
): ObjectValue {
  const entries = Object.entries(attributes).map(([name, attribute]) => {
    const [one, configured] = [member(value, name), member(config, name)];
    const changed = change(attribute, one, configured);
    if (changed !== undefined) return [name, changed] as const;
    const nested = attribute.nested;
    if (nested === undefined || isNullValue(configured) || isUnknown(configured)) return [name, one] as const;
    const inner = (element: Value, elementConfig: Value) =>
      isObjectValue(element) && isObjectValue(elementConfig)
        ? mapAttributes(nested.attributes, element, elementConfig, change)
        : element;
    return [name, mapElements(nested.nesting, one, configured, nested.attributes, inner)] as const;
  });
  return Object.fromEntries(entries);
}

function mapElements(
  nesting: AttributeNesting | BlockNesting,
  value: Value,
  config: Value,
  attributes: { readonly [name: string]: Attribute },
  one: (element: Value, configured: Value) => Value,
): Value {
  switch (nesting) {
    case "single":
    case "group":
      return one(value, config);
    case "list":
      if (!isSequence(value)) return value;
      return value.map((element, index) => one(element, isSequence(config) ? (config[index] ?? null) : null));
    case "map":
      if (!isObjectValue(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, element]) => [key, one(element, member(config, key))]),
      );
    case "set":
      if (!isSequence(value)) return value;
      return value.map((element) => one(element, configuredElement(attributes, element, config)));
  }
}

/** The element of a configured set that this one was made from: all that it sets is the same. */
function configuredElement(attributes: { readonly [name: string]: Attribute }, element: Value, config: Value): Value {
  const made = (configured: Value) =>
    Object.entries(attributes).every(([name, attribute]) => {
      const set = member(configured, name);
      return (
        attribute.nested !== undefined ||
        isNullValue(set) ||
        equalValues(attributeType(attribute), set, member(element, name))
      );
    });
  return isSequence(config) ? (config.find(made) ?? element) : element;
}
