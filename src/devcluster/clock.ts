/** Time as the cluster sees it. Real in the running emulator, virtual in tests. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `fn` after `ms` milliseconds; returns a function that cancels it. */
  after(ms: number, fn: () => void): () => void;
}

/**
 * A clock whose timers may be marked as background work (heartbeats, sweeps) that never ends by itself.
 * Any plain {@link Clock} can stand in for it: the mark is only a hint.
 */
export interface ModelClock extends Clock {
  after(ms: number, fn: () => void, background?: boolean): () => void;
}

/** Time, in whole milliseconds, that stands still until it is told to move: the whole cluster can live in it, deterministically. */
export interface VirtualClock extends ModelClock {
  /** Lets `ms` milliseconds pass and runs everything that falls due, in order of due time, then of registration. */
  advance(ms: number): Promise<void>;
  /** Advances until no foreground timer is left, or until `limitMs` have passed (default one hour). Returns the milliseconds passed. */
  runUntilIdle(limitMs?: number): Promise<number>;
  /** Advances in steps of `stepMs` (default 10) until `promise` settles; rejects when it rejects, or after `limitMs` (default one hour). */
  until<T>(promise: Promise<T>, stepMs?: number, limitMs?: number): Promise<T>;
}

/** The machine's own clock. Background timers do not keep the process alive. */
export function realClock(): ModelClock {
  return {
    now: () => Date.now(),
    after(ms, fn, background = false) {
      const timer = setTimeout(fn, ms);
      if (background) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** The same clock, whose timers can all be cancelled at once; afterwards it takes no new ones. */
export function closableClock(clock: ModelClock): { readonly clock: ModelClock; close(): void } {
  const pending = new Set<() => void>();
  let closed = false;
  return {
    clock: {
      now: clock.now,
      after(ms, fn, background) {
        if (closed) return () => undefined;
        const cancel = clock.after(ms, () => {
          pending.delete(cancel);
          fn();
        }, background);
        pending.add(cancel);
        return () => {
          pending.delete(cancel);
          cancel();
        };
      },
    },
    close() {
      closed = true;
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly background: boolean;
  readonly fn: () => void;
  cancelled: boolean;
}

/** 2026-01-01T00:00:00Z: where virtual time starts unless told otherwise. */
const DEFAULT_START_MS = 1_767_225_600_000;
const ONE_HOUR_MS = 3_600_000;

const turn = setImmediate;
/** Runs every promise reaction that is ready. */
const settle = (): Promise<void> => new Promise((resolve) => turn(resolve));

export function virtualClock(startMs: number = DEFAULT_START_MS): VirtualClock {
  const timers = new TimerHeap();
  let now = startMs;
  let order = 0;
  let foreground = 0;

  const after = (ms: number, fn: () => void, background = false): (() => void) => {
    const timer: Timer = { due: now + Math.max(0, Math.round(ms)), order: order++, background, fn, cancelled: false };
    timers.push(timer);
    if (!background) foreground++;
    return () => {
      if (timer.cancelled) return;
      timer.cancelled = true;
      if (!background) foreground--;
    };
  };

  /** Runs the next timer that is due until `limit`; false when there is none. */
  const fireNext = (limit: number): boolean => {
    for (;;) {
      const next = timers.peek();
      if (next === undefined || next.due > limit) return false;
      timers.pop();
      if (next.cancelled) continue;
      next.cancelled = true;
      if (!next.background) foreground--;
      now = Math.max(now, next.due);
      next.fn();
      return true;
    }
  };

  const advanceTo = async (target: number): Promise<void> => {
    await settle();
    while (fireNext(target)) {
      // Promise reactions of one instant run before the next instant; one turn per timer keeps order by cause.
      await settle();
    }
    now = Math.max(now, target);
  };

  return {
    now: () => now,
    after,
    advance: (ms) => advanceTo(now + ms),
    async runUntilIdle(limitMs = ONE_HOUR_MS) {
      const start = now;
      await settle();
      while (foreground > 0 && now - start < limitMs) {
        if (!fireNext(start + limitMs)) break;
        await settle();
      }
      return now - start;
    },
    async until(promise, stepMs = 10, limitMs = ONE_HOUR_MS) {
      let settled = false;
      const mark = (): void => {
        settled = true;
      };
      promise.then(mark, mark);
      const deadline = now + limitMs;
      await settle();
      while (!settled && now < deadline) await advanceTo(now + stepMs);
      if (!settled) throw new Error(`Nothing settled within ${limitMs} ms of virtual time.`);
      return promise;
    },
  };
}

/** A binary heap ordered by due time, then by registration. */
class TimerHeap {
  private readonly items: Timer[] = [];

  peek(): Timer | undefined {
    return this.items[0];
  }

  push(timer: Timer): void {
    const { items } = this;
    let index = items.length;
    items.push(timer);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.before(index, parent)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  pop(): void {
    const { items } = this;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    items[0] = last;
    for (let index = 0; ; ) {
      let smallest = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < items.length && this.before(child, smallest)) smallest = child;
      }
      if (smallest === index) return;
      this.swap(index, smallest);
      index = smallest;
    }
  }

  private before(a: number, b: number): boolean {
    const left = this.items[a] as Timer;
    const right = this.items[b] as Timer;
    return left.due < right.due || (left.due === right.due && left.order < right.order);
  }

  private swap(a: number, b: number): void {
    const left = this.items[a] as Timer;
    this.items[a] = this.items[b] as Timer;
    this.items[b] = left;
  }
}
