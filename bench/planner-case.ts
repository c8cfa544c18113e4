import { planCluster } from "../src/planning/plan-cluster";
import type { ObservedGreptimeCluster } from "../src/planning/observed";
import { datanodeId, regionIdOf, type DatanodeId, type PartitionKey } from "../src/topology/ids";
import type { GreptimeClusterDeclaration } from "../src/topology/manifest";

const TABLES = 200;
const REGIONS_PER_TABLE = 500;
const BEFORE = 1_000;
const AFTER = 1_100;
const LIMITS = { outgoing: 1, incoming: 4, cluster: 64 };

/** Every datanode but the new ones gives its regions above the even number to the new ones. */
function targets(): readonly number[] {
  const regions = TABLES * REGIONS_PER_TABLE;
  const most = Math.ceil(regions / AFTER);
  const kept = new Map<number, number>();
  let given = 0;
  return Array.from({ length: regions }, (_, i) => {
    const leader = i % BEFORE;
    const count = kept.get(leader) ?? 0;
    kept.set(leader, count + 1);
    if (count < most) return leader;
    given += 1;
    return BEFORE + (given % (AFTER - BEFORE));
  });
}

function main(): void {
  const wanted = targets();
  const partition = (index: number): PartitionKey => `a >= ${index * 10} AND a < ${index * 10 + 10}` as PartitionKey;
  const names = Array.from({ length: TABLES }, (_, table) => `t${String(table).padStart(4, "0")}`);
  const observed: ObservedGreptimeCluster = {
    engine: "greptimedb",
    version: "1.1.4",
    mode: "distributed",
    metasrvUptimeMs: 3_600_000,
    datanodes: Array.from({ length: AFTER }, (_, id) => ({ id: datanodeId(BigInt(id)), address: "", version: "1.1.4", silentMs: 500 })),
    tables: names.map((name, table) => ({
      database: "public",
      name,
      tableId: 1024 + table,
      engine: "mito",
      definition: null,
      regions: Array.from({ length: REGIONS_PER_TABLE }, (_, number) => ({
        id: regionIdOf(1024 + table, number),
        partition: partition(number),
        leader: datanodeId(BigInt((table * REGIONS_PER_TABLE + number) % BEFORE)),
        followers: [],
        status: "ALIVE" as const,
        sizeBytes: 1_000_000n,
        rows: 1n,
      })),
    })),
    procedures: [],
  };
  const cluster: GreptimeClusterDeclaration = {
    engine: "greptimedb",
    name: "bench",
    connection: {},
    sharedStorage: { kind: "s3", bucket: "bench" },
    tables: [],
    placements: names.map((table, index) => ({
      name: table,
      database: "public",
      table,
      strategy: "pinned" as const,
      pins: Object.fromEntries(
        Array.from({ length: REGIONS_PER_TABLE }, (_, number): [string, DatanodeId] => [partition(number), datanodeId(BigInt(wanted[index * REGIONS_PER_TABLE + number]!))]),
      ),
      replayTimeoutSeconds: 300,
      limits: LIMITS,
      acceptDataLossOf: [],
    })),
  };
  const begin = performance.now();
  const plan = planCluster({ cluster, observed, tableChanges: [] });
  const seconds = (performance.now() - begin) / 1000;
  const bound = boundOf(wanted);
  console.log(
    JSON.stringify({
      seconds,
      peakMebibytes: process.resourceUsage().maxRSS / 1024,
      moves: plan.moves.length,
      minimumMoves: bound.moves,
      proven: plan.certificate.proven && plan.certificate.minimumMoves === bound.moves,
      rounds: plan.schedule.rounds.length,
      minimumRounds: bound.rounds,
      blocked: plan.blocked.length,
    }),
  );
}

/** Counted here and not by the planner: regions that are not where they should be, and the rounds that no schedule can go below. */
function boundOf(wanted: readonly number[]): { readonly moves: number; readonly rounds: number } {
  const outgoing = new Map<number, number>();
  const incoming = new Map<number, number>();
  let moves = 0;
  for (const [i, target] of wanted.entries()) {
    const leader = i % BEFORE;
    if (leader === target) continue;
    moves += 1;
    outgoing.set(leader, (outgoing.get(leader) ?? 0) + 1);
    incoming.set(target, (incoming.get(target) ?? 0) + 1);
  }
  const rounds = Math.max(
    Math.ceil(moves / LIMITS.cluster),
    ...[...outgoing.values()].map((count) => Math.ceil(count / LIMITS.outgoing)),
    ...[...incoming.values()].map((count) => Math.ceil(count / LIMITS.incoming)),
  );
  return { moves, rounds };
}

main();
