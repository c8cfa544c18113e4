import type { Diagnostic } from "../../topology/diagnostic";
import type { DatanodeId, RegionId } from "../../topology/ids";
import type { Heartbeats, RegionLeader, RunningProcedures } from "../../engines/port";
import type { Move } from "../../planning/change";
import { tableKey } from "../../planning/table-key";
import { livenessOf, type Liveness } from "../../planning/liveness";
import { followerOnTarget, leaderElsewhere, tableDropped } from "./move-diagnostics";

/** What the cluster says just before moves start. */
export interface StartFacts {
  readonly heartbeats: Heartbeats;
  readonly leaders: ReadonlyMap<RegionId, RegionLeader>;
  readonly running: RunningProcedures;
}

/** What to do with a move that has a free place. */
export type StartDecision =
  | { readonly kind: "start"; readonly flush: boolean }
  | { readonly kind: "there" }
  | { readonly kind: "adopt"; readonly procedure: string }
  /** `silentMs`: how long the datanode that it waits for has not been heard from; absent where it waits for something else. */
  | { readonly kind: "wait"; readonly reason: string; readonly silentMs?: number }
  | { readonly kind: "fail"; readonly diagnostic: Diagnostic };

/**
 * In this order: does the region exist; does anything move it; is its table being repartitioned; is it in motion;
 * does it lead on its target already, or elsewhere than planned; do both datanodes answer. Pure.
 *
 * @param acceptDataLossOf datanodes that may be left without a flush when their lease is over or they are gone. While they answer they are flushed.
 */
export function decideStart(move: Move, facts: StartFacts, acceptDataLossOf: readonly DatanodeId[]): StartDecision {
  const leader = facts.leaders.get(move.region);
  if (leader === undefined) return { kind: "fail", diagnostic: tableDropped(move) };
  const procedure = facts.running.migrations.get(move.region);
  if (procedure !== undefined) return { kind: "adopt", procedure };
  if (leader.status === "STAGING" || facts.running.repartitioned.has(move.region))
    return { kind: "wait", reason: `${tableKey(move.table)} is being repartitioned` };
  if (leader.status !== "ALIVE" && leader.status !== "UNKNOWN")
    return { kind: "wait", reason: `Region ${move.region} is in motion (${leader.status})` };
  if (leader.leader === null) return { kind: "wait", reason: `Region ${move.region} has no leader` };
  if (leader.leader === move.to) return { kind: "there" };
  if (leader.leader !== move.from) return { kind: "fail", diagnostic: leaderElsewhere(move, leader.leader) };
  if (leader.followers.includes(move.to)) return { kind: "fail", diagnostic: followerOnTarget(move) };
  const target = liveness(facts.heartbeats, move.to);
  if (target !== "fresh") return waitFor(facts.heartbeats, move.to, describe("Target", move.to, target));
  const source = liveness(facts.heartbeats, move.from);
  if (source === "fresh") return { kind: "start", flush: true };
  // One that is late or not listed yet may be heard from again, and then be flushed.
  const down = source === "silent" || source === "gone";
  if (down && acceptDataLossOf.includes(move.from)) return { kind: "start", flush: false };
  return waitFor(facts.heartbeats, move.from, `${describe("Source", move.from, source)}; its unflushed rows would be lost`);
}

function waitFor({ silentMs }: Heartbeats, datanode: DatanodeId, reason: string): StartDecision {
  const silent = silentMs.get(datanode);
  return { kind: "wait", reason, ...(typeof silent === "number" ? { silentMs: silent } : {}) };
}

function liveness(heartbeats: Heartbeats, datanode: DatanodeId): Liveness {
  // A version without cluster_info lists nobody and tells no uptime.
  if (heartbeats.silentMs.size === 0 && heartbeats.metasrvUptimeMs === null) return "fresh";
  return livenessOf(datanode, heartbeats.silentMs, heartbeats.metasrvUptimeMs);
}

function describe(role: string, datanode: DatanodeId, state: Exclude<Liveness, "fresh">): string {
  switch (state) {
    case "late":
      return `${role} datanode ${datanode} has missed heartbeats`;
    case "silent":
      return `${role} datanode ${datanode} does not answer`;
    case "gone":
      return `${role} datanode ${datanode} is not in the cluster`;
    case "unlisted":
      return `${role} datanode ${datanode} has not reported since metasrv started`;
  }
}
