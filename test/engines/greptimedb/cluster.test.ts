import {
  startGreptimeDevCluster,
  type GreptimeDevCluster,
  type GreptimeDevClusterOptions,
} from "../../../src/devcluster";
import { openCluster } from "../../../src/engines/open";
import type { ClusterPort } from "../../../src/engines/port";
import { tableDeclaration } from "../../../src/engines/greptimedb/table-declaration";
import { capabilitiesOf } from "../../../src/engines/greptimedb/version";
import type { Move } from "../../../src/planning/change";
import type { ObservedGreptimeCluster, ObservedRegion } from "../../../src/planning/observed";
import type { TableDeclaration } from "../../../src/topology/manifest";
import { declaration } from "./fixtures";

const VERSIONS = ["0.9.5", "0.12.2", "0.15.5", "0.17.2", "1.0.2", "1.1.4"];
const CPU = { database: "public", name: "cpu" };

interface Opened {
  readonly dev: GreptimeDevCluster;
  readonly port: ClusterPort;
  readonly sent: string[];
}

let opened: Opened | undefined;
afterEach(async () => {
  await opened?.port.close();
  await opened?.dev.stop();
  opened = undefined;
});

async function open(version: string, options: GreptimeDevClusterOptions = {}): Promise<Opened> {
  const dev = await startGreptimeDevCluster({ version, datanodes: 3, procedureDurationMs: 30, ...options });
  const sent: string[] = [];
  const connection = { host: dev.host, port: dev.port };
  const port = openCluster(
    { engine: "greptimedb", name: "dev", connection, tables: [], placements: [] },
    { env: {}, onStatement: (sql) => sent.push(sql) },
  );
  opened = { dev, port, sent };
  return opened;
}

async function create({ port }: Opened, declared: TableDeclaration): Promise<ObservedGreptimeCluster> {
  const before = await port.inspect({ definitions: [declared] });
  for (const change of port.diffTable(declared, before)) await port.applyTableChange(change);
  return port.inspect({ definitions: [declared] });
}

function regionsOf(cluster: ObservedGreptimeCluster): readonly ObservedRegion[] {
  return cluster.tables.find((table) => table.name === "cpu")?.regions ?? [];
}

function moveOf(region: ObservedRegion | undefined, to?: bigint): Move {
  if (region === undefined || region.leader === null) throw new Error("no region");
  const target = to ?? [0n, 1n, 2n].find((id) => id !== region.leader) ?? 0n;
  return {
    kind: "move-region",
    table: CPU,
    partition: region.partition,
    region: region.id,
    from: region.leader,
    to: target as Move["to"],
    sizeBytes: null,
    reason: "",
  };
}

