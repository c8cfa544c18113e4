import Ajv2020 from "ajv/dist/2020";
import type { Diagnostic } from "../../src/topology/diagnostic";
import { datanodeId } from "../../src/topology/ids";
import type { TopologyManifest } from "../../src/topology/manifest";
import { manifestToJson, parseManifest } from "../../src/topology/manifest-json";
import { MANIFEST_SCHEMA } from "../../src/topology/manifest-schema";
import { greptimeClusters } from "./greptime-clusters";

const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true }).compile(MANIFEST_SCHEMA);

const FULL: TopologyManifest = {
  version: 1,
  stack: "prod",
  clusters: [
    {
      engine: "greptimedb",
      name: "metrics",
      connection: {
        host: { env: "HOST" },
        port: 4002,
        user: "admin",
        password: { env: "PASSWORD" },
        database: "public",
        tls: { mode: "verify-full", caFile: "ca.pem", certFile: "c.pem", keyFile: "k.pem" },
        connectTimeoutSeconds: 5,
        statementTimeoutSeconds: 30,
      },
      datanodes: [{ id: datanodeId(0), zone: "a" }, { id: datanodeId(4294967296n) }, { id: datanodeId(2n ** 63n) }],
      sharedStorage: { kind: "s3", bucket: "b", root: "r", region: "eu", endpoint: "http://s3" },
      run: { verifyRows: "statistics", verifyRowsLimit: 0, verifyChecksums: true, waitSeconds: 0 },
      tables: [
        {
          database: "public",
          name: "cpu",
          columns: [
            { name: "host", type: "STRING", nullable: true, comment: "it's" },
            { name: "n", type: "BIGINT", nullable: false, default: "5" },
            { name: "ts", type: "TIMESTAMP(9)", nullable: false },
          ],
          primaryKey: ["host", "n"],
          timeIndex: "ts",
          partitioning: {
            kind: "range",
            columns: ["host", "n"],
            partitions: [
              { name: "low", lessThan: ["g", 9223372036854775807n] },
              { lessThan: ["h", { maxvalue: true }] },
              { lessThan: [{ maxvalue: true }, { maxvalue: true }] },
            ],
          },
          engine: "mito",
          options: { ttl: "7d", append_mode: "true" },
          ignoreUndeclaredColumns: true,
          deletionProtection: false,
        },
        {
          database: "other",
          name: "mem",
          columns: [
            { name: "f", type: "DOUBLE", nullable: true },
            { name: "ts", type: "TIMESTAMP", nullable: false },
          ],
          primaryKey: ["f"],
          timeIndex: "ts",
          partitioning: { kind: "rules", columns: ["f"], partitions: [{ rule: "f < 1.5" }, { name: "rest", rule: "f >= 1.5" }] },
          engine: "mito",
          options: {},
          ignoreUndeclaredColumns: false,
          deletionProtection: true,
        },
      ],
      placements: [
        {
          name: "cpu-placement",
          database: "public",
          table: "cpu",
          strategy: "pinned",
          pins: { low: datanodeId(4294967296n), "host > 'h'": datanodeId(2n ** 63n) },
          replayTimeoutSeconds: 60,
          limits: { outgoing: 2, incoming: 3, cluster: 4 },
          acceptDataLossOf: [datanodeId(2n ** 63n)],
        },
        {
          name: "spread",
          database: "public",
          table: "mem",
          tables: ["mem", "disk"],
          strategy: "spread",
          pins: { "disk: *": datanodeId(2n ** 63n) },
          excludeDatanodes: [datanodeId(4294967296n)],
          capacity: { regions: 7, bytes: 2n ** 60n },
          maxSkew: 2,
          replayTimeoutSeconds: 300,
          limits: { outgoing: 1, incoming: 2, cluster: 16 },
          acceptDataLossOf: [],
        },
        {
          name: "balance",
          database: "public",
          table: "net",
          strategy: "balance",
          by: "bytes",
          pins: {},
          replayTimeoutSeconds: 300,
          limits: { outgoing: 1, incoming: 2, cluster: 16 },
          acceptDataLossOf: [],
        },
      ],
    },
  ],
};

const MINIMAL = {
  version: 1,
  clusters: [
    {
      engine: "greptimedb",
      name: "c",
      tables: [{ name: "t", columns: [{ name: "ts", type: "TIMESTAMP" }, { name: "a", type: "INT", default: 5 }], time_index: "ts", options: { ttl: 7, append_mode: true } }],
      placements: [{ name: "p", table: "u", pins: { "*": "4294967296" } }],
    },
  ],
};

