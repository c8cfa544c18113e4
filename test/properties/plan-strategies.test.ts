import * as fc from "fast-check";
import { planCluster } from "../../src/planning/plan-cluster";
import { parsePlan, planToJson } from "../../src/planning/plan-json";
import type { PlacedRegion } from "../../src/planning/placed-region";
import { planPlacement, type PlacementPlan, type PlacementProblem } from "../../src/planning/plan-placement";
import type { PlacementRule } from "../../src/planning/placement-rule";
import { datanodeId, regionIdOf, type PartitionKey } from "../../src/topology/ids";
import { DEFAULT_LIMITS, type GreptimeClusterDeclaration } from "../../src/topology/manifest";
import { applied, declare, observe } from "../planning/fixtures";

const RUNS = process.env["TOPOFORM_DEEP"] === "1" ? 20_000 : 600;

interface Case {
  readonly strategy: "pinned" | "balance" | "spread";
  readonly by: "regions" | "bytes";
  readonly leaders: readonly (readonly number[])[];
  readonly mebibytes: readonly number[];
  readonly datanodes: number;
  readonly zones: number;
  readonly excluded: readonly number[];
  readonly capacity: number | undefined;
  readonly pins: readonly (number | null)[];
}

/** Capacity binds, so that the tables depend on each other: spread once, it was spread again by the next plan. */
const CAPACITY_BINDS: Case = {
  strategy: "spread",
  by: "regions",
  leaders: [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 1, 1, 1],
    [0, 3, 3, 0, 3, 0, 3, 0],
  ],
  mebibytes: [1, 1, 1, 1, 1],
  datanodes: 4,
  zones: 2,
  excluded: [1],
  capacity: 7,
  pins: [null, null, null],
};

const cases: fc.Arbitrary<Case> = fc.integer({ min: 2, max: 7 }).chain((datanodes) =>
  fc.record({
    strategy: fc.constantFrom("pinned", "balance", "spread"),
    by: fc.constantFrom("regions", "bytes"),
    leaders: fc.array(fc.array(fc.nat(datanodes - 1), { minLength: 1, maxLength: 14 }), { minLength: 1, maxLength: 4 }),
    mebibytes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 5, maxLength: 5 }),
    datanodes: fc.constant(datanodes),
    zones: fc.integer({ min: 1, max: 3 }),
    excluded: fc.uniqueArray(fc.nat(datanodes - 1), { maxLength: datanodes - 1 }),
    capacity: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
    pins: fc.array(fc.option(fc.nat(datanodes - 1), { freq: 4 }), { minLength: 3, maxLength: 3 }),
  }),
);

function regionsOf({ leaders, mebibytes }: Case): readonly PlacedRegion[] {
  return leaders.flatMap((own, table) =>
    own.map((leader, number) => ({
      table: { database: "public", name: `t${table}` },
      partition: `a = ${number}` as PartitionKey,
      region: regionIdOf(1024 + table, number),
      leader: datanodeId(leader),
      status: "ALIVE" as const,
      sizeBytes: BigInt(mebibytes[(table + number) % mebibytes.length]!) << 20n,
      followers: [],
    })),
  );
}

function ruleOf(input: Case, datanodes = input.datanodes): PlacementRule {
  return {
    name: "placement",
    tables: input.leaders.map((_, table) => ({ database: "public", name: `t${table}` })),
    strategy: input.strategy,
    by: input.by,
    datanodes: Array.from({ length: datanodes }, (_, id) => ({ id: datanodeId(id), zone: `z${id % input.zones}` })),
    exclude: input.excluded.map(datanodeId),
    capacity: input.capacity === undefined ? {} : { regions: input.capacity },
  };
}

function problemOf(input: Case, regions = regionsOf(input), rule = ruleOf(input)): PlacementProblem {
  const pins = input.pins.flatMap((datanode, number) =>
    datanode === null || number >= input.leaders[0]!.length
      ? []
      : [[`a = ${number}` as PartitionKey, datanodeId(datanode)] as const],
  );
  return {
    regions,
    pins: [{ table: { database: "public", name: "t0" }, pins: new Map(pins) }],
    rules: [rule],
    datanodes: undefined,
    limits: DEFAULT_LIMITS,
    serialPerTable: false,
  };
}

function after(regions: readonly PlacedRegion[], { moves }: PlacementPlan): readonly PlacedRegion[] {
  const targets = new Map(moves.map((move) => [move.region, move.to]));
  return regions.map((region) => ({ ...region, leader: targets.get(region.region) ?? region.leader }));
}

