import type { CellValue } from "../model/types";
import { PacketReader } from "./packet";

export interface PreparedStatement {
  readonly sql: string;
  readonly parameters: number;
  /** Types of the last execution; a client sends them only when they change. */
  readonly types: readonly number[];
}

/** The parameter values of an EXECUTE command. */
export function readParameters(body: Buffer, statement: PreparedStatement): { readonly values: readonly CellValue[]; readonly types: readonly number[] } {
  if (statement.parameters === 0) return { values: [], types: [] };
  const reader = new PacketReader(body);
  reader.bytes(9);
  const nulls = reader.bytes(Math.floor((statement.parameters + 7) / 8));
  const fresh = reader.int(1) === 1;
  const types = fresh ? Array.from({ length: statement.parameters }, () => reader.int(2)) : statement.types;
  const values = types.map((type, i) => ((nulls[Math.floor(i / 8)]! >> i % 8) & 1 ? null : readValue(reader, type)));
  return { values, types };
}

function readValue(reader: PacketReader, type: number): CellValue {
  const unsigned = (type & 0x8000) !== 0;
  const integer = (size: number): bigint => (unsigned ? reader.bigint(size) : BigInt.asIntN(size * 8, reader.bigint(size)));
  switch (type & 0xff) {
    case 1: return integer(1);
    case 2: case 13: return integer(2);
    case 3: case 9: return integer(4);
    case 8: return integer(8);
    case 4: return reader.double(4);
    case 5: return reader.double(8);
    case 6: return null;
    case 7: case 10: case 12: return readDateTime(reader);
    default: return reader.counted().toString("utf8");
  }
}

function readDateTime(reader: PacketReader): string {
  const size = reader.int(1);
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, "0");
  const date = `${pad(reader.int(2), 4)}-${pad(reader.int(1))}-${pad(reader.int(1))}`;
  if (size === 4) return date;
  const time = `${date} ${pad(reader.int(1))}:${pad(reader.int(1))}:${pad(reader.int(1))}`;
  return size === 7 ? time : `${time}.${pad(reader.int(4), 6)}`;
}
