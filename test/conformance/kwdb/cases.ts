import { always, type Case, error, ok, refused, rows, type Step, text } from "../case";

/**
 * What a client that declares zones and settings relies on. The cases run on the dev cluster, or on a real one when TOPOFORM_KWDB_URL is set.
 * `{database}` and `{ts}` are a relational and a time-series database of the case's own; `{region}` is the locality of a node. What a case
 * changes of system ranges and settings is put back when it ends, and its databases are dropped.
 */

/** Explicit values of an object's zone, without the head of the statement. */
const explicit = (where: string): string => `SELECT replace(raw_config_sql, 'ALTER ' || target || e' CONFIGURE ZONE USING\\n', '') FROM "".kwdb_internal.zones WHERE ${where} ORDER BY zone_id, subzone_id`;
const ofDatabase = explicit("database_name = '{database}' AND table_name IS NULL");
const ofTable = explicit("database_name = '{database}' AND table_name = 't' AND subzone_id = 0");
const ofPartition = explicit("database_name = '{database}' AND partition_name = 'a'");
const createTable = always("CREATE TABLE {database}.t (k INT PRIMARY KEY, v STRING, INDEX wi (v))", ok);
const createPartitions = always("CREATE TABLE {database}.p (r STRING, k INT, PRIMARY KEY (r, k)) PARTITION BY LIST (r) (PARTITION a VALUES IN ('a'), PARTITION b VALUES IN ('b'))", ok);
const createTimeSeries = always("CREATE TABLE {ts}.m (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)", ok);
const table = (action: string): string => `ALTER TABLE {database}.t CONFIGURE ZONE ${action}`;
const partition = (action: string): string => `ALTER PARTITION a OF TABLE {database}.p CONFIGURE ZONE ${action}`;

/** Each setting is changed, read and set back. */
const setting = (name: string, value: string, shown: string): readonly Step[] => [
  always(`SET CLUSTER SETTING ${name} = ${value}`, ok),
  always(`SHOW CLUSTER SETTING ${name}`, rows([shown])),
  always(`SELECT count(*) FROM system.settings WHERE name = '${name}'`, rows(["1"])),
  always(`RESET CLUSTER SETTING ${name}`, ok),
  always(`SELECT count(*) FROM system.settings WHERE name = '${name}'`, rows(["0"])),
];

