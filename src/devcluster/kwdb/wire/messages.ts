import type { SqlErrorFields } from "../sql-error";
import type { ResultColumn } from "../statement-result";
import { type Cell, formatCell, isInteger, type SqlType, TYPE_LENGTH, TYPE_OID } from "../types/sql-type";

/** The body of a message, written field by field. */
class Body {
  private readonly parts: Buffer[] = [];

  int16(value: number): this {
    const part = Buffer.alloc(2);
    part.writeInt16BE(value);
    this.parts.push(part);
    return this;
  }

  int32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32BE(value);
    this.parts.push(part);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.parts.push(Buffer.from(value));
    return this;
  }

  text(value: string): this {
    this.parts.push(Buffer.from(`${value}\0`, "utf8"));
    return this;
  }

  message(type: string): Buffer {
    const body = Buffer.concat(this.parts);
    const head = Buffer.alloc(5);
    head.write(type, 0, "latin1");
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  }
}

export const authenticationOk = (): Buffer => new Body().int32(0).message("R");
export const cleartextPassword = (): Buffer => new Body().int32(3).message("R");
export const parameterStatus = (name: string, value: string): Buffer => new Body().text(name).text(value).message("S");
/** `I` idle, `T` in a transaction, `E` in one that failed. */
export const readyForQuery = (status: "I" | "T" | "E"): Buffer => new Body().bytes(Buffer.from(status, "latin1")).message("Z");
export const commandComplete = (tag: string): Buffer => new Body().text(tag).message("C");
export const emptyQuery = (): Buffer => new Body().message("I");
export const parseComplete = (): Buffer => new Body().message("1");
export const bindComplete = (): Buffer => new Body().message("2");
export const closeComplete = (): Buffer => new Body().message("3");
export const noData = (): Buffer => new Body().message("n");
export const portalSuspended = (): Buffer => new Body().message("s");

export function parameterDescription(types: readonly SqlType[]): Buffer {
  const body = new Body().int16(types.length);
  for (const type of types) body.int32(TYPE_OID[type]);
  return body.message("t");
}

export function rowDescription(columns: readonly ResultColumn[], formats: readonly number[]): Buffer {
  const body = new Body().int16(columns.length);
  for (const [i, { name, type }] of columns.entries()) {
    body.text(name).int32(0).int16(0).int32(TYPE_OID[type]).int16(TYPE_LENGTH[type]).int32(-1).int16(formatOf(formats, i));
  }
  return body.message("T");
}

export function dataRow(columns: readonly ResultColumn[], row: readonly Cell[], formats: readonly number[]): Buffer {
  const body = new Body().int16(columns.length);
  for (const [i, { type }] of columns.entries()) {
    const value = row[i] ?? null;
    const encoded = value === null ? null : formatOf(formats, i) === 1 ? binary(value, type) : Buffer.from(formatCell(value, type)!, "utf8");
    if (encoded === null) body.int32(-1);
    else body.int32(encoded.length).bytes(encoded);
  }
  return body.message("D");
}

/** One format code stands for all columns, none for text. */
const formatOf = (formats: readonly number[], index: number): number => (formats.length === 1 ? formats[0]! : (formats[index] ?? 0));

/** Types that a client may ask for in binary. */
export const hasBinary = (type: SqlType): boolean => isInteger(type) || type === "bool" || type === "text" || type === "varchar" || type === "bytea" || type === "float8";

function binary(value: Cell, type: SqlType): Buffer {
  if (isInteger(type)) {
    const buffer = Buffer.alloc(TYPE_LENGTH[type]);
    if (type === "int8") buffer.writeBigInt64BE(BigInt(value as bigint));
    else if (type === "int4") buffer.writeInt32BE(Number(value));
    else buffer.writeInt16BE(Number(value));
    return buffer;
  }
  if (type === "bool") return Buffer.from([formatCell(value, type) === "t" ? 1 : 0]);
  if (type === "float8") {
    const buffer = Buffer.alloc(8);
    buffer.writeDoubleBE(Number(value));
    return buffer;
  }
  return value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(formatCell(value, type)!, "utf8");
}

export function errorResponse({ sqlstate, message, hint, detail }: SqlErrorFields, severity: "ERROR" | "FATAL" = "ERROR"): Buffer {
  const body = new Body();
  const field = (code: string, text: string): void => {
    body.bytes(Buffer.from(code, "latin1")).text(text);
  };
  field("S", severity);
  field("C", sqlstate);
  field("M", message);
  if (detail !== undefined) field("D", detail);
  if (hint !== undefined) field("H", hint);
  return body.bytes(Buffer.from([0])).message("E");
}
