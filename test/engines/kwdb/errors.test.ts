import { KNOWN_ERRORS } from "../../../src/engines/kwdb/error-catalogue";
import { explainConnectionFailure } from "../../../src/engines/kwdb/connection-errors";
import { classify, StatementError } from "../../../src/engines/kwdb/errors";
import type { ConnectionSettings } from "../../../src/engines/kwdb/settings";
import { recorded } from "./recordings";

/** What each recorded refusal means, by statement. Everything else is told by its text below. */
const RECORDED: Readonly<Record<string, string>> = {
  "SHOW ZONE CONFIGURATION FOR RANGE foo": "RANGE_UNKNOWN",
  "ALTER RANGE meta CONFIGURE ZONE USING REBALANCE": "REBALANCE_SYSTEM",
  "ALTER RANGE default CONFIGURE ZONE DISCARD": "DEFAULT_NOT_REMOVABLE",
  "ALTER RANGE foo CONFIGURE ZONE USING num_replicas=3": "RANGE_UNKNOWN",
  "ALTER RANGE 5 CONFIGURE ZONE USING num_replicas=3": "SYNTAX",
  "ALTER RANGE default CONFIGURE ZONE USING ts_merge.days = 10": "WRONG_TYPE",
  "ALTER RANGE default CONFIGURE ZONE USING ts_merge.days = 240h0m0s": "SYNTAX",
  "ALTER RANGE default CONFIGURE ZONE USING ts_merge.days = '-1h'": "VALUE_REFUSED",
  "ALTER TABLE system.public.namespace CONFIGURE ZONE USING num_replicas=3": "SYSTEM_TABLE_ZONE",
  "ALTER TABLE d.t CONFIGURE ZONE USING range_min_bytes=2000000": "TANDEM",
  "ALTER INDEX d.t@wi CONFIGURE ZONE USING num_replicas=3": "INDEX_ZONE_BROKEN",
  "ALTER INDEX d.t@nosuch CONFIGURE ZONE USING num_replicas=3": "INDEX_UNKNOWN",
  "ALTER INDEX nosuch CONFIGURE ZONE USING num_replicas=3": "INDEX_UNKNOWN",
  "ALTER DATABASE nosuch CONFIGURE ZONE USING num_replicas=3": "DATABASE_UNKNOWN",
  "ALTER TABLE nosuch CONFIGURE ZONE USING num_replicas=3": "TABLE_UNKNOWN",
  "SHOW ZONE CONFIGURATION FOR TABLE nosuch": "TABLE_UNKNOWN",
  "SHOW ZONE CONFIGURATION FOR DATABASE nosuch": "DATABASE_UNKNOWN",
  "ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=0": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=2": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=-1": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING num_replicas='x'": "WRONG_TYPE",
  "ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=NULL": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING range_max_bytes=100": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING range_min_bytes=100, range_max_bytes=20000000": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING range_min_bytes=536870912, range_max_bytes=536870912": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING range_min_bytes=1048575, range_max_bytes=5242880": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds=0": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds=-5": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE USING foo=1": "VARIABLE_UNKNOWN",
  "ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=3, num_replicas=5": "VARIABLE_REPEATED",
  "ALTER TABLE d.t CONFIGURE ZONE USING constraints='[+region=NODE1]'": "CONSTRAINTS_ONLY_ON_PARTITIONS",
  "ALTER TABLE d.t CONFIGURE ZONE USING lease_preferences='[[+region=NODE1]]'": "CONSTRAINTS_ONLY_ON_PARTITIONS",
  "ALTER DATABASE d CONFIGURE ZONE USING constraints='[+region=NODE1]'": "CONSTRAINTS_ONLY_ON_PARTITIONS",
  "ALTER RANGE default CONFIGURE ZONE USING constraints='[+region=NODE1]'": "CONSTRAINTS_ONLY_ON_PARTITIONS",
  "ALTER TABLE d.t CONFIGURE ZONE = 'foo: 1'": "VALUE_REFUSED",
  "ALTER TABLE d.t CONFIGURE ZONE": "SYNTAX",
  "ALTER TABLE d.t CONFIGURE ZONE USING": "SYNTAX",
  "ALTER PARTITION b OF TABLE d.p CONFIGURE ZONE USING lease_preferences='[[+region=NODE1]]'": "TANDEM",
  "ALTER PARTITION b OF TABLE d.p CONFIGURE ZONE USING constraints='[+region=NOSUCH]'": "CONSTRAINT_MATCHES_NO_NODE",
  "ALTER PARTITION b OF TABLE d.p CONFIGURE ZONE USING constraints='[region=NODE1]'": "VALUE_REFUSED",
  "ALTER PARTITION b OF TABLE d.p CONFIGURE ZONE USING constraints='[+region=NODE1, +region=NODE2]'":
    "CONSTRAINTS_CONFLICT",
  "ALTER PARTITION b OF TABLE d.p CONFIGURE ZONE USING constraints='{+region=NODE1: 5}', num_replicas=3":
    "VALUE_REFUSED",
  "ALTER PARTITION b OF TABLE d.p CONFIGURE ZONE USING constraints='{-region=NODE1: 1}', num_replicas=3":
    "VALUE_REFUSED",
  "ALTER PARTITION b OF TABLE d.p CONFIGURE ZONE USING constraints='foo'": "CONSTRAINT_INVALID",
  "ALTER PARTITION b OF TABLE d.p CONFIGURE ZONE USING constraints='[\"+a=b=c\"]'": "CONSTRAINT_INVALID",
  "ALTER PARTITION b OF TABLE d.p CONFIGURE ZONE USING constraints='{\"+region=NODE1,+region=NODE1\": 1}', num_replicas=3":
    "CONSTRAINTS_CONFLICT",
  "ALTER PARTITION nosuch OF TABLE d.p CONFIGURE ZONE USING num_replicas=3": "PARTITION_UNKNOWN",
  "ALTER PARTITION a OF TABLE d.p@primary CONFIGURE ZONE USING gc.ttlseconds=700": "SYNTAX",
  "ALTER TABLE d.t CONFIGURE ZONE USING num_replicas=3": "TRANSACTION_ABORTED",
  "SHOW CLUSTER SETTING nosuch": "SETTING_UNKNOWN",
  "SET CLUSTER SETTING nosuch = 1": "SETTING_UNKNOWN",
  "SET CLUSTER SETTING kv.kvserver.ts_split_interval = -1": "SETTING_WRONG_VALUE",
  "SET CLUSTER SETTING kv.kvserver.ts_split_interval = 'x'": "WRONG_TYPE",
  "SET CLUSTER SETTING kv.range_merge.queue_interval = '1d'": "SETTING_WRONG_VALUE",
  "SET CLUSTER SETTING kv.kvserver.ts_split_interval = 5": "SETTING_IN_TRANSACTION",
  "ALTER TABLE tsd.s CONFIGURE ZONE USING constraints='[+region=NODE1]'": "CONSTRAINTS_ONLY_ON_PARTITIONS",
  "SHOW PARTITIONS FROM DATABASE tsd": "TS_SHOW_UNSUPPORTED",
  "SHOW RANGES FROM TABLE tsd.s": "TS_SHOW_UNSUPPORTED",
  "ALTER TABLE d.t CONFIGURE ZONE USING REBALANCE": "REBALANCE_RELATIONAL",
  "ALTER DATABASE d CONFIGURE ZONE USING REBALANCE": "REBALANCE_RELATIONAL",
};

