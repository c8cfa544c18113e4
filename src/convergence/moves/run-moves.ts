import type { Diagnostic } from "../../topology/diagnostic";
import type { Move } from "../../planning/change";
import type { Execution } from "../execution";
import type { MoveResult } from "../result";
import type { MoveState } from "./move-state";
import { acceptedLosses, readPlacementAgain } from "./after-moves";
import { backoffMs } from "../attempt";
import { checkFinishedTables, type TableChecks } from "./check-tables";
import { createBoard, moveStates, placeLimits, type MoveBoard } from "./move-board";
import { selectStartable, takesPlace } from "./move-state";
import { pollMoves } from "./poll-moves";
import { isOver, startMoves } from "./start-moves";

const SHORTEST_INTERVAL_MS = 100;
const LONGEST_INTERVAL_MS = 2_000;
/** After a stop, submissions that are under way may still bring their id, so that the journal has it. */
const LAST_ANSWERS_MS = 2_000;

/** What became of moves, and what should be known beside it. */
export interface MovesOutcome {
  readonly results: readonly MoveResult[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Runs moves until all are over, or nothing more may begin and nothing is moving, or the run is stopped. Every move takes the next free
 * place; there are no barriers. What earlier runs left moving is adopted first and takes its places;
 * its results stand in front of those of `moves`.
 */
export async function runMoves(
  execution: Execution,
  moves: readonly Move[],
  checks: TableChecks,
): Promise<MovesOutcome> {
  const states = moveStates(execution, moves);
  const alarm = createAlarm();
  const board = createBoard(execution, states, alarm.ring);
  for (const state of states) adoptFromJournal(board, state);
  const ring = (): void => alarm.ring();
  execution.drain.addEventListener("abort", ring);
  execution.stop.addEventListener("abort", ring);
  try {
    await loop(board, alarm, checks);
  } finally {
    execution.drain.removeEventListener("abort", ring);
    execution.stop.removeEventListener("abort", ring);
  }
  await readPlacementAgain(board);
  return { results: states.map((state) => resultOf(board, state)), diagnostics: acceptedLosses(states) };
}

/** Whether anything is left to do or to wait for. */
export function hasWork(execution: Execution, moves: readonly Move[]): boolean {
  return moves.length > 0 || execution.resume.unfinished.size > 0;
}

async function loop(board: MoveBoard, alarm: Alarm, checks: TableChecks): Promise<void> {
  const { execution } = board;
  const checked = new Set<string>();
  let interval = SHORTEST_INTERVAL_MS;
  while (!isFinished(board)) {
    await untilStopped(
      execution,
      step(board, () => checkFinishedTables(board, checks, checked)),
    );
    rethrow(board);
    if (execution.stop.aborted) break;
    if (isFinished(board)) break;
    interval = nextInterval(board, interval);
    await execution.clock.sleep(SHORTEST_INTERVAL_MS, execution.stop);
    if (interval > SHORTEST_INTERVAL_MS) await alarm.sleep(execution, interval - SHORTEST_INTERVAL_MS);
    rethrow(board);
  }
  if (execution.stop.aborted) {
    const answered = new AbortController();
    const last = Promise.all(board.tasks).finally(() => answered.abort());
    await Promise.race([last, execution.clock.sleep(LAST_ANSWERS_MS, answered.signal)]);
    rethrow(board);
    return;
  }
  await untilStopped(
    execution,
    Promise.all(board.tasks).then(() => undefined),
  );
  rethrow(board);
}

/** A bug in a move's own task ends the run. */
function rethrow(board: MoveBoard): void {
  if (board.crash !== null) throw board.crash.error;
}

async function step(board: MoveBoard, check: () => void): Promise<void> {
  await pollMoves(board);
  check();
  if (!isOver(board)) await startMoves(board);
}

function isFinished(board: MoveBoard): boolean {
  if (board.execution.stop.aborted) return true;
  if (board.states.some(takesPlace)) return false;
  if (isOver(board) || board.states.every((state) => state.phase === "finished")) return true;
  // Moves that do not end hold the places that all the others need.
  return (
    board.states.some((state) => state.outcome === "left-running") &&
    selectStartable(board.states, placeLimits(board), Infinity).length === 0
  );
}

function nextInterval(board: MoveBoard, interval: number): number {
  if (board.pollFailures > 0) return backoffMs(board.pollFailures);
  const next = board.stirred ? SHORTEST_INTERVAL_MS : Math.min(LONGEST_INTERVAL_MS, Math.ceil(interval * 1.5));
  board.stirred = false;
  return next;
}

/** Returns when the action ends or the run is stopped, whichever is first. */
async function untilStopped(execution: Execution, action: Promise<void>): Promise<void> {
  if (execution.stop.aborted) return;
  let onStop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    onStop = resolve;
    execution.stop.addEventListener("abort", onStop, { once: true });
  });
  try {
    await Promise.race([action, stopped]);
  } finally {
    execution.stop.removeEventListener("abort", onStop);
    action.catch(() => undefined);
  }
}

/** What an earlier run left: its procedure is followed when its id is known, else looked for. */
function adoptFromJournal(board: MoveBoard, state: MoveState): void {
  const { execution } = board;
  const record = execution.resume.unfinished.get(state.move.region);
  if (record?.to !== state.move.to) return;
  const now = execution.clock.now();
  state.runningSince = now;
  if (record.procedure === null) {
    state.phase = "uncertain";
    state.uncertainSince = now;
    return;
  }
  state.phase = "running";
  state.procedure = record.procedure;
  execution.emit({ code: "MOVE_ADOPTED", move: state.move, procedure: record.procedure, foreign: false });
}

function resultOf(board: MoveBoard, state: MoveState): MoveResult {
  const { move, procedure, durationMs } = state;
  if (state.outcome !== null)
    return { move, outcome: state.outcome, procedure, durationMs, diagnostic: state.diagnostic };
  const sent = takesPlace(state) && (state.submissions > 0 || state.phase !== "starting");
  if (sent) return { move, outcome: "left-running", procedure, durationMs: null, diagnostic: null };
  const reason = board.halted ?? board.execution.journalFailure() ?? placeHolder(board);
  return { move, outcome: "not-started", procedure: null, durationMs: null, diagnostic: reason };
}

/** Why a move found no place although the run was not told to end: another one does not end. */
function placeHolder({ states, execution }: MoveBoard): Diagnostic | null {
  if (execution.drain.aborted || execution.stop.aborted) return null;
  return states.find((state) => state.outcome === "left-running")?.diagnostic ?? null;
}

interface Alarm {
  ring(): void;
  sleep(execution: Execution, ms: number): Promise<void>;
}

/** A sleep that anything noteworthy ends early. */
function createAlarm(): Alarm {
  let controller: AbortController | null = null;
  return {
    ring: () => controller?.abort(),
    async sleep(execution, ms) {
      controller = new AbortController();
      await execution.clock.sleep(ms, controller.signal);
      controller = null;
    },
  };
}
