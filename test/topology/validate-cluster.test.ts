import type { Diagnostic } from "../../src/topology/diagnostic";
import { datanodeId } from "../../src/topology/ids";
import {
  DEFAULT_LIMITS,
  type GreptimeClusterDeclaration,
  type ConnectionDeclaration,
  type PlacementDeclaration,
  type TableDeclaration,
} from "../../src/topology/manifest";
import { validateCluster } from "../../src/topology/validate-cluster";
import { validateManifest } from "../../src/topology/validate-manifest";
import { validatePlacement } from "../../src/topology/validate-placement";

const CPU: TableDeclaration = {
  database: "public",
  name: "cpu",
  columns: [
    { name: "host", type: "STRING", nullable: true },
    { name: "ts", type: "TIMESTAMP", nullable: false },
  ],
  primaryKey: ["host"],
  timeIndex: "ts",
  partitioning: {
    kind: "range",
    columns: ["host"],
    partitions: [{ name: "low", lessThan: ["g"] }, { name: "high", lessThan: [{ maxvalue: true }] }],
  },
  engine: "mito",
  options: {},
  ignoreUndeclaredColumns: false,
  deletionProtection: true,
};

function pins(map: Readonly<Record<string, number>>): PlacementDeclaration["pins"] {
  return Object.fromEntries(Object.entries(map).map(([name, id]) => [name, datanodeId(id)]));
}

function placement(change: Partial<PlacementDeclaration> = {}): PlacementDeclaration {
  return {
    name: "cpu-placement",
    database: "public",
    table: "cpu",
    strategy: "pinned",
    pins: pins({ low: 0, "host >= 'g'": 1 }),
    replayTimeoutSeconds: 300,
    limits: DEFAULT_LIMITS,
    acceptDataLossOf: [],
    ...change,
  };
}

function cluster(change: Partial<GreptimeClusterDeclaration> = {}): GreptimeClusterDeclaration {
  return {
    engine: "greptimedb",
    name: "metrics",
    connection: {},
    datanodes: [0, 1, 2].map((id) => ({ id: datanodeId(id) })),
    sharedStorage: { kind: "s3", bucket: "b" },
    tables: [CPU],
    placements: [placement()],
    ...change,
  };
}

function only(diagnostics: readonly Diagnostic[], code: string): Diagnostic {
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  const [diagnostic] = diagnostics;
  if (diagnostic === undefined) throw new Error("unreachable");
  return diagnostic;
}

test("a sound cluster has no diagnostics", () => {
  expect(validateCluster(cluster())).toEqual([]);
  expect(validatePlacement(placement())).not.toEqual([]);
  expect(validatePlacement(placement({ pins: pins({ "host < 'g'": 0, "*": 1 }) }))).toEqual([]);
});