function reparsed(manifest: TopologyManifest): ReturnType<typeof parseManifest> {
  return parseManifest(JSON.parse(manifestToJson(manifest)), "topoform.json");
}

function codesAt(diagnostics: readonly Diagnostic[]): readonly (readonly [string, string])[] {
  return diagnostics.map(({ code, path }) => [code, (path ?? []).join("/")]);
}

test("a manifest reads back as it was written", () => {
  const { manifest, diagnostics } = reparsed(FULL);
  expect(diagnostics).toEqual([]);
  if (manifest === undefined) throw new Error("not read");
  const [full] = greptimeClusters(FULL);
  expect(manifestToJson(manifest)).toBe(manifestToJson(FULL));
  const [cluster] = greptimeClusters(manifest);
  expect(cluster).toMatchObject({ ...full, tables: [{ ...full?.tables[0], partitioning: expect.anything() }, full?.tables[1]] });
  expect(cluster?.tables[0]?.partitioning).toMatchObject({ partitions: [{ lessThan: ["g", "9223372036854775807"] }, {}, {}] });
});

test("the bytes do not depend on the order of members and maps", () => {
  const [cluster] = greptimeClusters(FULL);
  const [cpu, mem] = cluster?.tables ?? [];
  if (cluster === undefined || cpu === undefined || mem === undefined) throw new Error("incomplete");
  const reversed = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).reverse()) as T;
  const other = reversed({
    ...FULL,
    clusters: [
      reversed({
        ...cluster,
        connection: reversed(cluster.connection),
        tables: [reversed({ ...cpu, options: reversed(cpu.options) }), mem],
        placements: cluster.placements.map((placement) => reversed({ ...placement, pins: reversed(placement.pins) })),
      }),
    ],
  });
  expect(manifestToJson(other)).toBe(manifestToJson(FULL));
});

test("ids are numbers where JavaScript holds them exactly, else text", () => {
  const text = manifestToJson(FULL);
  expect(text).toContain('"id": 4294967296\n');
  expect(text).toContain('"id": "9223372036854775808"');
  expect(text.endsWith("}\n")).toBe(true);
});

test("defaults are filled in", () => {
  const { manifest, diagnostics } = parseManifest({ $schema: "./topology.schema.json", ...MINIMAL }, "topoform.yaml");
  expect(codesAt(diagnostics)).toEqual([["PLACEMENT_WITHOUT_SHARED_STORAGE", ""]]);
  expect(manifest).toEqual({
    version: 1,
    stack: "",
    clusters: [
      {
        engine: "greptimedb",
        name: "c",
        connection: {},
        tables: [
          {
            database: "public",
            name: "t",
            columns: [
              { name: "ts", type: "TIMESTAMP", nullable: false },
              { name: "a", type: "INT", nullable: true, default: "5" },
            ],
            primaryKey: [],
            timeIndex: "ts",
            engine: "mito",
            options: { ttl: "7", append_mode: "true" },
            ignoreUndeclaredColumns: false,
            deletionProtection: true,
          },
        ],
        placements: [
          {
            name: "p",
            database: "public",
            table: "u",
            strategy: "pinned",
            pins: { "*": 4294967296n },
            replayTimeoutSeconds: 300,
            limits: { outgoing: 1, incoming: 2, cluster: 16 },
            acceptDataLossOf: [],
          },
        ],
      },
    ],
  });
});

/** A manifest with one cluster, made of the minimal one. */
function changed(change: (cluster: Record<string, unknown>) => void): unknown {
  const copy = structuredClone(MINIMAL) as unknown as { clusters: Record<string, unknown>[] };
  change(copy.clusters[0] ?? {});
  return copy;
}

type Bad = readonly [name: string, value: unknown, code: string, path: string, detail: string];

