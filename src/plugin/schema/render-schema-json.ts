import type { ProviderDefinition } from "../definition";
import type { Attribute, Block, NestedBlock, Schema } from "./schema";
import type { TypeJson } from "./type-json";
import { typeToJson } from "./type-json";

/** JSON objects as `terraform providers schema -json` prints them (format version 1.0). */
export type SchemaJson = { readonly [name: string]: SchemaJsonValue };
type SchemaJsonValue = string | number | boolean | TypeJson | SchemaJson | undefined;

/**
 * Renders all schemas of a provider like `terraform providers schema -json`, from which bindings and documentation are
 * generated, without starting Terraform. Attributes and blocks are in the order of their names.
 */
export function renderSchemaJson<Client>(definition: ProviderDefinition<Client>): SchemaJson {
  const kinds = (all: readonly { readonly typeName: string; readonly schema: Schema }[]) =>
    Object.fromEntries(all.map(({ typeName, schema }) => [typeName, renderSchema(schema)] as const).sort(byName));
  return {
    format_version: "1.0",
    provider_schemas: {
      [definition.address]: {
        provider: renderSchema(definition.schema),
        resource_schemas: kinds(definition.resources),
        data_source_schemas: kinds(definition.dataSources),
      },
    },
  };
}

function renderSchema(schema: Schema): SchemaJson {
  return { version: schema.version, block: renderBlock(schema) };
}

function renderBlock(block: Block): SchemaJson {
  return compact({
    attributes: mapSorted(block.attributes, renderAttribute),
    block_types: mapSorted(block.blocks ?? {}, renderNestedBlock),
    description: block.description,
    description_kind: "markdown",
    deprecated: block.deprecated === true ? true : undefined,
  });
}

function renderNestedBlock(nested: NestedBlock): SchemaJson {
  return compact({
    nesting_mode: nested.nesting,
    block: renderBlock(nested),
    min_items: nested.minItems === 0 ? undefined : nested.minItems,
    max_items: nested.maxItems === 0 ? undefined : nested.maxItems,
  });
}

function renderAttribute(attribute: Attribute): SchemaJson {
  const flag = (value: boolean | undefined) => (value === true ? true : undefined);
  return compact({
    ...(attribute.nested === undefined
      ? { type: typeToJson(attribute.type) }
      : {
          nested_type: {
            attributes: mapSorted(attribute.nested.attributes, renderAttribute),
            nesting_mode: attribute.nested.nesting,
          },
        }),
    description: attribute.description,
    description_kind: "markdown",
    deprecated: flag(attribute.deprecated),
    required: flag(attribute.required),
    optional: flag(attribute.optional),
    computed: flag(attribute.computed),
    sensitive: flag(attribute.sensitive),
    write_only: flag(attribute.writeOnly),
  });
}

function mapSorted<T>(object: { readonly [name: string]: T }, render: (one: T) => SchemaJson): SchemaJson {
  return Object.fromEntries(
    Object.entries(object)
      .sort(byName)
      .map(([name, one]) => [name, render(one)]),
  );
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

/** Without members that are undefined or empty objects. */
function compact(object: SchemaJson): SchemaJson {
  const kept = Object.entries(object).filter(
    ([, value]) => value !== undefined && !(typeof value === "object" && Object.keys(value).length === 0),
  );
  return Object.fromEntries(kept);
}
