import type { GreptimeClusterDeclaration } from "../topology/manifest";
import { DiagnosticError, type Diagnostic } from "../topology/diagnostic";
import type { DatanodeId, RegionId } from "../topology/ids";
import type { Move, TableChange, TableName } from "../planning/change";
import type { ObservedGreptimeCluster } from "../planning/observed";

/** What planning, convergence and the surfaces need of an engine. One object per cluster; connects on first use. */
export interface ClusterPort {
  readonly engine: "greptimedb";
  /** Reads the whole cluster. `definitions`: tables whose columns, rules and options are wanted as well. */
  inspect(request: { readonly definitions: readonly TableName[] }): Promise<ObservedGreptimeCluster>;
  /**
   * The same snapshot with the definitions of these tables added: one SHOW CREATE TABLE each and nothing else of the cluster.
   * Tables that do not exist, and definitions already there, cost nothing.
   */
  readDefinitions(observed: ObservedGreptimeCluster, tables: readonly TableName[]): Promise<ObservedGreptimeCluster>;
  /** Differences between a declared table and the live one (null: missing). Pure; canonical forms of the engine. */
  diffTable(declared: GreptimeClusterDeclaration["tables"][number], observed: ObservedGreptimeCluster): readonly TableChange[];
  /** The statements of a table change, for people and for {@link ClusterPort.applyTableChange}. */
  statementsOf(change: TableChange, version: string): readonly string[];
  /** Does one table change and returns when the server has it. Idempotent: doing it twice is success. */
  applyTableChange(change: TableChange): Promise<void>;
  readonly moves: MovePort;
  readonly rows: RowPort;
  close(): Promise<void>;
}

/** The steps of a move, each one statement. Rejections are {@link DiagnosticError}s whose `transient` nature is told by {@link PortError}. */
export interface MovePort {
  flush(region: RegionId): Promise<void>;
  /** Rejects, with `sent`, when the answer was lost and the server does not show what became of it. */
  submit(move: Move, replayTimeoutSeconds: number): Promise<SubmitResult>;
  /** States of these procedures, with one statement where the version has procedure_info. */
  procedures(ids: readonly string[]): Promise<ReadonlyMap<string, ProcedureState>>;
  /** What is at work on these regions, whoever started it; nothing where the server cannot tell. At most one statement. */
  running(regions: readonly RegionId[]): Promise<RunningProcedures>;
  /** Leaders of these regions now; a region that no longer exists is absent. One statement. */
  leaders(regions: readonly RegionId[]): Promise<ReadonlyMap<RegionId, RegionLeader>>;
  /** Datanodes with the time since their last heartbeat. One statement. */
  heartbeats(): Promise<Heartbeats>;
}

/** What verification asks of a table's rows, whatever a move has done to them. `sinceMs`: milliseconds since the epoch; null: all rows. */
export interface RowPort {
  /** Exact number of rows, or of those whose time is at or after `sinceMs`. */
  count(table: TableName, sinceMs: number | null): Promise<bigint>;
  /** How long rows of the table live, in milliseconds, a lifetime that its database gives included; null: for ever. */
  ttlMs(table: TableName): Promise<number | null>;
  /** The server's time, by which rows expire, in milliseconds since the epoch; null: it does not tell. */
  nowMs(): Promise<number | null>;
  /** Figures over all columns that do not depend on the order of rows. */
  checksum(table: TableName, sinceMs: number | null): Promise<TableChecksum>;
}

/** Figures of one table: its number of rows, then per column what its type allows, e.g. `min(host)`, `sum(load)`. */
export interface TableChecksum {
  readonly rows: bigint;
  readonly figures: readonly ChecksumFigure[];
}

export interface ChecksumFigure {
  readonly name: string;
  /** As the server prints it; null: no value. */
  readonly value: string | null;
  /** A sum of floating point numbers: its last digits depend on the order in which regions are added. */
  readonly approximate: boolean;
}

export type SubmitResult =
  /** `procedure` is the id to poll. */
  | { readonly kind: "submitted"; readonly procedure: string }
  /** The region already leads on the target, in any of the shapes the versions give. */
  | { readonly kind: "already-there" }
  /** Another migration of this region is running. */
  | { readonly kind: "busy" }
  /** Try again later: target lease not renewed yet, metasrv without leader, no connection to send it on, … */
  | { readonly kind: "transient"; readonly diagnostic: Diagnostic }
  /** Will never work: table dropped, leader changed, no permission, standalone, … */
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic };

export type ProcedureState =
  | { readonly kind: "running" }
  | { readonly kind: "retrying" | "rolling-back" | "failed"; readonly error: string; readonly cause: ProcedureCause }
  | { readonly kind: "done" }
  /** The server does not know the id: it never started, or finished long ago. */
  | { readonly kind: "unknown" };

/** What a procedure's error says: the datanodes share no storage; the table or its region is gone; anything else, which may pass. */
export type ProcedureCause = "no-shared-storage" | "region-gone" | "other";

export interface RunningProcedures {
  /** Unfinished migrations, by region. */
  readonly migrations: ReadonlyMap<RegionId, string>;
  /** Those of the regions whose table is being repartitioned, whether or not it is the region's turn. */
  readonly repartitioned: ReadonlySet<RegionId>;
}

export interface RegionLeader {
  readonly leader: DatanodeId | null;
  readonly followers: readonly DatanodeId[];
  readonly status: "ALIVE" | "DOWNGRADING" | "DOWNGRADED" | "STAGING" | "UNKNOWN";
}

export interface Heartbeats {
  /** Milliseconds since the metasrv started; null when unknown. */
  readonly metasrvUptimeMs: number | null;
  /** Milliseconds since each datanode's last heartbeat; null when the server does not tell; absent: the datanode is not listed. */
  readonly silentMs: ReadonlyMap<DatanodeId, number | null>;
}

/** A failure of a statement. `transient` ones may be tried again; the statement may or may not have taken effect when `sent` is true. */
export class PortError extends DiagnosticError {
  constructor(
    readonly diagnostic: Diagnostic,
    readonly transient: boolean,
    readonly sent: boolean,
    options?: { readonly cause?: unknown },
  ) {
    super(diagnostic, options);
    this.name = "PortError";
  }
}
