import { KNOWN_ERRORS } from "../../../src/engines/greptimedb/error-catalogue";
import {
  classify,
  errorText,
  procedureCause,
  type DriverError,
} from "../../../src/engines/greptimedb/errors";
import { RECORDED_VERSIONS, recorded, type RecordedStatement } from "./recordings";

interface Case {
  readonly msg: string;
  readonly code: string;
  readonly nature: string;
  readonly status?: string;
  /** Seen from this version on; before, another text. */
  readonly since?: string;
  readonly until?: string;
}

const REGION = "4398046511104(1024, 0)";

/** What migrate_region answers, without the wrapping of any version. */
const MIGRATION: readonly Case[] = [
  { msg: "The target peer is unavailable temporally: 2", code: "PEER_UNAVAILABLE", nature: "transient" },
  {
    msg: "Invalid arguments: The `from_peer_id` can't equal `to_peer_id`",
    code: "SAME_PEER",
    nature: "permanent",
    status: "InvalidArguments",
  },
  {
    msg: `Another migration procedure is running for region: ${REGION}`,
    code: "REGION_BUSY_MIGRATING",
    nature: "busy",
  },
  {
    msg: `The region migration procedure is completed for region: ${REGION}, target_peer: 2`,
    code: "ALREADY_THERE",
    nature: "already-there",
    since: "0.15.0",
  },
  {
    msg: "Invalid arguments: Invalid region migration `from_peer` argument",
    code: "LEADER_CHANGED",
    nature: "permanent",
    status: "InvalidArguments",
    until: "0.14.0",
  },
  {
    msg: `Region's leader peer changed: Region's leader peer(3) is not the \`from_peer\`(1), region: 4398046511105(1024, 1)`,
    code: "LEADER_CHANGED",
    nature: "permanent",
    status: "InvalidArguments",
    since: "0.14.0",
  },
  {
    msg: `Invalid arguments: The \`to_peer\`(2) is already has a region follower, region: ${REGION}`,
    code: "TARGET_HAS_FOLLOWER",
    nature: "permanent",
    status: "InvalidArguments",
    since: "0.14.0",
  },
  { msg: "Failed to find table route for 1024", code: "REGION_GONE", nature: "permanent" },
  { msg: "Failed to find table route for 4398046511113(1024, 9)", code: "REGION_GONE", nature: "permanent" },
  {
    msg: `Unexpected, violated: Trying to execute region migration on the logical table, task region: ${REGION}, from_peer: peer-1(a), to_peer: peer-2(b), trigger_reason: Manual`,
    code: "LOGICAL_REGION",
    nature: "permanent",
  },
  { msg: "Unsupported operation migrate_region", code: "STANDALONE", nature: "permanent", status: "Unsupported" },
  {
    msg: "User is not authorized to perform this action",
    code: "NOT_AUTHORIZED",
    nature: "permanent",
    status: "PermissionDenied",
    since: "0.15.0",
  },
  {
    msg: "Retry exceeded max times(3), message: Failed to ask leader",
    code: "METASRV_UNAVAILABLE",
    nature: "transient",
    status: "Internal",
  },
  { msg: "No leader, should ask leader first", code: "METASRV_UNAVAILABLE", nature: "transient", status: "Internal" },
  { msg: "Internal error: 1003", code: "INTERNAL_ERROR", nature: "transient", status: "Internal" },
  {
    msg: "Procedure not found: 00000000-0000-4000-8000-000000000000",
    code: "PROCEDURE_NOT_FOUND",
    nature: "unknown-procedure",
    status: "InvalidArguments",
  },
  {
    msg: "Failed to parse procedure id: 78",
    code: "INVALID_PROCEDURE_ID",
    nature: "permanent",
    status: "InvalidArguments",
  },
];

/** How each version wraps an error of an ADMIN function. */
const SHAPES: readonly { readonly version: string; readonly wrap: (msg: string, status: string) => string }[] = [
  { version: "0.7.2", wrap: (msg) => msg },
  { version: "0.8.2", wrap: (msg) => msg },
  { version: "0.9.5", wrap: (msg, status) => `(${status}): ${msg}` },
  { version: "0.12.2", wrap: (msg, status) => `(${status}): ${msg}` },
  { version: "0.15.5", wrap: (msg, status) => `(${status}): ${msg}` },
  {
    version: "0.17.2",
    wrap: (msg) => `(Unexpected): Failed to execute admin function migrate_region: Execution error: ${msg}`,
  },
  {
    version: "1.0.2",
    wrap: (msg) => `(Unexpected): Failed to execute admin function migrate_region: Execution error: ${msg}`,
  },
  {
    version: "1.1.4",
    wrap: (msg, status) =>
      `(Unexpected): Failed to execute admin function migrate_region: Execution error: ${msg}, code: ${status}, tonic code: Internal error`,
  },
];

