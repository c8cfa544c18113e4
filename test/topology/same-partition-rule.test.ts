import { matchesPartition } from "../../src/topology/matches-partition";
import { parsePartitionRule } from "../../src/topology/parse-partition-rule";
import { samePartitionRule } from "../../src/topology/same-partition-rule";
import { formatDate, formatTimestamp, parseDate, parseTimestamp } from "../../src/topology/timestamp-text";
import { recorded, RECORDED_VERSIONS } from "./recorded";
import { canonicalType } from "../../src/topology/column-type";
import { partitionRules } from "../../src/topology/partition-rules";

test.each([
  ["a < 10", "10 > `a`"],
  ["a < 10", "a < 10.0"],
  ["a < 0", "a < -0"],
  ["a < 0", "a < -0.0"],
  ["a >= 10 AND a < 20", "a < 20 AND a >= 10"],
  ["a = 1 OR b = 2 AND c = 3", "c = 3 AND b = 2 OR a = 1"],
  ["ts < '2024-01-01 00:00:00'", "ts < '2024-01-01 00:00:00+0000'"],
  ["ts < '2024-01-01 08:00:00+08:00'", "ts < '2024-01-01T00:00:00.000Z'"],
  ["*", " * "],
])("%s is the same as %s", (a, b) => {
  expect(samePartitionRule(a, b)).toBe(true);
});

test.each([
  ["a < 10", "a <= 10"],
  ["a < 10", "A < 10"],
  ["a < 10", "a < '10'"],
  ["a = true", "a = 'true'"],
  ["ts < '2024-01-01 00:00:00'", "ts < '2024-01-01 00:00:01'"],
  ["a = 1 AND b = 2", "a = 1 OR b = 2"],
  ["a = 1 OR b = 2 AND c = 3", "a = 1 AND b = 2 OR c = 3"],
  ["*", "a < 10"],
])("%s is not the same as %s", (a, b) => {
  expect(samePartitionRule(a, b)).toBe(false);
});

test("types tell text that looks like a time from a time", () => {
  const [a, b] = ["c < '2024-01-01 00:00:00'", "c < '2024-01-01 00:00:00Z'"];
  expect(samePartitionRule(a, b, new Map([["c", "STRING"]]))).toBe(false);
  expect(samePartitionRule(a, b, new Map([["c", "DATETIME"]]))).toBe(true);
  expect(samePartitionRule("c < 0.1", "c < 0.10000000149", new Map([["c", "FLOAT"]]))).toBe(true);
  expect(samePartitionRule("c < 0.1", "c < 0.10000000149", new Map([["c", "DOUBLE"]]))).toBe(false);
});

interface RecordedType {
  readonly declared: string;
  readonly inserted?: string;
  readonly partition_rule?: string;
  readonly as_partition_column?: string;
}

describe.each(RECORDED_VERSIONS)("bounds of GreptimeDB %s", (version) => {
  const tried = recorded<RecordedType>(version, "types.jsonl").filter(
    (type) => type.partition_rule !== undefined || type.as_partition_column?.startsWith("(InvalidSyntax)") === true,
  );

  test.each(tried)("$inserted for a column of type $declared", ({ declared, inserted = "", partition_rule }) => {
    const rules = () => partitionRules({ kind: "rules", columns: ["c"], partitions: [{ rule: `c < ${inserted}` }] }, new Map([["c", declared]]));
    expect(canonicalType(declared)).toBeDefined();
    if (partition_rule === undefined) expect(rules).toThrow();
    else expect(rules()[0]?.key).toBe(partition_rule);
  });
});

test.each<[string, Readonly<Record<string, string | number | bigint | boolean | null>>, boolean]>([
  ["a < 10", { a: 9 }, true],
  ["a < 10", { a: 10n }, false],
  ["a < 10", { a: null }, true],
  ["a < 10", {}, true],
  ["a >= 10", { a: null }, false],
  ["a <> 10", { a: null }, true],
  ["a = NULL", { a: null }, true],
  ["a < 9007199254740993", { a: 9007199254740992n }, true],
  ["a < 0.3", { a: 0.1 }, true],
  ["a >= 'é'", { a: "z" }, false],
  ["a >= '\u{ffff}'", { a: "\u{10000}" }, true],
  ["a > false", { a: true }, true],
  ["a = 1 AND b = 2 OR c = 3", { a: 1, b: 1, c: 3 }, true],
  ["a = 1 AND b = 2 OR c = 3", { a: 1, b: 1, c: 4 }, false],
])("%s of %p is %p", (rule, row, expected) => {
  const parsed = parsePartitionRule(rule);
  if (parsed.kind === "problem") throw new Error(parsed.problem);
  expect(matchesPartition(parsed.expression, row)).toBe(expected);
});

test("a row's time is compared as an instant", () => {
  const parsed = parsePartitionRule("ts < '2024-01-01 00:00:00'");
  if (parsed.kind === "problem") throw new Error(parsed.problem);
  const types = new Map([["ts", "TIMESTAMP"]]);
  expect(matchesPartition(parsed.expression, { ts: "2024-01-01 07:59:59.999+0800" }, types)).toBe(true);
  expect(matchesPartition(parsed.expression, { ts: "2024-01-01T00:00:00Z" }, types)).toBe(false);
});

test("a number is not compared with text", () => {
  const parsed = parsePartitionRule("a < 'x'");
  if (parsed.kind === "problem") throw new Error(parsed.problem);
  expect(() => matchesPartition(parsed.expression, { a: 1 })).toThrow(RangeError);
});

test("every day reads back, and equals the calendar of JavaScript", () => {
  for (let days = -719_528; days <= 2_932_896; days += 97) {
    const text = formatDate(days) ?? "";
    expect(text).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
    expect(parseDate(text)).toBe(days);
  }
  expect([formatDate(-719_529), formatDate(2_932_897)]).toEqual([undefined, undefined]);
});

test.each([
  ["1969-12-31 23:59:59.999999999", "1969-12-31 23:59:59.999999999+0000"],
  ["2024-02-29T23:00:00.5-01:30", "2024-03-01 00:30:00.500+0000"],
  ["2024-01-01 00:00:00.123456 UTC", "2024-01-01 00:00:00.123456+0000"],
])("the time %s is %s", (text, expected) => {
  expect(formatTimestamp(parseTimestamp(text) ?? 0n)).toBe(expected);
});

test.each(["2024-01-01", "2024-13-01 00:00:00", "2023-02-29 00:00:00", "2024-01-01 24:00:00", "2024-01-01 00:60:00", "2024-01-01 00:00:00 CET", "x"])(
  "%s is no time",
  (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  },
);
