/** What a session variable holds. `fixed`: it cannot be set. `compatible`: it takes these words and stays as it is. */
export type SessionVariableKind =
  | { readonly kind: "fixed" | "text" | "bool" | "timeout" | "time-zone" | "schemas" | "encoding" | "date-style" | "transaction-isolation" }
  | { readonly kind: "int"; readonly check: (value: bigint) => string | null }
  /** `hinted`: what the hint names besides, although it is refused. */
  | { readonly kind: "choice"; readonly values: readonly string[]; readonly hinted?: readonly string[]; readonly reportedAs?: string }
  | { readonly kind: "compatible"; readonly values: readonly string[]; readonly reportedAs?: string }
  | { readonly kind: "compatible-int" }
  | { readonly kind: "compatible-bool"; readonly any: boolean };

export type SessionVariable = SessionVariableKind & { readonly initial: string };

export const ISOLATION_LEVELS: readonly string[] = ["serializable", "read committed", "repeatable read"];
const anything = (): null => null;
const notNegative = (name: string) => (value: bigint): string | null => (value < 0n ? `cannot set ${name} to a negative value: ${value}` : null);
const onOff = (initial: "on" | "off"): SessionVariable => ({ kind: "bool", initial });
const fixed = (initial: string): SessionVariable => ({ kind: "fixed", initial });

/** Session variables of 3.2.1 other than those of the session itself (`database`, `session_user`, `transaction_status`). */
export const SESSION_VARIABLES: Readonly<Record<string, SessionVariable>> = {
  application_name: { kind: "text", initial: "" },
  avoid_buffering: onOff("off"),
  bytea_output: { kind: "choice", values: ["hex", "escape", "base64"], initial: "hex" },
  client_encoding: { kind: "encoding", initial: "UTF8" },
  client_min_messages: { kind: "compatible", values: ["debug5", "debug4", "debug3", "debug2", "debug1", "debug", "log", "warning", "error", "fatal", "panic", "notice"], initial: "notice" },
  datestyle: { kind: "date-style", initial: "ISO, MDY" },
  default_int_size: { kind: "int", check: (value) => (value === 4n || value === 8n ? null : "only 4 or 8 are supported by default_int_size"), initial: "8" },
  default_tablespace: { kind: "choice", values: [""], initial: "" },
  default_transaction_isolation: { kind: "choice", values: ISOLATION_LEVELS, reportedAs: "transaction_isolation", initial: "serializable" },
  default_transaction_read_only: onOff("off"),
  distsql: { kind: "choice", values: ["on", "off", "auto", "always"], hinted: ["2.0-auto", "2.0-off"], initial: "auto" },
  enable_implicit_select_for_update: onOff("on"),
  enable_insert_fast_path: onOff("on"),
  enable_multimodel: onOff("off"),
  enable_timebucket_opt: onOff("off"),
  enable_zigzag_join: onOff("on"),
  experimental_enable_hash_sharded_indexes: onOff("off"),
  experimental_enable_temp_tables: onOff("off"),
  experimental_serial_normalization: { kind: "choice", values: ["rowid", "virtual_sequence", "sql_sequence"], initial: "rowid" },
  extra_float_digits: { kind: "int", check: (value) => (value < -15n || value > 3n ? `${value} is outside the valid range for parameter "extra_float_digits" (-15 .. 3)` : null), initial: "0" },
  force_savepoint_restart: onOff("off"),
  hash_scan_mode: { kind: "int", check: notNegative("hash_scan_mode"), initial: "0" },
  idle_in_session_timeout: { kind: "timeout", initial: "0" },
  idle_in_transaction_session_timeout: { kind: "compatible-int", initial: "0" },
  integer_datetimes: fixed("on"),
  intervalstyle: { kind: "compatible", values: ["postgres"], reportedAs: "IntervalStyle", initial: "postgres" },
  lock_timeout: { kind: "compatible-int", initial: "0" },
  max_identifier_length: fixed("128"),
  max_index_keys: fixed("32"),
  max_push_limit_number: { kind: "int", check: anything, initial: "1000" },
  multi_model_reorder_joins_limit: { kind: "int", check: notNegative("multi_model_reorder_joins_limit"), initial: "8" },
  need_control_inside_out: onOff("off"),
  optimizer: { kind: "choice", values: ["on"], initial: "on" },
  optimizer_foreign_keys: onOff("on"),
  pg_extend_compress: { kind: "choice", values: ["off", "lz4_compress", "snappy_compress"], initial: "off" },
  reorder_joins_limit: { kind: "int", check: notNegative("reorder_joins_limit"), initial: "4" },
  require_explicit_primary_keys: onOff("off"),
  row_security: { kind: "compatible-bool", any: true, initial: "off" },
  search_path: { kind: "schemas", initial: "public" },
  server_encoding: fixed("UTF8"),
  server_version: fixed("9.5.0"),
  server_version_num: fixed("90500"),
  sql_safe_updates: onOff("off"),
  ssl_renegotiation_limit: { kind: "compatible-int", initial: "0" },
  standard_conforming_strings: { kind: "compatible-bool", any: false, initial: "on" },
  statement_timeout: { kind: "timeout", initial: "0" },
  synchronize_seqscans: { kind: "compatible-bool", any: true, initial: "on" },
  timezone: { kind: "time-zone", initial: "UTC" },
  transaction_isolation: { kind: "transaction-isolation", initial: "serializable" },
  transaction_priority: fixed("normal"),
  transaction_read_only: onOff("off"),
  vectorize: { kind: "choice", values: ["off", "auto", "on", "experimental_always"], initial: "auto" },
  vectorize_row_count_threshold: { kind: "int", check: notNegative("vectorize_row_count_threshold"), initial: "1000" },
};

