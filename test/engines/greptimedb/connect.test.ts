import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSession, type Session } from "../../../src/engines/greptimedb/connect";
import type { ConnectionSettings } from "../../../src/engines/greptimedb/settings";
import { createCertificate } from "../../../src/plugin/transport/certificate";
import { PortError } from "../../../src/engines/port";
import { Secret } from "../../../src/topology/secret";
import { startFakeMySql, type FakeMySql, type FakeMySqlOptions } from "./fake-mysql";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function fake(options: FakeMySqlOptions = {}): Promise<FakeMySql> {
  const server = await startFakeMySql(options);
  closers.push(() => server.stop());
  return server;
}

function settings(port: number, over: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return {
    host: "127.0.0.1",
    port,
    user: "admin",
    password: new Secret("hunter2"),
    database: "public",
    tls: { mode: "disable" },
    connectTimeoutMs: 400,
    statementTimeoutMs: 400,
    ...over,
  };
}

function session(
  port: number,
  over: Partial<ConnectionSettings> = {},
  options: Parameters<typeof openSession>[1] = {},
): Session {
  const opened = openSession(settings(port, over), { delay: async () => undefined, ...options });
  closers.push(() => opened.close());
  return opened;
}

async function failure(work: Promise<unknown>): Promise<PortError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PortError) {
      expect(error.diagnostics).toHaveLength(1);
      expect(JSON.stringify([error.message, error.diagnostics])).not.toContain("hunter2");
      return error;
    }
    throw error;
  }
  throw new Error("it worked");
}

async function tcpServer(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("text protocol, UTC first, every value as its text, NULL as null", async () => {
  const server = await fake({
    reply: (sql) =>
      sql.startsWith("SELECT")
        ? {
            rows: [
              ["9223372036854775807", null, "it's"],
              ["2024-01-01 00:00:00", "", "é"],
            ],
          }
        : "ok",
  });
  const sent: string[] = [];
  const rows = await session(server.port, {}, { onStatement: (sql) => sent.push(sql) }).read("SELECT 1");
  expect(rows).toEqual([
    ["9223372036854775807", null, "it's"],
    ["2024-01-01 00:00:00", "", "é"],
  ]);
  expect(server.statements).toEqual(["SET time_zone = 'UTC'", "SELECT 1"]);
  expect(sent).toEqual(server.statements);
});

test("one connection for what runs one after another, a bounded number for what runs at once", async () => {
  const server = await fake({ reply: () => ({ rows: [["1"]] }) });
  const opened = session(server.port, {}, { connections: 3 });
  for (let i = 0; i < 5; i++) await opened.read("SELECT 1");
  expect(server.connections()).toBe(1);
  await Promise.all(Array.from({ length: 20 }, () => opened.read("SELECT 2")));
  expect(server.connections()).toBeLessThanOrEqual(3);
  expect(server.statements.filter((sql) => sql === "SELECT 2")).toHaveLength(20);
});

test("a server's error leaves the connection usable", async () => {
  const server = await fake({
    reply: (sql) => (sql === "bad" ? { error: [1146, "(TableNotFound): Table not found: x"] } : { rows: [["1"]] }),
  });
  const opened = session(server.port);
  expect(await failure(opened.run("bad"))).toMatchObject({
    transient: false,
    sent: true,
    diagnostic: { code: "GREPTIMEDB_TABLE_NOT_FOUND" },
  });
  expect(await opened.read("SELECT 1")).toEqual([["1"]]);
  expect(server.statements.filter((sql) => sql.startsWith("SET"))).toHaveLength(1);
});

describe("a connection that is lost", () => {
  test("under a read: read again on a new one", async () => {
    let drops = 1;
    const server = await fake({ reply: (sql) => (sql === "SELECT 1" && drops-- > 0 ? "drop" : { rows: [["1"]] }) });
    expect(await session(server.port).read("SELECT 1")).toEqual([["1"]]);
    expect(server.statements.filter((sql) => sql === "SELECT 1")).toHaveLength(2);
  });

  test("under a change: sent once, and left open whether it took effect", async () => {
    const server = await fake({ reply: (sql) => (sql === "ALTER" ? "drop" : "ok") });
    expect(await failure(session(server.port).run("ALTER"))).toMatchObject({
      sent: true,
      transient: true,
      diagnostic: { code: "GREPTIMEDB_CONNECTION_LOST" },
    });
    expect(server.statements.filter((sql) => sql === "ALTER")).toHaveLength(1);
  });

  test("while idle: nobody notices", async () => {
    const server = await fake({ reply: () => ({ rows: [["1"]] }) });
    const opened = session(server.port);
    await opened.read("SELECT 1");
    server.dropAll();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await opened.run("SELECT 2")).toEqual([["1"]]);
  });

  test("while the server restarts: waits, then goes on", async () => {
    const first = await fake({ reply: () => ({ rows: [["1"]] }) });
    const waits: number[] = [];
    const opened = session(
      first.port,
      {},
      {
        delay: async (ms) => {
          waits.push(ms);
          if (waits.length === 3)
            closers.push((await startFakeMySql({ port: first.port, reply: () => ({ rows: [["2"]] }) })).stop);
        },
      },
    );
    await opened.read("SELECT 1");
    await first.stop();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await opened.read("SELECT 1")).toEqual([["2"]]);
    expect(waits).toHaveLength(3);
    expect([...waits].sort((a, b) => a - b)).toEqual(waits);
  });

  test("a server that never comes back ends in one diagnostic", async () => {
    const server = await fake({ reply: () => ({ rows: [["1"]] }) });
    const opened = session(server.port);
    await opened.read("SELECT 1");
    await server.stop();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await failure(opened.read("SELECT 1"))).toMatchObject({
      transient: true,
      diagnostic: { code: "GREPTIMEDB_UNREACHABLE" },
    });
  });
});

