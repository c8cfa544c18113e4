import type { Expression, TypeSyntax } from "./ast";

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export function printType(type: TypeSyntax): string {
  return type.args.length === 0 ? type.name : `${type.name}(${type.args.join(",")})`;
}

/** The expression as the server's parser prints it back; also the column name of an ADMIN result. */
export function printExpression(e: Expression): string {
  const not = (negated: boolean): string => (negated ? "NOT " : "");
  switch (e.kind) {
    case "number": return e.text;
    case "string": return quote(e.value);
    case "hex": return `X'${e.digits}'`;
    case "boolean": return String(e.value);
    case "null": return "NULL";
    case "variable": return e.name;
    case "parameter": return "?";
    case "column": return e.path.map((i) => (i.quoted ? `\`${i.written}\`` : i.written)).join(".");
    case "binary": return `${printExpression(e.left)} ${e.op} ${printExpression(e.right)}`;
    case "unary": return e.op === "NOT" ? `NOT ${printExpression(e.operand)}` : `${e.op}${printExpression(e.operand)}`;
    case "nested": return `(${printExpression(e.inner)})`;
    case "is": return `${printExpression(e.operand)} IS ${not(e.negated)}${e.what}`;
    case "between": return `${printExpression(e.operand)} ${not(e.negated)}BETWEEN ${printExpression(e.low)} AND ${printExpression(e.high)}`;
    case "in": return `${printExpression(e.operand)} ${not(e.negated)}IN (${e.list.map(printExpression).join(", ")})`;
    case "in-query": return `${printExpression(e.operand)} ${not(e.negated)}IN (…)`;
    case "like": return `${printExpression(e.operand)} ${not(e.negated)}${e.ignoreCase ? "ILIKE" : "LIKE"} ${printExpression(e.pattern)}`;
    case "call": return e.parentheses ? `${e.name.written}(${e.star ? "*" : (e.distinct ? "DISTINCT " : "") + e.args.map(printExpression).join(", ")})` : e.name.written;
    case "cast": return `CAST(${printExpression(e.operand)} AS ${printType(e.type)})`;
    case "case": {
      const branches = e.branches.map((b) => ` WHEN ${printExpression(b.when)} THEN ${printExpression(b.then)}`).join("");
      return `CASE${e.operand === null ? "" : ` ${printExpression(e.operand)}`}${branches}${e.otherwise === null ? "" : ` ELSE ${printExpression(e.otherwise)}`} END`;
    }
    case "subquery": return "(…)";
    case "exists": return `${not(e.negated)}EXISTS (…)`;
    case "tuple": return `(${e.items.map(printExpression).join(", ")})`;
    case "evaluated": return printExpression(e.call);
  }
}
