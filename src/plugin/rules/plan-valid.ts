import type { Path } from "../diagnostics/path";
import { attributeType, blockType } from "../schema/implied-type";
import type { Attribute, Block, NestedAttributes, NestedBlock } from "../schema/schema";
import { equalValues, valueKey } from "../value/equal-values";
import { isNullValue, isObjectValue, isSequence, member } from "../value/narrow";
import { isUnknown } from "../value/unknown";
import type { Value } from "../value/value";
import type { Violation } from "./violation";

/** The same place in the prior state, the configuration and the plan. */
interface Triple {
  readonly prior: Value;
  readonly config: Value;
  readonly planned: Value;
}

type Check = (triple: Triple, path: Path) => readonly Violation[];

/**
 * The rules that a planned object must obey, as Terraform 1.11 checks them ("Provider produced invalid plan"):
 * a configured value is planned as it is, or as it was before; a value that is neither configured nor computed is null;
 * nested blocks are those of the configuration.
 *
 * @returns nothing when the plan is valid.
 */
export function checkPlan(block: Block, prior: Value, config: Value, planned: Value): readonly Violation[] {
  return checkBlock(block)({ prior, config, planned }, []);
}

function checkBlock(block: Block): Check {
  return (triple, path) => {
    if (isUnknown(triple.planned)) {
      return isUnknown(triple.config) ? [] : [violation(path, "a block must not be unknown; its attributes may be")];
    }
    if (isNullValue(triple.config) !== isNullValue(triple.planned)) return [presence(triple, path)];
    if (isNullValue(triple.planned)) return [];
    if (isUnknown(triple.config)) return [];
    return [
      ...checkAttributes(block.attributes)(triple, path),
      ...Object.entries(block.blocks ?? {}).flatMap(([name, nested]) =>
        checkBlocks(nested)(at(triple, name), [...path, name]),
      ),
    ];
  };
}

function checkAttributes(attributes: { readonly [name: string]: Attribute }): Check {
  return (triple, path) =>
    Object.entries(attributes).flatMap(([name, attribute]) =>
      checkAttribute(attribute)(at(triple, name), [...path, name]),
    );
}

function checkAttribute(attribute: Attribute): Check {
  return (triple, path) => {
    const { prior, config, planned } = triple;
    if (attribute.writeOnly === true) return [];
    const type = attributeType(attribute);
    if (equalValues(type, planned, config)) return [];
    if (isNullValue(config)) {
      return attribute.computed === true
        ? []
        : [violation(path, "a value is planned, but the attribute is neither configured nor computed")];
    }
    if (!isNullValue(prior) && equalValues(type, planned, prior)) return [];
    if (attribute.nested !== undefined) return checkNested(attribute.nested)(triple, path);
    return [violation(path, "the planned value is neither the configured nor the prior one")];
  };
}

function checkNested(nested: NestedAttributes): Check {
  const element = checkPresent(checkAttributes(nested.attributes));
  switch (nested.nesting) {
    case "single":
      return element;
    case "list":
      return checkList(element);
    case "map":
      return checkMap(element);
    case "set":
      return checkSet(element, (value) => valueKey({ object: elementTypes(nested) }, value));
  }
}

function elementTypes(nested: NestedAttributes) {
  return Object.fromEntries(
    Object.entries(nested.attributes).map(([name, attribute]) => [name, attributeType(attribute)]),
  );
}

/** Elements of a configured collection: present where the configuration has them, and known. */
function checkPresent(check: Check): Check {
  return (triple, path) => {
    if (isNullValue(triple.config) !== isNullValue(triple.planned)) return [presence(triple, path)];
    if (isNullValue(triple.config)) return [];
    if (isUnknown(triple.config) !== isUnknown(triple.planned)) return [knowledge(triple, path)];
    return isUnknown(triple.config) ? [] : check(triple, path);
  };
}

