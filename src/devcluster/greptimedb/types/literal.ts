import { type CellValue, ServerError } from "../model/types";
import type { Expression } from "../syntax/ast";
import { type DataType, nativeTypeName } from "./data-type";
import { formatDecimal } from "./number";
import { parseDate, parseTimestamp, rescale } from "./time";

export type Literal = Extract<Expression, { kind: "number" | "string" | "hex" | "boolean" | "null" }>;
export type Sign = "" | "-" | "+";

/** The expression as a literal with an optional sign before it; null when it is anything else. */
export function asLiteral(e: Expression): { readonly literal: Literal; readonly sign: Sign } | null {
  if (e.kind === "unary" && e.op !== "NOT") {
    const inner = asLiteral(e.operand);
    return inner === null || inner.sign !== "" ? null : { literal: inner.literal, sign: e.op };
  }
  switch (e.kind) {
    case "number": case "string": case "hex": case "boolean": case "null": return { literal: e, sign: "" };
    default: return null;
  }
}

export interface ConversionTarget {
  readonly type: DataType;
  /** Name of the column for error texts; partition rules have none. */
  readonly column: string | null;
  /** Session time zone. */
  readonly zone: string;
  /** Partition rules read the digits first and negate afterwards, so that TINYINT -128 is refused (observed). */
  readonly negateAfterwards: boolean;
}

/**
 * A literal as a value of a column type: integers as bigint, timestamps in the type's unit, dates in days, decimals as text.
 * Rejects with the server's texts.
 */
export function convertLiteral(literal: Literal, sign: Sign, target: ConversionTarget): CellValue {
  switch (literal.kind) {
    case "null": return null;
    case "number": return convertNumber(literal.text, sign, target);
    case "boolean":
      if (target.type.kind === "Boolean") return literal.value;
      throw wrongType(target, "Boolean(BooleanType)");
    case "hex": return convertHex(literal.digits, target);
    case "string": return convertString(literal.value, sign, target);
  }
}

function unparsable(reason: string): ServerError {
  return new ServerError("InvalidSyntax", `Failed to parse value: ${reason}`);
}

function wrongType(target: ConversionTarget, actual: string): ServerError {
  return new ServerError("InvalidArguments", `Column ${target.column ?? "<NONAME>"} expect type: ${debugType(target.type)}, actual: ${actual}`);
}

/** The type as the server's debug output names it. */
export function debugType(type: DataType): string {
  const name = nativeTypeName(type);
  switch (type.kind) {
    case "String": return "String(StringType { size_type: Utf8 })";
    case "Timestamp": return `Timestamp(${name.slice("Timestamp".length)}(${name}Type))`;
    case "Decimal": return `Decimal128(Decimal128Type { precision: ${type.precision}, scale: ${type.scale} })`;
    default: return `${name}(${name}Type)`;
  }
}

/** Smallest and largest value of an integer type. */
export function integerRange(type: DataType & { readonly kind: "Int" }): readonly [bigint, bigint] {
  const size = 1n << BigInt(type.signed ? type.bits - 1 : type.bits);
  return type.signed ? [-size, size - 1n] : [0n, size - 1n];
}

function convertInteger(text: string, sign: Sign, type: DataType & { readonly kind: "Int" }, negateAfterwards: boolean): bigint {
  if (!/^\d+$/.test(text)) throw unparsable(`Fail to parse number ${text}, ParseIntError { kind: InvalidDigit }`);
  const negative = sign === "-";
  const [min, max] = integerRange(type);
  const value = negative && !negateAfterwards ? -BigInt(text) : BigInt(text);
  const shown = negative && !negateAfterwards ? `-${text}` : text;
  if (value > max) throw unparsable(`Fail to parse number ${shown}, ParseIntError { kind: PosOverflow }`);
  if (value < min) throw unparsable(`Fail to parse number ${shown}, ParseIntError { kind: ${type.signed ? "NegOverflow" : "InvalidDigit"} }`);
  if (!negative || !negateAfterwards) return value;
  if (!type.signed && value !== 0n) throw new ServerError("Unsupported", `Unsupported unary operator -`);
  return -value;
}

function convertNumber(text: string, sign: Sign, target: ConversionTarget): CellValue {
  const { type } = target;
  const signed = `${sign === "-" ? "-" : ""}${text}`;
  switch (type.kind) {
    case "Int": return convertInteger(text, sign, type, target.negateAfterwards);
    case "Float": return type.bits === 32 ? Math.fround(Number(signed)) : Number(signed);
    case "Timestamp": return convertInteger(text, sign, { kind: "Int", bits: 64, signed: true }, target.negateAfterwards);
    case "Decimal": {
      const value = formatDecimal(signed, type.precision, type.scale);
      if (value === null) throw unparsable(`Fail to parse number ${text}, invalid column type: ${debugType(type)}`);
      return value;
    }
    default: throw unparsable(`Fail to parse number ${text}, invalid column type: ${debugType(type)}`);
  }
}

function convertHex(digits: string, target: ConversionTarget): CellValue {
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) throw unparsable(`Fail to parse hex ${digits}`);
  if (target.type.kind === "Binary") return new Uint8Array(Buffer.from(digits, "hex"));
  throw wrongType(target, "Binary(BinaryType)");
}

function convertString(text: string, sign: Sign, target: ConversionTarget): CellValue {
  if (sign !== "") throw new ServerError("Unsupported", `Unsupported unary operator ${sign}`);
  const { type } = target;
  switch (type.kind) {
    case "String": return text;
    case "Binary": return new Uint8Array(Buffer.from(text, "utf8"));
    case "Timestamp": {
      const ns = parseTimestamp(text, target.zone);
      if (ns === null) throw unparsable(`Failed to parse ${text} to Timestamp value`);
      return rescale(ns, 9, type.digits);
    }
    case "Date": {
      const days = parseDate(text);
      if (days === null) throw unparsable(`Failed to parse ${text} to Date value`);
      return days;
    }
    case "Decimal": {
      const value = formatDecimal(text, type.precision, type.scale);
      if (value === null) throw unparsable(`Failed to parse ${text} to Decimal128 value`);
      return value;
    }
    case "Json": return canonicalJson(text);
    case "Vector": return vectorBytes(text, type.dimension);
    default: throw wrongType(target, "String(StringType { size_type: Utf8 })");
  }
}

function canonicalJson(text: string): string {
  try {
    return JSON.stringify(sortKeys(JSON.parse(text)));
  } catch {
    throw new ServerError("InvalidArguments", `Invalid JSON text: ${text}`);
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, v]) => [key, sortKeys(v)]));
}

function vectorBytes(text: string, dimension: number): Uint8Array {
  const numbers = /^\s*\[(.*)\]\s*$/.exec(text)?.[1]?.split(",").map(Number) ?? [];
  if (numbers.length !== dimension || numbers.some(Number.isNaN)) throw new ServerError("InvalidArguments", `Invalid Vector string: ${text}`);
  return new Uint8Array(Float32Array.from(numbers).buffer);
}
