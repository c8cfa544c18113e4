import { closeRegion } from "./datanode";
import type { Datanode, RegionReplica } from "./datanode";
import type { Catalog, Route } from "./catalog";
import type { ObjectStore } from "./object-store";
import type { Settings } from "./options";
import { countRows } from "./region-data";
import type { RegionStatistic, ServerError } from "./types";
import type { Workload } from "./workload";

/** How a message to a datanode ended. */
export type MailOutcome<T> =
  | { readonly kind: "reply"; readonly value: T }
  | { readonly kind: "timeout"; readonly elapsedMs: number }
  | { readonly kind: "closed" }
  | { readonly kind: "no pusher" };

export interface Metasrv {
  /** Counts the leaders there were: everything in memory belongs to one of them. */
  epoch(): number;
  up(): boolean;
  startedAtMs(): number;
  /** The process ends; `restart` brings a new one, which has forgotten what it did not store. */
  kill(): void;
  restart(): void;
  /** Another process takes over at once. */
  changeLeader(): void;
  onNewLeader(fn: () => void): void;

  heartbeat(node: Datanode): void;
  onHeartbeat(fn: (node: Datanode) => void): void;
  /** When the datanode was last heard of; undefined since this leader started. */
  lastHeartbeat(peerId: bigint): number | undefined;
  /** Within its lease. */
  alive(peerId: bigint): boolean;
  statistics(): readonly RegionStatistic[];
  /** Leader regions in the datanode's last heartbeat. */
  reportedLeaders(peerId: bigint): number;

  /** The connection of a datanode broke: what waits for an answer fails now. */
  disconnected(node: Datanode, forgetAfterMs: number): void;
  /** Sends an instruction; `action` happens on the datanode even when nobody waits for the answer any more. `usesStorage`: it queues on slow storage. */
  send<T>(node: Datanode, ms: number, timeoutMs: number, action: () => T, usesStorage?: boolean): Promise<MailOutcome<T>>;

  /** What a client's library does: asks again every 3 s, three times in all. Throws `otherwise` when nobody answers. */
  reached(otherwise: () => ServerError): Promise<void>;
}

const CLIENT_ATTEMPT_MS = 3_000;
const CLIENT_ATTEMPTS = 3;

