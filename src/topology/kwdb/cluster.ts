import type { ZoneTarget } from "./zone-target";
import type { ZoneValues, ZoneVariable } from "./zone-values";

/** A KWDB cluster: the zones, cluster settings and rebalances that are declared for it. */
export interface KwdbClusterDeclaration {
  readonly engine: "kwdb";
  /** Unique in the manifest; the construct's path. */
  readonly name: string;
  readonly connection: KwdbConnectionDeclaration;
  /** At most one for each target. */
  readonly zones: readonly ZoneConfigDeclaration[];
  readonly settings: readonly ClusterSettingDeclaration[];
  readonly rebalances: readonly RebalanceDeclaration[];
  /** Zones that exist, are not declared and that the server did not write by itself are drift. Default false. */
  readonly reportUndeclaredZones: boolean;
}

/** A value that is written down, or taken from an environment variable when it is used. */
export type KwdbSetting<T extends string | number> = T | { readonly env: string };

/** How to reach a node of the cluster. Every absent value is read from its environment variable, then TOPOFORM_KWDB_URL, then its default. */
export interface KwdbConnectionDeclaration {
  /**
   * TOPOFORM_KWDB_HOST, default 127.0.0.1. Several nodes are separated by commas, each with a port of its own if need be
   * (`kw1,kw2:26258`); they are tried in order.
   */
  readonly host?: KwdbSetting<string>;
  /** TOPOFORM_KWDB_PORT, default 26257 */
  readonly port?: KwdbSetting<number>;
  /** TOPOFORM_KWDB_USER, default root */
  readonly user?: KwdbSetting<string>;
  /** TOPOFORM_KWDB_PASSWORD, default none. Only as a reference to an environment variable. */
  readonly password?: { readonly env: string };
  /** TOPOFORM_KWDB_DATABASE, default defaultdb. Only the session's database: targets name their own. */
  readonly database?: KwdbSetting<string>;
  readonly tls?: KwdbTlsDeclaration;
  /** TOPOFORM_KWDB_CONNECT_TIMEOUT_SECONDS, default 10 */
  readonly connectTimeoutSeconds?: number;
  /** TOPOFORM_KWDB_STATEMENT_TIMEOUT_SECONDS, default 60. A cluster without quorum never answers by itself. */
  readonly statementTimeoutSeconds?: number;
}

export interface KwdbTlsDeclaration {
  /**
   * libpq's `sslmode`. `disable` (default): no TLS. `verify-full`: certificate and host name verified. `verify-ca`: not the host name.
   * `require`: encrypted but not verified; only on explicit wish. TOPOFORM_KWDB_TLS_MODE
   */
  readonly mode: "disable" | "require" | "verify-ca" | "verify-full";
  /** PEM file of the authorities to trust (`ca.crt`); absent: the system's. TOPOFORM_KWDB_TLS_CA_FILE */
  readonly caFile?: string;
  /** PEM file of the client's certificate (`client.root.crt`); its common name is the user. TOPOFORM_KWDB_TLS_CERT_FILE */
  readonly certFile?: string;
  /** PEM file of the client's key (`client.root.key`). TOPOFORM_KWDB_TLS_KEY_FILE */
  readonly keyFile?: string;
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
