import type { ConnectionDeclaration } from "../connection";
import type { ZoneTarget } from "./zone-target";
import type { ZoneValues, ZoneVariable } from "./zone-values";

/** A KWDB cluster: the zones, cluster settings and rebalances that are declared for it. */
export interface KwdbClusterDeclaration {
  readonly engine: "kwdb";
  /** Unique in the manifest; the construct's path. */
  readonly name: string;
  readonly connection: ConnectionDeclaration;
  /** At most one for each target. */
  readonly zones: readonly ZoneConfigDeclaration[];
  readonly settings: readonly ClusterSettingDeclaration[];
  readonly rebalances: readonly RebalanceDeclaration[];
  /** Zones that exist, are not declared and that the server did not write by itself are drift. Default false. */
  readonly reportUndeclaredZones: boolean;
}

/**
 * The zone configuration of one target. A variable in `values` is set; one in `copyFromParent` gets the parent's value as a value of
 * its own, and follows it at each apply; every other one is inherited, or, where the server brings the values itself (ranges and
 * database `system`), stays as it was found.
 *
 * Variables that the server takes only together are completed with the parent's value: `rangeMinBytes` and `rangeMaxBytes`,
 * `numReplicas` with constraints per replica, `constraints` with `leasePreferences`.
 */
export interface ZoneConfigDeclaration {
  readonly target: ZoneTarget;
  readonly values: ZoneValues;
  readonly copyFromParent: readonly ZoneVariable[];
  /** Must be true for the ranges meta, liveness, system and timeseries and for database `system`: a wrong value can stop the cluster. Default false. */
  readonly allowSystemRange: boolean;
  /** Apply waits until the ranges agree, not only until the zone is stored. Default false. */
  readonly waitForReplicas: boolean;
}

export interface ClusterSettingDeclaration {
  /** `kv.allocator.ts_consider_rebalance.enabled`; lower case. */
  readonly name: string;
  /** As `SET CLUSTER SETTING` takes it: `true`, `5`, `8 MiB`, `1m30s`, `leases`. */
  readonly value: string;
}

/** One manual rebalance of time-series tables. It is done once, and again whenever its triggers change. */
export interface RebalanceDeclaration {
  /** Unique in the cluster. */
  readonly name: string;
  /** A time-series database or table, or `RANGE default` for all of them. */
  readonly target: ZoneTarget;
  readonly triggers: Readonly<Record<string, string>>;
  /** It may replace the tables' own HASHPOINT partitions and their zones. Default false. */
  readonly replacePartitions: boolean;
}
