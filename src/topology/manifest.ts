import type { ConnectionDeclaration } from "./connection";
import type { DatanodeId } from "./ids";
import type { KwdbClusterDeclaration } from "./kwdb/cluster";
import type { RunDeclaration } from "./run-declaration";

export type { ConnectionDeclaration, Setting, TlsDeclaration } from "./connection";

/**
 * The declared topology of one stack, written as `topoform.json` beside `cdk.tf.json` at synth, or by hand (JSON or YAML).
 * Its JSON form is published as a JSON Schema (`topoform/topology.schema.json`).
 */
export interface TopologyManifest {
  /** Format version; this is version 1. */
  readonly version: 1;
  /** Name of the stack; empty in a hand-written manifest that gives none. */
  readonly stack: string;
  readonly clusters: readonly ClusterDeclaration[];
}

/** One declared cluster, by engine. */
export type ClusterDeclaration = GreptimeClusterDeclaration | KwdbClusterDeclaration;

export interface GreptimeClusterDeclaration {
  readonly engine: "greptimedb";
  /** Unique in the manifest; the construct's path. Used in messages and as the journal's name. */
  readonly name: string;
  readonly connection: ConnectionDeclaration;
  /** The datanodes that may hold regions; absent: whatever the cluster has. */
  readonly datanodes?: readonly DatanodeDeclaration[];
  /** What all datanodes share. Region migration needs it; absent: nothing may be moved. */
  readonly sharedStorage?: SharedStorageDeclaration;
  /** How applies are executed and verified; absent: the defaults. */
  readonly run?: RunDeclaration;
  readonly tables: readonly TableDeclaration[];
  readonly placements: readonly PlacementDeclaration[];
}

export interface DatanodeDeclaration {
  readonly id: DatanodeId;
  /** Failure domain, e.g. an availability zone; absent: unknown. */
  readonly zone?: string;
}

/** The bucket that all datanodes of a cluster share. */
export interface SharedStorageDeclaration {
  readonly kind: "s3";
  /** Name of the bucket; absent when Terraform knows it only after apply. */
  readonly bucket?: string;
  /** Prefix inside the bucket; every cluster needs its own. */
  readonly root?: string;
  readonly region?: string;
  readonly endpoint?: string;
}

export interface TableDeclaration {
  /** Default `public`. */
  readonly database: string;
  readonly name: string;
  /** In order. */
  readonly columns: readonly ColumnDeclaration[];
  /** Names in key order; without the time index; may be empty. */
  readonly primaryKey: readonly string[];
  readonly timeIndex: string;
  /** Absent: one region, key `*`. */
  readonly partitioning?: PartitioningDeclaration;
  /** Default `mito`. */
  readonly engine: string;
  /** Table options, e.g. `ttl`, `append_mode`, `compaction.twcs.time_window`. */
  readonly options: Readonly<Record<string, string>>;
  /** Columns on the server that are not declared are ignored instead of shown as drift. Default false. */
  readonly ignoreUndeclaredColumns: boolean;
  /** While true nothing that loses data of this table is done. Default true. */
  readonly deletionProtection: boolean;
}

export interface ColumnDeclaration {
  readonly name: string;
  /** Any type name that the server accepts (`STRING`, `int unsigned`, `TIMESTAMP(3)`, `INT8`); compared in canonical form. */
  readonly type: string;
  /** Default true; always false for the time index. */
  readonly nullable: boolean;
  /** The default as `information_schema.columns.column_default` prints it: `5`, `x'y`, `now()`, `current_timestamp()`; absent: none. */
  readonly default?: string;
  readonly comment?: string;
}

/** Exclusive upper bound of a range in one column. `MAXVALUE` is the symbol of the end, not the string. */
export type BoundValue = string | number | bigint | boolean;
export type UpperBound = readonly (BoundValue | { readonly maxvalue: true })[];

export type PartitioningDeclaration =
  | {
      readonly kind: "range";
      readonly columns: readonly string[];
      /** Strictly increasing; the last bound is MAXVALUE in every column. */
      readonly partitions: readonly { readonly name?: string; readonly lessThan: UpperBound }[];
    }
  | {
      readonly kind: "rules";
      readonly columns: readonly string[];
      /** Rules in the server's grammar; complete and disjoint. */
      readonly partitions: readonly { readonly name?: string; readonly rule: string }[];
    };

/** Where the regions of one table, or of several placed together, live. Destroying it moves nothing. */
export interface PlacementDeclaration {
  readonly name: string;
  readonly database: string;
  /** The first of `tables` when there are several. */
  readonly table: string;
  /** All tables of `database` that are placed together, `table` among them; absent: only `table`. Strategies look at all of them. */
  readonly tables?: readonly string[];
  /**
   * What becomes of the regions that no pin names. `pinned`: they stay, unless a datanode is excluded or over its capacity.
   * `balance`: the same number (or bytes) of regions on each datanode. `spread`: the regions of each table on as many datanodes,
   * then zones, as possible.
   */
  readonly strategy: PlacementStrategy;
  /** What `balance` evens out. Default `regions`. */
  readonly by?: BalanceMeasure;
  /** Partition (rule text, alias name of the declared table, or `*`) to datanode. Pins always win. Only with a single table. */
  readonly pins: Readonly<Record<string, DatanodeId>>;
  /** Datanodes that shall hold no region of these tables. Absent or empty: none. */
  readonly excludeDatanodes?: readonly DatanodeId[];
  /** What one datanode may hold of these tables at most. */
  readonly capacity?: PlacementCapacity;
  /**
   * How many regions one datanode may have more than another: with `balance` by regions of all tables, with `spread` of each
   * table (and one zone more than another, as far as the datanodes' own evenness allows). Absent: 1, but pins and capacity may
   * exceed it; given, it is a rule that nothing may break.
   */
  readonly maxSkew?: number;
  /** Seconds a migration may take before the server gives up and rolls back. Default 300. */
  readonly replayTimeoutSeconds: number;
  readonly limits: MoveLimits;
  /** Datanodes whose unflushed rows may be lost: moves away from them go on although they do not answer. */
  readonly acceptDataLossOf: readonly DatanodeId[];
}

export type PlacementStrategy = "pinned" | "balance" | "spread";
export type BalanceMeasure = "regions" | "bytes";

/** What one datanode may hold of the tables of a placement; an absent member is no limit. */
export interface PlacementCapacity {
  readonly regions?: number;
  readonly bytes?: bigint;
}

export const PLACEMENT_STRATEGIES = ["pinned", "balance", "spread"] as const satisfies readonly PlacementStrategy[];
export const BALANCE_MEASURES = ["regions", "bytes"] as const satisfies readonly BalanceMeasure[];

/** The names of the tables that a placement places, in the order declared. */
export function placedTables(placement: Pick<PlacementDeclaration, "table" | "tables">): readonly string[] {
  return placement.tables ?? [placement.table];
}

/** How many moves may run at once. */
export interface MoveLimits {
  /** Per datanode, away from it. Default 1. */
  readonly outgoing: number;
  /** Per datanode, onto it. Default 2. */
  readonly incoming: number;
  /** In the whole cluster. Default 16, at most 64. */
  readonly cluster: number;
}

export const DEFAULT_LIMITS: MoveLimits = { outgoing: 1, incoming: 2, cluster: 16 };
export const DEFAULT_REPLAY_TIMEOUT_SECONDS = 300;
