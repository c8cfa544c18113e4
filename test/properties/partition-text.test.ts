import fc from "fast-check";
import { formatPartitionRule, formatPartitionRuleSql } from "../../src/topology/format-partition-rule";
import { parsePartitionRule } from "../../src/topology/parse-partition-rule";
import { fromAlternatives, type Conjunction, type Literal, type PartitionComparison, type PartitionExpression } from "../../src/topology/partition-expression";
import { samePartitionRule } from "../../src/topology/same-partition-rule";

const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc.bigInt().map((value): Literal => ({ kind: "integer", value })),
  fc
    .tuple(fc.bigInt(), fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 1, max: 9 }))
    .map(([whole, zeros, last]): Literal => ({ kind: "decimal", text: `${whole}.${zeros}${last}` })),
  fc.string({ unit: "binary" }).map((value): Literal => ({ kind: "string", value })),
  fc.boolean().map((value): Literal => ({ kind: "boolean", value })),
  fc.constant<Literal>({ kind: "null" }),
);

const column = fc.oneof(
  fc.constantFrom("a", "Host", "order", "and", "TRUE", "null", "größe", "my col", "we`ird", 'q"q', "1st", "a-b"),
  fc.string({ unit: "binary", minLength: 1 }),
);

const comparison: fc.Arbitrary<PartitionComparison> = fc.record({
  kind: fc.constant("comparison" as const),
  column,
  operator: fc.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const, "=" as const, "<>" as const),
  value: literal,
});

const disjunction: fc.Arbitrary<readonly Conjunction[]> = fc.array(fc.array(comparison, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });

/** Any nesting, also those that no text can express as they are. */
const tree: fc.Arbitrary<PartitionExpression> = fc.letrec<{ tree: PartitionExpression }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    comparison,
    fc.record({ kind: fc.constantFrom("and" as const, "or" as const), left: tie("tree"), right: tie("tree") }),
  ),
})).tree;

function read(text: string): PartitionExpression {
  const parsed = parsePartitionRule(text);
  if (parsed.kind === "problem") throw new Error(`${text}: ${parsed.problem}`);
  return parsed.expression;
}

test("what is written reads back the same", () => {
  fc.assert(
    fc.property(disjunction.map(fromAlternatives), (rule) => {
      expect(read(formatPartitionRule(rule))).toEqual(rule);
      expect(read(formatPartitionRuleSql(rule))).toEqual(rule);
    }),
    { numRuns: 1000 },
  );
});

test("the canonical text is a fixed point, whatever the nesting", () => {
  fc.assert(
    fc.property(tree, (rule) => {
      const text = formatPartitionRule(rule);
      expect(formatPartitionRule(read(text))).toBe(text);
      expect(samePartitionRule(text, rule)).toBe(true);
    }),
  );
});

test("the order of what AND and OR join does not matter for sameness, another operator does", () => {
  fc.assert(
    fc.property(disjunction, fc.gen(), (list, gen) => {
      const shuffle = <T>(items: readonly T[]): readonly T[] => gen(() => fc.shuffledSubarray([...items], { minLength: items.length }));
      const shuffled = shuffle(list).map((conjunction) => shuffle(conjunction));
      expect(samePartitionRule(fromAlternatives(list), fromAlternatives(shuffled))).toBe(true);
      const single = list[0]?.[0];
      if (single === undefined) return;
      const operator = single.operator === "<" ? "<=" : "<";
      expect(samePartitionRule(single, { ...single, operator })).toBe(false);
    }),
  );
});

test("no text makes the parser throw", () => {
  const piece = fc.constantFrom("a", "`", "'", '"', " ", "<", ">=", "!=", "-", "+", "1", ".", "e", "(", ")", "AND", "OR", "NOT", "NULL", "BETWEEN", ",", "\u{10000}", "\u{d800}");
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.array(piece).map((pieces) => pieces.join(""))), (text) => {
      expect(["rule", "problem"]).toContain(parsePartitionRule(text).kind);
    }),
    { numRuns: 2000 },
  );
});
