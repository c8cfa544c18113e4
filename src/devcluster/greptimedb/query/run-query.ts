import type { CellValue } from "../model/types";
import { rowsResult, type StatementResult } from "../statement-result";
import type { Query } from "../syntax/ast";
import type { DataType } from "../types/data-type";
import { placeholder, planQuery, type PlanOptions, type QueryPlan } from "./plan-query";
import { SqliteEngine } from "./sqlite-engine";

/** Plans queries and runs them over copies of the relations they read. One per frontend. */
export class QueryRunner {
  private engine: SqliteEngine | null = null;

  async run(query: Query, options: PlanOptions): Promise<StatementResult & { readonly kind: "rows" }> {
    return this.execute(planQuery(query, options));
  }

  close(): void {
    this.engine?.close();
    this.engine = null;
  }

  private async execute(plan: QueryPlan): Promise<StatementResult & { readonly kind: "rows" }> {
    const engine = (this.engine ??= await SqliteEngine.open());
    const inputs = await Promise.all(
      plan.relations.map(async ({ relation, columns }) => {
        const wanted = relation.columns.filter((c) => columns.has(c.name));
        const { key, revision } = relation;
        if (engine.holds(key, revision, wanted)) return { key, revision, columns: wanted, rows: null };
        const positions = wanted.map((c) => relation.columns.indexOf(c));
        const rows = await relation.rows();
        return { key, revision, columns: wanted, rows: rows.map((row) => positions.map((p) => row[p] ?? null)) };
      }),
    );
    // From here on nothing waits, so that another statement cannot replace a table between loading and reading.
    if (inputs.some((i) => i.rows === null && !engine.holds(i.key, i.revision, i.columns))) return this.execute(plan);
    let { sql } = plan;
    for (const { key, revision, columns, rows } of inputs) {
      const name = rows === null ? engine.nameOf(key) : engine.load({ key, revision, columns, rows });
      sql = sql.replaceAll(placeholder(key), name);
    }
    const rows = engine.query(sql).map((row) => row.map((cell, i) => toCell(cell, plan.columns[i]!.type)));
    return rowsResult(plan.columns, rows) as StatementResult & { readonly kind: "rows" };
  }
}

/** SQLite's value as one of the result column's type. */
function toCell(cell: CellValue, type: DataType): CellValue {
  if (cell === null) return null;
  switch (type.kind) {
    case "Boolean": return cell === 1n || cell === 1 || cell === true;
    case "Int": case "Timestamp": case "Date": return typeof cell === "bigint" ? cell : typeof cell === "number" ? BigInt(Math.trunc(cell)) : typeof cell === "string" && /^\d+$/.test(cell) ? BigInt(cell) : cell;
    case "Float": return Number(cell);
    case "String": return typeof cell === "string" || cell instanceof Uint8Array ? cell : String(cell);
    default: return cell;
  }
}

