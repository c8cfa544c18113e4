import { notEmulated, SqlError } from "../sql-error";
import { doneResult, type StatementResult } from "../statement-result";
import type { Expression, Statement } from "../syntax/ast";
import { type Cell, isInteger, isNumeric, type SqlType, typeName } from "../types/sql-type";
import { evaluateAs } from "./constant";
import type { StatementContext } from "./context";
import { requireTable } from "./names";
import { requirePrivilege } from "./privileges";

/** INSERT INTO … VALUES of a relational table, with constants. Uniqueness is checked on the primary key. */
export async function insert(context: StatementContext, { table: name, columns: names, rows }: Extract<Statement, { kind: "insert" }>): Promise<StatementResult> {
  const { transaction } = context;
  const { id } = requireTable(context, name);
  await transaction.lock(`rows/${id}`);
  const table = requireTable(context, name);
  requirePrivilege(context, table, "INSERT");
  if (table.timeSeries !== null) throw notEmulated("rows of time-series tables");
  const targets = (names ?? table.columns.map((c) => c.name)).map((column) => {
    const position = table.columns.findIndex((c) => c.name === column);
    if (position < 0) throw new SqlError("42703", `column "${column}" does not exist`);
    return position;
  });
  const added = rows.map((row) => {
    if (row.length > targets.length) throw new SqlError("42601", `INSERT has more expressions than target columns, ${row.length} expressions for ${targets.length} targets`);
    const cells: Cell[] = table.columns.map(() => null);
    for (const [i, expression] of row.entries()) cells[targets[i]!] = cellOf(context, expression, table.columns[targets[i]!]!);
    for (const [i, column] of table.columns.entries()) if (column.notNull && cells[i] === null) throw new SqlError("23502", `null value in column "${column.name}" violates not-null constraint`);
    return cells;
  });
  const key = table.indexes[0]!.columns.map((column) => table.columns.findIndex((c) => c.name === column)).filter((position) => position >= 0);
  const keyOf = (row: readonly Cell[]): string => JSON.stringify(key.map((position) => String(row[position])));
  const taken = new Set(key.length === 0 ? [] : table.rows.map(keyOf));
  for (const row of key.length === 0 ? [] : added) {
    if (taken.has(keyOf(row))) {
      const list = (items: readonly string[]): string => items.join(",");
      throw new SqlError("23505", `duplicate key value (${list(key.map((p) => table.columns[p]!.name))})=(${list(key.map((p) => (typeof row[p] === "string" ? `'${row[p]}'` : String(row[p]))))}) violates unique constraint "primary"`);
    }
    taken.add(keyOf(row));
  }
  transaction.put("table", id, { ...table, rows: [...table.rows, ...added] });
  return doneResult(`INSERT 0 ${added.length}`);
}

function cellOf({ parameters }: StatementContext, expression: Expression, column: { readonly name: string; readonly type: SqlType }): Cell {
  const { type } = column;
  const wanted = isInteger(type) ? "int" : isNumeric(type) ? "float" : type === "bool" ? "bool" : "string";
  try {
    const value = evaluateAs(expression, wanted, column.name, parameters);
    if (value === null) return null;
    if (type === "bytea") return Buffer.from(String(value), "utf8");
    return typeof value === "object" ? String(value) : value;
  } catch (error) {
    if (!(error instanceof SqlError) || error.fields.sqlstate !== "42804") throw error;
    throw new SqlError("42804", error.message.replace(/^argument of .* must be type .*, not type (.*)$/, `value type $1 doesn't match type ${typeName(type)} of column "${column.name}"`));
  }
}
