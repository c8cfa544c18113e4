import { SqlError } from "../sql-error";

/** Text up to the next zero byte, and where the following field begins. */
export function readText(body: Buffer, offset: number): { readonly text: string; readonly next: number } {
  const end = body.indexOf(0, offset);
  if (end < 0) throw new SqlError("08P01", "NUL terminator not found");
  return { text: body.toString("utf8", offset, end), next: end + 1 };
}

export function readParse(body: Buffer): { readonly name: string; readonly sql: string } {
  const { text: name, next } = readText(body, 0);
  return { name, sql: readText(body, next).text };
}

export interface BindMessage {
  readonly portal: string;
  readonly statement: string;
  /** As texts; binary integers and booleans are turned into theirs. */
  readonly parameters: readonly (string | null)[];
  /** Formats of the result's columns. */
  readonly formats: readonly number[];
}

export function readBind(body: Buffer): BindMessage {
  const { text: portal, next: afterPortal } = readText(body, 0);
  const { text: statement, next } = readText(body, afterPortal);
  let offset = next;
  const int16 = (): number => {
    offset += 2;
    return body.readInt16BE(offset - 2);
  };
  const formats = Array.from({ length: int16() }, int16);
  const parameters = Array.from({ length: int16() }, (_, i) => {
    const length = body.readInt32BE(offset);
    offset += 4;
    if (length < 0) return null;
    const bytes = body.subarray(offset, offset + length);
    offset += length;
    const binary = (formats.length === 1 ? formats[0] : formats[i]) === 1;
    return binary ? readBinary(bytes) : bytes.toString("utf8");
  });
  return { portal, statement, parameters, formats: Array.from({ length: int16() }, int16) };
}

/** Integers of any width by their length; anything else is taken for text. */
function readBinary(bytes: Buffer): string {
  switch (bytes.length) {
    case 1: return String(bytes.readInt8());
    case 2: return String(bytes.readInt16BE());
    case 4: return String(bytes.readInt32BE());
    case 8: return String(bytes.readBigInt64BE());
    default: return bytes.toString("utf8");
  }
}
