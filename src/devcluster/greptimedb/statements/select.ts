import { type CellValue, ServerError } from "../model/types";
import type { Relation } from "../catalog/relation";
import type { StatementResult } from "../statement-result";
import type { Expression, Query, QueryBody, SelectItem } from "../syntax/ast";
import { type DataType, STRING, UINT32 } from "../types/data-type";
import { ADMIN_FUNCTIONS, callAdmin } from "./admin";
import { errorText } from "../wire/mysql-error";
import type { StatementContext } from "./context";

export type RowsResult = StatementResult & { readonly kind: "rows" };

/** Runs a query; admin functions in its select list run first, where the version has them. */
export async function runSelect(context: StatementContext, query: Query, extra?: { readonly name: string; readonly relation: Relation }): Promise<RowsResult> {
  const prepared = context.version.adminInSelect ? await evaluateAdminCalls(context, query) : query;
  const { session, version, model, catalog } = context;
  return context.runner.run(prepared, {
    catalog,
    database: session.database,
    expressions: {
      nowNs: BigInt(Math.floor(model.clock.now())) * 1_000_000n,
      database: session.database,
      zone: session.zone,
      version: version.versionFunction,
      connectionId: session.connectionId,
      variable: (name) => systemVariable(context, name),
      parameters: context.parameters,
    },
    ...(extra === undefined ? {} : { extra }),
  });
}

/** Unknown variables answer the text `0` (observed on 1.0.2 and 1.1.4). */
function systemVariable({ session, version }: StatementContext, name: string): { value: CellValue; type: DataType } {
  const key = name.replace(/^@@?/, "").replace(/^(session|global)\./i, "").toLowerCase();
  switch (key) {
    case "version_comment": return { value: version.versionComment, type: STRING };
    case "time_zone": case "system_time_zone": return { value: session.zone, type: STRING };
    case "max_allowed_packet": return { value: 67108864n, type: UINT32 };
    default: return { value: "0", type: STRING };
  }
}

async function evaluateAdminCalls(context: StatementContext, query: Query): Promise<Query> {
  return { ...query, body: await evaluateBody(context, query.body) };
}

async function evaluateBody(context: StatementContext, body: QueryBody): Promise<QueryBody> {
  if (body.kind !== "select") return body;
  const items: SelectItem[] = [];
  for (const item of body.items) {
    items.push(item.kind === "expression" ? { ...item, expression: await evaluate(context, item.expression) } : item);
  }
  return { ...body, items };
}

async function evaluate(context: StatementContext, e: Expression): Promise<Expression> {
  if (e.kind === "nested") return { ...e, inner: await evaluate(context, e.inner) };
  if (e.kind !== "call" || !(e.name.name.toLowerCase() in ADMIN_FUNCTIONS)) return e;
  try {
    const { value } = await callAdmin(context, e);
    return { kind: "evaluated", call: e, value: value as string | bigint | null };
  } catch (error) {
    if (!(error instanceof ServerError) || !context.version.errorStatus || error.origin === "frontend") throw error;
    throw new ServerError("EngineExecuteQuery", `Execution error: ${errorText(error, context.version)}`);
  }
}
