import { connect, createServer, type AddressInfo, type Server } from "node:net";
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
    expect(JSON.parse(stdout)).toEqual({ format_version: 1, host: "127.0.0.1", port: expect.any(Number) as unknown, version: "1.1.4", datanodes: 3 });
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
