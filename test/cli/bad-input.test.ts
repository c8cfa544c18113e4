import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createCertificate } from "../../src/plugin/transport/certificate";
import type { GreptimeDevCluster, GreptimeDevClusterOptions } from "../../src/devcluster";
import { startFakeMySql, type FakeMySql } from "../engines/greptimedb/fake-mysql";
import { CommandLine } from "./support/command-line";
import { manifest, pinsShiftedBy, reach, regionsOf, RULES, startStage } from "./support/stage";

jest.setTimeout(60_000);

const PASSWORD = "correct horse battery staple";
/** Where nothing listens. */
const NOBODY = { TOPOFORM_GREPTIMEDB_HOST: "127.0.0.1", TOPOFORM_GREPTIMEDB_PORT: "1" };

describe("bad input: one diagnostic with the next step, nothing changed", () => {
  let topoform: CommandLine;
  let cluster: GreptimeDevCluster | undefined;
  let http: Server | undefined;
  let mysql: FakeMySql | undefined;
  beforeAll(() => {
    topoform = new CommandLine();
  });
  beforeEach(() => void topoform.write("topoform.json", manifest({ [RULES[0]]: 1 })));
  afterEach(async () => {
    topoform.clean();
    await cluster?.stop();
    await mysql?.stop();
    await new Promise((resolve) => (http === undefined ? resolve(null) : http.close(resolve)));
    cluster = undefined;
    mysql = undefined;
    http = undefined;
  });
  afterAll(() => topoform.remove());

  async function stage(options: GreptimeDevClusterOptions = {}): Promise<{ readonly cluster: GreptimeDevCluster; readonly env: Record<string, string> }> {
    cluster = await startStage(options);
    topoform.write("topoform.json", manifest(pinsShiftedBy(cluster, 1)));
    return { cluster, env: reach(cluster) };
  }

  /** Every verb that reads a cluster ends with this code and says these words once, and no stack trace. */
  async function expectEverywhere(env: Record<string, string>, code: number, diagnostic: string, ...words: readonly string[]): Promise<void> {
    for (const args of [["plan"], ["drift"], ["apply", "--auto-approve"], ["status"], ["snapshot"]]) {
      const finished = await topoform.run(args, { env });
      expect({ args, code: finished.code, stdout: finished.stdout }).toEqual({ args, code, stdout: "" });
      const { stderr } = finished;
      expect(stderr.split(diagnostic)).toHaveLength(2);
      expect(stderr.match(/^Error: /gm)).toHaveLength(1);
      const text = stderr.replace(/\s+/g, " ");
      for (const word of words) expect(text).toContain(word);
      expect(stderr).not.toMatch(/Internal error|^ {4}at .*:\d+:\d+/m);
      expect(stderr).not.toContain(PASSWORD);
    }
  }

  test("an unreachable host", () => expectEverywhere(NOBODY, 3, "GREPTIMEDB_UNREACHABLE", "127.0.0.1:1", "Check host and port", "4002"));

  test("a host name that does not exist", () =>
    expectEverywhere({ TOPOFORM_GREPTIMEDB_HOST: "greptimedb.invalid" }, 3, "GREPTIMEDB_", "greptimedb.invalid"));

  test("a wrong password", async () => {
    const { cluster, env } = await stage({ user: { name: "admin", password: "another" } });
    const before = regionsOf(cluster);
    await expectEverywhere({ ...env, TOPOFORM_GREPTIMEDB_USER: "admin", TOPOFORM_GREPTIMEDB_PASSWORD: PASSWORD }, 3, "GREPTIMEDB_LOGIN_REFUSED", "admin", "TOPOFORM_GREPTIMEDB_PASSWORD");
    expect(regionsOf(cluster)).toEqual(before);
  });

  test("a certificate of an unknown authority", async () => {
    const ours = createCertificate(Date.now());
    const { env } = await stage({ tls: { cert: ours.certificatePem, key: ours.privateKeyPem } });
    await expectEverywhere({ ...env, TOPOFORM_GREPTIMEDB_TLS_MODE: "verify-full" }, 3, "GREPTIMEDB_TLS_UNTRUSTED", "certificate", "CA_FILE");
  });

  test("TLS asked of a server that has none", async () => {
    const { env } = await stage();
    await expectEverywhere({ ...env, TOPOFORM_GREPTIMEDB_TLS_MODE: "verify-full" }, 3, "GREPTIMEDB_", "TLS");
  });

  test("the port of an HTTP server", async () => {
    http = createServer((_, response) => response.end("hello"));
    await new Promise<void>((resolve) => http!.listen(0, "127.0.0.1", resolve));
    const port = String((http.address() as AddressInfo).port);
    await expectEverywhere({ TOPOFORM_GREPTIMEDB_HOST: "127.0.0.1", TOPOFORM_GREPTIMEDB_PORT: port, TOPOFORM_GREPTIMEDB_CONNECT_TIMEOUT_SECONDS: "1" }, 3, "GREPTIMEDB_", port, "4002");
  });

  test("a MySQL server that is no GreptimeDB", async () => {
    mysql = await startFakeMySql({
      reply: (sql) => {
        if (/^SET\b/i.test(sql)) return "ok";
        return /^SELECT version\(\)/i.test(sql) ? { rows: [["8.0.36"]] } : { error: [1109, "Unknown table 'cluster_info' in information_schema"] };
      },
    });
    await expectEverywhere({ TOPOFORM_GREPTIMEDB_HOST: "127.0.0.1", TOPOFORM_GREPTIMEDB_PORT: String(mysql.port) }, 3, "GREPTIMEDB_NOT_GREPTIMEDB", "8.0.36", "4002");
    expect(mysql.statements.filter((sql) => !/^(SELECT|SHOW|SET)\b/i.test(sql))).toEqual([]);
  });

  test("a standalone server has no regions to move: the plan is blocked, apply refuses with 3", async () => {
    cluster = await startStage({ mode: "standalone" });
    topoform.write("topoform.json", manifest({ [RULES[0]]: 1 }));
    const plan = await topoform.run(["plan"], { env: reach(cluster) });
    expect(plan.stdout).toContain("STANDALONE");
    const apply = await topoform.run(["apply", "--auto-approve"], { env: reach(cluster) });
    expect(apply.code).toBe(3);
    expect(apply.stderr).toContain("Nothing was changed.");
    expect(cluster.statements().filter(({ sql }) => /migrate_region/i.test(sql))).toEqual([]);
  });

  test("an environment variable that the manifest names and that is not set: bad usage, no server is asked", async () => {
    topoform.write("topoform.json", manifest({}, { connection: { password: { env: "METRICS_PASSWORD" } } }));
    await expectEverywhere(NOBODY, 64, "ENVIRONMENT_VARIABLE_MISSING", "METRICS_PASSWORD", "Set METRICS_PASSWORD");
  });

  test("settings that cannot be", () =>
    expectEverywhere({ TOPOFORM_GREPTIMEDB_PORT: "many" }, 64, "CONNECTION_SETTING_INVALID", "4002"));

  test.each([
    ["no JSON", "topoform.json", "{ version: 1", "MANIFEST_MALFORMED"],
    ["no YAML", "topoform.yaml", "version: [1", "MANIFEST_MALFORMED"],
  ])("a manifest that is %s", async (_, name, text, diagnostic) => {
    topoform.clean();
    topoform.write(name, text);
    await expectEverywhere(NOBODY, 64, diagnostic, name);
  });

  test("no manifest at all, and one that is not there", async () => {
    topoform.clean();
    await expectEverywhere(NOBODY, 64, "MANIFEST_MISSING", "cdktf synth", "--manifest");
    const named = await topoform.run(["plan", "-m", "nowhere.json"]);
    expect(named.code).toBe(64);
    expect(named.stderr).toContain("MANIFEST_UNREADABLE");
  });

  test.each([
    ["another version", { version: 2, clusters: [] }, ["MANIFEST_VERSION_UNKNOWN"], ["version"]],
    ["a key that does not exist", manifest({}, { shared_storge: {} }), [], ["shared_storge", "shared_storage"]],
    ["a pin to no datanode", manifest({ "*": -1 }), [], ["pins"]],
    ["a password in the open", manifest({}, { connection: { password: PASSWORD } }), [], ["password", "env"]],
  ])("a manifest with %s: bad usage, the place named, no server asked", async (_, content, codes, words) => {
    topoform.write("topoform.json", content);
    const { code, stdout, stderr } = await topoform.run(["plan"], { env: NOBODY });
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    for (const text of [...codes, ...words, "topoform.json"]) expect(stderr).toContain(text);
    expect(stderr).not.toContain(PASSWORD);
    expect(stderr).not.toContain("UNREACHABLE");
  });

  test("a file that cannot be written", async () => {
    const { env } = await stage();
    for (const verb of ["plan", "snapshot"]) {
      const { code, stderr } = await topoform.run([verb, "-o", "no/such/directory/x.json"], { env });
      expect(code).toBe(1);
      expect(stderr).toContain("OUTPUT_UNWRITABLE");
    }
  });
});
