import { type CellValue, ServerError } from "../model/types";
import type { BinaryOperator, Expression, Query } from "../syntax/ast";
import { printExpression } from "../syntax/print-expression";
import { BOOLEAN, type DataType, FLOAT64, INT64, isNumeric, NULL, STRING, UINT32, UINT64, BINARY } from "../types/data-type";
import { resolveType } from "../types/type-alias";
import { parseDate, parseTimestamp, rescale } from "../types/time";
import { AGGREGATE_FUNCTIONS, commonType, type FunctionContext, SCALAR_FUNCTIONS } from "./functions";
import { planError, resolveColumn, type Scope } from "./scope";
import { literal, quoteName, sqliteInteger } from "./sqlite-engine";

/** An expression ready for SQLite, with what the server would call it. */
export interface PlannedExpression {
  readonly sql: string;
  readonly type: DataType;
  /** The name of a result column that has no alias, as the server builds it. */
  readonly name: string;
  /** The value of a literal, which takes the type of what it is compared with. */
  readonly constant?: CellValue;
}

export interface ExpressionContext extends FunctionContext {
  readonly planSubquery: (query: Query, scope: Scope) => { readonly sql: string; readonly columns: readonly { readonly name: string; readonly type: DataType }[] };
  readonly variable: (name: string) => { readonly value: CellValue; readonly type: DataType };
  readonly parameters: readonly CellValue[];
}

const COMPARISONS = new Set<BinaryOperator>(["=", "<>", "<", "<=", ">", ">="]);

/** Plans an expression; refuses unknown columns and functions with the server's texts. */
export function planExpression(e: Expression, scope: Scope, c: ExpressionContext): PlannedExpression {
  const plan = (inner: Expression): PlannedExpression => planExpression(inner, scope, c);
  switch (e.kind) {
    case "number": return numberLiteral(e.text, false);
    case "string": return constantOf(e.value, STRING, `Utf8("${e.value}")`);
    case "hex": return constantOf(new Uint8Array(Buffer.from(e.digits, "hex")), BINARY, `Binary("${e.digits}")`);
    case "boolean": return constantOf(e.value, BOOLEAN, `Boolean(${e.value})`);
    case "null": return constantOf(null, NULL, "NULL");
    case "variable": {
      const { value, type } = c.variable(e.name);
      return constantOf(value, type, e.name);
    }
    case "parameter": return parameter(c.parameters[e.index] ?? null);
    case "column": return column(e, scope);
    case "binary": return binary(e.op, plan(e.left), plan(e.right), c.zone);
    case "unary": return unary(e, plan);
    case "nested": return plan(e.inner);
    case "is": return isTest(e, plan(e.operand));
    case "between": {
      const [operand, low, high] = [plan(e.operand), plan(e.low), plan(e.high)];
      const both = `(${compare(">=", operand, low, c.zone)} AND ${compare("<=", operand, high, c.zone)})`;
      return { sql: e.negated ? `(NOT ${both})` : both, type: BOOLEAN, name: `${operand.name} ${e.negated ? "NOT " : ""}BETWEEN ${low.name} AND ${high.name}` };
    }
    case "in": {
      const operand = plan(e.operand);
      const list = e.list.map(plan);
      const any = list.length === 0 ? "0" : list.map((item) => compare("=", operand, item, c.zone)).join(" OR ");
      return { sql: `(${e.negated ? "NOT " : ""}(${any}))`, type: BOOLEAN, name: `${operand.name} ${e.negated ? "NOT " : ""}IN ([${list.map((i) => i.name).join(", ")}])` };
    }
    case "in-query": {
      const operand = plan(e.operand);
      const query = c.planSubquery(e.query, scope);
      return { sql: `(${operand.sql} ${e.negated ? "NOT " : ""}IN (${query.sql}))`, type: BOOLEAN, name: `${operand.name} ${e.negated ? "NOT " : ""}IN (<subquery>)` };
    }
    case "like": return like(e, plan);
    case "call": return callOf(e, plan, c);
    case "cast": return cast(plan(e.operand), resolveType(e.type, "cast"), c.zone);
    case "case": return caseOf(e, plan, c.zone);
    case "subquery": {
      const query = c.planSubquery(e.query, scope);
      if (query.columns.length !== 1) throw planError("Error during planning: Scalar subquery should only return one column");
      return { sql: `(${query.sql})`, type: query.columns[0]!.type, name: "(<subquery>)" };
    }
    case "exists": {
      const query = c.planSubquery(e.query, scope);
      return { sql: `(${e.negated ? "NOT " : ""}EXISTS (${query.sql}))`, type: BOOLEAN, name: `${e.negated ? "NOT " : ""}EXISTS (<subquery>)` };
    }
    case "tuple": throw planError("This feature is not implemented: Tuples are not supported here");
    case "evaluated": return constantOf(e.value, typeof e.value === "bigint" ? UINT64 : STRING, callName(e.call, plan));
  }
}

