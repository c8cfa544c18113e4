import type { KwdbClusterDeclaration } from "../topology/kwdb/cluster";
import type { ZoneTarget } from "../topology/kwdb/zone-target";
import type { KwdbChange } from "../planning/kwdb/change";
import type { ObservedKwdbCluster, ObservedNode } from "../planning/kwdb/observed";
import type { KwdbOriginals } from "../planning/kwdb/originals";

/** What planning, convergence and the surfaces need of a KWDB cluster. One object per cluster; connects on first use. */
export interface KwdbPort {
  readonly engine: "kwdb";
  /** Reads what a plan for these declarations needs, with at most 10 statements whatever their number. */
  inspect(request: KwdbInspectRequest): Promise<ObservedKwdbCluster>;
  /** The statements of a change, for people. Those of a zone are sent in one transaction. */
  statementsOf(change: KwdbChange): readonly string[];
  /**
   * Does one change and returns when it is stored and read back; a rebalance, when its job has come to its end. Doing it twice is success.
   * Rejects with a PortError; `KWDB_ZONE_CHANGED` and `KWDB_SETTING_CHANGED` when somebody changed it since it was planned, in
   * which case nothing is written.
   */
  applyChange(change: KwdbChange, options?: ApplyOptions): Promise<ApplyOutcome>;
  /** Id of the rebalance job that was made last; null when there was none. Ids grow with time. */
  newestRebalanceJob(): Promise<string | null>;
  /** Waits until the ranges of these targets have as many voters as their zones say. */
  waitForReplicas(targets: readonly ZoneTarget[], options?: ReplicaWaitOptions): Promise<ReplicaWaitResult>;
  /** Ranges with nodes and localities instead of store ids; asks for leases, which costs a request per range. */
  ranges(filter?: { readonly database?: string; readonly table?: string }): Promise<readonly LiveRange[]>;
  nodes(): Promise<readonly ObservedNode[]>;
  close(): Promise<void>;
}

export interface KwdbInspectRequest {
  readonly cluster: Pick<KwdbClusterDeclaration, "zones" | "settings" | "rebalances">;
  /** What is recorded may have to be put back: its settings are read too. */
  readonly originals?: KwdbOriginals;
  /** Read every setting, not only those that are named. Default false. */
  readonly allSettings?: boolean;
  /** Count the replicas of all ranges as well. Default false. */
  readonly ranges?: boolean;
}

export type ApplyOutcome = "done" | "already-there";

export interface ApplyOptions {
  /** Aborted: nothing is waited for any more; what the server was told stays told. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: KwdbProgress) => void;
  /** How long a rebalance's job may take. Default 7200. */
  readonly rebalanceTimeoutSeconds?: number;
  /**
   * An interrupted run has begun this rebalance when `newestJob` was the newest job: a later one for the same target is that run's, and is
   * followed, or found done, instead of starting another.
   */
  readonly begun?: { readonly newestJob: string | null };
}

export type KwdbProgress =
  /** A rebalance's job: `fraction` from 0 to 1. */
  | { readonly kind: "rebalance"; readonly job: string; readonly status: string; readonly fraction: number }
  /** `pending`: a few of the ranges that do not agree yet. */
  | {
      readonly kind: "replicas";
      readonly ready: number;
      readonly total: number;
      readonly pending: readonly PendingRange[];
    };

export interface PendingRange {
  readonly range: bigint;
  /** `d.t`, or the start of the range's keys. */
  readonly name: string;
  readonly replicas: number;
  readonly wanted: number;
}

export interface ReplicaWaitOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Extract<KwdbProgress, { kind: "replicas" }>) => void;
  /** Default 600. */
  readonly timeoutSeconds?: number;
}

export type ReplicaWaitResult =
  | { readonly kind: "agreed"; readonly ranges: number }
  | { readonly kind: "timed-out"; readonly pending: readonly PendingRange[] }
  | { readonly kind: "aborted"; readonly pending: readonly PendingRange[] };

/** One range as it is now. */
export interface LiveRange {
  readonly range: bigint;
  /** `/Table/78/400` */
  readonly start: string;
  readonly end: string;
  /** Empty in the system's own key space. */
  readonly database: string;
  readonly table: string;
  /** Empty for the primary index. */
  readonly index: string;
  readonly replicas: readonly RangeReplica[];
  /** null while nobody holds the lease. */
  readonly leaseholder: RangeReplica | null;
  readonly sizeBytes: bigint | null;
}

export interface RangeReplica {
  readonly store: number;
  /** null when the store's node is not known. */
  readonly node: number | null;
  /** `region=NODE1`; empty when there is none. */
  readonly locality: string;
}
