import { greptimePort } from "../../../src/engines/greptimedb/execute";
import type { Row } from "../../../src/engines/greptimedb/connect";
import { regionIdOf, type RegionId } from "../../../src/topology/ids";
import type { ObservedGreptimeCluster } from "../../../src/planning/observed";
import { CPU, declaration } from "./fixtures";
import { CONNECTION_LOST, scriptedSession, serverError, type Answer } from "./scripted-session";

/** Answers of a cluster of three datanodes with the table of the fixtures. */
interface World {
  readonly version: string;
  readonly nodes?: Answer;
  readonly regions?: Answer | ((count: number) => Answer);
  readonly statistics?: Answer;
  readonly procedures?: Answer;
  readonly showCreate?: Answer;
}

const NODES: readonly Row[] = [
  ["-1", "METASRV", "127.0.0.1:3002", "1.1.4", "1h 2s", null, '{"is_leader":true}'],
  ["-1", "METASRV", "127.0.0.1:3003", "1.1.4", "4s", null, '{"is_leader":false}'],
  ["2", "DATANODE", "127.0.0.1:14102", "1.1.4", "5m", "2s 41ms", null],
  ["0", "DATANODE", "127.0.0.1:14100", "1.1.4", "5m", "1m 2s", null],
  ["-1", "FRONTEND", "127.0.0.1:4001", "1.1.4", "5m", "1s", null],
];

const region = (number: number): string => String(regionIdOf(1024, number));

function regionRow(
  ordinal: number,
  rule: string | null,
  number: number,
  peer: string | null,
  leader: string | null = "Yes",
  status: string | null = "ALIVE",
  options: string | null = null,
): Row {
  return [
    "public",
    "cpu",
    "1024",
    "mito",
    String(ordinal),
    rule,
    region(number),
    peer,
    peer === null ? null : `127.0.0.1:1410${peer}`,
    leader,
    status,
    options,
  ];
}

const REGIONS: readonly Row[] = [
  regionRow(1, "host < g", 0, "1", "Yes", "ALIVE", "ttl=7days"),
  regionRow(2, "host >= g AND host < p", 1, "2"),
  regionRow(3, "host >= p", 2, "0", "Yes", "DOWNGRADING"),
];

function world(answers: World) {
  const session = scriptedSession((sql, count) => {
    if (sql === "SELECT version()") return [[`8.4.2-GreptimeDB-${answers.version}`]];
    if (sql.includes("cluster_info")) return answers.nodes ?? NODES;
    if (sql.includes("information_schema.partitions"))
      return typeof answers.regions === "function" ? answers.regions(count) : (answers.regions ?? REGIONS);
    if (sql.includes("region_statistics")) return answers.statistics ?? [];
    if (sql.includes("procedure_info")) return answers.procedures ?? [];
    if (sql.startsWith("SHOW CREATE TABLE")) return answers.showCreate ?? [["cpu", CPU]];
    throw new Error(`unexpected statement: ${sql}`);
  });
  return { session, port: greptimePort(session, { delay: async () => undefined }) };
}

const CPU_TABLE = { database: "public", name: "cpu" };

function regionsOf(cluster: ObservedGreptimeCluster) {
  return cluster.tables[0]?.regions.map(({ partition, leader, status }) => [partition, leader, status]);
}

