import {
  atLeastOne, connections, fourMebibytes, fraction, nonNegative, nonNegativeDuration, nonNegativeFloat, positive, type SettingCheck, seventyFiveSeconds, twoMinutes, zeroOrAtLeastOne,
} from "./setting-checks";

/** The letters under which the server lists the types: boolean, integer, float, byte size, duration, enumeration, string. */
export type SettingType = "b" | "i" | "f" | "z" | "d" | "e" | "s";

export interface SettingDefinition {
  readonly name: string;
  readonly type: SettingType;
  /** As `kwdb_internal.cluster_settings` shows it. */
  readonly initial: string;
  /** Whether SHOW CLUSTER SETTINGS lists it. */
  readonly public: boolean;
  readonly description: string;
  /** First release, as major * 10,000 + minor * 100 + patch; 0 when all have it. */
  readonly since: number;
  /** Bounds of numbers, sizes and durations; null when there are none. */
  readonly check: SettingCheck | null;
}

function setting(name: string, type: SettingType, initial: string, more: Partial<Pick<SettingDefinition, "public" | "description" | "since" | "check">> = {}): SettingDefinition {
  return { name, type, initial, public: more.public ?? false, description: more.description ?? "", since: more.since ?? 0, check: more.check ?? null };
}

/** Values of enumerations, by number. */
export const ENUM_VALUES: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  "kv.allocator.load_based_rebalancing": { 0: "off", 1: "leases", 2: "leases and replicas" },
};

