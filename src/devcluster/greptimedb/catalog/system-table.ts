import type { ServerVersion } from "../server-version";
import { BINARY, BOOLEAN, type DataType, DURATION, INT64, STRING, timestamp, UINT32, UINT64, UINT8 } from "../types/data-type";
import type { RelationColumn } from "./relation";

const TYPES: Readonly<Record<string, DataType>> = {
  String: STRING, Int64: INT64, UInt64: UINT64, UInt32: UINT32, UInt8: UINT8, Boolean: BOOLEAN, Binary: BINARY, Duration: DURATION,
  Second: timestamp(0), Milli: timestamp(3), Micro: timestamp(6), Nano: timestamp(9),
};

export interface SystemTable {
  readonly name: string;
  readonly columns: readonly RelationColumn[];
}

/** `name Type` nullable, `name Type!` not; one column a line or separated by commas. */
function columnsOf(text: string): readonly RelationColumn[] {
  return text.split(",").map((part) => {
    const [name, typeText] = part.trim().split(/\s+/) as [string, string];
    const type = TYPES[typeText.replace("!", "")];
    if (type === undefined) throw new Error(`unknown type in "${part}"`);
    return { name, type, nullable: !typeText.endsWith("!") };
  });
}

/** The tables of information_schema and their columns in the given version, in alphabetical order. */
export function systemTables(v: ServerVersion): ReadonlyMap<string, SystemTable> {
  const tables = { ...coreTables(v), ...clusterTables(v), ...storageTables(v), ...compatibilityTables(v) };
  const entries = Object.entries(tables).filter((entry): entry is [string, string] => entry[1] !== null);
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => [name, { name, columns: columnsOf(text) }]));
}

type Definitions = Readonly<Record<string, string | null>>;

function coreTables(v: ServerVersion): Definitions {
  const partitionTime = v.since(0, 17, 2) ? "Second" : v.since(0, 13) ? "Micro" : "Milli";
  const tableTime = v.since(0, 17) ? "Second" : v.since(0, 13) ? "Micro" : "Milli";
  const key = "table_catalog String!, table_schema String!, table_name String!";
  return {
    tables: v.since(0, 9)
      ? `${key}, table_type String!, table_id UInt32, data_length UInt64, max_data_length UInt64, index_length UInt64, max_index_length UInt64, avg_row_length UInt64, engine String, version UInt64, row_format String,
         table_rows UInt64, data_free UInt64, auto_increment UInt64, create_time ${tableTime}, update_time ${tableTime}, check_time ${tableTime}, table_collation String, checksum UInt64, create_options String, table_comment String, temporary String`
      : `${key}, table_type String!, table_id UInt32, engine String`,
    partitions: v.since(0, 7)
      ? `${key}, partition_name String!, subpartition_name String, partition_ordinal_position Int64, subpartition_ordinal_position Int64, partition_method String, subpartition_method String, partition_expression String,
         subpartition_expression String, partition_description String, table_rows Int64, avg_row_length Int64, data_length Int64, max_data_length Int64, index_length Int64, data_free Int64, create_time ${partitionTime},
         update_time ${partitionTime}, check_time ${partitionTime}, checksum Int64, partition_comment String, nodegroup String, tablespace_name String, greptime_partition_id UInt64`
      : null,
    columns: v.since(0, 7, 2)
      ? `${key}, column_name String!, ordinal_position Int64!, character_maximum_length Int64, character_octet_length Int64, numeric_precision Int64, numeric_scale Int64, datetime_precision Int64, character_set_name String,
         collation_name String, column_key String!, extra String!, privileges String!, generation_expression String!, greptime_data_type String!, data_type String!, semantic_type String!, column_default String, is_nullable String!,
         column_type String!, column_comment String, srs_id Int64`
      : `${key}, column_name String!, data_type String!, semantic_type String!, column_default String, is_nullable String!, column_type String!, column_comment String`,
    key_column_usage: `constraint_catalog String!, constraint_schema String!, constraint_name String!, table_catalog String!, ${v.since(0, 7, 2) ? "real_table_catalog String!, " : ""}table_schema String!, table_name String!,
       column_name String!, ordinal_position UInt32!, position_in_unique_constraint UInt32, referenced_table_schema String, referenced_table_name String, referenced_column_name String${v.since(0, 14) ? ", greptime_index_type String" : ""}`,
    table_constraints: "constraint_catalog String!, constraint_schema String!, constraint_name String!, table_schema String!, table_name String!, constraint_type String!, enforced String!",
    statistics: v.indexes === "statistics"
      ? `${key}, non_unique Int64!, index_schema String!, index_name String!, seq_in_index Int64!, column_name String!, collation String, cardinality Int64, sub_part Int64, packed String, nullable String!, index_type String!,
         comment String!, index_comment String!, is_visible String!, expression String, greptime_index_type String`
      : null,
    schemata: `catalog_name String!, schema_name String!, default_character_set_name String!, default_collation_name String!, sql_path String${v.since(0, 9) ? ", options String" : ""}`,
    views: v.since(0, 9)
      ? `${key}, view_definition String!, check_option String, is_updatable String, definer String, security_type String, character_set_client String, collation_connection String`
      : null,
    flows: v.since(0, 9)
      ? `flow_name String!, flow_id UInt32!, ${v.since(0, 11, 1) ? "state_size UInt64, " : ""}table_catalog String!, flow_definition String!, comment String, expire_after Int64, source_table_ids String, sink_table_name String!,
         flownode_ids String, options String${v.since(0, 13) ? ", created_time Milli!, updated_time Milli!, last_execution_time Milli, source_table_names String" : ""}${v.since(1, 1) ? ", flownode_addrs String" : ""}`
      : null,
    engines: "engine String!, support String!, comment String!, transactions String!, xa String!, savepoints String!",
    build_info: `git_branch String!, git_commit String!, git_commit_short String!, ${v.since(0, 9) ? "git_clean" : "git_dirty"} String!, pkg_version String!`,
  };
}