function callName(e: Expression, plan: (e: Expression) => PlannedExpression): string {
  return e.kind === "call" ? `${e.name.name}(${e.args.map((a) => plan(a).name).join(",")})` : printExpression(e);
}

function constantOf(value: CellValue, type: DataType, name: string): PlannedExpression {
  return { sql: literal(value), type, name, constant: value };
}

function numberLiteral(text: string, negative: boolean): PlannedExpression {
  const sign = negative ? "-" : "";
  if (/^\d+$/.test(text)) {
    const value = negative ? -BigInt(text) : BigInt(text);
    if (value < 1n << 63n && value >= -(1n << 63n)) return constantOf(value, INT64, `Int64(${value})`);
    if (value > 0n && value < 1n << 64n) return constantOf(value, UINT64, `UInt64(${value})`);
  }
  return constantOf(Number(sign + text), FLOAT64, `Float64(${Number(sign + text)})`);
}

function parameter(value: CellValue): PlannedExpression {
  if (typeof value === "bigint") return constantOf(value, INT64, "?");
  return constantOf(value, typeof value === "number" ? FLOAT64 : value === null ? NULL : STRING, "?");
}

function column(e: Expression & { kind: "column" }, scope: Scope): PlannedExpression {
  const { source, name, type } = resolveColumn(e.path, scope);
  return { sql: `${source.alias}.${quoteName(name)}`, type, name: [...source.qualifier, name].filter((part) => part !== "").join(".") };
}

function unary(e: Expression & { kind: "unary" }, plan: (e: Expression) => PlannedExpression): PlannedExpression {
  if (e.op === "-" && e.operand.kind === "number") return numberLiteral(e.operand.text, true);
  const operand = plan(e.operand);
  if (e.op === "NOT") return { sql: `(NOT ${operand.sql})`, type: BOOLEAN, name: `NOT ${operand.name}` };
  if (e.op === "+") return operand;
  return { sql: `(-${numericSql(operand)})`, type: operand.type.kind === "Decimal" ? FLOAT64 : operand.type, name: `(- ${operand.name})` };
}

function isTest(e: Expression & { kind: "is" }, operand: PlannedExpression): PlannedExpression {
  const what = e.what === "NULL" ? "NULL" : e.what === "TRUE" ? "1" : "0";
  return { sql: `(${operand.sql} IS ${e.negated ? "NOT " : ""}${what})`, type: BOOLEAN, name: `${operand.name} IS ${e.negated ? "NOT " : ""}${e.what}` };
}

function like(e: Expression & { kind: "like" }, plan: (e: Expression) => PlannedExpression): PlannedExpression {
  const [operand, pattern] = [plan(e.operand), plan(e.pattern)];
  const fold = (sql: string): string => (e.ignoreCase ? `lower(${sql})` : sql);
  const test = `${fold(operand.sql)} ${e.negated ? "NOT " : ""}LIKE ${fold(pattern.sql)} ESCAPE '\\'`;
  return { sql: `(${test})`, type: BOOLEAN, name: `${operand.name} ${e.negated ? "NOT " : ""}${e.ignoreCase ? "ILIKE" : "LIKE"} ${pattern.name}` };
}

const numericSql = (e: PlannedExpression): string => (e.type.kind === "Decimal" ? `CAST(${e.sql} AS REAL)` : e.sql);

