import { columnType } from "../catalog/column-facts";
import { type CellValue, type ColumnSchema, type Row, type RowOperation, ServerError, type TableMeta } from "../model/types";
import { matchesRule } from "../partition/evaluate-rule";
import { ruleExpression } from "../partition/rule";
import { planError } from "../query/scope";
import { okResult, type StatementResult } from "../statement-result";
import type { Expression, Identifier, Query, Statement } from "../syntax/ast";
import { parseExpressionText } from "../syntax/parse-statement";
import type { DataType } from "../types/data-type";
import { formatCell } from "../types/format-cell";
import { asLiteral, convertLiteral, type Literal } from "../types/literal";
import { rescale } from "../types/time";
import { requireTable, type StatementContext } from "./context";
import { runSelect } from "./select";

let appended = 0;

/** INSERT of literal rows or of a query's result. */
export async function insert(context: StatementContext, statement: Statement & { readonly kind: "insert" }): Promise<StatementResult> {
  const meta = requireTable(context, statement.table);
  const { columns } = meta.schema;
  const targets = statement.columns.length === 0 ? columns : statement.columns.map((name) => findColumn(columns, name));
  const rows = await sourceRows(context, statement.source, targets);
  const full = rows.map((values) => {
    const given = new Map(targets.map((column, i) => [column.name, values[i] ?? null]));
    return columns.map((column) => (given.has(column.name) ? checkNull(column, given.get(column.name)!) : defaultCell(context, column)));
  });
  await writeRows(context, meta, full.map((row) => ({ kind: "put", row })));
  return okResult(full.length);
}

function findColumn(columns: readonly ColumnSchema[], { name }: Identifier): ColumnSchema {
  const column = columns.find((c) => c.name === name);
  if (column === undefined) throw new ServerError("InvalidArguments", `Cannot find column by name: ${name}`);
  return column;
}

async function sourceRows(context: StatementContext, source: Query, targets: readonly ColumnSchema[]): Promise<readonly Row[]> {
  if (source.body.kind === "values" && source.orderBy.length === 0 && source.limit === null) {
    for (const row of source.body.rows) if (row.length !== targets.length) throw countMismatch(targets.length, row.length);
    if (source.body.rows.every((row) => row.every(isPlain))) return source.body.rows.map((row) => row.map((e, i) => expressionCell(context, e, targets[i]!)));
  }
  const result = await runSelect(context, source);
  if (result.columns.length !== targets.length) throw countMismatch(targets.length, result.columns.length);
  return result.rows.map((row) => row.map((cell, i) => convertCell(cell, result.columns[i]!.type, targets[i]!, context)));
}

function countMismatch(columns: number, values: number): ServerError {
  return new ServerError("InvalidArguments", `Invalid SQL, error: column count mismatch, columns: ${columns}, values: ${values}`);
}

/** Whether the value is read by the column's own rules; everything else is computed by a query first. */
function isPlain(e: Expression): boolean {
  if (e.kind === "nested") return isPlain(e.inner);
  if (e.kind === "call") return e.name.name === "now" || e.name.name === "current_timestamp";
  return e.kind === "parameter" || asLiteral(e) !== null || (e.kind === "column" && e.path.length === 1 && e.path[0]!.name === "default");
}

function expressionCell(context: StatementContext, e: Expression, column: ColumnSchema): CellValue {
  if (e.kind === "parameter") return convertParameter(context.parameters[e.index] ?? null, column, context);
  if (e.kind === "nested") return expressionCell(context, e.inner, column);
  if (e.kind === "call" && (e.name.name === "now" || e.name.name === "current_timestamp")) return nowCell(context, columnType(column));
  if (e.kind === "column" && e.path.length === 1 && e.path[0]!.name === "default") return defaultCell(context, column);
  const value = asLiteral(e);
  if (value === null) throw planError("Error during planning: INSERT takes literals and now()");
  return checkNull(column, convertLiteral(value.literal, value.sign, target(context, column)));
}

function target(context: StatementContext, column: ColumnSchema): { type: DataType; column: string; zone: string; negateAfterwards: boolean } {
  return { type: columnType(column), column: column.name, zone: context.session.zone, negateAfterwards: false };
}

/** A prepared statement's parameter as if it were written out. */
function convertParameter(value: CellValue, column: ColumnSchema, context: StatementContext): CellValue {
  const type = columnType(column);
  if (value === null) return checkNull(column, null);
  if (typeof value === "number" && type.kind === "Int" && Number.isInteger(value)) return BigInt(value);
  const numeric = typeof value === "number" || typeof value === "bigint";
  const text = String(value);
  const literal: Literal = numeric ? { kind: "number", text: text.replace("-", "") } : { kind: "string", value: text };
  return convertLiteral(literal, numeric && text.startsWith("-") ? "-" : "", target(context, column));
}

