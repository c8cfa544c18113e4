/**
 * What an error means for whoever sent the statement.
 *
 * - `permanent`: sending it again gives the same answer;
 * - `transient`: may pass by itself;
 * - `retry`: the transaction must be run again, nothing of it is stored;
 * - `ambiguous`: nobody knows whether it is stored;
 * - `stored`: it is stored although the server answers with an error;
 * - `not-admin`: the user lacks a privilege.
 */
export type ErrorNature = "permanent" | "transient" | "retry" | "ambiguous" | "stored" | "not-admin";

export interface KnownError {
  /** Without the prefix `KWDB_`. */
  readonly code: string;
  readonly nature: ErrorNature;
  /** Every one that is given must fit. Many errors have SQLSTATE XXUUU, and some a wrong one: text counts first. */
  readonly sqlstate?: string;
  /** One of several texts. */
  readonly contains?: string | readonly string[];
  readonly summary: string;
  /** Why, and the next step. The server's words are put behind it. */
  readonly detail: string;
}

/** The first that fits is taken. Texts as observed on 3.2.1, or read in the sources of the versions that have them. */
export const KNOWN_ERRORS: readonly KnownError[] = [
  // transactions
  {
    code: "RETRY",
    nature: "retry",
    sqlstate: "40001",
    summary: "The transaction must be run again",
    detail:
      "Others changed the same zones at the same time. It is tried again by itself; if this stays, look for another tool that writes zones.",
  },
  {
    code: "RETRY",
    nature: "retry",
    contains: "restart transaction",
    summary: "The transaction must be run again",
    detail:
      "Others changed the same zones at the same time. It is tried again by itself; if this stays, look for another tool that writes zones.",
  },
  {
    code: "AMBIGUOUS",
    nature: "ambiguous",
    sqlstate: "40003",
    summary: "It is not known whether the change is stored",
    detail: "The node that committed it did not answer. The zone is read again before anything else.",
  },
  {
    code: "TRANSACTION_ABORTED",
    nature: "permanent",
    sqlstate: "25P02",
    summary: "The transaction had failed before",
    detail: "An earlier statement of it failed; see that one.",
  },
  {
    code: "SETTING_IN_TRANSACTION",
    nature: "permanent",
    contains: "SET CLUSTER SETTING cannot be used inside a transaction",
    summary: "A setting cannot be changed inside a transaction",
    detail: "Set it by itself.",
  },
  // cluster settings
  {
    code: "SETTING_NOT_SEEN_YET",
    nature: "stored",
    contains: "setting updated but timed out waiting to read new value",
    summary: "The setting is stored and not seen yet",
    detail: "The node has not read it back within 10 s. It is read until it is.",
  },
  {
    code: "SETTING_UNKNOWN",
    nature: "permanent",
    contains: ["unknown cluster setting", "unknown setting:"],
    summary: "There is no such cluster setting",
    detail: "Compare the name with SHOW ALL CLUSTER SETTINGS; mind the version.",
  },
  {
    code: "SETTING_WRONG_VALUE",
    nature: "permanent",
    contains: "to a negative value",
    summary: "The setting does not take this value",
    detail: "Declare a value that is not negative.",
  },
  {
    code: "SETTING_WRONG_VALUE",
    nature: "permanent",
    contains: "cannot use day or month specifiers",
    summary: "The setting does not take this value",
    detail: "Write durations of settings in hours, minutes and seconds.",
  },
  // privileges
  {
    code: "NOT_ADMIN",
    nature: "not-admin",
    contains: "only users with the admin role are allowed",
    summary: "Only administrators may do this",
    detail: "Connect as a member of the role admin (root is one).",
  },
  {
    code: "NO_PRIVILEGE",
    nature: "not-admin",
    contains: "does not have ZONECONFIG or CREATE privilege",
    summary: "The user may not configure this zone",
    detail: "GRANT ZONECONFIG on the object to the user. A privilege on a database does not reach its tables.",
  },
  {
    code: "NO_PRIVILEGE",
    nature: "not-admin",
    sqlstate: "42501",
    summary: "The user lacks a privilege",
    detail: "Grant it, or connect as another user.",
  },
  // targets
  {
    code: "RANGE_UNKNOWN",
    nature: "permanent",
    contains: "is not a built-in zone",
    summary: "There is no such range",
    detail: "The ranges with zones are default, meta, liveness, system and timeseries.",
  },
  {
    code: "DATABASE_UNKNOWN",
    nature: "permanent",
    sqlstate: "3D000",
    summary: "The database does not exist",
    detail: "Create it first, or correct the name.",
  },
  {
    code: "TABLE_UNKNOWN",
    nature: "permanent",
    sqlstate: "42P01",
    summary: "The table does not exist",
    detail: "Create it first, or correct the name.",
  },
  {
    code: "PARTITION_AMBIGUOUS",
    nature: "permanent",
    contains: "exists on multiple indexes of table",
    summary: "Several indexes have this partition",
    detail: "Name the index: PARTITION p OF INDEX d.t@i.",
  },
  {
    code: "PARTITION_UNKNOWN",
    nature: "permanent",
    contains: 'partition "',
    summary: "The partition does not exist",
    detail: "Create it first, or correct the name.",
  },
  {
    code: "INDEX_UNKNOWN",
    nature: "permanent",
    contains: 'index "',
    summary: "The index does not exist",
    detail: "Create it first, or correct the name.",
  },
  {
    code: "INDEX_ZONE_BROKEN",
    nature: "permanent",
    sqlstate: "XX000",
    contains: "nil pointer dereference",
    summary: "The server failed inside",
    detail:
      "Servers from 2.1.0 on fail so when the zone of an index is configured. Declare the zone of the table or of a partition.",
  },
  {
    code: "SYSTEM_TABLE_ZONE",
    nature: "permanent",
    contains: "cannot set zone configs for system config tables",
    summary: "This system table can have no zone of its own",
    detail: "Declare the zone of DATABASE system instead.",
  },
  {
    code: "DEFAULT_NOT_REMOVABLE",
    nature: "permanent",
    contains: "cannot remove default zone",
    summary: "RANGE default cannot be discarded",
    detail: "Declare its values instead.",
  },
  {
    code: "SCHEMA_UNSUPPORTED",
    nature: "permanent",
    contains: 'only schema "public" is supported',
    summary: "Zones exist for tables of schema public only",
    detail: "Move the table, or leave it without a zone.",
  },
  {
    code: "TS_ZONE_UNSUPPORTED",
    nature: "permanent",
    contains: "set zone config is not supported in timeseries table",
    summary: "This version has no zones for time-series tables",
    detail: "Upgrade to KWDB 2.1.0 or newer.",
  },
  // values
  {
    code: "CONSTRAINTS_ONLY_ON_PARTITIONS",
    nature: "permanent",
    contains: "set zone config constraints and lease_preferences is not supported",
    summary: "Only partitions take constraints",
    detail: "Declare constraints and lease_preferences for partitions.",
  },
  {
    code: "NODE_DOWN",
    nature: "permanent",
    contains: "set zone config num_replicas when node unhealthy or dead is not supported",
    summary: "num_replicas cannot change while a node is down",
    detail: "Bring the node back or decommission it, then try again.",
  },
  {
    code: "LICENCE",
    nature: "permanent",
    contains: "feature needs enterprise license to enable",
    summary: "This build needs a licence for that",
    detail:
      "Open-source builds from 2.0.4 to 2.2.0 refuse it on clusters with several replicas. Upgrade to 2.2.1 or newer.",
  },
  {
    code: "LICENCE",
    nature: "permanent",
    contains: "OSS binaries do not include enterprise features",
    summary: "This build needs a licence for that",
    detail: "Open-source builds have zones on partitions from 2.1.0 on. Upgrade the cluster.",
  },
  {
    code: "TANDEM",
    nature: "permanent",
    contains: "must be set together",
    summary: "The variables belong together",
    detail: "Declare range_min_bytes and range_max_bytes both.",
  },
  {
    code: "TANDEM",
    nature: "permanent",
    contains: "num_replicas must be set as well",
    summary: "The variables belong together",
    detail: "Declare num_replicas with constraints for single replicas.",
  },
  {
    code: "TANDEM",
    nature: "permanent",
    contains: "lease preferences can not be set unless the constraints are explicitly set",
    summary: "The variables belong together",
    detail: "Declare constraints with lease_preferences.",
  },
  {
    code: "CONSTRAINTS_CONFLICT",
    nature: "permanent",
    contains: "incompatible zone constraints",
    summary: "The constraints exclude each other",
    detail: "Remove one of the two.",
  },
  {
    code: "CONSTRAINT_MATCHES_NO_NODE",
    nature: "permanent",
    contains: "matches no existing nodes within the cluster",
    summary: "A constraint matches no node",
    detail: "Correct it, or start the node first.",
  },
  {
    code: "CONSTRAINT_INVALID",
    nature: "permanent",
    contains: "invalid constraints format",
    summary: "The server cannot read the constraints",
    detail: "Correct them.",
  },
  {
    code: "CONSTRAINT_INVALID",
    nature: "permanent",
    contains: ["constraint needs to be in the form", "is not a valid constraint"],
    summary: "The server cannot read a constraint",
    detail: "Write +key=value, -key=value or +attribute.",
  },
  {
    code: "VALUE_REFUSED",
    nature: "permanent",
    contains: "could not validate zone config:",
    summary: "The server does not take these values",
    detail: "Correct the values; those that a zone inherits count too.",
  },
  {
    code: "VALUE_REFUSED",
    nature: "permanent",
    contains: "could not parse zone config:",
    summary: "The server cannot read the zone",
    detail: "Correct the values.",
  },
  {
    code: "VALUE_REFUSED",
    nature: "permanent",
    contains: "can not set ts_merge.days < 0",
    summary: "ts_merge.days is negative",
    detail: "Declare 0 days or more.",
  },
  {
    code: "VALUE_REFUSED",
    nature: "permanent",
    contains: "unsupported NULL value for",
    summary: "A variable has no value",
    detail: "Give it one, or leave it out.",
  },
  {
    code: "VARIABLE_UNKNOWN",
    nature: "permanent",
    contains: "unsupported zone config parameter",
    summary: "This version does not know a variable",
    detail: "Remove it, or upgrade the cluster.",
  },
  {
    code: "VARIABLE_REPEATED",
    nature: "permanent",
    contains: "duplicate zone config parameter",
    summary: "A variable stands twice",
    detail: "Remove one.",
  },
  {
    code: "WRONG_TYPE",
    nature: "permanent",
    sqlstate: "42804",
    summary: "A value has the wrong type",
    detail: "Correct the value.",
  },
  {
    code: "WRONG_TYPE",
    nature: "permanent",
    sqlstate: "22P02",
    summary: "A value has the wrong type",
    detail: "Correct the value.",
  },
  {
    code: "SYNTAX",
    nature: "permanent",
    sqlstate: "42601",
    summary: "The server does not understand the statement",
    detail: "Its version may be too old for it.",
  },
  // rebalance
  {
    code: "REBALANCE_SYSTEM",
    nature: "permanent",
    contains: "descriptor not found",
    summary: "This cannot be rebalanced",
    detail: "Rebalance a time-series database or table, or RANGE default.",
  },
  {
    code: "REBALANCE_RELATIONAL",
    nature: "permanent",
    contains: "rebalance is not support on relational",
    summary: "Only time-series tables can be rebalanced",
    detail: "Name a time-series database or table.",
  },
  {
    code: "REBALANCE_DECOMMISSIONING",
    nature: "transient",
    contains: "not supported when node is decommissioning",
    summary: "A node is leaving the cluster",
    detail: "Wait until it has left, then rebalance.",
  },
  {
    code: "REBALANCE_TOO_FEW_NODES",
    nature: "transient",
    contains: "available nodes is not enough for table",
    summary: "Too few nodes are up for a rebalance",
    detail: "Bring nodes back, or declare fewer replicas.",
  },
  {
    code: "REBALANCE_NO_RANGES",
    nature: "transient",
    contains: "can not get ranges of the table",
    summary: "The ranges of a table could not be read",
    detail: "Try again.",
  },
  {
    code: "TS_SHOW_UNSUPPORTED",
    nature: "permanent",
    contains: "is not supported in timeseries table",
    summary: "Time-series tables do not have this statement",
    detail: "Read kwdb_internal instead.",
  },
  // the server itself
  {
    code: "STATEMENT_TIMEOUT",
    nature: "ambiguous",
    sqlstate: "57014",
    summary: "KWDB did not answer in time",
    detail: "Perhaps too many nodes are down. Try again, or raise statement_timeout_seconds.",
  },
  {
    code: "SHUTTING_DOWN",
    nature: "transient",
    sqlstate: "57P01",
    summary: "The node is shutting down",
    detail: "Connect to another node, or wait until it is back.",
  },
  {
    code: "TOO_MANY_CONNECTIONS",
    nature: "transient",
    contains: ["too many clients already", "remaining connection slots are reserved"],
    summary: "The node has too many connections",
    detail: "Close some, or raise server.sql_connections.max_limit.",
  },
];
