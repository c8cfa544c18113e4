import { type ModelClock, realClock } from "../clock";
import { Gateway, type LoggedStatement } from "./gateway";
import { ClusterModel } from "./model/cluster-model";
import type { KwdbFaults } from "./model/faults";
import type { KwdbNode, StartMode } from "./model/nodes";
import { serverVersion } from "./server-version";
import { errorFields, SqlError } from "./sql-error";
import { formatCell } from "./types/sql-type";
import { startHttpServer } from "./wire/http-server";
import { type PgServer, startPgServer } from "./wire/pg-server";

export type { LoggedStatement as KwdbLoggedStatement } from "./gateway";
export type { KwdbFaults } from "./model/faults";
export type { ClusterModel as KwdbModel } from "./model/cluster-model";

/** What {@link startKwdbDevCluster} takes; everything has a default. */
export interface KwdbDevClusterOptions {
  /** Emulated release, 2.0.4 or later. Default `3.2.1`. */
  readonly version?: string;
  /** How many nodes (their localities are `region=NODE1`, …), or each node's locality. Default 5, and 1 with `start-single-node`, which has no other number. */
  readonly nodes?: number | readonly { readonly locality: string; readonly attributes?: readonly string[] }[];
  /** `start-single-node` gives every zone one replica. Default `start`. */
  readonly startMode?: StartMode;
  /** SQL port of the first node; 0, the default, takes any free one. The other nodes take free ones. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Port of the first node's HTTP service; 0 takes any free one; not served when absent. */
  readonly httpPort?: number;
  /** Further users, or a password for `root`. Passwords matter only with `tls`. */
  readonly users?: readonly { readonly name: string; readonly password?: string; readonly admin?: boolean }[];
  /** PEM texts. When given the cluster is secure: TLS is offered, and users need a password or a certificate that `ca` signed. Otherwise it is insecure: every existing user may connect. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  /** From a zone change until replicas begin to move, in milliseconds. Default 1,000 (observed on a real cluster: 29,000 to 42,000). */
  readonly replicationDelayMs?: number;
  /** Between two replicas added to one range. Default 200 (observed: 500). */
  readonly replicationStepMs?: number;
  /** From a node's death until the others notice; until then no statement is answered. Default 1,000 (observed: 25,000). */
  readonly livenessTimeoutMs?: number;
  /** How long a rebalance takes. Default 100 (observed: 2,800). */
  readonly rebalanceMs?: number;
  readonly clock?: ModelClock;
}

/** Where one node is reached. */
export interface KwdbDevNode {
  readonly nodeId: number;
  readonly storeId: number;
  readonly locality: string;
  readonly host: string;
  readonly port: number;
  /** Whether its process runs. */
  readonly running: boolean;
}

export interface KwdbDevCluster {
  readonly host: string;
  /** SQL port of the first node. */
  readonly port: number;
  /** Port of the first node's HTTP service; null when it is not served. */
  readonly httpPort: number | null;
  readonly version: string;
  readonly nodes: readonly KwdbDevNode[];
  /** The cluster itself: catalog, zones, ranges, settings, jobs. */
  readonly model: ClusterModel;
  readonly faults: KwdbFaults;
  /** Statement texts that clients sent since the start or the last reset, in order (not those of {@link sql}). */
  statements(): readonly LoggedStatement[];
  resetStatementLog(): void;
  /**
   * Runs statements in the process as `root`, in a session of their own, and gives the rows of the last one. Values are the texts of the wire, NULL is null.
   * Rejects with an error whose `code`, `message`, `hint` and `detail` are the client's.
   */
  sql(text: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
  /** Ends every connection and frees the ports. */
  stop(): Promise<void>;
}

/** The cluster of `topoform/devcluster`, which says what it is. */
export async function startKwdbDevCluster(options: KwdbDevClusterOptions = {}): Promise<KwdbDevCluster> {
  const host = options.host ?? "127.0.0.1";
  const startMode = options.startMode ?? "start";
  const nodes = nodeOptions(options, startMode);
  if (nodes.length === 0 || (startMode === "start-single-node" && nodes.length > 1)) throw new RangeError(`a cluster of ${startMode} cannot have ${nodes.length} nodes`);
  const model = new ClusterModel({
    version: serverVersion(options.version ?? "3.2.1"), clock: options.clock ?? realClock(), startMode, nodes, users: options.users ?? [], secure: options.tls !== undefined,
    times: { delayMs: options.replicationDelayMs ?? 1_000, stepMs: options.replicationStepMs ?? 200 }, livenessTimeoutMs: options.livenessTimeoutMs ?? 1_000, rebalanceMs: options.rebalanceMs ?? 100,
  });
  const gateway = new Gateway(model);
  const listeners = new Listeners(gateway, host, options);
  for (const [i, node] of model.nodes.entries()) await listeners.start(node, i === 0 ? (options.port ?? 0) : 0);
  const [first] = model.nodes;
  const http = options.httpPort === undefined ? null : await startHttpServer({ host, port: options.httpPort, nodeId: first!.nodeId, address: () => first!.address });
  return {
    host,
    port: listeners.port(first!),
    httpPort: http?.port ?? null,
    version: model.version.text,
    nodes: model.nodes.map((node) => ({ nodeId: node.nodeId, storeId: node.storeId, locality: node.locality, host, port: listeners.port(node), get running() { return node.running; } })),
    model,
    faults: faultsOf(model, listeners),
    statements: () => gateway.statements(),
    resetStatementLog: () => gateway.resetLog(),
    sql: (text) => runInProcess(gateway, text),
    stop: async () => {
      await Promise.all([listeners.stopAll(), http?.stop()]);
      model.close();
      gateway.close();
    },
  };
}

function nodeOptions({ nodes }: KwdbDevClusterOptions, startMode: StartMode): readonly { readonly locality: string; readonly attributes: readonly string[] }[] {
  if (typeof nodes === "object") return nodes.map(({ locality, attributes }) => ({ locality, attributes: attributes ?? [] }));
  return Array.from({ length: nodes ?? (startMode === "start-single-node" ? 1 : 5) }, (_, i) => ({ locality: `region=NODE${i + 1}`, attributes: [] }));
}

/** The SQL ports of the nodes; each keeps its port over a restart. */
class Listeners {
  private readonly servers = new Map<number, PgServer>();
  private readonly ports = new Map<number, number>();

