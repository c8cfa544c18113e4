import { notEmulated, SqlError } from "../sql-error";
import type { ResultColumn } from "../statement-result";
import type { Expression, Query } from "../syntax/ast";
import { parseInterval } from "../types/interval";
import { isInteger, isNumeric, isText, type SqlType, typeName } from "../types/sql-type";
import { type Planned, planFunction, planned } from "./functions";
import { literal } from "./sqlite-engine";

export interface ScopeColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly hidden: boolean;
  /** Name of the relation or alias. */
  readonly source: string;
  readonly sql: string;
  /** The right one of two columns joined by USING: reached by its qualifier only. */
  readonly merged?: boolean;
}

export interface Scope {
  readonly columns: readonly ScopeColumn[];
  readonly outer: Scope | null;
}

export interface ExpressionOptions {
  readonly sessionValue: (name: string) => { readonly value: string; readonly type: SqlType } | null;
  readonly parameters: readonly (string | null)[];
}

type Subquery = (query: Query) => { readonly sql: string; readonly columns: readonly ResultColumn[] };

/** Checks the types of expressions as the server does, and writes them in SQLite's words. */
export class ExpressionPlanner {
  constructor(
    private readonly scope: Scope | null,
    private readonly options: ExpressionOptions,
    private readonly subquery: Subquery,
  ) {}

  /** An expression that must be boolean. */
  condition(expression: Expression, clause: string): string {
    const { sql, type, untyped } = this.plan(expression);
    if (type !== "bool" && !untyped) throw new SqlError("42804", `argument of ${clause} must be type bool, not type ${typeName(type)}`);
    return sql;
  }

  plan(expression: Expression): Planned {
    switch (expression.kind) {
      case "integer": return planned(expression.value.toString(), "int8");
      case "decimal": return planned(expression.text, "numeric");
      case "string": return planned(literal(expression.value), "text", true);
      case "bytes": return planned(`X'${expression.hex}'`, "bytea");
      case "boolean": return planned(expression.value ? "1" : "0", "bool");
      case "null": return planned("NULL", "unknown", true);
      case "duration": return planned(literal(expression.text), "interval");
      case "parameter": return this.parameter(expression.index);
      case "column": return this.column(expression.qualifier, expression.name);
      case "unary": return this.unary(expression.operator, this.plan(expression.operand));
      case "binary": return this.binary(expression.operator, this.plan(expression.left), this.plan(expression.right));
      case "between": return this.between(expression);
      case "in": return this.in(expression);
      case "like": return this.like(expression);
      case "is": return this.is(expression.not, this.plan(expression.operand), expression.what);
      case "any": return this.any(expression.operator, this.plan(expression.left), this.plan(expression.array));
      case "cast": return this.cast(this.plan(expression.operand), expression.type);
      case "call": return this.call(expression);
      case "case": return this.caseOf(expression);
      case "array": return this.array(expression.items);
      case "exists": return planned(`EXISTS (${this.subquery(expression.query).sql})`, "bool");
      case "subquery": {
        const { sql, columns } = this.subquery(expression.query);
        if (columns.length !== 1) throw new SqlError("42601", `subquery must return only one column, found ${columns.length}`);
        return planned(`(${sql})`, columns[0]!.type);
      }
    }
  }

  private parameter(index: number): Planned {
    const value = this.options.parameters[index - 1];
    if (value === undefined) throw new SqlError("42P02", `no value provided for placeholder: $${index}`);
    // Untyped until it meets something with a type.
    return planned(literal(value), value === null ? "unknown" : "text", true);
  }

  private column(qualifier: string | null, name: string): Planned {
    for (let scope = this.scope; scope !== null; scope = scope.outer) {
      const found = scope.columns.filter((c) => c.name === name && (qualifier === null ? c.merged !== true : c.source === qualifier));
      if (found.length > 1) throw new SqlError("42702", `column reference "${name}" is ambiguous (candidates: ${found.map((c) => `${c.source}.${c.name}`).join(", ")})`);
      if (found[0] !== undefined) return planned(found[0].sql, found[0].type);
    }
    if (qualifier !== null && !this.hasSource(qualifier)) throw new SqlError("42P01", `no data source matches prefix: ${qualifier}`);
    throw new SqlError("42703", `column "${qualifier === null ? "" : `${qualifier}.`}${name}" does not exist`);
  }

  private hasSource(name: string): boolean {
    for (let scope = this.scope; scope !== null; scope = scope.outer) if (scope.columns.some((c) => c.source === name)) return true;
    return false;
  }

  private unary(operator: "-" | "+" | "not", operand: Planned): Planned {
    if (operator === "not") {
      if (operand.type !== "bool" && !operand.untyped) throw new SqlError("42804", `incompatible NOT argument type: ${typeName(operand.type)}`);
      return planned(`(NOT ${operand.sql})`, "bool");
    }
    if (!isNumeric(operand.type)) throw new SqlError("22023", `unsupported unary operator: ${operator} <${typeName(operand.type)}>`);
    return planned(`(${operator}${operand.sql})`, operand.type);
  }

