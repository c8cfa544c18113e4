import type { Attribute, AttributeNesting, Block, BlockNesting } from "./schema";
import type { Type } from "./type";

const implied = new WeakMap<Block, Type & { readonly object: { readonly [name: string]: Type } }>();

/** The object type of the values that a block describes: one attribute per attribute and per block type. */
export function blockType(block: Block): Type & { readonly object: { readonly [name: string]: Type } } {
  const known = implied.get(block);
  if (known !== undefined) return known;
  const attributes = attributeTypes(block.attributes);
  const blocks = Object.entries(block.blocks ?? {}).map(
    ([name, nested]) => [name, repeat(nested.nesting, blockType(nested))] as const,
  );
  const type = { object: { ...attributes, ...Object.fromEntries(blocks) } };
  implied.set(block, type);
  return type;
}

/** The type of an attribute's values. */
export function attributeType(attribute: Attribute): Type {
  if (attribute.nested === undefined) return attribute.type;
  return repeat(attribute.nested.nesting, { object: attributeTypes(attribute.nested.attributes) });
}

function attributeTypes(attributes: { readonly [name: string]: Attribute }): { readonly [name: string]: Type } {
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, attributeType(attribute)]));
}

function repeat(nesting: AttributeNesting | BlockNesting, element: Type): Type {
  switch (nesting) {
    case "single":
    case "group":
      return element;
    case "list":
      return { list: element };
    case "set":
      return { set: element };
    case "map":
      return { map: element };
  }
}
