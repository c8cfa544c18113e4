import { notEmulated, SqlError } from "../sql-error";
import { doneResult, rowsResult, type StatementResult } from "../statement-result";
import type { Expression, Statement } from "../syntax/ast";
import { quoteString } from "../syntax/print-expression";
import { type Constant, evaluateConstant } from "./constant";
import type { StatementContext } from "./context";
import { requireDatabase } from "./names";
import { SESSION_VARIABLES, type SessionVariable, UNSUPPORTED_VARIABLES } from "./session-variable-list";
import { checkText, displayed, milliseconds, refusedValue } from "./session-variable-values";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** `KaiwuDB V3.2.1 (…)`. */
export const versionText = (version: string): string => `KaiwuDB V${version} (linux amd64, built , go1.19.13, gcc 12.2.0)`;

/** Variables of the session itself, which cannot be set. `database` can. */
const OWN: Readonly<Record<string, (context: Pick<StatementContext, "session" | "model">) => string>> = {
  database: ({ session }) => session.database,
  session_user: ({ session }) => session.user,
  session_authorization: ({ session }) => session.user,
  kwdb_version: ({ model }) => versionText(model.version.text),
  transaction_status: ({ session }) => (session.transaction === null ? "NoTxn" : session.failed ? "Aborted" : "Open"),
};

const READ_ONLY = new Set(["default_transaction_read_only", "transaction_read_only"]);

export function readVariable(context: Pick<StatementContext, "session" | "model">, name: string): string {
  const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
  if (own !== undefined) return own(context);
  const { variables, initial } = context.session;
  return variables.get(name) ?? initial.get(name) ?? requireVariable(name).initial;
}

export function showVariable(context: StatementContext, { name }: Of<"show-variable">): StatementResult {
  return rowsResult("SHOW", [{ name, type: "text" }], [[name === "node_id" ? String(context.node.nodeId) : name === "locality" ? context.node.locality : readVariable(context, name)]]);
}

export function setVariable(context: StatementContext, { name: written, values }: Of<"set-variable">): StatementResult {
  const { session } = context;
  const name = written.toLowerCase();
  if (name === "database") {
    session.database = values === null ? session.initialDatabase : databaseOf(context, values);
    return doneResult(values === null ? "RESET" : "SET");
  }
  if (name === "tracing") throw notEmulated("SET TRACING");
  if (Object.hasOwn(OWN, name) || name === "node_id" || name === "locality") throw fixed(name);
  const variable = requireVariable(name);
  if (variable.kind === "fixed") throw fixed(name);
  if (values === null) session.variables.delete(name);
  else assign(session.variables, name, variable, textOf(context, name, variable, values));
  return doneResult("SET");
}

/** A start-up parameter, which becomes the session's initial value. Names that the server does not know are ignored. */
export function startWith(initial: Map<string, string>, name: string, text: string): void {
  if (Object.hasOwn(OWN, name)) throw fixed(name);
  const variable = Object.hasOwn(SESSION_VARIABLES, name) ? SESSION_VARIABLES[name]! : undefined;
  if (variable === undefined) return;
  if (variable.kind === "fixed" || variable.kind === "transaction-isolation") throw fixed(name);
  assign(initial, name, variable, text);
}

function assign(to: Map<string, string>, name: string, variable: SessionVariable, text: string): void {
  checkText(name, variable, text);
  if (READ_ONLY.has(name) && displayed(name, variable, text) === "on") throw notEmulated("read-only transactions");
  const value = displayed(name, variable, text);
  if (value !== null) to.set(name, value);
}

function requireVariable(name: string): SessionVariable {
  if (UNSUPPORTED_VARIABLES.has(name)) throw new SqlError("0A000", `unimplemented: the configuration setting "${name}" is not supported`);
  const variable = Object.hasOwn(SESSION_VARIABLES, name) ? SESSION_VARIABLES[name] : undefined;
  if (variable === undefined) throw new SqlError("42704", `unrecognized configuration parameter "${name}"`);
  return variable;
}

const fixed = (name: string): SqlError => new SqlError("55P02", `parameter "${name}" cannot be changed`);

function databaseOf(context: StatementContext, values: readonly Expression[]): string {
  const text = stringOf("database", only("database", values.map((value) => evaluateConstant(value, context.parameters, true))));
  if (text === "" && context.session.variables.get("sql_safe_updates") === "on") throw new SqlError("01000", "rejected: SET database to empty string (sql_safe_updates = true)");
  return text === "" ? "" : requireDatabase(context, text).name;
}

/** The text that the values of SET stand for, by the variable's kind. */
function textOf(context: StatementContext, name: string, variable: SessionVariable, expressions: readonly Expression[]): string {
  const values = expressions.map((value) => evaluateConstant(value, context.parameters, true));
  if (variable.kind === "schemas") return schemasOf(context, values.map((value) => stringOf(name, value)));
  const value = only(name, values);
  switch (variable.kind) {
    case "bool": case "compatible-bool":
      if (value.type === "string") return value.value;
      if (value.type !== "bool") throw wrongType(name, "a Boolean", value);
      return String(value.value);
    case "int": case "compatible-int":
      if (value.type !== "int") throw wrongType(name, "an integer", value);
      return value.value.toString();
    case "timeout": return value.type === "string" ? value.value : `${value.type === "int" ? value.value : value.type === "interval" ? milliseconds(value.value) : 0n}ms`;
    case "time-zone":
      if (value.type === "int" || value.type === "decimal") return String(value.value);
      if (value.type !== "string") throw refusedValue(name, printed(value));
      return value.value;
    default: return stringOf(name, value);
  }
}

function only(name: string, values: readonly Constant[]): Constant {
  if (values.length !== 1) throw new SqlError("22023", `SET ${name} takes only one argument`);
  return values[0]!;
}

function stringOf(name: string, value: Constant): string {
  if (value.type !== "string") throw wrongType(name, "a string", value);
  return value.value;
}

const wrongType = (name: string, wanted: string, value: Constant): SqlError => new SqlError("22023", `parameter "${name}" requires ${wanted} value`, { detail: `${printed(value)} is a ${value.type === "null" ? "unknown" : value.type}` });

function printed(value: Constant): string {
  switch (value.type) {
    case "null": return "NULL";
    case "string": return quoteString(value.value);
    case "interval": return `'${milliseconds(value.value)}ms'`;
    default: return String(value.value);
  }
}

/** Schemas that a database has. */
const SCHEMAS = new Set(["public", "pg_catalog", "information_schema", "kwdb_internal", "pg_extension"]);

function schemasOf(context: StatementContext, names: readonly string[]): string {
  requireDatabase(context, context.session.database);
  for (const name of names) {
    if (name.includes(",")) throw new SqlError("0A000", `unimplemented: schema name "${name}" not supported in search_path`);
    if (!SCHEMAS.has(name)) throw new SqlError("3D000", `schema "${name}" does not exist`);
  }
  return names.join(",");
}

