import { TerraformVariable } from "cdktf";

import {
  ClusterSetting,
  GreptimeCluster,
  KwdbCluster,
  PartitionedTable,
  RangeRebalance,
  Zone,
  ZoneConfig,
} from "../../../src/index";
import { parseManifest } from "../../../src/topology/manifest-json";
import {
  clusterOf,
  cpu,
  problems,
  readText,
  removeTemporaryDirectories,
  stackOf,
  synthesized,
  synthesizedDirectory,
} from "../support/program";

afterAll(removeTemporaryDirectories);

test("a cluster that the environment names puts nothing into the configuration", () => {
  const stack = stackOf();
  KwdbCluster.fromEnvironment(stack, "cluster");
  expect(synthesized(stack).provider.topoform).toEqual([{ kwdb: {} }]);
});

test("an endpoint and its settings become the provider's configuration, and the manifest's connection", () => {
  const stack = stackOf();
  new KwdbCluster(stack, "cluster", {
    host: "kw1,kw2:26258",
    port: 26257,
    user: "operator",
    password: new TerraformVariable(stack, "kwdb_password", { type: "string", sensitive: true }),
    database: "ts_db",
    tlsMode: "verify-full",
    tlsCaFile: "ca.crt",
    tlsCertFile: "client.crt",
    tlsKeyFile: "client.key",
    connectTimeoutSeconds: 5,
    statementTimeoutSeconds: 30,
    stateDirectory: ".topoform",
    reportUndeclaredZones: true,
  });
  expect(problems(stack)).toEqual([]);
  expect(synthesized(stack).provider.topoform).toEqual([
    {
      kwdb: {
        host: "kw1,kw2:26258",
        port: 26257,
        user: "operator",
        password: "${var.kwdb_password}",
        database: "ts_db",
        tls_mode: "verify-full",
        tls_ca_file: "ca.crt",
        tls_cert_file: "client.crt",
        tls_key_file: "client.key",
        connect_timeout_seconds: 5,
        statement_timeout_seconds: 30,
      },
      state_directory: ".topoform",
    },
  ]);
  const { manifest, diagnostics } = parseManifest(
    JSON.parse(readText(synthesizedDirectory(stack), "topoform.json")),
    "topoform.json",
  );
  expect(diagnostics).toEqual([]);
  expect(manifest?.clusters).toEqual([
    {
      engine: "kwdb",
      name: "stack/cluster",
      connection: {
        host: "kw1,kw2:26258",
        port: 26257,
        user: "operator",
        password: { env: "TF_VAR_kwdb_password" },
        database: "ts_db",
        tls: { mode: "verify-full", caFile: "ca.crt", certFile: "client.crt", keyFile: "client.key" },
        connectTimeoutSeconds: 5,
        statementTimeoutSeconds: 30,
      },
      zones: [],
      settings: [],
      rebalances: [],
      reportUndeclaredZones: true,
    },
  ]);
});

test("passwords in code and by variables that are not sensitive are refused, with KWDB's own variable as advice", () => {
  const stack = stackOf();
  new KwdbCluster(stack, "one", { password: "hunter2" });
  new KwdbCluster(stack, "two", { password: new TerraformVariable(stack, "pwd", { type: "string" }) });
  const found = problems(stack);
  expect(found).toEqual([
    expect.stringMatching(/^\[stack\/one\] password: .*TOPOFORM_KWDB_PASSWORD.*\(PASSWORD_IN_CODE\)$/),
    expect.stringMatching(/^\[stack\/two\] password: .*"pwd".*sensitive: true.*\(PASSWORD_NOT_SENSITIVE\)$/),
  ]);
  expect(found.join()).not.toContain("hunter2");
});

test("a connection that cannot be is refused", () => {
  const stack = stackOf();
  new KwdbCluster(stack, "cluster", { port: 0, tlsMode: "disable", tlsCaFile: "ca.crt" });
  expect(problems(stack)).toEqual([
    expect.stringMatching(/^\[stack\/cluster\] port: .*26257.*\(CONNECTION_PORT_OUT_OF_RANGE\)$/),
    expect.stringMatching(/^\[stack\/cluster\] tlsMode: .*\(CONNECTION_TLS_UNUSED\)$/),
  ]);
});

test("clusters of both engines in one stack: each has a provider configuration of its own, and both are in the manifest", () => {
  const stack = stackOf();
  const metrics = clusterOf(stack, "metrics");
  const kwdb = new KwdbCluster(stack, "kwdb", { host: "kw1" });
  const other = new KwdbCluster(stack, "other", { host: "kw9" });
  new PartitionedTable(stack, "cpu", cpu(metrics));
  new ZoneConfig(stack, "zone", { cluster: kwdb, zone: Zone.ofDatabase("ts_db"), numReplicas: 3 });
  new ClusterSetting(stack, "setting", { cluster: other, name: "kv.kvserver.ts_split_interval", value: 1 });
  new RangeRebalance(stack, "rebalance", { cluster: other, zone: Zone.ofDatabase("ts_db") });
  expect(problems(stack)).toEqual([]);
  const { provider, resource } = synthesized(stack);
  expect(provider.topoform).toEqual([
    { greptimedb: {} },
    { alias: "kwdb", kwdb: { host: "kw1" } },
    { alias: "other", kwdb: { host: "kw9" } },
  ]);
  expect(resource.topoform_greptimedb_table?.cpu?.provider).toBe("topoform");
  expect(resource.topoform_kwdb_zone_config?.zone?.provider).toBe("topoform.kwdb");
  expect(resource.topoform_kwdb_cluster_setting?.setting?.provider).toBe("topoform.other");
  expect(resource.topoform_kwdb_range_rebalance?.rebalance).toMatchObject({
    provider: "topoform.other",
    depends_on: ["topoform_kwdb_cluster_setting.setting"],
  });
  const manifest = JSON.parse(readText(synthesizedDirectory(stack), "topoform.json")) as unknown;
  expect(parseManifest(manifest, "topoform.json").diagnostics).toEqual([]);
  expect(manifest).toMatchObject({
    clusters: [
      { engine: "greptimedb", name: "stack/metrics", tables: [{ name: "cpu" }], placements: [{ name: "stack/cpu" }] },
      { engine: "kwdb", name: "stack/kwdb", zones: [{ target: "DATABASE ts_db", num_replicas: 3 }], settings: [] },
      {
        engine: "kwdb",
        name: "stack/other",
        zones: [],
        settings: [{ name: "kv.kvserver.ts_split_interval", value: "1" }],
        rebalances: [{ name: "stack/rebalance" }],
      },
    ],
  });
});

test("the first cluster of a stack needs no alias, whatever its engine", () => {
  const stack = stackOf();
  new KwdbCluster(stack, "kwdb");
  new GreptimeCluster(stack, "greptimedb");
  expect(synthesized(stack).provider.topoform).toEqual([{ kwdb: {} }, { alias: "greptimedb", greptimedb: {} }]);
});
