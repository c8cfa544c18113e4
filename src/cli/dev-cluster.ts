/** What `topoform dev` takes; of an engine's own options only those that were given or have a default. */
export interface DevOptions {
  readonly engine: DevEngine;
  /** Default: the engine's own. */
  readonly port?: number;
  readonly greptimedbVersion: string;
  readonly datanodes: number;
  /** Milliseconds that a region migration takes. */
  readonly procedureDuration: number;
  readonly kwdbVersion: string;
  /** Default 5, and 1 with `start-single-node`. */
  readonly nodes?: number;
  readonly startMode: "start" | "start-single-node" | "start-single-replica";
  /** Milliseconds from a zone change until replicas begin to follow. */
  readonly replicationDelay: number;
  /** Milliseconds that a rebalance takes. */
  readonly rebalanceDuration: number;
}

export type DevEngine = "greptimedb" | "kwdb";

/** A cluster that runs, and how it introduces itself. */
export interface RunningDevCluster {
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}
