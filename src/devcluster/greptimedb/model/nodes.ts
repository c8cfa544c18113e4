import type { Catalog } from "./catalog";
import { openRegion } from "./datanode";
import type { Datanode } from "./datanode";
import type { Metasrv } from "./metasrv";
import type { Settings } from "./options";
import { roleOf } from "./metasrv";
import type { Workload } from "./workload";

/** Life and death of the datanodes' processes. */
export interface NodeControl {
  start(): void;
  kill(node: Datanode): void;
  hang(node: Datanode): void;
  resume(node: Datanode): void;
  restart(node: Datanode): void;
  /** Heartbeats are lost while this is set. */
  muted: Set<bigint>;
}

/** A hung datanode's connection is closed by metasrv's keep-alive after this long (observed between 12.3 and 12.8 s). */
const KEEP_ALIVE_MS = 12_500;
const RETRY_STARTUP_MS = 500;

export function createNodeControl(settings: Settings, catalog: Catalog, metasrv: Metasrv, workload: Workload, nodes: readonly Datanode[]): NodeControl {
  const { clock } = settings;
  const muted = new Set<bigint>();

  const become = (node: Datanode, state: Datanode["state"]): void => {
    node.state = state;
    node.sinceMs = clock.now();
    catalog.touch();
  };

  const beat = (node: Datanode): void => {
    if (node.state === "running" && !muted.has(node.peerId)) metasrv.heartbeat(node);
  };

  const beatRegularly = (node: Datanode, firstMs: number): void => {
    const { startedAtMs } = node;
    const tick = (): void => {
      if (node.startedAtMs !== startedAtMs || node.state === "dead") return;
      const lateMs = workload.heartbeatDelayMs(node);
      if (lateMs > 0) clock.after(lateMs, () => beat(node), true);
      else beat(node);
      clock.after(settings.heartbeatMs + lateMs, tick, true);
    };
    clock.after(firstMs, tick, true);
  };

  /** Opens what the routes say it leads, replaying the log; the log of anything else is discarded. */
  const openOwnRegions = (node: Datanode): void => {
    for (const entry of catalog.entries()) {
      for (const route of entry.routes.values()) {
        if (route.leader !== node.peerId) continue;
        const role = roleOf(route);
        openRegion(node, route.regionId, role === "downgrading" ? "follower" : role);
      }
    }
    for (const id of node.unflushed.keys()) if (!node.regions.has(id)) node.unflushed.delete(id);
  };

  const come = (node: Datanode): void => {
    if (node.state !== "starting") return;
    if (!metasrv.up()) {
      clock.after(RETRY_STARTUP_MS, () => come(node));
      return;
    }
    become(node, "running");
    openOwnRegions(node);
    beat(node);
    beatRegularly(node, settings.heartbeatMs);
  };

  const kill = (node: Datanode): void => {
    if (node.state === "dead") return;
    become(node, "dead");
    node.regions.clear();
    node.waiters.clear();
    node.queued = 0;
    metasrv.disconnected(node, settings.traits.connectionLossNoticedMs);
  };

  return {
    muted,
    start() {
      const spread = Math.floor(settings.heartbeatMs / Math.max(1, nodes.length));
      nodes.forEach((node, index) => {
        metasrv.heartbeat(node);
        beatRegularly(node, spread * (index + 1));
      });
    },
    kill,
    hang(node) {
      if (node.state !== "running") return;
      become(node, "hung");
      const { sinceMs } = node;
      clock.after(KEEP_ALIVE_MS, () => {
        if (node.state === "hung" && node.sinceMs === sinceMs) metasrv.disconnected(node, 0);
      }, true);
    },
    resume(node) {
      if (node.state !== "hung") return;
      become(node, "running");
      const waiting = [...node.waiters];
      node.waiters.clear();
      // What arrived first is done first; then the overdue heartbeat goes out.
      for (const goOn of waiting) goOn();
      beat(node);
    },
    restart(node) {
      kill(node);
      become(node, "starting");
      node.startedAtMs = clock.now();
      clock.after(settings.datanodeStartupMs, () => come(node));
    },
  };
}
