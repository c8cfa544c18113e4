import { UNKNOWN } from "../../src/plugin";
import type { Logger, ObjectValue } from "../../src/plugin";
import { checkSchemas } from "../../src/plugin/schema/check-schema";
import { createProvider } from "../../src/provider/provider";

const quiet: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, with: () => quiet };
const EMPTY_CONNECTION = {
  host: null, port: null, user: null, password: null, database: null, tls_mode: null, tls_ca_file: null,
  tls_cert_file: null, tls_key_file: null, connect_timeout_seconds: null, statement_timeout_seconds: null,
};

interface Blocks {
  readonly greptimedb?: ObjectValue;
  readonly kwdb?: ObjectValue;
}

function configure({ greptimedb, kwdb }: Blocks, env: Record<string, string> = {}) {
  const block = (given: ObjectValue | undefined): ObjectValue | null => (given === undefined ? null : { ...EMPTY_CONNECTION, ...given });
  const config = { greptimedb: block(greptimedb), kwdb: block(kwdb), state_directory: null };
  return createProvider(env).configure({ config, terraformVersion: "1.11.4", log: quiet });
}

test("every schema passes the checks that Terraform makes", () => {
  const provider = createProvider({});
  expect(checkSchemas(provider)).toEqual([]);
  expect([...provider.resources, ...provider.dataSources].every((one) => one.typeName.startsWith("topoform_"))).toBe(true);
});

test("nothing configured: the environment, then the defaults", async () => {
  const { client } = await configure({});
  expect(client!.greptimedb().name).toBe("greptimedb 127.0.0.1:4002");
  expect(client!.kwdb().name).toBe("kwdb 127.0.0.1:26257");
  const env = { TOPOFORM_GREPTIMEDB_HOST: "db", TOPOFORM_GREPTIMEDB_PORT: "4102", TOPOFORM_KWDB_URL: "postgresql://root@kw:26300/defaultdb" };
  const named = (await configure({}, env)).client!;
  expect(named.greptimedb().name).toBe("greptimedb db:4102");
  expect(named.kwdb().name).toBe("kwdb kw:26300");
  const written = (await configure({ greptimedb: { host: "other" }, kwdb: { host: "kw1,kw2:26258" } }, env)).client!;
  expect(written.greptimedb().name).toBe("greptimedb other:4102");
  expect(written.kwdb().name).toBe("kwdb kw1:26300,kw2:26258");
});

test.each(["greptimedb", "kwdb"] as const)("a host of %s that is not known yet: only asking for that engine fails", async (engine) => {
  const { client, diagnostics } = await configure({ [engine]: { host: UNKNOWN } });
  expect(diagnostics).toBeUndefined();
  expect(() => client![engine]()).toThrow("not known yet");
  expect(() => client![engine === "kwdb" ? "greptimedb" : "kwdb"]()).not.toThrow();
});

test.each(["greptimedb", "kwdb"] as const)("settings of %s that cannot be are reported at its block", async (engine) => {
  const result = await configure({ [engine]: { tls_mode: "sometimes" } });
  expect(result.client).toBeUndefined();
  expect(result.diagnostics!.map((one) => [one.severity, one.path])).toEqual([["error", [engine]]]);
});

test.each(["greptimedb", "kwdb"] as const)("a bad variable of %s in the environment is heard of only by who uses the engine", async (engine) => {
  const { client } = await configure({}, { [`TOPOFORM_${engine.toUpperCase()}_PORT`]: "none" });
  expect(() => client![engine === "kwdb" ? "greptimedb" : "kwdb"]()).not.toThrow();
  expect(() => client![engine]()).toThrow("port");
});

test("the password is nowhere in what the client can be printed as", async () => {
  const { client } = await configure({ greptimedb: { password: "s3cret-pass" } });
  const { connection } = client!.greptimedb();
  expect(JSON.stringify(connection.declaration)).not.toContain("s3cret-pass");
  expect(connection.declaration.password).toEqual({ env: "TOPOFORM_GREPTIMEDB_PASSWORD" });
});
