/** The server's column and expression types. */
export type DataType =
  | { readonly kind: "Null" }
  | { readonly kind: "Boolean" }
  | { readonly kind: "Int"; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: "Float"; readonly bits: 32 | 64 }
  | { readonly kind: "Decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "String" }
  | { readonly kind: "Binary" }
  | { readonly kind: "Date" }
  /** `digits`: 0 seconds, 3 milliseconds, 6 microseconds, 9 nanoseconds. */
  | { readonly kind: "Timestamp"; readonly digits: 0 | 3 | 6 | 9 }
  | { readonly kind: "Duration" }
  | { readonly kind: "Json" }
  | { readonly kind: "Vector"; readonly dimension: number };

export const NULL: DataType = { kind: "Null" };
export const BOOLEAN: DataType = { kind: "Boolean" };
export const INT8: DataType = { kind: "Int", bits: 8, signed: true };
export const INT16: DataType = { kind: "Int", bits: 16, signed: true };
export const INT32: DataType = { kind: "Int", bits: 32, signed: true };
export const INT64: DataType = { kind: "Int", bits: 64, signed: true };
export const UINT8: DataType = { kind: "Int", bits: 8, signed: false };
export const UINT16: DataType = { kind: "Int", bits: 16, signed: false };
export const UINT32: DataType = { kind: "Int", bits: 32, signed: false };
export const UINT64: DataType = { kind: "Int", bits: 64, signed: false };
export const FLOAT32: DataType = { kind: "Float", bits: 32 };
export const FLOAT64: DataType = { kind: "Float", bits: 64 };
export const STRING: DataType = { kind: "String" };
export const BINARY: DataType = { kind: "Binary" };
export const DATE: DataType = { kind: "Date" };
export const DURATION: DataType = { kind: "Duration" };
export const JSON_TYPE: DataType = { kind: "Json" };
export const timestamp = (digits: 0 | 3 | 6 | 9): DataType => ({ kind: "Timestamp", digits });

const SQL_INTEGERS = { 8: "TINYINT", 16: "SMALLINT", 32: "INT", 64: "BIGINT" } as const;
const TIMESTAMP_UNITS = { 0: "Second", 3: "Millisecond", 6: "Microsecond", 9: "Nanosecond" } as const;

/** As SHOW CREATE TABLE prints it, e.g. `BIGINT UNSIGNED`; information_schema's `data_type` is its lower case. */
export function sqlTypeName(type: DataType): string {
  switch (type.kind) {
    case "Null": return "NULL";
    case "Boolean": return "BOOLEAN";
    case "Int": return SQL_INTEGERS[type.bits] + (type.signed ? "" : " UNSIGNED");
    case "Float": return type.bits === 32 ? "FLOAT" : "DOUBLE";
    case "Decimal": return `DECIMAL(${type.precision},${type.scale})`;
    case "String": return "STRING";
    case "Binary": return "VARBINARY";
    case "Date": return "DATE";
    case "Timestamp": return `TIMESTAMP(${type.digits})`;
    case "Duration": return "DURATION";
    case "Json": return "JSON";
    case "Vector": return `VECTOR(${type.dimension})`;
  }
}

/** The server's own name, as DESC and `greptime_data_type` print it, e.g. `UInt64`. */
export function nativeTypeName(type: DataType): string {
  switch (type.kind) {
    case "Int": return `${type.signed ? "Int" : "UInt"}${type.bits}`;
    case "Float": return `Float${type.bits}`;
    case "Decimal": return `Decimal(${type.precision}, ${type.scale})`;
    case "Timestamp": return `Timestamp${TIMESTAMP_UNITS[type.digits]}`;
    case "Duration": return "DurationMillisecond";
    case "Vector": return `Vector(${type.dimension})`;
    default: return type.kind;
  }
}

export function sameType(a: DataType, b: DataType): boolean {
  return nativeTypeName(a) === nativeTypeName(b);
}

export function isNumeric(type: DataType): boolean {
  return type.kind === "Int" || type.kind === "Float" || type.kind === "Decimal";
}
