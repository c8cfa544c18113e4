import type { PartitioningDeclaration, UpperBound } from "../../src/topology/manifest";
import { partitionRules } from "../../src/topology/partition-rules";

const MAX = { maxvalue: true } as const;

function keys(columns: Record<string, string>, ...bounds: readonly UpperBound[]): readonly string[] {
  const partitioning: PartitioningDeclaration = {
    kind: "range",
    columns: Object.keys(columns),
    partitions: bounds.map((lessThan) => ({ lessThan })),
  };
  return partitionRules(partitioning, new Map(Object.entries(columns))).map((rule) => rule.key);
}

describe("ranges become rules", () => {
  test("one column: half-open ranges", () => {
    expect(keys({ a: "INT" }, [10], [20], [MAX])).toEqual(["a < 10", "a >= 10 AND a < 20", "a >= 20"]);
  });

  test("two columns: alternatives that exclude each other", () => {
    expect(keys({ a: "INT", b: "STRING" }, [10, "m"], [20, "p"], [MAX, MAX])).toEqual([
      "a < 10 OR a = 10 AND b < 'm'",
      "a = 10 AND b >= 'm' OR a > 10 AND a < 20 OR a = 20 AND b < 'p'",
      "a = 20 AND b >= 'p' OR a > 20",
    ]);
  });

  test("two columns with the same first value", () => {
    expect(keys({ a: "INT", b: "STRING" }, [10, "a"], [10, "o"], [MAX, MAX])).toEqual([
      "a < 10 OR a = 10 AND b < 'a'",
      "a = 10 AND b >= 'a' AND b < 'o'",
      "a = 10 AND b >= 'o' OR a > 10",
    ]);
  });

  test("MAXVALUE in a later column only: every value of that column", () => {
    expect(keys({ a: "INT", b: "STRING" }, [10, MAX], [20, "x"], [20, MAX], [MAX, MAX])).toEqual([
      "a < 10 OR a = 10",
      "a > 10 AND a < 20 OR a = 20 AND b < 'x'",
      "a = 20 AND b >= 'x'",
      "a > 20",
    ]);
  });
});
