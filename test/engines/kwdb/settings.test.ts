import { inspect } from "node:util";
import { resolveConnection } from "../../../src/engines/kwdb/settings";
import { abilitiesOf, parseServerVersion, readBanner, versionNotices } from "../../../src/engines/kwdb/version";
import { kwdbClusterIdentity } from "../../../src/engines/kwdb/execute";

function resolved(
  declaration: Parameters<typeof resolveConnection>[0],
  env: Parameters<typeof resolveConnection>[1] = {},
) {
  const result = resolveConnection(declaration, env);
  if (result.kind === "invalid") throw new Error(result.diagnostics.map(({ summary }) => summary).join(", "));
  return result.settings;
}

describe("connection settings", () => {
  test("defaults", () => {
    expect(resolved({})).toEqual({
      endpoints: [{ host: "127.0.0.1", port: 26257 }],
      user: "root",
      password: undefined,
      database: "defaultdb",
      tls: { mode: "disable" },
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 60_000,
    });
  });

  test("declaration, variable, URL, default, in this order", () => {
    const env = {
      TOPOFORM_KWDB_URL: "postgresql://alice:s3cret@kw9:26300/db9?sslmode=verify-ca&sslrootcert=/ca",
      TOPOFORM_KWDB_USER: "bob",
      TOPOFORM_KWDB_STATEMENT_TIMEOUT_SECONDS: "5",
    };
    const settings = resolved({ host: "kw1" }, env);
    expect(settings).toMatchObject({
      endpoints: [{ host: "kw1", port: 26300 }],
      user: "bob",
      database: "db9",
      tls: { mode: "verify-ca", caFile: "/ca" },
      statementTimeoutMs: 5000,
    });
    expect(settings.password?.reveal()).toBe("s3cret");
    expect(inspect(settings) + JSON.stringify(settings)).not.toContain("s3cret");
  });

  test("several nodes", () => {
    expect(resolved({ host: "kw1, kw2:26258,[::1]:26259,[fe80::1]", port: 1 }).endpoints).toEqual([
      { host: "kw1", port: 1 },
      { host: "kw2", port: 26258 },
      { host: "::1", port: 26259 },
      { host: "fe80::1", port: 1 },
    ]);
    expect(kwdbClusterIdentity({ connection: { host: "kw1,kw2" } }, {})).toBe("kwdb kw1:26257,kw2:26257");
  });

  test("all problems at once, without secrets", () => {
    const result = resolveConnection(
      { host: { env: "NO_HOST" }, password: { env: "NO_PASSWORD" }, port: 0, statementTimeoutSeconds: -1 },
      { TOPOFORM_KWDB_URL: "mysql://u:s3cret@h", TOPOFORM_KWDB_TLS_MODE: "maybe" },
    );
    expect(result.kind).toBe("invalid");
    const diagnostics = result.kind === "invalid" ? result.diagnostics : [];
    expect(diagnostics.map(({ code }) => code).sort()).toEqual([
      "CONNECTION_SETTING_INVALID",
      "CONNECTION_SETTING_INVALID",
      "CONNECTION_SETTING_INVALID",
      "CONNECTION_URL_INVALID",
      "ENVIRONMENT_VARIABLE_MISSING",
      "ENVIRONMENT_VARIABLE_MISSING",
    ]);
    expect(JSON.stringify(diagnostics)).not.toContain("s3cret");
  });
});

describe("versions", () => {
  test.each([
    ["KaiwuDB V3.2.1 (linux amd64, built , go1.19.13, gcc 12.2.0)", "3.2.1"],
    ["KaiwuDB 2.0.3.2 (x86_64-linux-gnu, built 2024/04/15 03:12:30, go1.15.14, gcc 9.4.0)", "2.0.3.2"],
    ["KaiwuDB V3.2.1-12-gabcdef (linux)", "3.2.1"],
    ["KaiwuDB unknown (linux)", undefined],
  ])("%s", (banner, text) =>
    expect(readBanner(banner)).toMatchObject({
      kind: "kwdb",
      ...(text === undefined ? { version: undefined } : { version: { text } }),
    }),
  );
  test.each(["PostgreSQL 16.2 on x86_64", "CockroachDB CCL v20.1.0", "8.0.36", ""])("%s is another product", (banner) =>
    expect(readBanner(banner)).toEqual({ kind: "other" }),
  );

  test.each([
    [
      "2.0.4",
      { timeSeriesZones: false, partitionZones: false, indexZones: true, rebalance: false, listsHashPoints: false, mergesByTime: true },
    ],
    ["2.1.0", { timeSeriesZones: true, partitionZones: true, indexZones: false, rebalance: false, listsHashPoints: false, mergesByTime: true }],
    ["3.0.1", { timeSeriesZones: true, partitionZones: true, indexZones: false, rebalance: true, listsHashPoints: true, mergesByTime: true }],
    ["3.1.0", { timeSeriesZones: true, partitionZones: true, indexZones: false, rebalance: true, listsHashPoints: true, mergesByTime: false }],
    ["3.2.1", { timeSeriesZones: true, partitionZones: true, indexZones: false, rebalance: true, listsHashPoints: true, mergesByTime: false }],
  ])("%s can", (text, abilities) => expect(abilitiesOf(parseServerVersion(text))).toEqual(abilities));
  test("an unknown one is taken for the newest", () =>
    expect(abilitiesOf(undefined)).toEqual(abilitiesOf(parseServerVersion("3.2.1"))));

  test.each([
    ["V3.2.1", []],
    ["V3.2.9", []],
    ["2.0.4", []],
    ["2.0.3.2", ["KWDB_VERSION_OLD"]],
    ["V3.3.0", ["KWDB_VERSION_NEWER"]],
    ["V4.0.0", ["KWDB_VERSION_NEWER"]],
    ["unknown", ["KWDB_VERSION_UNKNOWN"]],
  ])("%s is announced as %j", (tag, codes) => {
    const banner = readBanner(`KaiwuDB ${tag} (x)`);
    expect(banner.kind === "kwdb" ? versionNotices(banner).map(({ code }) => code) : null).toEqual(codes);
  });
});
