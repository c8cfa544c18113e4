import { integerBoundRange, typeFamily } from "./column-type";
import { compareExactNumbers, formatExactNumber, numberLiteral, parseExactNumber, type ExactNumber } from "./exact-number";
import { formatLiteral } from "./format-partition-rule";
import type { BoundValue } from "./manifest";
import type { Literal } from "./partition-expression";
import { formatTimestamp, parseDate, parseTimestamp, type Nanoseconds } from "./timestamp-text";

/** A constant in the form of a column's type, or why it has none and what to write instead. */
export type TypedLiteral =
  | { readonly kind: "literal"; readonly literal: Literal }
  | { readonly kind: "problem"; readonly problem: string; readonly advice: string };

/**
 * The constant of a rule as the server keeps it for a column of this canonical type:
 * timestamps as UTC text (`'2024-01-01 00:00:00+0000'`), floats rounded to the type, all else checked and left.
 * NULL fits every type. A whole number for a timestamp counts in the column's own unit.
 * Refuses what the server refuses: a string for a number, a number for a string, a value outside the type.
 */
export function typedLiteral(literal: Literal, type: string): TypedLiteral {
  if (literal.kind === "null") return { kind: "literal", literal };
  switch (typeFamily(type)) {
    case "integer":
      return integerLiteral(literal, type);
    case "float":
      return floatLiteral(literal, type);
    case "string":
      if (literal.kind === "string") return { kind: "literal", literal };
      return wrong(literal, type, `Write it as a string: '${formatLiteral(literal).replaceAll("'", "''")}'.`);
    case "boolean":
      return literal.kind === "boolean" ? { kind: "literal", literal } : wrong(literal, type, "Write true or false.");
    case "date":
      return dateLiteral(literal, type);
    case "timestamp":
      return timestampLiteral(literal, type);
    case "decimal":
    case "binary":
    case "json":
    case "vector":
      return { kind: "problem", problem: `a column of type ${type} cannot partition a table`, advice: "Partition by another column." };
  }
}

/**
 * A declared bound as constant for a column of this canonical type. Numbers and truth values may also be given
 * as text (`"10"`, `"true"`), since HCL's lists hold one type of element.
 */
export function boundLiteral(value: BoundValue, type: string): TypedLiteral {
  return typedLiteral(typeof value === "string" ? textLiteral(value, type) : plainLiteral(value), type);
}

function plainLiteral(value: number | bigint | boolean): Literal {
  if (typeof value === "boolean") return { kind: "boolean", value };
  if (typeof value === "bigint") return { kind: "integer", value };
  const number = parseExactNumber(String(value));
  return number === undefined ? { kind: "string", value: String(value) } : numberLiteral(number);
}

function textLiteral(text: string, type: string): Literal {
  const family = typeFamily(type);
  if (family === "integer" || family === "float") {
    const number = parseExactNumber(text.trim());
    if (number !== undefined) return numberLiteral(number);
  }
  if (family === "timestamp" && /^[+-]?\d+$/.test(text.trim())) return { kind: "integer", value: BigInt(text.trim()) };
  if (family === "boolean" && /^(true|false)$/i.test(text.trim())) {
    return { kind: "boolean", value: text.trim().toLowerCase() === "true" };
  }
  return { kind: "string", value: text };
}

/**
 * Order of two constants in the form of one type ({@link typedLiteral}): negative, zero or positive.
 * NULL comes first, `false` before `true`, strings by their UTF-8 bytes, timestamps by the instant.
 */
export function compareLiterals(a: Literal, b: Literal, type: string): number {
  if (a.kind === "null" || b.kind === "null") return Number(a.kind !== "null") - Number(b.kind !== "null");
  if (a.kind === "boolean" && b.kind === "boolean") return Number(a.value) - Number(b.value);
  if (a.kind === "string" && b.kind === "string") return compareText(a.value, b.value, type);
  const [left, right] = [exactNumberOf(a), exactNumberOf(b)];
  if (left === undefined || right === undefined) throw new RangeError(`${formatLiteral(a)} and ${formatLiteral(b)} cannot be compared.`);
  return compareExactNumbers(left, right);
}

