import { columnType } from "../catalog/column-facts";
import { normalOption, type Options } from "../catalog/options";
import { type CellValue, type ColumnSchema, type Row, ServerError, type TableMeta, type TableSchema } from "../model/types";
import { okResult, type StatementResult } from "../statement-result";
import type { AlterAction, Identifier, ObjectName, OptionEntry, Statement } from "../syntax/ast";
import { type DataType, sqlTypeName } from "../types/data-type";
import { formatCell } from "../types/format-cell";
import { convertLiteral, debugType } from "../types/literal";
import { resolveType } from "../types/type-alias";
import { columnSchema, defaultSql, indexText, printedType } from "./column";
import { qualify, requireTable, type StatementContext } from "./context";
import { partitionTable, repartition } from "./repartition";
import { defaultCell } from "./write-rows";

/** ALTER TABLE in all its forms. */
export async function alterTable(context: StatementContext, name: ObjectName, action: AlterAction): Promise<StatementResult> {
  const meta = requireTable(context, name);
  if (meta.physicalTableId !== null && action.kind !== "add-columns") {
    if (action.kind === "repartition" || action.kind === "partition") throw new ServerError("Unsupported", "Not supported: REPARTITION on logical tables");
    throw new ServerError("InvalidArguments", "Alter logical tables invalid arguments: Only support add columns operation");
  }
  if (action.kind === "repartition") return repartition(context, meta, action);
  if (action.kind === "partition") return partitionTable(context, meta, action);
  const change = changeOf(context, meta, action);
  if (change !== null) await context.model.alterTable(meta.tableId, change.schema, change.rewrite);
  return okResult();
}

interface Change {
  readonly schema: TableSchema;
  readonly rewrite?: (row: Row) => Row;
}

/** The table after the action; null when it changes nothing. */
function changeOf(context: StatementContext, meta: TableMeta, action: Exclude<AlterAction, { kind: "repartition" | "partition" }>): Change | null {
  const { schema } = meta;
  switch (action.kind) {
    case "add-columns": return addColumns(context, schema, action.columns);
    case "drop-column": return { schema: dropColumn(schema, action.name) };
    case "modify-type": return modifyType(context, schema, action);
    case "set-default": return { schema: replaceColumn(schema, action.name, (c) => ({ ...c, defaultSql: defaultSql(action.value, columnType(c), c.name, context.session.zone) })) };
    case "drop-default": return { schema: replaceColumn(schema, action.name, dropDefault(schema)) };
    case "set-index": {
      const printed = indexText(action.index, context.version);
      return { schema: replaceColumn(schema, action.name, (c) => ({ ...c, indexes: [...withoutIndex(c, action.index.kind), printed] })) };
    }
    case "unset-index": return { schema: replaceColumn(schema, action.name, (c) => ({ ...c, indexes: withoutIndex(c, action.index) })) };
    case "set-options": return { schema: { ...schema, options: setOptions(schema.options, action.options) } };
    case "unset-options": return { schema: { ...schema, options: unsetOptions(schema.options, action.keys) } };
    case "rename": return { schema: rename(context, schema, action.name) };
  }
}

function invalidAlter(table: string, reason: string): ServerError {
  return new ServerError("InvalidArguments", `Invalid alter table(${table}) request: ${reason}`);
}

function columnNotFound(schema: TableSchema, name: string): ServerError {
  return new ServerError("TableColumnNotFound", `Column ${name} not exists in table ${schema.name}`);
}

function findColumn(schema: TableSchema, { name }: Identifier): ColumnSchema {
  const column = schema.columns.find((c) => c.name === name);
  if (column === undefined) throw columnNotFound(schema, name);
  return column;
}

function replaceColumn(schema: TableSchema, name: Identifier, change: (column: ColumnSchema) => ColumnSchema): TableSchema {
  const found = findColumn(schema, name);
  return { ...schema, columns: schema.columns.map((c) => (c === found ? change(c) : c)) };
}

