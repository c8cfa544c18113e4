import type { OptionEntry } from "./ast";
import type { Cursor } from "./cursor";

/** One `key = value` of WITH or SET; keys are words or strings, values literals or words. */
export function parseOption(cursor: Cursor): OptionEntry {
  const key = parseOptionKey(cursor);
  cursor.expectSymbol("=");
  return { key, value: parseOptionValue(cursor) };
}

export function parseOptionKey(cursor: Cursor): string {
  return cursor.peek().kind === "string" ? cursor.string() : cursor.identifier().name;
}

function parseOptionValue(cursor: Cursor): string | null {
  if (cursor.takeWords("NULL")) return null;
  const negative = cursor.takeSymbol("-");
  const token = cursor.peek();
  if (token.kind !== "string" && token.kind !== "number" && token.kind !== "word") throw cursor.unexpected("a value");
  cursor.next();
  return (negative ? "-" : "") + token.text;
}

/** `WITH ( … )` when it comes next, else no options. */
export function parseWith(cursor: Cursor): readonly OptionEntry[] {
  if (!cursor.takeWords("WITH")) return [];
  cursor.expectSymbol("(");
  return cursor.list(() => parseOption(cursor), ")", true);
}