const number = (version: string): number => version.split(".").reduce((sum, part) => sum * 1000 + Number(part), 0);

describe.each(SHAPES)("migrate_region's errors as $version words them", ({ version, wrap }) => {
  const fitting = MIGRATION.filter(
    ({ since, until }) =>
      (since === undefined || number(version) >= number(since)) &&
      (until === undefined || number(version) < number(until)),
  );
  test.each(fitting)("$code: $msg", ({ msg, code, nature, status }) => {
    const error: DriverError = { errno: 1815, message: wrap(msg, status ?? "Unexpected") };
    const classified = classify(error, "public.t");
    expect(classified.nature).toBe(nature);
    expect(classified.diagnostic).toMatchObject({ severity: "error", code: `GREPTIMEDB_${code}`, address: "public.t" });
    expect(classified.diagnostic.detail).toContain(`The server says: ${msg}`);
    expect(classified.diagnostic.detail).not.toContain("Failed to execute admin function");
    expect(classified.diagnostic.detail).not.toContain("tonic code");
  });
});

test.each([
  [1815, "(IllegalState): Manager is pasued", "PROCEDURES_PAUSED", "transient"],
  [
    1815,
    "(IllegalState): Manager is pasued, code: IllegalState, tonic code: Internal error",
    "PROCEDURES_PAUSED",
    "transient",
  ],
  [1815, "(Unexpected): Too many running procedures, max: 128", "TOO_MANY_PROCEDURES", "transient"],
  [
    1210,
    "(InvalidArguments): Region 4505420693506(1049, 2) does not satisfy requirement 'object storage': region data must be accessible from another datanode, code: InvalidArguments, tonic code: Client specified an invalid argument",
    "NO_SHARED_STORAGE",
    "permanent",
  ],
  [
    1815,
    "(Unexpected): Operation is not supported: open region with object storage requirement on non-object storage",
    "NO_SHARED_STORAGE",
    "permanent",
  ],
  [
    1815,
    "(Unexpected): Region 4402341478400(1025, 0) is corrupted, reason: recovered metadata has different schema, code: Unexpected, tonic code: Internal error",
    "BUCKET_ROOT_REUSED",
    "permanent",
  ],
  [
    1317,
    "(Cancelled): Timeout expired, code: Cancelled, tonic code: The operation was cancelled",
    "STORAGE_UNAVAILABLE",
    "transient",
  ],
  [1815, "(EngineExecuteQuery): tcp connect error", "NODE_UNREACHABLE", "transient"],
  [
    1815,
    "(EngineExecuteQuery): tcp connect error, code: Internal, tonic code: The service is currently unavailable",
    "NODE_UNREACHABLE",
    "transient",
  ],
  [
    1815,
    "(EngineExecuteQuery): dns error: failed to lookup address information: Name or service not known",
    "NODE_UNREACHABLE",
    "transient",
  ],
  [
    1815,
    "(EngineExecuteQuery): Retry exceeded max times(3), message: Failed to ask leader",
    "METASRV_UNAVAILABLE",
    "transient",
  ],
  [
    1815,
    "(EngineExecuteQuery): Unsupported operation: get stream from a distributed table",
    "NODE_UNREACHABLE",
    "transient",
  ],
  [
    1815,
    "(RegionNotReady): Region 4509715660800(1050, 0) is in Follower state, expect: Leader(Writable)",
    "REGION_NOT_READY",
    "transient",
  ],
  [
    1815,
    "(RegionNotReady): Region 4518305595392(1052, 0) is in Leader(Downgrading) state, expect: Leader(Writable)",
    "REGION_NOT_READY",
    "transient",
  ],
  [
    1815,
    "(EngineExecuteQuery): Failed to decode DataFusion plan: Region 4518305595392(1052, 0) not ready",
    "REGION_NOT_READY",
    "transient",
  ],
  [1815, "(Internal): Internal error: 1003", "INTERNAL_ERROR", "transient"],
  [1210, "(InvalidArguments): Checkpoint `a=10` is not covered", "RULES_INCOMPLETE", "permanent"],
  [1210, "(InvalidArguments): Unclosed value Int32(10) on column a", "RULES_INCOMPLETE", "permanent"],
  [1210, "(InvalidArguments): Checkpoint `b=a` is overlapped", "RULES_OVERLAP", "permanent"],
  [1210, "(InvalidArguments): Duplicate expr: a < 1", "RULES_OVERLAP", "permanent"],
  [
    1149,
    '(InvalidSyntax): Invalid SQL, error: Column "b" in rule expr is not referenced in PARTITION ON',
    "RULE_INVALID",
    "permanent",
  ],
  [
    1149,
    '(InvalidSyntax): Invalid SQL, error: Partition column "nosuch" not defined',
    "PARTITION_COLUMN_UNKNOWN",
    "permanent",
  ],
  [
    1149,
    "(InvalidSyntax): Invalid SQL, error: Partition rule expr a is not a binary expr",
    "RULE_INVALID",
    "permanent",
  ],
  [1210, "(InvalidArguments): Invalid partition rule: invalid partition expr a + 1 < 1", "RULE_INVALID", "permanent"],
  [1210, "(InvalidArguments): Unrecognized table option key: foo", "OPTION_REFUSED", "permanent"],
  [1210, "(InvalidArguments): Failed to parse table option, key: ttl, value: abc", "OPTION_REFUSED", "permanent"],
  [1210, "(InvalidArguments): Object store not found: S3", "OBJECT_STORE_NOT_FOUND", "permanent"],
  [1050, "(TableAlreadyExists): Table already exists: `greptime.public.t`", "TABLE_EXISTS", "exists"],
  [1060, "(TableColumnExists): Column c already exists in table al", "COLUMN_EXISTS", "exists"],
  [
    1210,
    "(InvalidArguments): Invalid alter table(al) request: column c already exists with different type Int32(Int32Type)",
    "COLUMN_EXISTS",
    "exists",
  ],
  [1054, "(TableColumnNotFound): Column nosuch not exists in table al", "COLUMN_NOT_FOUND", "missing"],
  [1146, "(TableNotFound): Table not found: greptime.public.al", "TABLE_NOT_FOUND", "missing"],
  [1146, "(TableNotFound): Failed to plan SQL: Table not found: greptime.public.bar", "TABLE_NOT_FOUND", "missing"],
  [1210, "(InvalidArguments): Failed to find schema, schema info: nodb", "DATABASE_NOT_FOUND", "permanent"],
  [
    1210,
    "(InvalidArguments): Not allowed to remove index column a from table al",
    "COLUMN_CHANGE_REFUSED",
    "permanent",
  ],
  [
    1210,
    "(InvalidArguments): Invalid alter table(al) request: Not allowed to change timestamp index column 'ts' datatype",
    "COLUMN_CHANGE_REFUSED",
    "permanent",
  ],
  [
    1210,
    "(InvalidArguments): Invalid alter table(al) request: Not allowed to change primary key index column 'a'",
    "COLUMN_CHANGE_REFUSED",
    "permanent",
  ],
  [
    1210,
    "(InvalidArguments): Invalid alter table(al) request: no default value for column f",
    "COLUMN_CHANGE_REFUSED",
    "permanent",
  ],
  [
    1210,
    "(InvalidArguments): Invalid set table option request: Invalid set region option request, key: nosuch, value: 3d",
    "OPTION_REFUSED",
    "permanent",
  ],
  [
    1210,
    "(InvalidArguments): Invalid partition rule: partition expression 'device_id < 50' does not exist in table greptime.public.r",
    "RULE_NOT_FOUND",
    "permanent",
  ],
  [
    1210,
    "(InvalidArguments): Invalid arguments: Repartition requires metasrv GC to be enabled",
    "REPARTITION_NEEDS_GC",
    "permanent",
  ],
  [1235, "(Unsupported): Not supported: REPARTITION on logical tables", "REPARTITION_REFUSED", "permanent"],
  [
    1210,
    "(InvalidArguments): Invalid partition rule: table greptime.public.t does not have partition columns, cannot repartition",
    "REPARTITION_REFUSED",
    "permanent",
  ],
  [
    1210,
    "(InvalidArguments): Invalid partition rule: partition expression references column 'id' that is not in target partition columns",
    "REPARTITION_REFUSED",
    "permanent",
  ],
  [1235, "(Unsupported): Repartition procedure is not supported in standalone mode", "STANDALONE", "permanent"],
  [
    1815,
    "(Unexpected): Unexpected, violated: Unknown engine: nosuch, code: Unexpected, tonic code: Internal error",
    "ENGINE_UNKNOWN",
    "permanent",
  ],
  [1149, "(InvalidSyntax): SQL data type not supported yet: Real", "TYPE_NOT_SUPPORTED", "permanent"],
  [1210, "(InvalidArguments): Invalid table name: Mixed Case", "NAME_INVALID", "permanent"],
  [
    1149,
    "(InvalidSyntax): Unexpected token while parsing SQL statement, expected: 'ON, COLUMNS', found: BY: sql parser error: Expected: ON, found: BY at Line: 6, Column: 11",
    "STATEMENT_UNKNOWN",
    "permanent",
  ],
  [1210, "(InvalidArguments): Admin function not found: foo", "STATEMENT_UNKNOWN", "permanent"],
  [1815, "(Unexpected): something nobody has seen", "STATEMENT_FAILED", "transient"],
  [1210, "(InvalidArguments): something nobody has seen", "STATEMENT_FAILED", "permanent"],
])("%i %s", (errno, message, code, nature) => {
  expect(classify({ errno, message })).toMatchObject({ nature, diagnostic: { code: `GREPTIMEDB_${code}` } });
});

