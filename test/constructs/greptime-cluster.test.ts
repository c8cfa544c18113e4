import { TerraformVariable } from "cdktf";

import { Datanodes, GreptimeCluster, PartitionedTable, RegionPlacement, SharedStorage } from "../../src/index";
import { clusterOf, cpu, problems, program, removeTemporaryDirectories, stackOf, synthesized, VERSION } from "./support/program";

afterAll(removeTemporaryDirectories);

test("a cluster that the environment names puts nothing into the configuration", () => {
  const stack = stackOf();
  GreptimeCluster.fromEnvironment(stack, "cluster", { datanodes: Datanodes.count(3) });
  const { provider, terraform } = synthesized(stack);
  expect(provider.topoform).toEqual([{ greptimedb: {} }]);
  expect(terraform.required_providers.topoform).toEqual({ source: "topoform/topoform", version: VERSION });
});

test("an endpoint and its settings become the provider's configuration", () => {
  const stack = stackOf();
  new GreptimeCluster(stack, "cluster", {
    host: "greptimedb.internal",
    port: 4102,
    user: "admin",
    database: "metrics",
    tlsMode: "verify-full",
    tlsCaFile: "ca.pem",
    tlsCertFile: "cert.pem",
    tlsKeyFile: "key.pem",
    connectTimeoutSeconds: 5,
    statementTimeoutSeconds: 30,
    stateDirectory: ".topoform",
  });
  expect(synthesized(stack).provider.topoform).toEqual([
    {
      greptimedb: {
        host: "greptimedb.internal",
        port: 4102,
        user: "admin",
        database: "metrics",
        tls_mode: "verify-full",
        tls_ca_file: "ca.pem",
        tls_cert_file: "cert.pem",
        tls_key_file: "key.pem",
        connect_timeout_seconds: 5,
        statement_timeout_seconds: 30,
      },
      state_directory: ".topoform",
    },
  ]);
});

test("how applies are verified goes to the provider and to the manifest alike", () => {
  const stack = stackOf();
  const run = { verifyRows: "exact", verifyRowsLimit: 1_000, verifyChecksums: true, waitSeconds: 5 } as const;
  const cluster = GreptimeCluster.fromEnvironment(stack, "cluster", run);
  const inTerraform = { verify_rows: "exact", verify_rows_limit: 1_000, verify_checksums: true, wait_seconds: 5 };
  expect(synthesized(stack).provider.topoform).toEqual([{ greptimedb: inTerraform }]);
  expect(cluster.topology.manifest().run).toEqual(run);
});

test("a limit below zero is found at synth", () => {
  const stack = stackOf();
  new GreptimeCluster(stack, "cluster", { verifyRowsLimit: -1 });
  expect(problems(stack)).toEqual([expect.stringMatching(/verify_rows_limit is -1\. Allowed: whole numbers from 0/)]);
});

test("a password comes from a sensitive variable", () => {
  const stack = stackOf();
  new GreptimeCluster(stack, "cluster", {
    password: new TerraformVariable(stack, "greptimedb_password", { type: "string", sensitive: true }),
  });
  expect(synthesized(stack).provider.topoform).toEqual([{ greptimedb: { password: "${var.greptimedb_password}" } }]);
});

test("the second cluster of a stack gets an alias, and its tables use it", () => {
  const stack = stackOf();
  const first = clusterOf(stack, "first");
  const second = new GreptimeCluster(stack, "second", {
    host: "other",
    datanodes: Datanodes.count(1),
    sharedStorage: SharedStorage.s3({ bucket: "b" }),
  });
  new PartitionedTable(stack, "cpu", cpu(first));
  new RegionPlacement(stack, "old", { cluster: second, table: "old", pins: { "*": 0 } });
  const { provider, resource } = synthesized(stack);
  expect(provider.topoform).toEqual([{ greptimedb: {} }, { alias: "second", greptimedb: { host: "other" } }]);
  expect(resource.topoform_greptimedb_table?.cpu?.provider).toBe("topoform");
  expect(resource.topoform_greptimedb_region_placement?.cpu?.provider).toBe("topoform");
  expect(resource.topoform_greptimedb_region_placement?.old?.provider).toBe("topoform.second");
});

test("clusters of two stacks need no alias", () => {
  const app = program();
  const [one, two] = [stackOf(app, "one"), stackOf(app, "two")];
  clusterOf(one);
  clusterOf(two);
  expect(synthesized(two).provider.topoform).toEqual([{ greptimedb: {} }]);
});

describe("Datanodes", () => {
  test("count from 0, as the operator numbers them", () => {
    expect(Datanodes.count(3).declarations).toEqual([{ id: 0n }, { id: 1n }, { id: 2n }]);
  });

  test("of a group start at group << 32", () => {
    expect(Datanodes.group(1, 2).declarations).toEqual([{ id: 4294967296n }, { id: 4294967297n }]);
  });

  test("may have zones and be put together", () => {
    const datanodes = Datanodes.concat(Datanodes.of([{ id: 0, zone: "a" }]), Datanodes.ids([18446744073709551615n]));
    expect(datanodes.declarations).toEqual([{ id: 0n, zone: "a" }, { id: 18446744073709551615n }]);
  });

  test.each([-1, 1.5, 2 ** 53])("%p is no datanode id", (id) => {
    expect(() => Datanodes.ids([id])).toThrow(RangeError);
  });

  test.each([-1, 2.5])("%p is no count", (count) => {
    expect(() => Datanodes.count(count)).toThrow(/count of datanodes/);
  });
});
