import type { CellValue } from "../model/types";
import type { ResultColumn } from "../statement-result";
import type { DataType } from "../types/data-type";
import { formatCell, type TextStyle } from "../types/format-cell";
import { timestampParts } from "../types/time";
import { PacketWriter } from "./packet";

export const MORE_RESULTS = 0x8;

const UTF8 = 33;
const BINARY_CHARSET = 63;
const UNSIGNED_FLAG = 0x20;
const INTEGER_CODES = { 8: 1, 16: 2, 32: 3, 64: 8 } as const;
const INTEGER_BYTES = { 8: 1, 16: 2, 32: 4, 64: 8 } as const;

/** MySQL's type code of a result column (observed on 1.0.2 and 1.1.4). */
function typeCode(type: DataType): number {
  switch (type.kind) {
    case "Null": return 6;
    case "Boolean": return 1;
    case "Int": return INTEGER_CODES[type.bits];
    case "Float": return type.bits === 32 ? 4 : 5;
    case "Decimal": return 0;
    case "String": case "Binary": return 15;
    case "Date": return 10;
    case "Timestamp": return 7;
    case "Duration": return 11;
    case "Json": return 245;
    case "Vector": return 252;
  }
}

export function columnPacket(column: ResultColumn): Buffer {
  const text = column.type.kind === "String" || column.type.kind === "Binary" || column.type.kind === "Json";
  return new PacketWriter()
    .counted("def")
    .counted("")
    .counted("")
    .counted("")
    .counted(column.name)
    .counted("")
    .int(0x0c, 1)
    .int(text ? UTF8 : BINARY_CHARSET, 2)
    .int(1024, 4)
    .int(typeCode(column.type), 1)
    .int(column.type.kind === "Int" && !column.type.signed ? UNSIGNED_FLAG : 0, 2)
    .int(0, 1)
    .int(0, 2)
    .build();
}

export function countPacket(count: number): Buffer {
  return new PacketWriter().length(count).build();
}

export function okPacket(affectedRows: number, status: number): Buffer {
  return new PacketWriter().int(0, 1).length(affectedRows).length(0).int(status, 2).int(0, 2).build();
}

export function eofPacket(status: number): Buffer {
  return new PacketWriter().int(0xfe, 1).int(0, 2).int(status, 2).build();
}

export function errorPacket(error: { readonly errno: number; readonly sqlstate: string; readonly message: string }): Buffer {
  return new PacketWriter().int(0xff, 1).int(error.errno, 2).text(`#${error.sqlstate}`).text(error.message).build();
}

export function preparedPacket(id: number, columns: number, parameters: number): Buffer {
  return new PacketWriter().int(0, 1).int(id, 4).int(columns, 2).int(parameters, 2).int(0, 1).int(0, 2).build();
}

export function textRow(columns: readonly ResultColumn[], row: readonly CellValue[], style: TextStyle): Buffer {
  const writer = new PacketWriter();
  columns.forEach((column, i) => {
    const text = formatCell(row[i] ?? null, column.type, style);
    if (text === null) writer.int(0xfb, 1);
    else writer.counted(text);
  });
  return writer.build();
}

/** A row of a prepared statement's result. */
export function binaryRow(columns: readonly ResultColumn[], row: readonly CellValue[], style: TextStyle): Buffer {
  const nulls = Buffer.alloc(Math.floor((columns.length + 9) / 8));
  const writer = new PacketWriter();
  columns.forEach((column, i) => {
    const value = row[i] ?? null;
    if (value === null) nulls[Math.floor((i + 2) / 8)]! |= 1 << (i + 2) % 8;
    else writeBinary(writer, value, column.type, style);
  });
  return new PacketWriter().int(0, 1).bytes(nulls).bytes(writer.build()).build();
}

function writeBinary(writer: PacketWriter, value: NonNullable<CellValue>, type: DataType, style: TextStyle): void {
  switch (type.kind) {
    case "Boolean": writer.int(formatCell(value, type, style) === "1" ? 1 : 0, 1); return;
    case "Int": writer.int(BigInt(value as bigint), INTEGER_BYTES[type.bits]); return;
    case "Float": writer.double(Number(value), type.bits === 32 ? 4 : 8); return;
    case "Date": writeDateTime(writer, timestampParts(BigInt(value as bigint) * 86_400n, 0, "UTC").seconds, ""); return;
    case "Timestamp": {
      const { seconds, nanoseconds } = timestampParts(BigInt(value as bigint), type.digits, style.zone);
      writeDateTime(writer, seconds, nanoseconds.slice(0, 6));
      return;
    }
    default: writer.counted(formatCell(value, type, style) ?? "");
  }
}

function writeDateTime(writer: PacketWriter, seconds: string, micros: string): void {
  const [year, month, day, hour, minute, second] = seconds.split(/[- :]/).map(Number) as [number, number, number, number, number, number];
  writer.int(micros === "" ? 4 : 11, 1).int(year, 2).int(month, 1).int(day, 1);
  if (micros !== "") writer.int(hour, 1).int(minute, 1).int(second, 1).int(Number(micros), 4);
}
