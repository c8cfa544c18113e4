import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mysql from "mysql2/promise";
import { type GreptimeDevCluster, type GreptimeDevClusterOptions, startGreptimeDevCluster } from "../../../../src/devcluster/index";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: GreptimeDevClusterOptions = {}): Promise<GreptimeDevCluster> {
  const cluster = await startGreptimeDevCluster(options);
  open.push(() => cluster.stop());
  return cluster;
}

async function connect(cluster: GreptimeDevCluster, options: mysql.ConnectionOptions = {}): Promise<mysql.Connection> {
  const connection = await mysql.createConnection({ host: cluster.host, port: cluster.port, supportBigNumbers: true, bigNumberStrings: true, dateStrings: true, ...options });
  connection.on("error", () => undefined);
  open.push(async () => connection.destroy());
  return connection;
}

describe("the MySQL protocol of the frontend", () => {
  test("users are checked when one is configured", async () => {
    const cluster = await start({ user: { name: "admin", password: "s3cret" } });
    const connection = await connect(cluster, { user: "admin", password: "s3cret" });
    expect((await connection.query("SELECT 1 AS one"))[0]).toEqual([{ one: "1" }]);
    for (const login of [{ user: "admin", password: "wrong" }, { user: "nobody", password: "s3cret" }, { user: "admin" }]) {
      await expect(connect(cluster, login)).rejects.toMatchObject({ errno: 1698, sqlState: "28000", message: `Authenticate failed, user: "${login.user}", auth_plugin: "mysql_native_password"` });
    }
  });

  test("the database of the connection", async () => {
    const cluster = await start();
    await expect(connect(cluster, { database: "nosuch" })).rejects.toMatchObject({ errno: 1102, sqlState: "42000", message: "Unknown database 'nosuch'" });
    const connection = await connect(cluster, { database: "information_schema" });
    expect((await connection.query("SELECT database() AS db"))[0]).toEqual([{ db: "information_schema" }]);
    await connection.changeUser({ database: "public" }).catch(() => undefined);
  });

  test("TLS", async () => {
    const folder = mkdtempSync(join(tmpdir(), "topoform-tls-"));
    open.push(async () => rmSync(folder, { recursive: true }));
    const [keyPath, certPath] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyPath, "-out", certPath, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], { stdio: "ignore" });
    const cert = readFileSync(certPath, "utf8");
    const cluster = await start({ tls: { cert, key: readFileSync(keyPath, "utf8") } });
    const connection = await connect(cluster, { host: "localhost", ssl: { ca: cert } });
    expect((await connection.query("SELECT version() AS v"))[0]).toEqual([{ v: "8.4.2-GreptimeDB-1.1.4" }]);
    await expect(connect(cluster, { ssl: { rejectUnauthorized: true } })).rejects.toThrow(/self-signed/);
    await expect(connect(await start(), { ssl: {} })).rejects.toMatchObject({ code: "HANDSHAKE_NO_SSL_SUPPORT" });
  });

  test("integers beyond 2^53 and 2^63 arrive exactly, in both protocols", async () => {
    const connection = await connect(await start());
    await connection.query("CREATE TABLE big (u BIGINT UNSIGNED, i BIGINT, ts TIMESTAMP TIME INDEX)");
    await connection.query("INSERT INTO big VALUES (18446744073709551615, -9223372036854775808, 1), (9223372036854775808, 9007199254740993, 2)");
    const expected = [{ u: "18446744073709551615", i: "-9223372036854775808" }, { u: "9223372036854775808", i: "9007199254740993" }];
    expect((await connection.query("SELECT u, i FROM big ORDER BY u DESC"))[0]).toEqual(expected);
    expect((await connection.execute("SELECT u, i FROM big ORDER BY u DESC"))[0]).toEqual(expected);
    expect((await connection.query("SELECT max(u) AS m FROM big WHERE u = 18446744073709551615"))[0]).toEqual([{ m: "18446744073709551615" }]);
  });

  test("prepared statements take parameters", async () => {
    const connection = await connect(await start());
    await connection.query("CREATE TABLE p (h STRING, v DOUBLE, ts TIMESTAMP TIME INDEX, PRIMARY KEY (h))");
    await connection.execute("INSERT INTO p VALUES (?, ?, ?)", ["it's", 1.5, "2024-01-01 00:00:00.123"]);
    await connection.execute("INSERT INTO p VALUES (?, ?, ?)", ["n", null, "2024-01-02 00:00:00"]);
    expect((await connection.execute("SELECT h, v, ts FROM p WHERE h = ?", ["it's"]))[0]).toEqual([{ h: "it's", v: 1.5, ts: "2024-01-01 00:00:00.123000" }]);
    expect((await connection.execute("SELECT count(*) AS n FROM p WHERE v IS NULL"))[0]).toEqual([{ n: "1" }]);
    await expect(connection.execute("ADMIN migrate_region(?, ?, ?, ?)", [4398046511104, 0, 1, 60])).rejects.toMatchObject({ message: "(InvalidArguments): Failed to build admin function args: function signature not match" });
  });

  test("several statements in one text", async () => {
    const connection = await connect(await start(), { multipleStatements: true });
    expect((await connection.query("SELECT 1 AS a; SELECT 2 AS b"))[0]).toEqual([[{ a: "1" }], [{ b: "2" }]]);
    await expect(connection.query("SELECT 1; SELECT * FROM nosuch")).rejects.toMatchObject({ errno: 1146 });
  });

  test("a dropped reply: the statement took effect, the client sees a lost connection", async () => {
    const cluster = await start();
    cluster.faults.dropConnectionAfter((sql) => sql.startsWith("CREATE TABLE"));
    const connection = await connect(cluster);
    await expect(connection.query("CREATE TABLE once (a INT, ts TIMESTAMP TIME INDEX)")).rejects.toMatchObject({ code: "PROTOCOL_CONNECTION_LOST" });
    expect(await cluster.sql("SHOW TABLES LIKE 'once'")).toEqual([{ Tables_in_public: "once" }]);
    await (await connect(cluster)).query("CREATE TABLE twice (a INT, ts TIMESTAMP TIME INDEX)");
  });

  test("statements are counted, the cluster's own are not", async () => {
    const cluster = await start();
    const connection = await connect(cluster);
    await connection.query("SELECT 1");
    await connection.query("SHOW TABLES");
    await cluster.sql("SELECT 2");
    expect(cluster.statementCount()).toBe(2);
    expect(cluster.statements().map((s) => s.sql)).toEqual(["SELECT 1", "SHOW TABLES"]);
    cluster.resetStatementLog();
    expect(cluster.statementCount()).toBe(0);
  });

  test("long values and many rows", async () => {
    const cluster = await start();
    const connection = await connect(cluster);
    await connection.query("CREATE TABLE wide (s STRING, ts TIMESTAMP TIME INDEX)");
    const long = "x".repeat(17_000_000);
    await connection.query(`INSERT INTO wide VALUES ('${long}', 1)`);
    const [found] = await connection.query<mysql.RowDataPacket[]>("SELECT s FROM wide");
    expect((found[0]!["s"] as string).length).toBe(17_000_000);
  });
});
