import type { ClusterPort } from "../engines/port";
import type { Connection } from "./connection";
import type { Convergence } from "./converge";
import type { SnapshotReader } from "./snapshot";

/** What the provider block makes: one cluster, read and changed through one connection. */
export interface ProviderClient {
  readonly cluster: ClusterClient;
}

/** One GreptimeDB cluster of this provider configuration. Nothing connects before the first statement. */
export interface ClusterClient {
  /** Names the cluster in messages, its journal and its lock: `greptimedb host:port`. */
  readonly name: string;
  readonly connection: Connection;
  readonly port: ClusterPort;
  readonly snapshots: SnapshotReader;
  readonly converge: Convergence;
}
