import { formatPartitionRule, formatPartitionRuleSql } from "../../src/topology/format-partition-rule";
import { parsePartitionRule } from "../../src/topology/parse-partition-rule";
import type { PartitionExpression } from "../../src/topology/partition-expression";
import { recordedPartitionings, RECORDED_VERSIONS, shownPartitionings } from "./recorded";

function read(text: string, columns?: readonly string[]): PartitionExpression {
  const parsed = parsePartitionRule(text, columns);
  if (parsed.kind === "problem") throw new Error(`${text}: ${parsed.problem}`);
  return parsed.expression;
}

function canonical(text: string, columns?: readonly string[]): string {
  return formatPartitionRule(read(text, columns));
}

describe.each(RECORDED_VERSIONS)("rules of GreptimeDB %s", (version) => {
  test("what SHOW CREATE TABLE prints reads and prints the same, but for minus zero", () => {
    const rules = shownPartitionings(version).flatMap((table) => table.rules);
    expect(rules.length).toBeGreaterThan(30);
    expect(rules.map((rule) => canonical(rule))).toEqual(rules.map((rule) => rule.replace("< -0", "< 0")));
  });

  test("every rule that the server took is read, and what it called no partition expression is not", () => {
    for (const { rules, refusal } of recordedPartitionings(version)) {
      const refused = refusal?.includes("invalid partition expr") === true;
      expect(rules.map((rule) => [rule, parsePartitionRule(rule).kind])).toEqual(rules.map((rule) => [rule, refused ? "problem" : "rule"]));
    }
  });
});

test.each([
  ["10 < a", "a > 10"],
  ["10 <= a", "a >= 10"],
  ["10 > a", "a < 10"],
  ["10 >= a", "a <= 10"],
  ["10 = a", "a = 10"],
  ["10 <> a", "a <> 10"],
  ["10 <= a AND 20 >= a", "a >= 10 AND a <= 20"],
  ["a != 1", "a <> 1"],
  ["`a`<10 or `b`>=+5.50", "a < 10 OR b >= 5.5"],
  ['"Host" = \'x\'', "Host = 'x'"],
  ["a < -0", "a < 0"],
  ["a < 1e3", "a < 1000"],
  ["a < .5", "a < 0.5"],
  ["a = True", "a = true"],
  ["a <= null", "a <= NULL"],
  ["a = 'it''s'", "a = 'it''s'"],
  ["a = ''", "a = ''"],
  ["a = 'é中'", "a = 'é中'"],
  ["größe < 1", "größe < 1"],
  ["`my col` < 1", "`my col` < 1"],
  ["`we``ird` < 1", "`we``ird` < 1"],
  ["`true` = 1", "`true` = 1"],
  ["select < 1", "select < 1"],
  ["a < 9223372036854775808", "a < 9223372036854775808"],
  ["a < 0.1234567890123456789012", "a < 0.1234567890123456789012"],
])("%p is %p", (text, expected) => {
  expect(canonical(text)).toBe(expected);
  expect(canonical(expected)).toBe(expected);
});

test("AND binds tighter than OR", () => {
  expect(read("a = 1 OR b = 2 AND c = 3")).toMatchObject({ kind: "or", left: { column: "a" }, right: { kind: "and" } });
});

test("an AND over an OR, which no text can say, is multiplied out", () => {
  const [left, right] = [read("a = 1 OR a = 2"), read("b = 3")];
  expect(formatPartitionRule({ kind: "and", left, right })).toBe("a = 1 AND b = 3 OR a = 2 AND b = 3");
});

test("known columns may stand bare as the server prints them", () => {
  expect(canonical("my col < 1 AND a-b >= 2", ["a-b", "my col", "my co"])).toBe("`my col` < 1 AND `a-b` >= 2");
  expect(canonical("true = 1 AND in < 2", ["true", "in"])).toBe("`true` = 1 AND `in` < 2");
  expect(parsePartitionRule("my col < 1").kind).toBe("problem");
});

test("for SQL every column is back-ticked", () => {
  expect(formatPartitionRuleSql(read("Host < 'g' AND `a``b` = 1"))).toBe("`Host` < 'g' AND `a``b` = 1");
});

test.each([
  ["", "empty", "a >= 10 AND a < 20"],
  ["(a < 10)", '"(": parentheses', "AND binds tighter"],
  ["a < 10 AND (b = 1 OR b = 2)", '"(": parentheses', "becomes a AND c OR b AND c"],
  ["abs(a) < 10", 'function "abs("', "one column with one constant"],
  ["a + 1 < 10", "calculation a +", "one column with one constant"],
  ["a % 2 = 0", "calculation a %", "one column with one constant"],
  ["a BETWEEN 1 AND 2", '"BETWEEN"', "a >= 10 AND a < 20"],
  ["a IN (1, 2)", '"IN"', "a = 1 OR a = 2"],
  ["a IS NULL", '"IS"', "NULL sorts before every value"],
  ["a LIKE 'x%'", '"LIKE"', "Write a range"],
  ["NOT a < 10", '"NOT"', "NOT a < 10 becomes a >= 10"],
  ["a < b", "comparison of two columns", "one column with one constant"],
  ["1 < 2", "comparison of two constants", "one column with one constant"],
  ["a", "the end of the rule", "one column"],
  ["a <", "the end of the rule", "one column"],
  ["a < 10 AND", "the end of the rule", "one column"],
  ["a < 10 b > 5", '"b"', "one column"],
  ["a < 'x", "opening quote", "Close it"],
  ["a < -'x'", 'found "-"', "one column"],
  ["a < - - 1", 'found "-"', "one column"],
  ["ts < TIMESTAMP '2024-01-01'", "typed constants", "without a type"],
  ["a < 10;", '";"', "one column"],
  ["a == 10", '"="', "one column"],
  ["a < 1e999", "1e999", "one column"],
])("%p is refused", (text, problem, advice) => {
  const parsed = parsePartitionRule(text);
  expect(parsed).toMatchObject({ kind: "problem", problem: expect.stringContaining(problem), advice: expect.stringContaining(advice) });
});

test("the offset of a problem", () => {
  expect(parsePartitionRule("a < 10 AND (b = 1)")).toMatchObject({ offset: 11 });
});