const withoutIndex = (column: ColumnSchema, kind: string): readonly string[] => column.indexes.filter((text) => !text.startsWith(kind));

function dropDefault(schema: TableSchema): (column: ColumnSchema) => ColumnSchema {
  return (column) => {
    if (!column.nullable) throw invalidAlter(schema.name, `column ${column.name} is not nullable and has no default value`);
    return { ...column, defaultSql: null };
  };
}

function addColumns(context: StatementContext, schema: TableSchema, added: (AlterAction & { kind: "add-columns" })["columns"]): Change | null {
  let columns = [...schema.columns];
  const primaryKey = [...schema.primaryKey];
  const fresh: ColumnSchema[] = [];
  for (const { column: syntax, ifNotExists, place } of added) {
    const { name } = syntax.name;
    const existing = columns.find((c) => c.name === name);
    if (existing !== undefined && !ifNotExists) throw new ServerError("TableColumnExists", `Column ${name} already exists in table ${schema.name}`);
    // The real server parses a COMMENT clause here and loses it, in every version.
    const column = { ...columnSchema(syntax, syntax.primaryKey ? "TAG" : "FIELD", context.version, context.session.zone), comment: null };
    if (existing !== undefined) {
      if (existing.type !== column.type) throw invalidAlter(schema.name, `column ${name} already exists with different type ${debugType(columnType(existing))}`);
      continue;
    }
    if (!column.nullable && column.defaultSql === null) throw invalidAlter(schema.name, `no default value for column ${name}`);
    const at = place === null ? columns.length : place.kind === "first" ? 0 : columns.findIndex((c) => c.name === place.name.name) + 1;
    if (place?.kind === "after" && at === 0) throw columnNotFound(schema, place.name.name);
    columns = [...columns.slice(0, at), column, ...columns.slice(at)];
    fresh.push(column);
    if (syntax.primaryKey) primaryKey.push(name);
  }
  if (fresh.length === 0) return null;
  const defaults = new Map(fresh.map((c) => [c.name, defaultCell(context, c)]));
  const positions = columns.map((c) => schema.columns.findIndex((before) => before.name === c.name));
  return { schema: { ...schema, columns, primaryKey }, rewrite: (row) => columns.map((c, i) => defaults.get(c.name) ?? row[positions[i]!] ?? null) };
}

function dropColumn(schema: TableSchema, name: Identifier): TableSchema {
  const column = findColumn(schema, name);
  if (column.semantic !== "FIELD") throw new ServerError("InvalidArguments", `Not allowed to remove index column ${column.name} from table ${schema.name}`);
  if (schema.partitionColumns.includes(column.name)) throw new ServerError("InvalidArguments", `Not allowed to remove partition column ${column.name} from table ${schema.name}`);
  return { ...schema, columns: schema.columns.filter((c) => c !== column) };
}

function modifyType(context: StatementContext, schema: TableSchema, action: AlterAction & { kind: "modify-type" }): Change {
  const column = findColumn(schema, action.name);
  const type = resolveType(action.type, column.name, context.version.datetimeIsMicroseconds);
  if (column.semantic === "TIMESTAMP") throw invalidAlter(schema.name, `Not allowed to change timestamp index column '${column.name}' datatype`);
  if (column.semantic === "TAG") throw invalidAlter(schema.name, `Not allowed to change primary key index column '${column.name}'`);
  const before = columnType(column);
  if (!canCast(before, type)) throw invalidAlter(schema.name, `column '${column.name}' cannot be cast automatically to type '${castName(type)}'`);
  if (!column.nullable) throw invalidAlter(schema.name, `column '${column.name}' must be nullable to ensure safe conversion.`);
  const position = schema.columns.indexOf(column);
  return {
    schema: replaceColumn(schema, action.name, (c) => ({ ...c, type: printedType(type, context.version) })),
    rewrite: (row) => row.map((cell, i) => (i === position ? castCell(cell, before, type) : cell)),
  };
}

