import type { SettingType } from "../../topology/kwdb/setting-value";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import type { ZoneValues } from "../../topology/kwdb/zone-values";

/** One reading of a KWDB cluster, in canonical order: nodes by id, zones parents first, everything else by name. */
export interface ObservedKwdbCluster {
  readonly engine: "kwdb";
  /** Product version of the node that answered: `3.2.1`; `unknown` for builds that do not tell. */
  readonly version: string;
  readonly abilities: KwdbAbilities;
  readonly nodes: Readable<readonly ObservedNode[]>;
  readonly databases: readonly ObservedDatabase[];
  /** Of the databases that the declaration names, and only tables that it names; all of a database that is rebalanced. */
  readonly tables: readonly ObservedKwdbTable[];
  /** Zones with a row of their own. Those of objects on which the user has no privilege are not shown by the server. */
  readonly zones: readonly ObservedZone[];
  /** The declared settings, as far as the server knows them. */
  readonly settings: Readable<readonly ObservedSetting[]>;
  /** How many ranges have how many replicas, by table; null when the snapshot did not ask. */
  readonly ranges: Readable<readonly RangeSummary[]> | null;
}

/** What only administrators may read. */
export type Readable<T> = { readonly kind: "read"; readonly value: T } | { readonly kind: "not-admin" };

/** What the server's version can do. */
export interface KwdbAbilities {
  /** Zones on time-series tables (from 2.1.0). */
  readonly timeSeriesZones: boolean;
  /** Zones on partitions (in open-source builds from 2.1.0). */
  readonly partitionZones: boolean;
  /** `USING` on an index does not end in an internal error (before 2.1.0). */
  readonly indexZones: boolean;
  /** `USING REBALANCE` (from 3.0.0). */
  readonly rebalance: boolean;
  /** HASHPOINT partitions of time-series tables can be listed (from 3.0.0); before, they exist unseen. */
  readonly listsHashPoints: boolean;
  /** `ts_merge.days` has ranges to merge (before 3.1.0). */
  readonly mergesByTime: boolean;
}

export interface ObservedNode {
  readonly id: number;
  readonly address: string;
  /** Locality tiers in order: `region=NODE1,zone=a`. */
  readonly locality: readonly { readonly key: string; readonly value: string }[];
  readonly attributes: readonly string[];
  readonly live: boolean;
  readonly draining: boolean;
  readonly decommissioning: boolean;
  /** `start`, `start-single-node`, `start-single-replica`. */
  readonly startMode: string;
  readonly build: string;
  /** Ids of its stores; ranges name stores, not nodes. Empty when the snapshot did not ask. */
  readonly stores: readonly number[];
}

export interface ObservedDatabase {
  readonly name: string;
  readonly engine: "relational" | "time-series";
}

export interface ObservedKwdbTable {
  readonly database: string;
  readonly table: string;
  readonly timeSeries: boolean;
  /** Names of its indexes, `primary` among them. */
  readonly indexes: readonly string[];
  readonly partitions: readonly ObservedPartition[];
}

export interface ObservedPartition {
  readonly name: string;
  readonly index: string;
  /** `(0) TO (100)`, `(1), (3)`: hash points of a time-series partition; null for other kinds. */
  readonly hashPoints: string | null;
}

export interface ObservedZone {
  /** A partition always with its index. */
  readonly target: ZoneTarget;
  readonly zoneId: number;
  readonly subzoneId: number;
  /** Values of its own. */
  readonly own: ZoneValues;
  /** Own and inherited values. */
  readonly effective: ZoneValues;
}

export interface ObservedSetting {
  readonly name: string;
  readonly type: SettingType;
  /** Canonical text of the value in force. */
  readonly value: string;
  /** Somebody has set it; false: the default. */
  readonly explicit: boolean;
}

export interface RangeSummary {
  readonly database: string;
  readonly table: string;
  /** Voters of each range. */
  readonly replicas: number;
  readonly ranges: number;
}
