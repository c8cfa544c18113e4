import type { Diagnostic } from "../../topology/diagnostic";
import type { DatanodeId } from "../../topology/ids";
import type { RegionLeader } from "../../engines/port";
import type { Move } from "../../planning/change";
import type { MoveBoard } from "./move-board";
import type { MoveState } from "./move-state";
import { tableKey } from "../../planning/table-key";
import { attemptAgain } from "../attempt";
import { READ_ATTEMPTS } from "../rows/count-rows";
import { leaderElsewhere, notReadAgain, rowsMayBeLost, tableDropped } from "./move-diagnostics";

/** Every region was seen on its target once. Somebody may have moved it since: the result tells where it is at the end. */
export async function readPlacementAgain({ execution, states }: MoveBoard): Promise<void> {
  const there = states.filter(({ planned, outcome }) => planned && (outcome === "done" || outcome === "already-there"));
  if (there.length === 0 || execution.stop.aborted) return;
  const regions = there.map(({ move }) => move.region);
  const read = await attemptAgain(execution, READ_ATTEMPTS, () => execution.port.moves.leaders(regions));
  if (execution.stop.aborted) return;
  for (const state of there) {
    const diagnostic = read.ok ? whyNotThere(state.move, read.value.get(state.move.region)) : notReadAgain(state.move, read.diagnostic);
    if (diagnostic === null) continue;
    state.outcome = "failed";
    state.diagnostic = diagnostic;
    execution.emit({ code: "MOVE_FAILED", move: state.move, diagnostic });
  }
}

function whyNotThere(move: Move, leader: RegionLeader | undefined): Diagnostic | null {
  if (leader === undefined) return tableDropped(move);
  return leader.leader === move.to || leader.leader === null ? null : leaderElsewhere(move, leader.leader);
}

/** Tables of which regions left a datanode that did not answer: the user accepted it, and is told once more which they were. */
export function acceptedLosses(states: readonly MoveState[]): readonly Diagnostic[] {
  const tables = new Map<DatanodeId, Set<string>>();
  for (const { unflushed, outcome, move } of states) {
    if (!unflushed || outcome === "failed" || outcome === "not-started") continue;
    tables.set(move.from, (tables.get(move.from) ?? new Set()).add(tableKey(move.table)));
  }
  return [...tables].map(([datanode, names]) => rowsMayBeLost(datanode, [...names].sort()));
}
