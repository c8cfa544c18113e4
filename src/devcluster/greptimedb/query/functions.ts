import { DATE, type DataType, FLOAT64, INT32, INT64, isNumeric, NULL, STRING, timestamp, UINT64 } from "../types/data-type";
import { BOOLEAN } from "../types/data-type";

/** What constant functions answer. */
export interface FunctionContext {
  readonly nowNs: bigint;
  readonly database: string;
  readonly zone: string;
  readonly version: string;
  readonly connectionId: number;
}

interface ScalarFunction {
  readonly type: (args: readonly DataType[]) => DataType;
  readonly sql: (args: readonly string[], types: readonly DataType[], context: FunctionContext) => string;
}

interface AggregateFunction {
  readonly type: (arg: DataType) => DataType;
  readonly sql: (arg: string) => string;
}

const string = (sql: ScalarFunction["sql"]): ScalarFunction => ({ type: () => STRING, sql });
const constant = (text: (c: FunctionContext) => string): ScalarFunction => string((_args, _types, c) => `'${text(c).replaceAll("'", "''")}'`);
const call = (name: string, type: ScalarFunction["type"]): ScalarFunction => ({ type, sql: (args) => `${name}(${args.join(", ")})` });
const first = (args: readonly DataType[]): DataType => args.find((t) => t.kind !== "Null") ?? NULL;
const numeric = (args: readonly DataType[]): DataType => (args[0] !== undefined && args[0].kind !== "Decimal" ? args[0] : FLOAT64);
const now: ScalarFunction = { type: () => timestamp(9), sql: (_args, _types, c) => c.nowNs.toString() };
const length: ScalarFunction = { type: () => INT32, sql: (args) => `length(${args[0]})` };

const unixtime: ScalarFunction = {
  type: () => INT64,
  sql: (args, types) => (types[0]?.kind === "Timestamp" ? `(${args[0]} / ${10n ** BigInt(types[0].digits)})` : `CAST(strftime('%s', ${args[0]}) AS INTEGER)`),
};

export const SCALAR_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  lower: call("lower", () => STRING), upper: call("upper", () => STRING), trim: call("trim", () => STRING), btrim: call("trim", () => STRING), ltrim: call("ltrim", () => STRING), rtrim: call("rtrim", () => STRING),
  replace: call("replace", () => STRING), substr: call("substr", () => STRING), substring: call("substr", () => STRING),
  left: string((a) => `substr(${a[0]}, 1, ${a[1]})`), right: string((a) => `substr(${a[0]}, -(${a[1]}))`),
  concat: string((a) => `(${a.map((x) => `coalesce(${x}, '')`).join(" || ")})`),
  length, char_length: length, character_length: length,
  starts_with: { type: () => BOOLEAN, sql: (a) => `(substr(${a[0]}, 1, length(${a[1]})) = ${a[1]})` },
  coalesce: call("coalesce", first), ifnull: call("ifnull", first), nvl: call("ifnull", first), nullif: call("nullif", first), greatest: call("max", first), least: call("min", first),
  abs: call("abs", numeric), round: call("round", () => FLOAT64), floor: call("floor", numeric), ceil: call("ceil", numeric), sqrt: call("sqrt", () => FLOAT64),
  now, current_timestamp: now,
  current_date: { type: () => DATE, sql: (_a, _t, c) => (c.nowNs / 86_400_000_000_000n).toString() },
  to_unixtime: unixtime,
  version: constant((c) => c.version), database: constant((c) => c.database), schema: constant((c) => c.database), current_schema: constant((c) => c.database),
  timezone: constant((c) => c.zone), user: constant(() => "greptime"), current_user: constant(() => "greptime"),
  connection_id: { type: () => UINT64, sql: (_a, _t, c) => String(c.connectionId) },
};

export const AGGREGATE_FUNCTIONS: Readonly<Record<string, AggregateFunction>> = {
  count: { type: () => INT64, sql: (arg) => `count(${arg})` },
  sum: { type: (t) => (t.kind === "Int" ? (t.signed ? INT64 : UINT64) : FLOAT64), sql: (arg) => `sum(${arg})` },
  avg: { type: () => FLOAT64, sql: (arg) => `avg(${arg})` },
  min: { type: (t) => t, sql: (arg) => `min(${arg})` },
  max: { type: (t) => t, sql: (arg) => `max(${arg})` },
};

/** The type that two branches have in common. */
export function commonType(types: readonly DataType[]): DataType {
  const known = types.filter((t) => t.kind !== "Null");
  if (known.length === 0) return NULL;
  if (known.every(isNumeric)) {
    if (known.some((t) => t.kind !== "Int")) return FLOAT64;
    return known.every((t) => t.kind === "Int" && !t.signed) ? UINT64 : known.length === 1 ? known[0]! : INT64;
  }
  return known[0]!;
}
