import { SqlError } from "../sql-error";
import { isNumeric, type SqlType, typeName } from "../types/sql-type";

/** A translated expression. */
export interface Planned {
  readonly sql: string;
  readonly type: SqlType;
  /** A text or NULL whose type is still open. */
  readonly untyped: boolean;
}

export const planned = (sql: string, type: SqlType, untyped = false): Planned => ({ sql, type, untyped });

interface FunctionDefinition {
  readonly min: number;
  readonly max: number;
  readonly aggregate?: boolean;
  readonly plan: (args: readonly Planned[], distinct: string) => Planned;
}

const simple = (name: string, count: number, type: SqlType | null, max = count): FunctionDefinition => ({
  min: count, max,
  plan: (args) => planned(`${name}(${args.map((a) => a.sql).join(", ")})`, type ?? args[0]!.type),
});

/** Functions by name, with the SQLite that computes them. */
const FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  count: { min: 1, max: 1, aggregate: true, plan: ([arg], distinct) => planned(`count(${distinct}${arg!.sql})`, "int8") },
  sum: { min: 1, max: 1, aggregate: true, plan: ([arg], distinct) => planned(`sum(${distinct}${numeric("sum", arg!).sql})`, arg!.type === "float8" ? "float8" : "numeric") },
  avg: { min: 1, max: 1, aggregate: true, plan: ([arg], distinct) => planned(`avg(${distinct}${numeric("avg", arg!).sql})`, arg!.type === "float8" ? "float8" : "numeric") },
  min: { min: 1, max: 1, aggregate: true, plan: ([arg]) => planned(`min(${arg!.sql})`, arg!.type) },
  max: { min: 1, max: 1, aggregate: true, plan: ([arg]) => planned(`max(${arg!.sql})`, arg!.type) },
  bool_and: { min: 1, max: 1, aggregate: true, plan: ([arg]) => planned(`min(${arg!.sql})`, "bool") },
  bool_or: { min: 1, max: 1, aggregate: true, plan: ([arg]) => planned(`max(${arg!.sql})`, "bool") },
  string_agg: { min: 2, max: 2, aggregate: true, plan: ([arg, separator]) => planned(`group_concat(${arg!.sql}, ${separator!.sql})`, "text") },
  array_agg: { min: 1, max: 1, aggregate: true, plan: ([arg]) => planned(`('{' || group_concat(${arg!.sql}) || '}')`, isNumeric(arg!.type) ? "int8[]" : "text[]") },
  length: simple("length", 1, "int8"), char_length: simple("length", 1, "int8"), lower: simple("lower", 1, "text"), upper: simple("upper", 1, "text"), abs: simple("abs", 1, null),
  round: simple("round", 1, null, 2), floor: simple("floor", 1, null), ceil: simple("ceil", 1, null), nullif: simple("nullif", 2, null), replace: simple("replace", 3, "text"),
  strpos: simple("instr", 2, "int8"), substr: simple("substr", 2, "text", 3), substring: simple("substr", 2, "text", 3), btrim: simple("trim", 1, "text", 2), ltrim: simple("ltrim", 1, "text", 2), rtrim: simple("rtrim", 1, "text", 2),
  encode: simple("kw_encode", 2, "text"), split_part: simple("kw_split_part", 3, "text"), repeat: simple("kw_repeat", 2, "text"),
  array_length: { min: 2, max: 2, plan: ([array]) => planned(`kw_array_length(${array!.sql})`, "int8") },
  coalesce: { min: 1, max: 99, plan: (args) => (args.length === 1 ? args[0]! : planned(`coalesce(${args.map((a) => a.sql).join(", ")})`, (args.find((a) => !a.untyped) ?? args[0]!).type)) },
  greatest: { min: 2, max: 99, plan: (args) => planned(`max(${args.map((a) => a.sql).join(", ")})`, args[0]!.type) },
  least: { min: 2, max: 99, plan: (args) => planned(`min(${args.map((a) => a.sql).join(", ")})`, args[0]!.type) },
  concat: { min: 1, max: 99, plan: (args) => planned(`(${args.map((a) => `coalesce(CAST(${a.sql} AS TEXT), '')`).join(" || ")})`, "text") },
};

function numeric(name: string, arg: Planned): Planned {
  if (!isNumeric(arg.type)) throw new SqlError("42883", `unknown signature: ${name}(${typeName(arg.type)})`);
  return arg;
}

export function planFunction(name: string, args: readonly Planned[], distinct: boolean): Planned {
  const definition = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]! : null;
  if (definition === null) throw new SqlError("42883", `unknown function: ${name}()`);
  if (args.length < definition.min || args.length > definition.max) throw new SqlError("42883", `unknown signature: ${name}(${args.map((a) => typeName(a.type)).join(", ")})`);
  return definition.plan(args, distinct ? "DISTINCT " : "");
}
