import { formatWitness, partitionCoverProblems, type WitnessCell } from "../../src/topology/partition-cover";
import { parsePartitionRule } from "../../src/topology/parse-partition-rule";
import type { Literal, PartitionExpression } from "../../src/topology/partition-expression";
import { recordedPartitionings, RECORDED_VERSIONS } from "./recorded";

function read(rules: readonly string[]): readonly PartitionExpression[] {
  return rules.map((rule) => {
    const parsed = parsePartitionRule(rule);
    if (parsed.kind === "problem") throw new Error(parsed.problem);
    return parsed.expression;
  });
}

/** How the server writes a witness: no quotes, no spaces around the sign. */
function serverText(cell: WitnessCell): string {
  switch (cell.kind) {
    case "point":
      return `${cell.column}=${plain(cell.value)}`;
    case "below":
      return `${cell.column}<${plain(cell.first)}`;
    case "above":
      return `${cell.column}>${plain(cell.last)}`;
    case "between":
      return `${plain(cell.low)}<${cell.column}<${plain(cell.high)}`;
  }
}

function plain(literal: Literal): string {
  if (literal.kind === "null") return "Null";
  return literal.kind === "decimal" ? literal.text : String(literal.value);
}

function serverRefusal(rules: readonly string[], types: ReadonlyMap<string, string>): string | undefined {
  const [problem] = partitionCoverProblems(read(rules), types).filter(({ kind }) => kind !== "empty");
  if (problem === undefined || problem.kind === "empty") return undefined;
  if (problem.kind === "duplicate") return "Duplicate expr";
  return `Checkpoint \`${problem.witness.map(serverText).join(", ")}\` is ${problem.kind === "gap" ? "not covered" : "overlapped"}`;
}

describe.each(RECORDED_VERSIONS)("GreptimeDB %s", (version) => {
  const judged = recordedPartitionings(version).filter(
    ({ refusal, rules }) => rules.length > 0 && (refusal === undefined || refusal.includes("Checkpoint") || refusal.includes("already exists")),
  );

  test("there is something to judge", () => {
    expect(judged.filter((table) => table.refusal === undefined).length).toBeGreaterThan(8);
    expect(judged.filter((table) => table.refusal?.includes("Checkpoint") === true).length).toBe(7);
  });

  test.each(judged.map((table) => [table.rules.join(", "), table] as const))("judges %s as we do", (_, { rules, types, refusal }) => {
    const expected = refusal?.includes("Checkpoint") === true ? refusal.replace("(InvalidArguments): ", "") : undefined;
    expect(serverRefusal(rules, types)).toBe(expected);
  });
});

const TYPES = new Map([
  ["a", "INT"],
  ["b", "STRING"],
  ["f", "FLOAT"],
  ["ts", "TIMESTAMP"],
]);

test.each([
  [["a <= 0", "a >= 1"], "gap 0 < a < 1"],
  [["a < 10", "a >= 10 AND b < 'm'", "a >= 10 AND b > 'm'"], "gap a = 10 and b = 'm'"],
  [["a < 10", "a > 10"], "gap a = 10"],
  [["a < 10", "a >= 10", "a = 10"], "overlap a = 10 (1, 2)"],
  [["a < 10 OR a < 5", "a >= 10"], "overlap a < 5 (0, 0)"],
  [["a < 10", "a >= 10", "10 > a"], "duplicate (0, 2), overlap a < 10 (0, 2)"],
  [["a < 10", "a >= 10", "a > 20 AND a < 10"], "empty 2"],
  [["f < 0.1", "f >= 0.10000000149"], ""],
  [["ts < '2024-01-01 00:00:00'", "ts >= '2024-01-01 01:00:00+0100'"], ""],
  [["a <= NULL", "a > NULL"], ""],
  [["b < '\u{ffff}'", "b >= '\u{ffff}' AND b < '\u{10000}'", "b >= '\u{10000}'"], ""],
])("%j", (rules, expected) => {
  const found = partitionCoverProblems(read(rules), TYPES).map((problem) => {
    switch (problem.kind) {
      case "gap":
        return `gap ${formatWitness(problem.witness)}`;
      case "overlap":
        return `overlap ${formatWitness(problem.witness)} (${problem.rules.join(", ")})`;
      case "duplicate":
        return `duplicate (${problem.rules.join(", ")})`;
      case "empty":
        return `empty ${problem.rule}`;
    }
  });
  expect(found.join(", ")).toBe(expected);
});

test("thousands of ranges over two columns are checked without multiplying the columns", () => {
  const bounds = Array.from({ length: 3000 }, (_, index) => index);
  const rules = [
    "a < 0 OR a = 0 AND b < 'm'",
    ...bounds.slice(1).map((n) => `a = ${n - 1} AND b >= 'm' OR a > ${n - 1} AND a < ${n} OR a = ${n} AND b < 'm'`),
    "a = 2999 AND b >= 'm' OR a > 2999",
  ];
  expect(partitionCoverProblems(read(rules), TYPES)).toEqual([]);
});
