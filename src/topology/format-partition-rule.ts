import { formatExactNumber, parseExactNumber } from "./exact-number";
import type { PartitionKey } from "./ids";
import { RESERVED_WORDS } from "./parse-partition-rule";
import { alternatives, type Literal, type PartitionExpression } from "./partition-expression";

/**
 * The canonical text of a rule, a partition's identity: what SHOW CREATE TABLE prints.
 *
 * Columns stand bare, in their own case (`Host < 'g'`); only a name that would not read back as a column is back-ticked
 * (`` `my col` < 1 ``, `` `true` = 1 ``), although the server prints those bare too. Strings in single quotes, quotes doubled;
 * numbers in plain digits without needless zeros; TRUE, FALSE as `true`, `false`. Order of the comparisons as given.
 * Reading the text gives the same rule again.
 *
 * @example formatPartitionRule(expression) // "a >= 10 AND a < 20"
 */
export function formatPartitionRule(expression: PartitionExpression): PartitionKey {
  return format(expression, (name) => (isPlainName(name) ? name : quoteName(name))) as PartitionKey;
}

/** The rule as SQL for a CREATE or ALTER TABLE: as {@link formatPartitionRule}, but with every column back-ticked. */
export function formatPartitionRuleSql(expression: PartitionExpression): string {
  return format(expression, quoteName);
}

/** The text of a constant: `'it''s'`, `-1.5`, `true`, `NULL`. */
export function formatLiteral(literal: Literal): string {
  switch (literal.kind) {
    case "integer":
      return literal.value.toString();
    case "decimal": {
      const number = parseExactNumber(literal.text);
      if (number === undefined) throw new RangeError(`"${literal.text}" is not a number.`);
      return formatExactNumber(number);
    }
    case "string":
      return `'${literal.value.replaceAll("'", "''")}'`;
    case "boolean":
      return literal.value ? "true" : "false";
    case "null":
      return "NULL";
  }
}

function format(expression: PartitionExpression, column: (name: string) => string): string {
  return alternatives(expression)
    .map((conjunction) => conjunction.map((c) => `${column(c.column)} ${c.operator} ${formatLiteral(c.value)}`).join(" AND "))
    .join(" OR ");
}

function isPlainName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name) && !RESERVED_WORDS.has(name.toUpperCase());
}

function quoteName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
