import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, Client, status } from "@grpc/grpc-js";
import type { ChannelCredentials, ServiceError } from "@grpc/grpc-js";
import { createCertificate } from "../../../src/plugin/transport/certificate";
import * as wire from "../../../src/plugin/wire/tfplugin6";
import { bundleToy, temporaryDirectory } from "../support/toy";

const directory = temporaryDirectory();
const sockets = join(directory, "t");
const executable = bundleToy(directory);
mkdirSync(sockets);

const clientCertificate = createCertificate(Date.now());
const base = {
  PATH: process.env["PATH"] ?? "",
  TMPDIR: sockets,
  TOY_DIRECTORY: directory,
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_PROTOCOL_VERSIONS: "6,5",
};
const withTls = { ...base, PLUGIN_CLIENT_CERT: clientCertificate.certificatePem };

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
  for (const left of readdirSync(sockets)) rmSync(join(sockets, left), { recursive: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly line: string;
  readonly output: () => string;
  readonly errors: () => string;
  readonly exited: Promise<number | null>;
}

async function start(environment: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<Started> {
  const child = spawn(executable, args, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
  children.push(child);
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (errors += String(chunk)));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const line = once(createInterface(child.stdout), "line").then(([text]) => String(text));
  return {
    child,
    line: await Promise.race([line, exited.then(() => "")]),
    output: () => output,
    errors: () => errors,
    exited,
  };
}

function addressOf(line: string): string {
  const [, , network = "", address = ""] = line.split("|");
  return network === "unix" ? `unix:${address}` : address;
}

/** The credentials that Terraform would use: exactly the certificate of the handshake is trusted. */
function mutualTls(line: string, own = clientCertificate): ChannelCredentials {
  const der = Buffer.from(line.split("|")[5] ?? "", "base64").toString("base64");
  const root = `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`;
  return credentials.createSsl(Buffer.from(root), Buffer.from(own.privateKeyPem), Buffer.from(own.certificatePem));
}

function connect(line: string, channel: ChannelCredentials = mutualTls(line)): Client {
  const client = new Client(addressOf(line), channel, {
    "grpc.ssl_target_name_override": "localhost",
    "grpc.default_authority": "localhost",
    "grpc.enable_retries": 0,
  });
  afterClients.push(client);
  return client;
}
const afterClients: Client[] = [];
afterEach(() => afterClients.splice(0).forEach((client) => client.close()));

const same = (bytes: Buffer) => bytes;

function call(client: Client, method: string, request: Uint8Array = Buffer.alloc(0)): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 5_000;
    client.makeUnaryRequest(
      method,
      same,
      same,
      Buffer.from(request),
      { deadline },
      (error: ServiceError | null, answer?: Buffer) =>
        error === null && answer !== undefined ? resolve(answer) : reject(error ?? new Error("no answer")),
    );
  });
}

const schemaMethod = "/tfplugin6.Provider/GetProviderSchema";

