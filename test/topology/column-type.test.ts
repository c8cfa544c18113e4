import { canonicalType, integerBoundRange, partitionTypeProblem, typeFamily } from "../../src/topology/column-type";
import { recorded, RECORDED_VERSIONS } from "./recorded";

interface RecordedType {
  readonly declared: string;
  readonly show_create?: string;
  readonly partition_rule?: string;
  readonly as_partition_column?: string;
}

describe.each(RECORDED_VERSIONS)("types of GreptimeDB %s", (version) => {
  const types = recorded<RecordedType>(version, "types.jsonl");

  test.each(types.map((type) => [type.declared, type.show_create] as const))("%s shows as %s", (declared, shown) => {
    const expected = shown?.startsWith("JSON") === true ? "JSON" : shown;
    expect(canonicalType(declared)).toBe(expected);
    if (shown !== undefined) expect(canonicalType(shown)).toBe(expected);
  });

  /** A type may partition when the server made the table and could show the rule, or refused only the bound that was tried. */
  test.each(types.filter((type) => type.show_create !== undefined))("$declared as partition column", (type) => {
    const problem = partitionTypeProblem(canonicalType(type.declared) ?? "");
    const boundRefused = type.as_partition_column?.startsWith("(InvalidSyntax)") === true;
    expect(problem === undefined).toBe(type.partition_rule !== undefined || boundRefused);
  });
});

test.each([
  ["  int   unsigned ", "INT UNSIGNED"],
  ["timestamp (3)", "TIMESTAMP(3)"],
  ["Decimal( 20 , 4 )", "DECIMAL(20,4)"],
  ["DECIMAL(5)", "DECIMAL(5,0)"],
  ["JSON(format = 'structured')", "JSON"],
  ["TIMESTAMP(1)", undefined],
  ["DECIMAL(39,1)", undefined],
  ["DECIMAL(4,5)", undefined],
  ["VECTOR", undefined],
  ["VECTOR(0)", undefined],
  ["INT(", undefined],
  ["", undefined],
  ["constructor", undefined],
])("canonical form of %p", (text, expected) => {
  expect(canonicalType(text)).toBe(expected);
});

test("families", () => {
  const families = ["BIGINT UNSIGNED", "DOUBLE", "STRING", "BOOLEAN", "DATE", "TIMESTAMP(9)", "DECIMAL(3,1)", "VARBINARY", "JSON", "VECTOR(3)"].map(typeFamily);
  expect(families).toEqual(["integer", "float", "string", "boolean", "date", "timestamp", "decimal", "binary", "json", "vector"]);
  expect(() => typeFamily("REAL")).toThrow(RangeError);
});

test("the smallest value of a signed type cannot be a bound", () => {
  expect(integerBoundRange("TINYINT")).toEqual({ min: -127n, max: 127n });
  expect(integerBoundRange("BIGINT UNSIGNED")).toEqual({ min: 0n, max: 18446744073709551615n });
});
