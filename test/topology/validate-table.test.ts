import type { Diagnostic } from "../../src/topology/diagnostic";
import type { PartitioningDeclaration, TableDeclaration, UpperBound } from "../../src/topology/manifest";
import { validateTable } from "../../src/topology/validate-table";

const MAX = { maxvalue: true } as const;
const COLUMNS = [
  { name: "host", type: "STRING", nullable: true },
  { name: "n", type: "INT", nullable: true },
  { name: "t8", type: "TINYINT", nullable: true },
  { name: "f", type: "DOUBLE", nullable: true },
  { name: "on", type: "BOOL", nullable: true },
  { name: "day", type: "DATE", nullable: true },
  { name: "at", type: "TIMESTAMP(0)", nullable: true },
  { name: "d", type: "DECIMAL(5, 2)", nullable: true },
  { name: "v", type: "INT", nullable: true },
  { name: "ts", type: "TIMESTAMP", nullable: false },
];

function table(change: Partial<TableDeclaration> = {}): TableDeclaration {
  return {
    database: "public",
    name: "cpu",
    columns: COLUMNS,
    primaryKey: ["host", "n", "t8", "f", "on", "day", "at", "d"],
    timeIndex: "ts",
    engine: "mito",
    options: {},
    ignoreUndeclaredColumns: false,
    deletionProtection: true,
    ...change,
  };
}

function range(columns: readonly string[], ...bounds: readonly UpperBound[]): Partial<TableDeclaration> {
  return { partitioning: { kind: "range", columns, partitions: bounds.map((lessThan) => ({ lessThan })) } };
}

function rules(columns: readonly string[], ...list: readonly string[]): Partial<TableDeclaration> {
  return { partitioning: { kind: "rules", columns, partitions: list.map((rule) => ({ rule })) } };
}

function codes(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map((diagnostic) => diagnostic.code);
}

const defaulted = (type: string, text: string): Partial<TableDeclaration> => ({
  columns: [...COLUMNS, { name: "x", type, nullable: true, default: text }],
});

test.each<[string, Partial<TableDeclaration>]>([
  ["no partitions", {}],
  ["a whole number by default", defaulted("BIGINT", "-5")],
  ["a truth value by default", defaulted("BOOLEAN", "TRUE")],
  ["append mode with the merge mode that is the default", { options: { append_mode: "true", merge_mode: "last_row" } }],
  ["one range column", range(["host"], ["g"], ["p"], [MAX])],
  ["two range columns", range(["host", "n"], ["g", 10], ["g", 20], ["h", MAX], [MAX, MAX])],
  ["only MAXVALUE", range(["host"], [MAX])],
  ["numbers as text", range(["n"], ["9"], ["10"], [MAX])],
  ["bigints", range(["n"], [9n], [10n], [MAX])],
  ["dates", range(["day"], ["2024-01-01"], [MAX])],
  ["times", range(["at"], ["2024-01-01 00:00:00"], ["2024-01-01T00:00:01Z"], [1704067202], [MAX])],
  ["truth values", range(["on"], [true], [MAX])],
  ["floats", range(["f"], [-0.5], [1e300], [MAX])],
  ["rules", rules(["host"], "host < 'g'", "host >= 'g'")],
  ["rules over two columns", rules(["host", "n"], "host < 'g'", "host = 'g' AND n < 1", "host = 'g' AND n >= 1", "host > 'g'")],
])("%s is fine", (_, change) => {
  expect(validateTable(table(change))).toEqual([]);
});

type Case = readonly [code: string, change: Partial<TableDeclaration>, path: readonly (string | number)[], detail: readonly string[]];

const PARTITIONS = ["partitioning", "partitions"];