test("nodes, regions, sizes, procedures, with as many statements as promised", async () => {
  const { port, session } = world({
    version: "1.1.4",
    statistics: [
      [region(0), "10", "100", "5", "Leader"],
      [region(0), "10", "100", "5", "Follower"],
      [region(1), null, "100", null, "Leader"],
    ],
    procedures: [
      [
        "id-1",
        "metasrv-procedure::RegionMigration",
        "Running",
        `Share("__catalog_lock/greptime"),Share("__schema_lock/greptime.public"),Exclusive("__region_lock/${region(2)}")`,
      ],
      [
        "id-2",
        "metasrv-procedure::Repartition",
        "Running",
        'Share("__catalog_lock/greptime"),Exclusive("__table_lock/1024"),Exclusive("__table_name_lock/greptime.public.cpu")',
      ],
      ["id-3", "metasrv-procedure::CreateTable", "Running", 'Exclusive("__table_name_lock/greptime.public.a.b")'],
    ],
  });
  const cluster = await port.inspect({ definitions: [CPU_TABLE] });
  // With SET time_zone on the connection that makes six, and one for the table.
  expect(session.sent).toHaveLength(6);
  expect(cluster).toMatchObject({
    version: "1.1.4",
    mode: "distributed",
    metasrvUptimeMs: 3_602_000,
    datanodes: [
      { id: 0n, silentMs: 62_000 },
      { id: 2n, silentMs: 2041, version: "1.1.4" },
    ],
    procedures: [
      { id: "id-1", kind: "region-migration", regions: [regionIdOf(1024, 2)], tables: [] },
      { id: "id-2", kind: "repartition", regions: [], tables: ["public.cpu"] },
      { id: "id-3", kind: "other", tables: ["public.a.b"] },
    ],
  });
  expect(regionsOf(cluster)).toEqual([
    ["host < 'g'", 1n, "ALIVE"],
    ["host >= 'g' AND host < 'p'", 2n, "ALIVE"],
    ["host >= 'p'", 0n, "DOWNGRADING"],
  ]);
  expect(cluster.tables[0]?.regions.map((one) => [one.rows, one.sizeBytes])).toEqual([
    [10n, 105n],
    [null, 100n],
    [null, null],
  ]);
  expect(port.diffTable(declaration(), cluster)).toEqual([]);
});

test("without definitions: no SHOW CREATE TABLE, the server's display text", async () => {
  const { port, session } = world({ version: "1.1.4" });
  const cluster = await port.inspect({ definitions: [] });
  expect(session.sent.filter((sql) => sql.startsWith("SHOW"))).toEqual([]);
  expect(cluster.tables[0]).toMatchObject({ definition: null, regions: [{ partition: "host < g" }, {}, {}] });
});

test("definitions later: one statement for each, none twice", async () => {
  const { port, session } = world({ version: "1.1.4" });
  const snapshot = await port.inspect({ definitions: [] });
  session.sent.length = 0;
  const defined = await port.readDefinitions(snapshot, [CPU_TABLE]);
  expect(session.sent).toHaveLength(1);
  expect(defined.tables[0]?.definition?.rules).toHaveLength(3);
  await port.readDefinitions(defined, [CPU_TABLE]);
  expect(session.sent).toHaveLength(1);
  expect(snapshot.tables[0]?.definition).toBeNull();
});

test("a snapshot from elsewhere is read anew", async () => {
  const { port } = world({ version: "1.1.4" });
  const snapshot = structuredClone(await port.inspect({ definitions: [] }));
  expect((await port.readDefinitions(snapshot, [CPU_TABLE])).tables[0]?.definition?.rules).toHaveLength(3);
});

test("followers (0.14 on) do not multiply regions", async () => {
  const regions = [
    regionRow(1, "host < g", 0, "1", "No", null),
    ...REGIONS,
    regionRow(1, "host < g", 0, "0", "No", null),
  ];
  const cluster = await world({ version: "0.17.2", regions }).port.inspect({ definitions: [] });
  expect(cluster.tables[0]?.regions).toHaveLength(3);
  expect(cluster.tables[0]?.regions[0]).toMatchObject({ leader: 1n, followers: [0n, 1n], status: "ALIVE" });
});

test("a region without leader, and one that region_peers does not have", async () => {
  const regions = [
    regionRow(1, "host < g", 0, null, "Yes", null),
    regionRow(2, "host >= g AND host < p", 1, null, null, null),
    REGIONS[2] as Row,
  ];
  const cluster = await world({ version: "1.1.4", regions }).port.inspect({ definitions: [CPU_TABLE] });
  expect(regionsOf(cluster)).toEqual([
    ["host < 'g'", null, "UNKNOWN"],
    ["host >= 'g' AND host < 'p'", null, "UNKNOWN"],
    ["host >= 'p'", 0n, "DOWNGRADING"],
  ]);
});

