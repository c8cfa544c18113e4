import { notEmulated, SqlError } from "../sql-error";
import type { Expression } from "../syntax/ast";
import { formatInterval, type Interval, parseInterval } from "../types/interval";

export type ConstantType = "int" | "float" | "bool" | "string" | "interval";

/** A typed value; `literal` marks constants whose type the context may still choose. */
export type Constant =
  | { readonly type: "null" }
  | { readonly type: "int"; readonly value: bigint; readonly literal: boolean }
  | { readonly type: "decimal"; readonly value: number; readonly literal: boolean }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string; readonly literal: boolean }
  | { readonly type: "interval"; readonly value: Interval };

interface TypedValues {
  readonly int: bigint;
  readonly float: number;
  readonly bool: boolean;
  readonly string: string;
  readonly interval: Interval;
}

/**
 * Evaluates the value of a variable that has type `wanted`; null for NULL. With `words` a bare word stands for its own text, as in `SET x = on`;
 * without, it is a column, and there is none.
 * @throws SqlError 42804 `argument of <name> must be type …` and 22P02 for a text that is no such value, in the server's words.
 */
export function evaluateAs<T extends ConstantType>(expression: Expression, wanted: T, name: string, parameters: readonly (string | null)[], words = false): TypedValues[T] | null {
  if (words && expression.kind === "column") return evaluateAs({ kind: "string", value: expression.name }, wanted, name, parameters);
  const constant = evaluate(expression, wanted, parameters);
  if (constant.type === "null") return null;
  const value = coerce(constant, wanted);
  if (value === undefined) throw new SqlError("42804", `argument of ${name} must be type ${wanted}, not type ${constant.type}`);
  return value as TypedValues[T];
}

/** Evaluates a value whose type nothing asks for; `words` as in `evaluateAs`. */
export function evaluateConstant(expression: Expression, parameters: readonly (string | null)[], words = false): Constant {
  if (words && expression.kind === "column") return { type: "string", value: `${expression.qualifier === null ? "" : `${expression.qualifier}.`}${expression.name}`, literal: true };
  return evaluate(expression, "string", parameters);
}

function coerce(constant: Exclude<Constant, { type: "null" }>, wanted: ConstantType): bigint | number | boolean | string | Interval | undefined {
  if (constant.type === "string" && constant.literal) return parseAs(constant.value, wanted);
  switch (wanted) {
    case "int": return constant.type === "int" ? constant.value : constant.type === "decimal" && constant.literal && Number.isInteger(constant.value) ? BigInt(constant.value) : undefined;
    case "float": return constant.type === "decimal" ? constant.value : constant.type === "int" && constant.literal ? Number(constant.value) : undefined;
    case "bool": return constant.type === "bool" ? constant.value : undefined;
    case "string": return constant.type === "string" ? constant.value : undefined;
    case "interval": return constant.type === "interval" ? constant.value : undefined;
  }
}

/** A text as a value of the type; throws 22P02 when it is none. */
function parseAs(text: string, wanted: ConstantType): bigint | number | boolean | string | Interval {
  const refuse = (reason: string): SqlError => new SqlError("22P02", `could not parse "${text}" as type ${wanted}: ${reason}`);
  switch (wanted) {
    case "string": return text;
    case "int": {
      if (!/^\s*[+-]?\d+\s*$/.test(text)) throw refuse(`strconv.ParseInt: parsing "${text}": invalid syntax`);
      return BigInt(text.trim().replace(/^\+/, ""));
    }
    case "float": {
      if (text.trim() === "" || Number.isNaN(Number(text))) throw refuse(`strconv.ParseFloat: parsing "${text}": invalid syntax`);
      return Number(text);
    }
    case "bool": {
      const word = text.trim().toLowerCase();
      if (word !== "" && ["true", "yes", "on", "1"].some((w) => w.startsWith(word) && word !== "o")) return true;
      if (word !== "" && ["false", "no", "off", "0"].some((w) => w.startsWith(word) && word !== "o")) return false;
      throw refuse("invalid bool value");
    }
    case "interval": {
      const interval = parseInterval(text);
      if (interval === null) throw refuse(`interval: unknown unit in duration ${JSON.stringify(text)}`);
      return interval;
    }
  }
}

function evaluate(expression: Expression, wanted: ConstantType, parameters: readonly (string | null)[]): Constant {
  const inner = (e: Expression, type: ConstantType = wanted): Constant => evaluate(e, type, parameters);
  switch (expression.kind) {
    case "null": return { type: "null" };
    case "integer": return { type: "int", value: expression.value, literal: true };
    case "decimal": return { type: "decimal", value: Number(expression.text), literal: true };
    case "boolean": return { type: "bool", value: expression.value };
    case "string": return { type: "string", value: expression.value, literal: true };
    case "duration": return { type: "interval", value: parseInterval(expression.text)! };
    case "parameter": return parameter(expression.index, wanted, parameters);
    case "column": throw new SqlError("42703", `column "${expression.qualifier === null ? "" : `${expression.qualifier}.`}${expression.name}" does not exist`);
    case "cast": return cast(inner(expression.operand), expression.typeName.toLowerCase());
    case "unary": return negate(expression.operator, inner(expression.operand));
    case "binary": return combine(expression.operator, inner(expression.left), inner(expression.right));
    case "call": return call(expression.name, expression.args.map((arg) => inner(arg, "float")));
    default: throw notEmulated(`this expression (${expression.kind}) as a value here`);
  }
}

