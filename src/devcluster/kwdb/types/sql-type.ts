/** The column types that this server has. `unknown` is the type of a bare NULL. */
export type SqlType =
  | "int8" | "int4" | "int2" | "text" | "varchar" | "bool" | "bytea" | "float8" | "numeric" | "timestamp" | "timestamptz" | "interval" | "jsonb" | "int8[]" | "text[]" | "unknown";

/** A value as statements handle it. Intervals, times, decimals, arrays and JSON are their texts. */
export type Cell = null | bigint | number | string | boolean | Uint8Array;

export const TYPE_OID: Readonly<Record<SqlType, number>> = {
  int8: 20, int4: 23, int2: 21, text: 25, varchar: 1043, bool: 16, bytea: 17, float8: 701, numeric: 1700, timestamp: 1114, timestamptz: 1184, interval: 1186, jsonb: 3802, "int8[]": 1016, "text[]": 1009, unknown: 705,
};

/** The length that RowDescription gives: -1 for what varies. */
export const TYPE_LENGTH: Readonly<Record<SqlType, number>> = {
  int8: 8, int4: 4, int2: 2, text: -1, varchar: -1, bool: 1, bytea: -1, float8: 8, numeric: -1, timestamp: 8, timestamptz: 8, interval: 16, jsonb: -1, "int8[]": -1, "text[]": -1, unknown: -1,
};

export const isInteger = (type: SqlType): boolean => type === "int8" || type === "int4" || type === "int2";
export const isNumeric = (type: SqlType): boolean => isInteger(type) || type === "float8" || type === "numeric";
export const isText = (type: SqlType): boolean => type === "text" || type === "varchar";

/** What the server calls the type in messages. */
export function typeName(type: SqlType): string {
  switch (type) {
    case "int8": case "int4": case "int2": return "int";
    case "text": case "varchar": return "string";
    case "bytea": return "bytes";
    case "float8": return "float";
    case "numeric": return "decimal";
    case "int8[]": return "int[]";
    case "text[]": return "string[]";
    default: return type;
  }
}

/** A value as PostgreSQL's text format shows it; null for NULL. */
export function formatCell(value: Cell, type: SqlType): string | null {
  if (value === null) return null;
  if (type === "bool") return value === true || value === 1n || value === 1 ? "t" : "f";
  if (value instanceof Uint8Array) return type === "bytea" ? `\\x${Buffer.from(value).toString("hex")}` : Buffer.from(value).toString("utf8");
  return String(value);
}

/** An array's text: elements with separators or spaces are quoted. */
export function formatArray(items: readonly (string | number | bigint)[]): string {
  const element = (item: string): string => (item === "" || /[{},"\\\s]/.test(item) || /^null$/i.test(item) ? `"${item.replace(/["\\]/g, "\\$&")}"` : item);
  return `{${items.map((item) => element(String(item))).join(",")}}`;
}

/** The elements of an array's text. */
export function parseArray(text: string): readonly string[] {
  const items: string[] = [];
  let item = "";
  let quoted = false;
  let started = false;
  for (let i = 1; i < text.length - 1; i++) {
    const c = text[i]!;
    if (c === "\\") item += text[++i] ?? "";
    else if (c === '"') {
      quoted = !quoted;
      started = true;
    } else if (c === "," && !quoted) {
      items.push(item);
      item = "";
      started = true;
    } else {
      item += c;
      started = true;
    }
  }
  return started ? [...items, item] : [];
}
