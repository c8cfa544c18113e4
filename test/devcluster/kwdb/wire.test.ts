import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { failure, Stage, texts } from "./stage";

describe("an insecure cluster", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open({ users: [{ name: "u1" }], httpPort: 0 });
    await stage.cluster.sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY, v STRING, b BOOL, f FLOAT); INSERT INTO d.t VALUES (1, 'one', true, 1.5), (2, NULL, false, 2)");
  });
  afterAll(() => stage.close());

  test("values arrive as pg's own types", async () => {
    const client = await stage.client();
    const { rows } = await client.query("SELECT zone_id, range_name, raw_config_protobuf FROM kwdb_internal.zones WHERE zone_id = 16");
    expect(rows).toEqual([{ zone_id: "16", range_name: "meta", raw_config_protobuf: expect.any(Buffer) }]);
    const ranges = await client.query("SELECT replicas, replica_localities FROM kwdb_internal.ranges WHERE range_id = 1");
    expect(ranges.rows[0].replicas).toEqual(["1", "2", "3", "4", "5"]);
    expect(ranges.rows[0].replica_localities).toEqual(["region=NODE1", "region=NODE2", "region=NODE3", "region=NODE4", "region=NODE5"]);
    expect((await client.query("SHOW CLUSTER SETTING kv.range_merge.queue_interval")).rows[0]["kv.range_merge.queue_interval"]).toMatchObject({ seconds: 1 });
    expect((await client.query("SELECT is_live, started_at FROM kwdb_internal.gossip_nodes LIMIT 1")).rows[0]).toEqual({ is_live: true, started_at: expect.any(Date) });
    expect((await client.query("SELECT * FROM d.t ORDER BY k")).rows).toEqual([{ k: 1, v: "one", b: true, f: 1.5 }, { k: 2, v: null, b: false, f: 2 }]);
  });

  test("prepared statements, named and not, with arguments", async () => {
    const client = await stage.client();
    const ask = (id: number): Promise<{ rows: readonly { target: string }[] }> => client.query({ name: "zone", text: "SELECT target FROM kwdb_internal.zones WHERE zone_id = $1", values: [id] });
    expect((await ask(16)).rows).toEqual([{ target: "RANGE meta" }]);
    expect((await ask(22)).rows).toEqual([{ target: "RANGE liveness" }]);
    expect((await client.query("SELECT $1 || 'b' AS x", ["a"])).rows).toEqual([{ x: "ab" }]);
    expect((await client.query("SELECT count(*) AS n FROM kwdb_internal.ranges WHERE $1 = ANY(replicas)", [5])).rows).not.toEqual([{ n: "0" }]);
    await client.query("SET CLUSTER SETTING kv.kvserver.ts_split_interval = $1", [8]);
    expect(await texts(client, "SHOW CLUSTER SETTING kv.kvserver.ts_split_interval")).toEqual([["8"]]);
    expect(await failure(client.query("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = $1", ["x"]))).toMatchObject({ code: "22P02", message: expect.stringContaining('could not parse "x" as type int') });
    expect(await failure(client.query("ALTER RANGE nosuch CONFIGURE ZONE USING num_replicas = $1", [3]))).toMatchObject({ code: "XXUUU", message: '"nosuch" is not a built-in zone' });
    expect(await failure(client.query("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = $1"))).toMatchObject({ code: "42P02", message: "no value provided for placeholder: $1" });
    expect(await failure(client.query("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = $1", [3, 4]))).toMatchObject({ code: "08P01", message: "expected 1 arguments, got 2" });
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: "1" }]);
  });

  test("an error in a prepared statement leaves the connection in order", async () => {
    const client = await stage.client();
    for (let i = 0; i < 3; i++) expect(await failure(client.query("SELECT nosuch FROM kwdb_internal.zones WHERE zone_id = $1", [1]))).toMatchObject({ code: "42703", message: 'column "nosuch" does not exist' });
    expect((await client.query("SELECT $1::INT AS n", [7])).rows).toEqual([{ n: 7 }]);
  });

  test("several statements in one text: an error stops the rest; a syntax error lets none run", async () => {
    const client = await stage.client();
    await failure(client.query("SET CLUSTER SETTING kv.kvserver.ts_split_interval = 21; SELECT nosuch; SET CLUSTER SETTING kv.kvserver.ts_split_interval = 22"));
    expect(await texts(client, "SHOW CLUSTER SETTING kv.kvserver.ts_split_interval")).toEqual([["21"]]);
    expect(await failure(client.query("SET CLUSTER SETTING kv.kvserver.ts_split_interval = 23; ALTER RANGE"))).toMatchObject({ code: "42601" });
    expect(await texts(client, "SHOW CLUSTER SETTING kv.kvserver.ts_split_interval")).toEqual([["21"]]);
    const results = (await client.query("SELECT 1 AS a; SELECT 2 AS a")) as unknown as readonly { rows: readonly unknown[] }[];
    expect(results.map((r) => r.rows)).toEqual([[{ a: "1" }], [{ a: "2" }]]);
    expect(await client.query("")).toMatchObject({ rows: [] });
  });

  test("the version is announced when a client connects, and settings may be given then", async () => {
    const reported = new Map<string, string>();
    const client = new Client({ host: stage.cluster.host, port: stage.cluster.port, user: "root", application_name: "topoform", statement_timeout: 4000, database: "nosuch" });
    (client as unknown as { connection: NodeJS.EventEmitter }).connection.on("parameterStatus", (message: { parameterName: string; parameterValue: string }) => reported.set(message.parameterName, message.parameterValue));
    await client.connect();
    try {
      expect(reported.get("kwdb_version")).toMatch(/^KaiwuDB V3\.2\.1 /);
      expect(reported.get("server_version")).toBe("9.5.0");
      expect(await texts(client, "SHOW application_name")).toEqual([["topoform"]]);
      expect(await texts(client, "SHOW statement_timeout")).toEqual([["4000"]]);
      expect(await failure(client.query("SELECT * FROM t"))).toMatchObject({ code: "42P01", message: 'relation "t" does not exist' });
    } finally {
      await client.end();
    }
  });

  test("a user without any privilege", async () => {
    const client = await stage.client(2, { user: "u1" });
    expect(await failure(client.query("SELECT * FROM d.t"))).toMatchObject({ code: "42501", message: "user u1 does not have SELECT privilege on relation t" });
    expect(await failure(client.query("CREATE DATABASE x"))).toMatchObject({ code: "42501" });
    expect(await failure(client.query("SELECT * FROM kwdb_internal.kv_store_status"))).toMatchObject({ message: "only users with the admin role are allowed to read kwdb_internal.kv_store_status" });
  });

  test("psql shows a zone and an error with hint", async () => {
    const psql = (...args: readonly string[]): Promise<{ readonly out: string; readonly err: string }> =>
      new Promise((resolve) => execFile("psql", [`host=${stage.cluster.host} port=${stage.cluster.port} user=root dbname=defaultdb`, "-At", ...args.flatMap((sql) => ["-c", sql])], (_, out, err) => resolve({ out, err })));
    try {
      execFileSync("psql", ["--version"]);
    } catch {
      process.stderr.write("psql is not installed: the dev cluster was not tried with it\n");
      return;
    }
    const { out, err } = await psql("ALTER RANGE meta CONFIGURE ZONE USING num_replicas=7;", "SHOW ZONE CONFIGURATION FOR RANGE meta;", "ALTER INDEX nosuch CONFIGURE ZONE DISCARD");
    expect(out).toBe("CONFIGURE ZONE 1\nRANGE meta|ALTER RANGE meta CONFIGURE ZONE USING\n\trange_min_bytes = 134217728,\n\trange_max_bytes = 536870912,\n\tgc.ttlseconds = 3600,\n\tnum_replicas = 7,\n\tconstraints = '[]',\n\tlease_preferences = '[]'\n");
    expect(err).toBe('ERROR:  index "nosuch" does not exist\nHINT:  try specifying the index as <tablename>@<indexname>\n');
  });

  test("the HTTP port answers a health check", async () => {
    const status = await new Promise<number | undefined>((resolve) => get({ host: stage.cluster.host, port: stage.cluster.httpPort!, path: "/health", agent: false }, (response) => { response.resume(); resolve(response.statusCode); }));
    expect(status).toBe(200);
  });

  test("a client that goes away releases the locks of its transaction", async () => {
    const [one, two] = [await stage.client(), await stage.client()];
    await one.query("BEGIN; ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 5");
    const waiting = two.query("ALTER DATABASE d CONFIGURE ZONE USING gc.ttlseconds = 700");
    await one.end();
    await waiting;
    expect(await stage.column("SELECT raw_config_sql FROM kwdb_internal.zones WHERE database_name = 'd'")).toEqual(["ALTER DATABASE d CONFIGURE ZONE USING\n\tgc.ttlseconds = 700"]);
  });
});

