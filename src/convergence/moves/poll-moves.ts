import type { Diagnostic } from "../../topology/diagnostic";
import type { RegionId } from "../../topology/ids";
import type { ProcedureState, RegionLeader } from "../../engines/port";
import type { MoveState } from "./move-state";
import { attempt, type Attempt } from "../attempt";
import { finishMove, finishThere, narrowWindow, recordMove, waitAgain, type MoveBoard } from "./move-board";
import {
  heldTooLong,
  leaderElsewhere,
  neverStarted,
  noSharedStorage,
  notAnswered,
  notConfirmed,
  procedureFailed,
  stuck,
  tableDropped,
  unreachable,
} from "./move-diagnostics";
import { doubtsLast, takesPlace } from "./move-state";
import { adoptMove, termsFor } from "./start-moves";

/** How often the server may take a move, without doing it, before it is given up. */
const MOST_TAKEN = 3;
/** An id that stays unknown for this long never started: a restarted metasrv has loaded its procedures by then. */
const UNKNOWN_LASTS_MS = 5_000;
/** A leader that is not on the target for this long after the end was not moved. */
const UNCONFIRMED_LASTS_MS = 5_000;
/** The answer to a submission is missing and the server shows nothing for this long: it did not act. */
const UNCERTAIN_LASTS_MS = 3_000;
/** A cluster that does not answer for this long is left alone; the next run finds out. */
const UNREACHABLE_MS = 300_000;
/** Datanodes that share no storage refuse to open a region at once (observed: within 112 ms). */
const OPENS_WITHIN_MS = 2_000;
/** Beside twice its own timeout, what a move may take before it is left to the next run. */
const STUCK_MARGIN_MS = 60_000;

/** A procedure that is not going well. */
type Trouble = Extract<ProcedureState, { readonly error: string }>;

interface PollFacts {
  readonly procedures: ReadonlyMap<string, ProcedureState>;
  readonly leaders: ReadonlyMap<RegionId, RegionLeader>;
  readonly running: ReadonlyMap<RegionId, string>;
}

/** Asks for all moves together what has become of them, and acts on it. At most three questions, whatever their number. */
export async function pollMoves(board: MoveBoard): Promise<void> {
  const active = board.states.filter((state) => takesPlace(state) && state.phase !== "starting");
  if (active.length === 0) return;
  const facts = await readFacts(board, active);
  if (!facts.ok) return onUnreadable(board, active, facts);
  board.pollFailures = 0;
  board.pollFailingSince = null;
  for (const state of active) {
    if (board.execution.isClosed()) return;
    board.opened ||= showsOpening(state, stateOf(state, facts.value.procedures), board.execution.clock.now());
    await settle(board, state, facts.value);
    if (takesPlace(state)) await limitTime(board, state);
  }
}

function readFacts(board: MoveBoard, active: readonly MoveState[]): Promise<Attempt<PollFacts>> {
  const { moves } = board.execution.port;
  return attempt(async () => {
    const ids = active.flatMap((state) =>
      state.phase === "running" && state.procedure !== null ? [state.procedure] : [],
    );
    const procedures = ids.length === 0 ? new Map<string, ProcedureState>() : await moves.procedures(ids);
    const unclear = active.filter((state) => !isUnderWay(state, procedures)).map((state) => state.move.region);
    const lost = active
      .filter((state) => state.phase === "uncertain" || stateOf(state, procedures).kind === "unknown")
      .map((state) => state.move.region);
    const running = lost.length === 0 ? new Map<RegionId, string>() : (await moves.running(lost)).migrations;
    const leaders = unclear.length === 0 ? new Map<RegionId, RegionLeader>() : await moves.leaders(unclear);
    return { procedures, leaders, running };
  });
}

/** Whether the move has come further than opening its region, or ended for a reason that has nothing to do with storage. */
function showsOpening(state: MoveState, procedure: ProcedureState, now: number): boolean {
  if (state.phase !== "running") return state.phase === "confirming";
  if (procedure.kind === "running") return now - state.runningSince >= OPENS_WITHIN_MS;
  return !("cause" in procedure) || procedure.cause !== "no-shared-storage";
}