test.each<[code: string, change: Partial<PlacementDeclaration>, path: readonly (string | number)[], detail: readonly string[]]>([
  ["PLACEMENT_DATANODE_UNKNOWN", { pins: pins({ low: 7 }) }, ["pins", "low"], ["datanode 7", "0, 1, 2"]],
  ["PLACEMENT_PARTITION_UNKNOWN", { pins: pins({ hihg: 1 }) }, ["pins", "hihg"], ['Did you mean "high"?', "low (host < 'g'); high (host >= 'g')"]],
  ["PLACEMENT_PARTITION_UNKNOWN", { pins: pins({ "host < 'h'": 1 }) }, ["pins", "host < 'h'"], ["no partition of public.cpu"]],
  ["PLACEMENT_PIN_DUPLICATE", { pins: pins({ low: 0, "'g' > `host`": 1 }) }, ["pins", "'g' > `host`"], ['"low"', "same partition"]],
  ["PLACEMENT_LIMIT_OUT_OF_RANGE", { limits: { ...DEFAULT_LIMITS, outgoing: 0 } }, ["limits", "outgoing"], ["is 0", "1 to 64"]],
  ["PLACEMENT_LIMIT_OUT_OF_RANGE", { limits: { ...DEFAULT_LIMITS, incoming: 1.5 } }, ["limits", "incoming"], ["is 1.5"]],
  ["PLACEMENT_LIMIT_OUT_OF_RANGE", { limits: { ...DEFAULT_LIMITS, cluster: 65 } }, ["limits", "cluster"], ["is 65"]],
  ["PLACEMENT_REPLAY_TIMEOUT_OUT_OF_RANGE", { replayTimeoutSeconds: 0 }, ["replay_timeout_seconds"], ["0 seconds"]],
  ["PLACEMENT_TABLES_EMPTY", { tables: [], pins: {} }, ["tables"], ["Name the tables"]],
  ["PLACEMENT_TABLE_NOT_LISTED", { tables: ["mem"], pins: {} }, ["table"], ['"cpu"', "mem"]],
  ["PLACEMENT_TABLE_REPEATED", { tables: ["cpu", "cpu"], pins: {} }, ["tables", 1], ["listed twice"]],
  ["PLACEMENT_PIN_WITHOUT_TABLE", { tables: ["cpu", "mem"], pins: pins({ low: 0 }) }, ["pins", "low"], ['"low"', "cpu: host < 'g'"]],
  ["PLACEMENT_PARTITION_UNKNOWN", { tables: ["cpu", "mem"], pins: pins({ "cpu: hihg": 0 }) }, ["pins", "cpu: hihg"], ['Did you mean "high"?']],
  ["PLACEMENT_MEASURE_UNUSED", { by: "bytes" }, ["by"], ["strategy is pinned"]],
  ["PLACEMENT_SKEW_OUT_OF_RANGE", { strategy: "spread", maxSkew: 0 }, ["max_skew"], ["is 0"]],
  ["PLACEMENT_SKEW_OUT_OF_RANGE", { strategy: "balance", maxSkew: 1.5 }, ["max_skew"], ["is 1.5"]],
  ["PLACEMENT_SKEW_UNUSED", { maxSkew: 2 }, ["max_skew"], ["the strategy is pinned"]],
  ["PLACEMENT_SKEW_UNUSED", { strategy: "balance", by: "bytes", maxSkew: 2 }, ["max_skew"], ["bytes are balanced"]],
  ["PLACEMENT_CAPACITY_OUT_OF_RANGE", { capacity: { regions: 0 } }, ["capacity", "regions"], ["is 0"]],
  ["PLACEMENT_CAPACITY_OUT_OF_RANGE", { capacity: { bytes: 0n } }, ["capacity", "bytes"], ["is 0"]],
  ["PLACEMENT_ALL_EXCLUDED", { pins: {}, excludeDatanodes: [0, 1, 2].map(datanodeId) }, ["exclude_datanodes"], ["0, 1, 2", "nowhere to go"]],
  ["PLACEMENT_PIN_EXCLUDED", { table: "other", pins: pins({ "a < 10": 2 }), excludeDatanodes: [datanodeId(2)] }, ["pins", "a < 10"], ["Datanode 2", "empties it"]],
  ["PLACEMENT_PARTITION_UNREADABLE", { table: "other", pins: pins({ low: 0 }) }, ["pins", "low"], ["not declared"]],
  ["PLACEMENT_PIN_DUPLICATE", { table: "other", pins: pins({ "a < 10": 0, "a < 10.0": 1 }) }, ["pins", "a < 10.0"], ["same partition"]],
])("%s: %j", (code, change, path, detail) => {
  const diagnostic = only(validateCluster(cluster({ placements: [placement(change)] })), code);
  expect(diagnostic).toMatchObject({ severity: "error", address: "cpu-placement", path });
  for (const part of detail) expect(diagnostic.detail).toContain(part);
});

test("placement needs shared storage, unless it pins nothing", () => {
  const { sharedStorage: _, ...without } = cluster();
  expect(only(validateCluster(without), "PLACEMENT_WITHOUT_SHARED_STORAGE").detail).toContain("bucket");
  expect(validateCluster({ ...without, placements: [placement({ pins: {} })] })).toEqual([]);
});

test.each<[code: string, change: Partial<GreptimeClusterDeclaration>, path: readonly (string | number)[]]>([
  ["DATANODES_EMPTY", { datanodes: [], placements: [] }, ["datanodes"]],
  ["DATANODE_DUPLICATE", { datanodes: [0, 1, 0].map((id) => ({ id: datanodeId(id) })) }, ["datanodes", 2, "id"]],
  ["TABLE_DUPLICATE", { tables: [CPU, CPU] }, ["tables", 1, "name"]],
  ["PLACEMENT_NAME_DUPLICATE", { placements: [placement(), placement({ table: "other", pins: {} })] }, ["placements", 1, "name"]],
  ["PLACEMENT_TABLE_DUPLICATE", { placements: [placement(), placement({ name: "again" })] }, ["placements", 1, "table"]],
])("%s", (code, change, path) => {
  expect(only(validateCluster(cluster(change)), code)).toMatchObject({ address: "metrics", path });
});