function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  return items
    .map((item, index) => ({ item, key: Math.imul(index + 1, 2_654_435_761 + seed * 40_503) >>> 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe("every placement by a strategy", () => {
  test("done once needs nothing more", () => {
    fc.assert(
      fc.property(cases, (input) => {
        const problem = problemOf(input);
        const first = planPlacement(problem);
        fc.pre(first.unplaced.length === 0);
        const again = planPlacement({ ...problem, regions: after(problem.regions, first) });
        expect(again.moves).toEqual([]);
        expect(again.certificate).toMatchObject({ moves: 0, minimumMoves: 0 });
      }),
      { numRuns: RUNS },
    );
  });

  test("is the same whatever the order of its input", () => {
    fc.assert(
      fc.property(cases, fc.nat(1_000), (input, seed) => {
        const problem = problemOf(input);
        const rule = ruleOf(input);
        const mixed = {
          ...rule,
          tables: shuffled(rule.tables, seed),
          datanodes: shuffled(rule.datanodes, seed),
          exclude: shuffled(rule.exclude, seed),
        };
        expect(planPlacement(problemOf(input, shuffled(problem.regions, seed), mixed))).toEqual(planPlacement(problem));
      }),
      { numRuns: RUNS },
    );
  });

  test("never moves a region between two old datanodes when datanodes are added to a cluster at rest", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 4 }), (generated, added) => {
        const input: Case = { ...generated, by: "regions" };
        const problem = problemOf(input);
        const first = planPlacement(problem);
        fc.pre(first.unplaced.length === 0 && first.warnings.length === 0);
        const grown = planPlacement(
          problemOf(input, after(problem.regions, first), ruleOf(input, input.datanodes + added)),
        );
        for (const move of grown.moves) expect(Number(move.to)).toBeGreaterThanOrEqual(input.datanodes);
      }),
      { numRuns: RUNS },
    );
  });

  test("nor does balance by bytes, where no region is large for a datanode", () => {
    const clusters = fc.record({
      datanodes: fc.integer({ min: 2, max: 8 }),
      sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 200, maxLength: 300 }),
      added: fc.integer({ min: 1, max: 4 }),
      seed: fc.nat(99),
    });
    fc.assert(
      fc.property(clusters, ({ datanodes, sizes, added, seed }) => {
        const input: Case = {
          strategy: "balance",
          by: "bytes",
          leaders: [sizes.map((size, number) => (size + number * seed) % datanodes)],
          mebibytes: sizes,
          datanodes,
          zones: 1,
          excluded: [],
          capacity: undefined,
          pins: [],
        };
        const problem = problemOf(input);
        const rest = after(problem.regions, planPlacement(problem));
        const grown = planPlacement(problemOf(input, rest, ruleOf(input, datanodes + added)));
        expect(grown.moves.length).toBeGreaterThan(0);
        for (const move of grown.moves) expect(Number(move.to)).toBeGreaterThanOrEqual(datanodes);
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test("empties what is excluded and never exceeds a capacity, or says that it cannot", () => {
    fc.assert(
      fc.property(cases, (input) => {
        const problem = problemOf(input);
        const made = planPlacement(problem);
        if (made.unplaced.length > 0)
          return void expect(made.unplaced.map(({ code }) => code)).toEqual(["PLACEMENT_INFEASIBLE"]);
        const regions = after(problem.regions, made);
        for (let id = 0; id < input.datanodes; id += 1) {
          const held = regions.filter(({ leader }) => leader === datanodeId(id)).length;
          expect(held).toBeLessThanOrEqual(input.excluded.includes(id) ? 0 : (input.capacity ?? Infinity));
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("by bytes stays within a quarter of its bound, or moves a single region more", () => {
    fc.assert(
      fc.property(cases, (input) => {
        const { certificate, unplaced, moves } = planPlacement(
          problemOf({ ...input, strategy: "balance", by: "bytes", pins: [], capacity: undefined }),
        );
        expect(unplaced).toEqual([]);
        const largest = moves.reduce((most, { sizeBytes }) => (sizeBytes! > most ? sizeBytes! : most), 0n);
        const bound = Number(certificate.minimumBytes);
        expect(Number(certificate.movedBytes)).toBeGreaterThanOrEqual(bound);
        expect(Number(certificate.movedBytes)).toBeLessThanOrEqual(bound * 1.25 + 3 * Number(largest));
      }),
      { numRuns: RUNS },
    );
  });

  test("survives JSON as part of a cluster's plan, and its execution leaves none", () => {
    fc.assert(
      fc.property(cases, (input) => {
        const tables = Object.fromEntries(input.leaders.map((own, table) => [`t${table}`, own]));
        const observed = observe(tables, input.datanodes);
        const cluster: GreptimeClusterDeclaration = {
          ...declare({}),
          datanodes: ruleOf(input).datanodes,
          placements: [
            {
              ...declare({ t0: {} }).placements[0]!,
              tables: Object.keys(tables),
              strategy: input.strategy,
              by: input.by,
              excludeDatanodes: input.excluded.map(datanodeId),
              ...(input.capacity === undefined ? {} : { capacity: { regions: input.capacity } }),
            },
          ],
        };
        const plan = planCluster({ cluster, observed, tableChanges: [] });
        expect(parsePlan(planToJson(plan))).toEqual(plan);
        if (plan.blocked.length > 0) return;
        const again = planCluster({ cluster, observed: applied(observed, plan.moves), tableChanges: [] });
        expect(again).toMatchObject({ moves: [], blocked: [] });
      }),
      { numRuns: RUNS, examples: [[CAPACITY_BINDS]] },
    );
  });
});
