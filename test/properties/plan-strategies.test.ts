import * as fc from "fast-check";
import { planCluster } from "../../src/planning/plan-cluster";
import { parsePlan, planToJson } from "../../src/planning/plan-json";
import { planPlacement } from "../../src/planning/plan-placement";
import { datanodeId } from "../../src/topology/ids";
import type { GreptimeClusterDeclaration } from "../../src/topology/manifest";
import { applied, declare, observe } from "../planning/fixtures";
import { after, cases, CAPACITY_BINDS, problemOf, ruleOf, WITHOUT_CAPACITY, ZONES_AND_SKEW, type Case } from "./strategy-cases";

const RUNS = process.env["TOPOFORM_DEEP"] === "1" ? 5_000 : 200;

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
      { numRuns: RUNS, examples: [[ZONES_AND_SKEW, 2]] },
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
      { numRuns: RUNS / 10 },
    );
  });

  test("empties what is excluded and never exceeds a capacity, or says that it cannot", () => {
    fc.assert(
      fc.property(cases, (input) => {
        const problem = problemOf(input);
        const made = planPlacement(problem);
        const codes = made.unplaced.map(({ code }) => code);
        for (const code of codes) expect(["PLACEMENT_INFEASIBLE", "CAPACITY_NOT_REACHED"]).toContain(code);
        if (codes.length > 0) return;
        const regions = after(problem.regions, made);
        for (let id = 0; id < input.datanodes; id += 1) {
          const held = regions.filter(({ leader }) => leader === datanodeId(id));
          const mebibytes = held.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes! >> 20n), 0);
          expect(held.length).toBeLessThanOrEqual(input.excluded.includes(id) ? 0 : (input.capacity ?? Infinity));
          expect(mebibytes).toBeLessThanOrEqual(input.capacityMebibytes ?? Infinity);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("by bytes stays within a quarter of its bound, or moves a single region more", () => {
    fc.assert(
      fc.property(cases, (input) => {
        const { certificate, unplaced, moves } = planPlacement(
          problemOf({ ...input, ...WITHOUT_CAPACITY, strategy: "balance", by: "bytes", pins: [] }),
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
