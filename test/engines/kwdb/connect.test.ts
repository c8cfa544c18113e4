import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSession, type Session } from "../../../src/engines/kwdb/connect";
import { detectServer } from "../../../src/engines/kwdb/server";
import { resolveConnection, type ConnectionSettings } from "../../../src/engines/kwdb/settings";
import { startKwdbDevCluster, type KwdbDevCluster } from "../../../src/devcluster/kwdb";
import { Secret } from "../../../src/topology/secret";

const sessions: Session[] = [];
const servers: Server[] = [];
const clusters: KwdbDevCluster[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((each) => each.close()));
  for (const server of servers.splice(0)) server.close();
  await Promise.all(clusters.splice(0).map((each) => each.stop()));
});

function session(port: number, more: Partial<ConnectionSettings> = {}): Session {
  const resolved = resolveConnection({ port, connectTimeoutSeconds: 0.5, statementTimeoutSeconds: 2 }, {});
  if (resolved.kind === "invalid") throw new Error("settings");
  const made = openSession({ ...resolved.settings, ...more }, { delay: () => Promise.resolve() });
  sessions.push(made);
  return made;
}

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "none",
    (error: { diagnostic?: { code?: string } }) => error.diagnostic?.code ?? error,
  );

async function cluster(options: Parameters<typeof startKwdbDevCluster>[0] = {}): Promise<KwdbDevCluster> {
  const started = await startKwdbDevCluster({ nodes: 1, ...options });
  clusters.push(started);
  return started;
}

describe("wrong ports", () => {
  test("one that never greets", async () =>
    expect(await codeOf(session(await listen(() => undefined)).read("SELECT 1"))).toBe("KWDB_WRONG_PORT"));
  test("one that hangs up", async () =>
    expect(await codeOf(session(await listen((socket) => socket.end())).read("SELECT 1"))).toBe("KWDB_WRONG_PORT"));
  test("one that speaks something else", async () => {
    const port = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect(["KWDB_WRONG_PORT", "KWDB_CONNECTION_FAILED"]).toContain(await codeOf(session(port).read("SELECT 1")));
  });
  test("the cluster's own HTTP port", async () => {
    const { httpPort } = await cluster({ httpPort: 0 });
    expect(await codeOf(session(httpPort ?? 0).read("SELECT 1"))).toBe("KWDB_WRONG_PORT");
  });
});

describe("a session", () => {
  test("gives every value as its text and NULL as null", async () => {
    const { port } = await cluster();
    const rows = await session(port).read("SELECT 1, true, NULL, 'x' FROM kwdb_internal.gossip_nodes");
    expect(rows).toEqual([["1", "t", null, "x"]]);
  });

  test("runs a transaction as a whole: statements of others wait for its end", async () => {
    const { port } = await cluster();
    const one = session(port);
    const order: string[] = [];
    const slow = one.transaction(async ({ run }) => {
      await run("SELECT 1");
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push("transaction");
    });
    const other = one.read("SELECT 2").then(() => order.push("read"));
    await Promise.all([slow, other]);
    expect(order).toEqual(["transaction", "read"]);
  });

  test("rolls back what failed and stays of use", async () => {
    const started = await cluster();
    const one = session(started.port);
    const failed = one.transaction(async ({ run }) => {
      await run("ALTER RANGE default CONFIGURE ZONE USING gc.ttlseconds = 777");
      await run("ALTER RANGE default CONFIGURE ZONE USING num_replicas = 2");
    });
    expect(await codeOf(failed)).toBe("KWDB_VALUE_REFUSED");
    expect(await one.read("SELECT raw_config_sql FROM kwdb_internal.zones WHERE range_name = 'default'")).toEqual([
      [expect.stringContaining("gc.ttlseconds = 90000")],
    ]);
  });

  test("comes back after the node has been away, and reads again what was cut off", async () => {
    const started = await cluster({ nodes: 3 });
    const one = session(started.nodes[2]!.port);
    await one.read("SELECT 1");
    await started.faults.killNode(3);
    await started.faults.restartNode(3);
    expect(await one.read("SELECT 1")).toEqual([["1"]]);
    started.faults.dropConnectionAfter((sql) => sql === "SELECT 2");
    expect(await one.read("SELECT 2")).toEqual([["2"]]);
    started.faults.dropConnectionAfter((sql) => sql === "SELECT 3");
    expect(await codeOf(one.run("SELECT 3"))).toBe("KWDB_CONNECTION_LOST");
  });

  test("does not load the driver before it is used, and leaves libpq's variables alone", async () => {
    jest.isolateModules(() => {
      jest.doMock("pg", () => {
        throw new Error("loaded");
      });
      const { openKwdbCluster } = jest.requireActual<typeof import("../../../src/engines/kwdb/execute")>(
        "../../../src/engines/kwdb/execute",
      );
      expect(() => openKwdbCluster({ connection: {} }, { env: {} })).not.toThrow();
      jest.dontMock("pg");
    });
    const { port } = await cluster();
    process.env["PGUSER"] = "nobody";
    process.env["PGSSLMODE"] = "require";
    try {
      expect(await session(port).read("SELECT current_user")).toEqual([["root"]]);
    } finally {
      delete process.env["PGUSER"];
      delete process.env["PGSSLMODE"];
    }
  });

  test("another product is told apart", async () => {
    const fake: Session = {
      read: () => Promise.resolve([["PostgreSQL 16.2 on x86_64-pc-linux-gnu"]]),
      run: () => Promise.resolve([]),
      transaction: () => Promise.reject(new Error("none")),
      close: () => Promise.resolve(),
    };
    expect(await codeOf(detectServer(fake))).toBe("KWDB_NOT_KWDB");
  });

  test.each(["2.0.4", "2.1.0", "3.0.0", "3.1.0", "3.2.1"])("finds out the version: %s", async (version) => {
    const { port } = await cluster({ version });
    expect(await detectServer(session(port))).toMatchObject({ version, notices: [] });
  });
});

