import { planQuery } from "../query/plan-query";
import type { ResultColumn } from "../statement-result";
import type { ParsedStatement, Statement } from "../syntax/ast";
import type { SqlType } from "../types/sql-type";
import { configuresZone, settingParameterTypes, zoneParameterTypes } from "./parameter-types";
import type { StatementContext } from "./context";
import { planZone } from "./configure-zone";
import { runStatement, type TransactionStatement } from "./run-statement";
import { planOptions } from "./select";
import type { Relation } from "../query/relation";

export interface Description {
  readonly parameters: readonly SqlType[];
  /** null: the statement answers no rows. */
  readonly columns: readonly ResultColumn[] | null;
}

const SHOWS = (statement: Statement): boolean => statement.kind.startsWith("show-") || statement.kind === "explain";

/** What a prepared statement takes and gives. Planning errors (unknown objects, names of variables, privileges) appear here. */
export async function describeStatement(context: StatementContext, { statement, parameters }: ParsedStatement, relation: (context: StatementContext, statement: Statement) => Relation): Promise<Description> {
  const types = Array.from({ length: parameters }, (): SqlType => "text");
  if (configuresZone(statement)) {
    planZone({ ...context, parameters: types.map(() => null) }, statement);
    return { parameters: zoneParameterTypes(statement, types), columns: null };
  }
  if (statement.kind === "select") {
    const unset = { ...context, parameters: types.map(() => null) };
    return { parameters: types, columns: planQuery(statement.query, planOptions(unset, relation)).columns };
  }
  if (statement.kind === "set-cluster-setting") return { parameters: settingParameterTypes(statement, context.model.settings, types), columns: null };
  if (!SHOWS(statement)) return { parameters: types, columns: null };
  const result = await runStatement({ ...context, parameters: types.map(() => null) }, statement as Exclude<Statement, TransactionStatement>);
  return { parameters: types, columns: result.kind === "rows" ? result.columns : null };
}
