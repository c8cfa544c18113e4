import fc from "fast-check";
import { formatPartitionRule } from "../../src/topology/format-partition-rule";
import type { BoundValue, PartitioningDeclaration, TableDeclaration, UpperBound } from "../../src/topology/manifest";
import { matchesPartition, type PartitionRow } from "../../src/topology/matches-partition";
import { parsePartitionRule } from "../../src/topology/parse-partition-rule";
import { partitionCoverProblems } from "../../src/topology/partition-cover";
import { partitionRules } from "../../src/topology/partition-rules";
import { validateTable } from "../../src/topology/validate-table";

/** Values of a type in the server's order, NULL first: the order is stated here, not computed. */
const DOMAINS: Readonly<Record<string, readonly (BoundValue | null)[]>> = {
  INT: [null, -2147483647, -1, 0, 1, 9, 10],
  "BIGINT UNSIGNED": [null, 0n, 9007199254740993n, 9007199254740994n, 18446744073709551615n],
  DOUBLE: [null, -1.5, 0, 0.1, 0.3, 1e21],
  STRING: [null, "", "'", "A", "a", "ab", "é", "\u{ffff}", "\u{10000}"],
  BOOLEAN: [null, false, true],
  DATE: [null, "1969-12-31", "2024-02-29", "2024-03-01"],
  TIMESTAMP: [null, "1969-12-31 23:59:59.999", "2024-01-01 00:00:00", "2024-01-01 00:00:00.001"],
};

interface Sample {
  readonly types: readonly string[];
  readonly bounds: readonly UpperBound[];
  readonly positions: readonly (readonly number[])[];
}

/** A position beyond the domain's end is MAXVALUE. */
function boundAt(types: readonly string[], position: readonly number[]): UpperBound {
  return position.map((at, column) => DOMAINS[types[column] ?? ""]?.[at] ?? { maxvalue: true as const });
}

function size(type: string): number {
  return DOMAINS[type]?.length ?? 0;
}

/** Everything after a MAXVALUE is MAXVALUE. */
function settle(types: readonly string[], position: readonly number[]): readonly number[] {
  const first = position.findIndex((at, column) => at === size(types[column] ?? ""));
  return position.map((at, column) => (first >= 0 && column > first ? size(types[column] ?? "") : at));
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((value, index) => value !== b[index]);
  return differing < 0 ? 0 : (a[differing] ?? 0) - (b[differing] ?? 0);
}

const sample: fc.Arbitrary<Sample> = fc
  .array(fc.constantFrom(...Object.keys(DOMAINS)), { minLength: 1, maxLength: 3 })
  .chain((types) =>
    fc
      .array(fc.tuple(...types.map((type) => fc.integer({ min: 1, max: size(type) }))), { minLength: 1, maxLength: 6 })
      .map((drawn) => {
        const end = types.map(size);
        const settled = [...drawn.map((position) => settle(types, position)), end].sort(compare);
        const positions = settled.filter((position, index) => index === 0 || compare(settled[index - 1] ?? [], position) !== 0);
        return { types, positions, bounds: positions.map((position) => boundAt(types, position)) };
      }),
  );

function columnName(index: number): string {
  return ["b", "A col", "c"][index] ?? "";
}

function declare({ types, bounds }: Sample): { readonly partitioning: PartitioningDeclaration; readonly columns: ReadonlyMap<string, string> } {
  const columns = new Map(types.map((type, index) => [columnName(index), type]));
  return { partitioning: { kind: "range", columns: [...columns.keys()], partitions: bounds.map((lessThan) => ({ lessThan })) }, columns };
}

function* rows(types: readonly string[]): Generator<{ readonly position: readonly number[]; readonly row: PartitionRow }> {
  let positions: readonly (readonly number[])[] = [[]];
  for (const type of types) positions = positions.flatMap((head) => Array.from({ length: size(type) }, (_, at) => [...head, at]));
  for (const position of positions) {
    const entries = position.map((at, column) => [columnName(column), DOMAINS[types[column] ?? ""]?.[at] ?? null] as const);
    yield { position, row: Object.fromEntries(entries) };
  }
}

test("every row falls into exactly the partition whose bounds hold it", () => {
  fc.assert(
    fc.property(sample, (drawn) => {
      const { partitioning, columns } = declare(drawn);
      const rules = partitionRules(partitioning, columns);
      for (const { position, row } of rows(drawn.types)) {
        const expected = drawn.positions.findIndex((bound) => compare(position, bound) < 0);
        const found = rules.flatMap((rule, index) => (matchesPartition(rule.expression, row, columns) ? [index] : []));
        expect(found).toEqual(rules.length === 0 ? [] : [expected]);
      }
      expect(rules).toHaveLength(drawn.positions.length === 1 ? 0 : drawn.positions.length);
    }),
    { numRuns: 300 },
  );
});

test("the server's own test accepts the rules, and their text reads back", () => {
  fc.assert(
    fc.property(sample, (drawn) => {
      const { partitioning, columns } = declare(drawn);
      const rules = partitionRules(partitioning, columns);
      expect(partitionCoverProblems(rules.map(({ expression }) => expression), columns)).toEqual([]);
      for (const { key, expression } of rules) {
        expect(parsePartitionRule(key)).toEqual({ kind: "rule", expression });
        expect(formatPartitionRule(expression)).toBe(key);
      }
      const explicit: PartitioningDeclaration = { ...partitioning, kind: "rules", partitions: rules.map(({ key }) => ({ rule: key })) };
      expect(partitionRules(explicit, columns).map(({ key }) => key)).toEqual(rules.map(({ key }) => key));
    }),
    { numRuns: 300 },
  );
});

test("increasing bounds are valid, and exchanging two neighbours is not", () => {
  fc.assert(
    fc.property(sample, fc.nat(), (drawn, seed) => {
      const { partitioning, columns } = declare(drawn);
      expect(validateTable(tableWith(partitioning, columns))).toEqual([]);
      if (drawn.bounds.length < 3) return;
      const at = seed % (drawn.bounds.length - 2);
      const [first, second] = [drawn.bounds[at] ?? [], drawn.bounds[at + 1] ?? []];
      const bounds = drawn.bounds.with(at, second).with(at + 1, first);
      const codes = validateTable(tableWith(declare({ ...drawn, bounds }).partitioning, columns)).map(({ code }) => code);
      expect(codes).toContain("PARTITION_BOUNDS_NOT_INCREASING");
    }),
    { numRuns: 300 },
  );
});

function tableWith(partitioning: PartitioningDeclaration, columns: ReadonlyMap<string, string>): TableDeclaration {
  return {
    database: "public",
    name: "t",
    columns: [...[...columns].map(([name, type]) => ({ name, type, nullable: true })), { name: "ts", type: "TIMESTAMP", nullable: false }],
    primaryKey: [...columns.keys()],
    timeIndex: "ts",
    partitioning,
    engine: "mito",
    options: {},
    ignoreUndeclaredColumns: false,
    deletionProtection: true,
  };
}