function compareText(a: string, b: string, type: string): number {
  if (typeFamily(type) === "timestamp") {
    const [left, right] = [parseTimestamp(a), parseTimestamp(b)];
    if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  }
  return compareByCodePoint(a, b);
}

/** UTF-8 bytes sort as code points do; JavaScript's own order differs beyond U+FFFF. */
function compareByCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function exactNumberOf(literal: Literal): ExactNumber | undefined {
  if (literal.kind === "integer") return { coefficient: literal.value, scale: 0 };
  return literal.kind === "decimal" ? parseExactNumber(literal.text) : undefined;
}

function integerLiteral(literal: Literal, type: string): TypedLiteral {
  if (literal.kind !== "integer") return wrong(literal, type, "Write a whole number without quotes.");
  const { min, max } = integerBoundRange(type);
  if (literal.value >= min && literal.value <= max) return { kind: "literal", literal };
  return outside(literal, type, `Write a number from ${min} to ${max}, or give the column a wider type.`);
}

function floatLiteral(literal: Literal, type: string): TypedLiteral {
  const exact = exactNumberOf(literal);
  if (exact === undefined) return wrong(literal, type, "Write a number without quotes.");
  const number = Number(formatExactNumber(exact));
  const text = type === "FLOAT" ? shortestSingle(Math.fround(number)) : String(number);
  const rounded = parseExactNumber(text);
  if (rounded === undefined) return outside(literal, type, "Write a smaller number.");
  return { kind: "literal", literal: numberLiteral(rounded) };
}

/** The fewest digits that give this single-precision number back. */
function shortestSingle(number: number): string {
  for (let digits = 1; digits < 9; digits += 1) {
    const text = number.toPrecision(digits);
    if (Math.fround(Number(text)) === number) return text;
  }
  return number.toPrecision(9);
}

function dateLiteral(literal: Literal, type: string): TypedLiteral {
  if (literal.kind === "string" && parseDate(literal.value) !== undefined) return { kind: "literal", literal };
  return wrong(literal, type, "Write a day as '2024-02-29'.");
}

const NANOSECONDS_PER_UNIT: Readonly<Record<string, bigint>> = {
  "TIMESTAMP(0)": 1_000_000_000n,
  "TIMESTAMP(3)": 1_000_000n,
  "TIMESTAMP(6)": 1_000n,
  "TIMESTAMP(9)": 1n,
};
const MAX_INT64 = 2n ** 63n - 1n;

function timestampLiteral(literal: Literal, type: string): TypedLiteral {
  const unit = NANOSECONDS_PER_UNIT[type] ?? 1n;
  const instant = instantOf(literal, unit);
  if (instant === undefined) return wrong(literal, type, "Write it as '2024-01-01 00:00:00' (UTC) or '2024-01-01 00:00:00+0800'.");
  if (instant % unit !== 0n) {
    return outside(literal, type, "Write fewer digits after the seconds, or give the column a finer type such as TIMESTAMP(9).");
  }
  const value = formatTimestamp(instant);
  if (value === undefined || instant / unit > MAX_INT64 || instant / unit < -MAX_INT64) {
    return outside(literal, type, "Write an earlier or later time, or give the column a coarser type such as TIMESTAMP(3).");
  }
  return { kind: "literal", literal: { kind: "string", value } };
}

function instantOf(literal: Literal, unit: bigint): Nanoseconds | undefined {
  if (literal.kind === "integer") return literal.value * unit;
  return literal.kind === "string" ? parseTimestamp(literal.value) : undefined;
}

function wrong(literal: Literal, type: string, advice: string): TypedLiteral {
  return { kind: "problem", problem: `${formatLiteral(literal)} is not a value of type ${type}`, advice };
}

function outside(literal: Literal, type: string, advice: string): TypedLiteral {
  return { kind: "problem", problem: `${formatLiteral(literal)} does not fit type ${type}`, advice };
}
