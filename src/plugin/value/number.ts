import { DecimalNumber } from "./decimal-number";
import type { NumberValue } from "./value";

/** Sign, significant digits without zeros at either end, and the power of ten they are multiplied with. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** Terraform's own numbers have 512 bits (155 digits); beyond this many digits a text is surely not a meant number. */
const mostDigits = 5_000;
const numberText = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Reads a decimal text without loss.
 *
 * Whole numbers within ±(2^53 − 1) become `number`, other whole numbers `bigint`. A decimal becomes `number` when that
 * number's shortest decimal text is the same decimal (`0.1`, `1.5e-7`), else `DecimalNumber`.
 *
 * @returns undefined when the text is not a decimal number, or has more than 5,000 digits when written in full.
 * @example
 * parseNumber("18446744073709551615"); // 18446744073709551615n
 */
export function parseNumber(text: string): NumberValue | undefined {
  const decimal = readDecimal(text);
  if (decimal === undefined) return undefined;
  if (decimal.exponent >= 0) return toInteger(decimal);
  const near = Number(text);
  const same = readDecimal(String(near));
  if (same !== undefined && equalDecimals(decimal, same)) return near;
  return new DecimalNumber(plainText(decimal));
}

/**
 * The one form of a number that `parseNumber` gives for it. Two numbers are equal when their canonical forms have equal
 * `formatNumber` texts.
 *
 * @returns undefined for NaN, infinities and a `DecimalNumber` whose text is not a number.
 */
export function canonicalNumber(value: NumberValue): NumberValue | undefined {
  if (typeof value === "bigint") return narrow(value);
  if (value instanceof DecimalNumber) return parseNumber(value.text);
  if (!Number.isFinite(value)) return undefined;
  if (!Number.isInteger(value)) return value;
  return Number.isSafeInteger(value) ? value + 0 : BigInt(value);
}

/** Plain decimal text without exponent, for example `0.00000015` or `9223372036854775807`. */
export function formatNumber(value: NumberValue): string {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof DecimalNumber) return value.text;
  const text = String(value);
  if (!text.includes("e")) return text;
  const decimal = readDecimal(text);
  return decimal === undefined ? text : plainText(decimal);
}

/** True when the value is one of the three forms of a number. */
export function isNumberValue(value: unknown): value is NumberValue {
  return typeof value === "number" || typeof value === "bigint" || value instanceof DecimalNumber;
}

function readDecimal(text: string): Decimal | undefined {
  const match = numberText.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", power = "0"] = match;
  const all = whole + fraction;
  const start = leadingZeros(all);
  if (start === all.length) return { negative: false, digits: "0", exponent: 0 };
  const end = all.length - trailingZeros(all);
  const exponent = Number(power) - fraction.length + (all.length - end);
  const digits = all.slice(start, end);
  const written = exponent >= 0 ? digits.length + exponent : Math.max(digits.length, -exponent);
  if (written > mostDigits) return undefined;
  return { negative: sign === "-", digits, exponent };
}

function leadingZeros(text: string): number {
  let count = 0;
  while (text[count] === "0") count++;
  return count;
}

function trailingZeros(text: string): number {
  let count = 0;
  while (text[text.length - 1 - count] === "0") count++;
  return count;
}

function toInteger(decimal: Decimal): number | bigint {
  return narrow(BigInt(plainText(decimal)));
}

function narrow(value: bigint): number | bigint {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

function equalDecimals(a: Decimal, b: Decimal): boolean {
  return a.negative === b.negative && a.exponent === b.exponent && a.digits === b.digits;
}

function plainText({ negative, digits, exponent }: Decimal): string {
  const sign = negative ? "-" : "";
  if (exponent >= 0) return sign + digits + "0".repeat(exponent);
  const padded = digits.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
