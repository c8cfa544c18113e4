import { type Case, check, type Expectation, expectationOf, type Step } from "../case";
import { abilitiesOf, parseServerVersion } from "../../../src/engines/kwdb/version";
import { createObjects, everyStatement } from "../../engines/kwdb/every-statement";
import type { TextClient } from "./client";
import { Restorer } from "./restorer";

/** The server that cases run on. */
export interface Server {
  /** `3.2.1` */
  readonly version: string;
  /** The `region` tier of a node, `region=NODE1`; null when the nodes have none. */
  readonly region: string | null;
}

const DATABASE = "topoform_conformance";
const TIME_SERIES = "topoform_conformance_ts";
const REBALANCED = "{rebalanced}";

/** What a server is, as far as cases depend on it. */
export async function describeServer(client: TextClient, newest: string): Promise<Server> {
  const banner = (await client.run("SELECT version()")).rows?.[0]?.[0] ?? "";
  const tag = /^KaiwuDB (\S+)/.exec(banner)?.[1];
  if (tag === undefined) throw new Error(`The server's version() is not KWDB's: ${banner}`);
  const nodes = (await client.run('SELECT locality FROM "".kwdb_internal.gossip_nodes WHERE is_live ORDER BY node_id')).rows ?? [];
  const regions = nodes.map(([locality]) => /(?:^|,)(region=[^,]+)/.exec(locality ?? "")?.[1]);
  return { version: parseServerVersion(tag)?.text ?? newest, region: regions.length >= 3 ? (regions[0] ?? null) : null };
}

/** Runs one case in databases of its own; what it changes outside of them is put back. */
export async function runCase(client: TextClient, server: Server, { steps }: Case): Promise<void> {
  await inOwnDatabases(client, async (restorer) => {
    for (const step of steps) {
      const expected = expectationOf(step, server.version);
      if (expected === undefined) continue;
      if (step.sql === REBALANCED) await rebalanceEnds(client);
      else await runStep(client, restorer, fillStep(step, server), fillExpectation(expected, server));
    }
  });
}

/** Runs every statement of the engine, each of which the server must take, with the objects that they need. */
export async function runEveryStatement(client: TextClient, { version, region }: Server): Promise<void> {
  await inOwnDatabases(client, async (restorer) => {
    const abilities = abilitiesOf(parseServerVersion(version));
    const objects = { database: DATABASE, timeSeries: TIME_SERIES, region: region?.replace("region=", "") ?? "", replicas: expectsReplicas(version), abilities };
    const own = [`CREATE DATABASE ${DATABASE}`, `CREATE TS DATABASE ${TIME_SERIES}`];
    for (const sql of createObjects(objects).filter((text) => !own.includes(text))) await runStep(client, restorer, { sql }, { kind: "ok" });
    const { rebalanceStatement, ...others } = everyStatement(objects);
    for (const sql of Object.values(others).flat()) await runStep(client, restorer, { sql }, { kind: "ok" });
    for (const sql of rebalanceStatement) {
      await runStep(client, restorer, { sql }, { kind: "ok" });
      await rebalanceEnds(client);
    }
  });
}

/** Before 2.2.1 sizes and numbers of replicas need a licence. */
const expectsReplicas = (version: string): boolean => expectationOf({ sql: "", expect: [{ from: "2.2.1", kind: "ok" }] }, version) !== undefined;

async function inOwnDatabases(client: TextClient, work: (restorer: Restorer) => Promise<void>): Promise<void> {
  const restorer = new Restorer(client);
  try {
    for (const sql of [`CREATE DATABASE ${DATABASE}`, `CREATE TS DATABASE ${TIME_SERIES}`]) expect({ sql, error: (await client.run(sql)).error }).toEqual({ sql, error: undefined });
    await work(restorer);
  } finally {
    // A failed step may have left a transaction open.
    await client.run("ROLLBACK");
    await restorer.restore();
    for (const database of [DATABASE, TIME_SERIES]) await client.run(`DROP DATABASE IF EXISTS ${database} CASCADE`);
  }
}

async function runStep(client: TextClient, restorer: Restorer, { sql, params }: Pick<Step, "sql" | "params">, expected: Expectation): Promise<void> {
  await restorer.remember(sql);
  check(sql, await client.run(sql, params), expected);
}

const fill = (text: string, { region }: Server): string => text.replaceAll("{database}", DATABASE).replaceAll("{ts}", TIME_SERIES).replaceAll("{region}", region ?? "");

function fillStep(step: Step, server: Server): Step {
  return { ...step, sql: fill(step.sql, server) };
}

function fillExpectation(expected: Expectation, server: Server): Expectation {
  switch (expected.kind) {
    case "ok": return expected;
    case "rows": return { ...expected, rows: expected.rows.map((row) => row.map((cell) => (cell === null ? null : fill(cell, server)))) };
    case "error": case "text": return { ...expected, contains: expected.contains.map((part) => fill(part, server)) };
  }
}

async function rebalanceEnds(client: TextClient): Promise<void> {
  const sql = `SELECT status, error FROM "".kwdb_internal.jobs WHERE job_type = 'REPLICA REBALANCE' ORDER BY created DESC LIMIT 1`;
  for (let attempt = 0; attempt < 600; attempt++) {
    const [status, error] = (await client.run(sql)).rows?.[0] ?? [];
    if (status === "succeeded") return;
    if (status !== "running" && status !== "pending") throw new Error(`The rebalance is ${status}: ${error}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The rebalance did not end.");
}
