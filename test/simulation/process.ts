import type { Clock } from "../../src/convergence/clock";
import type { Journal } from "../../src/convergence/journal/journal";
import type { ModelClock } from "../../src/devcluster/clock";

/** Where a process is killed: before or after its n-th step (a statement, a journal record or a sleep), counted from 1. */
export interface KillPoint {
  readonly step: number;
  readonly when: "before" | "after";
}

/**
 * One process of ours. Once killed, nothing it waits for ever settles, so that nothing of it acts any more; what it had sent
 * to the cluster still takes effect there.
 */
export class Process {
  steps = 0;
  readonly killed: Promise<void>;
  #alive = true;
  #die: () => void = () => undefined;

  constructor(private readonly killPoint?: KillPoint) {
    this.killed = new Promise((resolve) => (this.#die = resolve));
  }

  isAlive(): boolean {
    return this.#alive;
  }

  kill(): void {
    this.#alive = false;
    this.#die();
  }

  /** One step of the process: `action` begins only while it lives, and its outcome reaches only the living. */
  step<T>(action: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.#alive) return;
      this.steps += 1;
      const here = this.killPoint?.step === this.steps ? this.killPoint.when : undefined;
      if (here === "before") return this.kill();
      action().then(
        (value) => {
          if (here === "after") this.kill();
          if (this.#alive) resolve(value);
        },
        (error: unknown) => {
          if (here === "after") this.kill();
          if (this.#alive) reject(error as Error);
        },
      );
    });
  }
}

/** The time that a process sees: the cluster's, plus what its machine's clock is off by. */
export function processClock(time: ModelClock, process: Process, offsetMs: () => number): Clock {
  return {
    now: () => time.now() + offsetMs(),
    sleep: (ms, signal) =>
      process.step(
        () =>
          new Promise<void>((resolve) => {
            if (signal?.aborted === true) return resolve();
            const end = (): void => {
              cancel();
              signal?.removeEventListener("abort", end);
              resolve();
            };
            const cancel = time.after(ms, end);
            signal?.addEventListener("abort", end, { once: true });
          }),
      ),
  };
}

/** A journal that outlives its processes. A killed one writes nothing more. */
export function processJournal(kept: Journal, process: Process): Journal {
  return { records: () => kept.records(), append: (record) => process.step(() => kept.append(record)) };
}