const BAD: readonly Bad[] = [
  ["no object", [], "MANIFEST_WRONG_KIND", "", "a list; an object"],
  ["empty", null, "MANIFEST_WRONG_KIND", "", "empty"],
  ["no version", { clusters: [] }, "MANIFEST_KEY_MISSING", "version", '"version"'],
  ["another version", { version: 2, clusters: [] }, "MANIFEST_VERSION_UNKNOWN", "version", "version 1"],
  ["no clusters", { version: 1 }, "MANIFEST_KEY_MISSING", "clusters", "Add it"],
  ["unknown key", { version: 1, clutsers: [], clusters: [] }, "MANIFEST_UNKNOWN_KEY", "clutsers", 'Did you mean "clusters"?'],
  ["camelCase key", changed((c) => (c.sharedStorage = {})), "MANIFEST_UNKNOWN_KEY", "clusters/0/sharedStorage", 'Did you mean "shared_storage"?'],
  ["no name", changed((c) => delete c.name), "MANIFEST_KEY_MISSING", "clusters/0/name", '"name"'],
  ["no engine", changed((c) => delete c.engine), "MANIFEST_KEY_MISSING", "clusters/0/engine", '"engine"'],
  ["unknown engine", changed((c) => (c.engine = "greptimdb")), "MANIFEST_WRONG_VALUE", "clusters/0/engine", 'Did you mean "greptimedb"?'],
  ["password", changed((c) => (c.connection = { password: "hunter2" })), "MANIFEST_SECRET_LITERAL", "clusters/0/connection/password", "environment variable"],
  ["password list", changed((c) => (c.connection = { password: ["hunter2"] })), "MANIFEST_SECRET_LITERAL", "clusters/0/connection/password", "environment variable"],
  ["port text", changed((c) => (c.connection = { port: "4002" })), "MANIFEST_WRONG_KIND", "clusters/0/connection/port", "a number or"],
  ["connection text", changed((c) => (c.connection = "mysql://root:hunter2@db")), "MANIFEST_WRONG_KIND", "clusters/0/connection", "text; an object"],
  ["env typo", changed((c) => (c.connection = { host: { evn: "H" } })), "MANIFEST_UNKNOWN_KEY", "clusters/0/connection/host/evn", 'Did you mean "env"?'],
  ["tls mode", changed((c) => (c.connection = { tls: { mode: "verify_full" } })), "MANIFEST_WRONG_VALUE", "clusters/0/connection/tls/mode", 'Did you mean "verify-full"?'],
  ["datanode number", changed((c) => (c.datanodes = [{ id: 1.5 }])), "MANIFEST_DATANODE_ID", "clusters/0/datanodes/0/id", "peer id"],
  ["datanode missing", changed((c) => (c.datanodes = [{}])), "MANIFEST_KEY_MISSING", "clusters/0/datanodes/0/id", '"id"'],
  ["storage kind", changed((c) => (c.shared_storage = { kind: "gcs" })), "MANIFEST_WRONG_VALUE", "clusters/0/shared_storage/kind", "s3"],
  ["tables object", changed((c) => (c.tables = {})), "MANIFEST_WRONG_KIND", "clusters/0/tables", "a list"],
  ["two time indexes", changed((c) => (c.tables = [{ name: "t", columns: [], time_index: ["a", "b"] }])), "TIME_INDEX_NOT_SINGLE", "clusters/0/tables/0/time_index", "exactly one"],
  ["no columns", changed((c) => (c.tables = [{ name: "t", time_index: "ts" }])), "MANIFEST_KEY_MISSING", "clusters/0/tables/0/columns", '"columns"'],
  ["key of numbers", changed((c) => (c.tables = [{ name: "t", columns: [], time_index: "ts", primary_key: [1] }])), "MANIFEST_WRONG_KIND", "clusters/0/tables/0/primary_key/0", "text is expected"],
  ["option list", changed((c) => (c.tables = [{ name: "t", columns: [], time_index: "ts", options: { ttl: [] } }])), "MANIFEST_WRONG_KIND", "clusters/0/tables/0/options/ttl", "text"],
  ["flag text", changed((c) => (c.tables = [{ name: "t", columns: [], time_index: "ts", deletion_protection: "no" }])), "MANIFEST_WRONG_KIND", "clusters/0/tables/0/deletion_protection", "true or false"],
  ["bound null", changed((c) => (c.tables = [partitioned([{ less_than: [null] }])])), "MANIFEST_WRONG_KIND", "clusters/0/tables/0/partitioning/partitions/0/less_than/0", "maxvalue"],
  ["bound missing", changed((c) => (c.tables = [partitioned([{ name: "x" }])])), "MANIFEST_KEY_MISSING", "clusters/0/tables/0/partitioning/partitions/0/less_than", "less_than"],
  ["rule among ranges", changed((c) => (c.tables = [partitioned([{ rule: "a < 1", less_than: [1] }])])), "MANIFEST_UNKNOWN_KEY", "clusters/0/tables/0/partitioning/partitions/0/rule", "less_than"],
  ["unknown strategy", changed((c) => (c.placements = [{ name: "p", table: "t", strategy: "scatter" }])), "MANIFEST_WRONG_VALUE", "clusters/0/placements/0/strategy", "pinned"],
  ["unknown measure", changed((c) => (c.placements = [{ name: "p", table: "t", strategy: "balance", by: "rows" }])), "MANIFEST_WRONG_VALUE", "clusters/0/placements/0/by", "regions"],
  ["no table", changed((c) => (c.placements = [{ name: "p" }])), "MANIFEST_KEY_MISSING", "clusters/0/placements/0/table", "missing"],
  ["capacity text", changed((c) => (c.placements = [{ name: "p", table: "t", capacity: { bytes: "1 GB" } }])), "MANIFEST_WRONG_KIND", "clusters/0/placements/0/capacity/bytes", "whole number"],
  ["pin text", changed((c) => (c.placements = [{ name: "p", table: "t", pins: { "*": "one" } }])), "MANIFEST_DATANODE_ID", "clusters/0/placements/0/pins/*", "peer id"],
  ["limit text", changed((c) => (c.placements = [{ name: "p", table: "t", limits: { outgoing: "1" } }])), "MANIFEST_WRONG_KIND", "clusters/0/placements/0/limits/outgoing", "a number"],
];