test("before 0.16 the rules are sorted by bound, as SHOW CREATE TABLE prints them", async () => {
  const printed = CPU.replace(
    "  host >= 'g' AND host < 'p',\n  host >= 'p'\n",
    "  host >= 'p',\n  host >= 'g' AND host < 'p'\n",
  );
  const regions = [
    regionRow(1, "host < g", 0, "1"),
    regionRow(2, "host >= p", 2, "0"),
    regionRow(3, "host >= g AND host < p", 1, "2"),
  ];
  const cluster = await world({ version: "0.12.2", regions, showCreate: [["cpu", printed]] }).port.inspect({
    definitions: [CPU_TABLE],
  });
  expect(regionsOf(cluster)?.map(([partition, leader]) => [partition, leader])).toEqual([
    ["host < 'g'", 1n],
    ["host >= 'g' AND host < 'p'", 2n],
    ["host >= 'p'", 0n],
  ]);
  expect(cluster.tables[0]?.definition?.rules).toEqual(["host < 'g'", "host >= 'p'", "host >= 'g' AND host < 'p'"]);
});

test("where the displayed texts contradict the order, they win", async () => {
  const regions = [
    regionRow(1, "host >= p", 0, "1"),
    regionRow(2, "host < g", 1, "2"),
    regionRow(3, "host >= g AND host < p", 2, "0"),
  ];
  const cluster = await world({ version: "1.1.4", regions }).port.inspect({ definitions: [CPU_TABLE] });
  expect(regionsOf(cluster)?.map(([partition]) => partition)).toEqual([
    "host >= 'p'",
    "host < 'g'",
    "host >= 'g' AND host < 'p'",
  ]);
});

test("0.7: debug text of the rules, old table name, no cluster_info", async () => {
  const debug = '(host) VALUES LESS THAN (PartitionExpr { lhs: Column("host"), op: Lt, rhs: Value(String("g")) })';
  const regions = [regionRow(1, debug, 0, "1"), regionRow(2, debug, 1, "2"), regionRow(3, debug, 2, "0")];
  const { port, session } = world({ version: "0.7.2", regions });
  const cluster = await port.inspect({ definitions: [CPU_TABLE] });
  expect(session.sent.join("\n")).toContain("greptime_region_peers");
  expect(session.sent.join("\n")).not.toContain("cluster_info");
  expect(cluster).toMatchObject({
    metasrvUptimeMs: null,
    mode: "distributed",
    datanodes: [{ id: 0n, silentMs: null }, { id: 1n }, { id: 2n }],
  });
  expect(regionsOf(cluster)?.map(([partition]) => partition)).toEqual([
    "host < 'g'",
    "host >= 'g' AND host < 'p'",
    "host >= 'p'",
  ]);
});

test("0.6: tables without regions, and no move", async () => {
  const session = scriptedSession((sql) =>
    sql === "SELECT version()" ? [["5.7.20-greptimedb-0.6.0"]] : [["public", "cpu", "1024", "mito"]],
  );
  const port = greptimePort(session, { delay: async () => undefined });
  expect(await port.inspect({ definitions: [] })).toMatchObject({
    datanodes: [],
    tables: [{ name: "cpu", regions: [] }],
  });
  await expect(port.moves.heartbeats()).rejects.toMatchObject({
    diagnostic: { code: "GREPTIMEDB_MIGRATION_UNSUPPORTED" },
  });
});

test("logical tables are marked; 0.8 repeats the region ids of their physical table", async () => {
  const logical: Row = [
    "public",
    "log1",
    "1051",
    "metric",
    "1",
    "host < m",
    String(regionIdOf(1051, 0)),
    "2",
    "a",
    "Yes",
    "ALIVE",
    "on_physical_table=phy",
  ];
  const physical: Row = [
    "public",
    "phy",
    "1050",
    "metric",
    "1",
    "host < m",
    String(regionIdOf(1050, 0)),
    "2",
    "a",
    "Yes",
    "ALIVE",
    "physical_metric_table=",
  ];
  const cluster = await world({ version: "1.1.4", regions: [logical, physical] }).port.inspect({ definitions: [] });
  expect(cluster.tables.map((table) => [table.name, table.logical])).toEqual([
    ["log1", true],
    ["phy", undefined],
  ]);
  const old = logical.map((value, i) => (i === 6 ? String(regionIdOf(1050, 0)) : i === 11 ? null : value));
  const before = await world({
    version: "0.8.2",
    regions: [old, old, physical.map((value, i) => (i === 11 ? null : value))],
  }).port.inspect({ definitions: [] });
  expect(before.tables.map((table) => [table.name, table.logical, table.regions.length])).toEqual([
    ["log1", true, 1],
    ["phy", undefined, 1],
  ]);
});