function isUnderWay(state: MoveState, procedures: PollFacts["procedures"]): boolean {
  const { kind } = stateOf(state, procedures);
  return state.phase === "running" && (kind === "running" || kind === "retrying");
}

function stateOf(state: MoveState, procedures: PollFacts["procedures"]): ProcedureState {
  return (state.procedure === null ? undefined : procedures.get(state.procedure)) ?? { kind: "unknown" };
}

async function onUnreadable(
  board: MoveBoard,
  active: readonly MoveState[],
  failure: Extract<Attempt<PollFacts>, { readonly ok: false }>,
): Promise<void> {
  const now = board.execution.clock.now();
  board.pollFailures += 1;
  board.pollFailingSince ??= now;
  board.execution.emit({ code: "CLUSTER_UNREACHABLE", diagnostic: failure.diagnostic });
  narrowWindow(board, "the cluster did not answer");
  if (failure.transient && now - board.pollFailingSince < UNREACHABLE_MS) return;
  board.halted = failure.diagnostic;
  for (const state of active)
    await finishMove(board, state, "left-running", unreachable(state.move, failure.diagnostic));
}

async function settle(board: MoveBoard, state: MoveState, facts: PollFacts): Promise<void> {
  const leader = facts.leaders.get(state.move.region);
  if (state.phase === "confirming") return confirm(board, state, leader);
  const running = facts.running.get(state.move.region);
  if (state.phase === "uncertain") return resolveUncertain(board, state, leader, running);
  const procedure = stateOf(state, facts.procedures);
  switch (procedure.kind) {
    case "running":
      state.doubts = 0;
      return;
    case "retrying":
      return onRetrying(board, state, procedure);
    case "rolling-back":
      return onRollingBack(board, state, procedure, leader);
    case "done":
      state.phase = "confirming";
      state.doubts = 0;
      return confirm(board, state, leader);
    case "failed":
      return onFailed(board, state, procedure, leader);
    case "unknown":
      return onUnknown(board, state, leader, running);
  }
}

/** `Done` does not prove a move: only its leader does. */
async function confirm(board: MoveBoard, state: MoveState, leader: RegionLeader | undefined): Promise<void> {
  if (await endsByLeader(board, state, leader)) return;
  if (isInMotion(leader)) return;
  if (doubtsLast(state, board.execution.clock.now(), UNCONFIRMED_LASTS_MS))
    await againOrFail(board, state, notConfirmed(state.move));
}

/** Ends the move when the leader decides it: on the target, on a third datanode, or no region at all. */
async function endsByLeader(board: MoveBoard, state: MoveState, leader: RegionLeader | undefined): Promise<boolean> {
  const { move } = state;
  if (leader === undefined) await finishMove(board, state, "failed", tableDropped(move));
  else if (isInMotion(leader)) return false;
  else if (leader.leader === move.to) await finishThere(board, state);
  else if (leader.leader !== null && leader.leader !== move.from)
    await finishMove(board, state, "failed", leaderElsewhere(move, leader.leader));
  else return false;
  return true;
}

/** A move of it is under way. A region that is being repartitioned does not change its leader by that. */
function isInMotion(leader: RegionLeader | undefined): boolean {
  return leader !== undefined && (leader.status === "DOWNGRADING" || leader.status === "DOWNGRADED");
}

async function resolveUncertain(
  board: MoveBoard,
  state: MoveState,
  leader: RegionLeader | undefined,
  running: string | undefined,
): Promise<void> {
  const { clock } = board.execution;
  if (leader === undefined) return finishMove(board, state, "failed", tableDropped(state.move));
  if (running !== undefined) return adoptMove(board, state, running);
  if (await endsByLeader(board, state, leader)) return;
  if (isInMotion(leader) || !doubtsLast(state, clock.now(), UNCERTAIN_LASTS_MS)) return;
  const patience = termsFor(board, state).replayTimeoutSeconds * 1000 + STUCK_MARGIN_MS;
  if (state.uncertainSince !== null && clock.now() - state.uncertainSince > patience) {
    return finishMove(
      board,
      state,
      "failed",
      heldTooLong(state.move, "The server keeps saying that another migration of it is running, and shows none"),
    );
  }
  if (state.taken >= MOST_TAKEN) {
    const why = state.lostAnswer === null ? neverStarted(state.move, state.taken) : notAnswered(state.move, state.taken, state.lostAnswer);
    return finishMove(board, state, "failed", why);
  }
  await again(board, state);
}