/** Variables of PostgreSQL that the server knows and refuses. */
export const UNSUPPORTED_VARIABLES = new Set(
  (
    "array_nulls backend_flush_after backslash_quote check_function_bodies commit_delay commit_siblings constraint_exclusion cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction deadlock_timeout " +
    "debug_deadlocks debug_pretty_print debug_print_parse debug_print_plan debug_print_rewritten default_statistics_target default_text_search_config default_transaction_deferrable default_with_oids dynamic_library_path " +
    "effective_cache_size enable_bitmapscan enable_gathermerge enable_hashagg enable_hashjoin enable_indexonlyscan enable_indexscan enable_material enable_mergejoin enable_nestloop enable_seqscan enable_sort enable_tidscan " +
    "escape_string_warning exit_on_error force_parallel_mode from_collapse_limit geqo geqo_effort geqo_generations geqo_pool_size geqo_seed geqo_selection_bias geqo_threshold gin_fuzzy_search_limit gin_pending_list_limit " +
    "ignore_checksum_failure join_collapse_limit lc_messages lc_monetary lc_numeric lc_time lo_compat_privileges local_preload_libraries log_btree_build_stats log_duration log_error_verbosity log_executor_stats log_lock_waits " +
    "log_min_duration_statement log_min_error_statement log_min_messages log_parser_stats log_planner_stats log_replication_commands log_statement log_statement_stats log_temp_files maintenance_work_mem max_parallel_workers " +
    "max_parallel_workers_per_gather max_stack_depth min_parallel_index_scan_size min_parallel_table_scan_size operator_precedence_warning optimize_bounded_sort parallel_setup_cost parallel_tuple_cost password_encryption " +
    "quote_all_identifiers random_page_cost replacement_sort_tuples role seed seq_page_cost session_preload_libraries session_replication_role synchronous_commit tcp_keepalives_count tcp_keepalives_idle tcp_keepalives_interval " +
    "temp_buffers temp_file_limit temp_tablespaces timezone_abbreviations trace_lock_oidmin trace_lock_table trace_locks trace_lwlocks trace_notify trace_sort trace_syncscan trace_userlocks track_activities track_counts " +
    "track_functions track_io_timing transaction_deferrable transform_null_equals update_process_title vacuum_cost_delay vacuum_cost_limit vacuum_cost_page_dirty vacuum_cost_page_hit vacuum_cost_page_miss vacuum_freeze_min_age " +
    "vacuum_freeze_table_age vacuum_multixact_freeze_min_age vacuum_multixact_freeze_table_age wal_compression wal_consistency_checking wal_debug work_mem xmlbinary xmloption zero_damaged_pages"
  ).split(" "),
);
