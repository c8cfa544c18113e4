import type { TypeSyntax } from "./ast";
import type { Cursor } from "./cursor";

/** Types that need an argument list right after their name. */
const NEEDS_ARGUMENTS = new Set(["ENUM", "SET"]);

/** Reads a column type; whether the server knows it is decided later. */
export function parseType(cursor: Cursor): TypeSyntax {
  const first = cursor.peek();
  if (!cursor.isIdentifier()) throw cursor.unexpected("a data type name");
  cursor.next();
  let name = first.text.toUpperCase();
  if (name === "DOUBLE" && cursor.takeWords("PRECISION")) name = "DOUBLE PRECISION";
  if (name === "CHARACTER" && cursor.takeWords("VARYING")) name = "VARCHAR";
  if (NEEDS_ARGUMENTS.has(name) && !cursor.isSymbol("(")) throw cursor.unexpected("(");
  const args = cursor.takeSymbol("(") ? cursor.list(() => cursor.next().text, ")") : [];
  if (cursor.takeWords("UNSIGNED")) name += " UNSIGNED";
  if (!cursor.takeWords("WITH", "TIME", "ZONE")) cursor.takeWords("WITHOUT", "TIME", "ZONE");
  return { name, written: first.text, args, line: first.line, column: first.column };
}