test("an unpartitioned table has the key *", async () => {
  const text = CPU.replace(/PARTITION ON[^]*\)\nENGINE/, "\nENGINE");
  const cluster = await world({
    version: "1.1.4",
    regions: [regionRow(1, null, 0, "1")],
    showCreate: [["cpu", text]],
  }).port.inspect({ definitions: [CPU_TABLE] });
  expect(regionsOf(cluster)).toEqual([["*", 1n, "ALIVE"]]);
});

test("standalone", async () => {
  const cluster = await world({
    version: "1.1.4",
    nodes: [["0", "STANDALONE", "", "1.1.4", "5s", null, null]],
  }).port.inspect({ definitions: [] });
  expect(cluster.mode).toBe("standalone");
});

test("a table dropped in between is left out", async () => {
  const cluster = await world({
    version: "1.1.4",
    showCreate: serverError("(TableNotFound): Table not found: cpu", 1146),
  }).port.inspect({ definitions: [CPU_TABLE] });
  expect(cluster.tables).toEqual([]);
});

test("a table repartitioned in between is read again, once", async () => {
  const { port, session } = world({
    version: "1.1.4",
    regions: (count) => (count === 1 ? REGIONS.slice(0, 2) : REGIONS),
  });
  expect((await port.inspect({ definitions: [CPU_TABLE] })).tables[0]?.regions).toHaveLength(3);
  expect(session.sent.filter((sql) => sql.includes("information_schema.partitions"))).toHaveLength(2);
  const torn = world({ version: "1.1.4", regions: REGIONS.slice(0, 2) });
  await expect(torn.port.inspect({ definitions: [CPU_TABLE] })).rejects.toMatchObject({
    transient: true,
    diagnostic: { code: "GREPTIMEDB_TABLE_CHANGING" },
  });
});

test("what cannot be read is an error, except sizes", async () => {
  const failing = serverError("(EngineExecuteQuery): Retry exceeded max times(3), message: Failed to ask leader");
  await expect(world({ version: "1.1.4", nodes: failing }).port.inspect({ definitions: [] })).rejects.toMatchObject({
    transient: true,
  });
  await expect(world({ version: "1.1.4", regions: failing }).port.inspect({ definitions: [] })).rejects.toMatchObject({
    transient: true,
  });
  await expect(
    world({ version: "1.1.4", procedures: failing }).port.inspect({ definitions: [] }),
  ).rejects.toMatchObject({ transient: true });
  await expect(
    world({ version: "1.1.4", statistics: CONNECTION_LOST }).port.inspect({ definitions: [] }),
  ).rejects.toMatchObject({ transient: true });
  const cluster = await world({ version: "1.1.4", statistics: failing }).port.inspect({ definitions: [] });
  expect(cluster.tables[0]?.regions[0]?.sizeBytes).toBeNull();
});

test("a table that the server cannot show is named, with the likely cause", async () => {
  await expect(
    world({ version: "1.1.4", showCreate: CONNECTION_LOST }).port.inspect({ definitions: [CPU_TABLE] }),
  ).rejects.toMatchObject({
    diagnostic: {
      code: "GREPTIMEDB_SHOW_CREATE_FAILED",
      address: "public.cpu",
      detail: expect.stringContaining("BINARY"),
    },
  });
});

test("100,000 regions", async () => {
  const rows: Row[] = [];
  for (let table = 0; table < 2000; table++) {
    for (let i = 0; i < 50; i++) {
      const id = regionIdOf(1024 + table, i);
      rows.push([
        "public",
        `table_${table}`,
        String(1024 + table),
        "mito",
        String(i + 1),
        `a >= ${i}`,
        String(id),
        String(i % 5),
        "a",
        "Yes",
        "ALIVE",
        null,
      ]);
    }
  }
  const cluster = await world({ version: "1.1.4", regions: rows }).port.inspect({ definitions: [] });
  expect(cluster.tables).toHaveLength(2000);
  expect(cluster.tables.reduce((sum, table) => sum + table.regions.length, 0)).toBe(100_000);
  const ids = cluster.tables.flatMap((table) => table.regions.map((one): RegionId => one.id));
  expect(new Set(ids).size).toBe(100_000);
});
