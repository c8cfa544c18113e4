import fc from "fast-check";
import type { Type } from "../../../src/plugin/schema/type";
import { equalTypes, typeFromJson, typeToJson } from "../../../src/plugin/schema/type-json";
import { conform } from "../../../src/plugin/value/conform";
import { equalValues } from "../../../src/plugin/value/equal-values";
import { isWhollyKnown } from "../../../src/plugin/value/narrow";
import { secretsOf } from "../../../src/plugin/value/secrets";
import { isUnknown, UNKNOWN } from "../../../src/plugin/value/unknown";
import { DynamicValue } from "../../../src/plugin/value/value";
import { typedValues, types, valuesOf } from "../support/arbitraries";

describe("values", () => {
  test("a value equals its canonical form, and canonical forms are stable", () => {
    fc.assert(
      fc.property(typedValues(), ([type, value]) => {
        const canonical = conform(type, value);
        expect(equalValues(type, value, canonical)).toBe(true);
        expect(conform(type, canonical)).toEqual(canonical);
      }),
    );
  });

  test("the order of a set does not count, that of a list does", () => {
    const pair = types.chain((type) =>
      fc.tuple(fc.constant(type), fc.array(valuesOf(type, false), { minLength: 2, maxLength: 5 })),
    );
    fc.assert(
      fc.property(pair, ([element, values]) => {
        const turned = [...values].reverse();
        expect(equalValues({ set: element }, values, turned)).toBe(true);
        const same = values.every((one, index) => equalValues(element, one, turned[index] ?? null));
        expect(equalValues({ list: element }, values, turned)).toBe(same);
      }),
    );
  });

  test("types survive their JSON", () => {
    fc.assert(
      fc.property(types, (type) =>
        expect(equalTypes(typeFromJson(JSON.parse(JSON.stringify(typeToJson(type)))), type)).toBe(true),
      ),
    );
    expect(typeFromJson(["object", { a: "string" }, ["a"]])).toEqual({ object: { a: "string" } });
    expect(() => typeFromJson(["object"])).toThrow(SyntaxError);
    expect(() => typeFromJson("text")).toThrow(SyntaxError);
  });

  test("an unknown inside makes a value not wholly known, wherever it is", () => {
    const type: Type = { map: { object: { a: { list: "string" } } } };
    expect(isWhollyKnown({ k: { a: ["x"] } })).toBe(true);
    expect(isWhollyKnown({ k: { a: [UNKNOWN] } })).toBe(false);
    expect(isWhollyKnown(new DynamicValue("string", UNKNOWN))).toBe(false);
    expect(isUnknown({ k: UNKNOWN })).toBe(false);
    expect(equalValues(type, { k: { a: [UNKNOWN] } }, { k: { a: [UNKNOWN] } })).toBe(true);
    expect(equalValues(type, { k: { a: [UNKNOWN] } }, { k: { a: ["x"] } })).toBe(false);
  });

  test("elements of a set with unknown parts are never known to be equal, so both stay", () => {
    const type: Type = { set: { object: { a: "string", b: "string" } } };
    const open = { a: "x", b: UNKNOWN };
    const whole = { a: "x", b: "y" };
    expect(conform(type, [open, open, whole, whole])).toEqual([open, open, whole]);
  });

  test("equal dynamic values have equal types", () => {
    const number = new DynamicValue("number", 1);
    expect(equalValues("dynamic", number, new DynamicValue("number", 1n))).toBe(true);
    expect(equalValues("dynamic", number, new DynamicValue("string", "1"))).toBe(false);
    expect(equalValues("dynamic", new DynamicValue("string", null), null)).toBe(false);
  });

  test.each<[string, Type, unknown, string]>([
    ["a missing attribute", { object: { a: "string" } }, {}, "a: the attribute is missing"],
    ["undefined", { object: { a: "string" } }, { a: undefined }, "a: the attribute is missing"],
    ["a foreign attribute", { object: {} }, { b: 1 }, "b: the schema has no such attribute"],
    ["a bare value for a dynamic one", "dynamic", "x", "a DynamicValue is required"],
    ["NaN", { list: "number" }, [NaN], "[0]: a finite number is required, got NaN"],
    ["a Map", { map: "string" }, 5, "an object is required, got a number"],
  ])("%s does not conform", (_, type, value, message) => expect(() => conform(type, value)).toThrow(message));

  test("secrets are found wherever they stand", () => {
    const block = {
      attributes: {
        password: { type: "string", optional: true, sensitive: true },
        open: { type: "string", optional: true },
        logins: {
          nested: {
            nesting: "map",
            attributes: { token: { type: { list: "string" }, optional: true, writeOnly: true } },
          },
          optional: true,
        },
      },
      blocks: { tls: { nesting: "list", attributes: { key: { type: "dynamic", optional: true, sensitive: true } } } },
    } as const;
    const value = {
      password: "p1",
      open: "o",
      logins: { a: { token: ["t1", "t2"] } },
      tls: [{ key: new DynamicValue("number", 123456) }],
    };
    expect(secretsOf(block, value)).toEqual(["p1", "t1", "t2", "123456"]);
  });
});
