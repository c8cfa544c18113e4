import type { ColumnDefinition, CreateTable, Expression, HashPoints, IndexDefinition, PartitionDefinition, Partitioning } from "./ast";
import { type Cursor, quoteName } from "./cursor";
import { parseObjectName } from "./parse-query";
import { parseType } from "./parse-type";
import { printConstant } from "./print-expression";

export interface CreateGrammar {
  /** `PARTITION BY HASHPOINT (… VALUES FROM … TO …)`, `WITH HASH(n)` and `PARTITION BY HASH`. */
  readonly hashSpans: boolean;
  readonly hashPoints: boolean;
}

/** CREATE TABLE; the cursor stands behind TABLE. */
export function parseCreateTable(cursor: Cursor, expression: () => Expression, grammar: CreateGrammar): CreateTable {
  const ifNotExists = cursor.accept("if", "not", "exists");
  const name = parseObjectName(cursor);
  const columns: ColumnDefinition[] = [];
  const indexes: IndexDefinition[] = [];
  let primaryKey: readonly string[] | null = null;
  cursor.parenthesised(() =>
    cursor.list(() => {
      if (cursor.accept("constraint")) cursor.name();
      if (cursor.accept("primary", "key")) primaryKey = columnList(cursor);
      else if (cursor.at("unique") || (cursor.at("index") && cursor.peek(1).kind !== "end")) indexes.push(parseIndexDefinition(cursor, expression, grammar));
      else if (cursor.accept("family")) {
        if (!cursor.at("(")) cursor.unrestrictedName();
        columnList(cursor);
      } else columns.push(parseColumn(cursor, expression, indexes));
    }),
  );
  const timeSeries = parseTags(cursor, expression, grammar);
  const partitioning = timeSeries === null && cursor.at("partition") ? parsePartitioning(cursor, expression, grammar) : null;
  return { kind: "create-table", name, ifNotExists, columns, primaryKey, indexes, partitioning, timeSeries };
}

function columnList(cursor: Cursor): readonly string[] {
  return cursor.parenthesised(() =>
    cursor.list(() => {
      const name = cursor.name();
      if (!cursor.accept("asc")) cursor.accept("desc");
      return name;
    }),
  );
}

function parseIndexDefinition(cursor: Cursor, expression: () => Expression, grammar: CreateGrammar): IndexDefinition {
  const unique = cursor.accept("unique");
  cursor.accept("index");
  const name = cursor.at("(") ? null : cursor.name();
  const columns = columnList(cursor);
  const partitioning = cursor.at("partition") ? parsePartitioning(cursor, expression, grammar) : null;
  return { name, unique, columns, partitioning };
}

function parseColumn(cursor: Cursor, expression: () => Expression, indexes: IndexDefinition[]): ColumnDefinition {
  const name = cursor.name();
  const { type, typeName } = parseType(cursor);
  let notNull = false;
  let primaryKey = false;
  for (;;) {
    if (cursor.accept("not", "null")) notNull = true;
    else if (cursor.accept("primary", "key")) notNull = primaryKey = true;
    else if (cursor.accept("unique")) indexes.push({ name: null, unique: true, columns: [name], partitioning: null });
    else if (cursor.accept("default")) expression();
    else if (!cursor.accept("null")) return { name, type, typeText: typeName, notNull, primaryKey };
  }
}

function parseTags(cursor: Cursor, expression: () => Expression, grammar: CreateGrammar): CreateTable["timeSeries"] {
  if (!cursor.accept("tags") && !cursor.accept("attributes")) return null;
  const tags = cursor.parenthesised(() => cursor.list(() => parseColumn(cursor, expression, [])));
  cursor.expect("primary");
  if (!cursor.accept("tags")) cursor.expect("attributes");
  const primaryTags = columnList(cursor);
  let hashPoints: number | null = null;
  let retentions = "0s";
  for (;;) {
    if (cursor.accept("retentions")) retentions = cursor.next().text;
    else if (cursor.accept("activetime")) cursor.next();
    else if (grammar.hashSpans && cursor.accept("with", "hash")) hashPoints = cursor.parenthesised(() => ringSize(cursor));
    else return { tags, primaryTags, hashPoints, retentions };
  }
}

