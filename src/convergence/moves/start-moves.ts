import type { MoveState } from "./move-state";
import { termsOf, type MoveTerms } from "../../planning/placement-settings";
import { attempt, backoffMs } from "../attempt";
import { decideStart, type StartDecision, type StartFacts } from "./decide-start";
import { flushFailed, heldTooLong, notAccepted, tableDropped } from "./move-diagnostics";
import {
  asFilling,
  finishMove,
  finishThere,
  heartbeatsAllow,
  narrowWindow,
  placeLimits,
  recordMove,
  waitAgain,
  type MoveBoard,
} from "./move-board";
import { becomeRunning, selectStartable } from "./move-state";
import type { Attempt } from "../attempt";

/** How often a flush or a submission is tried when the failure may pass. */
const ATTEMPTS = 6;
/** A flush that took longer makes what was known before it old. */
const FLUSH_IS_LONG_MS = 2_000;
const HELD_RETRY_MS = 1_000;

/** Gives every free place to the next legal move. Asks the cluster three questions, whatever the number of moves. */
export async function startMoves(board: MoveBoard): Promise<void> {
  const { execution } = board;
  const now = execution.clock.now();
  if (board.startNotBefore > now) return;
  const selected = selectStartable(board.states, placeLimits(board), now);
  if (selected.length === 0) return;
  const facts = await readFacts(board, selected);
  if (!facts.ok) return onUnreadable(board, facts);
  board.startFailures = 0;
  if (!heartbeatsAllow(board, facts.value.heartbeats)) {
    board.startNotBefore = execution.clock.now() + HELD_RETRY_MS;
    await giveUpHeld(board, selected, facts.value);
    return;
  }
  for (const state of selected) {
    if (isOver(board)) return;
    await startOne(board, state, facts.value);
  }
}

/** Nothing new may begin. */
export function isOver(board: MoveBoard): boolean {
  const { execution } = board;
  return (
    board.halted !== null || execution.drain.aborted || execution.stop.aborted || execution.journalFailure() !== null
  );
}

async function readFacts(board: MoveBoard, states: readonly MoveState[]): Promise<Attempt<StartFacts>> {
  const regions = states.map((state) => state.move.region);
  const { moves } = board.execution.port;
  return attempt(async () => ({
    heartbeats: asFilling(board, await moves.heartbeats()),
    running: await moves.running(regions),
    // Last, so that a move which ended after `running` was asked is seen on its target.
    leaders: await moves.leaders(regions),
  }));
}

function onUnreadable(board: MoveBoard, failure: Extract<Attempt<StartFacts>, { readonly ok: false }>): void {
  board.startFailures += 1;
  board.startNotBefore = board.execution.clock.now() + backoffMs(board.startFailures);
  board.execution.emit({ code: "CLUSTER_UNREACHABLE", diagnostic: failure.diagnostic });
  narrowWindow(board, "the cluster did not answer");
  if (!failure.transient || board.startFailures >= 12) board.halted = failure.diagnostic;
}

/** While others are late, a move whose own datanodes do not answer must not wait for ever. */
async function giveUpHeld(board: MoveBoard, states: readonly MoveState[], facts: StartFacts): Promise<void> {
  for (const state of states) {
    const decision = decideStart(state.move, facts, termsFor(board, state).acceptDataLossOf);
    if (decision.kind === "wait") await hold(board, state, decision);
  }
}

async function startOne(board: MoveBoard, state: MoveState, facts: StartFacts): Promise<void> {
  const decision = decideStart(state.move, facts, termsFor(board, state).acceptDataLossOf);
  switch (decision.kind) {
    case "there":
      return finishThere(board, state);
    case "fail":
      return finishMove(board, state, "failed", decision.diagnostic);
    case "adopt":
      return adoptMove(board, state, decision.procedure);
    case "wait":
      return hold(board, state, decision);
    case "start": {
      state.phase = "starting";
      state.heldSince = null;
      const task: Promise<void> = flushAndSubmit(board, state, decision.flush)
        .catch((error: unknown) => {
          board.crash ??= { error };
        })
        .finally(() => {
          board.tasks.delete(task);
          board.stirred = true;
          board.wake();
        });
      board.tasks.add(task);
    }
  }
}

export function termsFor(board: MoveBoard, state: MoveState): MoveTerms {
  return termsOf(state.move.table, board.execution.declaration.placements, board.execution.plan.settings);
}

/** Waits for a procedure that is already running instead of submitting another. */
export async function adoptMove(board: MoveBoard, state: MoveState, procedure: string): Promise<void> {
  const { execution } = board;
  const known = execution.resume.unfinished.get(state.move.region);
  const ours =
    state.submissions > 0 || (known !== undefined && (known.procedure === null || known.procedure === procedure));
  state.procedure = procedure;
  state.foreign = !ours;
  becomeRunning(state);
  if (!state.timed) state.runningSince = execution.clock.now();
  board.stirred = true;
  execution.emit({ code: "MOVE_ADOPTED", move: state.move, procedure, foreign: !ours });
  if (ours) await recordMove(board, state, "submitted");
}