test.each(["PROTOCOL_CONNECTION_LOST", "ECONNRESET", "EPIPE", "STATEMENT_TIMEOUT"])(
  "%s leaves open whether it took effect",
  (code) => {
    expect(classify({ code, message: "x" }).nature).toBe("connection-lost");
  },
);

test("texts of procedure_state that can never turn out well", () => {
  const text = `Expected to retry later, reason: Region [${REGION}] is not opened by datanode Peer { id: 1, addr: "127.0.0.1:14101" }, error: Some("0: Unexpected, violated: Failed to open batch regions: 0: Region ${REGION} does not satisfy requirement 'object storage': region data must be accessible from another datanode")`;
  expect(procedureCause(text)).toBe("no-shared-storage");
  expect(procedureCause("Operation is not supported: open region with object storage requirement on non-object storage")).toBe("no-shared-storage");
  expect(procedureCause("Failed to find table route for 1052")).toBe("region-gone");
  expect(
    procedureCause(
      "Expected to retry later, reason: Mailbox received timeout for open candidate region [6661494276096(1551, 0)]",
    ),
  ).toBe("other");
});

test.each(RECORDED_VERSIONS)("no recorded refusal of %s in alter, admin and create table is unknown", (version) => {
  const unknown = recorded<RecordedStatement>(version, "statements")
    .filter((line) => ["alter", "admin", "create table refusals"].includes(line.group) && line.error !== undefined)
    .map((line) => ({ sql: line.sql, ...classify({ errno: line.error?.errno, message: line.error?.message ?? "" }) }))
    .filter((one) => one.diagnostic.code === "GREPTIMEDB_STATEMENT_FAILED")
    .map((one) => one.sql);
  // What the product never sends: a bound of the wrong type, a missing argument, statements that do not exist.
  expect(unknown).toEqual([
    expect.stringContaining("CREATE TABLE r13 "),
    "ADMIN procedure_state()",
    "SHOW PROCEDURES",
    "ADMIN gc_table('my_table')",
  ]);
});

test("every known error says what to do", () => {
  for (const known of KNOWN_ERRORS) {
    expect(known.summary).not.toMatch(/\.$/);
    expect(known.detail).toMatch(/\.$/);
  }
  expect(new Set(KNOWN_ERRORS.map((known) => known.code)).size).toBe(KNOWN_ERRORS.length);
});

test("the server's words without their wrapping", () => {
  expect(
    errorText(
      "(Unexpected): Failed to execute admin function procedure_state: Execution error: Procedure not found: x, code: InvalidArguments, tonic code: Client specified an invalid argument",
    ),
  ).toBe("Procedure not found: x");
  expect(errorText("plain")).toBe("plain");
});