test.each<[code: string, connection: ConnectionDeclaration, path: readonly string[]]>([
  ["CONNECTION_PORT_OUT_OF_RANGE", { port: 0 }, ["connection", "port"]],
  ["CONNECTION_PORT_OUT_OF_RANGE", { port: 65_536 }, ["connection", "port"]],
  ["CONNECTION_TIMEOUT_OUT_OF_RANGE", { connectTimeoutSeconds: 0 }, ["connection", "connect_timeout_seconds"]],
  ["CONNECTION_TIMEOUT_OUT_OF_RANGE", { statementTimeoutSeconds: -1 }, ["connection", "statement_timeout_seconds"]],
  ["CONNECTION_TLS_PAIR", { tls: { mode: "verify-full", certFile: "c" } }, ["connection", "tls", "cert_file"]],
  ["CONNECTION_TLS_UNUSED", { tls: { mode: "disable", caFile: "c" } }, ["connection", "tls", "mode"]],
])("%s", (code, connection, path) => {
  expect(only(validateCluster(cluster({ connection })), code)).toMatchObject({ address: "metrics", path });
});

test("a sound connection", () => {
  const connection: ConnectionDeclaration = {
    port: { env: "PORT" },
    connectTimeoutSeconds: 0.5,
    tls: { mode: "verify-ca", caFile: "ca", certFile: "c", keyFile: "k" },
  };
  expect(validateCluster(cluster({ connection }))).toEqual([]);
});

test("a table that is wrong itself does not blame its pins as well", () => {
  const broken: TableDeclaration = { ...CPU, primaryKey: [] };
  expect(only(validateCluster(cluster({ tables: [broken] })), "PARTITION_COLUMN_NOT_IN_PRIMARY_KEY").address).toBe("public.cpu");
});

describe("unresolved values", () => {
  const isUnresolved = (value: unknown): boolean => (typeof value === "string" && value.startsWith("${")) || value === -1e300;
  const later = -1e300 as unknown as ReturnType<typeof datanodeId>;

  test.each<[string, Partial<GreptimeClusterDeclaration>]>([
    ["a pin's datanode", { placements: [placement({ pins: { low: later, high: datanodeId(1) } })] }],
    ["a pin's partition", { placements: [placement({ pins: { "${later}": datanodeId(1) } })] }],
    ["a declared datanode", { datanodes: [{ id: later }], placements: [placement()] }],
    ["the list of datanodes", { datanodes: "${later}" as unknown as [] }],
    ["a bound of the table", { tables: [{ ...CPU, partitioning: { kind: "range", columns: ["host"], partitions: [{ lessThan: ["${x}"] }, { lessThan: [{ maxvalue: true }] }] } }] }],
    ["the placement's table", { placements: [placement({ table: "${later}", pins: pins({ "a < 1": 0 }) }), placement({ name: "b", table: "${later}", pins: {} })] }],
    ["numbers", { placements: [placement({ replayTimeoutSeconds: -1e300, limits: { outgoing: -1e300, incoming: -1e300, cluster: -1e300 } })] }],
    ["pins as a whole", { placements: [placement({ pins: "${later}" as unknown as PlacementDeclaration["pins"] })] }],
    ["port and timeouts", { connection: { port: -1e300, connectTimeoutSeconds: -1e300 } }],
  ])("%s", (_, change) => {
    expect(validateCluster(cluster(change), { isUnresolved })).toEqual([]);
  });
});

test("a manifest: duplicate clusters, and addresses that tell clusters apart", () => {
  const broken = { ...CPU, timeIndex: "" };
  const manifest = { version: 1, stack: "prod", clusters: [cluster({ tables: [broken], placements: [] }), cluster({ placements: [] })] } as const;
  expect(validateManifest(manifest).map(({ code, address }) => [code, address])).toEqual([
    ["CLUSTER_DUPLICATE", "prod"],
    ["TIME_INDEX_MISSING", "metrics/public.cpu"],
  ]);
  expect(validateManifest({ ...manifest, clusters: manifest.clusters.slice(0, 1) }).map(({ address }) => address)).toEqual(["public.cpu"]);
});
