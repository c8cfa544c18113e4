import { SqlError } from "../sql-error";
import { doneResult, rowsResult, type StatementResult } from "../statement-result";
import type { Expression, Statement } from "../syntax/ast";
import { parseInterval, totalNanos } from "../types/interval";
import type { StatementContext } from "./context";
import { requireDatabase } from "./names";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** Session variables with their initial values; null: read only. */
const INITIAL: Readonly<Record<string, { readonly value: string; readonly fixed?: true }>> = {
  application_name: { value: "" }, bytea_output: { value: "hex" }, client_encoding: { value: "UTF8" }, client_min_messages: { value: "notice" }, datestyle: { value: "ISO, MDY" }, default_int_size: { value: "4" },
  default_transaction_isolation: { value: "serializable" }, distsql: { value: "auto" }, experimental_enable_hash_sharded_indexes: { value: "off" }, extra_float_digits: { value: "0" },
  idle_in_session_timeout: { value: "0" }, idle_in_transaction_session_timeout: { value: "0" }, integer_datetimes: { value: "on", fixed: true }, intervalstyle: { value: "postgres" }, lock_timeout: { value: "0" }, max_identifier_length: { value: "128", fixed: true },
  search_path: { value: "public" }, server_encoding: { value: "UTF8", fixed: true }, server_version: { value: "9.5.0", fixed: true }, server_version_num: { value: "90500", fixed: true },
  sql_safe_updates: { value: "off" }, standard_conforming_strings: { value: "on" }, statement_timeout: { value: "0" }, timezone: { value: "UTC" }, transaction_isolation: { value: "serializable" }, transaction_read_only: { value: "off" },
};

const unknown = (name: string): SqlError => new SqlError("42704", `unrecognized configuration parameter "${name}"`);

/** `KaiwuDB V3.2.1 (…)`. */
export const versionText = (version: string): string => `KaiwuDB V${version} (linux amd64, built , go1.19.13, gcc 12.2.0)`;

export function readVariable({ session, model }: Pick<StatementContext, "session" | "model">, name: string): string {
  if (name === "database") return session.database;
  if (name === "session_user" || name === "user") return session.user;
  if (name === "kwdb_version") return versionText(model.version.text);
  if (name === "transaction_status") return session.transaction === null ? "NoTxn" : session.failed ? "Aborted" : "Open";
  const variable = Object.hasOwn(INITIAL, name) ? INITIAL[name] : undefined;
  if (variable === undefined) throw unknown(name);
  return session.variables.get(name) ?? variable.value;
}

export function showVariable(context: StatementContext, { name }: Of<"show-variable">): StatementResult {
  return rowsResult("SHOW", [{ name, type: "text" }], [[readVariable(context, name)]]);
}

export function setVariable(context: StatementContext, { name, values }: Of<"set-variable">): StatementResult {
  const { session } = context;
  const tag = values === null ? "RESET" : "SET";
  const text = values === null ? null : values.map((value) => wordOf(value)).join(", ");
  if (name === "database") {
    session.database = text === null || text === "" ? (text ?? "defaultdb") : requireDatabase(context, text).name;
    return doneResult(tag);
  }
  assignVariable(session.variables, name, text);
  return doneResult("SET");
}

/** Also used for start-up parameters. `text` null resets. */
export function assignVariable(variables: Map<string, string>, name: string, text: string | null): void {
  const variable = Object.hasOwn(INITIAL, name) ? INITIAL[name]! : undefined;
  if (variable === undefined) throw unknown(name);
  if (variable.fixed === true) throw new SqlError("55P02", `parameter "${name}" cannot be changed`);
  if (text === null) variables.delete(name);
  else if (name.endsWith("_timeout")) variables.set(name, String(timeout(name, text)));
  else variables.set(name, text);
}

/** Milliseconds: an integer, or an interval. */
function timeout(name: string, text: string): number {
  const milliseconds = /^\d+$/.test(text) ? Number(text) : ((interval) => (interval === null ? -1 : Number(totalNanos(interval) / 1_000_000n)))(parseInterval(text));
  if (milliseconds < 0) throw new SqlError("22023", `invalid value for parameter "${name}": "${text}"`);
  if ((name === "lock_timeout" || name === "idle_in_transaction_session_timeout") && milliseconds !== 0) throw new SqlError("22023", `invalid value for parameter "${name}": "${text}"`, { hint: 'this parameter is currently recognized only for compatibility and has no effect: use 0' });
  return milliseconds;
}

function wordOf(value: Expression): string {
  switch (value.kind) {
    case "string": return value.value;
    case "integer": return value.value.toString();
    case "decimal": return value.text;
    case "duration": return value.text;
    case "boolean": return value.value ? "on" : "off";
    case "column": return value.name;
    default: throw new SqlError("22023", "a session variable takes a constant");
  }
}