function binary(op: BinaryOperator, left: PlannedExpression, right: PlannedExpression, zone: string): PlannedExpression {
  const name = `${left.name} ${op === "<>" ? "!=" : op} ${right.name}`;
  if (COMPARISONS.has(op)) return { sql: compare(op, left, right, zone), type: BOOLEAN, name };
  if (op === "AND" || op === "OR") return { sql: `(${left.sql} ${op} ${right.sql})`, type: BOOLEAN, name };
  if (op === "XOR") return { sql: `((${left.sql}) <> (${right.sql}))`, type: BOOLEAN, name };
  if (op === "||") return { sql: `(${left.sql} || ${right.sql})`, type: STRING, name };
  const type = left.type.kind === "Timestamp" ? left.type : right.type.kind === "Timestamp" ? right.type : commonType([left.type, right.type]);
  return { sql: `(${numericSql(left)} ${op} ${numericSql(right)})`, type: type.kind === "String" ? FLOAT64 : type, name };
}

/** A comparison in which literals take the other side's type and timestamps a common unit. */
function compare(op: string, left: PlannedExpression, right: PlannedExpression, zone: string): string {
  const [l, r] = [coerce(left, right.type, zone), coerce(right, left.type, zone)];
  return `(${l} ${op} ${r})`;
}

function coerce(e: PlannedExpression, other: DataType, zone: string): string {
  if (e.type.kind === "Timestamp" && other.kind === "Timestamp" && other.digits > e.type.digits) return `(${e.sql} * ${10n ** BigInt(other.digits - e.type.digits)})`;
  if (e.type.kind === "Decimal" && isNumeric(other)) return `CAST(${e.sql} AS REAL)`;
  if (e.type.kind !== "String") return other.kind === "Decimal" ? numericSql(e) : e.sql;
  if (typeof e.constant !== "string") return e.sql;
  return coerceText(e.constant, other, zone) ?? e.sql;
}

