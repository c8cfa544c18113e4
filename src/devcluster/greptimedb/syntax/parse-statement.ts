import { ServerError } from "../model/types";
import type { Expression, Identifier, Statement } from "./ast";
import { Cursor } from "./cursor";
import { type AlterGrammar, parseAlter } from "./parse-alter";
import { type PartitionGrammar, parseCreateTable } from "./parse-create-table";
import { parseCall, parseExpression } from "./parse-expression";
import { parseWith } from "./parse-options";
import { parseQuery } from "./parse-query";
import { parseShow } from "./parse-show";
import { describeToken, TokenizeError, tokenize } from "./token";

/** What differs between versions in the statements that are read at all. */
export interface Grammar extends AlterGrammar {
  readonly partition: PartitionGrammar;
  readonly admin: boolean;
  readonly commentOn: boolean;
}

export interface ParsedStatement {
  readonly statement: Statement;
  readonly text: string;
  /** Number of `?` in it. */
  readonly parameters: number;
}

/** Reads a text of one or more statements separated by `;`. Rejects with the server's own syntax errors. */
export function parseStatements(sql: string, grammar: Grammar): readonly ParsedStatement[] {
  const cursor = openCursor(sql);
  const parsed: ParsedStatement[] = [];
  for (;;) {
    while (cursor.takeSymbol(";"));
    if (cursor.atEnd()) break;
    const start = cursor.peek().start;
    cursor.parameters = 0;
    const statement = parseStatement(cursor, grammar);
    if (!cursor.atEnd() && !cursor.isSymbol(";")) throw unsupported(cursor);
    parsed.push({ statement, text: sql.slice(start, cursor.peek().start).trimEnd(), parameters: cursor.parameters });
  }
  if (parsed.length === 0) throw new ServerError("InvalidArguments", "Invalid SQL, error: empty statements");
  return parsed;
}

/** Reads one expression that is the whole text, as in a column default that was kept as text. */
export function parseExpressionText(sql: string): Expression {
  return parseExpression(openCursor(sql));
}

function openCursor(sql: string): Cursor {
  try {
    return new Cursor(sql, tokenize(sql), parseQuery);
  } catch (error) {
    if (error instanceof TokenizeError) throw new ServerError("InvalidSyntax", `Invalid SQL syntax: sql parser error: ${error.message}`);
    throw error;
  }
}

function unsupported(cursor: Cursor): ServerError {
  return new ServerError("Unsupported", `SQL statement is not supported, keyword: ${describeToken(cursor.peek())}`);
}

function parseStatement(cursor: Cursor, grammar: Grammar): Statement {
  if (cursor.startsQuery()) return { kind: "query", query: parseQuery(cursor) };
  const mark = cursor.mark();
  const token = cursor.next();
  const keyword = token.kind === "word" ? token.text.toUpperCase() : "";
  switch (keyword) {
    case "CREATE": {
      if (cursor.takeWords("TABLE")) return parseCreateTable(cursor, grammar.partition);
      if (!cursor.takeWords("DATABASE") && !cursor.takeWords("SCHEMA")) throw unsupported(cursor);
      const ifNotExists = cursor.takeWords("IF", "NOT", "EXISTS");
      return { kind: "create-database", name: cursor.identifier(), ifNotExists, options: parseWith(cursor) };
    }
    case "DROP": return parseDrop(cursor);
    case "ALTER": return parseAlter(cursor, grammar);
    case "TRUNCATE":
      cursor.takeWords("TABLE");
      return { kind: "truncate", name: cursor.objectName() };
    case "INSERT": return parseInsert(cursor);
    case "DELETE": {
      cursor.expectWord("FROM");
      const table = cursor.objectName();
      return { kind: "delete", table, where: cursor.takeWords("WHERE") ? parseExpression(cursor) : null };
    }
    case "DESC": case "DESCRIBE":
      cursor.takeWords("TABLE");
      return { kind: "describe", name: cursor.objectName() };
    case "EXPLAIN":
      cursor.takeWords("ANALYZE");
      cursor.takeWords("VERBOSE");
      return { kind: "explain", statement: parseStatement(cursor, grammar) };
    case "SHOW": return parseShow(cursor);
    case "USE": return { kind: "use", database: cursor.identifier() };
    case "SET": return parseSet(cursor);
    case "ADMIN": {
      if (!grammar.admin) break;
      const name = cursor.identifier();
      return { kind: "admin", call: parseCall(cursor, name) };
    }
    case "COMMENT": {
      if (!grammar.commentOn) break;
      return parseComment(cursor);
    }
    case "START": case "COMMIT": case "ROLLBACK": case "LOCK": case "UNLOCK":
      return ignore(cursor);
  }
  cursor.rewind(mark);
  throw unsupported(cursor);
}

function parseDrop(cursor: Cursor): Statement {
  if (cursor.takeWords("TABLE")) {
    const ifExists = cursor.takeWords("IF", "EXISTS");
    return { kind: "drop-table", ifExists, names: cursor.sequence(() => cursor.objectName()) };
  }
  if (!cursor.takeWords("DATABASE") && !cursor.takeWords("SCHEMA")) throw unsupported(cursor);
  const ifExists = cursor.takeWords("IF", "EXISTS");
  return { kind: "drop-database", name: cursor.identifier(), ifExists };
}

function parseInsert(cursor: Cursor): Statement {
  cursor.expectWord("INTO");
  const table = cursor.objectName();
  let columns: readonly Identifier[] = [];
  if (cursor.isSymbol("(") && !cursor.startsQuery()) {
    cursor.next();
    columns = cursor.list(() => cursor.identifier(), ")");
  }
  return { kind: "insert", table, columns, source: parseQuery(cursor) };
}

function parseComment(cursor: Cursor): Statement {
  cursor.expectWord("ON");
  const target = cursor.takeWords("COLUMN") ? "COLUMN" : (cursor.expectWord("TABLE"), "TABLE");
  const name = cursor.objectName();
  cursor.expectWord("IS");
  return { kind: "comment-on", target, name, comment: cursor.takeWords("NULL") ? null : cursor.string() };
}

function ignore(cursor: Cursor): Statement {
  while (!cursor.atEnd() && !cursor.isSymbol(";")) cursor.next();
  return { kind: "ignored" };
}

function parseSet(cursor: Cursor): Statement {
  if (cursor.isWord("NAMES") || cursor.isWord("CHARACTER") || cursor.isWord("TRANSACTION") || (cursor.isWord("SESSION") && cursor.isWord("TRANSACTION", 1))) return ignore(cursor);
  if (cursor.takeWords("TIME", "ZONE")) return { kind: "set", assignments: [{ name: "time_zone", value: parseExpression(cursor) }] };
  return { kind: "set", assignments: cursor.sequence(() => parseAssignment(cursor)) };
}

function parseAssignment(cursor: Cursor): { name: string; value: Expression } {
  for (const scope of ["SESSION", "GLOBAL", "LOCAL"]) if (cursor.takeWords(scope)) break;
  const token = cursor.peek();
  if (token.kind !== "variable" && !cursor.isIdentifier()) throw cursor.unexpected("a variable name");
  cursor.next();
  const name = token.text.replace(/^@@?/, "").replace(/^(session|global|local)\./i, "").toLowerCase();
  if (!cursor.takeSymbol("=") && !cursor.takeWords("TO")) {
    cursor.expectSymbol(":");
    cursor.expectSymbol("=");
  }
  return { name, value: cursor.takeWords("ON") ? { kind: "boolean", value: true } : parseExpression(cursor) };
}