describe("a session that is closed", () => {
  test("ends what is still waiting for an answer, at once and without another attempt", async () => {
    const server = await fake({ reply: (sql) => (sql === "SLOW" ? "hang" : "ok") });
    const opened = session(server.port, { statementTimeoutMs: 60_000 });
    const read = failure(opened.read("SLOW"));
    const changed = failure(opened.run("SLOW"));
    while (server.statements.filter((sql) => sql === "SLOW").length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await opened.close();
    expect(await Promise.all([read, changed])).toMatchObject([{ sent: true }, { sent: true }]);
    expect(server.statements.filter((sql) => sql === "SLOW")).toHaveLength(2);
  });

  test("connects no more", async () => {
    const server = await fake({ reply: () => ({ rows: [["1"]] }) });
    const opened = session(server.port);
    await opened.read("SELECT 1");
    await opened.close();
    expect(await failure(opened.run("SELECT 1"))).toMatchObject({ sent: false, transient: false });
    expect(server.statements.filter((sql) => sql === "SELECT 1")).toHaveLength(1);
  });
});

test("a statement without an answer ends after its timeout, and the connection is not used again", async () => {
  const server = await fake({ reply: (sql) => (sql === "slow" ? "hang" : { rows: [["1"]] }) });
  const opened = session(server.port);
  expect(await failure(opened.read("slow"))).toMatchObject({
    sent: true,
    transient: true,
    diagnostic: { code: "GREPTIMEDB_STATEMENT_TIMEOUT" },
  });
  expect(server.statements.filter((sql) => sql === "slow")).toHaveLength(1);
  expect(await opened.read("SELECT 1")).toEqual([["1"]]);
  expect(server.statements.filter((sql) => sql.startsWith("SET"))).toHaveLength(2);
});

test("an error of whoever takes the rows is his own", async () => {
  const server = await fake({ reply: () => ({ rows: [["1"]] }) });
  const work = session(server.port).scan("SELECT 1", () => ({
    row: () => {
      throw new RangeError("mine");
    },
    done: () => 1,
  }));
  await expect(work).rejects.toThrow(RangeError);
});

describe("every failure to connect is one diagnostic with the next step", () => {
  test("nothing listens", async () => {
    const server = await fake();
    await server.stop();
    expect(await failure(session(server.port).read("SELECT 1"))).toMatchObject({
      sent: false,
      diagnostic: { code: "GREPTIMEDB_UNREACHABLE", detail: expect.stringContaining("4002") },
    });
  });

  test("a host name that does not exist", async () => {
    const error = await failure(
      session(4002, { host: "no-such-host.invalid", connectTimeoutMs: 5000 }).read("SELECT 1"),
    );
    expect(error.diagnostic.code).toBe("GREPTIMEDB_HOST_UNKNOWN");
  });

  test("a port that accepts and says nothing (HTTP, gRPC, PostgreSQL)", async () => {
    const port = await tcpServer(() => undefined);
    expect(await failure(session(port).read("SELECT 1"))).toMatchObject({
      transient: false,
      diagnostic: { code: "GREPTIMEDB_WRONG_PORT", detail: expect.stringContaining("HTTP (4000)") },
    });
  });

  test.each([
    ["ends the connection", (socket: Socket) => socket.end()],
    ["speaks another protocol", (socket: Socket) => socket.end("SSH-2.0-OpenSSH_9.2p1\r\n")],
    ["answers HTTP", (socket: Socket) => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")],
  ])("a port whose server %s", async (_title, onConnection) => {
    const port = await tcpServer(onConnection);
    expect(await failure(session(port).read("SELECT 1"))).toMatchObject({
      sent: false,
      diagnostic: { code: "GREPTIMEDB_WRONG_PORT" },
    });
  });

  test.each([
    [
      1698,
      'Authenticate failed, user: "admin", auth_plugin: "mysql_native_password"',
      "GREPTIMEDB_LOGIN_REFUSED",
      "TOPOFORM_GREPTIMEDB_PASSWORD",
    ],
    [1102, "Unknown database 'public'", "GREPTIMEDB_DATABASE_NOT_FOUND", "CREATE DATABASE"],
    [1049, "Unknown database 'public'", "GREPTIMEDB_NOT_GREPTIMEDB", "MySQL"],
    [
      1251,
      "Client does not support authentication protocol",
      "GREPTIMEDB_LOGIN_METHOD_REFUSED",
      "mysql_native_password",
    ],
  ])("error %i at the login", async (errno, message, code, next) => {
    const server = await fake({ loginError: [errno, message] });
    expect(await failure(session(server.port).read("SELECT 1"))).toMatchObject({
      transient: false,
      sent: false,
      diagnostic: { code, detail: expect.stringContaining(next) },
    });
  });

  test("a MySQL that does not know UTC", async () => {
    const server = await fake({ reply: () => ({ error: [1298, "Unknown or incorrect time zone: 'UTC'"] }) });
    expect(await failure(session(server.port).read("SELECT 1"))).toMatchObject({
      diagnostic: { code: "GREPTIMEDB_NOT_GREPTIMEDB" },
    });
  });
});

describe("TLS", () => {
  const directory = mkdtempSync(join(tmpdir(), "greptimedb-tls-"));
  const ours = createCertificate(Date.now());
  const theirs = createCertificate(Date.now());
  const caFile = join(directory, "ca.pem");
  const otherCaFile = join(directory, "other-ca.pem");
  writeFileSync(caFile, ours.certificatePem);
  writeFileSync(otherCaFile, theirs.certificatePem);
  afterAll(() => rmSync(directory, { recursive: true }));
  const server = (): Promise<FakeMySql> =>
    fake({ tls: { cert: ours.certificatePem, key: ours.privateKeyPem }, reply: () => ({ rows: [["1"]] }) });

  test("verified: authority and host name", async () => {
    const { port } = await server();
    expect(
      await session(port, { host: "localhost", tls: { mode: "verify-full", caFile }, connectTimeoutMs: 5000 }).read(
        "SELECT 1",
      ),
    ).toEqual([["1"]]);
  });

  test("a certificate for another host, here an address; verify-ca lets it pass", async () => {
    const { port } = await server();
    expect(
      await failure(session(port, { tls: { mode: "verify-full", caFile }, connectTimeoutMs: 5000 }).read("SELECT 1")),
    ).toMatchObject({ transient: false, sent: false, diagnostic: { code: "GREPTIMEDB_TLS_HOST_MISMATCH" } });
    expect(
      await session(port, { tls: { mode: "verify-ca", caFile }, connectTimeoutMs: 5000 }).read("SELECT 1"),
    ).toEqual([["1"]]);
  });

  test.each(["verify-full", "verify-ca"] as const)("an unknown authority is refused by %s", async (mode) => {
    const { port } = await server();
    for (const tls of [{ mode }, { mode, caFile: otherCaFile }]) {
      expect(
        await failure(session(port, { host: "localhost", tls, connectTimeoutMs: 5000 }).read("SELECT 1")),
      ).toMatchObject({
        diagnostic: {
          code: "GREPTIMEDB_TLS_UNTRUSTED",
          detail: expect.stringContaining("TOPOFORM_GREPTIMEDB_TLS_CA_FILE"),
        },
      });
    }
  });

  test("require encrypts without asking who it is", async () => {
    const { port } = await server();
    expect(await session(port, { tls: { mode: "require" }, connectTimeoutMs: 5000 }).read("SELECT 1")).toEqual([["1"]]);
  });

  test("a server without TLS", async () => {
    const { port } = await fake();
    expect(await failure(session(port, { tls: { mode: "require" } }).read("SELECT 1"))).toMatchObject({
      diagnostic: { code: "GREPTIMEDB_TLS_NOT_OFFERED" },
    });
  });

  test("a file that does not exist", async () => {
    const { port } = await server();
    expect(
      await failure(
        session(port, { tls: { mode: "verify-ca", caFile: join(directory, "none.pem") } }).read("SELECT 1"),
      ),
    ).toMatchObject({
      diagnostic: {
        code: "GREPTIMEDB_TLS_FILE_UNREADABLE",
        detail: expect.stringContaining("none.pem does not exist"),
      },
    });
  });
});
