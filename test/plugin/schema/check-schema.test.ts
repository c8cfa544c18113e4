import { checkSchemas } from "../../../src/plugin/schema/check-schema";
import { renderSchemaJson } from "../../../src/plugin/schema/render-schema-json";
import type { Attribute, NestedBlock, Schema } from "../../../src/plugin/schema/schema";
import { toyProvider } from "../fixtures/toy-provider";

const ok: Attribute = { type: "string", optional: true };
const schema = (attributes: Record<string, Attribute>, blocks: Record<string, NestedBlock> = {}): Schema => ({
  version: 0,
  attributes,
  blocks,
});
const inSet = (inner: Attribute): Attribute => ({
  nested: { nesting: "set", attributes: { a: inner } },
  optional: true,
});

function problemsOf(resource: Schema, typeName = "toy_x"): string[] {
  const resources = [{ ...toyProvider.resources[0], typeName, schema: resource }] as typeof toyProvider.resources;
  return checkSchemas({ ...toyProvider, resources }).map(({ where, problem }) => `${where}: ${problem}`);
}

describe("schema check", () => {
  test("the toy provider is right", () => expect(checkSchemas(toyProvider)).toEqual([]));

  test.each<[string, Schema, string]>([
    ["no behaviour", schema({ a: { type: "string" } }), "attribute a: one of required, optional and computed"],
    [
      "required and optional",
      schema({ a: { type: "string", required: true, optional: true } }),
      "either required or optional",
    ],
    ["required and computed", schema({ a: { type: "string", required: true, computed: true } }), "cannot be computed"],
    [
      "neither type nor nested",
      schema({ a: { optional: true } as unknown as Attribute }),
      "exactly one of type and nested",
    ],
    ["a bad name", schema({ "a-b": ok }), "lower-case letters"],
    ["a reserved name", schema({ count: ok }), "Terraform reserves this name"],
    [
      "a block like an attribute",
      schema({ a: ok }, { a: { nesting: "list", attributes: {} } }),
      "an attribute has the same name",
    ],
    [
      "items of a single block",
      schema({}, { b: { nesting: "single", minItems: 1, attributes: {} } }),
      "both 0 or both 1",
    ],
    [
      "items of a group",
      schema({}, { b: { nesting: "group", maxItems: 1, attributes: {} } }),
      "neither minItems nor maxItems",
    ],
    [
      "crossed items",
      schema({}, { b: { nesting: "list", minItems: 3, maxItems: 2, attributes: {} } }),
      "minItems is greater",
    ],
    ["a stable attribute that is not computed", schema({ a: { ...ok, stable: true } }), "only computed attributes"],
    [
      "a computed write-only attribute",
      schema({ a: { type: "string", optional: true, computed: true, writeOnly: true } }),
      "write-only attribute cannot be computed",
    ],
    [
      "a write-only attribute in a set",
      schema({ s: inSet({ ...ok, writeOnly: true }) }),
      "attribute s.a: a write-only attribute cannot stand inside a set",
    ],
    [
      "dynamic in a set",
      schema({ s: inSet({ type: "dynamic", optional: true }) }),
      "dynamic type cannot stand inside a set",
    ],
    [
      "dynamic in a set of blocks",
      schema({}, { b: { nesting: "set", attributes: { a: { type: { object: { x: "dynamic" } }, optional: true } } } }),
      "inside a set",
    ],
    ["a list of dynamic", schema({ a: { type: { list: "dynamic" }, optional: true } }), "cannot be dynamic"],
    ["a negative version", { ...schema({}), version: -1 }, "version"],
  ])("finds %s", (_, wrong, message) => expect(problemsOf(wrong).join("\n")).toContain(message));

  test("finds names that Terraform would not find, and doubles", () => {
    expect(problemsOf(schema({}), "other_x").join()).toContain('must be "toy" or begin with "toy_"');
    const twice = { ...toyProvider, resources: [...toyProvider.resources, ...toyProvider.resources] };
    expect(checkSchemas(twice).map(({ problem }) => problem)).toEqual(["there are two of this name"]);
  });

  test("a provider block may have a count, but no alias", () => {
    const of = (name: string) => checkSchemas({ ...toyProvider, schema: schema({ [name]: ok }) });
    expect(of("count")).toEqual([]);
    expect(of("alias")).toHaveLength(1);
  });
});

test("the rendered schema has the shape that Terraform prints", () => {
  expect(renderSchemaJson({ ...toyProvider, resources: [], dataSources: toyProvider.dataSources })).toEqual({
    format_version: "1.0",
    provider_schemas: {
      "registry.terraform.io/topoform/toy": {
        provider: {
          version: 0,
          block: {
            attributes: {
              label: { type: "string", description_kind: "markdown", optional: true },
              password: { type: "string", description_kind: "markdown", optional: true, sensitive: true },
            },
            description_kind: "markdown",
          },
        },
        resource_schemas: {},
        data_source_schemas: {
          toy_things: {
            version: 0,
            block: {
              attributes: {
                names: { type: ["list", "string"], description_kind: "markdown", computed: true },
                prefix: { type: "string", description_kind: "markdown", optional: true },
              },
              description_kind: "markdown",
            },
          },
        },
      },
    },
  });
});
