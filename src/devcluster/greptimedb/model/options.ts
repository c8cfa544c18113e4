import { type Clock, type ModelClock, realClock } from "../../clock";
import { versionTraits } from "./version-traits";
import type { VersionTraits } from "./version-traits";

export interface DatanodeOptions {
  readonly peerId: bigint;
  /** Default `127.0.0.1:<14100 + position>`. */
  readonly address?: string;
}

/** How long the steps of procedures take, in milliseconds, on an idle cluster. */
export interface Durations {
  /** Route checks at the start of a migration. */
  readonly start: number;
  /** The target opens the region. */
  readonly open: number;
  readonly flush: number;
  /** One change of metadata. */
  readonly metadata: number;
  readonly downgrade: number;
  readonly upgrade: number;
  /** The source closes the region. */
  readonly close: number;
  /** A change of routes reaches the frontends. */
  readonly invalidate: number;
  readonly createTable: number;
  readonly alterTable: number;
  readonly dropTable: number;
  readonly truncateTable: number;
  readonly database: number;
  /** Allocating the new regions of a repartition. */
  readonly allocate: number;
  /** The regions of a repartition stay STAGING for this long. */
  readonly staging: number;
}

/** Observed on an idle cluster of 1.0.2: a move of a small region takes 80 to 190 ms. */
const DEFAULT_DURATIONS: Durations = {
  start: 2, open: 25, flush: 12, metadata: 4, downgrade: 20, upgrade: 20, close: 6, invalidate: 1,
  createTable: 20, alterTable: 25, dropTable: 30, truncateTable: 20, database: 6, allocate: 25, staging: 70,
};

/** Storage that serves only a few operations at a time: many moves at once become slow and starve the heartbeats. */
export interface SlowStorage {
  /** Milliseconds that one operation (open, flush, downgrade, upgrade) occupies a slot of the storage. */
  readonly operationMs: number;
  /** Operations served at a time, for the whole cluster. Default 1. */
  readonly parallel?: number;
  /** A datanode's heartbeat is late by this many ms for each of its operations that wait. Default 300. */
  readonly heartbeatDelayMs?: number;
  /** From this many waiting operations on a datanode stops answering queries (`http2 error`). Default 40. */
  readonly unresponsiveAt?: number;
}

/** What {@link createClusterModel} takes. Everything but the version has a default. */
export interface ClusterModelOptions {
  /** Emulated server version, e.g. `1.1.4`. */
  readonly version: string;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Seed of every random choice. Default 1. */
  readonly seed?: number;
  readonly mode?: "distributed" | "standalone";
  /** How many (peer ids count from 0) or which. Default 3. */
  readonly datanodes?: number | readonly DatanodeOptions[];
  readonly frontendAddress?: string;
  readonly metasrvAddress?: string;
  /** False: each datanode keeps its data on its own disk, and no region can really move. Default true. */
  readonly sharedStorage?: boolean;
  /** `kafka`: unflushed rows outlive their datanode. Default `local`. */
  readonly wal?: "local" | "kafka";
  readonly heartbeatMs?: number;
  /** A datanode counts as alive, and may take writes, for this long after a heartbeat. Default 10,000. */
  readonly leaseMs?: number;
  readonly durations?: Partial<Durations>;
  /** Each migration takes up to this share longer than the durations say, by chance. Default 0.5; observed: 80 to 190 ms for the same move. */
  readonly jitter?: number;
  /** Stretches the steps of a migration so that one move takes about this long in all. */
  readonly migrationMs?: number;
  /** Moves the regions of silent datanodes without being asked. Default false. */
  readonly failover?: boolean;
  /** Silence after which failover starts. Default 16,500: observed 17 s from the kill to the new leader. */
  readonly failoverAfterMs?: number;
  readonly slowStorage?: SlowStorage;
  readonly selector?: "round_robin" | "lease_based";
  /** Writes `greptime_private.events`. Default: true from 0.16. */
  readonly eventRecorder?: boolean;
  /** From the start of a metasrv process until it answers. Default 1,000. */
  readonly metasrvStartupMs?: number;
  readonly datanodeStartupMs?: number;
  /** A request to a datanode that hangs fails after this long. Default 10,000. */
  readonly requestTimeoutMs?: number;
}

export interface Settings {
  readonly version: string;
  readonly traits: VersionTraits;
  readonly clock: ModelClock;
  readonly seed: number;
  readonly mode: "distributed" | "standalone";
  readonly datanodes: readonly Required<DatanodeOptions>[];
  readonly frontendAddress: string;
  readonly metasrvAddress: string;
  readonly sharedStorage: boolean;
  readonly wal: "local" | "kafka";
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  readonly durations: Durations;
  readonly jitter: number;
  readonly failover: boolean;
  readonly failoverAfterMs: number;
  readonly slowStorage: Required<SlowStorage> | undefined;
  readonly selector: "round_robin" | "lease_based";
  readonly eventRecorder: boolean;
  readonly metasrvStartupMs: number;
  readonly datanodeStartupMs: number;
  readonly requestTimeoutMs: number;
}

export function settingsOf(options: ClusterModelOptions): Settings {
  const traits = versionTraits(options.version);
  const mode = options.mode ?? "distributed";
  return {
    version: options.version,
    traits,
    clock: options.clock ?? realClock(),
    seed: options.seed ?? 1,
    mode,
    datanodes: mode === "standalone" ? [{ peerId: 0n, address: "" }] : datanodesOf(options.datanodes ?? 3),
    frontendAddress: options.frontendAddress ?? "127.0.0.1:4001",
    metasrvAddress: options.metasrvAddress ?? "127.0.0.1:3002",
    sharedStorage: options.sharedStorage ?? true,
    wal: options.wal ?? "local",
    heartbeatMs: options.heartbeatMs ?? 3_000,
    leaseMs: options.leaseMs ?? 10_000,
    durations: durationsOf(options, traits),
    jitter: options.jitter ?? 0.5,
    failover: options.failover ?? false,
    failoverAfterMs: options.failoverAfterMs ?? 16_500,
    slowStorage: options.slowStorage && { parallel: 1, heartbeatDelayMs: 300, unresponsiveAt: 40, ...options.slowStorage },
    selector: options.selector ?? traits.selector,
    eventRecorder: options.eventRecorder ?? traits.eventRecorder,
    metasrvStartupMs: options.metasrvStartupMs ?? 1_000,
    datanodeStartupMs: options.datanodeStartupMs ?? 1_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
  };
}

function datanodesOf(datanodes: number | readonly DatanodeOptions[]): readonly Required<DatanodeOptions>[] {
  const given = typeof datanodes === "number" ? Array.from({ length: datanodes }, (_, index): DatanodeOptions => ({ peerId: BigInt(index) })) : datanodes;
  const all = given.map((node, index) => ({ peerId: node.peerId, address: node.address ?? `127.0.0.1:${14_100 + index}` }));
  return all.sort((a, b) => (a.peerId < b.peerId ? -1 : 1));
}

function durationsOf(options: ClusterModelOptions, traits: VersionTraits): Durations {
  const base = { ...DEFAULT_DURATIONS, ...options.durations };
  if (options.migrationMs === undefined) return base;
  const { start, open, flush, metadata, downgrade, upgrade, close } = base;
  const total = start + open + (traits.flushBeforeDowngrade ? flush : 0) + 2 * metadata + downgrade + upgrade + close;
  const scale = options.migrationMs / Math.max(1, total);
  return {
    ...base,
    start: start * scale, open: open * scale, flush: flush * scale, metadata: metadata * scale,
    downgrade: downgrade * scale, upgrade: upgrade * scale, close: close * scale,
  };
}
