import type { AlterAction, Expression, Identifier, Statement } from "./ast";
import type { Cursor } from "./cursor";
import { parseColumn, parseIndexClause, parseOnColumns } from "./parse-create-table";
import { parseExpression } from "./parse-expression";
import { parseOption, parseOptionKey, parseWith } from "./parse-options";
import { parseType } from "./parse-type";
import { describeToken } from "./token";

/** Which ALTER forms the emulated version reads. */
export interface AlterGrammar {
  readonly repartition: boolean;
  readonly splitMerge: boolean;
  readonly partitionOnColumns: boolean;
}

/** What follows `ALTER`. */
export function parseAlter(cursor: Cursor, grammar: AlterGrammar): Statement {
  if (cursor.takeWords("DATABASE") || cursor.takeWords("SCHEMA")) {
    const name = cursor.identifier();
    if (cursor.takeWords("SET")) return { kind: "alter-database", name, set: cursor.sequence(() => parseOption(cursor)), unset: [] };
    cursor.expectWord("UNSET");
    return { kind: "alter-database", name, set: [], unset: cursor.sequence(() => parseOptionKey(cursor)) };
  }
  cursor.expectWord("TABLE");
  const name = cursor.objectName();
  return { kind: "alter-table", name, action: parseAction(cursor, grammar) };
}

function parseAction(cursor: Cursor, grammar: AlterGrammar): AlterAction {
  if (cursor.takeWords("ADD")) return parseAdd(cursor);
  if (cursor.takeWords("DROP")) {
    cursor.expectWord("COLUMN");
    return { kind: "drop-column", name: cursor.identifier() };
  }
  if (cursor.takeWords("MODIFY")) {
    cursor.expectWord("COLUMN");
    return parseModify(cursor, cursor.identifier());
  }
  if (cursor.takeWords("RENAME")) {
    cursor.takeWords("TO");
    return { kind: "rename", name: cursor.objectName() };
  }
  if (cursor.takeWords("SET")) return { kind: "set-options", options: cursor.sequence(() => parseOption(cursor)) };
  if (cursor.takeWords("UNSET")) return { kind: "unset-options", keys: cursor.sequence(() => parseOptionKey(cursor)) };
  return parsePartitionAction(cursor, grammar) ?? refuse(cursor);
}

function refuse(cursor: Cursor): never {
  throw cursor.failure(`Expected ADD or DROP or MODIFY or RENAME or SET after ALTER TABLE, found: ${describeToken(cursor.peek())}`);
}

function parseAdd(cursor: Cursor): AlterAction {
  const columns: (AlterAction & { kind: "add-columns" })["columns"][number][] = [];
  do {
    if (columns.length > 0) cursor.expectWord("ADD");
    cursor.takeWords("COLUMN");
    const ifNotExists = cursor.takeWords("IF", "NOT", "EXISTS");
    const column = parseColumn(cursor);
    const place = cursor.takeWords("FIRST") ? ({ kind: "first" } as const) : cursor.takeWords("AFTER") ? ({ kind: "after", name: cursor.identifier() } as const) : null;
    columns.push({ column, ifNotExists, place });
  } while (cursor.takeSymbol(","));
  return { kind: "add-columns", columns };
}

function parseModify(cursor: Cursor, name: Identifier): AlterAction {
  if (cursor.takeWords("SET")) {
    if (cursor.takeWords("DEFAULT")) return { kind: "set-default", name, value: parseExpression(cursor) };
    const index = parseIndexClause(cursor);
    if (index === null) throw cursor.unexpected("FULLTEXT OR INVERTED OR SKIPPING INDEX");
    return { kind: "set-index", name, index };
  }
  if (cursor.takeWords("UNSET")) {
    const index = parseIndexClause(cursor);
    if (index === null) throw cursor.unexpected("FULLTEXT OR INVERTED OR SKIPPING INDEX");
    return { kind: "unset-index", name, index: index.kind };
  }
  if (cursor.takeWords("DROP", "DEFAULT")) return { kind: "drop-default", name };
  return { kind: "modify-type", name, type: parseType(cursor) };
}

function parsePartitionAction(cursor: Cursor, grammar: AlterGrammar): AlterAction | null {
  if (grammar.splitMerge && cursor.takeWords("SPLIT", "PARTITION")) {
    const from = expressions(cursor, "SPLIT PARTITION");
    if (from.length !== 1) throw cursor.failure(`Expected single partition expression inside SPLIT PARTITION clause, found: ${from.length}`);
    return finishRepartition(cursor, "SPLIT", from);
  }
  if (grammar.splitMerge && cursor.takeWords("MERGE", "PARTITION")) {
    return { kind: "repartition", form: "MERGE", from: expressions(cursor, "MERGE PARTITION"), to: [], columns: [], options: parseWith(cursor) };
  }
  if (grammar.repartition && cursor.takeWords("REPARTITION")) return finishRepartition(cursor, "REPARTITION", expressions(cursor, "REPARTITION"));
  if (grammar.partitionOnColumns && cursor.takeWords("PARTITION")) {
    const { columns, rules } = parseOnColumns(cursor);
    if (rules.length === 0) throw cursor.failure("PARTITION ON COLUMNS requires at least one partition expression");
    return { kind: "partition", columns, rules, options: parseWith(cursor) };
  }
  return null;
}

function finishRepartition(cursor: Cursor, form: "SPLIT" | "REPARTITION", from: readonly Expression[]): AlterAction {
  let columns: readonly Identifier[] = [];
  if (cursor.takeWords("ON", "COLUMNS")) {
    cursor.expectSymbol("(");
    columns = cursor.list(() => cursor.identifier(), ")");
  }
  cursor.expectWord("INTO");
  const to = expressions(cursor, form === "SPLIT" ? "SPLIT PARTITION" : form);
  if (cursor.isSymbol(",")) throw cursor.failure(`Expected end of ${form} clause, found: ,`);
  return { kind: "repartition", form, from, to, columns, options: parseWith(cursor) };
}

function expressions(cursor: Cursor, clause: string): readonly Expression[] {
  cursor.expectSymbol("(");
  if (cursor.isSymbol(")")) throw cursor.failure(`Expected expression inside ${clause} clause, found: )`);
  return cursor.list(() => parseExpression(cursor), ")", true);
}
