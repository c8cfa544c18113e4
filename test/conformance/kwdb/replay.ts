import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientConfig } from "pg";
import { startKwdbDevCluster } from "../../../src/devcluster/kwdb/index";
import { type Comparison, compare } from "../comparison";
import { type Answer, errorOf, TextClient } from "./client";
import { normalise } from "./normalise";

interface RecordedStatement extends Answer {
  readonly group: string;
  readonly sql?: string;
  readonly params?: readonly unknown[];
  readonly user?: string;
  /** Of the group `connect`: what was tried. */
  readonly note?: string;
  readonly ok?: boolean;
  readonly current_database?: string;
}

/** Where a replay sends its statements. */
export interface ReplayTarget {
  readonly host: string;
  readonly port: number;
  readonly httpPort: number | null;
}

/** Groups that were recorded on a second server with one node. */
const SINGLE_NODE = ["start-single-node", "connect"];

export function readRecording<T>(file: string): readonly T[] {
  return readFileSync(join(process.cwd(), "test", "recorded", "kwdb-3.2.1", file), "utf8").trim().split("\n").map((line) => JSON.parse(line) as T);
}

/** The localities of the recorded nodes, in order of node id. */
export const RECORDED_NODES = ["NODE1", "NODE3", "NODE2", "NODE4", "NODE5"].map((region) => ({ locality: `region=${region}` }));

/** Replays every line of `statements.jsonl` in order: on a fresh dev cluster of five nodes, and the last two groups on one of a single node. */
export async function replayStatements(): Promise<readonly Comparison[]> {
  // Replicas move later than the replay lasts, as they did on the recorded cluster.
  const cluster = await startKwdbDevCluster({ nodes: RECORDED_NODES, replicationDelayMs: 60_000, rebalanceMs: 20 });
  const single = await startKwdbDevCluster({ startMode: "start-single-node", rebalanceMs: 20, httpPort: 0 });
  try {
    return [...(await replayOn(cluster, (group) => !SINGLE_NODE.includes(group))), ...(await replayOn(single, (group) => SINGLE_NODE.includes(group)))];
  } finally {
    await Promise.all([cluster.stop(), single.stop()]);
  }
}

/** Replays the chosen groups on one server. */
export async function replayOn(target: ReplayTarget, chosen: (group: string) => boolean): Promise<readonly Comparison[]> {
  const clients = new Map<string, TextClient>();
  const clientOf = async (user: string): Promise<TextClient> => {
    const client = clients.get(user) ?? (await TextClient.connect({ host: target.host, port: target.port, user, database: "defaultdb" }));
    clients.set(user, client);
    return client;
  };
  try {
    const comparisons: Comparison[] = [];
    for (const [i, recorded] of readRecording<RecordedStatement>("statements.jsonl").entries()) {
      const { group, sql, params, user, note, ...expected } = recorded;
      if (!chosen(group)) continue;
      if (sql === undefined) {
        comparisons.push(compare(i + 1, group, note ?? "", connectAnswer(expected), connectAnswer(await attempt(target, note ?? ""))));
        continue;
      }
      const actual = await (await clientOf(user ?? "root")).run(sql, params);
      comparisons.push(compare(i + 1, group, user === undefined ? sql : `${user}: ${sql}`, normalise(sql, expected), normalise(sql, actual)));
    }
    return comparisons;
  } finally {
    for (const client of clients.values()) await client.close();
  }
}

interface ConnectAnswer {
  readonly ok?: boolean;
  readonly current_database?: string;
  readonly error?: Answer["error"];
}

const connectAnswer = ({ ok, current_database: database, error }: ConnectAnswer): object => ({ ok, database, error: error === undefined ? undefined : normalise("", { error }).error });

/** Ways to connect that the recorder tried. */
async function attempt({ host, port, httpPort }: ReplayTarget, note: string): Promise<ConnectAnswer> {
  const base: ClientConfig = { host, port, user: "root", database: "defaultdb", connectionTimeoutMillis: 5_000 };
  switch (note) {
    case "unknown database": return connect({ ...base, database: "nosuch" }, true);
    case "unknown user": return connect({ ...base, user: "nobody" });
    case "password given to an insecure server": return connect({ ...base, password: "secret" });
    case "tls asked": return connect({ ...base, ssl: true });
    case "http port": return connect({ ...base, port: httpPort ?? port, connectionTimeoutMillis: 500 });
    case "closed port": return connect({ ...base, port: 1 });
    default: throw new Error(`unknown way to connect: ${note}`);
  }
}

async function connect(config: ClientConfig, askDatabase = false): Promise<ConnectAnswer> {
  try {
    const client = await TextClient.connect(config);
    try {
      return askDatabase ? { ok: true, current_database: (await client.run("SELECT current_database()")).rows?.[0]?.[0] ?? "" } : { ok: true };
    } finally {
      await client.close();
    }
  } catch (error) {
    return { error: errorOf(error) };
  }
}