describe("a secure cluster", () => {
  let folder: string;
  let stage: Stage;
  const pem = (name: string): string => readFileSync(join(folder, name), "utf8");
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "topoform-kwdb-"));
    const openssl = (...args: readonly string[]): Buffer => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=Test CA");
    for (const [name, subject] of [["node", "/CN=localhost"], ["client.root", "/CN=root"]] as const) {
      openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
      writeFileSync(join(folder, "names.cnf"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
      openssl("x509", "-req", "-in", `${name}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names.cnf", "-out", `${name}.crt`);
    }
    stage = await Stage.open({ tls: { cert: pem("node.crt"), key: pem("node.key"), ca: pem("ca.crt") }, users: [{ name: "deployer", password: "s3cret", admin: true }] });
  }, 60_000);
  afterAll(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a password over verified TLS", async () => {
    const client = await stage.client(1, { user: "deployer", password: "s3cret", ssl: { ca: pem("ca.crt") } });
    expect(await texts(client, "SELECT current_user")).toEqual([["deployer"]]);
    await client.query("ALTER RANGE timeseries CONFIGURE ZONE USING gc.ttlseconds = 1200");
  });

  test("a certificate acts as the user it names, and as no other", async () => {
    const ssl = { ca: pem("ca.crt"), cert: pem("client.root.crt"), key: pem("client.root.key") };
    expect(await texts(await stage.client(1, { ssl }), "SELECT current_user")).toEqual([["root"]]);
    // Not even with the right password: the certificate decides once there is one.
    expect(await failure(stage.client(1, { user: "deployer", password: "s3cret", ssl }))).toMatchObject({ code: "XXUUU", message: "requested user is deployer, but certificate is for [root localhost]" });
  });

  test.each([["a wrong password", { user: "deployer", password: "wrong" }], ["an unknown user", { user: "nobody", password: "s3cret" }], ["root without a password", { password: "x" }]])("%s is refused", async (_, config) => {
    const error = await failure(stage.client(1, { ...config, ssl: { ca: pem("ca.crt") } }));
    expect(error).toMatchObject({ code: "XXUUU", message: `password authentication failed for user ${"user" in config ? config.user : "root"}` });
  });

  test("a certificate of another authority ends the handshake", async () => {
    const openssl = (...args: readonly string[]): Buffer => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "other.key", "-out", "other.crt", "-days", "2", "-subj", "/CN=root");
    const error = await failure(stage.client(1, { password: "s3cret", ssl: { ca: pem("ca.crt"), cert: pem("other.crt"), key: pem("other.key") } }));
    expect(error.message).toMatch(/terminated|ECONNRESET|socket|closed|disconnected/i);
  });

  test("a user is looked for before a password is asked for, an empty password is none, and a role does not log in", async () => {
    const ssl = { ca: pem("ca.crt") };
    expect(await failure(stage.client(1, { user: "deployer", password: "", ssl }))).toMatchObject({ message: expect.stringMatching(/password/) as unknown });
    expect(await failure(stage.client(1, { user: "admin", password: "x", ssl }))).toMatchObject({ code: "XXUUU", message: "admin does not have login privilege" });
    const client = await stage.client(1, { user: "deployer", password: "s3cret", ssl });
    await client.query("CREATE USER later WITH PASSWORD 'p4ss'");
    expect(await texts(await stage.client(2, { user: "later", password: "p4ss", ssl }), "SELECT current_user")).toEqual([["later"]]);
    await client.query("ALTER USER later WITH PASSWORD NULL");
    expect(await failure(stage.client(1, { user: "later", password: "p4ss", ssl }))).toMatchObject({ message: "password authentication failed for user later" });
    expect(await failure(client.query("CREATE USER empty WITH PASSWORD ''"))).toMatchObject({ code: "28P01", message: "empty passwords are not permitted" });
  });

  test("a client that does not know the authority refuses the server", async () => {
    expect((await failure(stage.client(1, { user: "deployer", password: "s3cret", ssl: true }))).code).toMatch(/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY/);
  });
});
