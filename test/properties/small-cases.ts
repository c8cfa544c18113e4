import type { PlacedRegion } from "../../src/planning/rules/placed-region";
import { planPlacement, type PlacementPlan } from "../../src/planning/plan-placement";
import { datanodeId, regionIdOf, type PartitionKey } from "../../src/topology/ids";
import { DEFAULT_LIMITS } from "../../src/topology/manifest";
import { openDatanodes, type SmallCase } from "./minimum-by-solver";

const MEBIBYTE = 1 << 20;

function random(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Sizes that planning counts as they are. */
const SIZES = [1, 1, 1, 1.5, 2, 2, 3, 4, 4, 6, 8, 12, 16, 32];

export function smallCase(seed: number): SmallCase {
  const next = random(seed);
  const datanodes = 2 + next(4);
  const regions = 1 + next(12);
  const tables = 1 + next(3);
  const zones = 1 + next(3);
  const some = (chance: number): boolean => next(100) < chance;
  const crowd = 1 + next(datanodes);
  const excluded = [...Array(datanodes).keys()].filter(() => some(15));
  const even = Math.ceil(regions / Math.max(1, datanodes - excluded.length));
  return {
    strategy: (["pinned", "balance", "spread", "spread"] as const)[next(4)]!,
    by: "regions",
    datanodes,
    zoneOf: Array.from({ length: datanodes }, () => next(zones)),
    tableOf: Array.from({ length: regions }, () => next(tables)),
    leader: Array.from({ length: regions }, () => next(some(50) ? crowd : datanodes)),
    pin: Array.from({ length: regions }, () => (some(12) ? next(datanodes) : null)),
    follower: Array.from({ length: regions }, () => null),
    mebibytes: Array.from({ length: regions }, () => 1),
    excluded,
    capacity: some(50) ? even + next(3) : null,
    capacityMebibytes: null,
    maxSkew: some(30) ? 1 + next(3) : null,
  };
}

/** Regions of different sizes, datanodes that may hold so many bytes, followers in the way. */
export function sizedCase(seed: number): SmallCase {
  const small = smallCase(seed);
  const next = random(seed + 1_000_003);
  const mebibytes = small.leader.map(() => SIZES[next(SIZES.length)]!);
  const open = Math.max(1, openDatanodes(small).length);
  const fair = mebibytes.reduce((sum, size) => sum + size, 0) / open;
  const room = Math.max(1, Math.ceil(fair * (1.05 + next(60) / 100)), ...(next(4) > 0 ? mebibytes : []));
  return {
    ...small,
    mebibytes,
    capacityMebibytes: next(100) < 75 ? room : null,
    follower: small.leader.map((leader, region) => {
      const datanode = next(small.datanodes);
      return small.pin[region] === null && datanode !== leader && next(100) < 10 ? datanode : null;
    }),
  };
}

/** Regions of different sizes that are balanced by bytes. */
export function bytesCase(seed: number): SmallCase {
  const sized = sizedCase(seed + 500_009);
  const next = random(seed + 4_000_037);
  return {
    ...sized,
    strategy: "balance",
    by: "bytes",
    maxSkew: null,
    capacity: next(4) === 0 ? sized.capacity : null,
    capacityMebibytes: next(3) === 0 ? sized.capacityMebibytes : null,
  };
}

/** Too many regions to be searched to the end, little room, different sizes. */
export function mediumCase(seed: number): SmallCase {
  const next = random(seed + 3_000_017);
  const some = (chance: number): boolean => next(100) < chance;
  const datanodes = 3 + next(5);
  const regions = 15 + next(25);
  const tables = 1 + next(4);
  const zones = 1 + next(3);
  const crowd = 1 + next(datanodes);
  const mebibytes = Array.from({ length: regions }, () => SIZES[next(SIZES.length)]!);
  const excluded = [...Array(datanodes - 1).keys()].filter(() => some(12));
  const open = datanodes - excluded.length;
  const fair = mebibytes.reduce((sum, size) => sum + size, 0) / open;
  return {
    strategy: (["pinned", "balance", "spread", "spread"] as const)[next(4)]!,
    by: "regions",
    datanodes,
    zoneOf: Array.from({ length: datanodes }, () => next(zones)),
    tableOf: Array.from({ length: regions }, () => next(tables)),
    leader: Array.from({ length: regions }, () => next(some(50) ? crowd : datanodes)),
    pin: Array.from({ length: regions }, () => (some(5) ? next(datanodes) : null)),
    follower: Array.from({ length: regions }, () => null),
    mebibytes,
    excluded,
    capacity: some(33) ? 1 + Math.ceil(regions / open) + next(4) : null,
    capacityMebibytes: Math.ceil(fair * (1.03 + next(50) / 100)),
    maxSkew: some(33) ? 1 + next(3) : null,
  };
}

/** Many pins and little room, so that rules conflict. Followers are no rule of the user, so there are none. */
export function crowdedCase(seed: number): SmallCase {
  const next = random(seed + 2_000_003);
  const sized = next(4) === 0 ? bytesCase(seed) : sizedCase(seed);
  const some = (chance: number): boolean => next(100) < chance;
  const regions = sized.leader.length;
  return {
    ...sized,
    pin: sized.leader.map(() => (some(45) ? next(sized.datanodes) : null)),
    follower: sized.leader.map(() => null),
    excluded: some(50) ? [] : sized.excluded,
    capacity: some(50) ? 1 + Math.floor(regions / sized.datanodes) + next(2) : null,
    capacityMebibytes: some(50) ? sized.capacityMebibytes : null,
    maxSkew: sized.by === "regions" && some(50) ? 1 + next(2) : null,
  };
}

export function planSmall(input: SmallCase): PlacementPlan {
  const tables = [...new Set(input.tableOf)].sort().map((table) => ({ database: "public", name: `t${table}` }));
  const regions = input.tableOf.map((table, number): PlacedRegion => ({
    table: { database: "public", name: `t${table}` },
    partition: `a = ${number}` as PartitionKey,
    region: regionIdOf(1024 + table, number),
    leader: datanodeId(input.leader[number]!),
    status: "ALIVE",
    sizeBytes: BigInt(input.mebibytes[number]! * MEBIBYTE),
    followers: input.follower[number] === null ? [] : [datanodeId(input.follower[number]!)],
  }));
  const { capacity, capacityMebibytes } = input;
  return planPlacement({
    regions,
    pins: tables.map((table) => ({
      table,
      pins: new Map(
        regions.flatMap((region, number) =>
          region.table.name === table.name && input.pin[number] !== null
            ? [[region.partition, datanodeId(input.pin[number]!)] as const]
            : [],
        ),
      ),
    })),
    rules: [
      {
        name: "placement",
        tables,
        strategy: input.strategy,
        by: input.by,
        datanodes: input.zoneOf.map((zone, id) => ({ id: datanodeId(id), zone: `z${zone}` })),
        exclude: input.excluded.map(datanodeId),
        capacity: {
          ...(capacity === null ? {} : { regions: capacity }),
          ...(capacityMebibytes === null ? {} : { bytes: BigInt(capacityMebibytes * MEBIBYTE) }),
        },
        ...(input.maxSkew === null ? {} : { maxSkew: input.maxSkew }),
      },
    ],
    datanodes: undefined,
    limits: DEFAULT_LIMITS,
    serialPerTable: false,
  });
}
