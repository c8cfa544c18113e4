import type { Client } from "pg";
import { failure, Stage, texts } from "./stage";

describe("session variables", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
    await stage.cluster.sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY)");
  });
  afterAll(() => stage.close());

  const show = async (client: Client, name: string): Promise<string | null | undefined> => (await texts(client, `SHOW ${name}`))[0]?.[0];

  test.each([
    ["extra_float_digits = -3", "extra_float_digits", "-3"],
    ["statement_timeout = 250", "statement_timeout", "250"],
    ["statement_timeout = '5'", "statement_timeout", "5"],
    ["statement_timeout = '1m30s'", "statement_timeout", "90000"],
    ["statement_timeout TO '2 seconds'", "statement_timeout", "2000"],
    ["idle_in_session_timeout = '1h'", "idle_in_session_timeout", "3600000"],
    ["application_name = foo", "application_name", "foo"],
    ["distsql = ALWAYS", "distsql", "always"],
    ["NAMES 'UTF-8'", "client_encoding", "utf8"],
    ["TIME ZONE 'Europe/Berlin'", "TIME ZONE", "Europe/Berlin"],
    ["timezone = -5", "timezone", "-5"],
    ["search_path = public, pg_catalog", "search_path", "public,pg_catalog"],
    ["SCHEMA public", "search_path", "public"],
    ["SESSION sql_safe_updates = true", "sql_safe_updates", "on"],
    ["sql_safe_updates = DEFAULT", "sql_safe_updates", "off"],
    ["SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED", "default_transaction_isolation", "read committed"],
    ["database = d", "database", "d"],
    // Taken for compatibility: nothing changes.
    ["client_min_messages = warning", "client_min_messages", "notice"],
    ["datestyle = 'ISO'", "datestyle", "ISO, MDY"],
    ["row_security = on", "row_security", "off"],
    ["lock_timeout = 0", "lock_timeout", "0"],
    ["transaction_isolation = 'read committed'", "transaction_isolation", "serializable"],
  ])("SET %s", async (assignment, name, shown) => {
    const client = await stage.client();
    expect((await client.query(`SET ${assignment}`)).command).toBe("SET");
    expect(await show(client, name)).toBe(shown);
  });

  test("RESET goes back to what the client chose when it connected", async () => {
    const client = await stage.client(1, { application_name: "mine", statement_timeout: 4000, options: "-c sql_safe_updates=on", database: "d" });
    await client.query("SET application_name = other; SET statement_timeout = 0; SET sql_safe_updates = off; SET database = ''");
    expect(await show(client, "database")).toBe("");
    await client.query("RESET application_name; RESET statement_timeout; SET sql_safe_updates = DEFAULT; RESET database");
    expect([await show(client, "application_name"), await show(client, "statement_timeout"), await show(client, "sql_safe_updates"), await show(client, "database")]).toEqual(["mine", "4000", "on", "d"]);
  });

  test("a client that starts with a value that is none, or with one that cannot be set, is turned away; unknown names are ignored", async () => {
    expect(await failure(stage.client(1, { options: "-c extra_float_digits=9" }))).toMatchObject({ code: "22023", message: '9 is outside the valid range for parameter "extra_float_digits" (-15 .. 3)' });
    expect(await failure(stage.client(1, { options: "-c server_version=9" }))).toMatchObject({ code: "55P02", message: 'parameter "server_version" cannot be changed' });
    const client = await stage.client(1, { options: "-c nosuch=1" });
    expect(await texts(client, "SELECT 1")).toEqual([["1"]]);
  });

  test("clients are told of variables that they follow, when they connect and when they change", async () => {
    const told: [string, string][] = [];
    const client = await stage.client();
    (client as unknown as { connection: NodeJS.EventEmitter }).connection.on("parameterStatus", (message: { parameterName: string; parameterValue: string }) => told.push([message.parameterName, message.parameterValue]));
    await client.query("SET application_name = renamed; SET TIME ZONE 'Asia/Shanghai'; SET distsql = off");
    expect(told).toEqual([["application_name", "renamed"], ["TimeZone", "Asia/Shanghai"]]);
  });

  test("with safe updates a database with tables is dropped only by CASCADE", async () => {
    const client = await stage.client();
    await client.query("CREATE DATABASE safe; CREATE TABLE safe.t (k INT PRIMARY KEY); SET sql_safe_updates = on");
    expect(await failure(client.query("DROP DATABASE safe"))).toMatchObject({ code: "01000", message: "rejected: DROP DATABASE on non-empty database without explicit CASCADE (sql_safe_updates = true)" });
    expect(await failure(client.query("SET database = ''"))).toMatchObject({ code: "01000" });
    await client.query("DROP DATABASE safe CASCADE");
  });

  test("transactions take their modes; those that only read are not emulated, and say so", async () => {
    const client = await stage.client();
    for (const modes of ["ISOLATION LEVEL SERIALIZABLE, PRIORITY HIGH", "TRANSACTION ISOLATION LEVEL REPEATABLE READ READ WRITE"]) {
      expect((await client.query(`BEGIN ${modes}`)).command).toBe("BEGIN");
      expect((await client.query("COMMIT")).command).toBe("COMMIT");
    }
    for (const sql of ["BEGIN READ ONLY", "SET transaction_read_only = on", "SET default_transaction_read_only = on"]) expect(await failure(client.query(sql))).toMatchObject({ message: expect.stringContaining("dev cluster does not emulate") });
    expect(await failure(client.query("BEGIN ISOLATION LEVEL SNAPSHOT"))).toMatchObject({ code: "42601" });
  });
});