/** Settings that concern ranges, replicas and nodes, with their initial values (every `kv.` setting as observed on 3.2.1). */
export const SETTINGS: readonly SettingDefinition[] = [
  setting("audit.enabled", "b", "false"),
  setting("kv.allocator.lease_rebalancing_aggressiveness", "f", "1", { check: nonNegativeFloat }),
  setting("kv.allocator.load_based_lease_rebalancing.enabled", "b", "true", { public: true }),
  setting("kv.allocator.load_based_rebalancing", "e", "leases and replicas", { public: true }),
  setting("kv.allocator.min_lease_transfer_interval", "d", "1s", { check: nonNegativeDuration }),
  setting("kv.allocator.qps_rebalance_threshold", "f", "0.25", { public: true, check: nonNegativeFloat }),
  setting("kv.allocator.range_rebalance_threshold", "f", "0.05", { public: true, check: nonNegativeFloat }),
  setting("kv.allocator.ts_consider_rebalance.enabled", "b", "true", { description: "if set to true, ts range will be rebalanced background", since: 20100 }),
  setting("kv.allocator.ts_store_dead_rebalance.enabled", "b", "true", { since: 30000 }),
  setting("kv.atomic_replication_changes.enabled", "b", "true"),
  setting("kv.bulk_ingest.batch_size", "z", "16 MiB"),
  setting("kv.bulk_ingest.buffer_increment", "z", "32 MiB"),
  setting("kv.bulk_ingest.index_buffer_size", "z", "32 MiB"),
  setting("kv.bulk_ingest.max_index_buffer_size", "z", "512 MiB"),
  setting("kv.bulk_ingest.max_pk_buffer_size", "z", "128 MiB"),
  setting("kv.bulk_ingest.pk_buffer_size", "z", "32 MiB"),
  setting("kv.bulk_io_write.concurrent_addsstable_requests", "i", "1", { check: atLeastOne }),
  setting("kv.bulk_io_write.concurrent_export_requests", "i", "3", { check: atLeastOne }),
  setting("kv.bulk_io_write.concurrent_import_requests", "i", "1", { check: atLeastOne }),
  setting("kv.bulk_io_write.max_rate", "z", "1.0 TiB", { public: true }),
  setting("kv.bulk_io_write.small_write_size", "z", "400 KiB"),
  setting("kv.bulk_sst.sync_size", "z", "2.0 MiB"),
  setting("kv.closed_timestamp.close_fraction", "f", "0.2", { check: fraction }),
  setting("kv.closed_timestamp.follower_reads_enabled", "b", "true", { public: true }),
  setting("kv.closed_timestamp.target_duration", "d", "3s", { check: nonNegativeDuration }),
  setting("kv.dist_sender.concurrency_limit", "i", "500", { check: nonNegative }),
  setting("kv.gc.intent_age_threshold", "d", "2h0m0s", { check: twoMinutes }),
  setting("kv.gc_ttl.strict_enforcement.enabled", "b", "true"),
  setting("kv.kvserver.qps_ts_follower_read_threshold", "f", "0", { since: 30100, check: nonNegativeFloat }),
  setting("kv.kvserver.ts_leaseholder_transfer_strict.mode", "i", "0"),
  setting("kv.kvserver.ts_split_by_timestamp.enabled", "b", "false", { description: "if set to false, the time series range is split according to the hashpoint. Otherwise, it is split according to the hashpoint and timestamp." }),
  setting("kv.kvserver.ts_split_interval", "i", "10", { description: "the interval of range splitting", since: 20100, check: nonNegative }),
  setting("kv.lock_table.coordinator_liveness_push_delay", "d", "10ms"),
  setting("kv.lock_table.deadlock_detection_push_delay", "d", "100ms"),
  setting("kv.protectedts.max_bytes", "i", "1048576", { check: nonNegative }),
  setting("kv.protectedts.max_spans", "i", "4096", { check: nonNegative }),
  setting("kv.protectedts.poll_interval", "d", "2m0s", { check: nonNegativeDuration }),
  setting("kv.protectedts.reconciliation.interval", "d", "5m0s", { public: true, check: nonNegativeDuration }),
  setting("kv.queue.process.guaranteed_time_budget", "d", "5m0s"),
  setting("kv.raft.command.max_size", "z", "64 MiB", { check: fourMebibytes }),
  setting("kv.raft.command.target_batch_size", "z", "64 MiB"),
  setting("kv.raft_log.disable_synchronization_unsafe", "b", "false"),
  setting("kv.range.backpressure_range_size_multiplier", "f", "2", { check: zeroOrAtLeastOne }),
  setting("kv.range_descriptor_cache.size", "i", "1000000"),
  setting("kv.range_merge.queue_enabled", "b", "true"),
  setting("kv.range_merge.queue_interval", "d", "1s", { check: nonNegativeDuration }),
  setting("kv.range_split.by_load_enabled", "b", "true", { public: true }),
  setting("kv.range_split.load_qps_threshold", "i", "2500", { public: true }),
  setting("kv.rangefeed.concurrent_catchup_iterators", "i", "64", { check: atLeastOne }),
  setting("kv.rangefeed.enabled", "b", "true", { public: true }),
  setting("kv.replication_reports.interval", "d", "1m0s", { public: true, check: nonNegativeDuration }),
  setting("kv.snapshot_rebalance.max_rate", "z", "16 MiB", { public: true, check: positive }),
  setting("kv.snapshot_recovery.max_rate", "z", "16 MiB", { public: true, check: positive }),
  setting("kv.snapshot_sst.sync_size", "z", "2.0 MiB"),
  setting("kv.transaction.max_intents_bytes", "i", "262144", { public: true }),
  setting("kv.transaction.max_refresh_spans_bytes", "i", "256000", { public: true }),
  setting("kv.transaction.parallel_commits_enabled", "b", "true"),
  setting("kv.transaction.write_pipelining_enabled", "b", "true"),
  setting("kv.transaction.write_pipelining_max_batch_size", "i", "128", { check: nonNegative }),
  setting("kv.transaction.write_pipelining_max_outstanding_size", "z", "256 KiB"),
  setting("server.advanced_distributed_operations.enabled", "b", "false"),
  setting("server.host_based_authentication.configuration", "s", "", { public: true }),
  setting("server.sql_connections.max_limit", "i", "200", { check: connections }),
  setting("server.time_until_store_dead", "d", "30m0s", { public: true, check: seventyFiveSeconds }),
  setting("server.ts_range_split_mode", "i", "0"),
  setting("sql.hashrouter.partition_coefficient_num", "i", "400"),
  setting("sql.ts_create.leaseholder_auto_relocated.enabled", "b", "false"),
  setting("ts.wal.wal_level", "i", "2", { public: true }),
];