async function hold(board: MoveBoard, state: MoveState, { reason, silentMs }: Extract<StartDecision, { readonly kind: "wait" }>): Promise<void> {
  const now = board.execution.clock.now();
  // A datanode that was heard from while nobody looked has not been waited for until then.
  state.heldSince = Math.max(state.heldSince ?? now, silentMs === undefined ? 0 : now - silentMs);
  state.notBefore = now + HELD_RETRY_MS;
  if (state.heldReason !== reason) board.execution.emit({ code: "MOVE_WAITING", move: state.move, reason });
  state.heldReason = reason;
  if (now - state.heldSince >= board.execution.terms.patienceMs)
    await finishMove(board, state, "failed", heldTooLong(state.move, reason));
}

async function flushAndSubmit(board: MoveBoard, state: MoveState, flush: boolean): Promise<void> {
  const { execution } = board;
  const began = execution.clock.now();
  if (flush && !(await flushed(board, state))) return;
  if (execution.clock.now() - began > FLUSH_IS_LONG_MS && !(await stillStartable(board, state))) return;
  if (isOver(board) || !(await recordMove(board, state, "submitting"))) {
    state.phase = "waiting";
    return;
  }
  if (execution.stop.aborted) {
    state.phase = "waiting";
    await recordMove(board, state, "not-submitted");
    return;
  }
  state.unflushed = !flush;
  await submit(board, state);
}

async function flushed(board: MoveBoard, state: MoveState): Promise<boolean> {
  const { execution } = board;
  const began = execution.clock.now();
  const result = await attempt(() => execution.port.moves.flush(state.move.region));
  if (result.ok) {
    state.flushMs = execution.clock.now() - began;
    execution.emit({ code: "MOVE_FLUSHED", move: state.move });
    return true;
  }
  narrowWindow(board, `flushing region ${state.move.region} failed`);
  if (!result.transient || state.failures + 1 >= ATTEMPTS)
    await finishMove(board, state, "failed", flushFailed(state.move, result.diagnostic));
  else {
    execution.emit({ code: "MOVE_FLUSH_FAILED", move: state.move, diagnostic: result.diagnostic });
    waitAgain(board, state);
  }
  return false;
}

/** Whether the move would still be started: a datanode may have fallen silent meanwhile, or somebody else may be moving the region. */
async function stillStartable(board: MoveBoard, state: MoveState): Promise<boolean> {
  const facts = await readFacts(board, [state]);
  if (facts.ok && decideStart(state.move, facts.value, termsFor(board, state).acceptDataLossOf).kind === "start")
    return true;
  waitAgain(board, state);
  return false;
}

async function submit(board: MoveBoard, state: MoveState): Promise<void> {
  const { execution } = board;
  const started = execution.clock.now();
  state.submissions += 1;
  state.foreign = false;
  state.timed = true;
  state.runningSince = started;
  const sent = await attempt(() =>
    execution.port.moves.submit(state.move, termsFor(board, state).replayTimeoutSeconds),
  );
  state.lostAnswer = sent.ok ? null : sent.diagnostic;
  if (!sent.ok) {
    if (sent.sent) {
      state.taken += 1;
      return becomeUncertain(state, started);
    }
    return onRefusal(board, state, sent.transient, sent.diagnostic);
  }
  const result = sent.value;
  switch (result.kind) {
    case "submitted":
      state.taken += 1;
      state.procedure = result.procedure;
      becomeRunning(state);
      execution.emit({ code: "MOVE_SUBMITTED", move: state.move, procedure: result.procedure });
      await recordMove(board, state, "submitted");
      return;
    case "already-there":
      state.timed = false;
      state.phase = "confirming";
      return;
    case "busy":
      state.timed = false;
      return becomeUncertain(state, started);
    case "transient":
      return onRefusal(board, state, true, result.diagnostic);
    case "refused":
      return onRefusal(board, state, false, result.diagnostic);
  }
}

/** Whether the server has it is found out by reading, not by sending it again. */
function becomeUncertain(state: MoveState, now: number): void {
  state.phase = "uncertain";
  state.doubts = 0;
  state.uncertainSince ??= now;
}

/** The server has said no: nothing is running. A permanent no is final unless the region leads on its target after all. */
async function onRefusal(
  board: MoveBoard,
  state: MoveState,
  transient: boolean,
  cause: Parameters<typeof notAccepted>[1],
): Promise<void> {
  if (transient && state.failures + 1 < ATTEMPTS) {
    board.execution.emit({ code: "MOVE_REFUSED", move: state.move, diagnostic: cause });
    await recordMove(board, state, "not-submitted");
    waitAgain(board, state);
    return;
  }
  const { region, to } = state.move;
  const leaders = await attempt(() => board.execution.port.moves.leaders([region]));
  const now = leaders.ok ? leaders.value.get(region) : undefined;
  if (now?.leader === to && now.status === "ALIVE") await finishThere(board, state);
  else if (leaders.ok && now === undefined) await finishMove(board, state, "failed", tableDropped(state.move));
  else await finishMove(board, state, "failed", notAccepted(state.move, cause));
}
