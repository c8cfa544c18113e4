import { rowsResult, type StatementResult } from "../statement-result";
import type { Query } from "../syntax/ast";
import { type Cell, isInteger, type SqlType } from "../types/sql-type";
import { planQuery, type PlanOptions } from "./plan-query";
import { SqliteEngine } from "./sqlite-engine";

/** Plans queries and runs them over copies of the rows that they read. One per cluster. */
export class QueryRunner {
  private engine: SqliteEngine | null = null;
  private opening: Promise<SqliteEngine> | null = null;

  async run(query: Query, options: PlanOptions): Promise<StatementResult> {
    const engine = this.engine ?? (this.engine = await (this.opening ??= SqliteEngine.open()));
    const plan = planQuery(query, options);
    const rows = engine.query(plan.relations, plan.sql).map((row) => row.map((cell, i) => toCell(cell, plan.columns[i]!.type)));
    return rowsResult("SELECT", plan.columns, rows);
  }

  close(): void {
    this.engine?.close();
    this.engine = null;
  }
}

/** SQLite's value as one of the column's type. */
function toCell(cell: Cell, type: SqlType): Cell {
  if (cell === null) return null;
  if (type === "bool") return cell === 1n || cell === 1 || cell === true;
  if (isInteger(type)) return typeof cell === "bigint" ? cell : BigInt(Math.trunc(Number(cell)));
  if (type === "float8") return Number(cell);
  return cell;
}
