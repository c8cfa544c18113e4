import fc from "fast-check";
import { matchesPartition, type PartitionRow } from "../../src/topology/matches-partition";
import { partitionCoverProblems, type CoverProblem, type Witness, type WitnessCell } from "../../src/topology/partition-cover";
import { fromAlternatives, type Conjunction, type Literal, type PartitionComparison } from "../../src/topology/partition-expression";

const COLUMNS = ["a", "b", "c"] as const;
const TYPES = new Map(COLUMNS.map((column) => [column as string, "DOUBLE"]));
/** The constants 0, 1, 2, something below, between and above them. */
const VALUES = [null, -0.5, 0, 0.5, 1, 1.5, 2, 2.5] as const;

const comparison: fc.Arbitrary<PartitionComparison> = fc.record({
  kind: fc.constant("comparison" as const),
  column: fc.constantFrom(...COLUMNS),
  operator: fc.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const, "=" as const, "<>" as const),
  value: fc.integer({ min: 0, max: 2 }).map((value): Literal => ({ kind: "integer", value: BigInt(value) })),
});
type Rules = readonly (readonly Conjunction[])[];

const anyRules: fc.Arbitrary<Rules> = fc.array(
  fc.array(fc.array(comparison, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
  { minLength: 1, maxLength: 5 },
);

/** Splitting one rule again and again by a comparison and its opposite gives rules that cover everything exactly once. */
const soundRules: fc.Arbitrary<Rules> = fc.array(fc.tuple(comparison, fc.nat()), { minLength: 1, maxLength: 5 }).map((splits) => {
  const opposite = { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "=" } as const;
  let leaves: Conjunction[] = [[]];
  for (const [split, seed] of splits) {
    const at = seed % leaves.length;
    const leaf = leaves[at] ?? [];
    leaves = [...leaves.slice(0, at), [...leaf, split], [...leaf, { ...split, operator: opposite[split.operator] }], ...leaves.slice(at + 1)];
  }
  return leaves.map((leaf) => [leaf]);
});

/** One sound set, or one with an alternative left out or repeated in part: gaps and overlaps that are hard to see. */
const nearlySoundRules: fc.Arbitrary<Rules> = fc.tuple(soundRules, fc.nat(), comparison).map(([rules, seed, extra]) => {
  const at = seed % rules.length;
  return rules.map((rule, index) => (index === at ? rule.map((conjunction) => [...conjunction.slice(1), extra]) : rule));
});

const rules = fc.oneof(anyRules, soundRules, nearlySoundRules);

function problems(list: Rules): readonly CoverProblem[] {
  return partitionCoverProblems(list.map(fromAlternatives), TYPES);
}

/** How many alternatives hold a row. */
function holders(list: Rules, row: PartitionRow): number {
  return list.flat().filter((conjunction) => matchesPartition(fromAlternatives([conjunction]), row, TYPES)).length;
}

const ROWS: readonly PartitionRow[] = VALUES.flatMap((a) => VALUES.flatMap((b) => VALUES.map((c) => ({ a, b, c }))));

function valueIn(cell: WitnessCell): number {
  const number = (literal: Literal): number => Number(literal.kind === "integer" ? literal.value : NaN);
  switch (cell.kind) {
    case "point":
      return number(cell.value);
    case "below":
      return number(cell.first) - 0.5;
    case "above":
      return number(cell.last) + 0.5;
    case "between":
      return (number(cell.low) + number(cell.high)) / 2;
  }
}

function rowOf(witness: Witness): PartitionRow {
  return Object.fromEntries(witness.map((cell) => [cell.column, valueIn(cell)]));
}

test("a gap or an overlap is found exactly when trying every row finds one, and its witness is one", () => {
  const seen = { sound: 0, gap: 0, overlap: 0 };
  fc.assert(
    fc.property(rules, (list) => {
      const found = problems(list);
      const counts = ROWS.map((row) => holders(list, row));
      const gap = found.find((problem) => problem.kind === "gap");
      const overlap = found.find((problem) => problem.kind === "overlap");
      expect([gap !== undefined, overlap !== undefined]).toEqual([counts.includes(0), counts.some((count) => count > 1)]);
      if (gap?.kind === "gap") expect(holders(list, rowOf(gap.witness))).toBe(0);
      if (overlap?.kind === "overlap") {
        const row = rowOf(overlap.witness);
        expect(holders(list, row)).toBeGreaterThan(1);
        for (const rule of overlap.rules) expect(matchesPartition(fromAlternatives(list[rule] ?? []), row, TYPES)).toBe(true);
      }
      if (gap !== undefined) seen.gap += 1;
      if (overlap !== undefined) seen.overlap += 1;
      if (gap === undefined && overlap === undefined) seen.sound += 1;
    }),
    { numRuns: 250 },
  );
  expect(Math.min(seen.sound, seen.gap, seen.overlap)).toBeGreaterThan(20);
});

test("a rule is called empty exactly when no row matches it", () => {
  fc.assert(
    fc.property(rules, (list) => {
      const matched = list.map((rule) => ROWS.some((row) => matchesPartition(fromAlternatives(rule), row, TYPES)));
      const empty = problems(list).find((problem) => problem.kind === "empty");
      expect(empty?.kind === "empty" ? empty.rule : -1).toBe(matched.indexOf(false));
    }),
    { numRuns: 100 },
  );
});

test("the order of the rules changes nothing about what is found", () => {
  const place = (list: readonly CoverProblem[]): readonly unknown[] =>
    list.map((problem): unknown => ("witness" in problem ? [problem.kind, problem.witness] : problem.kind));
  fc.assert(
    fc.property(rules, fc.gen(), (list, gen) => {
      const shuffled = gen(() => fc.shuffledSubarray([...list], { minLength: list.length }));
      expect(place(problems(shuffled))).toEqual(place(problems(list)));
    }),
    { numRuns: 300 },
  );
});