  private binary(operator: string, left: Planned, right: Planned): Planned {
    switch (operator) {
      case "and": case "or": return this.logical(operator, left, right);
      case "=": case "<>": case "<": case ">": case "<=": case ">=": return this.compare(operator, left, right);
      case "||": return planned(`(${left.sql} || ${right.sql})`, "text");
      case "->": return planned(`kw_json(${left.sql}, ${right.sql})`, "jsonb");
      case "->>": return planned(`kw_json_text(${left.sql}, ${right.sql})`, "text");
      default: return this.arithmetic(operator, left, right);
    }
  }

  private logical(operator: string, left: Planned, right: Planned): Planned {
    for (const side of [left, right]) {
      if (side.type !== "bool" && !side.untyped) throw new SqlError("42804", `incompatible ${operator.toUpperCase()} argument type: ${typeName(side.type)}`);
    }
    return planned(`(${left.sql} ${operator.toUpperCase()} ${right.sql})`, "bool");
  }

  private arithmetic(operator: string, left: Planned, right: Planned): Planned {
    const [a, b] = this.unify(left, right);
    if (!isNumeric(a.type) || !isNumeric(b.type)) throw new SqlError("22023", `unsupported binary operator: <${typeName(a.type)}> ${operator} <${typeName(b.type)}>`);
    if (operator === "/") return planned(`(CAST(${a.sql} AS REAL) / ${b.sql})`, a.type === "float8" || b.type === "float8" ? "float8" : "numeric");
    const type = isInteger(a.type) && isInteger(b.type) ? "int8" : a.type === "float8" || b.type === "float8" ? "float8" : "numeric";
    return planned(`(${a.sql} ${operator} ${b.sql})`, type);
  }

  private compare(operator: string, left: Planned, right: Planned): Planned {
    const [a, b] = this.unify(left, right);
    if (!comparable(a, b)) throw new SqlError("22023", `unsupported comparison operator: <${typeName(left.type)}> ${operator} <${typeName(right.type)}>`);
    return planned(`(${a.sql} ${operator} ${b.sql})`, "bool");
  }

  /** Gives an open constant the type of the other side. */
  private unify(left: Planned, right: Planned): readonly [Planned, Planned] {
    if (left.untyped && !right.untyped) return [this.constantAs(left, right.type), right];
    if (right.untyped && !left.untyped) return [left, this.constantAs(right, left.type)];
    return [left, right];
  }

  private constantAs(constant: Planned, type: SqlType): Planned {
    if (constant.type === "unknown" || isText(type)) return planned(constant.sql, type, constant.type === "unknown");
    const text = constant.sql.slice(1, -1).replaceAll("''", "'");
    const refuse = (reason: string): SqlError => new SqlError("22P02", `could not parse "${text}" as type ${typeName(type)}: ${reason}`);
    if (isInteger(type)) {
      if (!/^[+-]?\d+$/.test(text)) throw refuse(`strconv.ParseInt: parsing "${text}": invalid syntax`);
      return planned(text, type);
    }
    if (isNumeric(type)) {
      if (text.trim() === "" || Number.isNaN(Number(text))) throw refuse("invalid syntax");
      return planned(text, type);
    }
    if (type === "bool") {
      if (!/^(t|true|f|false|y|yes|n|no|on|off|1|0)$/i.test(text)) throw refuse("invalid bool value");
      return planned(/^(t|true|y|yes|on|1)$/i.test(text) ? "1" : "0", type);
    }
    if (type === "bytea") return planned(`X'${text.startsWith("\\x") ? text.slice(2) : Buffer.from(text, "utf8").toString("hex")}'`, type);
    return planned(constant.sql, type);
  }

  private between({ not, operand, low, high }: Extract<Expression, { kind: "between" }>): Planned {
    const value = this.plan(operand);
    const inside = `(${this.compare(">=", value, this.plan(low)).sql} AND ${this.compare("<=", value, this.plan(high)).sql})`;
    return planned(not ? `(NOT ${inside})` : inside, "bool");
  }

  private in({ not, operand, items }: Extract<Expression, { kind: "in" }>): Planned {
    const value = this.plan(operand);
    const word = not ? "NOT IN" : "IN";
    if (!isList(items)) return planned(`(${value.sql} ${word} (${this.subquery(items).sql}))`, "bool");
    const list = items.map((item) => {
      const [a, b] = this.unify(value, this.plan(item));
      if (!comparable(a, b)) throw new SqlError("22023", `unsupported comparison operator: <${typeName(value.type)}> IN <tuple{${typeName(b.type)}}>`);
      return b.sql;
    });
    return planned(`(${value.sql} ${word} (${list.join(", ")}))`, "bool");
  }

  private like({ not, insensitive, operand, pattern }: Extract<Expression, { kind: "like" }>): Planned {
    const [value, shape] = [this.plan(operand), this.plan(pattern)];
    for (const side of [value, shape]) if (!isText(side.type) && !side.untyped) throw new SqlError("22023", `unsupported comparison operator: <${typeName(value.type)}> LIKE <${typeName(shape.type)}>`);
    const sides = insensitive ? [`lower(${value.sql})`, `lower(${shape.sql})`] : [value.sql, shape.sql];
    return planned(`(${sides[0]} ${not ? "NOT LIKE" : "LIKE"} ${sides[1]} ESCAPE '\\')`, "bool");
  }

