import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import path from "node:path";
import { Client } from "pg";
import { CommandLine } from "./support/command-line";
import { manifest } from "./support/stage";

jest.setTimeout(60_000);

describe("topoform dev", () => {
  let topoform: CommandLine;
  beforeAll(() => {
    topoform = new CommandLine();
  });
  afterEach(() => topoform.clean());
  afterAll(() => topoform.remove());

  test("runs a cluster in the foreground that the other verbs reach, until it is interrupted", async () => {
    const dev = topoform.start(["dev", "--port", "0", "--datanodes", "5", "--greptimedb-version", "1.0.2"]);
    await dev.printed("Ctrl-C stops it.");
    const port = /on 127\.0\.0\.1:(\d+)/.exec(dev.stdout())?.[1] ?? "";
    topoform.write("topoform.json", manifest({}));
    const status = await topoform.run(["status", "--json"], { env: { TOPOFORM_GREPTIMEDB_HOST: "127.0.0.1", TOPOFORM_GREPTIMEDB_PORT: port } });
    const [cluster] = (JSON.parse(status.stdout) as { clusters: { version: string; datanodes: unknown[] }[] }).clusters;
    expect(cluster).toMatchObject({ version: "1.0.2" });
    expect(cluster!.datanodes).toHaveLength(5);
    dev.child.kill("SIGINT");
    const { code, stdout, stderr } = await dev.done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("GreptimeDB 1.0.2 (emulated), 5 datanodes");
    await expect(listens(Number(port))).resolves.toBe(false);
  });

  test("--json prints one line that a script can read, and SIGTERM ends it", async () => {
    const dev = topoform.start(["dev", "--port", "0", "--json"]);
    await dev.printed("}\n");
    dev.child.kill("SIGTERM");
    const { code, stdout } = await dev.done;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ format_version: 1, engine: "greptimedb", host: "127.0.0.1", port: expect.any(Number) as unknown, version: "1.1.4", datanodes: 3 });
  });

  test("--engine kwdb runs a cluster that psql's protocol reaches, and says how", async () => {
    const dev = topoform.start(["dev", "--engine", "kwdb", "--port", "0", "--nodes", "3", "--kwdb-version", "3.0.0"]);
    await dev.printed("Ctrl-C stops it.");
    const output = dev.stdout();
    const port = /export TOPOFORM_KWDB_HOST=127\.0\.0\.1 TOPOFORM_KWDB_PORT=(\d+)\n/.exec(output)?.[1] ?? "";
    expect(output).toContain(`KWDB 3.0.0 (emulated, start), 3 nodes, PostgreSQL protocol on 127.0.0.1:${port}`);
    expect(output).toContain(`psql "host=127.0.0.1 port=${port} user=root dbname=defaultdb sslmode=disable"`);
    expect(output).toMatch(/node 3 {2}127\.0\.0\.1:\d+ {2}region=NODE3\n/);
    const client = new Client({ host: "127.0.0.1", port: Number(port), user: "root", database: "defaultdb" });
    await client.connect();
    expect((await client.query("SELECT count(*) AS n FROM kwdb_internal.gossip_nodes")).rows).toEqual([{ n: "3" }]);
    await client.end();
    dev.child.kill("SIGINT");
    const { code, stderr } = await dev.done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await expect(listens(Number(port))).resolves.toBe(false);
  });

  test("--engine kwdb --json names every node", async () => {
    const dev = topoform.start(["dev", "--engine", "kwdb", "--port", "0", "--start-mode", "start-single-node", "--json"]);
    await dev.printed("}\n");
    dev.child.kill("SIGTERM");
    const { code, stdout } = await dev.done;
    const port = expect.any(Number) as unknown;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      format_version: 1, engine: "kwdb", host: "127.0.0.1", port, version: "3.2.1", start_mode: "start-single-node", nodes: [{ node_id: 1, host: "127.0.0.1", port, locality: "region=NODE1" }],
    });
  });

  test.each([["kwdb", "devcluster/greptimedb"], ["greptimedb", "devcluster/kwdb"]])("running %s loads no file of %s", async (engine, other) => {
    const list = path.join(topoform.directory, "loaded.txt");
    const hook = topoform.write("hook.js", `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require("node:module")._cache))));`);
    const dev = topoform.start(["dev", "--engine", engine, "--port", "0"], { env: { NODE_OPTIONS: `--require ${hook}` } });
    await dev.printed("Ctrl-C stops it.");
    dev.child.kill("SIGINT");
    await dev.done;
    const loaded = JSON.parse(readFileSync(list, "utf8")) as string[];
    expect(loaded.filter((file) => file.includes(`devcluster/${engine}/`))).not.toEqual([]);
    expect(loaded.filter((file) => file.includes(`${other}/`))).toEqual([]);
  });

  test.each([
    ["an option of the other engine", ["--engine", "kwdb", "--datanodes", "5"], "--datanodes is an option of --engine greptimedb"],
    ["a release that is not emulated", ["--engine", "kwdb", "--kwdb-version", "2.0.3"], "2.0.4 is the oldest"],
    ["a single node that shall be three", ["--engine", "kwdb", "--start-mode", "start-single-node", "--nodes", "3"], "cannot have 3 nodes"],
    ["an engine that there is not", ["--engine", "mysql"], "mysql"],
  ])("%s is bad usage", async (_, args, reason) => {
    const { code, stderr } = await topoform.run(["dev", "--port", "0", ...args]);
    expect(code).toBe(64);
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/Internal error|^ {4}at /m);
  });

  test("a port that is taken, and a version that is not emulated: one diagnostic, no stack", async () => {
    const taken = await new Promise<Server>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
    });
    const port = String((taken.address() as AddressInfo).port);
    const onTaken = await topoform.run(["dev", "--port", port]);
    taken.close();
    expect(onTaken.code).toBe(1);
    expect(onTaken.stderr).toContain("PORT_TAKEN");
    expect(onTaken.stderr).toContain(port);
    const unknown = await topoform.run(["dev", "--port", "0", "--greptimedb-version", "banana"]);
    expect(unknown.code).toBe(64);
    expect(unknown.stderr).toContain("banana");
    for (const { stderr } of [onTaken, unknown]) expect(stderr).not.toMatch(/Internal error|^ {4}at /m);
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
