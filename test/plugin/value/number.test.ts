import fc from "fast-check";
import { DecimalNumber } from "../../../src/plugin/value/decimal-number";
import { canonicalNumber, formatNumber, parseNumber } from "../../../src/plugin/value/number";
import { numbers } from "../support/arbitraries";

describe("numbers", () => {
  test("the text of a number is read back as the same number", () => {
    fc.assert(
      fc.property(numbers, (value) => expect(parseNumber(formatNumber(value))).toEqual(value)),
      { numRuns: 1_000 },
    );
  });

  test("a parsed decimal is exactly what was written, by exact fractions", () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: 0, max: 30 }));
    fc.assert(
      fc.property(decimal, ([digits, places]) => {
        const value = parseNumber(`${digits}e-${places}`);
        const [, sign = "", whole = "", fraction = ""] =
          /^(-?)(\d+)(?:\.(\d+))?$/.exec(formatNumber(value ?? NaN)) ?? [];
        expect(BigInt(`${sign}${whole}${fraction}`) * 10n ** BigInt(30 - fraction.length)).toBe(
          digits * 10n ** BigInt(30 - places),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["0", 0],
    ["-0", 0],
    ["-0.000", 0],
    ["1e3", 1000],
    ["1.50", 1.5],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["-9007199254740993", -9007199254740993n],
    ["0.30000000000000004", 0.30000000000000004],
    ["1e-400", new DecimalNumber(`0.${"0".repeat(399)}1`)],
  ])("%s", (text, expected) => expect(parseNumber(text)).toEqual(expected));

  test.each(["", "abc", "1.", ".5", "+1", "0x10", "1e", "NaN", "Infinity", "1e999999999", " 1"])(
    "%j is not a number",
    (text) => expect(parseNumber(text)).toBeUndefined(),
  );

  test("there is one form of each number", () => {
    expect(canonicalNumber(5n)).toBe(5);
    expect(canonicalNumber(2 ** 60)).toBe(2n ** 60n);
    expect(canonicalNumber(new DecimalNumber("0.10"))).toBe(0.1);
    expect(Object.is(canonicalNumber(-0), 0)).toBe(true);
    expect(canonicalNumber(NaN)).toBeUndefined();
    expect(canonicalNumber(new DecimalNumber("x"))).toBeUndefined();
  });
});