async function finished(port: ClusterPort, id: string): Promise<string> {
  for (let i = 0; i < 200; i++) {
    const state = (await port.moves.procedures([id])).get(id);
    if (state?.kind !== "running") return state?.kind ?? "none";
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return "running";
}

describe.each(VERSIONS)("GreptimeDB %s", (version) => {
  test("create, compare, change, read back: then nothing differs", async () => {
    const world = await open(version);
    const { port } = world;
    const server = capabilitiesOf(version);
    const declared = declaration({
      columns: [
        ...declaration().columns,
        { name: "note", type: "varchar(10)", nullable: true, default: "it's", comment: "q'" },
      ],
      options: { ttl: "90d" },
    });
    const created = await create(world, declared);
    expect(created).toMatchObject({ version, mode: "distributed", datanodes: [{ id: 0n }, { id: 1n }, { id: 2n }] });
    expect(port.diffTable(declared, created)).toEqual([]);
    expect(regionsOf(created).map((region) => region.partition)).toEqual([
      "host < 'g'",
      "host >= 'g' AND host < 'p'",
      "host >= 'p'",
    ]);
    expect(new Set(regionsOf(created).map((region) => region.leader)).size).toBe(3);

    const table = created.tables.find((one) => one.name === "cpu");
    expect(table && port.diffTable(tableDeclaration(table), created)).toEqual([]);

    const changed: TableDeclaration = {
      ...declared,
      columns: [
        ...declared.columns,
        { name: "rack", type: "INT", nullable: true, ...(server.commentOn ? { comment: "where it stands" } : {}) },
        { name: "zone", type: "STRING", nullable: true },
      ],
      primaryKey: ["host", "zone"],
      options: server.setOption ? { ttl: "120d" } : declared.options,
    };
    const changes = port.diffTable(changed, created);
    expect(changes.map((change) => change.kind).sort()).toEqual([
      "add-column",
      "add-column",
      ...(server.setOption ? ["set-option"] : []),
    ]);
    for (const change of changes) await port.applyTableChange(change);
    for (const change of changes) await port.applyTableChange(change);
    expect(port.diffTable(changed, await port.inspect({ definitions: [CPU] }))).toEqual([]);
  });

  test("a table that exists and differs is left alone", async () => {
    const world = await open(version);
    await create(world, declaration());
    const other = declaration({
      columns: declaration().columns.map((column) =>
        column.name === "usage" ? { ...column, type: "BIGINT" } : column,
      ),
    });
    const attempt = world.port.applyTableChange({
      kind: "create-table",
      table: CPU,
      declaration: other,
      reason: "",
      losesData: false,
      inverse: null,
    });
    await expect(attempt).rejects.toMatchObject({
      diagnostic: { code: "GREPTIMEDB_TABLE_DIFFERS", detail: expect.stringContaining("usage") },
    });
  });

  test("flush, move, confirm; then it is already there", async () => {
    const world = await open(version);
    const { port, dev } = world;
    const [region] = regionsOf(await create(world, declaration()));
    await dev.sql("INSERT INTO cpu (host, usage, ts) VALUES ('a', 1.5, 1), ('h', 2.5, 2), ('z', 3.5, 3)");
    const move = moveOf(region);
    await port.moves.flush(move.region);
    const submitted = await port.moves.submit(move, 60);
    expect(submitted.kind).toBe("submitted");
    if (submitted.kind !== "submitted") return;
    expect(await finished(port, submitted.procedure)).toBe("done");
    expect((await port.moves.leaders([move.region])).get(move.region)).toEqual({
      leader: move.to,
      followers: [],
      status: "ALIVE",
    });
    expect(await port.rows.count(CPU, null)).toBe(3n);
    expect(await port.moves.submit(move, 60)).toEqual({ kind: "already-there" });
  });

  test("refusals, and an id nobody knows", async () => {
    const world = await open(version);
    const { port } = world;
    const [region] = regionsOf(await create(world, declaration()));
    const move = moveOf(region);
    const third = [0n, 1n, 2n].find((id) => id !== move.from && id !== move.to) as Move["to"];
    expect(await port.moves.submit({ ...move, to: 99n as Move["to"] }, 60)).toMatchObject({
      kind: "transient",
      diagnostic: { code: "GREPTIMEDB_PEER_UNAVAILABLE", summary: expect.stringContaining("target") },
    });
    expect(await port.moves.submit({ ...move, from: move.to, to: third }, 60)).toMatchObject({
      kind: "refused",
      diagnostic: { code: "GREPTIMEDB_LEADER_CHANGED" },
    });
    expect(await port.moves.submit({ ...move, region: (move.region + 9n) as Move["region"] }, 60)).toMatchObject({
      kind: "refused",
      diagnostic: { code: "GREPTIMEDB_REGION_GONE" },
    });
    const unknown = "00000000-0000-4000-8000-000000000000";
    expect(await port.moves.procedures([unknown])).toEqual(new Map([[unknown, { kind: "unknown" }]]));
    const { silentMs } = await port.moves.heartbeats();
    expect([...silentMs.keys()].sort()).toEqual([0n, 1n, 2n]);
    for (const age of silentMs.values()) expect(age).not.toBeNull();
  });

  test("a snapshot costs six statements and one for each declared table", async () => {
    const world = await open(version);
    await create(world, declaration());
    world.dev.resetStatementLog();
    const fresh = openCluster(
      {
        engine: "greptimedb",
        name: "dev",
        connection: { host: world.dev.host, port: world.dev.port },
        tables: [],
        placements: [],
      },
      { env: {} },
    );
    await fresh.inspect({ definitions: [CPU] });
    await fresh.close();
    expect(world.dev.statementCount()).toBeLessThanOrEqual(7);
  });
});

describe.each(["1.0.2", "1.1.4"])("GreptimeDB %s", (version) => {
  test("rules change in place", async () => {
    const world = await open(version);
    await create(world, declaration());
    const split = declaration({
      partitioning: {
        kind: "range",
        columns: ["host"],
        partitions: [{ lessThan: ["d"] }, { lessThan: ["g"] }, { lessThan: [{ maxvalue: true }] }],
      },
    });
    const changes = world.port.diffTable(split, await world.port.inspect({ definitions: [CPU] }));
    expect(changes.map((change) => change.kind)).toEqual(["repartition"]);
    for (const change of changes) await world.port.applyTableChange(change);
    const after = await world.port.inspect({ definitions: [CPU] });
    expect(world.port.diffTable(split, after)).toEqual([]);
    expect(
      regionsOf(after)
        .map((region) => region.partition)
        .sort(),
    ).toEqual(["host < 'd'", "host >= 'd' AND host < 'g'", "host >= 'g'"]);
  });

  test("defaults, comments and types change in place", async () => {
    const world = await open(version);
    await create(world, declaration());
    const columns = declaration().columns.map((column) =>
      column.name === "usage" ? { ...column, type: "STRING", default: "7", comment: "it's" } : column,
    );
    const declared = declaration({ columns, options: { comment: "hi" } });
    for (const change of world.port.diffTable(declared, await world.port.inspect({ definitions: [CPU] })))
      await world.port.applyTableChange(change);
    expect(world.port.diffTable(declared, await world.port.inspect({ definitions: [CPU] }))).toEqual([]);
    const back = world.port.diffTable(
      declaration({
        columns: declaration().columns.map((column) =>
          column.name === "usage" ? { ...column, type: "STRING" } : column,
        ),
      }),
      await world.port.inspect({ definitions: [CPU] }),
    );
    for (const change of back) await world.port.applyTableChange(change);
    expect(
      (await world.port.inspect({ definitions: [CPU] })).tables.find((table) => table.name === "cpu")?.definition,
    ).toMatchObject({ options: {}, columns: [{}, { default: null, comment: null }, {}] });
  });

  test("the server acted and the answer was lost: adopted, not repeated", async () => {
    const world = await open(version, { procedureDurationMs: 400 });
    world.dev.faults.dropConnectionAfter((sql) => sql.startsWith("CREATE TABLE"));
    const [region] = regionsOf(await create(world, declaration()));
    const move = moveOf(region);
    world.dev.faults.dropConnectionAfter((sql) => sql.includes("migrate_region"));
    const submitted = await world.port.moves.submit(move, 60);
    expect(submitted.kind).toBe("submitted");
    expect((await world.port.moves.running([move.region])).migrations.get(move.region)).toBe(
      submitted.kind === "submitted" ? submitted.procedure : "",
    );
    expect(
      await world.port.moves.submit(
        { ...move, to: [0n, 1n, 2n].find((id) => id !== move.from && id !== move.to) as Move["to"] },
        60,
      ),
    ).toEqual({ kind: "busy" });
    expect(world.sent.filter((sql) => sql.includes("migrate_region"))).toHaveLength(2);
    expect(world.sent.filter((sql) => sql.startsWith("CREATE TABLE"))).toHaveLength(1);
  });
});

test("standalone: seen in the snapshot, refused at the move", async () => {
  const world = await open("1.1.4", { mode: "standalone" });
  const cluster = await create(world, declaration());
  expect(cluster.mode).toBe("standalone");
  const [region] = regionsOf(cluster);
  if (region === undefined) throw new Error("no region");
  expect(await world.port.moves.submit(moveOf({ ...region, leader: 0n as Move["from"] }, 1n), 60)).toMatchObject({
    kind: "refused",
    diagnostic: { code: "GREPTIMEDB_STANDALONE" },
  });
});

test("0.6: created by the old syntax and read back, never moved", async () => {
  const world = await open("0.6.0");
  const created = await create(world, declaration());
  expect(world.sent.find((sql) => sql.startsWith("CREATE TABLE"))).toContain("PARTITION BY RANGE COLUMNS");
  expect(world.port.diffTable(declaration(), created)).toEqual([]);
  await expect(world.port.moves.leaders([])).rejects.toMatchObject({
    diagnostic: { code: "GREPTIMEDB_MIGRATION_UNSUPPORTED" },
  });
});

test("a wrong password is one diagnostic, without the password", async () => {
  const dev = await startGreptimeDevCluster({ user: { name: "admin", password: "right" } });
  const port = openCluster(
    {
      engine: "greptimedb",
      name: "dev",
      connection: { host: dev.host, port: dev.port, user: "admin", password: { env: "P" } },
      tables: [],
      placements: [],
    },
    { env: { P: "wrong-secret" } },
  );
  opened = { dev, port, sent: [] };
  const error = await port.inspect({ definitions: [] }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ diagnostics: [{ code: "GREPTIMEDB_LOGIN_REFUSED" }] });
  expect(JSON.stringify(error)).not.toContain("wrong-secret");
});