describe("a user without privileges", () => {
  let stage: Stage;
  let client: Client;
  beforeAll(async () => {
    stage = await Stage.open({ rebalanceMs: 0 });
    await stage.cluster.sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY) PARTITION BY LIST (k) (PARTITION a VALUES IN (1)); CREATE USER u; CREATE USER z; GRANT ZONECONFIG ON TABLE d.t TO z");
    await stage.cluster.sql("CREATE TS DATABASE tsd; CREATE TABLE tsd.s (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)");
    client = await stage.client(1, { user: "u" });
  });
  afterAll(() => stage.close());

  test.each([
    ["ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 3", "42501", "user u does not have ZONECONFIG or CREATE privilege on relation t"],
    ["ALTER PARTITION a OF TABLE d.t CONFIGURE ZONE USING num_replicas = 3", "42501", "user u does not have ZONECONFIG or CREATE privilege on relation t"],
    ["ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 3", "42501", "user u does not have ZONECONFIG or CREATE privilege on database d"],
    ["ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 5", "42501", "only users with the admin role are allowed to alter system ranges"],
    ["ALTER DATABASE system CONFIGURE ZONE USING num_replicas = 5", "42501", "only users with the admin role are allowed to alter the system database"],
    ["ALTER TABLE system.jobs CONFIGURE ZONE USING num_replicas = 5", "42501", "only users with the admin role are allowed to alter system tables"],
    ["SET CLUSTER SETTING kv.range_merge.queue_enabled = true", "42501", "only users with the admin role are allowed to SET CLUSTER SETTING"],
    ["SHOW CLUSTER SETTING kv.range_merge.queue_enabled", "42501", "only users with the admin role are allowed to SHOW CLUSTER SETTING"],
    ["SELECT * FROM d.t", "42501", "user u does not have SELECT privilege on relation t"],
    ["CREATE DATABASE x", "42501", "only users with the admin role are allowed to CREATE DATABASE"],
    ["CREATE USER x", "42501", "user u does not have CREATEROLE privilege"],
    ["DROP DATABASE d", "42501", "user u does not have DROP privilege on database d"],
  ])("%s", async (sql, code, message) => {
    const error = await failure(client.query(sql));
    expect({ code: error.code, message: error.message }).toEqual({ code, message });
  });

  test("sees no zone of what it may not see, and no job of another", async () => {
    await stage.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 5");
    await stage.clock.until(stage.cluster.sql("ALTER TABLE tsd.s CONFIGURE ZONE USING REBALANCE"));
    expect(await texts(client, "SELECT target FROM kwdb_internal.zones WHERE database_name = 'd'")).toEqual([]);
    expect(await texts(client, "SELECT job_id FROM kwdb_internal.jobs")).toEqual([]);
  });
});
