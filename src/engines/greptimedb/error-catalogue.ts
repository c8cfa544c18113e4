/**
 * What a failure means for the one who has to go on:
 * - `transient`: the same statement may work later;
 * - `permanent`: it never will;
 * - `already-there`: the region leads on the target already;
 * - `busy`: another move of the region is running;
 * - `unknown-procedure`: the server does not know the id;
 * - `exists` / `missing`: what should be made is there, what should be changed or removed is not.
 */
export type ErrorNature =
  "transient" | "permanent" | "already-there" | "busy" | "unknown-procedure" | "exists" | "missing";

export interface KnownError {
  readonly code: string;
  readonly nature: ErrorNature;
  /** Any of these in the text makes it this error. Case matters: the texts are the server's own. */
  readonly contains: readonly string[];
  readonly summary: string;
  /** Why, and the next step. */
  readonly detail: string;
}

/**
 * What the frontend says when metasrv has not answered it (observed with a metasrv that was killed): metasrv may have stored the procedure
 * before. `No leader` alone is metasrv's own answer: it has done nothing.
 */
export const UNANSWERED_BY_METASRV: readonly string[] = ["Internal error: 1003", "Retry exceeded max times"];

/**
 * Every error text that the product knows, in order of precedence (the first match counts). Matched by containment, because the
 * versions wrap the same text differently: bare (0.7, 0.8), `(Status): text` (0.9 to 0.16),
 * `(Unexpected): Failed to execute admin function f: Execution error: text` (0.17 on), with `, code: …, tonic code: …` after it (1.1.4 on).
 */
