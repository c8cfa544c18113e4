import { quoteIdentifier } from "./quote";

/** One value that describes a column. */
export interface Figure {
  readonly name: string;
  readonly expression: string;
  readonly approximate: boolean;
}

/**
 * No released server has an aggregate that hashes rows, so a column is described by what every version can aggregate: how many values,
 * the smallest, the largest, and a sum (of numbers, of lengths of texts, of truths). A sum of integers that overflows wraps around,
 * which does not depend on the order either.
 */
export function figuresOf(column: string, type: string): readonly Figure[] {
  const quoted = quoteIdentifier(column);
  const figure = (name: string, expression: string, approximate = false): Figure => ({
    name: `${name}(${column})`,
    expression,
    approximate,
  });
  const count = figure("count", `count(${quoted})`);
  const bounds = [figure("min", `min(${quoted})`), figure("max", `max(${quoted})`)];
  const base = type.replace(/\(.*$/, "").trim();
  switch (base) {
    case "VARBINARY":
    case "JSON":
    case "VECTOR":
      return [count];
    case "STRING":
      return [count, ...bounds, figure("length", `sum(char_length(${quoted}))`)];
    case "BOOLEAN":
      return [count, figure("true", `sum(CASE WHEN ${quoted} THEN 1 ELSE 0 END)`)];
    case "FLOAT":
    case "DOUBLE":
      return [count, ...bounds, figure("sum", `sum(${quoted})`, true)];
    case "DATE":
    case "TIMESTAMP":
      return [count, ...bounds];
    default:
      return [count, ...bounds, figure("sum", `sum(${quoted})`)];
  }
}
