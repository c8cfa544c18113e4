import { inspect } from "node:util";
import type { Environment } from "../../../src/engines/connection-settings";
import { resolveConnection, type ConnectionSettings } from "../../../src/engines/greptimedb/settings";
import type { ConnectionDeclaration } from "../../../src/topology/manifest";

function settings(declaration: ConnectionDeclaration, env: Environment): ConnectionSettings {
  const resolved = resolveConnection(declaration, env);
  if (resolved.kind === "invalid") throw new Error(JSON.stringify(resolved.diagnostics));
  return resolved.settings;
}

function problems(declaration: ConnectionDeclaration, env: Environment): readonly string[] {
  const resolved = resolveConnection(declaration, env);
  return resolved.kind === "invalid" ? resolved.diagnostics.map((one) => `${one.code} ${one.summary}`) : [];
}

test("defaults", () => {
  expect(settings({}, {})).toEqual({
    host: "127.0.0.1",
    port: 4002,
    user: "",
    password: undefined,
    database: "public",
    tls: { mode: "disable" },
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 60_000,
  });
});

test("declared before variable before URL before default", () => {
  const env = {
    TOPOFORM_GREPTIMEDB_URL: "mysql://u:p%40ss@url-host:5002/url_db",
    TOPOFORM_GREPTIMEDB_HOST: "variable-host",
    TOPOFORM_GREPTIMEDB_PORT: "6002",
  };
  const resolved = settings({ port: 7002 }, env);
  expect(resolved).toMatchObject({ host: "variable-host", port: 7002, user: "u", database: "url_db" });
  expect(resolved.password?.reveal()).toBe("p@ss");
});

test("a named variable is read, numbers too", () => {
  expect(
    settings({ host: { env: "H" }, port: { env: "P" }, password: { env: "S" } }, { H: "h", P: "4100", S: "secret" }),
  ).toMatchObject({ host: "h", port: 4100 });
});

test("an IPv6 host loses its brackets", () => {
  expect(settings({}, { TOPOFORM_GREPTIMEDB_URL: "mysql://[::1]:4002" }).host).toBe("::1");
});

test("every problem at once, each with its place", () => {
  const declaration: ConnectionDeclaration = {
    host: { env: "NO_HOST" },
    password: { env: "NO_PASSWORD" },
    port: 70000,
    connectTimeoutSeconds: -1,
  };
  expect(new Set(problems(declaration, { TOPOFORM_GREPTIMEDB_TLS_MODE: "maybe" }))).toEqual(
    new Set([
      "CONNECTION_SETTING_INVALID The connection's port is not usable",
      "CONNECTION_SETTING_INVALID The connection's tls mode is not usable",
      "CONNECTION_SETTING_INVALID The connection's connect_timeout_seconds is not usable",
      "ENVIRONMENT_VARIABLE_MISSING The environment variable NO_HOST is not set",
      "ENVIRONMENT_VARIABLE_MISSING The environment variable NO_PASSWORD is not set",
    ]),
  );
});

test.each(["http://h:4002/", "nonsense", "mysql://"])("%p is no connection URL", (url) => {
  expect(problems({}, { TOPOFORM_GREPTIMEDB_URL: url })).toEqual([
    "CONNECTION_URL_INVALID TOPOFORM_GREPTIMEDB_URL is not a connection URL",
  ]);
});

test("the password shows nowhere", () => {
  const env = { TOPOFORM_GREPTIMEDB_URL: "mysql://u:hunter2@h/db" };
  const resolved = settings({}, env);
  expect(`${JSON.stringify(resolved)} ${inspect(resolved, { depth: 9 })} ${String(resolved.password)}`).not.toContain(
    "hunter2",
  );
  expect(JSON.stringify(resolveConnection({}, { TOPOFORM_GREPTIMEDB_URL: "http://u:hunter2@h" }))).not.toContain(
    "hunter2",
  );
});
