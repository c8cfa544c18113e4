import type { SqlType } from "../types/sql-type";
import type { Cursor } from "./cursor";

/** Type names with the wire type and the form in which SHOW CREATE prints them (INT is four bytes here). */
const TYPES: Readonly<Record<string, readonly [SqlType, string]>> = {
  int: ["int4", "INT4"], integer: ["int4", "INT4"], int4: ["int4", "INT4"], int8: ["int8", "INT8"], bigint: ["int8", "INT8"], int64: ["int8", "INT8"], int2: ["int2", "INT2"], smallint: ["int2", "INT2"],
  string: ["text", "STRING"], text: ["text", "STRING"], varchar: ["varchar", "VARCHAR"], char: ["varchar", "CHAR"], nchar: ["varchar", "NCHAR"], bool: ["bool", "BOOL"], boolean: ["bool", "BOOL"],
  bytes: ["bytea", "BYTES"], bytea: ["bytea", "BYTES"], float: ["float8", "FLOAT8"], float8: ["float8", "FLOAT8"], double: ["float8", "FLOAT8"], float4: ["float8", "FLOAT4"], real: ["float8", "FLOAT4"],
  decimal: ["numeric", "DECIMAL"], numeric: ["numeric", "DECIMAL"], timestamp: ["timestamp", "TIMESTAMP"], timestamptz: ["timestamptz", "TIMESTAMPTZ"], interval: ["interval", "INTERVAL"],
  json: ["jsonb", "JSONB"], jsonb: ["jsonb", "JSONB"],
};

export interface ParsedType {
  readonly type: SqlType;
  /** Upper case, with length when one was given. */
  readonly typeName: string;
}

export function parseType(cursor: Cursor): ParsedType {
  const { token } = cursor;
  const found = token.kind === "name" ? TYPES[token.text] : undefined;
  if (found === undefined) throw cursor.error();
  cursor.next();
  let [type, typeName] = found;
  if (cursor.at("(")) typeName += `(${cursor.parenthesised(() => cursor.list(() => cursor.integer())).join(",")})`;
  if (cursor.accept("[")) {
    cursor.expect("]");
    type = type === "text" || type === "varchar" ? "text[]" : "int8[]";
    typeName += "[]";
  }
  return { type, typeName };
}
