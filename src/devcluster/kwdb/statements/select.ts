import { internalRelation, isInternalTable } from "../query/internal-tables";
import type { PlanOptions } from "../query/plan-query";
import type { Relation } from "../query/relation";
import { systemRelation } from "../query/system-relations";
import { SqlError } from "../sql-error";
import type { StatementResult } from "../statement-result";
import type { Expression, ObjectName, Query, Source, Statement } from "../syntax/ast";
import type { SqlType } from "../types/sql-type";
import { CLUSTER_VERSION } from "./cluster-settings";
import type { StatementContext } from "./context";
import { databaseOf, printName, requireTable } from "./names";
import { requirePrivilege } from "./privileges";
import { versionText } from "./session-variables";

/** SELECT, over what the relation reader and statements in brackets give. */
export async function select(context: StatementContext, query: Query, statement: (context: StatementContext, statement: Statement) => Relation): Promise<StatementResult> {
  return context.runner.run(query, planOptions(context, statement));
}

export function planOptions(context: StatementContext, statement: (context: StatementContext, statement: Statement) => Relation): PlanOptions {
  return {
    relation: (name) => readRelation(context, name),
    statement: (inner) => statement(context, inner),
    sessionValue: (name) => sessionValue(context, name),
    parameters: context.parameters,
  };
}

/** The schema that a name means: `kwdb_internal.zones`, `d.kwdb_internal.partitions`. */
const schemaOf = ({ database, schema }: ObjectName): string | null => schema ?? (database === "kwdb_internal" ? database : null);

function readRelation(context: StatementContext, name: ObjectName): Relation {
  if (schemaOf(name) === "kwdb_internal") {
    if (!isInternalTable(name.name)) throw new SqlError("42P01", `relation "${printName(name)}" does not exist`);
    return internalRelation(context, name.name, name.schema === null ? context.session.database : name.database!);
  }
  const system = name.database === "system" || (name.database === null && context.session.database === "system") ? systemRelation(context, name.name) : null;
  if (system !== null) {
    requirePrivilege(context, { ...requireTable(context, name), timeSeries: null }, "SELECT");
    return system;
  }
  const table = requireTable(context, name);
  requirePrivilege(context, table, "SELECT");
  const columns = [...table.columns, ...(table.timeSeries?.tags ?? [])].map(({ name: column, type }) => ({ name: column, type }));
  return { name: `${databaseOf(context, table).name}.${table.name}`, columns, rows: table.rows };
}

function sessionValue({ model, session }: StatementContext, name: string): { readonly value: string; readonly type: SqlType } | null {
  switch (name) {
    case "version": return { value: versionText(model.version.text), type: "text" };
    case "current_user": case "session_user": case "user": return { value: session.user, type: "text" };
    case "current_database": return { value: session.database, type: "text" };
    case "current_schema": return { value: "public", type: "text" };
    case "now": case "current_timestamp": case "transaction_timestamp": case "statement_timestamp": case "clock_timestamp": return { value: `${new Date(model.clock.now()).toISOString().replace("T", " ").replace("Z", "000")}+00:00`, type: "timestamptz" };
    case "kwdb_internal.cluster_id": return { value: model.clusterId, type: "text" };
    case "kwdb_internal.node_executable_version": return { value: CLUSTER_VERSION, type: "text" };
    default: return null;
  }
}

/** Names of the `kwdb_internal` tables that a query reads, sub-queries included. */
export function readsInternalTable(query: Query, table: string): boolean {
  const inSource = (source: Source | null): boolean => {
    if (source === null) return false;
    switch (source.kind) {
      case "relation": return schemaOf(source.name) === "kwdb_internal" && source.name.name === table;
      case "query": return readsInternalTable(source.query, table);
      case "join": return inSource(source.left) || inSource(source.right);
      case "statement": return table === "ranges" && source.statement.kind === "show-ranges";
    }
  };
  const inBody = (body: Query["body"]): boolean => (body.kind === "union" ? inBody(body.left) || inBody(body.right) : inSource(body.from));
  return inBody(query.body) || query.with.some((named) => readsInternalTable(named.query, table));
}

/** Whether a query reads nothing but constants and the session. */
export function isConstantQuery(query: Query): boolean {
  const plain = (expression: Expression): boolean => expression.kind !== "subquery" && expression.kind !== "exists";
  return query.body.kind === "select" && query.body.from === null && query.body.items.every((item) => item.expression !== null && plain(item.expression));
}