export const CASES: readonly Case[] = [
  {
    name: "a zone is set, changed and discarded",
    steps: [
      always("ALTER DATABASE {database} CONFIGURE ZONE USING gc.ttlseconds = 3600", ok),
      always(ofDatabase, rows(["\tgc.ttlseconds = 3600"])),
      always("ALTER DATABASE {database} CONFIGURE ZONE USING gc.ttlseconds = 7200, ts_merge.days = 5d", ok),
      always(ofDatabase, rows(["\tgc.ttlseconds = 7200,\n\tts_merge.days = 120h0m0s"])),
      always("ALTER DATABASE {database} CONFIGURE ZONE DISCARD", ok),
      always(ofDatabase, rows()),
      always("ALTER DATABASE {database} CONFIGURE ZONE DISCARD", ok),
    ],
  },
  {
    name: "a table without zone of its own is answered with its database's",
    range: { from: "2.2.1" },
    steps: [
      createTable,
      always("ALTER DATABASE {database} CONFIGURE ZONE USING range_min_bytes = 134217728, range_max_bytes = 536870912, gc.ttlseconds = 700, num_replicas = 3, ts_merge.days = '24h'", ok),
      always("SELECT target FROM [SHOW ZONE CONFIGURATION FOR TABLE {database}.t]", rows(["DATABASE {database}"])),
      always(table("USING gc.ttlseconds = 800"), ok),
      always("SELECT target FROM [SHOW ZONE CONFIGURATION FOR TABLE {database}.t]", rows(["TABLE {database}.public.t"])),
      always("SELECT target FROM [SHOW ZONE CONFIGURATION FOR INDEX {database}.t@wi]", rows(["TABLE {database}.public.t"])),
      // The merge time is not inherited.
      always("SHOW ZONE CONFIGURATION FOR TABLE {database}.t", text("TABLE {database}.public.t")),
      always("SELECT substring(raw_config_sql, 1, strpos(raw_config_sql, 'constraints') - 4) FROM [SHOW ZONE CONFIGURATION FOR TABLE {database}.t]",
        rows(["ALTER TABLE {database}.public.t CONFIGURE ZONE USING\n\trange_min_bytes = 134217728,\n\trange_max_bytes = 536870912,\n\tgc.ttlseconds = 800,\n\tnum_replicas = 3"])),
      always(ofTable, rows(["\tgc.ttlseconds = 800"])),
    ],
  },
  {
    name: "a copied value is frozen",
    steps: [
      createTable,
      always("ALTER DATABASE {database} CONFIGURE ZONE USING gc.ttlseconds = 700", ok),
      always(table("USING gc.ttlseconds = COPY FROM PARENT, ts_merge.days = COPY FROM PARENT"), ok),
      always("ALTER DATABASE {database} CONFIGURE ZONE USING gc.ttlseconds = 800", ok),
      always(ofTable, rows(["\tgc.ttlseconds = 700"])),
      always(table("USING DEFAULT"), ok),
      always(ofTable, rows([""])),
      always("SELECT full_config_sql LIKE '%gc.ttlseconds = 800%' FROM kwdb_internal.zones WHERE database_name = '{database}' AND table_name = 't'", rows(["t"])),
    ],
  },
  {
    name: "values that no zone may have",
    range: { from: "2.2.1" },
    steps: [
      createTable,
      always(table("USING num_replicas = 0"), refused("23514", "could not validate zone config: at least one replica is required")),
      always(table("USING num_replicas = 2"), refused("23514", "at least 3 replicas are required for multi-replica configurations")),
      always(table("USING gc.ttlseconds = 0"), refused("23514", "GC.TTLSeconds 0 less than minimum allowed 1")),
      always(table("USING range_min_bytes = 1048575, range_max_bytes = 5242880"), refused("23514", "RangeMinBytes 1048575 less than minimum allowed 1048576")),
      always(table("USING range_min_bytes = 1048576, range_max_bytes = 5242879"), refused("23514", "RangeMaxBytes 5242879 less than minimum allowed 5242880")),
      always(table("USING range_min_bytes = 5242880, range_max_bytes = 5242880"), refused("23514", "RangeMinBytes 5242880 is greater than or equal to RangeMaxBytes 5242880")),
      always(table("USING range_min_bytes = 5242880"), refused("22023", "range_min_bytes and range_max_bytes must be set together")),
      always(table("USING num_replicas = NULL"), refused("22023", 'unsupported NULL value for "num_replicas"')),
      always(table("USING num_replicas = 'x'"), refused("22P02", 'could not parse "x" as type int')),
      always(table("USING num_replicas = 3, num_replicas = 5"), refused("22023", 'duplicate zone config parameter: "num_replicas"')),
      always(table("USING foo = 1"), refused("22023", 'unsupported zone config parameter: "foo"')),
      always(table("USING ts_merge.days = 10"), refused("42804", "argument of ts_merge.days must be type interval, not type int")),
      always(table("USING ts_merge.days = 240h0m0s"), refused("42601", "trailing junk after numeric literal")),
      always(table("USING ts_merge.days = '-1h'"), refused("XXUUU", "invalid value '-01:00:00', can not set ts_merge.days < 0")),
      always(ofTable, rows()),
    ],
  },
  {
    name: "constraints are taken on partitions only",
    range: { from: "2.1.0" },
    steps: [
      createTable,
      ...["ALTER RANGE default", "ALTER DATABASE {database}", "ALTER TABLE {database}.t"].flatMap((target) => [
        always(`${target} CONFIGURE ZONE USING constraints = '[]'`, refused("0A000", "set zone config constraints and lease_preferences is not supported")),
        always(`${target} CONFIGURE ZONE USING lease_preferences = COPY FROM PARENT`, refused("0A000", "set zone config constraints and lease_preferences is not supported")),
      ]),
    ],
  },
  {
    name: "the legacy form gets round that, and makes a drift",
    range: { from: "2.1.0" },
    mode: "localities",
    steps: [
      createTable,
      always(table("= 'constraints: [+{region}]'"), ok),
      always(ofTable, rows(["\tconstraints = '[+{region}]'"])),
      always(table("= 'num_replicas: 4294967297'"), refused("23514", "could not parse zone config: yaml: unmarshal errors:")),
      always(table("= 'foo: 1'"), refused("23514", "could not parse zone config: yaml: unmarshal errors:", "field foo not found")),
      always(table("= NULL"), ok),
      always(ofTable, rows()),
    ],
  },
  {
    name: "constraints of a partition",
    range: { from: "2.2.1" },
    mode: "localities",
    steps: [
      createPartitions,
      always(partition("USING lease_preferences = '[[+{region}]]'"), refused("22023", "lease preferences can not be set unless the constraints are explicitly set as well")),
      always(partition("USING constraints = '{\"+{region}\": 1}'"), refused("22023", "when per-replica constraints are set, num_replicas must be set as well")),
      always(partition("USING constraints = '{\"+{region}\": 4}', num_replicas = 3"), refused("23514", "the number of replicas specified in constraints (4) cannot be greater than the number of replicas configured for the zone (3)")),
      always(partition("USING constraints = '{\"-{region}\": 1}', num_replicas = 3"), refused("23514", "only required constraints (prefixed with a '+') can be applied to a subset of replicas")),
      always(partition("USING constraints = '[{region}]'"), refused("23514", "")),
      always(partition("USING constraints = '[+region=topoform-nowhere]'"), refused("23514", 'constraint "+region=topoform-nowhere" matches no existing nodes')),
      always(partition("USING constraints = '[+{region}, -{region}]'"), refused("23514", 'incompatible zone constraints: "+{region}" and "-{region}"')),
      always(partition("USING constraints = 'foo'"), refused("XXUUU", "invalid constraints format. expected an array of strings or a map of strings to ints")),
      always(partition("USING constraints = '[-region=topoform-nowhere]'"), ok),
      always(partition("USING constraints = '{\"+{region}\": 1}', num_replicas = 3, lease_preferences = '[[+{region}]]'"), ok),
      always(ofPartition, rows(["\tnum_replicas = 3,\n\tconstraints = '{+{region}: 1}',\n\tlease_preferences = '[[+{region}]]'"])),
      always(partition("USING constraints = '[]', lease_preferences = '[]'"), ok),
      always(ofPartition, rows(["\tnum_replicas = 3,\n\tconstraints = '[]',\n\tlease_preferences = '[]'"])),
      always(partition("DISCARD"), ok),
      always(ofPartition, rows()),
    ],
  },
  {
    name: "a partition is found by its table or its index",
    range: { from: "2.1.0" },
    steps: [
      createPartitions,
      always("ALTER PARTITION a OF INDEX {database}.p@primary CONFIGURE ZONE USING gc.ttlseconds = 700", ok),
      always("SELECT target FROM kwdb_internal.zones WHERE database_name = '{database}'", rows(["PARTITION a OF INDEX {database}.public.p@primary"])),
      always("SELECT target FROM [SHOW ZONE CONFIGURATION FOR PARTITION a OF TABLE {database}.p]", rows(["PARTITION a OF TABLE {database}.public.p"])),
      always("ALTER PARTITION a OF INDEX {database}.p@* CONFIGURE ZONE DISCARD", ok),
      always("ALTER PARTITION nosuch OF TABLE {database}.p CONFIGURE ZONE DISCARD", refused("XXUUU", 'partition "nosuch" does not exist on table "p"')),
      always("SHOW ZONE CONFIGURATION FOR PARTITION nosuch OF TABLE {database}.p", refused("XXUUU", 'partition "nosuch" does not exist on index "primary"')),
      always("ALTER PARTITION a OF TABLE {database}.p@primary CONFIGURE ZONE DISCARD", refused("42601", "index name should not be specified in ALTER PARTITION ... OF TABLE")),
      always("SHOW ZONE CONFIGURATION FOR PARTITION a OF INDEX {database}.p@*", refused("42601", "syntax error")),
    ],
  },
  {
    name: "targets that do not exist",
    steps: [
      createTable,
      always("ALTER RANGE foo CONFIGURE ZONE DISCARD", refused("XXUUU", '"foo" is not a built-in zone')),
      always("ALTER RANGE default CONFIGURE ZONE DISCARD", refused("23514", "cannot remove default zone")),
      always("ALTER DATABASE topoform_nosuch CONFIGURE ZONE DISCARD", refused("3D000", 'database "topoform_nosuch" does not exist')),
      always("ALTER TABLE {database}.nosuch CONFIGURE ZONE DISCARD", refused("42P01", 'relation "{database}.nosuch" does not exist')),
      always("ALTER INDEX {database}.t@nosuch CONFIGURE ZONE DISCARD", error('index "nosuch" does not exist')),
      always("SHOW ZONE CONFIGURATION FROM DATABASE {database}", refused("42601", "syntax error")),
      always("SET database = topoform_nosuch", refused("3D000", 'database "topoform_nosuch" does not exist')),
    ],
  },
  {
    name: "the zone of an index ends in an internal error, and the connection lives on",
    range: { from: "2.1.0" },
    steps: [
      createTable,
      always("ALTER INDEX {database}.t@wi CONFIGURE ZONE USING gc.ttlseconds = 700", refused("XX000", "internal error")),
      always("ALTER INDEX {database}.t@wi CONFIGURE ZONE DISCARD", ok),
      always("SELECT 1", rows(["1"])),
    ],
  },
  {
    name: "DISCARD and USING in one transaction, and its end by an error",
    steps: [
      createTable,
      always(table("USING gc.ttlseconds = 700, ts_merge.days = '1h'"), ok),
      always("BEGIN", ok),
      always(table("DISCARD"), ok),
      always(table("USING gc.ttlseconds = 800"), ok),
      always("COMMIT", ok),
      always(ofTable, rows(["\tgc.ttlseconds = 800"])),
      always("BEGIN", ok),
      always(table("DISCARD"), ok),
      always("ROLLBACK", ok),
      always("BEGIN", ok),
      always(table("USING gc.ttlseconds = 0"), refused("23514", "GC.TTLSeconds")),
      always(table("USING gc.ttlseconds = 900"), refused("25P02", "current transaction is aborted")),
      always("COMMIT", ok),
      always(ofTable, rows(["\tgc.ttlseconds = 800"])),
    ],
  },
  {
    name: "values may be expressions and parameters",
    steps: [
      createTable,
      always(table("USING gc.ttlseconds = 60 * 60 + 1"), ok),
      always(ofTable, rows(["\tgc.ttlseconds = 3601"])),
      { sql: table("USING gc.ttlseconds = $1"), params: [1200], expect: [ok] },
      always(ofTable, rows(["\tgc.ttlseconds = 1200"])),
      { sql: table("USING gc.ttlseconds = $1"), params: ["x"], expect: [error('could not parse "x" as type int')] },
      always(`EXPLAIN ${table("USING gc.ttlseconds = 0")}`, ok),
      always(ofTable, rows(["\tgc.ttlseconds = 1200"])),
    ],
  },
  {
    name: "zones of time-series objects",
    range: { from: "2.2.1" },
    steps: [
      createTimeSeries,
      always("ALTER DATABASE {ts} CONFIGURE ZONE USING num_replicas = 3, ts_merge.days = '10d'", ok),
      always("ALTER TABLE {ts}.m CONFIGURE ZONE USING gc.ttlseconds = 3600, ts_merge.days = INTERVAL '2 days'", ok),
      always(explicit("database_name = '{ts}'"), rows(["\tnum_replicas = 3,\n\tts_merge.days = 240h0m0s"], ["\tgc.ttlseconds = 3600,\n\tts_merge.days = 48h0m0s"])),
      always("ALTER TABLE {ts}.m CONFIGURE ZONE USING ts_merge.days = '0s'", ok),
      always(explicit("database_name = '{ts}' AND table_name = 'm'"), rows(["\tgc.ttlseconds = 3600"])),
      always("SHOW PARTITIONS FROM DATABASE {ts}", refused("0A000", "show partitions is not supported in timeseries table")),
      always("SHOW RANGES FROM TABLE {ts}.m", refused("0A000", "show ranges is not supported in timeseries table")),
      always("SELECT count(*) > 0 FROM kwdb_internal.ranges_no_leases WHERE database_name = '{ts}' AND table_name = 'm' AND range_type = 'TS_RANGE'", rows(["t"])),
      always("ALTER TABLE {ts}.m PARTITION BY LIST (id) (PARTITION a VALUES IN (1))", refused("42809", 'can not partition ts table "m"')),
    ],
  },
  {
    name: "partitions by hash point",
    range: { from: "3.0.0" },
    mode: "localities",
    steps: [
      createTimeSeries,
      always("ALTER TABLE {ts}.m PARTITION BY HASHPOINT (PARTITION p0 VALUES FROM (0) TO (400), PARTITION p1 VALUES IN [400, 401])", ok),
      always('SELECT p.name, p.hash_value FROM "".kwdb_internal.partitions AS p JOIN "".kwdb_internal.tables AS t ON t.table_id = p.table_id WHERE t.database_name = \'{ts}\' ORDER BY p.name', rows(["p0", "(0) TO (400)"], ["p1", "(400), (401)"])),
      always("ALTER PARTITION p0 OF TABLE {ts}.m CONFIGURE ZONE USING num_replicas = 3, constraints = '{\"+{region}\": 1}', lease_preferences = '[[+{region}]]'", ok),
      always(explicit("database_name = '{ts}'"), rows(["\tnum_replicas = 3,\n\tconstraints = '{+{region}: 1}',\n\tlease_preferences = '[[+{region}]]'"])),
      always("ALTER TABLE {ts}.m PARTITION BY HASHPOINT (PARTITION p2 VALUES FROM (5) TO (5))", refused("XXUUU", "from point must smaller than to point")),
      always("BEGIN", ok),
      always("ALTER TABLE {ts}.m PARTITION BY HASHPOINT (PARTITION p2 VALUES IN [1])", refused("0A000", "TS DDL statement is not supported in explicit transaction")),
      always("ROLLBACK", ok),
    ],
  },
  {
    name: "a rebalance replaces the partitions of a time-series table",
    range: { from: "3.0.0" },
    mode: "localities",
    steps: [
      createTable,
      createTimeSeries,
      always(table("USING REBALANCE"), refused("XXUUU", "rebalance is not support on relational table")),
      always("ALTER DATABASE {database} CONFIGURE ZONE USING REBALANCE", refused("XXUUU", "rebalance is not support on relational database")),
      always("ALTER RANGE meta CONFIGURE ZONE USING REBALANCE", refused("XXUUU", "descriptor not found")),
      always("ALTER RANGE foo CONFIGURE ZONE USING REBALANCE", refused("XXUUU", '"foo" is not a built-in zone')),
      always("ALTER TABLE {ts}.m PARTITION BY HASHPOINT (PARTITION p0 VALUES FROM (0) TO (400))", ok),
      always("ALTER TABLE {ts}.m CONFIGURE ZONE USING REBALANCE", ok),
      always("{rebalanced}", ok),
      always("SELECT DISTINCT partition_name LIKE 'rebalance_replica%' FROM [SHOW PARTITIONS FROM TABLE {ts}.m]", rows(["t"])),
      always("SELECT statement FROM kwdb_internal.jobs WHERE job_type = 'REPLICA REBALANCE' ORDER BY created DESC LIMIT 1", rows(["ALTER TABLE {ts}.m CONFIGURE ZONE USING "])),
    ],
  },
  {
    name: "document 004: the meta range, and the settings of time-series ranges",
    range: { from: "2.2.1" },
    steps: [
      always("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 7", ok),
      always("SELECT target, raw_config_sql LIKE '%num_replicas = 7%' FROM [SHOW ZONE CONFIGURATION FOR RANGE meta]", rows(["RANGE meta", "t"])),
      always("ALTER RANGE timeseries CONFIGURE ZONE USING gc.ttlseconds = 1200", ok),
      always("SELECT target FROM [SHOW ZONE CONFIGURATION FOR RANGE timeseries]", rows(["RANGE timeseries"])),
      always("ALTER TABLE system.public.namespace CONFIGURE ZONE USING gc.ttlseconds = 700", refused("23514", "cannot set zone configs for system config tables")),
      ...setting("kv.allocator.ts_consider_rebalance.enabled", "false", "f"),
      ...setting("kv.kvserver.ts_split_interval", "1", "1"),
      ...setting("kv.kvserver.ts_split_by_timestamp.enabled", "true", "t"),
    ],
  },
  {
    name: "settings of every type",
    steps: [
      ...setting("kv.allocator.range_rebalance_threshold", "0.1", "0.1"),
      ...setting("kv.snapshot_rebalance.max_rate", "'8 MiB'", "8.0 MiB"),
      ...setting("kv.replication_reports.interval", "'2m'", "00:02:00"),
      ...setting("kv.allocator.load_based_rebalancing", "'leases'", "leases"),
      ...setting("kv.allocator.load_based_rebalancing", "1", "leases"),
      ...setting("kv.range_split.load_qps_threshold", "'2400'", "2400"),
    ],
  },
  {
    name: "values that no setting takes",
    steps: [
      always("SET CLUSTER SETTING topoform.nosuch = 1", refused("XXUUU", "unknown cluster setting 'topoform.nosuch'")),
      always("SHOW CLUSTER SETTING topoform.nosuch", refused("XXUUU", 'unknown setting: "topoform.nosuch"')),
      always("SET CLUSTER SETTING kv.snapshot_rebalance.max_rate = 8388608", refused("42804", "must be type string, not type int")),
      always("SET CLUSTER SETTING kv.replication_reports.interval = 60", refused("42804", "must be type interval, not type int")),
      always("SET CLUSTER SETTING kv.replication_reports.interval = '1d'", refused("XXUUU", "cannot use day or month specifiers: '1 day'")),
      always("SET CLUSTER SETTING kv.replication_reports.interval = '-1s'", refused("XXUUU", "cannot set kv.replication_reports.interval to a negative duration: -1s")),
      always("SET CLUSTER SETTING kv.allocator.load_based_rebalancing = 'nosuch'", refused("XXUUU", "invalid string value 'nosuch' for enum setting")),
      always("SET CLUSTER SETTING kv.allocator.load_based_rebalancing = 9", refused("XXUUU", "invalid integer value '9' for enum setting")),
      always("SET CLUSTER SETTING kv.range_split.by_load_enabled = 7", refused("42804", "must be type bool, not type int")),
      always("SET CLUSTER SETTING kv.range_split.by_load_enabled = NULL", error("cannot use unknown tree.dNull value for bool setting")),
      always("BEGIN", ok),
      always("SET CLUSTER SETTING kv.range_split.by_load_enabled = false", refused("XXUUU", "SET CLUSTER SETTING cannot be used inside a transaction")),
      always("ROLLBACK", ok),
    ],
  },
];