  constructor(
    private readonly gateway: Gateway,
    private readonly host: string,
    private readonly options: KwdbDevClusterOptions,
  ) {}

  port(node: KwdbNode): number {
    return this.ports.get(node.nodeId)!;
  }

  async start(node: KwdbNode, port: number): Promise<void> {
    const { tls } = this.options;
    const security = tls === undefined ? null : {
      tls,
      requireUser: (user: string) => this.gateway.requireUser(user),
      checkPassword: (user: string, password: string) => this.gateway.model.store.committed.user.get(user)?.password === password,
    };
    const server = await startPgServer({ host: this.host, port, security, openSession: (start) => this.gateway.open(node, start) });
    this.servers.set(node.nodeId, server);
    this.ports.set(node.nodeId, server.port);
    node.address = `${this.host}:${server.port}`;
  }

  async stop(node: KwdbNode): Promise<void> {
    await this.servers.get(node.nodeId)?.stop();
    this.servers.delete(node.nodeId);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
    this.servers.clear();
  }
}

function faultsOf(model: ClusterModel, listeners: Listeners): KwdbFaults {
  const find = (nodeId: number): KwdbNode => {
    const node = model.nodes.find((n) => n.nodeId === nodeId);
    if (node === undefined) throw new RangeError(`there is no node ${nodeId}`);
    return node;
  };
  return {
    killNode: async (nodeId) => {
      const node = find(nodeId);
      if (!node.running) return;
      model.stopNode(node);
      await listeners.stop(node);
    },
    restartNode: async (nodeId) => {
      const node = find(nodeId);
      if (node.running) return;
      await listeners.start(node, listeners.port(node));
      model.startNode(node);
    },
    dropConnectionAfter: (matches) => model.statementFaults.arm({ matches, effect: "drop", error: null }),
    failStatement: (matches, error) => model.statementFaults.arm({ matches, effect: "instead", error }),
    failAfter: (matches, error) => model.statementFaults.arm({ matches, effect: "after", error }),
    failRebalance: (message) => {
      model.rebalanceFailure = message;
    },
    pauseReplication: () => {
      model.ranges.paused = true;
    },
    resumeReplication: () => {
      model.ranges.paused = false;
      model.ranges.follow();
    },
  };
}

async function runInProcess(gateway: Gateway, text: string): Promise<readonly Readonly<Record<string, string | null>>[]> {
  const session = await gateway.open(gateway.model.nodes[0]!, { user: "root", database: "defaultdb", settings: {} });
  try {
    let rows: readonly Readonly<Record<string, string | null>>[] = [];
    for (const statement of session.parse(text)) {
      const result = await session.execute(statement, []);
      rows = result.kind === "rows" ? result.rows.map((row) => Object.fromEntries(result.columns.map(({ name, type }, i) => [name, formatCell(row[i] ?? null, type)]))) : [];
    }
    return rows;
  } catch (error) {
    const { sqlstate, message, hint, detail } = errorFields(error);
    throw Object.assign(error instanceof SqlError ? error : new Error(message), { code: sqlstate, hint, detail });
  } finally {
    session.close();
  }
}
