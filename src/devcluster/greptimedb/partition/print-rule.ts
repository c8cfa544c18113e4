import type { CellValue } from "../model/types";
import type { DataType } from "../types/data-type";
import { encodeJsonb } from "../types/jsonb";
import { formatFloat } from "../types/number";
import { formatDate, formatZonedTimestamp } from "../types/time";
import type { RuleExpression } from "./rule-expression";

/** `sql`: values quoted, as in SHOW CREATE TABLE; `plain`: without quotes, as in `partition_description`. */
export type RuleStyle = "sql" | "plain";

/** Column names are never quoted, AND and OR never parenthesised (observed on 1.0.2 and 1.1.4). */
export function printRule(rule: RuleExpression, style: RuleStyle, zone = "UTC"): string {
  if (rule.kind !== "comparison") return `${printRule(rule.left, style, zone)} ${rule.kind.toUpperCase()} ${printRule(rule.right, style, zone)}`;
  return `${rule.column} ${rule.op} ${printRuleValue(rule.value, rule.type, style, zone)}`;
}

export function printRuleValue(value: CellValue, type: DataType, style: RuleStyle, zone = "UTC"): string {
  if (value === null) return style === "sql" ? "NULL" : "Null";
  const quote = (text: string): string => (style === "sql" ? `'${text.replaceAll("'", "''")}'` : text);
  switch (type.kind) {
    case "Timestamp": return quote(formatZonedTimestamp(BigInt(value as bigint), type.digits, zone));
    case "Date": return quote(formatDate(value as bigint));
    case "Float": return formatFloat(value as number, type.bits);
    case "Json": return encodeJsonb(JSON.parse(value as string)).toString("hex");
    case "Binary": case "Vector": return Buffer.from(value as Uint8Array).toString("hex");
    case "String": return quote(value as string);
    default: return String(value);
  }
}

/** As the server's debug output names it, e.g. `Int32(10)`; used by error texts before 0.15. */
export function debugValue(value: CellValue, type: DataType): string {
  if (value === null) return "Null";
  switch (type.kind) {
    case "Int": return `${type.signed ? "Int" : "UInt"}${type.bits}(${value})`;
    case "Float": return `Float${type.bits}(${formatFloat(value as number, type.bits)})`;
    case "String": return `String(StringBytes(b"${value}"))`;
    default: return `${type.kind}(${printRuleValue(value, type, "plain")})`;
  }
}

const OPERATOR_NAMES = { "=": "Eq", "<>": "NotEq", "<": "Lt", "<=": "LtEq", ">": "Gt", ">=": "GtEq", and: "And", or: "Or" } as const;

/** The rule as the server's debug output names it; what 0.7.0 to 0.8.1 show in `partition_expression`. */
export function debugRule(rule: RuleExpression): string {
  if (rule.kind === "comparison") return `PartitionExpr { lhs: Column("${rule.column}"), op: ${OPERATOR_NAMES[rule.op]}, rhs: Value(${debugValue(rule.value, rule.type)}) }`;
  return `PartitionExpr { lhs: Expr(${debugRule(rule.left)}), op: ${OPERATOR_NAMES[rule.kind]}, rhs: Expr(${debugRule(rule.right)}) }`;
}