/** Arguments come as texts and take the type that the place wants. */
function parameter(index: number, wanted: ConstantType, parameters: readonly (string | null)[]): Constant {
  const text = parameters[index - 1];
  if (text === undefined) throw new SqlError("42P02", `no value provided for placeholder: $${index}`);
  if (text === null) return { type: "null" };
  const value = coerceText(text, wanted, index);
  switch (wanted) {
    case "int": return { type: "int", value: value as bigint, literal: false };
    case "float": return { type: "decimal", value: value as number, literal: false };
    case "bool": return { type: "bool", value: value as boolean };
    case "string": return { type: "string", value: value as string, literal: false };
    case "interval": return { type: "interval", value: value as Interval };
  }
}

function coerceText(text: string, wanted: ConstantType, index: number): ReturnType<typeof parseAs> {
  try {
    return parseAs(text, wanted);
  } catch (error) {
    if (error instanceof SqlError) throw new SqlError(error.fields.sqlstate, `error in argument for $${index}: ${error.message}`);
    throw error;
  }
}

function cast(value: Constant, typeName: string): Constant {
  const base = typeName.replace(/\(.*$/, "");
  if (value.type === "null") return value;
  if (/^(int|integer|bigint|smallint)\d*$/.test(base)) {
    if (value.type === "decimal") return { type: "int", value: BigInt(Math.round(value.value)), literal: false };
    const integer = coerce(value, "int");
    if (typeof integer === "bigint") return { type: "int", value: integer, literal: false };
  } else if (/^(float|double|decimal|numeric|real)/.test(base)) {
    if (value.type === "int" || value.type === "decimal") return { type: "decimal", value: Number(value.value), literal: false };
  } else if (/^(string|text|varchar|char)/.test(base)) {
    const text = value.type === "interval" ? formatInterval(value.value) : String(value.value);
    return { type: "string", value: text, literal: false };
  } else if (base === "interval" && value.type === "string") return { type: "interval", value: parseAs(value.value, "interval") as Interval };
  else if (base.startsWith("bool")) {
    const bool = coerce(value, "bool");
    if (typeof bool === "boolean") return { type: "bool", value: bool };
  }
  throw new SqlError("42846", `invalid cast: ${value.type} -> ${typeName.toUpperCase()}`);
}

function negate(operator: "-" | "+" | "not", value: Constant): Constant {
  if (value.type === "null") return value;
  if (operator === "not" && value.type === "bool") return { type: "bool", value: !value.value };
  if (operator === "+" && (value.type === "int" || value.type === "decimal")) return value;
  if (operator === "-") {
    if (value.type === "int") return { ...value, value: -value.value };
    if (value.type === "decimal") return { ...value, value: -value.value };
    if (value.type === "interval") return { type: "interval", value: { months: -value.value.months, days: -value.value.days, nanos: -value.value.nanos } };
  }
  throw new SqlError("22023", `unsupported unary operator: ${operator} <${value.type}>`);
}

function combine(operator: string, left: Constant, right: Constant): Constant {
  if (left.type === "null" || right.type === "null") return { type: "null" };
  if (operator === "||" && left.type === "string" && right.type === "string") return { type: "string", value: left.value + right.value, literal: false };
  if (left.type === "int" && right.type === "int" && operator !== "/") return { type: "int", value: integers(operator, left.value, right.value), literal: left.literal && right.literal };
  if ((left.type === "int" || left.type === "decimal") && (right.type === "int" || right.type === "decimal")) {
    return { type: "decimal", value: decimals(operator, Number(left.value), Number(right.value)), literal: left.literal && right.literal };
  }
  throw new SqlError("22023", `unsupported binary operator: <${left.type}> ${operator} <${right.type}>`);
}

function integers(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case "+": return left + right;
    case "-": return left - right;
    case "*": return left * right;
    case "%":
      if (right === 0n) throw new SqlError("22012", "division by zero");
      return left % right;
    default: throw new SqlError("22023", `unsupported binary operator: <int> ${operator} <int>`);
  }
}

function decimals(operator: string, left: number, right: number): number {
  switch (operator) {
    case "+": return left + right;
    case "-": return left - right;
    case "*": return left * right;
    case "/":
      if (right === 0) throw new SqlError("22012", "division by zero");
      return left / right;
    default: throw new SqlError("22023", `unsupported binary operator: <decimal> ${operator} <decimal>`);
  }
}

const ROUNDINGS: Readonly<Record<string, (value: number) => number>> = { floor: Math.floor, ceil: Math.ceil, ceiling: Math.ceil, round: Math.round, abs: Math.abs };

function call(name: string, args: readonly Constant[]): Constant {
  const [value] = args;
  const rounding = ROUNDINGS[name];
  if (rounding === undefined || value === undefined || args.length !== 1) throw new SqlError("42883", `unknown function: ${name}()`);
  if (value.type === "null") return value;
  if (value.type !== "int" && value.type !== "decimal") throw new SqlError("42883", `unknown signature: ${name}(${value.type})`);
  return { type: "decimal", value: rounding(Number(value.value)), literal: false };
}