const castName = (type: DataType): string => (type.kind === "Date" ? "Date" : sqlTypeName(type));

function canCast(from: DataType, to: DataType): boolean {
  if (from.kind === "Json" || to.kind === "Json" || from.kind === "Vector" || to.kind === "Vector") return from.kind === to.kind;
  if (to.kind === "Date") return from.kind === "Date" || from.kind === "String" || from.kind === "Timestamp";
  if (to.kind === "Timestamp") return from.kind !== "Boolean" && from.kind !== "Float" && from.kind !== "Decimal";
  return true;
}

/** The value in the new type; NULL when it cannot be converted. */
function castCell(cell: CellValue, from: DataType, to: DataType): CellValue {
  if (cell === null) return null;
  const text = formatCell(cell, from, { zone: "UTC", fraction: "groups" });
  if (text === null || text instanceof Uint8Array) return to.kind === "Binary" ? text : null;
  const number = /^-?\d+(\.\d+)?$/.test(text) && to.kind !== "String";
  const literal = number ? ({ kind: "number", text: text.replace("-", "") } as const) : ({ kind: "string", value: text } as const);
  try {
    return convertLiteral(literal, number && text.startsWith("-") ? "-" : "", { type: to, column: null, zone: "UTC", negateAfterwards: false });
  } catch {
    return null;
  }
}

const SETTABLE = new Set(["ttl", "compaction.twcs.trigger_file_num", "compaction.twcs.max_output_file_size", "compaction.twcs.time_window", "append_mode", "sst_format"]);
const UNSETTABLE = new Set(["ttl", "compaction.twcs.trigger_file_num", "compaction.twcs.max_output_file_size", "compaction.twcs.time_window"]);

function setOptions(options: Options, entries: readonly OptionEntry[]): Options {
  const changed: Record<string, string> = { ...options };
  for (const { key, value } of entries) {
    const given = value ?? "";
    if (!SETTABLE.has(key)) throw new ServerError("InvalidArguments", `Invalid set table option request: Invalid set region option request, key: ${key}, value: ${given}`);
    if (key === "append_mode" && (given !== "true" && options["append_mode"] === "true")) throw new ServerError("InvalidArguments", "Only allow changing append_mode from false to true");
    if (key.startsWith("compaction.") && given === "") delete changed[key];
    else changed[key] = normalOption(key, given);
    if (key.startsWith("compaction.")) changed["compaction.type"] = "twcs";
  }
  return changed;
}

function unsetOptions(options: Options, keys: readonly string[]): Options {
  for (const key of keys) if (!UNSETTABLE.has(key)) throw new ServerError("InvalidArguments", `Invalid unset table option request: Invalid set region option request, key: ${key}`);
  return Object.fromEntries(Object.entries(options).filter(([key]) => !keys.includes(key)));
}

function rename(context: StatementContext, schema: TableSchema, name: ObjectName): TableSchema {
  const target = qualify({ ...context, session: { ...context.session, database: schema.database } }, name);
  if (context.catalog.relation(target) !== null) throw new ServerError("TableAlreadyExists", `Table already exists, table: greptime.${target.database}.${target.table}`);
  return { ...schema, name: target.table };
}

/** COMMENT ON TABLE and COMMENT ON COLUMN. */
export async function commentOn(context: StatementContext, statement: Statement & { readonly kind: "comment-on" }): Promise<StatementResult> {
  const { comment, name, target } = statement;
  if (target === "TABLE") {
    const { tableId, schema } = requireTable(context, name);
    const options = Object.fromEntries(Object.entries(schema.options).filter(([key]) => key !== "comment"));
    await context.model.alterTable(tableId, { ...schema, comment, options: comment === null ? options : { ...options, comment } });
    return okResult();
  }
  const { tableId, schema } = requireTable(context, name.slice(0, -1));
  await context.model.alterTable(tableId, replaceColumn(schema, name.at(-1)!, (c) => ({ ...c, comment })));
  return okResult();
}