export const KNOWN_ERRORS: readonly KnownError[] = [
  {
    code: "NO_SHARED_STORAGE",
    nature: "permanent",
    contains: ["does not satisfy requirement 'object storage'", "object storage requirement on non-object storage"],
    summary: "The datanodes share no object storage",
    detail:
      "A region can only be opened by another datanode when all datanodes keep their data in the same bucket and root. Configure storage of type S3 (or another object store) on every datanode; until then nothing can be moved or split.",
  },
  {
    code: "ALREADY_THERE",
    nature: "already-there",
    contains: ["The region migration procedure is completed for region"],
    summary: "The region is on the target already",
    detail: "Nothing is left to do for this region.",
  },
  {
    code: "REGION_BUSY_MIGRATING",
    nature: "busy",
    contains: ["Another migration procedure is running for region"],
    summary: "Another migration of the region is running",
    detail:
      "The server moves a region once at a time. Wait until the running migration ends (information_schema.procedure_info shows it), then try again.",
  },
  {
    code: "SAME_PEER",
    nature: "permanent",
    contains: ["The `from_peer_id` can't equal `to_peer_id`"],
    summary: "A region cannot move to where it is",
    detail: "Source and target datanode are the same. Make a new plan.",
  },
  {
    code: "LEADER_CHANGED",
    nature: "permanent",
    contains: [
      "Region's leader peer changed",
      "Invalid region migration `from_peer` argument",
      "Invalid region leader peer",
    ],
    summary: "The region is led by another datanode than planned",
    detail: "Somebody else, or a failover, moved the region after the plan was made. Make a new plan.",
  },
  {
    code: "TARGET_HAS_FOLLOWER",
    nature: "permanent",
    contains: ["is already has a region follower"],
    summary: "The target datanode already holds a follower of the region",
    detail:
      "A leader cannot move onto a datanode that holds a read replica of the same region. Remove that follower first or choose another datanode.",
  },
  {
    code: "LOGICAL_REGION",
    nature: "permanent",
    contains: ["region migration on the logical table"],
    summary: "The region belongs to a logical table of the metric engine",
    detail: "Regions of logical tables follow their physical table. Declare the placement of the physical table.",
  },
  {
    code: "REGION_GONE",
    nature: "permanent",
    contains: ["Failed to find table route for"],
    summary: "The table or the region no longer exists",
    detail: "The table was dropped, created anew or repartitioned after the plan was made. Make a new plan.",
  },
  {
    code: "STANDALONE",
    nature: "permanent",
    contains: ["Unsupported operation migrate_region", "Repartition procedure is not supported in standalone mode"],
    summary: "The server is a standalone GreptimeDB",
    detail:
      "A standalone server has one node: there is nowhere to move a region to. Connect to the frontend of a cluster.",
  },
  {
    code: "NOT_AUTHORIZED",
    nature: "permanent",
    contains: ["User is not authorized to perform this action", "(PermissionDenied)", "(AccessDenied)"],
    summary: "The user may not do this",
    detail:
      "CREATE, ALTER, DROP and every ADMIN statement need write permission (from 0.15 on a read-only user is refused them). Use a user with write permission.",
  },
  {
    code: "PROCEDURE_NOT_FOUND",
    nature: "unknown-procedure",
    contains: ["Procedure not found"],
    summary: "The server does not know the procedure",
    detail:
      "Either it never started, or it finished long ago (the metasrv forgets after 10 to 20 minutes and at a restart). One that never starts although an id was given: the procedure manager is paused (/admin/procedure-manager/status on the metasrv), or 128 procedures were running already.",
  },
  {
    code: "INVALID_PROCEDURE_ID",
    nature: "permanent",
    contains: ["Failed to parse procedure id"],
    summary: "The text is no procedure id",
    detail: "Procedure ids are UUIDs.",
  },
  {
    code: "PROCEDURES_PAUSED",
    nature: "transient",
    contains: ["Manager is pasued", "Manager is paused", "Manager is not start"],
    summary: "The procedure manager of the cluster is paused",
    detail:
      "Nothing is created, altered or moved until it is resumed: POST /admin/procedure-manager/resume on the metasrv.",
  },
  {
    code: "TOO_MANY_PROCEDURES",
    nature: "transient",
    contains: ["Too many running procedures"],
    summary: "The cluster runs as many procedures as it can",
    detail: "The limit is 128 of all kinds. Wait, or lower the limits of the placement.",
  },
  {
    code: "PEER_UNAVAILABLE",
    nature: "transient",
    contains: ["peer is unavailable temporally"],
    summary: "A datanode of the move does not answer",
    detail:
      "The server names it as the target, but it may as well be the source: both must have been heard from within ten seconds. Look at active_time in information_schema.cluster_info and bring that datanode back, or plan without it.",
  },
  {
    code: "BUCKET_ROOT_REUSED",
    nature: "permanent",
    contains: ["recovered metadata has different schema"],
    summary: "The bucket holds data of another cluster under the same root",
    detail:
      "Table ids of a new cluster start at 1024 again and meet the old cluster's files. Give every cluster a root of its own in the bucket.",
  },
  {
    code: "STORAGE_UNAVAILABLE",
    nature: "transient",
    contains: ["Timeout expired", "(StorageUnavailable)"],
    summary: "The cluster did not answer in time",
    detail:
      "Often the object storage cannot be reached: check bucket, credentials and endpoint in the datanodes' logs, then try again.",
  },
  {
    code: "DATANODE_LOST",
    nature: "transient",
    contains: ["Mailbox channel closed", "Mailbox received timeout", "Pusher not found"],
    summary: "A datanode did not answer the metasrv",
    detail: "The migration is rolled back and the leader stays where it was. Bring the datanode back, then try again.",
  },
  {
    code: "MIGRATION_TIMED_OUT",
    nature: "transient",
    contains: ["Exceeded deadline, operation"],
    summary: "The migration did not finish within its replay timeout",
    detail:
      "The server rolled it back and the leader stays where it was. Raise replay_timeout_seconds, or move fewer regions at once.",
  },
  {
    code: "MIGRATION_ABORTED",
    nature: "transient",
    contains: ["The region migration procedure aborted", "Failed to upgrade the candidate region"],
    summary: "The server gave the migration up",
    detail:
      "The target could not take the region over; the leader stays where it was. Look at the target datanode's log, then try again.",
  },
  {
    code: "METASRV_UNAVAILABLE",
    nature: "transient",
    contains: [
      "Failed to ask leader",
      "No leader, should ask leader first",
      "Retry exceeded max times",
      "not a leader",
    ],
    summary: "The metasrv has no leader",
    detail:
      "It is restarting or electing. Try again in some seconds; if it stays, look at the metasrv and its store (etcd).",
  },
  {
    code: "NODE_UNREACHABLE",
    nature: "transient",
    contains: [
      "tcp connect error",
      "dns error",
      "http2 error",
      "get stream from a distributed table",
      "transport error",
    ],
    summary: "The frontend cannot reach a node of the cluster",
    detail:
      "A datanode or the metasrv is down or was renamed. information_schema.cluster_info shows which node has not been heard from.",
  },
  {
    code: "REGION_NOT_READY",
    nature: "transient",
    contains: ["(RegionNotReady)", "(RegionBusy)", "(TableUnavailable)", "not ready", "expect: Leader(Writable)"],
    summary: "A region is being moved or opened",
    detail: "It takes writes again as soon as that is done. Try again.",
  },
  {
    code: "RULES_INCOMPLETE",
    nature: "permanent",
    contains: ["is not covered", "Unclosed value"],
    summary: "The partition rules leave a gap",
    detail:
      "Every value must fall into exactly one partition. Use half-open ranges (a < 10, a >= 10 AND a < 20, a >= 20).",
  },
  {
    code: "RULES_OVERLAP",
    nature: "permanent",
    contains: ["is overlapped", "Duplicate expr"],
    summary: "Two partition rules overlap",
    detail:
      "Every value must fall into exactly one partition. Use half-open ranges (a < 10, a >= 10 AND a < 20, a >= 20).",
  },
  {
    code: "RULE_NOT_FOUND",
    nature: "permanent",
    contains: ["partition expression '"],
    summary: "A partition rule that should change is not there",
    detail: "The table was repartitioned after the plan was made. Make a new plan.",
  },
  {
    code: "REPARTITION_NEEDS_GC",
    nature: "permanent",
    contains: ["Repartition requires metasrv GC to be enabled"],
    summary: "The server repartitions only with garbage collection",
    detail:
      "Set [gc] enable = true on the metasrv and [region_engine.mito.gc] enable = true on every datanode, then try again.",
  },
  {
    code: "REPARTITION_REFUSED",
    nature: "permanent",
    contains: [
      "REPARTITION on logical tables",
      "does not have partition columns, cannot repartition",
      "already has partition columns",
      "is not in target partition columns",
      "ON COLUMNS requires at least one partition column",
    ],
    summary: "The server cannot change the partition rules like this",
    detail:
      "Only physical tables with partition columns can be split and merged. Create the table anew with the rules that you want.",
  },
  {
    code: "RULE_INVALID",
    nature: "permanent",
    contains: [
      "in rule expr is not referenced in PARTITION ON",
      "is not a binary expr",
      "Invalid partition rule",
      "Invalid partition columns when creating table",
      "duplicate partition column",
    ],
    summary: "The server does not accept a partition rule",
    detail:
      "A rule compares partition columns with constants (a >= 10 AND a < 20): no functions, no parentheses, no other columns.",
  },
  {
    code: "PARTITION_COLUMN_UNKNOWN",
    nature: "permanent",
    contains: ['Partition column "'],
    summary: "A partition column is not a column of the table",
    detail: "Declare the column, or partition by another one.",
  },
  {
    code: "OPTION_REFUSED",
    nature: "permanent",
    contains: [
      "Unrecognized table option key",
      "Failed to parse table option",
      "Invalid set region option request",
      "Only allow changing append_mode",
    ],
    summary: "The server does not accept a table option",
    detail: "The option is unknown to this version, has a wrong value, or can only be given when the table is created.",
  },
  {
    code: "OBJECT_STORE_NOT_FOUND",
    nature: "permanent",
    contains: ["Object store not found"],
    summary: "The storage named in the table's options is not configured",
    detail: "Configure a storage provider of that name on the datanodes, or leave the option out.",
  },
  {
    code: "COLUMN_CHANGE_REFUSED",
    nature: "permanent",
    contains: [
      "Not allowed to remove index column",
      "Not allowed to remove partition column",
      "Not allowed to change primary key index column",
      "Not allowed to change timestamp index column",
      "cannot be cast automatically",
      "no default value for column",
      "Add column with interval type",
      "Only support add columns operation",
    ],
    summary: "The server cannot change the column like this",
    detail:
      "Key, time index and partition columns stay as they were created; a new NOT NULL column needs a default. Otherwise create the table anew.",
  },
  {
    code: "ENGINE_UNKNOWN",
    nature: "permanent",
    contains: ["Unknown engine"],
    summary: "The server does not know the table engine",
    detail: "Use mito, metric or file.",
  },
  {
    code: "DATABASE_NOT_FOUND",
    nature: "permanent",
    contains: ["Failed to find schema", "Unknown database", "(DatabaseNotFound)"],
    summary: "The database does not exist",
    detail: "Create it first: CREATE DATABASE.",
  },
  {
    code: "TABLE_EXISTS",
    nature: "exists",
    contains: ["Table already exists", "(TableAlreadyExists)"],
    summary: "The table exists already",
    detail: "Import it, or choose another name.",
  },
  {
    code: "COLUMN_EXISTS",
    nature: "exists",
    contains: ["(TableColumnExists)", "already exists in table", "already exists with different type"],
    summary: "The column exists already",
    detail: "Somebody added it after the plan was made. Make a new plan.",
  },
  {
    code: "COLUMN_NOT_FOUND",
    nature: "missing",
    contains: ["(TableColumnNotFound)", "not exists in table", "Cannot find column by name"],
    summary: "The column does not exist",
    detail: "Somebody removed it after the plan was made. Make a new plan.",
  },
  {
    code: "TABLE_NOT_FOUND",
    nature: "missing",
    contains: ["(TableNotFound)", "Table not found"],
    summary: "The table does not exist",
    detail: "It was dropped or renamed, or never created. Make a new plan.",
  },
  {
    code: "TYPE_NOT_SUPPORTED",
    nature: "permanent",
    contains: ["SQL data type not supported yet", "is interval type, which is not supported"],
    summary: "The server has no such column type",
    detail: "Use one of its types: STRING, BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP(3) and so on.",
  },
  {
    code: "NAME_INVALID",
    nature: "permanent",
    contains: ["Invalid table name", "Cannot use keyword"],
    summary: "The server does not accept the name",
    detail: "Table names consist of letters, digits and _ : - . @ #, and start with a letter, _, : or -.",
  },
  {
    code: "STATEMENT_UNKNOWN",
    nature: "permanent",
    contains: [
      "Admin function not found",
      "function signature not match",
      "unsupported function arg",
      "(InvalidSyntax)",
      "Invalid SQL",
      "SQL statement is not supported",
      "sql parser error",
    ],
    summary: "The server does not understand the statement",
    detail: "This version of GreptimeDB has no such statement. Check the supported versions.",
  },
  {
    code: "INTERNAL_ERROR",
    nature: "transient",
    contains: ["Internal error: 1003", "Internal error: 1000"],
    summary: "The cluster failed inside and does not say why",
    detail:
      "Seen while the metasrv or a datanode is down or restarting. Try again; if it stays, look at the metasrv's log.",
  },
];
