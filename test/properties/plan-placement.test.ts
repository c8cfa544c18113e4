import fc from "fast-check";
import type { Move } from "../../src/planning/change";
import type { ObservedGreptimeCluster } from "../../src/planning/observed";
import type { ClusterPlan } from "../../src/planning/plan";
import { planCluster } from "../../src/planning/plan-cluster";
import { differenceBetweenPlans } from "../../src/planning/plan-diff";
import { parsePlan, planToJson } from "../../src/planning/plan-json";
import { scheduleMoves } from "../../src/planning/schedule/schedule";
import { datanodeId, regionIdOf, UNPARTITIONED } from "../../src/topology/ids";
import type { GreptimeClusterDeclaration, MoveLimits } from "../../src/topology/manifest";
import { applied, declare, observe } from "../planning/fixtures";

const limits: fc.Arbitrary<MoveLimits> = fc.record(
  {
    outgoing: fc.integer({ min: 1, max: 3 }),
    incoming: fc.integer({ min: 1, max: 3 }),
    cluster: fc.integer({ min: 1, max: 8 }),
  },
  { noNullPrototype: true },
);

/** Tables of regions with a leader, and a target for some. */
const tables = fc.array(fc.array(fc.tuple(fc.nat(5), fc.option(fc.nat(5))), { minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 4,
});

interface Case {
  readonly cluster: GreptimeClusterDeclaration;
  readonly observed: ObservedGreptimeCluster;
}

const cases: fc.Arbitrary<Case> = fc
  .record({ tables, limits, version: fc.constantFrom("1.1.4", "0.12.0") })
  .map((input) => {
    const observed = observe(
      Object.fromEntries(input.tables.map((regions, n) => [`t${n}`, regions.map(([leader]) => leader)])),
      6,
      { version: input.version },
    );
    const pins = Object.fromEntries(
      input.tables.map((regions, n) => [
        `t${n}`,
        Object.fromEntries(
          regions.flatMap(([, target], number) => (target === null ? [] : [[`a = ${number}`, target] as const])),
        ),
      ]),
    );
    const cluster = declare(pins);
    return {
      observed,
      cluster: {
        ...cluster,
        placements: cluster.placements.map((placement) => ({ ...placement, limits: input.limits })),
      },
    };
  });

function plan({ cluster, observed }: Case): ClusterPlan {
  return planCluster({ cluster, observed, tableChanges: [] });
}

function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  return items
    .map((item, index) => [((index + 1) * 7919 * (seed + 1)) % 104_729, item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function checkWithinLimits(moves: readonly Move[], rounds: readonly (readonly number[])[], limit: MoveLimits): void {
  expect(rounds.flat().sort((a, b) => a - b)).toEqual(moves.map((_, index) => index));
  for (const round of rounds) {
    expect(round.length).toBeLessThanOrEqual(limit.cluster);
    const sources = round.map((index) => moves[index]!.from);
    const targets = round.map((index) => moves[index]!.to);
    for (const source of sources)
      expect(sources.filter((other) => other === source).length).toBeLessThanOrEqual(limit.outgoing);
    for (const target of targets)
      expect(targets.filter((other) => other === target).length).toBeLessThanOrEqual(limit.incoming);
  }
}

describe("every plan", () => {
  test("moves exactly the pinned regions that are led elsewhere", () => {
    fc.assert(
      fc.property(cases, (input) => {
        const made = plan(input);
        const elsewhere = input.observed.tables.flatMap((table) =>
          table.regions.filter((region) => {
            const target = input.cluster.placements.find((placement) => placement.table === table.name)!.pins[
              region.partition
            ];
            return target !== undefined && target !== region.leader;
          }),
        );
        expect(made.moves.map((move) => move.region).sort()).toEqual(elsewhere.map((region) => region.id).sort());
        expect(made.certificate).toEqual({ moves: elsewhere.length, minimumMoves: elsewhere.length, proven: true });
      }),
      { numRuns: 300 },
    );
  });

  test("applied to the cluster leaves nothing to plan", () => {
    fc.assert(
      fc.property(cases, (input) => {
        const again = plan({ ...input, observed: applied(input.observed, plan(input).moves) });
        expect(again).toMatchObject({ moves: [], blocked: [], warnings: [] });
      }),
      { numRuns: 300 },
    );
  });

  test("is the same, byte for byte, in whatever order its input comes", () => {
    fc.assert(
      fc.property(cases, fc.nat(1_000), (input, seed) => {
        const mixed: Case = {
          cluster: { ...input.cluster, placements: shuffled(input.cluster.placements, 0) },
          observed: {
            ...input.observed,
            datanodes: shuffled(input.observed.datanodes, seed),
            tables: shuffled(input.observed.tables, seed).map((table) => ({
              ...table,
              regions: shuffled(table.regions, seed),
            })),
          },
        };
        const { basis: _, ...expected } = plan({ ...input, cluster: mixed.cluster });
        const { basis: __, ...got } = plan({
          ...mixed,
          cluster: { ...mixed.cluster, placements: shuffled(mixed.cluster.placements, seed) },
        });
        expect(got).toEqual(expected);
        expect(planToJson(plan(mixed))).toBe(planToJson(plan({ ...input, cluster: mixed.cluster })));
      }),
      { numRuns: 200 },
    );
  });

  test("survives JSON, and differs from none but itself", () => {
    fc.assert(
      fc.property(cases, (input) => {
        const made = plan(input);
        const read = parsePlan(planToJson(made));
        expect(read).toEqual(made);
        expect(planToJson(read)).toBe(planToJson(made));
        expect(differenceBetweenPlans(made, read)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("in a file that was damaged is a diagnostic, never a crash", () => {
    const text = planToJson(plan({ cluster: declare({ cpu: { "a = 0": 2 } }), observed: observe({ cpu: [0] }) }));
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom("", "0", '"', "null", "{", "-1", "x"),
        (position, insert) => {
          const damaged = text.slice(0, position) + insert + text.slice(position + 1);
          try {
            expect(planToJson(parsePlan(damaged))).toEqual(expect.any(String));
          } catch (error) {
            expect(error).toMatchObject({
              diagnostics: [{ code: expect.stringMatching(/^PLAN_FILE_(INVALID|VERSION)$/) }],
            });
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("every schedule", () => {
  const moves = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 5, max: 9 })), { maxLength: 60 }).map((pairs) =>
    pairs.map(([from, to], number): Move => ({
      kind: "move-region",
      table: { database: "public", name: `t${number % 3}` },
      partition: UNPARTITIONED,
      region: regionIdOf(1024, number),
      from: datanodeId(from),
      to: datanodeId(to),
      sizeBytes: null,
      reason: "pinned",
    })),
  );

  test("keeps the limits and needs no more rounds than the bound", () => {
    fc.assert(
      fc.property(moves, limits, (list, limit) => {
        const result = scheduleMoves(list, limit);
        checkWithinLimits(result.moves, result.schedule.rounds, limit);
        expect(result.schedule.rounds.length).toBe(result.schedule.minimumRounds);
      }),
      { numRuns: 2_000 },
    );
  });

  test("has the bound that counting gives", () => {
    fc.assert(
      fc.property(moves, limits, (list, limit) => {
        const share = (end: "from" | "to", most: number): number[] =>
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) =>
            Math.ceil(list.filter((move) => move[end] === datanodeId(id)).length / most),
          );
        const bound = Math.max(
          ...share("from", limit.outgoing),
          ...share("to", limit.incoming),
          Math.ceil(list.length / limit.cluster),
        );
        expect(scheduleMoves(list, limit).schedule.minimumRounds).toBe(bound);
      }),
      { numRuns: 500 },
    );
  });

  test("with serial tables keeps them apart", () => {
    fc.assert(
      fc.property(moves, limits, (list, limit) => {
        const result = scheduleMoves(list, limit, true);
        checkWithinLimits(result.moves, result.schedule.rounds, limit);
        for (const round of result.schedule.rounds)
          expect(new Set(round.map((index) => result.moves[index]!.table.name)).size).toBe(round.length);
        expect(result.schedule.rounds.length).toBeGreaterThanOrEqual(result.schedule.minimumRounds);
      }),
      { numRuns: 500 },
    );
  });
});
