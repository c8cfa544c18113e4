import { UNKNOWN } from "../../src/plugin";
import type { Logger, ObjectValue } from "../../src/plugin";
import { checkSchemas } from "../../src/plugin/schema/check-schema";
import { createProvider } from "../../src/provider/provider";

const quiet: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, with: () => quiet };
const EMPTY_CONNECTION = {
  host: null, port: null, user: null, password: null, database: null, tls_mode: null, tls_ca_file: null,
  tls_cert_file: null, tls_key_file: null, connect_timeout_seconds: null, statement_timeout_seconds: null,
};

function configure(greptimedb: ObjectValue | null, env: Record<string, string> = {}) {
  const config = { greptimedb: greptimedb === null ? null : { ...EMPTY_CONNECTION, ...greptimedb }, state_directory: null };
  return createProvider(env).configure({ config, terraformVersion: "1.11.4", log: quiet });
}

test("every schema passes the checks that Terraform makes", () => {
  const provider = createProvider({});
  expect(checkSchemas(provider)).toEqual([]);
  expect([...provider.resources, ...provider.dataSources].every((one) => one.typeName.startsWith("topoform_"))).toBe(true);
});

test("nothing configured: the environment, then the defaults", async () => {
  expect((await configure(null)).client!.cluster.name).toBe("greptimedb 127.0.0.1:4002");
  const env = { TOPOFORM_GREPTIMEDB_HOST: "db", TOPOFORM_GREPTIMEDB_PORT: "4102" };
  expect((await configure(null, env)).client!.cluster.name).toBe("greptimedb db:4102");
  expect((await configure({ host: "other" }, env)).client!.cluster.name).toBe("greptimedb other:4102");
});

test("a host that is not known yet leaves the provider without a client, and without an error", async () => {
  expect(await configure({ host: UNKNOWN })).toEqual({});
});

test("settings that cannot be are reported at the connection", async () => {
  const result = await configure({ tls_mode: "sometimes" });
  expect(result.client).toBeUndefined();
  expect(result.diagnostics!.map((one) => [one.severity, one.path])).toEqual([["error", ["greptimedb"]]]);
});

test("the password is nowhere in what the client can be printed as", async () => {
  const { client } = await configure({ password: "s3cret-pass" });
  const { connection } = client!.cluster;
  expect(JSON.stringify(connection.declaration)).not.toContain("s3cret-pass");
  expect(connection.declaration.password).toEqual({ env: "TOPOFORM_GREPTIMEDB_PASSWORD" });
});
