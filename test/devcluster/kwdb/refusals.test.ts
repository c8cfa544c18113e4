import type { Client } from "pg";
import { failure, Stage } from "./stage";

const COMPATIBLE = "this parameter is currently recognized only for compatibility and has no effect in CockroachDB.";

type Refusal = readonly [sql: string, code: string, message: string, extra?: { readonly detail?: string; readonly hint?: string }];

/** What a 3.2.1 refuses, in its words; all of it as root on an insecure cluster with the objects below. */
const REFUSALS: Readonly<Record<string, readonly Refusal[]>> = {
  "session variables": [
    ["SET bytea_output = 'foo'", "22023", "invalid value for parameter \"bytea_output\": \"foo\"", { hint: "Available values: hex,escape,base64" }],
    ["SET extra_float_digits = 4", "22023", "4 is outside the valid range for parameter \"extra_float_digits\" (-15 .. 3)"],
    ["SET extra_float_digits = '2'", "22023", "parameter \"extra_float_digits\" requires an integer value", { detail: "'2' is a string" }],
    ["SET lock_timeout = 5", "22023", "invalid value for parameter \"lock_timeout\": \"5\"", { detail: COMPATIBLE, hint: "Available values: 0" }],
    ["SET statement_timeout = 'foo'", "22023", "invalid value for parameter \"statement_timeout\": \"foo\"", { detail: "could not parse \"foo\" as type interval: invalid input syntax" }],
    ["SET statement_timeout = -5", "22023", "invalid value for parameter \"statement_timeout\": \"-5ms\"", { detail: "statement_timeout cannot have a negative duration" }],
    ["SET statement_timeout = 1, 2", "22023", "SET statement_timeout takes only one argument"],
    ["SET application_name = 5", "22023", "parameter \"application_name\" requires a string value", { detail: "5 is a int" }],
    ["SET distsql = '2.0-off'", "22023", "invalid value for parameter \"distsql\": \"2.0-off\"", { hint: "Available values: on,off,auto,always,2.0-auto,2.0-off" }],
    ["SET client_min_messages = info", "22023", "invalid value for parameter \"client_min_messages\": \"info\"", { detail: COMPATIBLE, hint: "Available values: debug5,debug4,debug3,debug2,debug1,debug,log,warning,error,fatal,panic,notice" }],
    ["SET client_encoding = latin1", "0A000", "unimplemented: unimplemented client encoding: \"latin1\""],
    ["SET TIME ZONE 20", "22023", "invalid value for parameter \"timezone\": \"fixed offset:72000 (20)\"", { detail: "could not parse 20 as time zone" }],
    ["SET TIME ZONE 'Mars'", "22023", "invalid value for parameter \"timezone\": \"'Mars'\"", { detail: "cannot find time zone \"Mars\": could not parse \"Mars\" as time zone" }],
    ["SET datestyle = 'german'", "22023", "invalid value for parameter \"DateStyle\": \"german\"", { detail: COMPATIBLE, hint: "Available values: ISO,ISO, MDY" }],
    ["SET search_path = nosuch", "3D000", "schema \"nosuch\" does not exist"],
    ["SET standard_conforming_strings = off", "22023", "invalid value for parameter \"standard_conforming_strings\": \"off\"", { detail: COMPATIBLE, hint: "Available values: on" }],
    ["SET row_security = maybe", "XXUUU", "strconv.ParseBool: parsing \"maybe\": invalid syntax"],
    ["SET default_transaction_isolation = 'snapshot'", "22023", "invalid value for parameter \"transaction_isolation\": \"snapshot\"", { hint: "Available values: serializable,read committed,repeatable read" }],
    ["SET transaction_isolation = 'foo'", "22023", "invalid value for parameter \"transaction_isolation\": \"foo\"", { hint: "Available values: serializable,read committed,repeatable read" }],
    ["SET max_identifier_length = 5", "55P02", "parameter \"max_identifier_length\" cannot be changed"],
    ["SET session_user = 'x'", "55P02", "parameter \"session_user\" cannot be changed"],
    ["SET database = nosuch", "3D000", "database \"nosuch\" does not exist"],
    ["SET work_mem = '5'", "0A000", "unimplemented: the configuration setting \"work_mem\" is not supported"],
    ["SET nosuch = 1", "42704", "unrecognized configuration parameter \"nosuch\""],
    ["SHOW nosuch", "42704", "unrecognized configuration parameter \"nosuch\""],
    ["SET default_int_size = 5", "22023", "only 4 or 8 are supported by default_int_size"],
  ],
  "targets of zones": [
    ["ALTER RANGE foo CONFIGURE ZONE USING num_replicas = 3", "XXUUU", "\"foo\" is not a built-in zone"],
    ["ALTER RANGE default CONFIGURE ZONE DISCARD", "23514", "cannot remove default zone"],
    ["ALTER DATABASE nosuch CONFIGURE ZONE USING num_replicas = 3", "3D000", "database \"nosuch\" does not exist"],
    ["ALTER TABLE d.nosuch CONFIGURE ZONE USING num_replicas = 3", "42P01", "relation \"d.nosuch\" does not exist"],
    ["ALTER INDEX d.t@nosuch CONFIGURE ZONE USING num_replicas = 3", "XXUUU", "index \"nosuch\" does not exist"],
    ["ALTER INDEX vi CONFIGURE ZONE USING num_replicas = 3", "42704", "index \"vi\" does not exist", { hint: "try specifying the index as <tablename>@<indexname>" }],
    ["ALTER INDEX d.t@vi CONFIGURE ZONE USING num_replicas = 3", "XX000", "internal error: runtime error: invalid memory address or nil pointer dereference"],
    ["ALTER PARTITION nosuch OF TABLE d.t CONFIGURE ZONE USING num_replicas = 3", "XXUUU", "partition \"nosuch\" does not exist on table \"t\""],
    ["ALTER PARTITION nosuch OF INDEX d.t@vi CONFIGURE ZONE USING num_replicas = 3", "XXUUU", "partition \"nosuch\" does not exist on index \"vi\""],
    ["ALTER PARTITION a OF TABLE d.t@vi CONFIGURE ZONE USING num_replicas = 3", "42601", "at or near \"vi\": syntax error: index name should not be specified in ALTER PARTITION ... OF TABLE", { hint: "try ALTER PARTITION ... OF INDEX" }],
    ["ALTER TABLE system.namespace CONFIGURE ZONE USING num_replicas = 3", "23514", "cannot set zone configs for system config tables; try setting your config on the entire \"system\" database instead"],
    ["ALTER TABLE kwdb_internal.zones CONFIGURE ZONE USING num_replicas = 3", "42P01", "relation \"kwdb_internal.zones\" does not exist"],
    ["ALTER TABLE d.t@vi CONFIGURE ZONE USING num_replicas = 3", "42601", "at or near \"@\": syntax error", { hint: "try \\h ALTER TABLE" }],
    ["ALTER VIEW d.t CONFIGURE ZONE USING num_replicas = 3", "42601", "at or near \"view\": syntax error", { hint: "try \\h ALTER VIEW" }],
    ["ALTER DATABASE d.e CONFIGURE ZONE USING num_replicas = 3", "42601", "at or near \".\": syntax error", { hint: "try \\h ALTER DATABASE" }],
    ["SHOW ZONE CONFIGURATION FOR TABLE d.nosuch", "42P01", "relation \"d.nosuch\" does not exist"],
    ["SHOW ZONE CONFIGURATION FOR RANGE nosuch", "XXUUU", "\"nosuch\" is not a built-in zone"],
    ["SHOW ZONE CONFIGURATION FROM TABLE d.t", "42601", "at or near \"from\": syntax error", { hint: "try \\h SHOW ZONE CONFIGURATION" }],
  ],
  "values of zones": [
    ["ALTER TABLE d.t CONFIGURE ZONE USING foo = 1", "22023", "unsupported zone config parameter: \"foo\""],
    ["ALTER TABLE d.nosuch CONFIGURE ZONE USING foo = 1", "42P01", "relation \"d.nosuch\" does not exist"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 0", "23514", "could not validate zone config: at least one replica is required"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 2", "23514", "could not validate zone config: at least 3 replicas are required for multi-replica configurations"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 1.5", "42804", "argument of num_replicas must be type int, not type decimal"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 'five'", "22P02", "could not parse \"five\" as type int: strconv.ParseInt: parsing \"five\": invalid syntax"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = NULL", "22023", "unsupported NULL value for \"num_replicas\""],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = five", "42703", "column \"five\" does not exist"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = $1", "42P02", "no value provided for placeholder: $1"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 3, num_replicas = 5", "22023", "duplicate zone config parameter: \"num_replicas\""],
    ["ALTER TABLE d.t CONFIGURE ZONE USING range_max_bytes = 100", "23514", "could not validate zone config: RangeMaxBytes 100 less than minimum allowed 5242880"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING range_min_bytes = -1", "23514", "could not validate zone config: RangeMinBytes -1 less than minimum allowed 1048576"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING range_min_bytes = 536870912", "23514", "could not validate zone config: RangeMinBytes 536870912 is greater than or equal to RangeMaxBytes 536870912"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 0", "23514", "could not validate zone config: GC.TTLSeconds 0 less than minimum allowed 1"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING ts_merge.days = 5", "42804", "argument of ts_merge.days must be type interval, not type int"],
    ["ALTER DATABASE tsd CONFIGURE ZONE USING ts_merge.days = '-1d'", "XXUUU", "invalid value '-1 days', can not set ts_merge.days < 0"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING constraints = '[+region=NODE1]'", "0A000", "set zone config constraints and lease_preferences is not supported"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING constraints = 'foo'", "XXUUU", "invalid constraints format. expected an array of strings or a map of strings to ints"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING constraints = '[foo]'", "23514", "could not validate zone config: constraints must either be required (prefixed with a '+') or prohibited (prefixed with a '-')"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING constraints = '[+region=nowhere]'", "23514", "constraint \"+region=nowhere\" matches no existing nodes within the cluster - did you enter it correctly?"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING constraints = '{\"+region=NODE1\": 5}', num_replicas = 3", "23514", "could not validate zone config: the number of replicas specified in constraints (5) cannot be greater than the number of replicas configured for the zone (3)"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING constraints = '{\"-region=NODE1\": 1}', num_replicas = 3", "23514", "could not validate zone config: only required constraints (prefixed with a '+') can be applied to a subset of replicas"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING constraints = '[+region=NODE1, -region=NODE1]'", "23514", "incompatible zone constraints: \"+region=NODE1\" and \"-region=NODE1\""],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING constraints = 5", "42804", "argument of constraints must be type string, not type int"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING lease_preferences = '[+a]'", "XXUUU", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `+a` into []string"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING lease_preferences = '[[+region=nowhere]]'", "23514", "constraint \"+region=nowhere\" matches no existing nodes within the cluster - did you enter it correctly?"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING lease_preferences = '[[]]'", "23514", "could not validate zone config: every lease preference must include at least one constraint"],
    ["ALTER TABLE d.t CONFIGURE ZONE = 'nosuch: 5'", "23514", "could not parse zone config: yaml: unmarshal errors:\n  line 1: field nosuch not found in type zonepb.marshalableZoneConfig"],
    ["ALTER TABLE d.t CONFIGURE ZONE = 'num_replicas: x'", "23514", "could not parse zone config: yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `x` into int32"],
    ["ALTER TABLE d.t CONFIGURE ZONE = 5", "22023", "zone config must be of type string or bytes, not int"],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas", "42601", "at or near \"EOF\": syntax error", { hint: "try \\h ALTER TABLE" }],
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 3 COPY FROM PARENT", "42601", "at or near \"copy\": syntax error", { hint: "try \\h ALTER TABLE" }],
    ["ALTER TABLE d.t CONFIGURE ZONE DEFAULT", "42601", "at or near \"default\": syntax error", { hint: "try \\h ALTER TABLE" }],
  ],
  "REBALANCE": [
    ["ALTER TABLE d.t CONFIGURE ZONE USING REBALANCE", "XXUUU", "rebalance is not support on relational table"],
    ["ALTER DATABASE d CONFIGURE ZONE USING REBALANCE", "XXUUU", "rebalance is not support on relational database"],
    ["ALTER RANGE meta CONFIGURE ZONE USING REBALANCE", "XXUUU", "descriptor not found"],
    ["ALTER RANGE foo CONFIGURE ZONE USING REBALANCE", "XXUUU", "\"foo\" is not a built-in zone"],
  ],
  "cluster settings": [
    ["SET CLUSTER SETTING nosuch = 1", "XXUUU", "unknown cluster setting 'nosuch'"],
    ["SET CLUSTER SETTING server.time_until_store_dead = '10s'", "XXUUU", "cannot set server.time_until_store_dead to less than 1m15s: 10s"],
    ["SET CLUSTER SETTING server.time_until_store_dead = 'x'", "22P02", "could not parse \"x\" as type interval: interval: unknown unit in duration \"x\""],
    ["SET CLUSTER SETTING kv.kvserver.ts_split_interval = 5.5", "42804", "argument of SET CLUSTER SETTING kv.kvserver.ts_split_interval must be type int, not type decimal"],
    ["SET CLUSTER SETTING kv.range_merge.queue_enabled = maybe", "22P02", "could not parse \"maybe\" as type bool: invalid bool value"],
    ["SET CLUSTER SETTING kv.range_merge.queue_enabled = 1", "42804", "argument of SET CLUSTER SETTING kv.range_merge.queue_enabled must be type bool, not type int"],
    ["SET CLUSTER SETTING kv.snapshot_rebalance.max_rate = 8", "42804", "argument of SET CLUSTER SETTING kv.snapshot_rebalance.max_rate must be type string, not type int"],
    ["SET CLUSTER SETTING kv.snapshot_rebalance.max_rate = '8 foo'", "XXUUU", "unhandled size name: foo"],
    ["SET CLUSTER SETTING kv.allocator.load_based_rebalancing = 7", "XXUUU", "invalid integer value '7' for enum setting"],
    ["SET CLUSTER SETTING version = '20.1-4'", "0A000", "the dev cluster does not emulate upgrades of the cluster's version"],
    ["RESET CLUSTER SETTING nosuch", "XXUUU", "unknown cluster setting 'nosuch'"],
    ["SHOW CLUSTER SETTING nosuch", "XXUUU", "unknown setting: \"nosuch\""],
  ],
  "partitions": [
    ["CREATE TABLE d.p (k INT PRIMARY KEY, v INT) PARTITION BY LIST (v) (PARTITION a VALUES IN (1))", "42601", "declared partition columns (v) do not match first 1 columns in index being partitioned (k)"],
    ["CREATE TABLE d.p (k INT PRIMARY KEY) PARTITION BY LIST (k) (PARTITION a VALUES IN (1), PARTITION a VALUES IN (2))", "XXUUU", "PARTITION a: name must be unique (used twice in index \"primary\")"],
    ["CREATE TABLE d.p (k INT PRIMARY KEY) PARTITION BY LIST (k) (PARTITION a VALUES IN (1), PARTITION b VALUES IN (1))", "XXUUU", "(1) cannot be present in more than one partition"],
    ["CREATE TABLE d.p (k INT PRIMARY KEY) PARTITION BY LIST (k) (PARTITION a VALUES IN ('x'))", "22P02", "PARTITION a: could not parse \"x\" as type int: strconv.ParseInt: parsing \"x\": invalid syntax"],
    ["CREATE TABLE d.p (k INT PRIMARY KEY) PARTITION BY LIST (k) (PARTITION a VALUES IN (DEFAULT))", "42601", "PARTITION a: DEFAULT can only appear in a VALUES list within INSERT or on the right side of a SET"],
    ["CREATE TABLE d.p (k INT PRIMARY KEY) PARTITION BY RANGE (k) (PARTITION a VALUES FROM (1) TO (5), PARTITION b VALUES FROM (4) TO (8))", "XXUUU", "partitions a and b overlap"],
    ["CREATE TABLE d.p (k INT PRIMARY KEY) PARTITION BY RANGE (k) (PARTITION a VALUES FROM (5) TO (1))", "XXUUU", "PARTITION a: empty range: lower bound (5) is greater than upper bound (1)"],
    ["CREATE TABLE d.p (k INT PRIMARY KEY) PARTITION BY RANGE (k) (PARTITION a VALUES FROM (MINVALUE) TO (1))", "42601", "PARTITION a: variable sub-expressions are not allowed in partition"],
    ["CREATE TABLE d.p (k INT, l INT, PRIMARY KEY (k, l)) PARTITION BY LIST (k, l) (PARTITION a VALUES IN (1, 2))", "XXUUU", "PARTITION a: partition has 2 columns but 1 values were supplied"],
    ["CREATE TABLE d.p (k INT PRIMARY KEY) PARTITION BY LIST (nosuch) (PARTITION a VALUES IN (1))", "42601", "declared partition columns (nosuch) do not match first 1 columns in index being partitioned (k)"],
    ["CREATE TABLE d.p (k INT PRIMARY KEY) PARTITION BY HASHPOINT (PARTITION a VALUES IN [1])", "XXUUU", "at least one of LIST or RANGE partitioning must be used"],
    ["ALTER TABLE d.t PARTITION BY LIST (k) (PARTITION a VALUES IN ($1))", "42P02", "PARTITION a: no value provided for placeholder: $1"],
    ["ALTER TABLE tsd.s PARTITION BY LIST (id) (PARTITION a VALUES IN (1))", "42809", "can not partition ts table \"s\""],
    ["ALTER TABLE tsd.s PARTITION BY HASHPOINT (PARTITION a VALUES FROM (5) TO (1))", "XXUUU", "from point must smaller than to point"],
  ],
  "objects": [
    ["CREATE TABLE tsd.n (v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)", "42P16", "ts table must have at least 2 columns"],
    ["CREATE TABLE tsd.n (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT) PRIMARY TAGS (id)", "23502", "tag id can not be a nullable tag as primary tag"],
    ["CREATE TABLE tsd.n (ts TIMESTAMP NOT NULL, v INT)", "42809", "can not create relational table in timeseries database \"tsd\""],
    ["CREATE TABLE tsd.n (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (nosuch)", "42602", "primary tag nosuch is not a tag"],
    ["CREATE TABLE tsd.n (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id) WITH HASH(0)", "42601", "at or near \")\": syntax error: The hash num 0 must be > 0 and <= 50000.", { hint: "try \\h CREATE TABLE" }],
    ["CREATE TABLE d.n (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)", "42809", "can not create timeseries table in relational database \"d\""],
    ["CREATE TABLE tsd.n (ts TIMESTAMP, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)", "23502", "the 1st TimestampTZ column ts must be not null"],
    ["CREATE TABLE nosuch.x (k INT PRIMARY KEY)", "3D000", "database \"nosuch\" does not exist"],
    ["CREATE TABLE d.t (k INT PRIMARY KEY)", "42P07", "relation \"t\" already exists"],
    ["CREATE DATABASE d", "42P04", "database \"d\" already exists"],
    ["DROP TABLE d.nosuch", "42P01", "relation \"d.nosuch\" does not exist"],
    ["DROP DATABASE nosuch", "3D000", "database \"nosuch\" does not exist"],
    ["DROP DATABASE system", "42501", "user root does not have DROP privilege on database system"],
    ["DROP DATABASE d RESTRICT", "2BP01", "database \"d\" is not empty and RESTRICT was specified"],
    ["DROP TABLE tsd.s, d.t", "0A000", "drop multiple time-series tables at once is not supported"],
  ],
  "users": [
    ["CREATE USER root", "42710", "a role/user named root already exists"],
    ["CREATE USER public", "42939", "role name \"public\" is reserved"],
    ["CREATE USER \"\"", "XXUUU", "no username specified"],
    ["CREATE USER \"Has Space\"", "42602", "username \"has space\" invalid", { hint: "Usernames are case insensitive, must start with a letter, digit or underscore, may contain letters, digits, dashes, periods, or underscores, and must not exceed 63 characters." }],
    ["CREATE USER u WITH PASSWORD 'x'", "28P01", "setting or updating a password is not supported in insecure mode"],
    ["DROP USER nosuch", "XXUUU", "role/user nosuch does not exist"],
    ["DROP USER root", "42803", "cannot drop role/user root: grants still exist on system, defaultdb, postgres, d, tsd, d.public.t, tsd.public.s"],
    ["ALTER USER nosuch WITH PASSWORD 'x'", "XXUUU", "role/user nosuch does not exist"],
    ["GRANT nosuch TO root", "42704", "role/user nosuch does not exist"],
    ["GRANT root TO root", "0LP01", "root cannot be a member of itself"],
    ["REVOKE admin FROM root", "55006", "role/user root cannot be removed from role admin or lose the ADMIN OPTION"],
    ["GRANT ALL ON DATABASE nosuch TO root", "3D000", "database \"nosuch\" does not exist"],
    ["GRANT ALL ON TABLE d.t TO nosuch", "XXUUU", "user or role nosuch does not exist"],
    ["GRANT CREATE ON DATABASE system TO root", "XXUUU", "user root must have exactly GRANT, SELECT privileges on system object with ID=1"],
    ["REVOKE ALL ON DATABASE d FROM root", "XXUUU", "user root does not have privileges over system object with ID=77"],
  ],
  "queries": [
    ["SELECT table_id FROM kwdb_internal.tables WHERE name = $1", "42P02", "no value provided for placeholder: $1"],
    ["SELECT nosuch FROM kwdb_internal.tables", "42703", "column \"nosuch\" does not exist"],
    ["SELECT 1 FROM nosuch.tables", "42P01", "relation \"nosuch.tables\" does not exist"],
    ["SELECT 1 FROM kwdb_internal.nosuch", "42P01", "relation \"kwdb_internal.nosuch\" does not exist"],
    ["SELECT nosuch()", "42883", "unknown function: nosuch()"],
    ["SELECT 1 FROM nosuch.kwdb_internal.zones", "3D000", "database \"nosuch\" does not exist"],
    ["SELECT 1 +", "42601", "at or near \"EOF\": syntax error", { hint: "try \\h SELECT" }],
  ],
};

describe("what the server refuses, the dev cluster refuses in its words", () => {
  let stage: Stage;
  let client: Client;
  beforeAll(async () => {
    stage = await Stage.open();
    await stage.cluster.sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY, v STRING, INDEX vi (v)) PARTITION BY LIST (k) (PARTITION a VALUES IN (1), PARTITION b VALUES IN (2))");
    await stage.cluster.sql("CREATE TS DATABASE tsd; CREATE TABLE tsd.s (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)");
    client = await stage.client();
  });
  afterAll(() => stage.close());

  describe.each(Object.entries(REFUSALS))("%s", (_, refusals) => {
    test.each(refusals.map(([sql, code, message, extra = {}]) => ({ sql, code, message, extra })))("$sql", async ({ sql, code, message, extra }) => {
      const error = await failure(client.query(sql));
      expect({ code: error.code, message: error.message }).toEqual({ code, message });
      expect(error).toMatchObject(extra);
    });
  });
});