async function onRetrying(board: MoveBoard, state: MoveState, { error, cause }: Trouble): Promise<void> {
  state.doubts = 0;
  if (state.lastError !== error) board.execution.emit({ code: "MOVE_RETRYING", move: state.move, error });
  state.lastError = error;
  narrowWindow(board, `the move of region ${state.move.region} is being retried`);
  if (cause === "region-gone") return finishMove(board, state, "failed", tableDropped(state.move));
  if (cause !== "no-shared-storage") return;
  board.halted ??= noSharedStorage(state.move, error);
  await finishMove(board, state, "left-running", noSharedStorage(state.move, error));
}

/** Ends in `failed`, except when the table was dropped: then it stays as it is. */
async function onRollingBack(
  board: MoveBoard,
  state: MoveState,
  { error, cause }: Trouble,
  leader: RegionLeader | undefined,
): Promise<void> {
  state.doubts = 0;
  if (leader === undefined || cause === "region-gone")
    return finishMove(board, state, "failed", tableDropped(state.move));
  if (state.lastError !== error) board.execution.emit({ code: "MOVE_ROLLING_BACK", move: state.move, error });
  state.lastError = error;
  narrowWindow(board, `the move of region ${state.move.region} is being undone`);
}

async function onFailed(
  board: MoveBoard,
  state: MoveState,
  { error, cause }: Trouble,
  leader: RegionLeader | undefined,
): Promise<void> {
  if (await endsByLeader(board, state, leader)) return;
  if (cause === "no-shared-storage") {
    board.halted ??= noSharedStorage(state.move, error);
    return finishMove(board, state, "failed", noSharedStorage(state.move, error));
  }
  await againOrFail(board, state, procedureFailed(state.move, error));
}

/** The id is unknown: over and forgotten, not loaded yet after a restart, or never started. */
async function onUnknown(
  board: MoveBoard,
  state: MoveState,
  leader: RegionLeader | undefined,
  running: string | undefined,
): Promise<void> {
  const { execution } = board;
  if (leader === undefined) return finishMove(board, state, "failed", tableDropped(state.move));
  if (running !== undefined) {
    if (running === state.procedure) state.doubts = 0;
    else await adoptMove(board, state, running);
    return;
  }
  if (await endsByLeader(board, state, leader)) return;
  if (isInMotion(leader) || !doubtsLast(state, execution.clock.now(), UNKNOWN_LASTS_MS)) return;
  execution.emit({ code: "MOVE_NEVER_STARTED", move: state.move, procedure: state.procedure ?? "" });
  await againOrFail(board, state, neverStarted(state.move, Math.max(1, state.taken)));
}

/** Sends it again later, a few times; a move that is not in the plan is never sent. */
async function againOrFail(board: MoveBoard, state: MoveState, diagnostic: Diagnostic): Promise<void> {
  narrowWindow(board, `the move of region ${state.move.region} did not end well`);
  if (!state.planned) return finishMove(board, state, "failed");
  if (state.taken >= MOST_TAKEN) return finishMove(board, state, "failed", diagnostic);
  await again(board, state);
}

async function again(board: MoveBoard, state: MoveState): Promise<void> {
  if (!state.planned) return finishMove(board, state, "failed");
  await recordMove(board, state, "not-submitted");
  waitAgain(board, state);
}

async function limitTime(board: MoveBoard, state: MoveState): Promise<void> {
  const ms = board.execution.clock.now() - state.runningSince;
  const most = 2 * termsFor(board, state).replayTimeoutSeconds * 1000 + STUCK_MARGIN_MS;
  if (ms > most) await finishMove(board, state, "left-running", stuck(state.move, state.procedure, ms));
}
