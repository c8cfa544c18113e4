import type { Clock } from "../../src/convergence/clock";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** Time that passes only while {@link VirtualClock.run} waits: it jumps to the next timer as soon as nothing else can happen. */
export class VirtualClock implements Clock {
  #now = 1_700_000_000_000;
  #order = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const end = (): void => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, fire: end };
      this.#timers.push(timer);
      signal?.addEventListener("abort", end);
    });
  }

  /** Calls `action` at a time from now. */
  at(ms: number, action: () => void): void {
    this.#timers.push({ at: this.#now + ms, order: this.#order++, fire: action });
  }

  /** Lets time pass without anybody waiting. Timers of a killed run are forgotten. */
  jump(ms: number): void {
    this.#timers = [];
    this.#now += ms;
  }

  /** Runs until the promise settles. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const note = (): void => void (settled = true);
    promise.then(note, note);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (settled) return promise;
      const next = this.#timers.reduce<Timer | undefined>(
        (first, timer) =>
          first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order)
            ? timer
            : first,
        undefined,
      );
      if (next === undefined) throw new Error("Nothing will ever happen: the promise waits for no timer.");
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.fire();
    }
  }
}
