import type { Diagnostic } from "../../topology/diagnostic";
import type { DatanodeId } from "../../topology/ids";
import type { MoveLimits } from "../../topology/manifest";
import type { Move } from "../../planning/change";
import type { MoveOutcome } from "../result";
import { tableKey } from "../../planning/table-key";

/**
 * One move while a run lasts.
 *
 * waiting -> starting -> running -> confirming -> finished
 *               |           '-> waiting (failed or never started: again, a few times)
 *               '-> uncertain (no answer, or busy) -> running | confirming | waiting
 */
export interface MoveState {
  readonly move: Move;
  /** In the plan; otherwise left behind by an earlier run: waited for, because it takes a place, but never submitted. */
  readonly planned: boolean;
  /** An earlier run of ours may have submitted it. */
  readonly ours: boolean;
  phase: "waiting" | "starting" | "uncertain" | "running" | "confirming" | "finished";
  procedure: string | null;
  /** The procedure was started by somebody else. */
  foreign: boolean;
  /** How often it was sent to the server. */
  submissions: number;
  /** How often the server has taken it, or may have: its answer was lost. */
  taken: number;
  /** Failures in a row that are worth another attempt. */
  failures: number;
  /** Not looked at before this time. */
  notBefore: number;
  /** Since when it could not start for the same kind of reason; null when nothing was in its way. */
  heldSince: number | null;
  heldReason: string;
  /** When it was submitted or adopted; for its time limit. */
  runningSince: number;
  /** How long its flush took; null when this run has not flushed it. */
  flushMs: number | null;
  /** It was submitted without a flush, because its datanode did not answer and the loss is accepted. */
  unflushed: boolean;
  /** This run submitted it, so its duration is known. */
  timed: boolean;
  /** Polls in a row that did not know its id, or did not see its leader on the target. */
  doubts: number;
  /** Time of the first of them. */
  doubtsSince: number;
  /** Since when it has been trying without an id of its own; null while it has one. */
  uncertainSince: number | null;
  /** Why the answer to its last submission is missing; null: it was given. */
  lostAnswer: Diagnostic | null;
  lastError: string;
  outcome: MoveOutcome | null;
  durationMs: number | null;
  diagnostic: Diagnostic | null;
}

export function newMoveState(move: Move, planned: boolean, ours: boolean): MoveState {
  return {
    move,
    planned,
    ours,
    phase: "waiting",
    procedure: null,
    foreign: false,
    submissions: 0,
    taken: 0,
    failures: 0,
    notBefore: 0,
    heldSince: null,
    heldReason: "",
    runningSince: 0,
    flushMs: null,
    unflushed: false,
    timed: false,
    doubts: 0,
    doubtsSince: 0,
    uncertainSince: null,
    lostAnswer: null,
    lastError: "",
    outcome: null,
    durationMs: null,
    diagnostic: null,
  };
}

/** The server knows its procedure. */
export function becomeRunning(state: MoveState): void {
  state.phase = "running";
  state.doubts = 0;
  state.uncertainSince = null;
}

/** Notes one more poll that did not show what was expected; true when that was so a few times and for `ms` milliseconds. */
export function doubtsLast(state: MoveState, now: number, ms: number): boolean {
  if (state.doubts === 0) state.doubtsSince = now;
  state.doubts += 1;
  return state.doubts >= 3 && now - state.doubtsSince >= ms;
}

/** Whether the run follows it: it is moving, or may be. */
export function takesPlace(state: MoveState): boolean {
  return state.phase !== "waiting" && state.phase !== "finished";
}

/** What bounds the moves that run at once. */
export interface PlaceLimits {
  /** Of the moves that the run follows: what the window allows now. */
  readonly window: MoveLimits;
  /** Of all moves, those included that the run has given up and the server has not. */
  readonly declared: MoveLimits;
  readonly serialPerTable: boolean;
}

/**
 * The waiting moves that may start now, in the order of the plan: each takes the next place that is legal, whatever round
 * of the schedule it stood in.
 */
export function selectStartable(states: readonly MoveState[], limits: PlaceLimits, now: number): readonly MoveState[] {
  const followed = new Places(limits.window, limits.serialPerTable);
  const all = new Places(limits.declared, limits.serialPerTable);
  for (const state of states) {
    if (takesPlace(state)) followed.take(state.move);
    if (takesPlace(state) || state.outcome === "left-running") all.take(state.move);
  }
  const selected: MoveState[] = [];
  for (const state of states) {
    if (followed.isFull() || all.isFull()) break;
    if (state.phase !== "waiting" || !state.planned || state.notBefore > now) continue;
    if (!followed.isFree(state.move) || !all.isFree(state.move)) continue;
    followed.take(state.move);
    all.take(state.move);
    selected.push(state);
  }
  return selected;
}

class Places {
  readonly #outgoing = new Map<DatanodeId, number>();
  readonly #incoming = new Map<DatanodeId, number>();
  readonly #tables = new Set<string>();
  readonly #regions = new Set<bigint>();
  #all = 0;

  constructor(
    private readonly limits: MoveLimits,
    private readonly serialPerTable: boolean,
  ) {}

  isFull(): boolean {
    return this.#all >= this.limits.cluster;
  }

  isFree(move: Move): boolean {
    return (
      (this.#outgoing.get(move.from) ?? 0) < this.limits.outgoing &&
      (this.#incoming.get(move.to) ?? 0) < this.limits.incoming &&
      !this.#regions.has(move.region) &&
      !(this.serialPerTable && this.#tables.has(tableKey(move.table)))
    );
  }

  take(move: Move): void {
    this.#all += 1;
    this.#outgoing.set(move.from, (this.#outgoing.get(move.from) ?? 0) + 1);
    this.#incoming.set(move.to, (this.#incoming.get(move.to) ?? 0) + 1);
    this.#regions.add(move.region);
    this.#tables.add(tableKey(move.table));
  }
}
