import * as mysql from "mysql2/promise";
import { startGreptimeDevCluster, type GreptimeDevCluster } from "../../../src/devcluster";

export type Row = Readonly<Record<string, string | null>>;

/** A cluster to walk on: the embedded one, or the real one that TOPOFORM_GREPTIMEDB_URL names. Everything happens in `database`. */
export interface WalkCluster {
  /** What a program needs in its environment to reach it. */
  readonly env: Readonly<Record<string, string>>;
  readonly database: string;
  /** Peer ids, ascending. */
  readonly datanodes: readonly number[];
  /** Over the wire, as any client; every value as its text. */
  sql(text: string): Promise<readonly Row[]>;
  /** Drops the database when the cluster is a real one. */
  stop(): Promise<void>;
}

export interface EmbeddedCluster extends WalkCluster {
  readonly embedded: GreptimeDevCluster;
}

export const REAL_CLUSTER_URL = process.env["TOPOFORM_GREPTIMEDB_URL"];

export async function embeddedCluster(version: string): Promise<EmbeddedCluster> {
  const embedded = await startGreptimeDevCluster({ version, datanodes: 3, procedureDurationMs: 200 });
  const { host, port } = embedded;
  const client = await connect({ host, port });
  const env = { TOPOFORM_GREPTIMEDB_HOST: host, TOPOFORM_GREPTIMEDB_PORT: String(port) };
  const stop = async (): Promise<void> => {
    await client.end();
    await embedded.stop();
  };
  const walk = await prepare(client, { env, database: "walk", stop });
  return { ...walk, embedded };
}

export async function realCluster(url: string): Promise<WalkCluster> {
  const client = await connect({ uri: url });
  const database = `topoform_e2e_${Date.now().toString(36)}`;
  const stop = async (): Promise<void> => {
    for (const row of await query(client, `SHOW TABLES FROM ${database}`))
      await query(client, `DROP TABLE ${database}.${Object.values(row)[0]}`);
    await query(client, `DROP DATABASE ${database}`);
    await client.end();
  };
  return prepare(client, { env: { TOPOFORM_GREPTIMEDB_URL: url }, database, stop });
}

/** Moves a region as an operator does by hand, and waits until it has arrived. */
export async function moveByHand(cluster: WalkCluster, region: string, from: number, to: number): Promise<void> {
  const [answer] = await cluster.sql(`ADMIN migrate_region(${region}, ${from}, ${to}, 60)`);
  const procedure = Object.values(answer!)[0];
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const [state] = await cluster.sql(`ADMIN procedure_state('${procedure}')`);
    if (Object.values(state!)[0]!.includes("Done")) return;
  }
  throw new Error(`region ${region} did not arrive on datanode ${to}`);
}

/** Region and leader of each partition of a table, in the order of the partitions. */
export async function regionsOf(
  cluster: WalkCluster,
  table: string,
): Promise<readonly { readonly region: string; readonly leader: number }[]> {
  const rows = await cluster.sql(
    `SELECT a.greptime_partition_id AS region, b.peer_id AS leader FROM information_schema.partitions a LEFT JOIN information_schema.region_peers b
     ON a.greptime_partition_id = b.region_id WHERE a.table_schema = '${cluster.database}' AND a.table_name = '${table}' AND b.is_leader = 'Yes' ORDER BY region`,
  );
  return rows.map(({ region, leader }) => ({ region: region!, leader: Number(leader) }));
}

async function prepare(
  client: mysql.Connection,
  parts: Pick<WalkCluster, "env" | "database" | "stop">,
): Promise<WalkCluster> {
  await query(client, `CREATE DATABASE ${parts.database}`);
  const nodes = await query(
    client,
    "SELECT peer_id FROM information_schema.cluster_info WHERE peer_type = 'DATANODE' ORDER BY peer_id",
  );
  return { ...parts, datanodes: nodes.map((row) => Number(row["peer_id"])), sql: (text) => query(client, text) };
}

async function connect(options: mysql.ConnectionOptions): Promise<mysql.Connection> {
  const client = await mysql.createConnection({
    ...options,
    supportBigNumbers: true,
    bigNumberStrings: true,
    typeCast: (field) => field.string(),
  });
  await client.query("SET time_zone = 'UTC'");
  return client;
}

async function query(client: mysql.Connection, text: string): Promise<readonly Row[]> {
  const [result] = await client.query(text);
  return Array.isArray(result) ? (result as Row[]) : [];
}