const CASES: readonly Case[] = [
  ["TABLE_NAME_ILLEGAL", { name: "Mixed Case" }, ["name"], ['"Mixed Case"', "Rename"]],
  ["TABLE_NAME_ILLEGAL", { name: "" }, ["name"], ['""']],
  ["DATABASE_NAME_ILLEGAL", { database: "1st" }, ["database"], ['"1st"']],
  ["TABLE_ENGINE_UNKNOWN", { engine: "mitto" }, ["engine"], ['"mitto"', 'Did you mean "mito"?']],
  ["COLUMN_TYPE_UNKNOWN", { columns: [...COLUMNS, { name: "x", type: "real", nullable: true }] }, ["columns", 10, "type"], ["Declare FLOAT instead"]],
  ["COLUMN_TYPE_UNKNOWN", { columns: [...COLUMNS, { name: "x", type: "NUMERIC(3, 1)", nullable: true }] }, ["columns", 10, "type"], ["Declare DECIMAL(p, s)"]],
  ["COLUMN_TYPE_UNKNOWN", { columns: [...COLUMNS, { name: "x", type: "STRNG", nullable: true }] }, ["columns", 10, "type"], ['Did you mean "STRING"?']],
  ["COLUMN_NAME_EMPTY", { columns: [...COLUMNS, { name: "", type: "INT", nullable: true }] }, ["columns", 10, "name"], ["Column 11"]],
  ["COLUMN_DUPLICATE", { columns: [...COLUMNS, { name: "n", type: "INT", nullable: true }] }, ["columns", 10, "name"], ["Columns 2 and 11", '"n"']],
  ["TIME_INDEX_MISSING", { timeIndex: "" }, ["time_index"], ["exactly one"]],
  ["TIME_INDEX_NOT_SINGLE", { timeIndex: ["ts", "at"] as unknown as string }, ["time_index"], ["2 columns"]],
  ["TIME_INDEX_COLUMN_MISSING", { timeIndex: "tts" }, ["time_index"], ['"tts"', 'Did you mean "ts"?']],
  ["TIME_INDEX_NOT_A_TIMESTAMP", { timeIndex: "v" }, ["time_index"], ["type INT", "TIMESTAMP(0)"]],
  ["TIME_INDEX_IN_PRIMARY_KEY", { primaryKey: ["host", "ts"] }, ["primary_key", 1], ["remove it"]],
  ["COLUMN_DEFAULT_INVALID", defaulted("INT", "abc"), ["columns", 10, "default"], ['"abc"', "whole digits"]],
  ["COLUMN_DEFAULT_INVALID", defaulted("INT", "1.5"), ["columns", 10, "default"], ["whole digits"]],
  ["COLUMN_DEFAULT_INVALID", defaulted("BOOL", "yes"), ["columns", 10, "default"], ["true or false"]],
  ["COLUMN_DEFAULT_INVALID", defaulted("JSON", "{}"), ["columns", 10, "default"], ["remove it"]],
  ["OPTIONS_CONTRADICT", { options: { append_mode: "true", merge_mode: "last_non_null" } }, ["options", "merge_mode"], ["Remove one"]],
  ["PRIMARY_KEY_DUPLICATE", { primaryKey: ["host", "host"] }, ["primary_key", 1], ['"host" twice']],
  ["PRIMARY_KEY_COLUMN_MISSING", { primaryKey: ["hots"] }, ["primary_key", 0], ['Did you mean "host"?']],
  ["PARTITION_COLUMNS_EMPTY", range([], []), ["partitioning", "columns"], ["at least one"]],
  ["PARTITION_COLUMN_DUPLICATE", range(["n", "n"], [1, 1], [MAX, MAX]), ["partitioning", "columns", 1], ['"n" twice']],
  ["PARTITION_COLUMN_MISSING", range(["hots"], [MAX]), ["partitioning", "columns", 0], ['Did you mean "host"?']],
  ["PARTITION_COLUMN_IS_EXPRESSION", range(["abs(n)"], [MAX]), ["partitioning", "columns", 0], ["a column of its own"]],
  ["PARTITION_COLUMN_IS_EXPRESSION", range(["n + 1"], [MAX]), ["partitioning", "columns", 0], ['"n + 1"']],
  ["PARTITION_COLUMN_NOT_IN_PRIMARY_KEY", range(["v"], [1], [MAX]), ["partitioning", "columns", 0], ['"v"', "Add"]],
  ["PARTITION_COLUMN_TYPE", range(["d"], [MAX]), ["partitioning", "columns", 0], ["DECIMAL(5, 2)", "breaks off"]],
  ["PARTITIONS_EMPTY", range(["n"]), PARTITIONS, ["MAXVALUE"]],
  ["PARTITIONS_EMPTY", rules(["n"]), PARTITIONS, ["cover every row"]],
  ["PARTITION_BOUND_COUNT", range(["host", "n"], ["a"], [MAX, MAX]), [...PARTITIONS, 0, "less_than"], ["('a')", "1 values for 2 columns (host, n)"]],
  ["PARTITION_BOUND_TYPE", range(["n"], ["x"], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["'x' is not a value of type INT"]],
  ["PARTITION_BOUND_TYPE", range(["n"], [1.5], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["1.5 is not a value of type INT"]],
  ["PARTITION_BOUND_TYPE", range(["n"], [NaN], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["NaN"]],
  ["PARTITION_BOUND_TYPE", range(["t8"], [-128], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["from -127 to 127"]],
  ["PARTITION_BOUND_TYPE", range(["t8"], [128n], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["does not fit"]],
  ["PARTITION_BOUND_TYPE", range(["host"], [10], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["'10'"]],
  ["PARTITION_BOUND_TYPE", range(["on"], ["yes"], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["true or false"]],
  ["PARTITION_BOUND_TYPE", range(["day"], ["2023-02-29"], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["2024-02-29"]],
  ["PARTITION_BOUND_TYPE", range(["at"], ["2024-01-01"], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["'2024-01-01 00:00:00'"]],
  ["PARTITION_BOUND_TYPE", range(["at"], ["2024-01-01 00:00:00.5"], [MAX]), [...PARTITIONS, 0, "less_than", 0], ["fewer digits"]],
  ["PARTITION_BOUNDS_NOT_INCREASING", range(["n"], [20], [10], [MAX]), [...PARTITIONS, 1, "less_than"], ["(20) of partition 1", "(10) of partition 2"]],
  ["PARTITION_BOUNDS_NOT_INCREASING", range(["n"], [10], [10], [MAX]), [...PARTITIONS, 1, "less_than"], ["is repeated by"]],
  ["PARTITION_BOUNDS_NOT_INCREASING", range(["n"], ["10"], ["9"], [MAX]), [...PARTITIONS, 1, "less_than"], ["is not below"]],
  ["PARTITION_BOUNDS_NOT_INCREASING", range(["host"], ["\u{10000}"], ["\u{ffff}"], [MAX]), [...PARTITIONS, 1, "less_than"], ["is not below"]],
  ["PARTITION_BOUNDS_NOT_INCREASING", range(["at"], ["2024-01-01 00:00:00"], ["2024-01-01 08:00:00+0800"], [MAX]), [...PARTITIONS, 1, "less_than"], ["is not below"]],
  ["PARTITION_BOUNDS_NOT_INCREASING", range(["host", "n"], ["a", MAX], ["a", 3], [MAX, MAX]), [...PARTITIONS, 1, "less_than"], ["('a', MAXVALUE)"]],
  ["PARTITION_MAXVALUE_MISSING", range(["n"], [10], [20]), [...PARTITIONS, 1, "less_than"], ["(20)", "End with"]],
  ["PARTITION_MAXVALUE_MISSING", range(["host"], ["a"], ["MAXVALUE"]), [...PARTITIONS, 1, "less_than"], ["{ maxvalue: true }"]],
  ["PARTITION_MAXVALUE_MISSING", range(["host", "n"], ["a", 1], [MAX, 1]), [...PARTITIONS, 1, "less_than"], ["in every column"]],
  ["PARTITION_MAXVALUE_NOT_LAST", range(["n"], [MAX], [10], [MAX]), [...PARTITIONS, 0, "less_than"], ["move it to the end"]],
  ["PARTITION_MAXVALUE_INCOMPLETE", range(["host", "n"], [MAX, 3], [MAX, MAX]), [...PARTITIONS, 0, "less_than"], ["(MAXVALUE, 3)"]],
  ["PARTITION_RULE_SYNTAX", rules(["n"], "n BETWEEN 1 AND 2"), [...PARTITIONS, 0, "rule"], ['"BETWEEN"', "character 3"]],
  ["PARTITION_RULE_COLUMN", rules(["n"], "m < 1", "n >= 1"), [...PARTITIONS, 0, "rule"], ['"m"', "Partition columns: n"]],
  ["PARTITION_RULE_CONSTANT", rules(["n"], "n < 'x'", "n >= 5"), [...PARTITIONS, 0, "rule"], ["type INT"]],
  ["PARTITION_RULES_GAP", rules(["n"], "n < 10", "n > 10"), PARTITIONS, ["n = 10 matches no partition", "half-open"]],
  ["PARTITION_RULES_GAP", rules(["n"], "n <= 0", "n >= 1"), PARTITIONS, ["0 < n < 1", "No INT lies there"]],
  ["PARTITION_RULES_GAP", rules(["on"], "on = true", "on = false"), PARTITIONS, ["on < false", "No BOOLEAN lies there"]],
  ["PARTITION_RULES_OVERLAP", rules(["host"], "host <= 'a'", "host >= 'a'"), [...PARTITIONS, 1], ["host = 'a' matches both partition 1 (host <= 'a') and partition 2"]],
  ["PARTITION_RULES_OVERLAP", rules(["n"], "n < 10 OR n < 5", "n >= 10"), [...PARTITIONS, 0], ["two alternatives of partition 1"]],
];

test.each(CASES)("%s: %j", (code, change, path, detail) => {
  const { database, name } = table(change);
  const diagnostics = validateTable(table(change)).filter((diagnostic) => diagnostic.code === code);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({ severity: "error", address: `${database}.${name}`, path });
  for (const part of detail) expect(diagnostics[0]?.detail).toContain(part);
  expect(diagnostics[0]?.summary).not.toMatch(/\.$/);
});

test("nothing else is said about a table with one mistake", () => {
  for (const [code, change] of CASES) {
    const unexpected = codes(validateTable(table(change))).filter((found) => found !== code);
    expect([code, unexpected]).toEqual([code, []]);
  }
});

test("named partitions: duplicates and the reserved name; a rule that holds nothing is a warning", () => {
  const partitioning: PartitioningDeclaration = {
    kind: "rules",
    columns: ["n"],
    partitions: [
      { name: "p0", rule: "n < 10" },
      { name: "p0", rule: "n >= 10" },
      { name: "*", rule: "n < 10 AND n > 20" },
    ],
  };
  const diagnostics = validateTable(table({ partitioning }));
  expect(diagnostics.map(({ severity, code, path }) => [severity, code, path])).toEqual([
    ["error", "PARTITION_NAME_DUPLICATE", [...PARTITIONS, 1, "name"]],
    ["error", "PARTITION_NAME_RESERVED", [...PARTITIONS, 2, "name"]],
    ["warning", "PARTITION_RULE_EMPTY", [...PARTITIONS, 2]],
  ]);
});

test("duplicate rules are named", () => {
  const diagnostics = validateTable(table(rules(["n"], "n < 10", "10 > n", "n >= 10")));
  expect(codes(diagnostics)).toEqual(["PARTITION_RULE_DUPLICATE", "PARTITION_RULES_OVERLAP"]);
});

test("all problems come at once, and the address can be given", () => {
  const diagnostics = validateTable(table({ name: "a b", timeIndex: "", primaryKey: ["x"], ...range(["v"], [2], [1]) }), { address: "App/table" });
  expect(codes(diagnostics)).toEqual([
    "TABLE_NAME_ILLEGAL",
    "TIME_INDEX_MISSING",
    "PRIMARY_KEY_COLUMN_MISSING",
    "PARTITION_COLUMN_NOT_IN_PRIMARY_KEY",
    "PARTITION_MAXVALUE_MISSING",
  ]);
  expect(new Set(diagnostics.map((diagnostic) => diagnostic.address))).toEqual(new Set(["App/table"]));
});

describe("unresolved values are skipped wherever they stand", () => {
  const isUnresolved = (value: unknown): boolean =>
    (typeof value === "string" && value.startsWith("${")) || value === -1e300 || (Array.isArray(value) && value.length === 1 && isUnresolved(value[0]));
  const token = "${later}";

  test.each<[string, Partial<TableDeclaration>]>([
    ["name", { name: token, database: token, engine: token }],
    ["time index", { timeIndex: token }],
    ["a column's name", { columns: [...COLUMNS.slice(0, -1), { name: token, type: "TIMESTAMP", nullable: false }] }],
    ["a column's type", { columns: COLUMNS.map((column) => ({ ...column, type: token })), ...range(["host"], [5], ["x"], [MAX]) }],
    ["the whole primary key", { primaryKey: [token], ...range(["v"], [1], [MAX]) }],
    ["an element of the primary key", { primaryKey: [token, "host"], ...range(["v"], [1], [MAX]) }],
    ["the partition columns", range([token], [1], [2, 3], [MAX])],
    ["an element of a bound", range(["host", "n"], ["b", -1e300], [token, 3], ["c", 3], [MAX, MAX])],
    ["a whole bound", range(["host", "n"], [token], ["c", 3], [MAX, MAX])],
    ["the last bound", range(["host"], ["a"], [token])],
    ["a rule", rules(["n"], "n < 10", token)],
    ["a partition's name", { partitioning: { kind: "range", columns: ["n"], partitions: [{ name: token, lessThan: [1] }, { name: token, lessThan: [MAX] }] } }],
    ["the list of partitions", { partitioning: { kind: "range", columns: ["n"], partitions: [token] as unknown as [] } }],
  ])("%s", (_, change) => {
    expect(validateTable(table(change), { isUnresolved })).toEqual([]);
  });

  test("what stands beside them is still checked", () => {
    const diagnostics = validateTable(table(range(["host"], ["z"], [token], ["a"], [MAX])), { isUnresolved });
    expect(codes(diagnostics)).toEqual(["PARTITION_BOUNDS_NOT_INCREASING"]);
  });
});
