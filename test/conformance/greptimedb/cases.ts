import { always, type Case, error, ok, rows, text, type VersionRange } from "../case";

/**
 * What a client that declares tables and placement relies on.
 * They run on the dev cluster, or on a real one when TOPOFORM_GREPTIMEDB_URL is set.
 */

const NEW_SYNTAX: VersionRange = { from: "0.7.0" };
const MY_TABLE = "CREATE TABLE my_table (a INT PRIMARY KEY, b STRING, ts TIMESTAMP TIME INDEX,) PARTITION ON COLUMNS (a) (a < 1000, a >= 1000 AND a < 2000, a >= 2000)";
const SHOW_RULES = "SELECT partition_name, partition_expression, partition_description FROM information_schema.partitions WHERE table_schema = database() AND table_name = 'my_table' ORDER BY partition_name";

export const CASES: readonly Case[] = [
  {
    name: "a partitioned table is created and read back",
    range: { from: "0.8.0" },
    steps: [
      always(MY_TABLE, { kind: "ok", affectedRows: 0 }),
      {
        sql: SHOW_RULES,
        expect: [
          { from: "1.0.0", ...rows(["p0", "a", "a < 1000"], ["p1", "a", "a >= 1000 AND a < 2000"], ["p2", "a", "a >= 2000"]) },
          { from: "0.16.0", ...rows(["p0", "a < 1000", null], ["p1", "a >= 1000 AND a < 2000", null], ["p2", "a >= 2000", null]) },
          { until: "0.8.2", ...rows(["p0", '(a) VALUES LESS THAN (PartitionExpr { lhs: Column("a"), op: Lt, rhs: Value(Int32(1000)) })', null], ["p1", '(a) VALUES LESS THAN (PartitionExpr { lhs: Column("a"), op: GtEq, rhs: Value(Int32(2000)) })', null], ["p2", '(a) VALUES LESS THAN (PartitionExpr { lhs: Expr(PartitionExpr { lhs: Column("a"), op: GtEq, rhs: Value(Int32(1000)) }), op: And, rhs: Expr(PartitionExpr { lhs: Column("a"), op: Lt, rhs: Value(Int32(2000)) }) })', null]) },
          { from: "0.8.2", ...rows(["p0", "a < 1000", null], ["p1", "a >= 2000", null], ["p2", "a >= 1000 AND a < 2000", null]) },
        ],
      },
      always("SELECT count(*) AS n, count(DISTINCT r.region_id) AS d, min(r.is_leader) AS l, min(r.status) AS s, max(p.greptime_partition_id) - min(p.greptime_partition_id) AS span FROM information_schema.partitions p JOIN information_schema.region_peers r ON p.greptime_partition_id = r.region_id WHERE p.table_schema = database() AND p.table_name = 'my_table'", rows(["3", "3", "Yes", "ALIVE", "2"])),
    ],
  },
  {
    name: "the old partition syntax is refused",
    range: NEW_SYNTAX,
    steps: [always("CREATE TABLE old_syntax (a INT PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION BY RANGE COLUMNS (a) (PARTITION p0 VALUES LESS THAN (MAXVALUE))", error("expected: 'ON, COLUMNS', found: BY"))],
  },
  {
    name: "gaps between rules are refused",
    range: { from: "0.8.0" },
    steps: [
      {
        sql: "CREATE TABLE gap (a INT PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (a) (a < 10, a > 10 AND a < 20, a >= 20)",
        expect: [{ from: "0.15.0", ...error("Checkpoint `a=10` is not covered") }, error("Unclosed value Int32(10) on column a")],
      },
    ],
  },
  {
    name: "gaps and overlaps of texts are refused",
    range: { from: "0.15.0" },
    steps: [
      always("CREATE TABLE gap_text (b STRING PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (b) (b < 'abc', b >= 'abca' AND b < 'o', b >= 'o')", error("Checkpoint `b=abc` is not covered")),
      always("CREATE TABLE overlap (b STRING PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (b) (b >= 'a', b <= 'o')", error("Checkpoint `b=a` is overlapped")),
      always("CREATE TABLE between_ints (kind INT PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (kind) (kind = 0, kind = 1, kind < 0 OR kind > 1)", error("Checkpoint `0<kind<1` is not covered")),
    ],
  },
  {
    name: "rules over two columns",
    range: { from: "0.15.0" },
    steps: [
      always("CREATE TABLE two (a INT, b STRING, ts TIMESTAMP TIME INDEX, PRIMARY KEY (a, b)) PARTITION ON COLUMNS (a, b) (a < 10, a = 10 AND b < 'a', a = 10 AND b >= 'a' AND b < 'o', a = 10 AND b >= 'o', a > 10)", ok),
      always("SELECT count(*) FROM information_schema.partitions WHERE table_schema = database() AND table_name = 'two'", rows(["5"])),
    ],
  },
  {
    name: "an empty list of rules makes one region",
    range: NEW_SYNTAX,
    steps: [
      always("CREATE TABLE empty_rules (a INT PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (a) ()", ok),
      {
        sql: "SELECT partition_expression, partition_description FROM information_schema.partitions WHERE table_schema = database() AND table_name = 'empty_rules'",
        expect: [{ from: "1.0.0", ...rows(["a", null]) }, rows([null, null])],
      },
    ],
  },
  {
    name: "negative bounds and mixed case columns",
    range: { from: "0.15.0" },
    steps: [always("CREATE TABLE mixed (`sImiLiQUE` FLOAT PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (`sImiLiQUE`) (`sImiLiQUE` < -1, `sImiLiQUE` >= -1 AND `sImiLiQUE` < -0, `sImiLiQUE` >= 0)", ok)],
  },
  {
    name: "syntax of the partition clause",
    range: NEW_SYNTAX,
    steps: [
      always("CREATE TABLE rcx (ts TIMESTAMP TIME INDEX, a INT, b STRING, c INT) PARTITION COLUMNS(c, a) (b < 'a', b >= 'a')", error("found: COLUMNS")),
      always("CREATE TABLE rcx (ts TIMESTAMP TIME INDEX, a INT, b STRING, c INT) PARTITION ON COLUMNS(c, a) (b = 'foo')", error('Invalid SQL, error: Column "b" in rule expr is not referenced in PARTITION ON')),
      always("CREATE TABLE rcx (ts TIMESTAMP TIME INDEX, a INT, PRIMARY KEY (a)) PARTITION ON COLUMNS(x) (x < 1, x >= 1)", error('Invalid SQL, error: Partition column "x" not defined')),
      always("CREATE TABLE rcx (ts TIMESTAMP TIME INDEX, a INT, PRIMARY KEY (a)) PARTITION ON COLUMNS(a) ((a < 1), a >= 1)", error("is not a binary expr")),
    ],
  },
  {
    name: "SHOW CREATE TABLE prints normal forms",
    range: { from: "0.16.0" },
    steps: [
      always("CREATE TABLE system_metrics (`id` INT UNSIGNED, host STRING, cpu DOUBLE, disk FLOAT COMMENT 'comment', ts TIMESTAMP NOT NULL DEFAULT current_timestamp(), TIME INDEX (ts), PRIMARY KEY (`id`, host)) PARTITION ON COLUMNS (`id`) (`id` < 5, `id` >= 5 AND `id` < 9, `id` >= 9) ENGINE=mito WITH (ttl = '7d', write_buffer_size = 1024)", ok),
      always("SHOW CREATE TABLE system_metrics", {
        kind: "rows",
        rows: [["system_metrics", "CREATE TABLE IF NOT EXISTS `system_metrics` (\n  `id` INT UNSIGNED NULL,\n  `host` STRING NULL,\n  `cpu` DOUBLE NULL,\n  `disk` FLOAT NULL COMMENT 'comment',\n  `ts` TIMESTAMP(3) NOT NULL DEFAULT current_timestamp(),\n  TIME INDEX (`ts`),\n  PRIMARY KEY (`id`, `host`)\n)\nPARTITION ON COLUMNS (`id`) (\n  id < 5,\n  id >= 5 AND id < 9,\n  id >= 9\n)\nENGINE=mito\nWITH(\n  ttl = '7days',\n  write_buffer_size = '1.0KiB'\n)"]],
      }),
    ],
  },
  {
    name: "a table inherits its database's TTL",
    range: { from: "0.12.0" },
    steps: [
      always("ALTER DATABASE {database} SET 'ttl' = '1 second'", ok),
      always("CREATE TABLE inherits (a INT, ts TIMESTAMP TIME INDEX)", ok),
      always("SELECT create_options FROM information_schema.tables WHERE table_schema = database() AND table_name = 'inherits'", rows([""])),
      always("ALTER TABLE inherits SET 'ttl' = '1 day'", ok),
      always("SELECT create_options FROM information_schema.tables WHERE table_schema = database() AND table_name = 'inherits'", rows(["ttl=1day"])),
      always("ALTER TABLE inherits SET 'ttl' = '0s'", ok),
      always("SELECT create_options FROM information_schema.tables WHERE table_schema = database() AND table_name = 'inherits'", rows(["ttl=forever"])),
      always("ALTER TABLE inherits UNSET 'ttl'", ok),
      always("SELECT create_options FROM information_schema.tables WHERE table_schema = database() AND table_name = 'inherits'", rows([""])),
    ],
  },
  {
    name: "a region moves to another datanode",
    range: { from: "0.9.4" },
    steps: [
      always(MY_TABLE, ok),
      always("ADMIN migrate_region({region:my_table:0}, {leader:my_table:0}, {other:my_table:0}, 60)", text("-")),
      always("{moved:my_table:0}", ok),
      {
        sql: "ADMIN migrate_region({region:my_table:0}, {third:my_table:0}, {leader:my_table:0}, 60)",
        expect: [{ from: "0.15.0", ...error("The region migration procedure is completed for region:") }],
      },
      always("ADMIN migrate_region({region:my_table:1}, {leader:my_table:1}, {leader:my_table:1}, 60)", error("The `from_peer_id` can't equal `to_peer_id`")),
      always("ADMIN migrate_region({region:my_table:1}, {leader:my_table:1}, 99, 60)", error("The target peer is unavailable temporally: 99")),
      {
        sql: "ADMIN migrate_region({region:my_table:1}, {other:my_table:1}, {third:my_table:1}, 60)",
        expect: [{ from: "0.14.0", ...error("is not the `from_peer`") }, error("Invalid region migration `from_peer` argument")],
      },
    ],
  },
  {
    name: "unknown procedures",
    range: { from: "0.9.3" },
    steps: [
      always("ADMIN procedure_state('00000000-0000-4000-8000-000000000000')", error("Procedure not found:")),
      always("ADMIN procedure_state('x')", error("Failed to parse procedure id: 78")),
      always("ADMIN foo()", error("Admin function not found: foo")),
      always("ADMIN migrate_region(1, 1+1, 2)", error("unsupported function arg 1 + 1 for migrate_region")),
    ],
  },
  {
    name: "SELECT migrates a region before 0.9.3",
    range: { from: "0.8.0", until: "0.9.3" },
    steps: [
      always(MY_TABLE, ok),
      always("SELECT migrate_region({region:my_table:0}, {leader:my_table:0}, {other:my_table:0}, 60) AS id", text("-")),
      always("{moved:my_table:0}", ok),
      always("SELECT migrate_region({region:my_table:0}, {third:my_table:0}, {leader:my_table:0}, 60) AS id", rows([null])),
      always("SELECT migrate_region({region:my_table:1}, {leader:my_table:1}, 99, 60)", error("The target peer is unavailable temporally: 99")),
    ],
  },
  {
    name: "ADMIN is no statement before 0.9.3",
    range: { from: "0.7.0", until: "0.9.3" },
    steps: [always("ADMIN flush_table('x')", error("SQL statement is not supported, keyword: ADMIN"))],
  },
  {
    name: "a standalone server cannot migrate",
    range: { from: "0.9.3" },
    mode: "standalone",
    steps: [always("ADMIN migrate_region(4398046511104, 0, 1)", error("Unsupported operation migrate_region"))],
  },
  {
    name: "splitting and merging partitions",
    range: { from: "1.0.0", until: "1.2.0" },
    steps: [
      always("CREATE TABLE split_me (device_id INT PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (device_id) (device_id < 10, device_id >= 10 AND device_id < 20, device_id >= 20)", ok),
      always("INSERT INTO split_me VALUES (1, 1), (7, 2), (15, 3), (25, 4)", { kind: "ok", affectedRows: 4 }),
      always("ALTER TABLE split_me SPLIT PARTITION (device_id < 10) INTO (device_id < 5, device_id >= 5 AND device_id < 10)", ok),
      always("SELECT partition_description, greptime_partition_id - {region:split_me:0} AS n FROM information_schema.partitions WHERE table_schema = database() AND table_name = 'split_me' ORDER BY greptime_partition_id",
        rows(["device_id < 5", "0"], ["device_id >= 10 AND device_id < 20", "1"], ["device_id >= 20", "2"], ["device_id >= 5 AND device_id < 10", "3"])),
      always("ALTER TABLE split_me MERGE PARTITION (device_id >= 10 AND device_id < 20, device_id >= 20)", ok),
      always("SELECT partition_description, greptime_partition_id - {region:split_me:0} AS n FROM information_schema.partitions WHERE table_schema = database() AND table_name = 'split_me' ORDER BY greptime_partition_id",
        rows(["device_id < 5", "0"], ["device_id >= 10", "1"], ["device_id >= 5 AND device_id < 10", "3"])),
      always("SELECT device_id FROM split_me ORDER BY device_id", rows(["1"], ["7"], ["15"], ["25"])),
      always("ALTER TABLE split_me SPLIT PARTITION (device_id < 50) INTO (device_id < 5, device_id >= 5 AND device_id < 50)", error("partition expression 'device_id < 50' does not exist in table")),
      always("ALTER TABLE split_me SPLIT PARTITION (device_id < 5) INTO (device_id < 2, device_id > 2 AND device_id < 5)", error("Checkpoint `device_id=2` is not covered")),
      always("ALTER TABLE split_me MERGE PARTITION ()", error("Expected expression inside MERGE PARTITION clause, found: )")),
    ],
  },
  {
    name: "repartitioning needs garbage collection from 1.2 on",
    range: { from: "1.2.0" },
    steps: [
      always("CREATE TABLE split_me (device_id INT PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (device_id) (device_id < 10, device_id >= 10)", ok),
      always("ALTER TABLE split_me MERGE PARTITION (device_id < 10, device_id >= 10)", error("Repartition requires metasrv GC to be enabled")),
    ],
  },
  {
    name: "SPLIT is no ALTER before 1.0",
    range: { from: "0.7.0", until: "1.0.0" },
    steps: [
      always("CREATE TABLE whole (a INT PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (a) (a < 10, a >= 10)", ok),
      always("ALTER TABLE whole SPLIT PARTITION (a < 10) INTO (a < 5, a >= 5 AND a < 10)", error("found: SPLIT")),
    ],
  },
  {
    name: "columns that cannot be dropped or changed",
    range: { from: "0.9.0" },
    steps: [
      always("CREATE TABLE fixed (a INT PRIMARY KEY, j TIMESTAMP TIME INDEX, k DOUBLE)", ok),
      always("ALTER TABLE fixed DROP COLUMN a", error("Not allowed to remove index column a from table fixed")),
      always("ALTER TABLE fixed MODIFY COLUMN j STRING", error("Invalid alter table(fixed) request: Not allowed to change timestamp index column 'j' datatype")),
      always("ALTER TABLE fixed MODIFY COLUMN a STRING", error("Not allowed to change primary key index column 'a'")),
      always("ALTER TABLE fixed DROP COLUMN nosuch", error("Column nosuch not exists in table fixed")),
      always("ALTER TABLE fixed MODIFY COLUMN k STRING", ok),
    ],
  },
  {
    name: "type aliases",
    range: { from: "0.13.0" },
    steps: [
      always("CREATE TABLE aliases (a INT8, b INT2, c INT4, d UINT8, e FLOAT8, f TEXT, g DATETIME, h BYTEA, i BOOL, j TIMESTAMP_NS, ts TIMESTAMP_MS TIME INDEX)", ok),
      always("SELECT column_name, column_type FROM information_schema.columns WHERE table_schema = database() AND table_name = 'aliases' ORDER BY ordinal_position",
        rows(["a", "bigint"], ["b", "smallint"], ["c", "int"], ["d", "tinyint unsigned"], ["e", "double"], ["f", "string"], ["g", "timestamp(6)"], ["h", "varbinary"], ["i", "boolean"], ["j", "timestamp(9)"], ["ts", "timestamp(3)"])),
    ],
  },
];
