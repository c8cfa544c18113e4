import fc from "fast-check";
import { valueFromJson, valueToJson } from "../../../src/plugin/codec/json-values";
import { parseLosslessJson, renderLosslessJson } from "../../../src/plugin/codec/lossless-json";
import { conform } from "../../../src/plugin/value/conform";
import { DecimalNumber } from "../../../src/plugin/value/decimal-number";
import { UNKNOWN } from "../../../src/plugin/value/unknown";
import { DynamicValue } from "../../../src/plugin/value/value";
import { typedValues } from "../support/arbitraries";

describe("lossless JSON", () => {
  test("agrees with JSON.parse wherever that loses nothing", () => {
    const number = fc.oneof(
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.string({ unit: "binary" }),
        number.filter((one) => !Object.is(one, -0)),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, fc.constantFrom(0, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(parseLosslessJson(text)).toEqual(JSON.parse(text));
        expect(renderLosslessJson(parseLosslessJson(text))).toBe(renderLosslessJson(JSON.parse(text)));
      }),
    );
  });

  test("accepts and refuses the same texts as JSON.parse", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      "1",
      "-",
      "0",
      ".",
      "e",
      "+",
      "true",
      "null",
      " ",
      "\\",
      '"',
      "01",
      "\u0001",
      "\u00a0",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join("");
        const outcome = (act: () => unknown) => {
          try {
            act();
            return "accepted";
          } catch (error) {
            return error instanceof SyntaxError ? "refused" : error;
          }
        };
        expect(outcome(() => parseLosslessJson(text))).toBe(outcome(() => JSON.parse(text)));
      }),
      { numRuns: 5_000 },
    );
  });

  test("keeps every digit", () => {
    const text =
      '{"a":9223372036854775807,"b":[18446744073709551615,-1e30],"c":0.1,"d":12345678901234567890.5,"e":0.1000000000000000055}';
    expect(parseLosslessJson(text)).toEqual({
      a: 9223372036854775807n,
      b: [18446744073709551615n, -1000000000000000000000000000000n],
      c: 0.1,
      d: new DecimalNumber("12345678901234567890.5"),
      e: new DecimalNumber("0.1000000000000000055"),
    });
    expect(renderLosslessJson(parseLosslessJson(text))).toBe(text.replace("-1e30", "-1000000000000000000000000000000"));
  });

  test("a name like __proto__ is only a name", () => {
    const parsed = parseLosslessJson('{"__proto__":{"polluted":true}}');
    expect(Object.keys(parsed as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("says where it failed", () => {
    expect(() => parseLosslessJson('{"a":tru}')).toThrow('unexpected character "t" of JSON at offset 5');
    expect(() => parseLosslessJson("[1,")).toThrow("unexpected end of JSON at offset 3");
    expect(() => parseLosslessJson("[".repeat(100_000))).toThrow("nested deeper");
    expect(() => parseLosslessJson("1e999999999")).toThrow("too many digits");
  });
});

describe("values as JSON", () => {
  test("reading what was written gives the canonical value back", () => {
    fc.assert(
      fc.property(typedValues(false), ([type, value]) => {
        const text = renderLosslessJson(valueToJson(type, value));
        expect(valueFromJson(type, parseLosslessJson(text))).toEqual(conform(type, value));
      }),
      { numRuns: 500 },
    );
  });

  test("a dynamic value carries its type", () => {
    const value = new DynamicValue({ map: "number" }, { a: 1 });
    expect(renderLosslessJson(valueToJson("dynamic", value))).toBe('{"value":{"a":1},"type":["map","number"]}');
  });

  test("an unknown value has no JSON", () => {
    expect(() => valueToJson({ list: "string" }, [UNKNOWN])).toThrow("[0]: an unknown value has no JSON form");
    expect(() => valueToJson("string", UNKNOWN)).toThrow("unknown");
  });

  test("absent attributes are null, foreign ones are refused", () => {
    expect(valueFromJson({ object: { a: "string" } }, {})).toEqual({ a: null });
    expect(() => valueFromJson({ object: {} }, { a: 1 })).toThrow("a: the schema has no such attribute");
  });
});
