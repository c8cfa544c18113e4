import * as fc from "fast-check";
import type { PlacedRegion } from "../../src/planning/rules/placed-region";
import type { PlacementPlan, PlacementProblem } from "../../src/planning/plan-placement";
import type { PlacementRule } from "../../src/planning/rules/placement-rule";
import { datanodeId, regionIdOf, type PartitionKey } from "../../src/topology/ids";
import { DEFAULT_LIMITS } from "../../src/topology/manifest";

/** A few tables, and how their regions shall be placed. */
export interface Case {
  readonly strategy: "pinned" | "balance" | "spread";
  readonly by: "regions" | "bytes";
  readonly leaders: readonly (readonly number[])[];
  readonly mebibytes: readonly number[];
  readonly datanodes: number;
  readonly zones: number;
  readonly excluded: readonly number[];
  readonly capacity: number | undefined;
  readonly capacityMebibytes?: number | undefined;
  readonly maxSkew?: number | undefined;
  readonly pins: readonly (number | null)[];
}

export const WITHOUT_CAPACITY = { capacity: undefined, capacityMebibytes: undefined, maxSkew: undefined };

/** Capacity binds, so that the tables depend on each other: spread once, it was spread again by the next plan. */
export const CAPACITY_BINDS: Case = {
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

/** With zones and a larger skew the emptiest zone was none of the added datanodes: an old datanode gave a region to another. */
export const ZONES_AND_SKEW: Case = {
  ...CAPACITY_BINDS,
  leaders: [[0, 0, 0, 0, 0, 0, 0], [0]],
  datanodes: 3,
  zones: 3,
  excluded: [],
  capacity: undefined,
  maxSkew: 3,
};

export const cases: fc.Arbitrary<Case> = fc
  .integer({ min: 2, max: 7 })
  .chain((datanodes) =>
    fc.record({
      strategy: fc.constantFrom("pinned", "balance", "spread"),
      by: fc.constantFrom("regions", "bytes"),
      leaders: fc.array(fc.array(fc.nat(datanodes - 1), { minLength: 1, maxLength: 14 }), {
        minLength: 1,
        maxLength: 4,
      }),
      mebibytes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 5, maxLength: 5 }),
      datanodes: fc.constant(datanodes),
      zones: fc.integer({ min: 1, max: 3 }),
      excluded: fc.uniqueArray(fc.nat(datanodes - 1), { maxLength: datanodes - 1 }),
      /** How much more than an even share a datanode may hold: in regions, and in percent of the bytes. */
      spare: fc.record({
        regions: fc.option(fc.nat(6), { nil: undefined }),
        percent: fc.option(fc.integer({ min: 5, max: 90 }), { nil: undefined }),
      }),
      maxSkew: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 2 }),
      pins: fc.array(fc.option(fc.nat(datanodes - 1), { freq: 4 }), { minLength: 3, maxLength: 3 }),
    }),
  )
  .map(({ spare, ...input }) => {
    const sizes = regionsOf({ ...input, capacity: undefined }).map(({ sizeBytes }) => Number(sizeBytes! >> 20n));
    const open = input.datanodes - input.excluded.length;
    const fair = sizes.reduce((sum, size) => sum + size, 0) / open;
    return {
      ...input,
      capacity: spare.regions === undefined ? undefined : Math.ceil(sizes.length / open) + spare.regions,
      capacityMebibytes: spare.percent === undefined ? undefined : Math.ceil((fair * (100 + spare.percent)) / 100),
    };
  });

export function regionsOf({ leaders, mebibytes }: Case): readonly PlacedRegion[] {
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

export function ruleOf(input: Case, datanodes = input.datanodes): PlacementRule {
  return {
    name: "placement",
    tables: input.leaders.map((_, table) => ({ database: "public", name: `t${table}` })),
    strategy: input.strategy,
    by: input.by,
    datanodes: Array.from({ length: datanodes }, (_, id) => ({ id: datanodeId(id), zone: `z${id % input.zones}` })),
    exclude: input.excluded.map(datanodeId),
    capacity: {
      ...(input.capacity === undefined ? {} : { regions: input.capacity }),
      ...(input.capacityMebibytes === undefined ? {} : { bytes: BigInt(input.capacityMebibytes) << 20n }),
    },
    ...(input.maxSkew === undefined ? {} : { maxSkew: input.maxSkew }),
  };
}

export function problemOf(input: Case, regions = regionsOf(input), rule = ruleOf(input)): PlacementProblem {
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

export function after(regions: readonly PlacedRegion[], { moves }: PlacementPlan): readonly PlacedRegion[] {
  const targets = new Map(moves.map((move) => [move.region, move.to]));
  return regions.map((region) => ({ ...region, leader: targets.get(region.region) ?? region.leader }));
}
