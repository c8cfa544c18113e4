import type { Diagnostic } from "../../topology/diagnostic";
import type { DatanodeId } from "../../topology/ids";
import type { Heartbeats } from "../../engines/port";
import type { Execution } from "../execution";
import type { MoveOutcome } from "../result";
import { FRESH_HEARTBEAT_MS, LEASE_MS } from "../../planning/liveness";
import { backoffMs } from "../attempt";
import { newMoveState, type MoveState, type PlaceLimits } from "./move-state";
import { afterSuccess, currentLimits, narrowed, openWindow, type MoveWindow } from "./window";

/** The moves of a run and how many of them may run. The only mutable state of convergence. */
export interface MoveBoard {
  readonly execution: Execution;
  readonly states: readonly MoveState[];
  window: MoveWindow;
  /** A move has got past opening its region on its target: the datanodes share their storage. Until then one move runs alone. */
  opened: boolean;
  /** Nothing new is submitted because of this; null while all is well. */
  halted: Diagnostic | null;
  /** A bug that surfaced in a move's own task: ends the run. */
  crash: { readonly error: unknown } | null;
  /** Questions that failed in a row, and since when. */
  pollFailures: number;
  pollFailingSince: number | null;
  startFailures: number;
  startNotBefore: number;
  /** Something has changed since it was last cleared: poll again soon. */
  stirred: boolean;
  /** Datanodes heard from within their lease when last asked. */
  readonly watched: Set<DatanodeId>;
  /** Datanodes that metasrv listed when last asked, and when its list was last seen to begin anew; null: never. */
  listed: ReadonlySet<DatanodeId>;
  listBeganAt: number | null;
  /** Why nothing new is started until heartbeats are fresh again; null: they are. */
  pausedBy: string | null;
  /** Tasks of moves that are starting. */
  readonly tasks: Set<Promise<void>>;
  wake(): void;
}

export function createBoard(execution: Execution, states: readonly MoveState[], wake: () => void): MoveBoard {
  const datanodes = new Set(states.flatMap((state) => [state.move.from, state.move.to]));
  return {
    execution,
    states,
    window: openWindow(execution.plan.settings.limits, datanodes.size),
    opened: false,
    halted: null,
    crash: null,
    pollFailures: 0,
    pollFailingSince: null,
    startFailures: 0,
    startNotBefore: 0,
    stirred: true,
    watched: new Set(),
    listed: new Set(),
    listBeganAt: null,
    pausedBy: null,
    tasks: new Set(),
    wake,
  };
}

/** What bounds the moves that run at once, just now. */
export function placeLimits({ execution, window, opened }: MoveBoard): PlaceLimits {
  const { limits, serialPerTable } = execution.plan.settings;
  const current = currentLimits(window);
  return { window: opened ? current : { ...current, cluster: 1 }, declared: limits, serialPerTable };
}

/** Journal entry of a move in a new state. */
export function recordMove(
  board: MoveBoard,
  state: MoveState,
  to: "submitting" | "submitted" | "not-submitted" | "done" | "failed",
): Promise<boolean> {
  const { table, partition, region, from, to: target } = state.move;
  return board.execution.record({
    kind: "move",
    table,
    partition,
    region,
    from,
    to: target,
    state: to,
    procedure: state.procedure,
  });
}

/** Ends a move. Nothing about it changes afterwards. */
export async function finishMove(
  board: MoveBoard,
  state: MoveState,
  outcome: MoveOutcome,
  diagnostic: Diagnostic | null = null,
): Promise<void> {
  const journaled = state.ours || state.submissions > 0;
  state.phase = "finished";
  state.outcome = outcome;
  state.diagnostic = diagnostic;
  board.stirred = true;
  const { execution } = board;
  if (outcome === "done" || outcome === "already-there") {
    if (state.timed) {
      state.durationMs = execution.clock.now() - state.runningSince;
      const wider = afterSuccess(board.window, state.durationMs);
      if (wider.cluster > board.window.cluster || wider.perDatanode > board.window.perDatanode) {
        execution.emit({
          code: "WINDOW_WIDENED",
          perDatanode: wider.perDatanode,
          cluster: wider.cluster,
          reason: "moves are as fast as the first ones",
        });
      }
      board.window = wider;
    }
    if (state.planned) {
      const planned = board.states.filter((other) => other.planned);
      const finished = planned.filter((other) => other.phase === "finished").length;
      execution.emit({
        code: "MOVE_DONE",
        move: state.move,
        durationMs: state.durationMs,
        flushMs: state.flushMs,
        finished,
        total: planned.length,
      });
    }
    if (journaled) await recordMove(board, state, "done");
    return;
  }
  if (diagnostic !== null) execution.emit({ code: "MOVE_FAILED", move: state.move, diagnostic });
  if (outcome === "failed" && journaled) await recordMove(board, state, "failed");
}