  private is(not: boolean, operand: Planned, what: "null" | "true" | "false"): Planned {
    const word = not ? "IS NOT" : "IS";
    return planned(`(${operand.sql} ${word} ${what === "null" ? "NULL" : what === "true" ? "1" : "0"})`, "bool");
  }

  private any(operator: string, left: Planned, array: Planned): Planned {
    if (array.type !== "int8[]" && array.type !== "text[]" && !array.untyped) throw new SqlError("42804", `op ANY array requires array on right side`);
    const element: SqlType = array.type === "int8[]" ? "int8" : "text";
    const value = left.untyped ? this.constantAs(left, element) : left;
    if (isInteger(element) !== isInteger(value.type)) throw new SqlError("22023", `unsupported comparison operator: <${typeName(left.type)}> ${operator} ANY <${typeName(array.type)}>`);
    return planned(`kw_any('${operator}', ${value.sql}, ${array.sql})`, "bool");
  }

  private cast(operand: Planned, type: SqlType): Planned {
    if (operand.untyped) return { ...this.checkedConstant(operand, type), untyped: false };
    const { sql } = operand;
    if (isText(type)) return planned(operand.type === "bool" ? `(CASE ${sql} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)` : `CAST(${sql} AS TEXT)`, type);
    if (isInteger(type)) return planned(operand.type === "numeric" || operand.type === "float8" ? `CAST(round(${sql}) AS INTEGER)` : `CAST(${sql} AS INTEGER)`, type);
    if (isNumeric(type)) return planned(`CAST(${sql} AS ${type === "float8" ? "REAL" : "NUMERIC"})`, type);
    if (type === operand.type || (type === "jsonb" && isText(operand.type)) || (type === "text[]" && isText(operand.type))) return planned(sql, type);
    if (type === "bool" && isNumeric(operand.type)) return planned(`(${sql} <> 0)`, type);
    if (type === "bool" && isText(operand.type)) return planned(`(lower(${sql}) IN ('t', 'true', 'yes', 'on', '1'))`, type);
    if (type.startsWith("timestamp") && operand.type.startsWith("timestamp")) return planned(sql, type);
    throw new SqlError("42846", `invalid cast: ${typeName(operand.type)} -> ${typeName(type).toUpperCase()}`);
  }

  private checkedConstant(constant: Planned, type: SqlType): Planned {
    if (type === "interval" && constant.type !== "unknown" && parseInterval(constant.sql.slice(1, -1)) === null) throw new SqlError("22P02", `could not parse ${JSON.stringify(constant.sql.slice(1, -1))} as type interval`);
    return this.constantAs(constant, type);
  }

  private call({ name, args, star, distinct }: Extract<Expression, { kind: "call" }>): Planned {
    if (star) {
      if (name !== "count") throw new SqlError("42883", `unknown signature: ${name}(*)`);
      return planned("count(*)", "int8");
    }
    const session = args.length === 0 ? this.options.sessionValue(name) : null;
    if (session !== null) return planned(literal(session.value), session.type);
    return planFunction(name, args.map((arg) => this.plan(arg)), distinct);
  }

  private caseOf({ operand, branches, otherwise }: Extract<Expression, { kind: "case" }>): Planned {
    const subject = operand === null ? null : this.plan(operand);
    const parts = branches.map(({ when, then }) => ({ when: subject === null ? this.condition(when, "CASE WHEN") : this.unify(subject, this.plan(when))[1].sql, then: this.plan(then) }));
    const rest = otherwise === null ? null : this.plan(otherwise);
    const type = [...parts.map((p) => p.then), ...(rest === null ? [] : [rest])].find((p) => p.type !== "unknown")?.type ?? "unknown";
    return planned(`(CASE ${subject === null ? "" : subject.sql}${parts.map((p) => ` WHEN ${p.when} THEN ${p.then.sql}`).join("")}${rest === null ? "" : ` ELSE ${rest.sql}`} END)`, type);
  }

  private array(items: readonly Expression[]): Planned {
    const plans = items.map((item) => this.plan(item));
    const integers = plans.length > 0 && plans.every((p) => isInteger(p.type));
    if (!integers && !plans.every((p) => isText(p.type))) throw notEmulated("arrays of these elements");
    return planned(plans.length === 0 ? "'{}'" : `('{' || ${plans.map((p) => p.sql).join(" || ',' || ")} || '}')`, integers ? "int8[]" : "text[]");
  }
}

const isList = (items: readonly Expression[] | Query): items is readonly Expression[] => Array.isArray(items);

function comparable(a: Planned, b: Planned): boolean {
  if (a.untyped || b.untyped || a.type === b.type) return true;
  return (isNumeric(a.type) && isNumeric(b.type)) || (isText(a.type) && isText(b.type)) || (a.type.startsWith("timestamp") && b.type.startsWith("timestamp"));
}
