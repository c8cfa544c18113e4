import type { Datanode } from "./datanode";
import type { Settings } from "./options";

/** Runs operations of metasrv on datanodes: they stop with a hanging process, vanish with a dead one, and queue on slow storage. */
export interface Workload {
  /** `fn` runs on the datanode after `ms`, unless the process that was asked is gone by then. */
  run(node: Datanode, ms: number, fn: () => void, usesStorage: boolean): void;
  /** How late a heartbeat of the datanode is. */
  heartbeatDelayMs(node: Datanode): number;
  /** Whether the datanode has no time left for queries. */
  overloaded(node: Datanode): boolean;
}

export function createWorkload(settings: Settings): Workload {
  const { clock, slowStorage } = settings;
  const queue: (() => void)[] = [];
  let busy = 0;

  /** Runs `fn` when the process works, in the same incarnation that was asked. */
  const whenWorking = (node: Datanode, startedAtMs: number, fn: () => void): void => {
    if (node.startedAtMs !== startedAtMs || node.state === "dead" || node.state === "starting") return;
    if (node.state === "hung") node.waiters.add(() => whenWorking(node, startedAtMs, fn));
    else fn();
  };

  const occupy = (operationMs: number, parallel: number, task: () => void): void => {
    const start = (): void => {
      busy++;
      clock.after(operationMs, () => {
        busy--;
        task();
        queue.shift()?.();
      });
    };
    if (busy < parallel) start();
    else queue.push(start);
  };

  return {
    run(node, ms, fn, usesStorage) {
      const { startedAtMs } = node;
      const finish = (): void => whenWorking(node, startedAtMs, fn);
      if (slowStorage === undefined || !usesStorage) {
        clock.after(ms, finish);
        return;
      }
      node.queued++;
      occupy(slowStorage.operationMs, slowStorage.parallel, () => {
        if (node.queued > 0) node.queued--;
        finish();
      });
    },
    heartbeatDelayMs: (node) => (slowStorage === undefined ? 0 : slowStorage.heartbeatDelayMs * Math.max(0, node.queued - slowStorage.parallel)),
    overloaded: (node) => slowStorage !== undefined && node.queued >= slowStorage.unresponsiveAt,
  };
}
