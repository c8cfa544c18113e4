import type { KwdbPort } from "../engines/kwdb-port";
import type { ClusterPort } from "../engines/port";
import type { Connection } from "./connection";
import type { Convergence } from "./converge";
import type { KwdbConvergence } from "./converge-kwdb";
import type { KwdbReader } from "./kwdb-snapshot";
import type { SettledRecords } from "./settle-records";
import type { SnapshotReader } from "./snapshot";

/**
 * What the provider block makes: one cluster of each engine, opened when a resource first asks for it. Both throw a DiagnosticError when the
 * engine's connection cannot be used: whoever has no resource of an engine never hears of its settings.
 */
export interface ProviderClient {
  greptimedb(): GreptimeClient;
  kwdb(): KwdbClient;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/** One GreptimeDB cluster of this provider configuration. Nothing connects before the first statement. */
export interface GreptimeClient {
  /** Names the cluster in messages, its journal and its lock: `greptimedb host:port`. */
  readonly name: string;
  readonly connection: Connection;
  readonly port: ClusterPort;
  readonly snapshots: SnapshotReader;
  readonly converge: Convergence;
  /** Tables (`database.table`) whose regions this process has placed for a resource: each belongs to one resource. */
  readonly placed: Set<string>;
  /** Tables that resources of the state place, as far as this process has read them. */
  readonly placedInState: Set<string>;
}

/** The same for KWDB. */
export interface KwdbClient {
  /** `kwdb host:port` */
  readonly name: string;
  readonly port: KwdbPort;
  readonly snapshots: KwdbReader;
  readonly converge: KwdbConvergence;
  readonly records: SettledRecords;
  /** Targets and settings that resources were created for by this process: each belongs to one resource. */
  readonly claimed: Set<string>;
}
