import type { DatanodeId } from "../topology/ids";
import type { Move } from "./change";
import { estimateDuration, type DurationEstimate, type PastMove } from "./schedule/estimate-duration";
import type { ObservedGreptimeCluster, ObservedRegion } from "./observed";
import type { ClusterPlan } from "./plan";
import { compareIds, compareText, tableKey } from "./table-key";

/** What a plan's number of rounds comes from: no schedule can have fewer because of this one datanode, table or limit. */
export type Bottleneck =
  | {
      readonly kind: "outgoing" | "incoming";
      readonly datanode: DatanodeId;
      readonly moves: number;
      readonly atOnce: number;
      readonly rounds: number;
    }
  | {
      readonly kind: "table";
      readonly table: string;
      readonly moves: number;
      readonly atOnce: 1;
      readonly rounds: number;
    }
  | { readonly kind: "cluster"; readonly moves: number; readonly atOnce: number; readonly rounds: number };

/** Regions that a datanode leads, of all tables of the cluster. */
export interface DatanodeLoad {
  readonly datanode: DatanodeId;
  readonly before: number;
  /** The most that it has open at one time, when the moves go by rounds: a moving region is open on both ends. */
  readonly worst: number;
  readonly after: number;
  /** Bytes of its regions; null when the server does not tell the size of one of them. */
  readonly bytesBefore: bigint | null;
  readonly bytesAfter: bigint | null;
}

/** A plan in words and figures; plain data. */
export interface PlanExplanation {
  readonly moves: number;
  readonly minimumMoves: number;
  readonly proven: boolean;
  readonly movedBytes: bigint | null;
  readonly minimumBytes: bigint | null;
  readonly rounds: number;
  readonly minimumRounds: number;
  /** Where sizes differ: the bytes that pass one after another, and what no schedule can go below. */
  readonly makespanBytes: bigint | null;
  readonly minimumMakespanBytes: bigint | null;
  /** How many things forbid moves; those moves are not counted. */
  readonly blocked: number;
  /** Tables whose regions this plan makes first: which of them move is known then. */
  readonly tablesToCome: number;
  /** null when nothing moves. */
  readonly bottleneck: Bottleneck | null;
  /** How many moves there are for each reason, by reason. */
  readonly reasons: readonly { readonly reason: string; readonly moves: number }[];
  /** By id; datanodes that have no region before or after are there as well. */
  readonly datanodes: readonly DatanodeLoad[];
  /** null when nothing moves, or no past move is known. */
  readonly duration: DurationEstimate | null;
}

/**
 * Why a plan is as it is: what bounds it, how each datanode's load changes, and how long it may take.
 *
 * @param history moves that were measured before, in any order; empty: no estimate.
 */
export function explainPlan(
  plan: ClusterPlan,
  observed: ObservedGreptimeCluster,
  history: readonly PastMove[] = [],
): PlanExplanation {
  const { certificate, schedule, moves, settings } = plan;
  return {
    moves: certificate.moves,
    minimumMoves: certificate.minimumMoves,
    proven: certificate.proven,
    movedBytes: certificate.movedBytes ?? null,
    minimumBytes: certificate.minimumBytes ?? null,
    rounds: schedule.rounds.length,
    minimumRounds: schedule.minimumRounds,
    makespanBytes: schedule.makespanBytes ?? null,
    minimumMakespanBytes: schedule.minimumMakespanBytes ?? null,
    blocked: plan.blocked.length,
    tablesToCome: plan.placeAfterCreate.length,
    bottleneck: bottleneckOf(plan),
    reasons: [...countBy(moves, (move) => move.reason)]
      .map(([reason, count]) => ({ reason, moves: count }))
      .sort((a, b) => compareText(a.reason, b.reason)),
    datanodes: loadsOf(plan, observed),
    duration: estimateDuration(moves, settings.limits, settings.serialPerTable, history),
  };
}

