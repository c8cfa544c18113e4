import type { MoveLimits } from "../../topology/manifest";
import { addDuration, isAsFastAsFirst, NO_RATE, type MoveRate } from "./rate";

/**
 * How many moves may run at once just now. It starts with one move per datanode, grows up to the limits while moves stay as fast as the
 * first ones, and is halved when the cluster shows strain. Plain data; every function gives a new window.
 */
export interface MoveWindow {
  readonly limits: MoveLimits;
  /** Per datanode in each direction. */
  readonly perDatanode: number;
  /** In the whole cluster. */
  readonly cluster: number;
  /** Moves that ended well since the window last changed. */
  readonly successes: number;
  readonly rate: MoveRate;
  /** When it was last narrowed; null: never. */
  readonly narrowedAt: number | null;
}

/** One cause is counted once: several moves feel the same strain within this time. */
const NARROW_INTERVAL_MS = 5_000;

/** The window that a run starts with. `datanodes`: how many take part in its moves. */
export function openWindow(limits: MoveLimits, datanodes: number): MoveWindow {
  return {
    limits,
    perDatanode: 1,
    cluster: Math.max(1, Math.min(limits.cluster, datanodes)),
    successes: 0,
    rate: NO_RATE,
    narrowedAt: null,
  };
}

/** After a move that ended well. Widens when enough of them did and the latest were as fast as the first. */
export function afterSuccess(window: MoveWindow, durationMs: number): MoveWindow {
  const next = { ...window, rate: addDuration(window.rate, durationMs), successes: window.successes + 1 };
  const enough = Math.max(3, 2 * window.perDatanode);
  if (next.successes < enough || !isAsFastAsFirst(next.rate)) return next;
  const widest = Math.max(window.limits.outgoing, window.limits.incoming);
  const perDatanode = Math.min(widest, window.perDatanode + 1);
  const cluster = Math.min(window.limits.cluster, Math.max(window.cluster + 1, Math.floor(window.cluster * 1.5)));
  if (perDatanode === window.perDatanode && cluster === window.cluster) return next;
  return { ...next, perDatanode, cluster, successes: 0 };
}

/** After a sign of strain: half of everything, at least one. The same window when it was narrowed a moment ago. */
export function narrowed(window: MoveWindow, now: number): MoveWindow {
  if (window.narrowedAt !== null && now - window.narrowedAt < NARROW_INTERVAL_MS) return window;
  return {
    ...window,
    perDatanode: Math.max(1, Math.floor(window.perDatanode / 2)),
    cluster: Math.max(1, Math.floor(window.cluster / 2)),
    successes: 0,
    narrowedAt: now,
  };
}

/** The limits that hold now: never above the declared ones. */
export function currentLimits(window: MoveWindow): MoveLimits {
  return {
    outgoing: Math.min(window.limits.outgoing, window.perDatanode),
    incoming: Math.min(window.limits.incoming, window.perDatanode),
    cluster: Math.min(window.limits.cluster, window.cluster),
  };
}
