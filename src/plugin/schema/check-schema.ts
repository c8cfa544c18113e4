import type { ProviderDefinition } from "../definition";
import type { Attribute, Block, NestedBlock, Schema } from "./schema";
import type { Type } from "./type";
import { typeShape } from "./type";

/** Where in a definition something is wrong, and what. */
export interface SchemaProblem {
  /** For example `resource topoform_table, attribute columns.name`. */
  readonly where: string;
  readonly problem: string;
}

type Report = (where: string, problem: string) => void;
type Usage = "provider" | "resource" | "data source";

const reserved: { readonly [usage in Usage]: readonly string[] } = {
  provider: ["alias", "version"],
  resource: ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"],
  "data source": ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"],
};

/**
 * Checks all schemas of a provider by the rules of Terraform 1.11, plus its naming rules, so that a mistake shows
 * when the provider starts rather than as a crash of Terraform.
 */
export function checkSchemas<Client>(definition: ProviderDefinition<Client>): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  const report: Report = (where, problem) => problems.push({ where, problem });
  checkSchema(definition.schema, "provider", "provider", report);
  for (const [usage, kinds] of [
    ["resource", definition.resources],
    ["data source", definition.dataSources],
  ] as const) {
    const seen = new Set<string>();
    for (const { typeName, schema } of kinds) {
      const where = `${usage} ${typeName}`;
      if (seen.has(typeName)) report(where, "there are two of this name");
      seen.add(typeName);
      if (typeName !== definition.name && !typeName.startsWith(`${definition.name}_`)) {
        report(where, `the name must be "${definition.name}" or begin with "${definition.name}_"`);
      }
      if (!validName.test(typeName)) report(where, nameProblem);
      checkSchema(schema, usage, where, report);
    }
  }
  return problems;
}

const validName = /^[a-z][a-z0-9_]*$/;
const nameProblem = "a name consists of lower-case letters, digits and underscores and begins with a letter";

function checkSchema(schema: Schema, usage: Usage, where: string, report: Report): void {
  if (!Number.isSafeInteger(schema.version) || schema.version < 0) report(where, "the version is not a whole number");
  for (const name of [...Object.keys(schema.attributes), ...Object.keys(schema.blocks ?? {})]) {
    if (reserved[usage].includes(name)) report(`${where}, attribute ${name}`, "Terraform reserves this name");
  }
  checkBlock(schema, { where, inSet: false, writeOnlyAllowed: usage === "resource" }, report);
}

/** Where a block or attribute stands, as far as rules depend on it. */
interface Place {
  readonly where: string;
  readonly inSet: boolean;
  readonly writeOnlyAllowed: boolean;
}

function checkBlock(block: Block, place: Place, report: Report): void {
  checkAttributes(block.attributes, place, "", report);
  for (const [name, nested] of Object.entries(block.blocks ?? {})) {
    const where = `${place.where}, block ${name}`;
    if (!validName.test(name)) report(where, nameProblem);
    if (Object.hasOwn(block.attributes, name)) report(where, "an attribute has the same name");
    checkItems(nested, where, report);
    checkBlock(nested, { ...place, where, inSet: place.inSet || nested.nesting === "set" }, report);
  }
}

function checkItems({ nesting, minItems = 0, maxItems = 0 }: NestedBlock, where: string, report: Report): void {
  if (minItems < 0 || maxItems < 0) report(where, "minItems and maxItems must not be negative");
  switch (nesting) {
    case "single":
      if (minItems !== maxItems || minItems > 1)
        report(where, "minItems and maxItems of a single block are both 0 or both 1");
      break;
    case "group":
    case "map":
      if (minItems !== 0 || maxItems !== 0) report(where, `a ${nesting} block has neither minItems nor maxItems`);
      break;
    case "list":
    case "set":
      if (maxItems !== 0 && minItems > maxItems) report(where, "minItems is greater than maxItems");
  }
}

function checkAttributes(
  attributes: { readonly [name: string]: Attribute },
  place: Place,
  prefix: string,
  report: Report,
): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const where = `${place.where}, attribute ${prefix}${name}`;
    if (!validName.test(name)) report(where, nameProblem);
    checkBehaviour(attribute, place, where, report);
    if ((attribute.type === undefined) === (attribute.nested === undefined)) {
      report(where, "exactly one of type and nested is required");
    }
    if (attribute.nested !== undefined) {
      const inSet = place.inSet || attribute.nested.nesting === "set";
      checkAttributes(attribute.nested.attributes, { ...place, inSet }, `${prefix}${name}.`, report);
    } else if (attribute.type !== undefined) checkType(attribute.type, place.inSet, where, report);
  }
}

function checkBehaviour(attribute: Attribute, place: Place, where: string, report: Report): void {
  const { required = false, optional = false, computed = false, writeOnly = false, stable = false } = attribute;
  if (!required && !optional && !computed) report(where, "one of required, optional and computed is needed");
  if (required && optional) report(where, "an attribute is either required or optional");
  if (required && computed) report(where, "a required attribute cannot be computed");
  if (stable && !computed) report(where, "only computed attributes can be stable");
  if (!writeOnly) return;
  if (computed) report(where, "a write-only attribute cannot be computed");
  if (place.inSet) report(where, "a write-only attribute cannot stand inside a set");
  if (!place.writeOnlyAllowed) report(where, "only managed resources have write-only attributes");
}

function checkType(type: Type, inSet: boolean, where: string, report: Report): void {
  if (inSet && holdsDynamic(type)) report(where, "a dynamic type cannot stand inside a set");
  else if (dynamicInCollection(type)) report(where, "elements of lists, sets and maps cannot be dynamic");
}

function holdsDynamic(type: Type): boolean {
  return type === "dynamic" || children(type).some(holdsDynamic);
}

function dynamicInCollection(type: Type): boolean {
  const shape = typeShape(type);
  const collection = shape.kind === "list" || shape.kind === "set" || shape.kind === "map";
  return children(type).some((child) => (collection && holdsDynamic(child)) || dynamicInCollection(child));
}

function children(type: Type): readonly Type[] {
  const shape = typeShape(type);
  switch (shape.kind) {
    case "list":
    case "set":
    case "map":
      return [shape.element];
    case "tuple":
      return shape.elements;
    case "object":
      return Object.values(shape.attributes);
    default:
      return [];
  }
}
