import fc from "fast-check";
import { ServerError } from "../../../../src/devcluster/greptimedb/model/types";
import { checkCheckpoints, checkClosed } from "../../../../src/devcluster/greptimedb/partition/check-rules";
import { matchesRule } from "../../../../src/devcluster/greptimedb/partition/evaluate-rule";
import { mergeRules } from "../../../../src/devcluster/greptimedb/partition/merge-rules";
import { printRule } from "../../../../src/devcluster/greptimedb/partition/print-rule";
import { convertRule } from "../../../../src/devcluster/greptimedb/partition/rule";
import type { ComparisonOperator, RuleExpression } from "../../../../src/devcluster/greptimedb/partition/rule-expression";
import { parseExpressionText } from "../../../../src/devcluster/greptimedb/syntax/parse-statement";
import { INT32, STRING } from "../../../../src/devcluster/greptimedb/types/data-type";

const COLUMNS = [{ name: "a", type: INT32 }, { name: "b", type: STRING }];
const rule = (text: string): RuleExpression => convertRule(parseExpressionText(text), COLUMNS, "UTC");
const rules = (...texts: readonly string[]): readonly RuleExpression[] => texts.map(rule);

function refusal(fn: () => void): string | null {
  try {
    fn();
    return null;
  } catch (error) {
    if (error instanceof ServerError) return error.message;
    throw error;
  }
}

describe("rules of a partition clause", () => {
  test.each([
    ["10 > a", "a < 10"],
    ["a>=10 and a<20", "a >= 10 AND a < 20"],
    ["'it''s' <= b", "b >= 'it''s'"],
    ["a < -1", "a < -1"],
    ["a != 3", "a <> 3"],
    ["a = 1 AND b < 'x' OR a > 1", "a = 1 AND b < 'x' OR a > 1"],
  ])("%s reads back as %s", (written, printed) => {
    expect(printRule(rule(written), "sql")).toBe(printed);
  });

  test.each([
    ["a + 1 < 1", "Invalid partition rule: invalid partition expr a + 1 < 1"],
    ["a", "Invalid partition rule: partition rule must be a binary expression"],
    ["a < 'x'", "Column <NONAME> expect type: Int32(Int32Type), actual: String(StringType { size_type: Utf8 })"],
    ["a < 99999999999", "Failed to parse value: Fail to parse number 99999999999, ParseIntError { kind: PosOverflow }"],
    ["a < 1.5", "Failed to parse value: Fail to parse number 1.5, ParseIntError { kind: InvalidDigit }"],
    ["c < 1", "Cannot find column by name: c"],
  ])("%s is refused", (written, message) => {
    expect(refusal(() => rule(written))).toBe(message);
  });

  test.each([
    [["a < 10", "a > 10 AND a < 20", "a >= 20"], "Checkpoint `a=10` is not covered"],
    [["a < 10", "a < 5"], "Checkpoint `a<5` is overlapped"],
    [["a < 10", "a >= 10 AND a < 20"], "Checkpoint `a=20` is not covered"],
    [["b >= 'a'", "b <= 'o'"], "Checkpoint `b=a` is overlapped"],
    [["a < 10", "a < 10"], "Duplicate expr: a < 10"],
    [["a != 10", "a = 10"], null],
    [["a < 10 OR a >= 20", "a >= 10 AND a < 20"], null],
    [[], null],
  ] as const)("%j: %s", (texts, message) => {
    expect(refusal(() => checkCheckpoints(rules(...texts)))).toBe(message);
  });

  test("before 0.15 only open bounds are noticed", () => {
    expect(refusal(() => checkClosed(rules("a < 10", "a > 10")))).toBe("Unclosed value Int32(10) on column a");
    expect(refusal(() => checkClosed(rules("a < 10", "a >= 10")))).toBeNull();
  });

  test("a set of rules passes exactly when every value, NULL too, falls under one rule", () => {
    const operator = fc.constantFrom<ComparisonOperator>("=", "<", "<=", ">", ">=");
    const leaf = fc.record({ kind: fc.constant("comparison" as const), column: fc.constant("a"), type: fc.constant(INT32), op: operator, value: fc.integer({ min: 0, max: 3 }).map((n) => BigInt(2 * n)) });
    const oneRule: fc.Arbitrary<RuleExpression> = fc.oneof(leaf, fc.tuple(leaf, leaf).map(([left, right]) => ({ kind: "and" as const, left, right })));
    fc.assert(
      fc.property(fc.array(oneRule, { minLength: 1, maxLength: 4 }), (set) => {
        fc.pre(new Set(set.map((r) => printRule(r, "sql"))).size === set.length);
        const values = [null, ...Array.from({ length: 9 }, (_, i) => BigInt(i - 1))];
        const exactlyOne = values.every((value) => set.filter((r) => matchesRule(r, () => value)).length === 1);
        expect(refusal(() => checkCheckpoints(set)) === null).toBe(exactlyOne);
      }),
      { numRuns: 1000 },
    );
  });

  test("ranges cut at any bounds pass, and merging neighbours keeps every value's place", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 8 }), fc.nat(), (bounds, pick) => {
        const sorted = [...bounds].sort((x, y) => x - y);
        const texts = [`a < ${sorted[0]}`, ...sorted.slice(1).map((high, i) => `a >= ${sorted[i]} AND a < ${high}`), `a >= ${sorted.at(-1)}`];
        const set = rules(...texts);
        expect(refusal(() => checkCheckpoints(set))).toBeNull();
        const at = pick % (set.length - 1);
        const merged = mergeRules([set[at + 1]!, set[at]!]);
        expect(merged.kind === "comparison" || merged.kind === "and").toBe(true);
        for (let n = -52; n <= 52; n++) {
          const value = (): bigint => BigInt(n);
          expect(matchesRule(merged, value)).toBe(matchesRule(set[at]!, value) || matchesRule(set[at + 1]!, value));
        }
      }),
      { numRuns: 100 },
    );
  });
});