export function createMetasrv(settings: Settings, catalog: Catalog, store: ObjectStore, workload: Workload): Metasrv {
  const { clock } = settings;
  const leases = new Map<bigint, number>();
  const pushers = new Set<bigint>();
  const statistics = new Map<bigint, Map<bigint, RegionStatistic>>();
  const closers = new Map<bigint, Set<() => void>>();
  const newLeaderListeners: (() => void)[] = [];
  const heartbeatListeners: ((node: Datanode) => void)[] = [];
  let state: "up" | "starting" | "down" = "up";
  let epoch = 1;
  let startedAtMs = clock.now();

  const forget = (): void => {
    epoch++;
    leases.clear();
    pushers.clear();
    statistics.clear();
    closers.clear();
  };

  const begin = (): void => {
    state = "up";
    for (const listener of newLeaderListeners) listener();
  };

  const report = (node: Datanode): void => {
    let known = statistics.get(node.peerId);
    if (known === undefined) {
      statistics.set(node.peerId, (known = new Map()));
      for (const id of node.regions.keys()) node.changed.add(id);
    }
    for (const id of known.keys()) if (!node.regions.has(id)) known.delete(id);
    for (const id of node.changed) {
      const replica = node.regions.get(id);
      if (replica !== undefined && replica.role !== "follower" && replica.role !== "candidate") known.set(id, statistic(node, replica));
    }
    node.changed.clear();
  };

  const statistic = (node: Datanode, { regionId }: RegionReplica): RegionStatistic => {
    const files = store.files(node.peerId, regionId);
    const unflushed = node.unflushed.get(regionId);
    return {
      regionId,
      rows: countRows(files?.data) + countRows(unflushed),
      memtableBytes: unflushed?.bytes ?? 0,
      sstBytes: files?.data.bytes ?? 0,
      sstCount: files?.files ?? 0,
      engine: catalog.entry(Number(regionId >> 32n))?.meta.schema.engine ?? "mito",
    };
  };

  const closePending = (peerId: bigint): void => {
    const pending = closers.get(peerId);
    closers.delete(peerId);
    for (const close of pending ?? []) close();
  };

  return {
    epoch: () => epoch,
    up: () => state === "up",
    startedAtMs: () => startedAtMs,
    kill() {
      state = "down";
      forget();
    },
    restart() {
      forget();
      state = "starting";
      startedAtMs = clock.now();
      const mine = epoch;
      clock.after(settings.metasrvStartupMs, () => {
        if (mine === epoch) begin();
      });
    },
    changeLeader() {
      forget();
      startedAtMs = clock.now();
      begin();
    },
    onNewLeader: (fn) => newLeaderListeners.push(fn),

    heartbeat(node) {
      if (state !== "up") return;
      const now = clock.now();
      leases.set(node.peerId, now);
      pushers.add(node.peerId);
      report(node);
      renewLeases(node, catalog, now);
      for (const listener of heartbeatListeners) listener(node);
    },
    onHeartbeat: (fn) => heartbeatListeners.push(fn),
    lastHeartbeat: (peerId) => leases.get(peerId),
    alive(peerId) {
      const last = leases.get(peerId);
      return last !== undefined && clock.now() - last <= settings.leaseMs;
    },
    statistics() {
      const rows: RegionStatistic[] = [];
      for (const [peerId, known] of statistics) {
        for (const row of known.values()) {
          const leader = catalog.route(row.regionId)?.leader;
          if (leader === undefined || leader === peerId || statistics.get(leader ?? -1n)?.has(row.regionId) !== true) rows.push(row);
        }
      }
      return rows.sort((a, b) => (a.regionId < b.regionId ? -1 : 1));
    },

    reportedLeaders: (peerId) => statistics.get(peerId)?.size ?? 0,

    disconnected(node, forgetAfterMs) {
      closePending(node.peerId);
      if (forgetAfterMs === 0) {
        pushers.delete(node.peerId);
        return;
      }
      const { sinceMs } = node;
      clock.after(forgetAfterMs, () => {
        if (node.sinceMs === sinceMs && node.state !== "running") pushers.delete(node.peerId);
      }, true);
    },

    send(node, ms, timeoutMs, action, usesStorage = false) {
      if (!pushers.has(node.peerId)) return Promise.resolve({ kind: "no pusher" });
      if (node.state === "dead" || node.state === "starting") return Promise.resolve({ kind: "closed" });
      return new Promise((resolve) => {
        let waiting = closers.get(node.peerId);
        if (waiting === undefined) closers.set(node.peerId, (waiting = new Set()));
        const pending = waiting;
        const settle = (outcome: MailOutcome<ReturnType<typeof action>>): void => {
          cancelTimeout();
          pending.delete(close);
          resolve(outcome);
        };
        const close = (): void => settle({ kind: "closed" });
        const sentAtMs = clock.now();
        const cancelTimeout = clock.after(timeoutMs, () => settle({ kind: "timeout", elapsedMs: clock.now() - sentAtMs }));
        pending.add(close);
        workload.run(node, ms, () => settle({ kind: "reply", value: action() }), usesStorage);
      });
    },

    async reached(otherwise) {
      for (let attempt = 0; attempt < CLIENT_ATTEMPTS; attempt++) {
        if (state === "up") return;
        await new Promise<void>((resolve) => clock.after(CLIENT_ATTEMPT_MS, resolve));
      }
      if (state !== "up") throw otherwise();
    },
  };
}

/** The answer to a heartbeat: what metasrv's routes say about each open region, and ten more seconds for the leaders. */
function renewLeases(node: Datanode, catalog: Catalog, now: number): void {
  node.leaseFromMs = now;
  for (const replica of node.regions.values()) {
    const route = catalog.route(replica.regionId);
    // Without a route it is being created: the drop of a table closes its regions itself.
    if (route === undefined) continue;
    if (route.leader === node.peerId) replica.role = roleOf(route);
    // While a region changes hands its new leader may hold it before the route says so.
    else if (replica.role !== "candidate" && route.status !== "DOWNGRADING") closeRegion(node, replica.regionId);
  }
}

export function roleOf(route: Route): RegionReplica["role"] {
  switch (route.status) {
    case "ALIVE":
      return "leader";
    case "DOWNGRADING":
      return "downgrading";
    case "STAGING":
      return "staging";
  }
}
