import { ServerError } from "../model/types";
import type { ColumnSyntax, CreateTableSyntax, Expression, Identifier, IndexClause, PartitionSyntax, RangeBound } from "./ast";
import type { Cursor } from "./cursor";
import { COLUMN_KEYWORDS } from "./keywords";
import { parseExpression } from "./parse-expression";
import { parseWith } from "./parse-options";
import { parseType } from "./parse-type";
import { describeToken } from "./token";

/** Which partition clause the emulated version reads. */
export type PartitionGrammar = "ranges" | "rules";

/** What follows `CREATE TABLE`. */
export function parseCreateTable(cursor: Cursor, grammar: PartitionGrammar): CreateTableSyntax {
  const ifNotExists = cursor.takeWords("IF", "NOT", "EXISTS");
  const name = cursor.objectName();
  const body = parseTableBody(cursor);
  const partition = cursor.takeWords("PARTITION") ? parsePartition(cursor, grammar) : null;
  let engine = "mito";
  if (cursor.takeWords("ENGINE")) {
    cursor.expectSymbol("=");
    engine = cursor.identifier().written;
  }
  return { kind: "create-table", ifNotExists, name, ...body, partition, engine, options: parseWith(cursor) };
}

function parseTableBody(cursor: Cursor): Pick<CreateTableSyntax, "columns" | "primaryKeys" | "timeIndexes"> {
  const columns: ColumnSyntax[] = [];
  const primaryKeys: (readonly Identifier[])[] = [];
  const timeIndexes: Identifier[] = [];
  cursor.expectSymbol("(");
  while (!cursor.takeSymbol(")")) {
    if (cursor.isWord("TIME") && cursor.isWord("INDEX", 1)) {
      cursor.takeWords("TIME", "INDEX");
      cursor.expectSymbol("(");
      timeIndexes.push(...cursor.list(() => cursor.identifier(), ")"));
    } else if (cursor.isWord("PRIMARY") && cursor.isWord("KEY", 1)) {
      cursor.takeWords("PRIMARY", "KEY");
      cursor.expectSymbol("(");
      primaryKeys.push(cursor.list(() => cursor.identifier(), ")"));
    } else columns.push(parseColumn(cursor));
    if (cursor.takeSymbol(",") || cursor.isSymbol(")")) continue;
    throw cursor.failure(`Expected ',' or ')' after column definition, found: ${describeToken(cursor.peek())}`);
  }
  const keyColumns = columns.filter((c) => c.primaryKey).map((c) => c.name);
  if (keyColumns.length > 0) primaryKeys.unshift(keyColumns);
  return { columns, primaryKeys, timeIndexes: [...columns.filter((c) => c.timeIndex).map((c) => c.name), ...timeIndexes] };
}

/** One column of CREATE TABLE or of ALTER TABLE ADD COLUMN. */
export function parseColumn(cursor: Cursor): ColumnSyntax {
  const name = cursor.identifier();
  if (!name.quoted && COLUMN_KEYWORDS.has(name.written.toUpperCase())) {
    throw cursor.failure(`Cannot use keyword '${name.written}' as column name. Hint: add quotes to the name.`);
  }
  const type = parseType(cursor);
  let column: ColumnSyntax = { name, type, nullable: null, defaultValue: null, comment: null, timeIndex: false, primaryKey: false, indexes: [] };
  for (let option = parseColumnOption(cursor); option !== null; option = parseColumnOption(cursor)) {
    column = { ...column, ...option, indexes: [...column.indexes, ...(option.indexes ?? [])] };
  }
  return column;
}

function parseColumnOption(cursor: Cursor): Partial<ColumnSyntax> | null {
  if (cursor.takeWords("NOT", "NULL")) return { nullable: false };
  if (cursor.takeWords("NULL")) return { nullable: true };
  if (cursor.takeWords("DEFAULT")) return { defaultValue: parseExpression(cursor) };
  if (cursor.takeWords("TIME", "INDEX")) return { timeIndex: true };
  if (cursor.takeWords("PRIMARY", "KEY")) return { primaryKey: true };
  if (cursor.takeWords("COMMENT")) return { comment: cursor.string() };
  const index = parseIndexClause(cursor);
  return index === null ? null : { indexes: [index] };
}

/** `INVERTED INDEX`, `SKIPPING INDEX [WITH (…)]`, `FULLTEXT INDEX [WITH (…)]` when one comes next. */
export function parseIndexClause(cursor: Cursor): IndexClause | null {
  for (const kind of ["INVERTED", "SKIPPING", "FULLTEXT"] as const) {
    if (cursor.takeWords(kind, "INDEX")) return { kind, options: kind === "INVERTED" ? [] : parseWith(cursor) };
  }
  return null;
}

function parsePartition(cursor: Cursor, grammar: PartitionGrammar): PartitionSyntax {
  return grammar === "ranges" ? parseRanges(cursor) : parseOnColumns(cursor);
}

/** `ON COLUMNS (…) ( rule, … )`, the word PARTITION being read. */
export function parseOnColumns(cursor: Cursor): PartitionSyntax & { readonly kind: "rules" } {
  for (const word of ["ON", "COLUMNS"]) {
    if (cursor.takeWords(word)) continue;
    const found = describeToken(cursor.peek());
    throw new ServerError("InvalidSyntax", `Unexpected token while parsing SQL statement, expected: 'ON, COLUMNS', found: ${found}: ${cursor.expectation(word)}`);
  }
  cursor.expectSymbol("(");
  const columns = cursor.list(() => cursor.identifier(), ")");
  cursor.expectSymbol("(");
  return { kind: "rules", columns, rules: cursor.list(() => parseExpression(cursor), ")", true) };
}

function parseRanges(cursor: Cursor): PartitionSyntax {
  for (const word of ["BY", "RANGE", "COLUMNS"]) {
    if (cursor.takeWords(word)) continue;
    const found = describeToken(cursor.peek());
    throw new ServerError("InvalidSyntax", `Unexpected token while parsing SQL statement: ${cursor.sql}, expected: 'BY, RANGE, COLUMNS', found: ${found}: ${cursor.expectation(word)}`);
  }
  cursor.expectSymbol("(");
  const columns = cursor.list(() => cursor.identifier(), ")");
  cursor.expectSymbol("(");
  return { kind: "ranges", columns, bounds: cursor.list(() => parseBound(cursor), ")", true) };
}

function parseBound(cursor: Cursor): RangeBound {
  cursor.expectWord("PARTITION");
  const name = cursor.identifier();
  cursor.expectWord("VALUES");
  cursor.expectWord("LESS");
  cursor.expectWord("THAN");
  cursor.expectSymbol("(");
  const value = (): Expression | null => (cursor.takeWords("MAXVALUE") ? null : parseExpression(cursor));
  return { name, values: cursor.list(value, ")") };
}