function coerceText(text: string, type: DataType, zone: string): string | null {
  switch (type.kind) {
    case "Timestamp": {
      const ns = parseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text} 00:00:00` : text, zone);
      if (ns === null) throw new ServerError("PlanQuery", `Failed to plan SQL: Parser error: Error parsing timestamp from '${text}': error parsing date`);
      return rescale(ns, 9, type.digits).toString();
    }
    case "Date": return parseDate(text)?.toString() ?? null;
    case "Boolean": return /^(t|true|1)$/i.test(text) ? "1" : "0";
    case "Int": case "Float": case "Decimal": {
      if (/^[+-]?\d+$/.test(text.trim())) return sqliteInteger(BigInt(text.trim()));
      if (Number.isFinite(Number(text)) && text.trim() !== "") return literal(Number(text));
      throw new ServerError("EngineExecuteQuery", `Cast error: Cannot cast string '${text}' to value of ${type.kind === "Int" ? `${type.signed ? "Int" : "UInt"}${type.bits}` : "Float64"} type`);
    }
    default: return null;
  }
}

function cast(e: PlannedExpression, type: DataType, zone: string): PlannedExpression {
  const typed = (sql: string): PlannedExpression => ({ sql, type, name: e.name });
  if (e.type.kind === "Null") return typed("NULL");
  switch (type.kind) {
    case "Int": return typed(e.type.kind === "Int" ? e.sql : `CAST(${e.sql} AS INTEGER)`);
    case "Float": return typed(`CAST(${e.sql} AS REAL)`);
    case "Decimal": return typed(`printf('%.${type.scale}f', ${e.sql})`);
    case "String": return typed(e.type.kind === "Timestamp" ? timestampText(e.sql, e.type.digits) : e.type.kind === "Boolean" ? `(CASE ${e.sql} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)` : `CAST(${e.sql} AS TEXT)`);
    case "Timestamp": {
      if (e.type.kind === "Timestamp") return typed(type.digits >= e.type.digits ? `(${e.sql} * ${10n ** BigInt(type.digits - e.type.digits)})` : `(${e.sql} / ${10n ** BigInt(e.type.digits - type.digits)})`);
      if (typeof e.constant !== "string") return typed(e.sql);
      const ns = parseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(e.constant) ? `${e.constant} 00:00:00` : e.constant, zone);
      if (ns === null) throw new ServerError("PlanQuery", `Failed to plan SQL: Parser error: Error parsing timestamp from '${e.constant}': error parsing date`);
      return typed(rescale(ns, 9, type.digits).toString());
    }
    default: return typed(typeof e.constant === "string" ? (coerceText(e.constant, type, zone) ?? e.sql) : e.sql);
  }
}

function timestampText(sql: string, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const fraction = digits === 0 ? "''" : `(CASE WHEN ${sql} % ${unit} = 0 THEN '' ELSE '.' || printf('%0${digits}d', ${sql} % ${unit}) END)`;
  return `(strftime('%Y-%m-%dT%H:%M:%S', ${sql} / ${unit}, 'unixepoch') || ${fraction})`;
}

function caseOf(e: Expression & { kind: "case" }, plan: (e: Expression) => PlannedExpression, zone: string): PlannedExpression {
  const operand = e.operand === null ? null : plan(e.operand);
  const branches = e.branches.map((b) => ({ when: plan(b.when), then: plan(b.then) }));
  const otherwise = e.otherwise === null ? null : plan(e.otherwise);
  const condition = (when: PlannedExpression): string => (operand === null ? when.sql : compare("=", operand, when, zone));
  const parts = branches.map((b) => `WHEN ${condition(b.when)} THEN ${b.then.sql}`).join(" ");
  const names = branches.map((b) => ` WHEN ${b.when.name} THEN ${b.then.name}`).join("");
  return {
    sql: `(CASE ${parts}${otherwise === null ? "" : ` ELSE ${otherwise.sql}`} END)`,
    type: commonType([...branches.map((b) => b.then.type), ...(otherwise === null ? [] : [otherwise.type])]),
    name: `CASE${operand === null ? "" : ` ${operand.name}`}${names}${otherwise === null ? "" : ` ELSE ${otherwise.name}`} END`,
  };
}

function callOf(e: Expression & { kind: "call" }, plan: (e: Expression) => PlannedExpression, c: ExpressionContext): PlannedExpression {
  const name = e.name.name.toLowerCase();
  const args = e.args.map(plan);
  const shown = `${name}(${e.distinct ? "DISTINCT " : ""}${e.star ? "*" : args.map((a) => a.name).join(",")})`;
  const aggregate = AGGREGATE_FUNCTIONS[name];
  if (aggregate !== undefined) {
    if (!e.star && args.length !== 1) throw planError(`Error during planning: Execution error: Function '${name}' expects 1 argument, got ${args.length}`);
    const argument = e.star ? "*" : `${e.distinct ? "DISTINCT " : ""}${name === "sum" || name === "avg" ? numericSql(args[0]!) : args[0]!.sql}`;
    return { sql: aggregate.sql(argument), type: aggregate.type(args[0]?.type ?? UINT32), name: shown };
  }
  const scalar = SCALAR_FUNCTIONS[name];
  if (scalar === undefined) throw planError(`Error during planning: Invalid function '${name}'.`);
  return { sql: scalar.sql(args.map((a) => a.sql), args.map((a) => a.type), c), type: scalar.type(args.map((a) => a.type)), name: shown };
}

/** Whether an aggregate function is called in the expression itself (not in a sub-query). */
export function hasAggregate(e: Expression): boolean {
  return e.kind === "call" && e.name.name.toLowerCase() in AGGREGATE_FUNCTIONS ? true : children(e).some(hasAggregate);
}

/** The direct sub-expressions. */
export function children(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case "binary": return [e.left, e.right];
    case "unary": case "is": case "cast": return [e.operand];
    case "nested": return [e.inner];
    case "between": return [e.operand, e.low, e.high];
    case "in": return [e.operand, ...e.list];
    case "in-query": return [e.operand];
    case "like": return [e.operand, e.pattern];
    case "call": return e.args;
    case "case": return [...(e.operand === null ? [] : [e.operand]), ...e.branches.flatMap((b) => [b.when, b.then]), ...(e.otherwise === null ? [] : [e.otherwise])];
    case "tuple": return e.items;
    default: return [];
  }
}
