import { Client, type ClientConfig } from "pg";
import { virtualClock, type VirtualClock } from "../../../src/devcluster/clock";
import { type KwdbDevCluster, type KwdbDevClusterOptions, startKwdbDevCluster } from "../../../src/devcluster/kwdb/index";

/** A cluster with its clients; everything ends with {@link Stage.close}. */
export class Stage {
  private readonly clients: Client[] = [];

  private constructor(
    readonly cluster: KwdbDevCluster,
    readonly clock: VirtualClock,
  ) {}

  static async open(options: KwdbDevClusterOptions = {}): Promise<Stage> {
    const clock = virtualClock();
    return new Stage(await startKwdbDevCluster({ clock, ...options }), clock);
  }

  /** Connects to a node. */
  async client(nodeId = 1, config: ClientConfig = {}): Promise<Client> {
    const node = this.cluster.nodes.find((n) => n.nodeId === nodeId)!;
    const client = new Client({ host: node.host, port: node.port, user: "root", database: "defaultdb", ...config });
    client.on("error", () => undefined);
    this.clients.push(client);
    await client.connect();
    return client;
  }

  /** First column of every row, as texts. */
  async column(sql: string): Promise<readonly (string | null)[]> {
    return (await this.cluster.sql(sql)).map((row) => Object.values(row)[0] ?? null);
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end().catch(() => undefined)));
    await this.cluster.stop();
  }
}

/** Rows of a statement, each value as its text. */
export async function texts(client: Client, sql: string): Promise<readonly (readonly (string | null)[])[]> {
  const { rows } = await client.query({ text: sql, rowMode: "array", types: { getTypeParser: () => (value: string) => value } });
  return rows as readonly (readonly (string | null)[])[];
}

/** The error that a promise ends with. */
export async function failure(work: Promise<unknown>): Promise<{ readonly code?: string; readonly message: string; readonly hint?: string; readonly detail?: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error & { readonly code?: string };
  }
  throw new Error("it did not fail");
}

/** Whether a promise is still open after the sockets had time to deliver. */
export async function isPending(work: Promise<unknown>, waitMs = 80): Promise<boolean> {
  const open = Symbol("open");
  const first = await Promise.race([work.catch(() => undefined), new Promise((resolve) => setTimeout(() => resolve(open), waitMs))]);
  return first === open;
}
