import { ServerError } from "../model/types";
import type { TypeSyntax } from "../syntax/ast";
import { BINARY, BOOLEAN, DATE, type DataType, FLOAT32, FLOAT64, INT16, INT32, INT64, INT8, JSON_TYPE, STRING, timestamp, UINT16, UINT32, UINT64, UINT8 } from "./data-type";

const ALIASES: Readonly<Record<string, DataType>> = {
  STRING, TEXT: STRING, TINYTEXT: STRING, MEDIUMTEXT: STRING, LONGTEXT: STRING, VARCHAR: STRING, CHAR: STRING, CHARACTER: STRING,
  BINARY, VARBINARY: BINARY, BLOB: BINARY, BYTEA: BINARY, TINYBLOB: BINARY, MEDIUMBLOB: BINARY, LONGBLOB: BINARY,
  TINYINT: INT8, SMALLINT: INT16, INT2: INT16, INT16, INT: INT32, INTEGER: INT32, INT4: INT32, INT32, BIGINT: INT64, INT8: INT64, INT64,
  "TINYINT UNSIGNED": UINT8, "SMALLINT UNSIGNED": UINT16, "INT UNSIGNED": UINT32, "INTEGER UNSIGNED": UINT32, "BIGINT UNSIGNED": UINT64,
  "INT2 UNSIGNED": UINT16, "INT4 UNSIGNED": UINT32, "INT8 UNSIGNED": UINT64, UINT8, UINT16, UINT32, UINT64,
  FLOAT: FLOAT32, FLOAT4: FLOAT32, FLOAT32, DOUBLE: FLOAT64, FLOAT8: FLOAT64, FLOAT64,
  BOOLEAN, BOOL: BOOLEAN, DATE, JSON: JSON_TYPE, TIMESTAMPTZ: timestamp(3),
  TIMESTAMP_S: timestamp(0), TIMESTAMP_SEC: timestamp(0), TIMESTAMPSECOND: timestamp(0), TIMESTAMP_MS: timestamp(3), TIMESTAMPMILLISECOND: timestamp(3),
  TIMESTAMP_US: timestamp(6), TIMESTAMPMICROSECOND: timestamp(6), TIMESTAMP_NS: timestamp(9), TIMESTAMPNANOSECOND: timestamp(9), DATETIME: timestamp(6),
};

/** Types that the server's parser knows by name but the server does not support; each as its parser prints it. */
const UNSUPPORTED: Readonly<Record<string, (args: string) => string>> = {
  REAL: () => "Real",
  "DOUBLE PRECISION": () => "DoublePrecision",
  NUMERIC: (args) => `Numeric(${args})`,
  DEC: (args) => `Dec(${args})`,
  TIME: () => "Time(None, None)",
  UUID: () => "Uuid",
  BIT: (args) => `Bit(${args === "None" ? args : `Some(${args.replace(/\D/g, "")})`})`,
};

/**
 * The type that a declared name stands for (observed on 1.0.2 and 1.1.4, every alias).
 * Refuses what the server refuses; `microseconds` says whether DATETIME is TIMESTAMP(6) (0.13) or milliseconds.
 */
export function resolveType(syntax: TypeSyntax, column: string, microseconds = true): DataType {
  const { name, args } = syntax;
  if (name === "INTERVAL") throw new ServerError("InvalidArguments", `Invalid SQL, error: column name \`${column}\` is interval type, which is not supported`);
  if (name === "TIMESTAMP") return timestamp(fraction(args[0]));
  if (name === "DATETIME" && !microseconds) return timestamp(3);
  if (name === "DECIMAL") return { kind: "Decimal", precision: Number(args[0] ?? 38), scale: Number(args[1] ?? (args[0] === undefined ? 10 : 0)) };
  if (name === "VECTOR" && args[0] !== undefined) return { kind: "Vector", dimension: Number(args[0]) };
  const known = ALIASES[name];
  if (known !== undefined) return known;
  throw new ServerError("InvalidSyntax", `SQL data type not supported yet: ${describe(syntax)}`);
}

function fraction(arg: string | undefined): 0 | 3 | 6 | 9 {
  if (arg === undefined) return 3;
  const digits = Number(arg);
  if (digits === 0 || digits === 3 || digits === 6 || digits === 9) return digits;
  throw new ServerError("InvalidSyntax", `SQL data type not supported yet: Timestamp(Some(${arg}), None)`);
}

function describe({ name, written, args, line, column }: TypeSyntax): string {
  const numbers = args.length === 0 ? "None" : args.length === 1 ? `Precision(${args[0]})` : `PrecisionAndScale(${args.join(", ")})`;
  const known = UNSUPPORTED[name];
  if (known !== undefined) return known(numbers);
  const span = `Location(${line},${column})..Location(${line},${column + written.length})`;
  return `Custom(ObjectName([Identifier(Ident { value: "${written}", quote_style: None, span: Span(${span}) })]), [${args.map((a) => `"${a}"`).join(", ")}])`;
}
