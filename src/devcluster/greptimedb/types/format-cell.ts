import type { CellValue } from "../model/types";
import type { DataType } from "./data-type";
import { formatFloat } from "./number";
import { formatDate, timestampParts } from "./time";

/** What the text of a value depends on besides its type. */
export interface TextStyle {
  /** Session time zone. */
  readonly zone: string;
  readonly fraction: "six" | "groups";
}

/** A value as the text protocol sends it; null for NULL. */
export function formatCell(value: CellValue, type: DataType, style: TextStyle): string | Uint8Array | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return value;
  switch (type.kind) {
    case "Boolean": return value === true || value === 1n || value === 1 ? "1" : "0";
    case "Float": return formatFloat(Number(value), type.bits);
    case "Date": return formatDate(BigInt(value as bigint));
    case "Timestamp": return formatTimestamp(BigInt(value as bigint), type.digits, style);
    default: return String(value);
  }
}

export function formatTimestamp(value: bigint, digits: number, style: TextStyle): string {
  const { seconds, nanoseconds } = timestampParts(value, digits, style.zone);
  const fraction = style.fraction === "six" ? nanoseconds.slice(0, 6).replace(/^0{6}$/, "") : nanoseconds.replace(/(000){1,3}$/, "");
  return fraction === "" ? seconds : `${seconds}.${fraction}`;
}
