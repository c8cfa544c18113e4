import { inheritedOptions, printOptions } from "../catalog/options";
import { listRegions } from "../catalog/rule-list";
import { type ColumnSchema, ServerError, type TableMeta } from "../model/types";
import { printRule } from "../partition/print-rule";
import { rowsResult, type StatementResult } from "../statement-result";
import type { Identifier, ObjectName } from "../syntax/ast";
import { STRING } from "../types/data-type";
import { columnType } from "../catalog/column-facts";
import { ConnectionAborted, ProtocolError } from "../wire/mysql-error";
import { qualify, type StatementContext, writtenName } from "./context";

const quote = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Types whose values the server cannot print as SQL: SHOW CREATE TABLE panics when they are in a partition rule (observed). */
const UNPRINTABLE = new Set(["Binary", "Json", "Vector"]);

export async function showCreateTable(context: StatementContext, name: ObjectName): Promise<StatementResult> {
  const qualified = qualify(context, name);
  const meta = context.catalog.userTable(qualified);
  if (meta === undefined) {
    if (context.catalog.relation(qualified) === null) throw new ServerError("TableNotFound", `Table not found: ${writtenName(name)}`);
    throw new ServerError("Unsupported", `Show create table only for base table. greptime.${qualified.database}.${qualified.table} is TEMPORARY`);
  }
  const columns = [{ name: "Table", type: STRING }, { name: "Create Table", type: STRING }];
  return rowsResult(columns, [[meta.schema.name, createTableText(context, context.catalog.shown(meta))]]);
}

function createTableText({ version, model }: StatementContext, meta: TableMeta): string {
  const { schema } = meta;
  const lines = schema.columns.map(columnLine);
  lines.push(`TIME INDEX (${quote(schema.timeIndex)})`);
  if (schema.primaryKey.length > 0) lines.push(`PRIMARY KEY (${schema.primaryKey.map(quote).join(", ")})`);
  const database = model.databases().find((d) => d.name === schema.database)?.options ?? {};
  const options = { ...inheritedOptions(schema.options, database), ...(version.regionsOption ? { regions: String(meta.regions.length) } : {}) };
  const body = lines.map((line) => `  ${line}`).join(",\n");
  return `CREATE TABLE IF NOT EXISTS ${quote(schema.name)} (\n${body}\n)\n${partitionText(meta, version.rulesSortedByBound, version.grammar.partition === "ranges")}\nENGINE=${schema.engine}\n${printOptions(options, version.since(0, 11))}`;
}

function columnLine(column: ColumnSchema): string {
  const parts = [quote(column.name), column.type, column.nullable ? "NULL" : "NOT NULL"];
  if (column.defaultSql !== null) parts.push(`DEFAULT ${column.defaultSql}`);
  if (column.comment !== null) parts.push(`COMMENT ${text(column.comment)}`);
  return [...parts, ...column.indexes].join(" ");
}

function partitionText(meta: TableMeta, sortedByBound: boolean, ranges: boolean): string {
  const { schema } = meta;
  if (schema.partitionColumns.length === 0) return "";
  const columns = schema.partitionColumns.map(quote).join(", ");
  if (ranges) return `PARTITION BY RANGE COLUMNS (${columns}) (\n${schema.rules.map((rule) => `  ${rule?.text ?? ""}`).join(",\n")}\n)`;
  const regions = listRegions(meta, sortedByBound);
  const types = schema.columns.filter((c) => schema.partitionColumns.includes(c.name)).map(columnType);
  if (regions.some((r) => r.rule !== null) && types.some((t) => UNPRINTABLE.has(t.kind))) throw new ConnectionAborted("the server panics on such a rule");
  const rules = regions.flatMap((r) => (r.rule === null ? [] : [`  ${printRule(r.rule, "sql")}`]));
  return `PARTITION ON COLUMNS (${columns}) (\n${rules.join(",\n")}\n)`;
}

export function showCreateDatabase({ model }: StatementContext, { name }: Identifier): StatementResult {
  const database = model.databases().find((d) => d.name === name);
  if (database === undefined) throw new ProtocolError(1102, "42000", `(DatabaseNotFound): Database not found: greptime.${name}`);
  const options = printOptions(database.options, true);
  const columns = [{ name: "Database", type: STRING }, { name: "Create Database", type: STRING }];
  return rowsResult(columns, [[name, `CREATE DATABASE IF NOT EXISTS ${name}${options === "" ? "" : `\n${options}`}`]]);
}
