import type { Expression } from "./ast";

/** A string as the server prints it: `'a'`, or `e'…'` with escapes where plain quotes do not do. */
export function quoteString(text: string): string {
  if (!/['\\\n\t\r]/.test(text)) return `'${text}'`;
  return `e'${text.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r")}'`;
}

/** A constant of a partition's value as text; null for what is not a constant. */
export function printConstant(expression: Expression): string | null {
  switch (expression.kind) {
    case "integer": return expression.value.toString();
    case "decimal": return expression.text;
    case "string": return quoteString(expression.value);
    case "boolean": return String(expression.value);
    case "null": return "NULL";
    case "unary": {
      const operand = printConstant(expression.operand);
      return operand === null || expression.operator === "not" ? null : expression.operator === "-" ? `-${operand}` : operand;
    }
    default: return null;
  }
}