describe("TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "topoform-kwdb-tls-"));
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): Buffer => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const authority = (name: string): void =>
    void openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
    );
  const issue = (name: string, subject: string): void => {
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
    writeFileSync(file("names.cnf"), "subjectAltName=DNS:localhost\n");
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.crt",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "2",
      "-extfile",
      "names.cnf",
      "-out",
      `${name}.crt`,
    );
  };
  const secure = (): Promise<KwdbDevCluster> =>
    cluster({
      tls: {
        cert: readFileSync(file("node.crt"), "utf8"),
        key: readFileSync(file("node.key"), "utf8"),
        ca: readFileSync(file("ca.crt"), "utf8"),
      },
      users: [{ name: "deployer", password: "s3cret", admin: true }],
    });
  const deployer = { user: "deployer", password: new Secret("s3cret"), connectTimeoutMs: 5000 };
  const at = (port: number, host: string): Partial<ConnectionSettings> => ({ endpoints: [{ host, port }] });
  const caFile = file("ca.crt");

  beforeAll(() => {
    authority("ca");
    authority("other");
    issue("node", "/CN=localhost");
    issue("client.root", "/CN=root");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a password over a verified connection", async () => {
    const { port } = await secure();
    const one = session(port, { ...deployer, ...at(port, "localhost"), tls: { mode: "verify-full", caFile } });
    expect(await one.read("SELECT current_user")).toEqual([["deployer"]]);
  });

  test("a client certificate instead of a password", async () => {
    const { port } = await secure();
    const tls = {
      mode: "verify-full",
      caFile,
      certFile: file("client.root.crt"),
      keyFile: file("client.root.key"),
    } as const;
    expect(
      await session(port, { ...at(port, "localhost"), tls, connectTimeoutMs: 5000 }).read("SELECT current_user"),
    ).toEqual([["root"]]);
  });

  test.each<readonly [string, Partial<ConnectionSettings>, string, string]>([
    [
      "an unknown authority",
      { tls: { mode: "verify-full", caFile: file("other.crt") } },
      "localhost",
      "KWDB_TLS_UNTRUSTED",
    ],
    ["no authority given", { tls: { mode: "verify-ca" } }, "localhost", "KWDB_TLS_UNTRUSTED"],
    [
      "another host's certificate, here an address",
      { tls: { mode: "verify-full", caFile } },
      "127.0.0.1",
      "KWDB_TLS_HOST_MISMATCH",
    ],
    ["the same without asking for the name", { tls: { mode: "verify-ca", caFile } }, "127.0.0.1", "none"],
    ["encrypted without asking who it is", { tls: { mode: "require" } }, "127.0.0.1", "none"],
    [
      "a wrong password",
      { tls: { mode: "verify-full", caFile }, password: new Secret("wr0ng") },
      "localhost",
      "KWDB_LOGIN_REFUSED",
    ],
    ["no password", { tls: { mode: "verify-full", caFile }, password: undefined }, "localhost", "KWDB_LOGIN_REFUSED"],
  ])("%s", async (_, more, host, code) => {
    const { port } = await secure();
    const promise = session(port, { ...deployer, ...at(port, host), ...more }).read("SELECT 1");
    expect(await codeOf(promise)).toBe(code);
    await promise.catch((error: unknown) => expect(JSON.stringify(error) + String(error)).not.toMatch(/s3cret|wr0ng/));
  });
});
