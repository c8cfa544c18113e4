import { startGreptimeDevCluster, type GreptimeDevCluster } from "../../src/devcluster";
import type { Logger, ObjectValue } from "../../src/plugin";
import { planCluster } from "../../src/planning/plan-cluster";
import { createProvider } from "../../src/provider/provider";
import { connectionAttributes } from "../../src/provider/connection";
import { RUN_ATTRIBUTES, runOf } from "../../src/provider/run-attributes";
import { datanodeId } from "../../src/topology/ids";
import { DEFAULT_LIMITS, type GreptimeClusterDeclaration } from "../../src/topology/manifest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NOTHING = Object.fromEntries(Object.keys({ ...connectionAttributes("greptimedb"), ...RUN_ATTRIBUTES }).map((name) => [name, null]));

let directory: string;
let cluster: GreptimeDevCluster;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "topoform-run-"));
  cluster = await startGreptimeDevCluster({ procedureDurationMs: 20 });
  await cluster.sql("CREATE TABLE cpu (host STRING, v DOUBLE, ts TIMESTAMP TIME INDEX, PRIMARY KEY (host)) WITH (ttl = '30d')");
  await cluster.sql(`INSERT INTO cpu (host, v, ts) VALUES ('a', 1, ${Date.now()}), ('b', 2, ${Date.now() - 20 * 86_400_000})`);
});
afterAll(async () => {
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Moves the table's one region with a provider whose block holds `run`; the events by code. */
async function move(run: ObjectValue): Promise<ReadonlyMap<string, readonly object[]>> {
  const events = new Map<string, object[]>();
  const log = { trace() {}, debug() {}, warn() {}, error() {}, info: (code: string, fields: object) => void events.set(code, [...(events.get(code) ?? []), fields]) } as unknown as Logger;
  const config = { greptimedb: { ...NOTHING, host: cluster.host, port: cluster.port, ...run }, kwdb: null, state_directory: directory };
  const provider = createProvider({});
  const { client, diagnostics } = await provider.configure({ config, terraformVersion: "1.11.4", log });
  if (client === undefined) throw new Error(JSON.stringify(diagnostics));
  const { port, converge } = client.greptimedb();
  const observed = await port.inspect({ definitions: [{ database: "public", name: "cpu" }] });
  const from = observed.tables.find(({ name }) => name === "cpu")!.regions[0]!.leader!;
  const declaration: GreptimeClusterDeclaration = {
    engine: "greptimedb",
    name: "cpu",
    connection: {},
    sharedStorage: { kind: "s3", bucket: "metrics" },
    tables: [],
    placements: [{ name: "cpu", database: "public", table: "cpu", strategy: "pinned", pins: { "*": datanodeId((from + 1n) % 3n) }, replayTimeoutSeconds: 60, limits: DEFAULT_LIMITS, acceptDataLossOf: [] }],
  };
  const plan = planCluster({ cluster: declaration, observed, tableChanges: [] });
  expect(plan.moves).toHaveLength(1);
  expect(await converge.exclusively({ drain: new AbortController().signal, log }, (session) => session.run(plan, declaration))).toEqual([]);
  await provider.close!(client);
  return events;
}

test("without a word of it rows are counted, of a table with a TTL only those that cannot expire meanwhile; no checksum is taken", async () => {
  const events = await move({});
  expect(events.get("ROWS_COUNTED")).toMatchObject([{ rows: "1", method: "exact" }, { rows: "1", method: "exact" }]);
  expect(events.get("CHECKSUM_TAKEN")).toBeUndefined();
});

test("every attribute has its place", () => {
  const greptimedb = { verify_rows: "statistics", verify_rows_limit: 5, verify_checksums: false, wait_seconds: 0 };
  expect(runOf({ greptimedb })).toEqual({ verifyRows: "statistics", verifyRowsLimit: 5, verifyChecksums: false, waitSeconds: 0 });
  expect(runOf({ greptimedb: null })).toEqual({});
});

test("the provider block asks for checksums, and for statistics instead of a count", async () => {
  const events = await move({ verify_checksums: true, verify_rows: "statistics" });
  expect(events.get("CHECKSUM_TAKEN")).toHaveLength(2);
  expect(events.get("ROWS_COUNTED")).toMatchObject([{ method: "statistics" }, { method: "statistics" }]);
});

test("what it cannot mean is reported at the block", async () => {
  await expect(move({ verify_rows: "roughly" })).rejects.toThrow(/verify_rows is .*roughly.*Allowed: exact, statistics, off/);
  await expect(move({ wait_seconds: 0.5 })).rejects.toThrow(/wait_seconds is 0\.5/);
});
