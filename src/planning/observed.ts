import type { DatanodeId, PartitionKey, RegionId } from "../topology/ids";

/** One reading of a GreptimeDB cluster, complete and in canonical order: databases, tables by name, regions by id. */
export interface ObservedGreptimeCluster {
  readonly engine: "greptimedb";
  /** Version of the frontend, `1.1.4`. */
  readonly version: string;
  readonly mode: "distributed" | "standalone";
  /** Milliseconds since the metasrv started; null when the server does not tell (before 0.8). `datanodes` fills up in its first seconds. */
  readonly metasrvUptimeMs: number | null;
  readonly datanodes: readonly ObservedDatanode[];
  readonly tables: readonly ObservedTable[];
  /** Procedures that are still running; empty where the server has no procedure_info (before 0.9.4). */
  readonly procedures: readonly ObservedProcedure[];
}

export interface ObservedDatanode {
  readonly id: DatanodeId;
  readonly address: string;
  readonly version: string;
  /** Milliseconds since its last heartbeat when the snapshot was read; null when the server does not tell. */
  readonly silentMs: number | null;
}

export interface ObservedTable {
  readonly database: string;
  readonly name: string;
  /** Identifies the incarnation: DROP and CREATE give a new id and new region ids. */
  readonly tableId: number;
  /** `mito`, `metric`, `file`. */
  readonly engine: string;
  readonly regions: readonly ObservedRegion[];
  /** Set for a logical table of the metric engine: its regions follow those of its physical table and cannot be moved by themselves. */
  readonly logical?: true;
  /** Columns, rules and options; null when the snapshot did not ask for them (only declared tables are read so far). */
  readonly definition: ObservedDefinition | null;
}

export interface ObservedRegion {
  readonly id: RegionId;
  /** Canonical rule text when `definition` was read or the server prints it losslessly; else the server's display text. */
  readonly partition: PartitionKey;
  /** null while the region has no leader. */
  readonly leader: DatanodeId | null;
  readonly followers: readonly DatanodeId[];
  /** Route state, not liveness: a region of a dead datanode is `ALIVE`. */
  readonly status: "ALIVE" | "DOWNGRADING" | "DOWNGRADED" | "STAGING" | "UNKNOWN";
  /** disk_size + memtable_size; null when the server has no figure (yet). */
  readonly sizeBytes: bigint | null;
  readonly rows: bigint | null;
}

export interface ObservedDefinition {
  readonly columns: readonly ObservedColumn[];
  readonly primaryKey: readonly string[];
  readonly timeIndex: string;
  readonly partitionColumns: readonly string[];
  /** Canonical rules in route order, parallel to `regions` sorted by route order; empty when unpartitioned. */
  readonly rules: readonly PartitionKey[];
  /** The table's own options in the server's normalised form, without what its database gives. */
  readonly options: Readonly<Record<string, string>>;
}

export interface ObservedColumn {
  readonly name: string;
  /** Canonical type, e.g. `STRING`, `BIGINT UNSIGNED`, `TIMESTAMP(3)`. */
  readonly type: string;
  readonly nullable: boolean;
  /** As {@link ColumnDeclaration.default}; null when there is none. */
  readonly default: string | null;
  readonly comment: string | null;
}

export interface ObservedProcedure {
  readonly id: string;
  readonly kind: "region-migration" | "repartition" | "other";
  readonly status: string;
  /** Regions it has locked; empty when the lock keys name none. */
  readonly regions: readonly RegionId[];
  /** Tables it has locked, as `database.table`; empty when none. */
  readonly tables: readonly string[];
}
