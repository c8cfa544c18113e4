import fc from "fast-check";
import type { Type } from "../../../src/plugin/schema/type";
import { typeShape } from "../../../src/plugin/schema/type";
import { parseNumber } from "../../../src/plugin/value/number";
import { UNKNOWN } from "../../../src/plugin/value/unknown";
import type { NumberValue, Value } from "../../../src/plugin/value/value";
import { DynamicValue } from "../../../src/plugin/value/value";

const name = fc.oneof(fc.stringMatching(/^[a-z_]{1,6}$/), fc.constantFrom("__proto__", "constructor", "toString"));

/** Types as a schema can have them; with `dynamic` only outside of collections, as Terraform demands. */
export const types: fc.Arbitrary<Type> = fc.letrec<{ inner: Type; outer: Type }>((tie) => ({
  inner: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Type>("string", "number", "bool"),
    fc.record({ list: tie("inner") }),
    fc.record({ set: tie("inner") }),
    fc.record({ map: tie("inner") }),
    fc.record({ object: fc.dictionary(name, tie("inner"), { maxKeys: 4 }) }),
    fc.record({ tuple: fc.array(tie("inner"), { maxLength: 3 }) }),
  ),
  outer: fc.oneof(
    tie("inner"),
    fc.constant<Type>("dynamic"),
    fc.record({ object: fc.dictionary(name, tie("outer"), { maxKeys: 4 }) }),
  ),
})).outer;

const concreteTypes = types.filter((type) => type !== "dynamic");

/** Numbers of every size and form, in canonical form. */
export const numbers: fc.Arbitrary<NumberValue> = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((one) => parseNumber(String(one)) as NumberValue),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
    .map((one) => parseNumber(one.toFixed(7)) as NumberValue),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.stringMatching(/^[0-9]{1,30}$/))
    .map(([whole, fraction]) => parseNumber(`${whole}.${fraction}`) as NumberValue),
  fc.constantFrom<NumberValue>(0.1, 1.5e-7, 9223372036854775807n, 18446744073709551615n, -9223372036854775808n),
);

const strings = fc
  .oneof(fc.string({ unit: "grapheme" }), fc.string())
  .map((one) => Buffer.from(one).toString().normalize("NFC"));

/** Values of a type. Sets may hold repetitions: pass them through `conform` for the canonical form. */
export function valuesOf(type: Type, unknowns = true): fc.Arbitrary<Value> {
  const special: fc.Arbitrary<Value> = unknowns ? fc.constantFrom<Value>(null, UNKNOWN) : fc.constant(null);
  return fc.oneof({ weight: 6, arbitrary: known(type, unknowns) }, { weight: 1, arbitrary: special });
}

function known(type: Type, unknowns: boolean): fc.Arbitrary<Value> {
  const shape = typeShape(type);
  switch (shape.kind) {
    case "string":
      return strings;
    case "number":
      return numbers;
    case "bool":
      return fc.boolean();
    case "dynamic":
      return concreteTypes.chain((inner) => valuesOf(inner, unknowns).map((value) => new DynamicValue(inner, value)));
    case "list":
    case "set":
      return fc.array(valuesOf(shape.element, unknowns), { maxLength: 4 });
    case "map":
      return fc.dictionary(fc.oneof(strings, name), valuesOf(shape.element, unknowns), { maxKeys: 4 });
    case "tuple":
      return fc.tuple(...shape.elements.map((element) => valuesOf(element, unknowns)));
    case "object": {
      const entries = Object.entries(shape.attributes);
      return fc
        .tuple(...entries.map(([, attribute]) => valuesOf(attribute, unknowns)))
        .map((values) => Object.fromEntries(entries.map(([key], index) => [key, values[index] ?? null])));
    }
  }
}

/** A type with a value of it. */
export function typedValues(unknowns = true): fc.Arbitrary<readonly [Type, Value]> {
  return types.chain((type) => valuesOf(type, unknowns).map((value) => [type, value] as const));
}