describe("a provider process", () => {
  test("speaks gRPC over TLS that both sides verify, on a socket of its own", async () => {
    const { line } = await start(withTls);
    expect(line).toMatch(new RegExp(`^1\\|6\\|unix\\|${sockets}/plugin[^/|]+/s\\|grpc\\|[A-Za-z0-9+/]+$`));
    const answer = wire.GetProviderSchemaResponse.decode(await call(connect(line), schemaMethod));
    expect([...(answer.resourceSchemas?.keys() ?? [])]).toEqual(["toy_thing"]);
  });

  test("serves on a port of 127.0.0.1 where there are no Unix sockets", async () => {
    const { line } = await start({
      ...withTls,
      TOY_NETWORK: "tcp",
      PLUGIN_MIN_PORT: "23400",
      PLUGIN_MAX_PORT: "23499",
    });
    expect(line).toMatch(/^1\|6\|tcp\|127\.0\.0\.1:234\d\d\|grpc\|/);
    await expect(call(connect(line), schemaMethod)).resolves.toBeDefined();
  });

  test("serves without TLS when Terraform has switched it off", async () => {
    const { line } = await start(base);
    expect(line).toMatch(/\|grpc\|$/);
    await expect(call(connect(line, credentials.createInsecure()), schemaMethod)).resolves.toBeDefined();
  });

  test("refuses everyone without the client's certificate", async () => {
    const { line } = await start(withTls);
    await expect(call(connect(line, mutualTls(line, createCertificate(Date.now()))), schemaMethod)).rejects.toThrow();
    await expect(call(connect(line, credentials.createInsecure()), schemaMethod)).rejects.toThrow();
    await expect(call(connect(line), schemaMethod)).resolves.toBeDefined();
  });

  test.each([
    "/tfplugin6.Provider/MoveResourceState",
    "/tfplugin6.Provider/GetResourceIdentitySchemas",
    "/tfplugin6.Provider/CallFunction",
    "/other.Service/X",
  ])("answers UNIMPLEMENTED to %s", async (method) => {
    const { line } = await start(withTls);
    await expect(call(connect(line), method)).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });

  test("says that it is healthy", async () => {
    const { line } = await start(withTls);
    expect([...(await call(connect(line), "/grpc.health.v1.Health/Check"))]).toEqual([8, 1]);
  });

  test("keeps the streams of go-plugin open and silent", async () => {
    const { line } = await start(withTls);
    const client = connect(line);
    const events: string[] = [];
    const stdio = client.makeServerStreamRequest("/plugin.GRPCStdio/StreamStdio", same, same, Buffer.alloc(0));
    const broker = client.makeBidiStreamRequest("/plugin.GRPCBroker/StartStream", same, same);
    for (const stream of [stdio, broker]) {
      for (const event of ["data", "end"]) stream.on(event, () => events.push(event));
      stream.on("error", () => events.push("error"));
    }
    await call(client, schemaMethod);
    await call(client, schemaMethod);
    expect(events).toEqual([]);
    stdio.cancel();
    broker.cancel();
  });

  test("takes and sends messages above the usual limit of gRPC", async () => {
    const { line } = await start(withTls);
    const client = connect(line);
    const large = wire.ValidateResourceConfigRequest.encode({ typeName: "x".repeat(5_000_000) });
    const answer = await call(client, "/tfplugin6.Provider/ValidateResourceConfig", large).catch(
      (error: ServiceError) => error,
    );
    // The answer repeats the name, which is more than this client takes; that it came so far is the point.
    expect(answer).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  test("ends at once after Shutdown, answers it, and leaves nothing behind", async () => {
    const { line, exited } = await start(withTls);
    const client = connect(line);
    await call(client, schemaMethod);
    const before = Date.now();
    await expect(call(client, "/plugin.GRPCController/Shutdown")).resolves.toBeDefined();
    client.close();
    expect(await exited).toBe(0);
    expect(Date.now() - before).toBeLessThan(1_000);
    expect(readdirSync(sockets)).toEqual([]);
  });

  test("ignores Ctrl-C, ends on SIGTERM and removes its socket", async () => {
    const { line, child, exited } = await start(withTls);
    const client = connect(line);
    await call(client, schemaMethod);
    child.kill("SIGINT");
    child.kill("SIGINT");
    await expect(call(client, schemaMethod)).resolves.toBeDefined();
    child.kill("SIGTERM");
    expect(await exited).toBe(1);
    expect(readdirSync(sockets)).toEqual([]);
  });

  test("logs in lines that Terraform understands, also what others print, and nothing on stdout", async () => {
    const { line, output, errors } = await start({ ...withTls, TF_LOG_PROVIDER: "TRACE" });
    const client = connect(line);
    const config = { msgpack: Buffer.from("82a870617373776f7264a8686f726e64303437a56c6162656cc0", "hex") };
    await call(client, "/tfplugin6.Provider/ConfigureProvider", wire.ConfigureProviderRequest.encode({ config }));
    const planned = { msgpack: Buffer.from(noisyThing(), "hex") };
    const request = wire.ApplyResourceChangeRequest.encode({
      typeName: "toy_thing",
      plannedState: planned,
      config: planned,
    });
    const answer = wire.ApplyResourceChangeResponse.decode(
      await call(client, "/tfplugin6.Provider/ApplyResourceChange", request),
    );
    expect(answer.diagnostics).toBeUndefined();
    expect(output()).toBe(`${line}\n`);
    const lines = errors()
      .trim()
      .split("\n")
      .map((one) => JSON.parse(one) as Record<string, unknown>);
    const messages = lines.map((one) => one["@message"]);
    expect(messages).toEqual(
      expect.arrayContaining([
        "configured",
        "a stray line",
        '{"@level":1,"@message":{"a":1}}',
        "panic: not really",
        "an error outside of any call",
      ]),
    );
    for (const one of lines) {
      expect(one["@timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(Object.values(one).every((value) => typeof value === "string")).toBe(true);
    }
    expect(errors()).not.toContain("hornd047");
    expect(errors()).toContain("(sensitive value)");
  });

  test("started by hand it says what it is and fails", async () => {
    const { exited, errors, output } = await start({ PATH: base.PATH });
    expect(await exited).toBe(1);
    expect(errors()).toMatch(/^This program is a Terraform provider/);
    expect(output()).toBe("");
  });

  test("started for another protocol it says so", async () => {
    const { exited, errors } = await start({ ...base, PLUGIN_PROTOCOL_VERSIONS: "4,5" });
    expect(await exited).toBe(1);
    expect(errors()).toContain("protocol version 6");
  });

  test("in debug mode it prints how to reach it, outlives its clients and ends on Ctrl-C", async () => {
    const { child, output, exited } = await start({ PATH: base.PATH, TMPDIR: sockets }, ["--debug"]);
    while (!output().includes("TF_REATTACH_PROVIDERS")) await once(child.stdout ?? child, "data");
    const value = /TF_REATTACH_PROVIDERS='(.*)'/.exec(output())?.[1] ?? "{}";
    const { Addr, Pid } = (JSON.parse(value) as Record<string, { Addr: { String: string }; Pid: number }>)[
      "registry.terraform.io/topoform/toy"
    ] ?? { Addr: { String: "" }, Pid: 0 };
    expect(Pid).toBe(child.pid);
    for (let round = 0; round < 2; round++) {
      const client = connect(`1|6|unix|${Addr.String}|grpc|`, credentials.createInsecure());
      await expect(call(client, schemaMethod)).resolves.toBeDefined();
      client.close();
    }
    child.kill("SIGINT");
    expect(await exited).toBe(1);
  });

  test("ends by itself when the process that started it is gone", async () => {
    const script = `const {spawn}=require("child_process");const p=spawn(${JSON.stringify(executable)},[],{stdio:["ignore","pipe","ignore"]});p.stdout.once("data",()=>{console.log(p.pid);setInterval(()=>{},1e6)})`;
    const parent = spawn(process.execPath, ["-e", script], { env: withTls, stdio: ["ignore", "pipe", "inherit"] });
    children.push(parent);
    const [text] = await once(createInterface(parent.stdout), "line");
    const pid = Number(text);
    parent.kill("SIGKILL");
    await gone(pid);
    expect(readdirSync(sockets)).toEqual([]);
  });
});

async function gone(pid: number): Promise<void> {
  for (let round = 0; round < 100; round++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`process ${pid} is still there`);
}

/** msgpack of a toy_thing whose apply prints and throws in every way. */
function noisyThing(): string {
  const names = [
    "id",
    "name",
    "size",
    "big",
    "ratio",
    "tags",
    "labels",
    "anything",
    "revision",
    "secret",
    "token",
    "token_length",
    "trouble",
    "owner",
    "regions",
    "members",
    "rule",
  ];
  const text = (value: string) => (0xa0 + value.length).toString(16) + Buffer.from(value).toString("hex");
  const value = (name: string) =>
    name === "trouble"
      ? text("noise")
      : name === "name"
        ? text("n")
        : name === "rule"
          ? "90"
          : ["id", "revision", "token_length"].includes(name)
            ? "d40000"
            : "c0";
  return `de0011${names.map((name) => text(name) + value(name)).join("")}`;
}