const MAX_HASH_POINTS = 50_000;

function ringSize(cursor: Cursor): number {
  const negative = cursor.accept("-");
  const size = cursor.integer() * (negative ? -1 : 1);
  if (size < 1 || size > MAX_HASH_POINTS) throw cursor.error(`The hash num ${size} must be > 0 and <= ${MAX_HASH_POINTS}.`);
  return size;
}

/** `PARTITION BY …`; null for `PARTITION BY NOTHING`. */
export function parsePartitioning(cursor: Cursor, expression: () => Expression, grammar: CreateGrammar): Partitioning | null {
  cursor.expect("partition", "by");
  if (cursor.accept("nothing")) return null;
  if (grammar.hashPoints && cursor.accept("hashpoint")) {
    return { by: "hashpoint", columns: [], partitions: cursor.parenthesised(() => cursor.list(() => parseHashPoints(cursor, grammar))) };
  }
  const by = cursor.accept("list") ? "list" : cursor.accept("range") ? "range" : grammar.hashSpans && cursor.accept("hash") ? "hash" : null;
  if (by === null) throw cursor.error();
  const columns = cursor.parenthesised(() => cursor.list(() => cursor.name()));
  const partitions = cursor.parenthesised(() => cursor.list(() => (by === "range" ? parseRangePartition(cursor, expression) : parseListPartition(cursor, expression))));
  return { by, columns, partitions };
}

function partitionName(cursor: Cursor): string {
  cursor.expect("partition");
  const name = cursor.unrestrictedName();
  cursor.expect("values");
  return name;
}

function tuple(cursor: Cursor, expression: () => Expression): readonly Expression[] {
  return cursor.at("(") ? cursor.parenthesised(() => cursor.list(() => constant(cursor, expression))) : [constant(cursor, expression)];
}

/** DEFAULT is read here to be refused when the values are checked. */
function constant(cursor: Cursor, expression: () => Expression): Expression {
  return cursor.accept("default") ? { kind: "column", qualifier: null, name: "default" } : expression();
}

const printTuple = (values: readonly Expression[]): string => `(${values.map((value) => printConstant(value) ?? "").join(", ")})`;

function parseListPartition(cursor: Cursor, expression: () => Expression): PartitionDefinition {
  const name = partitionName(cursor);
  cursor.expect("in");
  const tuples = cursor.parenthesised(() => cursor.list(() => tuple(cursor, expression)));
  return { name, value: tuples.map(printTuple).join(", "), tuples, points: null };
}

function parseRangePartition(cursor: Cursor, expression: () => Expression): PartitionDefinition {
  const name = partitionName(cursor);
  cursor.expect("from");
  const from = tuple(cursor, expression);
  cursor.expect("to");
  const to = tuple(cursor, expression);
  return { name, value: `${printTuple(from)} TO ${printTuple(to)}`, tuples: [from, to], points: null };
}

function parseHashPoints(cursor: Cursor, grammar: CreateGrammar): PartitionDefinition {
  // The server stores the printed name: with quotes where it needs them.
  const name = quoteName(partitionName(cursor));
  if (cursor.accept("in")) {
    cursor.expect("[");
    const points = cursor.list(() => cursor.integer());
    cursor.expect("]");
    return { name, value: points.map((point) => `(${point})`).join(", "), tuples: [], points: { kind: "list", points } };
  }
  if (!grammar.hashSpans) throw cursor.error();
  cursor.expect("from");
  const from = cursor.parenthesised(() => cursor.integer());
  cursor.expect("to");
  const to = cursor.parenthesised(() => cursor.integer());
  const points: HashPoints = { kind: "span", from, to };
  return { name, value: `(${from}) TO (${to})`, tuples: [], points };
}