function checkBlocks(nested: NestedBlock): Check {
  const element = checkBlock(nested);
  switch (nested.nesting) {
    case "single":
    case "group":
      return element;
    case "list":
      return checkBlockCollection(checkList(element));
    case "map":
      return checkBlockCollection(checkMap(element));
    case "set":
      return checkBlockCollection(checkSet(element, (value) => valueKey(blockType(nested), value)));
  }
}

function checkBlockCollection(check: Check): Check {
  return (triple, path) => {
    if (triple.planned === null) return [violation(path, "no blocks are an empty collection, not null")];
    if (isUnknown(triple.config)) return [];
    if (isUnknown(triple.planned)) return [violation(path, "blocks must not be unknown as a whole")];
    return check(triple, path);
  };
}

function checkList(element: Check): Check {
  return checkPresent(({ prior, config, planned }, path) => {
    const [before, wanted, given] = [elements(prior), elements(config), elements(planned)];
    if (wanted.length !== given.length) return [count(wanted.length, given.length, path)];
    return given.flatMap((one, index) =>
      element({ prior: before[index] ?? null, config: wanted[index] ?? null, planned: one }, [...path, index]),
    );
  });
}

function checkMap(element: Check): Check {
  return checkPresent((triple, path) => {
    const wanted = isObjectValue(triple.config) ? Object.keys(triple.config) : [];
    const given = isObjectValue(triple.planned) ? Object.keys(triple.planned) : [];
    const differing = [
      ...wanted.filter((key) => !given.includes(key)).map((key) => [key, "is missing in the plan"] as const),
      ...given.filter((key) => !wanted.includes(key)).map((key) => [key, "is not in the configuration"] as const),
    ];
    if (differing.length > 0) return differing.map(([key, what]) => violation([...path, { key }], `the key ${what}`));
    return wanted.flatMap((key) => element(at(triple, key), [...path, { key }]));
  });
}

/**
 * Elements of sets have no identity: every planned element must be one that the configuration could become, every
 * configured one must be planned, and there must not be more of them.
 */
function checkSet(element: Check, key: (value: Value) => string): Check {
  return checkPresent(({ prior, config, planned }, path) => {
    const wanted = elements(config);
    const given = elements(planned);
    if (given.length > wanted.length) return [count(wanted.length, given.length, path)];
    const priors = [null, ...elements(prior)];
    const fits = (one: Value, other: Value) =>
      key(one) === key(other) ||
      priors.some((before) => element({ prior: before, config: one, planned: other }, path).length === 0);
    const wantedKeys = new Set(wanted.map(key));
    const givenKeys = new Set(given.map(key));
    const strange = given.some((other) => !wantedKeys.has(key(other)) && !wanted.some((one) => fits(one, other)));
    if (strange) return [violation(path, "an element of the planned set is not one of the configuration")];
    const missing = wanted.some((one) => !givenKeys.has(key(one)) && !given.some((other) => fits(one, other)));
    return missing ? [violation(path, "an element of the configured set is not planned")] : [];
  });
}

function at({ prior, config, planned }: Triple, name: string): Triple {
  return { prior: member(prior, name), config: member(config, name), planned: member(planned, name) };
}

function elements(value: Value): readonly Value[] {
  return isSequence(value) ? value : [];
}

function presence({ config }: Triple, path: Path): Violation {
  return violation(
    path,
    isNullValue(config)
      ? "something is planned where the configuration has nothing"
      : "nothing is planned where the configuration has something",
  );
}

function knowledge({ config }: Triple, path: Path): Violation {
  return violation(
    path,
    isUnknown(config)
      ? "a known value is planned where the configuration is not known yet"
      : "an unknown value is planned where the configuration is known",
  );
}

function count(wanted: number, given: number, path: Path): Violation {
  return violation(path, `the plan has ${given} elements and the configuration ${wanted}`);
}

function violation(path: Path, problem: string): Violation {
  return { path, problem };
}
