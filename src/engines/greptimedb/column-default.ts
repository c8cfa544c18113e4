import { canonicalType, typeFamily } from "../../topology/column-type";
import { formatExactNumber, parseExactNumber } from "../../topology/exact-number";
import { parseTimestamp } from "../../topology/timestamp-text";
import { quoteLiteral } from "./quote";

const NOW = /^(?:now|current_timestamp)\s*(?:\(\s*\))?$/i;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const BINARY = /^x'(?:[0-9a-f]{2})*'$/i;

/**
 * A default as SQL, from the text that information_schema.columns.column_default shows for it: `5` stays, `x'y` becomes `'x''y'`
 * in a STRING column, `now()` becomes the function in a TIMESTAMP column and a string in a STRING column.
 * What is neither number, truth value nor function is always sent as a string, whatever it contains.
 */
export function defaultSql(text: string, type: string): string {
  const canonical = canonicalType(type);
  const family = canonical === undefined ? undefined : typeFamily(canonical);
  if (family === "timestamp" && NOW.test(text)) return /^now/i.test(text) ? "now()" : "current_timestamp()";
  if (family === "string" || family === "json") return quoteLiteral(text);
  if (NUMBER.test(text) || /^(?:true|false)$/i.test(text) || (family === "binary" && BINARY.test(text))) return text;
  return quoteLiteral(text);
}

/** A text that is equal for defaults that mean the same in a column of this type; null for none. */
export function canonicalDefault(text: string | null, type: string): string | null {
  if (text === null) return null;
  const canonical = canonicalType(type);
  const family = canonical === undefined ? undefined : typeFamily(canonical);
  switch (family) {
    case "timestamp": {
      if (NOW.test(text)) return "now()";
      const instant = parseTimestamp(text);
      return instant === undefined ? text : `instant ${instant}`;
    }
    case "boolean":
      return text.toLowerCase();
    case "integer":
    case "float":
    case "decimal": {
      const number = parseExactNumber(text);
      return number === undefined ? text : formatExactNumber(number);
    }
    case "string":
    case "date":
    case "binary":
    case "json":
    case "vector":
    case undefined:
      return text;
  }
}
