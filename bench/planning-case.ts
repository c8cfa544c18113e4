import { leastMakespan, listSchedule } from "../src/planning/schedule/list-schedule";
import type { PlacedRegion } from "../src/planning/rules/placed-region";
import { planPlacement, type PlacementProblem } from "../src/planning/plan-placement";
import { numberMoves } from "../src/planning/schedule/numbered-moves";
import { sizeClass } from "../src/planning/size-class";
import type { PlacementRule } from "../src/planning/rules/placement-rule";
import type { Move } from "../src/planning/change";
import { datanodeId, regionIdOf, type PartitionKey } from "../src/topology/ids";
import type { MoveLimits } from "../src/topology/manifest";

/** One case of the planning bench, by its name; prints what it measured as one line of JSON. Runs in a process of its own. */

interface Shape {
  readonly regions: number;
  readonly before: number;
  readonly after: number;
  readonly perTable: number;
  readonly strategy: "balance" | "spread";
  readonly by: "regions" | "bytes";
  readonly excluded: number;
  readonly capacity: PlacementRule["capacity"];
  readonly limits: MoveLimits;
}

const LIMITS: MoveLimits = { outgoing: 4, incoming: 4, cluster: 64 };
const BASE: Shape = {
  regions: 100_000,
  before: 1_000,
  after: 1_100,
  perTable: 100,
  strategy: "balance",
  by: "regions",
  excluded: 0,
  capacity: {},
  limits: LIMITS,
};

const CASES: Readonly<Record<string, Shape>> = {
  "balance 100,000 regions, 1,000 -> 1,100 datanodes": BASE,
  "the same without a limit of the cluster": { ...BASE, limits: { ...LIMITS, cluster: 100_000 } },
  "spread 10 tables of 10,000 regions, 1,000 -> 1,100 datanodes": { ...BASE, strategy: "spread", perTable: 10_000 },
  "spread 1,000 tables of 100 regions, at most 92 on each of 1,000 -> 1,100 datanodes": {
    ...BASE,
    strategy: "spread",
    capacity: { regions: 92 },
  },
  "balance 100,000 regions, at most 17 GiB on each of 1,000 -> 1,100 datanodes": {
    ...BASE,
    capacity: { bytes: 17n << 30n },
  },
  "balance by bytes 100,000 regions, 1,000 -> 1,100 datanodes": { ...BASE, by: "bytes" },
  "drain 10 of 1,000 datanodes": { ...BASE, after: 1_000, excluded: 10 },
  "balance 1,000,000 regions, 10,000 -> 11,000 datanodes": {
    ...BASE,
    regions: 1_000_000,
    before: 10_000,
    after: 11_000,
  },
};

/** Sizes as they are in clusters: most regions are small, a few are large. */
function sizeOf(next: () => number): bigint {
  return BigInt(Math.floor(2 ** (20 + 10 * next())));
}

function problemOf(shape: Shape): PlacementProblem {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) / 0x80_0000;
  };
  const tables = Array.from({ length: shape.regions / shape.perTable }, (_, table) => ({
    database: "public",
    name: `table_${String(table).padStart(6, "0")}`,
  }));
  const regions = tables.flatMap((table, index) =>
    Array.from({ length: shape.perTable }, (_, number): PlacedRegion => ({
      table,
      partition: `host = ${number}` as PartitionKey,
      region: regionIdOf(1024 + index, number),
      leader: datanodeId((index * shape.perTable + number) % shape.before),
      status: "ALIVE",
      sizeBytes: sizeOf(next),
      followers: [],
    })),
  );
  const rule: PlacementRule = {
    name: "all",
    tables,
    strategy: shape.strategy,
    by: shape.by,
    datanodes: Array.from({ length: shape.after }, (_, id) => ({ id: datanodeId(id), zone: `zone-${id % 3}` })),
    exclude: Array.from({ length: shape.excluded }, (_, id) => datanodeId(id * 7)),
    capacity: shape.capacity,
  };
  // About every hundredth region, on all datanodes alike, is pinned to where it is, unless that is drained.
  const pinned = regions.filter((region, index) => index % 101 === 37 && !rule.exclude.includes(region.leader!));
  const pins = tables.map((table) => ({ table, pins: new Map<PartitionKey, PlacedRegion["leader"] & bigint>() }));
  for (const region of pinned) pins[Number(region.region >> 32n) - 1024]!.pins.set(region.partition, region.leader!);
  return {
    regions,
    pins: pins as PlacementProblem["pins"],
    rules: [rule],
    datanodes: undefined,
    limits: shape.limits,
    serialPerTable: false,
  };
}

/** Greedy rebuild: forgets where regions are and deals them out again, datanode after datanode. */
function rebuildMoves({ regions, rules }: PlacementProblem): number {
  const [rule] = rules!;
  const open = rule!.datanodes.filter(({ id }) => !rule!.exclude.includes(id));
  return regions.filter((region, index) => region.leader !== open[index % open.length]!.id).length;
}

/** Batches with a barrier: the next moves of the list that the limits allow together; a batch ends with its slowest move. */
function batchedMakespan(moves: readonly Move[], limits: MoveLimits): number {
  let [makespan, rest] = [0, [...moves]];
  while (rest.length > 0) {
    const [out, into] = [new Map<bigint, number>(), new Map<bigint, number>()];
    const later: Move[] = [];
    let [slowest, size] = [0, 0];
    let seen = 0;
    for (; seen < rest.length && size < limits.cluster; seen += 1) {
      const move = rest[seen]!;
      const [leaving, coming] = [out.get(move.from) ?? 0, into.get(move.to) ?? 0];
      if (leaving >= limits.outgoing || coming >= limits.incoming) {
        later.push(move);
        continue;
      }
      size += 1;
      out.set(move.from, leaving + 1);
      into.set(move.to, coming + 1);
      slowest = Math.max(slowest, Number(sizeClass(move.sizeBytes!)));
    }
    makespan += slowest;
    rest = [...later, ...rest.slice(seen)];
  }
  return makespan;
}

const name = process.argv[2]!;
if (name === "--list") console.log(JSON.stringify(Object.keys(CASES)));
else {
  const problem = problemOf(CASES[name]!);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const plan = planPlacement(problem);
  const wallMs = performance.now() - start;
  const used = process.cpuUsage(cpu);
  const { certificate, schedule, moves } = plan;
  const inPlanOrder = [...moves].sort((a, b) => (a.region < b.region ? -1 : 1));
  const equal = {
    ...numberMoves(moves, false),
    duration: new Float64Array(moves.length).fill(1),
    limits: problem.limits,
  };
  console.log(
    JSON.stringify({
      wallMs,
      cpuMs: (used.user + used.system) / 1000,
      maxRssMb: process.resourceUsage().maxRSS / 1024,
      moves: certificate.moves,
      minimumMoves: certificate.minimumMoves,
      exact: problem.rules![0]!.capacity.bytes === undefined,
      movedBytes: Number(certificate.movedBytes ?? 0),
      minimumBytes: Number(certificate.minimumBytes ?? 0),
      rounds: schedule.rounds.length,
      minimumRounds: schedule.minimumRounds,
      equalMakespan: listSchedule(equal).makespan,
      minimumEqualMakespan: Math.ceil(leastMakespan(equal)),
      makespan: Number(schedule.makespanBytes ?? 0),
      minimumMakespan: Number(schedule.minimumMakespanBytes ?? 0),
      batchedMakespan: batchedMakespan(inPlanOrder, problem.limits),
      rebuildMoves: rebuildMoves(problem),
      problems: plan.unplaced.length,
    }),
  );
}
