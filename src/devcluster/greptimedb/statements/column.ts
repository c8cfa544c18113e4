import { type CellValue, type ColumnSchema, ServerError } from "../model/types";
import type { ServerVersion } from "../server-version";
import type { ColumnSyntax, Expression, IndexClause } from "../syntax/ast";
import { printExpression } from "../syntax/print-expression";
import { type DataType, sqlTypeName } from "../types/data-type";
import { asLiteral, convertLiteral } from "../types/literal";
import { printRuleValue } from "../partition/print-rule";
import { resolveType } from "../types/type-alias";

/** A declared column as the catalog keeps it. */
export function columnSchema(column: ColumnSyntax, semantic: ColumnSchema["semantic"], version: ServerVersion, zone: string): ColumnSchema {
  const type = resolveType(column.type, column.name.name, version.datetimeIsMicroseconds);
  if (type.kind === "Json" && column.defaultValue !== null && version.since(1, 0)) {
    throw new ServerError("Unsupported", `Unsupported default constraint for column: '${column.name.name}', reason: json column cannot have a default value`);
  }
  return {
    name: column.name.name,
    type: printedType(type, version),
    nullable: semantic === "TIMESTAMP" ? false : (column.nullable ?? true),
    semantic,
    defaultSql: column.defaultValue === null ? null : defaultSql(column.defaultValue, type, column.name.name, zone),
    comment: column.comment,
    indexes: column.indexes.map((index) => indexText(index, version)),
  };
}

export function printedType(type: DataType, version: ServerVersion): string {
  return type.kind === "Json" && version.jsonFormatPrinted ? "JSON(format = 'structured')" : sqlTypeName(type);
}

const CLOCK_FUNCTIONS = new Set(["now", "current_timestamp"]);

/** A default in the form in which SHOW CREATE TABLE prints it; null for DEFAULT NULL. */
export function defaultSql(e: Expression, type: DataType, column: string, zone: string): string | null {
  if (e.kind === "call" && CLOCK_FUNCTIONS.has(e.name.name) && e.args.length === 0) return `${e.name.name}()`;
  const value = asLiteral(e);
  if (value === null) throw new ServerError("Unsupported", `Unsupported default constraint for column: '${column}', reason: expr '${printExpression(e)}' not supported`);
  const cell = convertLiteral(value.literal, value.sign, { type, column, zone, negateAfterwards: false });
  return cell === null ? null : printDefault(cell, type);
}

function printDefault(cell: CellValue, type: DataType): string {
  if (type.kind === "Decimal" || type.kind === "Json") return `'${String(cell)}'`;
  return printRuleValue(cell, type, "sql");
}

const SKIPPING_DEFAULTS = { granularity: "10240", type: "BLOOM" };
const FULLTEXT_DEFAULTS = { analyzer: "English", backend: "bloom", case_sensitive: "false", granularity: "10240" };

/** The clause with its defaults, as SHOW CREATE TABLE prints it. */
export function indexText(index: IndexClause, version: ServerVersion): string {
  if (index.kind === "INVERTED") return "INVERTED INDEX";
  const rate = version.falsePositiveRate ? { false_positive_rate: "0.01" } : {};
  const options: Record<string, string> = { ...(index.kind === "SKIPPING" ? SKIPPING_DEFAULTS : FULLTEXT_DEFAULTS), ...rate };
  for (const { key, value } of index.options) {
    if (!(key in options)) throw new ServerError("InvalidArguments", `Invalid column option, column name: , error: invalid ${index.kind} option: ${key}`);
    options[key] = value ?? "";
  }
  const list = Object.keys(options).sort().map((key) => `${key} = '${options[key]}'`);
  return `${index.kind} INDEX WITH(${list.join(", ")})`;
}
