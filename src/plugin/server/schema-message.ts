import type { Attribute, Block, NestedBlock, Schema } from "../schema/schema";
import { typeToJson } from "../schema/type-json";
import type { AttributeMessage, BlockMessage, NestedBlockMessage, SchemaMessage } from "../wire/tfplugin6";
import { ATTRIBUTE_NESTING, BLOCK_NESTING, MARKDOWN } from "../wire/tfplugin6";

/** The wire form of a schema. Each schema and nested block carries a block: Terraform 1.11.4 crashes without one. */
export function schemaMessage(schema: Schema): SchemaMessage {
  return { version: BigInt(schema.version), block: blockMessage(schema) };
}

function blockMessage(block: Block): BlockMessage {
  return {
    attributes: attributeMessages(block.attributes),
    blockTypes: Object.entries(block.blocks ?? {}).map(([name, nested]) => nestedBlockMessage(name, nested)),
    ...describe(block),
  };
}

function nestedBlockMessage(typeName: string, nested: NestedBlock): NestedBlockMessage {
  return {
    typeName,
    block: blockMessage(nested),
    nesting: BLOCK_NESTING[nested.nesting],
    minItems: BigInt(nested.minItems ?? 0),
    maxItems: BigInt(nested.maxItems ?? 0),
  };
}

function attributeMessages(attributes: { readonly [name: string]: Attribute }): readonly AttributeMessage[] {
  return Object.entries(attributes).map(([name, attribute]) => ({
    name,
    ...(attribute.nested === undefined
      ? { type: Buffer.from(JSON.stringify(typeToJson(attribute.type))) }
      : {
          nestedType: {
            attributes: attributeMessages(attribute.nested.attributes),
            nesting: ATTRIBUTE_NESTING[attribute.nested.nesting],
          },
        }),
    required: attribute.required ?? false,
    optional: attribute.optional ?? false,
    computed: attribute.computed ?? false,
    sensitive: attribute.sensitive ?? false,
    writeOnly: attribute.writeOnly ?? false,
    ...describe(attribute),
  }));
}

function describe({ description, deprecated }: { readonly description?: string; readonly deprecated?: boolean }) {
  return { description: description ?? "", descriptionKind: MARKDOWN, deprecated: deprecated ?? false };
}