function partitioned(partitions: unknown): unknown {
  return { name: "t", columns: [], time_index: "ts", partitioning: { kind: "range", columns: ["a"], partitions } };
}

test.each(BAD)("%s", (_, value, code, path, detail) => {
  const { manifest, diagnostics } = parseManifest(value, "topoform.json");
  expect(manifest).toBeUndefined();
  expect(codesAt(diagnostics)).toContainEqual([code, path]);
  const found = diagnostics.find((diagnostic) => diagnostic.code === code);
  expect(found).toMatchObject({ severity: "error", address: "topoform.json" });
  expect(found?.detail).toContain(detail);
  expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
});

test("a bound beyond 2^53 must be text", () => {
  const value = changed((c) => (c.tables = [partitioned([{ less_than: [JSON.parse("9007199254740993")] }, { less_than: ["9007199254740993"] }])]));
  expect(codesAt(parseManifest(value, "m").diagnostics)).toEqual([["MANIFEST_NUMBER_UNSAFE", "clusters/0/tables/0/partitioning/partitions/0/less_than/0"]]);
});

test("all problems of shape come at once", () => {
  const { diagnostics } = parseManifest({ version: 3, stak: "", clusters: [{ engine: "greptimedb", tables: 1 }] }, "m");
  expect(codesAt(diagnostics)).toEqual([
    ["MANIFEST_UNKNOWN_KEY", "stak"],
    ["MANIFEST_VERSION_UNKNOWN", "version"],
    ["MANIFEST_KEY_MISSING", "clusters/0/name"],
    ["MANIFEST_WRONG_KIND", "clusters/0/tables"],
  ]);
});

test("what the manifest declares is validated too", () => {
  const value = changed((c) => (c.tables = [{ name: "a b", columns: [{ name: "ts", type: "TIMESTAMP" }], time_index: "ts" }]));
  const { manifest, diagnostics } = parseManifest(value, "m");
  expect(manifest).toBeDefined();
  expect(diagnostics.map(({ code }) => code)).toContain("TABLE_NAME_ILLEGAL");
});

describe("the JSON Schema", () => {
  test("takes what is written, and a hand-written manifest", () => {
    expect([validate(JSON.parse(manifestToJson(FULL))), validate.errors]).toEqual([true, null]);
    expect([validate(MINIMAL), validate.errors]).toEqual([true, null]);
  });

  test.each(BAD)("refuses: %s", (_, value) => {
    expect(validate(value)).toBe(false);
  });

  test.each<[string, unknown]>([
    ["illegal table name", changed((c) => (c.tables = [{ name: "a b", columns: [{ name: "ts", type: "TIMESTAMP" }], time_index: "ts" }]))],
    ["limit", changed((c) => (c.placements = [{ name: "p", table: "t", limits: { cluster: 65 } }]))],
    ["skew", changed((c) => (c.placements = [{ name: "p", table: "t", strategy: "spread", max_skew: 0 }]))],
    ["capacity", changed((c) => (c.placements = [{ name: "p", table: "t", capacity: { regions: 0 } }]))],
    ["timeout", changed((c) => (c.placements = [{ name: "p", table: "t", replay_timeout_seconds: 0 }]))],
    ["certificate without key", changed((c) => (c.connection = { tls: { mode: "require", cert_file: "c" } }))],
    ["port", changed((c) => (c.connection = { port: 65_536 }))],
  ])("refuses: %s", (_, value) => {
    expect(validate(value)).toBe(false);
  });
});
