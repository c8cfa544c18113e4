import type { LockKey } from "./locks";
import type { ProcedureStatus, ServerError } from "./types";

/** How one step of a procedure ended. */
export type StepOutcome =
  | { readonly kind: "next" }
  | { readonly kind: "done" }
  /** Ends at once with an error and without a rollback, as a refusal while preparing does. */
  | { readonly kind: "refused"; readonly error: ServerError }
  /** Tried again later, at most twelve times. */
  | { readonly kind: "retry"; readonly error: ServerError }
  /** Rolled back where the version can. */
  | { readonly kind: "failed"; readonly error: ServerError };

export const NEXT: StepOutcome = { kind: "next" };
export const DONE: StepOutcome = { kind: "done" };

/** What a step may use of its metasrv. Waits of a step never end once that metasrv process is gone. */
export interface StepContext {
  readonly id: string;
  sleep(ms: number): Promise<void>;
  /** Passes the value on while the metasrv process lives. */
  outlive<T>(promise: Promise<T>): Promise<T>;
  /** Runs another procedure and waits for its end; undefined when it succeeded. */
  child(body: ProcedureBody): Promise<ServerError | undefined>;
}

/**
 * One procedure: its steps keep what they learnt in the body, which metasrv stores.
 * A new leader goes on with the step that was under way.
 */
export interface ProcedureBody {
  readonly type: string;
  readonly locks: readonly LockKey[];
  readonly canRollBack: boolean;
  step(context: StepContext): Promise<StepOutcome>;
  /** Undoes the steps; returns the error that prevents it. */
  rollBack?(context: StepContext): Promise<ServerError | undefined>;
  /** Called at every change of status, also when a rollback is tried again. */
  changed?(id: string, status: ProcedureStatus, error: ServerError | undefined): void;
  /** Called instead when an id was given out and the procedure could not be started. */
  neverStarted?(): void;
}

export const isFinal = (status: ProcedureStatus): boolean => status === "Done" || status === "Failed" || status === "Poisoned";