const refusals = recorded().flatMap(({ group, sql, error }) =>
  sql === undefined || error === undefined ? [] : [{ group, sql, error }],
);

describe("recorded errors", () => {
  test.each(refusals.filter(({ group }) => group !== "privileges"))("$sql", ({ sql, error }) => {
    expect(Object.keys(RECORDED)).toContain(sql);
    const { diagnostic, nature } = classify({ code: error.sqlstate, message: error.message });
    expect(diagnostic.code).toBe(`KWDB_${RECORDED[sql] ?? ""}`);
    expect(nature).toBe("permanent");
    expect(diagnostic.detail).toContain(error.message);
  });

  test.each(refusals.filter(({ group }) => group === "privileges"))("privilege: $sql $error.message", ({ error }) => {
    const { diagnostic, nature } = classify({ code: error.sqlstate, message: error.message });
    expect(nature).toBe("not-admin");
    expect(diagnostic.code).toBe(
      error.message.startsWith("only users with the admin role") ? "KWDB_NOT_ADMIN" : "KWDB_NO_PRIVILEGE",
    );
  });

  test("there are as many as were read", () => expect(refusals.length).toBeGreaterThan(75));
});

describe("other errors", () => {
  test.each([
    ["40001", "restart transaction: TransactionRetryWithProtoRefreshError: x", "RETRY", "retry"],
    ["XXUUU", "restart transaction: TransactionRetryWithProtoRefreshError: x", "RETRY", "retry"],
    ["40003", "result is ambiguous", "AMBIGUOUS", "ambiguous"],
    ["XXUUU", "setting updated but timed out waiting to read new value", "SETTING_NOT_SEEN_YET", "stored"],
    ["57014", "query execution canceled due to statement timeout", "STATEMENT_TIMEOUT", "ambiguous"],
    ["57P01", "server is shutting down", "SHUTTING_DOWN", "transient"],
    ["XXUUU", "too many clients already", "TOO_MANY_CONNECTIONS", "transient"],
    ["XXUUU", "remaining connection slots are reserved for superuser connections", "TOO_MANY_CONNECTIONS", "transient"],
    ["0A000", "set zone config num_replicas when node unhealthy or dead is not supported", "NODE_DOWN", "permanent"],
    ["XXUUU", "zone config: num_replicas feature needs enterprise license to enable.", "LICENCE", "permanent"],
    ["XXUUU", "OSS binaries do not include enterprise features", "LICENCE", "permanent"],
    ["0A000", "set zone config is not supported in timeseries table", "TS_ZONE_UNSUPPORTED", "permanent"],
    ["22023", 'partition "p" exists on multiple indexes of table "t"', "PARTITION_AMBIGUOUS", "permanent"],
    ["42939", 'only schema "public" is supported: "db.s.t"', "SCHEMA_UNSUPPORTED", "permanent"],
    [
      "22023",
      "could not validate zone config: when per-replica constraints are set, num_replicas must be set as well",
      "TANDEM",
      "permanent",
    ],
    ["XXUUU", "the empty string is not a valid constraint", "CONSTRAINT_INVALID", "permanent"],
    ["XXUUU", "rebalance is not support on relational database", "REBALANCE_RELATIONAL", "permanent"],
    ["XXUUU", "not supported when node is decommissioning", "REBALANCE_DECOMMISSIONING", "transient"],
    [
      "XXUUU",
      "available nodes is not enough for table s range 64 with num_replicas = 5",
      "REBALANCE_TOO_FEW_NODES",
      "transient",
    ],
    ["01000", "can not get ranges of the table s", "REBALANCE_NO_RANGES", "transient"],
    ["53200", "out of memory", "STATEMENT_FAILED", "transient"],
    ["XXUUU", "something else", "STATEMENT_FAILED", "permanent"],
    ["NO_ANSWER", "no answer in time", "NO_ANSWER", "connection-lost"],
    ["ECONNRESET", "read ECONNRESET", "CONNECTION_LOST", "connection-lost"],
    [undefined, "Connection terminated unexpectedly", "CONNECTION_LOST", "connection-lost"],
  ])("%s %s", (code, message, wanted, nature) => {
    const classified = classify({ code, message }, "RANGE meta");
    expect(classified).toMatchObject({
      nature,
      diagnostic: { code: `KWDB_${wanted}`, address: "RANGE meta", severity: "error" },
    });
    expect(new StatementError({ code, message }).transient).toBe(nature !== "permanent");
  });

  test("every entry of the catalogue is a full sentence with a next step", () => {
    for (const { detail, summary, contains, sqlstate } of KNOWN_ERRORS) {
      expect(detail).toMatch(/\.$/);
      expect(summary).not.toMatch(/\.$/);
      expect(contains ?? sqlstate).toBeDefined();
    }
  });
});

