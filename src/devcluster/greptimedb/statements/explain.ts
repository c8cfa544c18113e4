import { rowsResult, type StatementResult } from "../statement-result";
import { ServerError } from "../model/types";
import type { Query, Statement } from "../syntax/ast";
import { STRING } from "../types/data-type";
import { qualify, type StatementContext } from "./context";
import { runSelect } from "./select";

/**
 * EXPLAIN of a query: checks that the query can be planned and names the table and columns that it reads.
 * For `SELECT * FROM t` the text is the real server's (1.0.2 and 1.1.4); for everything else it is an outline.
 */
export async function explainStatement(context: StatementContext, statement: Statement): Promise<StatementResult> {
  if (statement.kind !== "query") throw new ServerError("Unsupported", "SQL statement is not supported, keyword: EXPLAIN");
  const { columns } = await runSelect(context, withLimitZero(statement.query));
  const { body } = statement.query;
  const table = body.kind === "select" && body.from[0]?.kind === "table" ? body.from[0] : null;
  const name = table === null ? "" : table.name.map((i) => i.name).join(".");
  const meta = table === null ? undefined : context.catalog.userTable(qualify(context, table.name));
  const projection = columns.map((c) => (name === "" ? c.name : `${name}.${c.name}`)).join(", ");
  const peers = (meta?.regions ?? []).map((region) => `${(BigInt(meta!.tableId) << 32n) | BigInt(region)}(${meta!.tableId}, ${region}), `).join("");
  const logical = `MergeScan [is_placeholder=false, remote_input=[\nProjection: ${projection}\n  TableScan: ${name}\n]]`;
  return rowsResult(
    [{ name: "plan_type", type: STRING }, { name: "plan", type: STRING }],
    [["logical_plan", logical], ["physical_plan", `CooperativeExec\n  MergeScanExec: peers=[${peers}]\n`]],
  );
}

const withLimitZero = (query: Query): Query => ({ ...query, limit: { kind: "number", text: "0" } });
