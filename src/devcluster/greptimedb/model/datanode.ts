import { apply, emptyData, isEmpty, rewriteRows } from "./region-data";
import type { RegionData } from "./region-data";
import type { ObjectStore } from "./object-store";
import type { Settings } from "./options";
import type { Row, RowOperation } from "./types";

export type DatanodeState = "running" | "starting" | "hung" | "dead";
/** `candidate`: opened by a migration, not yet the leader. */
export type RegionRole = "leader" | "downgrading" | "follower" | "staging" | "candidate";

export interface RegionReplica {
  readonly regionId: bigint;
  role: RegionRole;
  /** Forgotten whenever the rows change. */
  readonly scans: Map<number, readonly Row[]>;
}

/** One datanode: its process, the regions it has open, and its local disk. */
export interface Datanode {
  readonly peerId: bigint;
  readonly address: string;
  state: DatanodeState;
  /** When `state` last changed. */
  sinceMs: number;
  startedAtMs: number;
  /** The last heartbeat that metasrv answered: until the lease ends, its leaders take writes. */
  leaseFromMs: number;
  /** Open regions; empty while the process is dead. */
  readonly regions: Map<bigint, RegionReplica>;
  /** Rows that are in the memtable and the write-ahead log only. The log is on the node's disk and outlives the process. */
  readonly unflushed: Map<bigint, RegionData>;
  /** Regions whose numbers the next heartbeat reports anew. */
  readonly changed: Set<bigint>;
  /** Operations of metasrv that it works on or has waiting. */
  readonly waiters: Set<() => void>;
  queued: number;
}

export function createDatanode(peerId: bigint, address: string, now: number): Datanode {
  return {
    peerId, address, state: "running", sinceMs: now, startedAtMs: now, leaseFromMs: now,
    regions: new Map(), unflushed: new Map(), changed: new Set(), waiters: new Set(), queued: 0,
  };
}

export function openRegion(node: Datanode, regionId: bigint, role: RegionRole): RegionReplica {
  const known = node.regions.get(regionId);
  if (known !== undefined) {
    known.role = role;
    return known;
  }
  const replica: RegionReplica = { regionId, role, scans: new Map() };
  node.regions.set(regionId, replica);
  node.changed.add(regionId);
  return replica;
}

/** Closes the region. What it had not flushed is lost to everybody else. */
export function closeRegion(node: Datanode, regionId: bigint): void {
  node.regions.delete(regionId);
  node.unflushed.delete(regionId);
  node.changed.delete(regionId);
}

export function writeRows(node: Datanode, replica: RegionReplica, tableId: number, operations: readonly RowOperation[]): void {
  let data = node.unflushed.get(replica.regionId);
  if (data === undefined) node.unflushed.set(replica.regionId, (data = emptyData()));
  apply(data, tableId, operations);
  rowsChanged(node, replica.regionId);
}

export function flushRegion(node: Datanode, store: ObjectStore, regionId: bigint): void {
  const data = node.unflushed.get(regionId);
  if (data === undefined || isEmpty(data)) return;
  store.flush(node.peerId, regionId, data);
  node.unflushed.delete(regionId);
  rowsChanged(node, regionId);
}

export function rowsChanged(node: Datanode, regionId: bigint): void {
  node.regions.get(regionId)?.scans.clear();
  node.changed.add(regionId);
}

/** Rewrites the unflushed rows of a table wherever they are. */
export function rewriteUnflushed(node: Datanode, tableId: number, rewrite: (row: Row) => Row): void {
  for (const [regionId, data] of node.unflushed) {
    rewriteRows(data, tableId, rewrite);
    rowsChanged(node, regionId);
  }
  for (const replica of node.regions.values()) replica.scans.clear();
}

/** The state as a refused writer is told; undefined when writes are taken. */
export function refusedState(node: Datanode, regionId: bigint, settings: Settings, now: number): string | undefined {
  const replica = node.regions.get(regionId);
  const leaseOver = settings.mode === "distributed" && now - node.leaseFromMs > settings.leaseMs;
  if (replica === undefined || replica.role === "follower" || replica.role === "candidate" || (leaseOver && replica.role === "leader")) return "Follower";
  if (replica.role === "downgrading") return settings.traits.downgradingState;
  if (replica.role === "staging") return "Leader(Staging)";
  return undefined;
}