describe("connection failures", () => {
  const settings: ConnectionSettings = {
    endpoints: [{ host: "kw", port: 26257 }],
    user: "u",
    password: undefined,
    database: "defaultdb",
    tls: { mode: "verify-full" },
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 60_000,
  };
  test.each<readonly [string, { readonly code?: string; readonly message: string }, boolean, string, boolean]>([
    [
      "recorded: wrong user",
      { code: "XXUUU", message: "password authentication failed for user nobody" },
      true,
      "LOGIN_REFUSED",
      false,
    ],
    ["recorded: no TLS", { message: "The server does not support SSL connections" }, true, "TLS_NOT_OFFERED", false],
    ["recorded: HTTP port", { message: "timeout expired" }, true, "WRONG_PORT", true],
    [
      "recorded: nothing there",
      { code: "ECONNREFUSED", message: "connect ECONNREFUSED 127.0.0.1:26999" },
      false,
      "UNREACHABLE",
      true,
    ],
    ["firewall", { message: "timeout expired" }, false, "UNREACHABLE", true],
    ["no login privilege", { code: "XXUUU", message: "u does not have login privilege" }, true, "LOGIN_REFUSED", false],
    ["expired password", { code: "XXUUU", message: "password is expired" }, true, "PASSWORD_EXPIRED", false],
    ["draining", { code: "57P01", message: "server is not accepting clients" }, true, "SHUTTING_DOWN", true],
    ["full", { code: "XXUUU", message: "too many clients already" }, true, "TOO_MANY_CONNECTIONS", true],
    ["unknown host", { code: "ENOTFOUND", message: "getaddrinfo ENOTFOUND kw" }, false, "HOST_UNKNOWN", false],
    ["no route", { code: "EHOSTUNREACH", message: "x" }, false, "UNREACHABLE", true],
    [
      "unknown authority",
      { code: "SELF_SIGNED_CERT_IN_CHAIN", message: "self-signed certificate in certificate chain" },
      true,
      "TLS_UNTRUSTED",
      false,
    ],
    ["other name", { code: "ERR_TLS_CERT_ALTNAME_INVALID", message: "x" }, true, "TLS_HOST_MISMATCH", false],
    [
      "expired certificate",
      { code: "CERT_HAS_EXPIRED", message: "certificate has expired" },
      true,
      "TLS_EXPIRED",
      false,
    ],
    [
      "bad client certificate",
      { code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", message: "x" },
      true,
      "TLS_FAILED",
      false,
    ],
    ["hung up", { message: "Connection terminated unexpectedly" }, true, "WRONG_PORT", true],
    [
      "another product's login",
      { message: "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string" },
      true,
      "LOGIN_REFUSED",
      false,
    ],
    ["anything else", { message: "odd" }, true, "CONNECTION_FAILED", true],
  ])("%s", (_, error, tcp, code, transient) => {
    const explained = explainConnectionFailure(error, settings.endpoints[0], settings, { tcp });
    expect(explained.diagnostic.code).toBe(`KWDB_${code}`);
    expect(explained.transient).toBe(transient);
  });
});
