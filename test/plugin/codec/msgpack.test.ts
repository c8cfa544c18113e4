import { decode, encode, ExtData } from "@msgpack/msgpack";
import fc from "fast-check";
import { decodeMsgpack } from "../../../src/plugin/codec/decode-msgpack";
import { encodeMsgpack } from "../../../src/plugin/codec/encode-msgpack";
import type { Type } from "../../../src/plugin/schema/type";
import { conform, ValueError } from "../../../src/plugin/value/conform";
import { DecimalNumber } from "../../../src/plugin/value/decimal-number";
import { UNKNOWN } from "../../../src/plugin/value/unknown";
import type { Value } from "../../../src/plugin/value/value";
import { DynamicValue } from "../../../src/plugin/value/value";
import { typedValues } from "../support/arbitraries";

const bytesOf = (...values: number[]) => Uint8Array.from(values);

describe("msgpack codec", () => {
  test("decoding what was encoded gives the canonical value back", () => {
    fc.assert(
      fc.property(typedValues(), ([type, value]) => {
        expect(decodeMsgpack(type, encodeMsgpack(type, value))).toEqual(conform(type, value));
      }),
      { numRuns: 1_000 },
    );
  });

  test("another implementation of msgpack reads every encoded value to its end", () => {
    fc.assert(
      fc.property(typedValues(), ([type, value]) => {
        const bytes = encodeMsgpack(type, value);
        fc.pre(!Buffer.from(bytes).includes("__proto__")); // The other implementation refuses this key.
        expect(() => decode(bytes, { useBigInt64: true })).not.toThrow();
      }),
    );
  });

  test.each<[string, Type, unknown, Value]>([
    ["int64", "number", 9223372036854775807n, 9223372036854775807n],
    ["uint64", "number", 18446744073709551615n, 18446744073709551615n],
    ["a decimal string beyond 64 bits", "number", "36893488147419103232", 36893488147419103232n],
    ["a decimal string", "number", "0.1", 0.1],
    ["a small decimal string", "number", "0.00000015", 1.5e-7],
    ["a long decimal string", "number", "12345678901234567890.5", new DecimalNumber("12345678901234567890.5")],
    ["a float64", "number", 0.5, 0.5],
    ["a float64 beyond 2^53", "number", 1e20, 100000000000000000000n],
    ["an int8", "number", -100, -100],
    ["an int16", "number", -1000, -1000],
    ["an int32", "number", -100_000, -100_000],
    ["a decomposed string", "string", "e\u0301", "\u00e9"],
    ["a long string", "string", "x".repeat(70_000), "x".repeat(70_000)],
    ["a long list", { list: "bool" }, Array(70_000).fill(true), Array(70_000).fill(true)],
    ["an object", { object: { a: "string", b: "number" } }, { b: 1, a: null }, { a: null, b: 1 }],
    [
      "a refined unknown",
      "string",
      new ExtData(
        12,
        encode(
          new Map<number, unknown>([
            [1, false],
            [2, "pre-"],
          ]),
        ),
      ),
      UNKNOWN,
    ],
    ["an unknown of an extension type to come", "string", new ExtData(77, bytesOf(1, 2, 3)), UNKNOWN],
    ["unknowns inside", { set: "string" }, ["a", new ExtData(0, bytesOf(0))], ["a", UNKNOWN]],
    [
      "a dynamic object",
      "dynamic",
      [Buffer.from('["object",{"a":"number","b":["tuple",["string"]]}]'), { a: 1, b: ["x"] }],
      new DynamicValue({ object: { a: "number", b: { tuple: ["string"] } } }, { a: 1, b: ["x"] }),
    ],
    [
      "a dynamic unknown of a known type",
      "dynamic",
      [Buffer.from('"string"'), new ExtData(0, bytesOf(0))],
      new DynamicValue("string", UNKNOWN),
    ],
    ["a dynamic unknown", "dynamic", new ExtData(0, bytesOf(0)), UNKNOWN],
    ["a dynamic null", "dynamic", null, null],
  ])("reads %s", (_, type, sent, expected) => {
    expect(decodeMsgpack(type, encode(sent, { useBigInt64: true }))).toEqual(expected);
  });

  test.each<[string, Type, Value, unknown]>([
    ["a small number as a string", "number", 5, "5"],
    ["the greatest int64 as a string", "number", 9223372036854775807n, "9223372036854775807"],
    ["the greatest uint64 as a string", "number", 18446744073709551615n, "18446744073709551615"],
    ["more than 64 bits as a string", "number", 18446744073709551616n, "18446744073709551616"],
    ["0.1 as a string", "number", 0.1, "0.1"],
    ["a small decimal without exponent", "number", 1.5e-7, "0.00000015"],
    ["null attributes", { object: { a: "string" } }, { a: null }, { a: null }],
    ["a set without repetition", { set: "number" }, [1, 1n, 2], ["1", "2"]],
  ])("writes %s", (_, type, value, expected) => {
    expect(decode(encodeMsgpack(type, value), { useBigInt64: true })).toEqual(expected);
  });

  test("integers at the ends of every format are read by another implementation", () => {
    const ends = [5, 7, 8, 15, 16, 31, 32, 53].flatMap((bits) => [2 ** bits, -(2 ** bits)]);
    for (const value of ends.flatMap((end) => [end - 1, end, end + 1]).filter(Number.isSafeInteger)) {
      expect(Number(decode(encodeMsgpack("number", value), { useBigInt64: true }))).toBe(value);
      expect(decodeMsgpack("number", encodeMsgpack("number", value))).toBe(value);
    }
  });

  test("writes an unknown as the three bytes that Terraform uses", () => {
    expect([...encodeMsgpack("string", UNKNOWN)]).toEqual([0xd4, 0, 0]);
  });

  test.each<[string, Type, Uint8Array]>([
    ["bytes that end too early", "string", bytesOf(0xa5, 0x61)],
    ["bytes after the value", "bool", bytesOf(0xc3, 0xc3)],
    ["the format that does not exist", "bool", bytesOf(0xc1)],
    ["a string for a bool", "bool", encode("true")],
    ["a word for a number", "number", encode("one")],
    ["not a number", "number", encode(NaN)],
    ["a missing attribute", { object: { a: "string" } }, encode({})],
    ["an extra attribute", { object: {} }, encode({ a: 1 })],
    ["an inherited name as attribute", { object: {} }, encode({ toString: 1 })],
    ["a tuple that is too short", { tuple: ["string", "string"] }, encode(["a"])],
    ["a dynamic value with a broken type", "dynamic", encode([Buffer.from("[1"), 1])],
    ["nothing", "string", bytesOf()],
  ])("refuses %s", (_, type, bytes) => {
    expect(() => decodeMsgpack(type, bytes)).toThrow(ValueError);
  });

  test("an error names the place and does not show the value", () => {
    const type: Type = { object: { users: { map: { object: { password: "string" } } } } };
    const act = () => encodeMsgpack(type, { users: { "a b": { password: 123456 } } });
    expect(act).toThrow('users["a b"].password: a string is required, got a number');
    expect(act).not.toThrow(/123456/);
  });

  test("random bytes never do worse than a ValueError", () => {
    fc.assert(
      fc.property(typedValues(), fc.uint8Array({ maxLength: 40 }), ([type], bytes) => {
        try {
          decodeMsgpack(type, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
