import type { ColumnSchema } from "../model/types";
import type { DataType } from "../types/data-type";
import { resolveType } from "../types/type-alias";

/** The type of a column as the model keeps it (canonical SQL text). */
export function columnType(column: ColumnSchema): DataType {
  const known = cache.get(column.type);
  if (known !== undefined) return known;
  const m = /^([A-Z ]+?)(?:\(([^)]*)\))?$/.exec(column.type);
  const args = m?.[2] === undefined || m[2].includes("=") ? [] : m[2].split(",").map((a) => a.trim());
  const type = resolveType({ name: m?.[1] ?? column.type, written: column.type, args, line: 0, column: 0 }, column.name);
  cache.set(column.type, type);
  return type;
}

const cache = new Map<string, DataType>();

/** character_maximum_length, numeric_precision, numeric_scale, datetime_precision of information_schema.columns. */
export function columnLengths(type: DataType): { readonly characters: bigint | null; readonly precision: bigint | null; readonly scale: bigint | null; readonly datetime: bigint | null } {
  const none = { characters: null, precision: null, scale: null, datetime: null };
  switch (type.kind) {
    case "String": return { ...none, characters: 2147483647n };
    case "Int": return { ...none, precision: integerDigits(type.bits, type.signed), scale: 0n };
    case "Float": return { ...none, precision: type.bits === 32 ? 12n : 22n };
    case "Decimal": return { ...none, precision: BigInt(type.precision), scale: BigInt(type.scale) };
    case "Timestamp": return { ...none, datetime: BigInt(type.digits) };
    default: return none;
  }
}

function integerDigits(bits: 8 | 16 | 32 | 64, signed: boolean): bigint {
  switch (bits) {
    case 8: return 3n;
    case 16: return 5n;
    case 32: return 10n;
    case 64: return signed ? 19n : 20n;
  }
}