function clusterTables(v: ServerVersion): Definitions {
  const owner = v.since(0, 14) ? "table_catalog String!, table_schema String!, table_name String!, " : "";
  const wide = v.since(1, 0);
  const definitions: Record<string, string | null> = {
    cluster_info: v.since(0, 8)
      ? `peer_id Int64!, peer_type String!, peer_addr String, ${wide ? "peer_hostname String, total_cpu_millicores Int64!, total_memory_bytes Int64!, cpu_usage_millicores Int64!, memory_usage_bytes Int64!, " : ""}
         version String!, git_commit String!, start_time Milli, uptime String, active_time String${wide ? ", node_status String" : ""}`
      : null,
    procedure_info: v.since(0, 9, 4) ? "procedure_id String!, procedure_type String!, start_time Milli, end_time Milli, status String!, lock_keys String" : null,
    region_statistics: v.since(0, 9, 4)
      ? `region_id UInt64!, table_id UInt32!, region_number UInt32!, ${v.since(0, 10) ? "region_rows UInt64, " : ""}${wide ? "written_bytes_since_open UInt64, " : ""}${v.since(0, 10) ? "disk_size UInt64, " : ""}
         memtable_size UInt64, manifest_size UInt64, sst_size UInt64, ${v.since(0, 16) ? "sst_num UInt64, " : ""}${v.since(0, 10) ? "index_size UInt64, " : ""}engine String, region_role String`
      : null,
    region_info: v.since(1, 1)
      ? `region_id UInt64!, table_id UInt32!, region_number UInt32!, region_group UInt8!, region_sequence UInt32!, state String!, role String!, writable Boolean!, committed_sequence UInt64!, flushed_sequence UInt64,
         manifest_version UInt64!, compaction_time_window String, region_options String!, sst_format String!, node_id UInt64`
      : null,
    process_list: v.since(0, 15) ? "id String!, catalog String!, schemas String!, query String!, client String!, frontend String!, start_timestamp Milli!, elapsed_time Duration!" : null,
  };
  if (v.regionPeersTable !== null) definitions[v.regionPeersTable] = `${owner}region_id UInt64!, peer_id UInt64, peer_addr String, is_leader String, status String, down_seconds Int64`;
  return definitions;
}

function storageTables(v: ServerVersion): Definitions {
  if (!v.since(1, 0)) return {};
  const region = "region_id UInt64!, table_id UInt32!, region_number UInt32!, region_group UInt8!, region_sequence UInt32!";
  return {
    ssts_manifest: `table_dir String!, ${region}, file_id String!, index_version UInt64!, level UInt8!, file_path String!, file_size UInt64!, index_file_path String, index_file_size UInt64, num_rows UInt64!,
      num_row_groups UInt64!, num_series UInt64, min_ts Nano, max_ts Nano, sequence UInt64, origin_region_id UInt64!, node_id UInt64, visible Boolean!${v.since(1, 1) ? ", primary_key_min Binary, primary_key_max Binary" : ""}`,
    ssts_storage: "file_path String!, file_size UInt64, last_modified_ms Milli, node_id UInt64",
    ssts_index_meta: `table_dir String!, index_file_path String!, ${region}, file_id String!, index_file_size UInt64, index_type String!, target_type String!, target_key String!, target_json String!, blob_size UInt64!, meta_json String, node_id UInt64`,
  };
}

/** Tables that exist for other products' sake; all but the first few are always empty. Their columns were not observed. */
function compatibilityTables(v: ServerVersion): Definitions {
  return {
    character_sets: "character_set_name String, default_collate_name String, description String, maxlen Int64",
    collations: "collation_name String, character_set_name String, id Int64, is_default String, is_compiled String, sortlen Int64",
    collation_character_set_applicability: "collation_name String, character_set_name String",
    check_constraints: "constraint_catalog String, constraint_schema String, constraint_name String, check_clause String",
    column_privileges: "grantee String, table_catalog String, table_schema String, table_name String, column_name String, privilege_type String, is_grantable String",
    column_statistics: "schema_name String, table_name String, column_name String, histogram String",
    events: "event_catalog String, event_schema String, event_name String, definer String, status String",
    files: "file_id Int64, file_name String, file_type String, tablespace_name String, engine String, status String",
    global_status: "variable_name String, variable_value String",
    optimizer_trace: "query String, trace String, missing_bytes_beyond_max_mem_size Int64, insufficient_privileges Int64",
    parameters: "specific_catalog String, specific_schema String, specific_name String, ordinal_position Int64, parameter_name String, data_type String",
    profiling: "query_id Int64, seq Int64, state String, duration Int64",
    referential_constraints: "constraint_catalog String, constraint_schema String, constraint_name String, unique_constraint_schema String, table_name String, referenced_table_name String",
    routines: "specific_name String, routine_catalog String, routine_schema String, routine_name String, routine_type String",
    schema_privileges: "grantee String, table_catalog String, table_schema String, privilege_type String, is_grantable String",
    session_status: "variable_name String, variable_value String",
    table_privileges: "grantee String, table_catalog String, table_schema String, table_name String, privilege_type String, is_grantable String",
    triggers: v.since(0, 15) ? null : "trigger_catalog String, trigger_schema String, trigger_name String",
    runtime_metrics: v.since(0, 15) ? null : "metric_name String, value String, labels String, peer_addr String, peer_type String, timestamp Milli",
    table_semantics: v.since(1, 1) ? "table_catalog String, table_schema String, table_name String" : null,
  };
}