/** An explanation as a value of JSON: ids and bytes as decimal text. */
export function explanationToJson(explanation: PlanExplanation): unknown {
  return JSON.parse(JSON.stringify(explanation, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)));
}

/** The bound that is highest; between equals a datanode before a table before the cluster, the lower id first. */
function bottleneckOf({ moves, settings: { limits, serialPerTable } }: ClusterPlan): Bottleneck | null {
  if (moves.length === 0) return null;
  const rounds = (count: number, atOnce: number): number => Math.ceil(count / atOnce);
  const ofEnds = (kind: "outgoing" | "incoming", end: "from" | "to"): readonly Bottleneck[] =>
    [...countBy(moves, (move) => move[end])]
      .sort(([a], [b]) => compareIds(a, b))
      .map(([datanode, count]) => ({
        kind,
        datanode,
        moves: count,
        atOnce: limits[kind],
        rounds: rounds(count, limits[kind]),
      }));
  const ofTables = [...countBy(moves, (move) => tableKey(move.table))]
    .sort(([a], [b]) => compareText(a, b))
    .map(([table, count]): Bottleneck => ({ kind: "table", table, moves: count, atOnce: 1, rounds: count }));
  const all: readonly Bottleneck[] = [
    ...ofEnds("incoming", "to"),
    ...ofEnds("outgoing", "from"),
    ...(serialPerTable ? ofTables : []),
    { kind: "cluster", moves: moves.length, atOnce: limits.cluster, rounds: rounds(moves.length, limits.cluster) },
  ];
  return all.reduce((most, each) => (each.rounds > most.rounds ? each : most));
}

function countBy<K>(moves: readonly Move[], keyOf: (move: Move) => K): ReadonlyMap<K, number> {
  const counts = new Map<K, number>();
  for (const move of moves) counts.set(keyOf(move), (counts.get(keyOf(move)) ?? 0) + 1);
  return counts;
}

interface Count {
  before: number;
  now: number;
  worst: number;
  bytesBefore: bigint | null;
  bytesAfter: bigint | null;
}

function loadsOf({ moves, schedule }: ClusterPlan, observed: ObservedGreptimeCluster): readonly DatanodeLoad[] {
  const counts = new Map<DatanodeId, Count>();
  const at = (datanode: DatanodeId): Count => {
    const known = counts.get(datanode) ?? { before: 0, now: 0, worst: 0, bytesBefore: 0n, bytesAfter: 0n };
    counts.set(datanode, known);
    return known;
  };
  for (const { id } of observed.datanodes) at(id);
  const targets = new Map(moves.map(({ region, to }) => [region, to]));
  for (const { id, leader, sizeBytes } of ledRegions(observed)) {
    const count = at(leader);
    count.before += 1;
    count.bytesBefore = plus(count.bytesBefore, sizeBytes);
    const end = at(targets.get(id) ?? leader);
    end.bytesAfter = plus(end.bytesAfter, sizeBytes);
  }
  for (const count of counts.values()) count.now = count.worst = count.before;
  for (const round of schedule.rounds) {
    for (const index of round) {
      const target = at(moves[index]!.to);
      target.now += 1;
      target.worst = Math.max(target.worst, target.now);
    }
    for (const index of round) at(moves[index]!.from).now -= 1;
  }
  return [...counts]
    .sort(([a], [b]) => compareIds(a, b))
    .map(([datanode, { now, ...count }]) => ({ datanode, ...count, after: now }));
}

function* ledRegions({ tables }: ObservedGreptimeCluster): Generator<ObservedRegion & { readonly leader: DatanodeId }> {
  for (const table of tables) {
    if (table.logical === true) continue;
    for (const region of table.regions) if (region.leader !== null) yield { ...region, leader: region.leader };
  }
}

function plus(sum: bigint | null, size: bigint | null): bigint | null {
  return sum === null || size === null ? null : sum + size;
}
