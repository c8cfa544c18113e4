/** What kind of values a column holds; decides how its partition bounds are written and compared. */
export type TypeFamily =
  | "integer"
  | "float"
  | "string"
  | "boolean"
  | "date"
  | "timestamp"
  | "decimal"
  | "binary"
  | "json"
  | "vector";

interface TypeWords {
  readonly canonical: string;
  readonly family: TypeFamily;
  /** Other names that the server accepts in CREATE TABLE, upper case. */
  readonly aliases: readonly string[];
}

/**
 * Every type without parameters of its own, by the name that SHOW CREATE TABLE prints.
 * `INT8` is eight bytes here, as in PostgreSQL. Observed on 1.0.2 and 1.1.4.
 */
const TYPES: readonly TypeWords[] = [
  { canonical: "STRING", family: "string", aliases: ["TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "VARCHAR", "CHAR"] },
  { canonical: "VARBINARY", family: "binary", aliases: ["BINARY", "BLOB", "BYTEA"] },
  { canonical: "TINYINT", family: "integer", aliases: [] },
  { canonical: "SMALLINT", family: "integer", aliases: ["INT2", "INT16"] },
  { canonical: "INT", family: "integer", aliases: ["INTEGER", "INT4", "INT32"] },
  { canonical: "BIGINT", family: "integer", aliases: ["INT8", "INT64"] },
  { canonical: "TINYINT UNSIGNED", family: "integer", aliases: ["UINT8"] },
  { canonical: "SMALLINT UNSIGNED", family: "integer", aliases: ["UINT16"] },
  { canonical: "INT UNSIGNED", family: "integer", aliases: ["UINT32"] },
  { canonical: "BIGINT UNSIGNED", family: "integer", aliases: ["UINT64"] },
  { canonical: "FLOAT", family: "float", aliases: ["FLOAT4", "FLOAT32"] },
  { canonical: "DOUBLE", family: "float", aliases: ["FLOAT8", "FLOAT64"] },
  { canonical: "BOOLEAN", family: "boolean", aliases: ["BOOL"] },
  { canonical: "DATE", family: "date", aliases: [] },
  { canonical: "TIMESTAMP(0)", family: "timestamp", aliases: ["TIMESTAMP_S", "TIMESTAMP_SEC", "TIMESTAMPSECOND"] },
  {
    canonical: "TIMESTAMP(3)",
    family: "timestamp",
    aliases: ["TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMPMILLISECOND", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"],
  },
  { canonical: "TIMESTAMP(6)", family: "timestamp", aliases: ["TIMESTAMP_US", "TIMESTAMPMICROSECOND", "DATETIME"] },
  { canonical: "TIMESTAMP(9)", family: "timestamp", aliases: ["TIMESTAMP_NS", "TIMESTAMPNANOSECOND"] },
  { canonical: "DECIMAL(38,10)", family: "decimal", aliases: ["DECIMAL"] },
  { canonical: "JSON", family: "json", aliases: [] },
];

const CANONICAL_NAMES: ReadonlyMap<string, string> = new Map(
  TYPES.flatMap((type) => [type.canonical, ...type.aliases].map((name) => [name, type.canonical] as const)),
);
const FAMILIES: ReadonlyMap<string, TypeFamily> = new Map(TYPES.map((type) => [type.canonical, type.family]));

/** Types whose length in parentheses the server reads and forgets. */
const WITH_LENGTH: ReadonlySet<string> = new Set(["STRING", "VARCHAR", "CHAR", "VARBINARY", "BINARY"]);

const MAX_DECIMAL_PRECISION = 38;

/**
 * The name under which the server shows a column type, or undefined when it has no such type.
 *
 * Case and spaces do not matter: `int unsigned` → `INT UNSIGNED`, `INT8` → `BIGINT`, `DATETIME` → `TIMESTAMP(6)`,
 * `VARCHAR(20)` → `STRING`, `DECIMAL(20, 4)` → `DECIMAL(20,4)`, `JSON(format = 'structured')` → `JSON`.
 * Undefined: `REAL`, `DOUBLE PRECISION`, `NUMERIC`, `DEC`, `TIME`, `INTERVAL`, `UUID`, `BIT`, `ENUM`, arrays.
 * Observed on 1.0.2 and 1.1.4.
 */
export function canonicalType(text: string): string | undefined {
  const words = text.trim().replace(/\s+/g, " ").toUpperCase();
  const plain = CANONICAL_NAMES.get(words);
  if (plain !== undefined) return plain;
  const parameterised = /^([A-Z]+) ?\((.*)\)$/.exec(words);
  if (parameterised === null) return undefined;
  return typeWithParameters(parameterised[1] ?? "", (parameterised[2] ?? "").split(",").map((part) => part.trim()));
}

function typeWithParameters(name: string, parameters: readonly string[]): string | undefined {
  if (name === "JSON") return /^FORMAT ?= ?'[A-Z]+'$/.test(parameters.join(",")) ? "JSON" : undefined;
  if (!parameters.every((parameter) => /^\d+$/.test(parameter))) return undefined;
  const [first = 0, second = 0] = parameters.map(Number);
  if (name === "DECIMAL" && parameters.length <= 2) {
    return first >= 1 && first <= MAX_DECIMAL_PRECISION && second <= first ? `DECIMAL(${first},${second})` : undefined;
  }
  if (parameters.length !== 1) return undefined;
  if (name === "VECTOR") return first >= 1 ? `VECTOR(${first})` : undefined;
  if (name === "TIMESTAMP") return CANONICAL_NAMES.get(`TIMESTAMP(${first})`);
  return WITH_LENGTH.has(name) ? CANONICAL_NAMES.get(name) : undefined;
}

/** The family of a canonical type ({@link canonicalType}). Throws RangeError for a text that is none. */
export function typeFamily(canonical: string): TypeFamily {
  const family = FAMILIES.get(canonical);
  if (family !== undefined) return family;
  if (canonical.startsWith("DECIMAL(")) return "decimal";
  if (canonical.startsWith("VECTOR(")) return "vector";
  throw new RangeError(`"${canonical}" is not a canonical column type.`);
}

/**
 * Why a column of this canonical type must not partition a table, or undefined when it may.
 *
 * DECIMAL: the frontend panics at CREATE TABLE. Binary, JSON, VECTOR: CREATE TABLE works, and every later
 * SHOW CREATE TABLE panics. Observed on 1.0.2 and 1.1.4.
 */
export function partitionTypeProblem(canonical: string): string | undefined {
  switch (typeFamily(canonical)) {
    case "decimal":
      return "the server breaks off the connection at CREATE TABLE when a DECIMAL column partitions the table";
    case "binary":
    case "json":
    case "vector":
      return `the server creates the table, but can no longer show it when a ${canonical} column partitions it`;
    case "integer":
    case "float":
    case "string":
    case "boolean":
    case "date":
    case "timestamp":
      return undefined;
  }
}

/**
 * The smallest and the largest integer that can be written as a partition bound of an integer type.
 *
 * The smallest value of a signed type is missing: the server reads the digits before the sign, so that `-128` for a
 * TINYINT fails with `Fail to parse number 128`. Observed on 1.0.2 and 1.1.4. Throws RangeError for other types.
 */
export function integerBoundRange(canonical: string): { readonly min: bigint; readonly max: bigint } {
  const bits = INTEGER_BITS.get(canonical.replace(" UNSIGNED", ""));
  if (bits === undefined) throw new RangeError(`"${canonical}" is not an integer type.`);
  if (canonical.endsWith("UNSIGNED")) return { min: 0n, max: 2n ** bits - 1n };
  const max = 2n ** (bits - 1n) - 1n;
  return { min: -max, max };
}

const INTEGER_BITS: ReadonlyMap<string, bigint> = new Map([
  ["TINYINT", 8n],
  ["SMALLINT", 16n],
  ["INT", 32n],
  ["BIGINT", 64n],
]);