/** The region leads on its target: whose doing that was decides what the result says. */
export function finishThere(board: MoveBoard, state: MoveState): Promise<void> {
  const own = state.ours || (state.submissions > 0 && !state.foreign);
  return finishMove(board, state, own ? "done" : "already-there");
}

/** Puts a move back to wait for another attempt. */
export function waitAgain(board: MoveBoard, state: MoveState): void {
  state.failures += 1;
  state.notBefore = board.execution.clock.now() + backoffMs(state.failures);
  state.phase = "waiting";
  state.doubts = 0;
  state.procedure = null;
  state.timed = false;
  board.stirred = true;
}

/** Halves what may run at once. Where one at a time runs already nothing changes, and nothing is told. */
export function narrowWindow(board: MoveBoard, reason: string): void {
  const narrower = narrowed(board.window, board.execution.clock.now());
  if (narrower === board.window) return;
  const isNarrower = narrower.perDatanode < board.window.perDatanode || narrower.cluster < board.window.cluster;
  board.window = narrower;
  if (!isNarrower) return;
  board.execution.emit({
    code: "WINDOW_NARROWED",
    perDatanode: narrower.perDatanode,
    cluster: narrower.cluster,
    reason,
  });
}

/**
 * The heartbeats as this run may take them: where a datanode has vanished from the list, another metasrv has taken over whose list fills up
 * from then on, however long that one has been up.
 */
export function asFilling(board: MoveBoard, heartbeats: Heartbeats): Heartbeats {
  const now = board.execution.clock.now();
  if ([...board.listed].some((datanode) => !heartbeats.silentMs.has(datanode))) board.listBeganAt = now;
  board.listed = new Set(heartbeats.silentMs.keys());
  if (board.listBeganAt === null) return heartbeats;
  return { ...heartbeats, metasrvUptimeMs: Math.min(heartbeats.metasrvUptimeMs ?? Infinity, now - board.listBeganAt) };
}

/**
 * Whether every datanode that was alive before has been heard from lately. A late one narrows the window and holds new moves back
 * until it is heard from, so that its lease does not run out; one whose lease is over is left alone, its own moves wait for it.
 */
export function heartbeatsAllow(board: MoveBoard, heartbeats: Heartbeats): boolean {
  const late: DatanodeId[] = [];
  for (const [datanode, silentMs] of heartbeats.silentMs) {
    if (silentMs === null) continue;
    if (silentMs > LEASE_MS) board.watched.delete(datanode);
    else if (silentMs <= FRESH_HEARTBEAT_MS) board.watched.add(datanode);
    else if (board.watched.has(datanode)) late.push(datanode);
  }
  if (late.length === 0) {
    board.pausedBy = null;
    return true;
  }
  const reason = `datanode ${late.join(", ")} has missed heartbeats`;
  narrowWindow(board, reason);
  if (board.pausedBy !== reason) board.execution.emit({ code: "PAUSED", reason });
  board.pausedBy = reason;
  return false;
}

/** States of a plan's moves, and of what earlier runs left running: also of a region that the plan moves elsewhere, which has to wait for it. */
export function moveStates(execution: Execution, moves: readonly MoveState["move"][]): readonly MoveState[] {
  const { unfinished } = execution.resume;
  const planned = new Map(moves.map(({ region, to }) => [region, to]));
  const left = [...unfinished.values()]
    .filter(({ region, to }) => planned.get(region) !== to)
    .map(({ table, partition, region, from, to }) =>
      newMoveState(
        { kind: "move-region", table, partition, region, from, to, sizeBytes: null, reason: "left by an earlier run" },
        false,
        true,
      ),
    );
  return [...left, ...moves.map((move) => newMoveState(move, true, isOurs(execution, move)))];
}

/** An earlier run has moved it, or may be moving it, to the same place. */
function isOurs({ resume, plan }: Execution, move: MoveState["move"]): boolean {
  if (resume.unfinished.get(move.region)?.to === move.to) return true;
  return (
    resume.interrupted !== null &&
    resume.interrupted.basis === plan.basis &&
    resume.interrupted.doneMoves.get(move.region) === move.to
  );
}