function checkNull(column: ColumnSchema, value: CellValue): CellValue {
  if (value === null && !column.nullable) throw new ServerError("InvalidArguments", `Invalid column: ${column.name}, reason: column is not null but input has null`);
  return value;
}

function nowCell({ model }: StatementContext, type: DataType): CellValue {
  const ms = BigInt(Math.floor(model.clock.now()));
  return type.kind === "Timestamp" ? rescale(ms, 3, type.digits) : ms;
}

/** What a column holds in a row that does not name it. */
export function defaultCell(context: StatementContext, column: ColumnSchema): CellValue {
  const type = columnType(column);
  if (column.defaultSql === null) {
    if (column.nullable) return null;
    throw new ServerError("InvalidArguments", `Invalid SQL, error: column ${column.name} is not null and has no default value`);
  }
  const e = parseExpressionText(column.defaultSql);
  if (e.kind === "call") return nowCell(context, type);
  const value = asLiteral(e);
  return value === null ? null : convertLiteral(value.literal, value.sign, { type, column: column.name, zone: "UTC", negateAfterwards: false });
}

/** A computed value as one of the column's type. */
function convertCell(cell: CellValue, from: DataType, column: ColumnSchema, context: StatementContext): CellValue {
  const to = columnType(column);
  if (cell === null) return checkNull(column, null);
  if (from.kind === to.kind && from.kind !== "Timestamp") return cell;
  if (from.kind === "Timestamp" && to.kind === "Timestamp") return rescale(BigInt(cell as bigint), from.digits, to.digits);
  const text = formatCell(cell, from, { zone: context.session.zone, fraction: "groups" });
  if (text instanceof Uint8Array || text === null) return cell;
  const number = /^-?\d+(\.\d+)?$/.test(text) && from.kind !== "String";
  return convertLiteral(number ? { kind: "number", text: text.replace("-", "") } : { kind: "string", value: text }, number && text.startsWith("-") ? "-" : "", target(context, column));
}

type Write = { readonly kind: "put" | "delete"; readonly row: Row };

/** Writes or deletes rows in the regions that their partition columns choose. */
export async function writeRows(context: StatementContext, meta: TableMeta, writes: readonly Write[]): Promise<void> {
  const perRegion = new Map<number, RowOperation[]>();
  const append = meta.schema.options["append_mode"] === "true";
  for (const { kind, row } of writes) {
    const region = meta.regions[routeRow(meta, row)]!;
    const key = rowKey(meta, row);
    const operation: RowOperation = kind === "delete" ? { kind, key } : { kind, key: append ? `${key}#${appended++}` : key, row };
    perRegion.set(region, [...(perRegion.get(region) ?? []), operation]);
  }
  await Promise.all([...perRegion].map(([region, operations]) => context.model.write(meta.tableId, region, operations)));
}

/** Index of the rule that the row falls under; rows that match none go to the first region. */
export function routeRow(meta: TableMeta, row: Row): number {
  const position = new Map(meta.schema.columns.map((c, i) => [c.name, i]));
  const valueOf = (name: string): CellValue => row[position.get(name) ?? -1] ?? null;
  const index = meta.schema.rules.findIndex((rule) => rule !== null && matchesRule(ruleExpression(rule), valueOf));
  return Math.max(0, index);
}

function rowKey({ schema }: TableMeta, row: Row): string {
  const columns = [...schema.primaryKey, schema.timeIndex];
  const cells = columns.map((name) => row[schema.columns.findIndex((c) => c.name === name)] ?? null);
  return JSON.stringify(cells.map((cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString("hex") : typeof cell === "bigint" ? cell.toString() : cell)));
}

/** DELETE: finds the rows by query, then deletes them by key. */
export async function deleteRows(context: StatementContext, statement: Statement & { readonly kind: "delete" }): Promise<StatementResult> {
  const meta = requireTable(context, statement.table);
  if (meta.schema.options["append_mode"] === "true") throw new ServerError("InvalidArguments", `Invalid request to region ${(BigInt(meta.tableId) << 32n).toString()}(${meta.tableId}, 0), reason: DELETE is not allowed under append mode`);
  const query: Query = {
    with: [],
    body: { kind: "select", distinct: false, items: [{ kind: "wildcard", qualifier: null }], from: [{ kind: "table", name: statement.table, alias: null }], where: statement.where, groupBy: [], having: null },
    orderBy: [], limit: null, offset: null,
  };
  const { rows } = await runSelect(context, query);
  await writeRows(context, meta, rows.map((row) => ({ kind: "delete", row })));
  return okResult(rows.length);
}
