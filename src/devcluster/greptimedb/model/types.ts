/**
 * The shape of the cluster behind the emulated frontend: catalog, routes, rows, procedures and nodes.
 * The SQL side (parser, information_schema, wire protocol) knows the cluster only through {@link ClusterModel}.
 */

import type { Clock } from "../../clock";

/** The server's own status names; the frontend maps them to MySQL error numbers. */
export type StatusCode =
  | "InvalidSyntax" | "InvalidArguments" | "Unsupported" | "Unexpected" | "Internal" | "IllegalState"
  | "PlanQuery" | "EngineExecuteQuery" | "RegionNotReady" | "RegionBusy" | "TableUnavailable" | "StorageUnavailable"
  | "Unknown" | "Cancelled" | "DeadlineExceeded" | "TableAlreadyExists" | "TableNotFound" | "RegionNotFound"
  | "TableColumnNotFound" | "TableColumnExists" | "DatabaseNotFound" | "DatabaseAlreadyExists" | "RegionReadonly"
  | "AccessDenied" | "PermissionDenied";

/** A refusal as the server words it, without the `(Status): ` prefix that the frontend adds. */
export class ServerError extends Error {
  /** `origin` says where it arose: 1.1.4 appends `, code: …, tonic code: …` to errors of metasrv and datanodes. */
  constructor(readonly status: StatusCode, message: string, readonly origin: "frontend" | "metasrv" | "datanode" = "frontend") {
    super(message);
  }
}

export interface ColumnSchema {
  readonly name: string;
  /** Canonical SQL type as SHOW CREATE TABLE prints it, e.g. `STRING`, `BIGINT UNSIGNED`, `TIMESTAMP(3)`, `DECIMAL(20,4)`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly semantic: "TAG" | "FIELD" | "TIMESTAMP";
  /** The default as SHOW CREATE TABLE prints it (`5`, `'x''y'`, `current_timestamp()`); null when there is none. */
  readonly defaultSql: string | null;
  readonly comment: string | null;
  /** Index clauses exactly as SHOW CREATE TABLE prints them, in its order; empty for none. */
  readonly indexes: readonly string[];
}

export interface TableSchema {
  readonly database: string;
  readonly name: string;
  readonly engine: string;
  readonly columns: readonly ColumnSchema[];
  /** In key order; never contains the time index. */
  readonly primaryKey: readonly string[];
  readonly timeIndex: string;
  readonly partitionColumns: readonly string[];
  /** One entry per region, parallel to `TableMeta.regions`; null for the only region of a table without rules. Opaque to the model. */
  readonly rules: readonly (PartitionRule | null)[];
  /** Own options in normalised form, without what a database gives. */
  readonly options: Readonly<Record<string, string>>;
  readonly comment: string | null;
}

/** A partition rule as the frontend parsed it: opaque to the model except for its canonical text. */
export interface PartitionRule {
  /** As SHOW CREATE TABLE prints it. */
  readonly text: string;
  readonly expression: unknown;
}

export interface TableMeta {
  readonly tableId: number;
  readonly schema: TableSchema;
  /** Region numbers in route order. */
  readonly regions: readonly number[];
  readonly createdAtMs: number;
  /** For a logical table of the metric engine: the physical table that holds its regions; null otherwise. */
  readonly physicalTableId: number | null;
}

export type CellValue = null | boolean | number | bigint | string | Uint8Array;
export type Row = readonly CellValue[];

/** One write to one region. `key` is the row's identity (primary key and time index, encoded); with append mode every key is unique. */
export type RowOperation = { readonly kind: "put"; readonly key: string; readonly row: Row } | { readonly kind: "delete"; readonly key: string };

export interface RegionRoute {
  readonly tableId: number;
  readonly regionNumber: number;
  readonly regionId: bigint;
  /** null while the region has no leader. */
  readonly leader: bigint | null;
  readonly status: "ALIVE" | "DOWNGRADING" | "STAGING";
  /** Whole seconds since the leader was marked downgrading; null otherwise. */
  readonly downSeconds: number | null;
}

export interface NodeInfo {
  readonly peerId: bigint;
  readonly kind: "DATANODE" | "FRONTEND" | "METASRV" | "STANDALONE";
  readonly address: string;
  readonly version: string;
  readonly startedAtMs: number;
  /** Milliseconds since the last heartbeat; null for METASRV and STANDALONE. */
  readonly activeMs: number | null;
  readonly leaderRegions: number;
}

export interface RegionStatistic {
  readonly regionId: bigint;
  readonly rows: number;
  readonly memtableBytes: number;
  readonly sstBytes: number;
  readonly sstCount: number;
  readonly engine: string;
}

export type ProcedureStatus = "Running" | "Done" | "Retrying" | "PrepareRollback" | "RollingBack" | "Failed" | "Poisoned";

export interface ProcedureInfo {
  readonly id: string;
  /** e.g. `metasrv-procedure::RegionMigration`. */
  readonly type: string;
  readonly status: ProcedureStatus;
  /** Empty when there is none. */
  readonly error: string;
  readonly startedAtMs: number;
  /** 0 (the epoch) while it runs, as the real server shows it. */
  readonly endedAtMs: number;
  /** As `procedure_info.lock_keys` prints them, comma separated. */
  readonly lockKeys: string;
}

export interface DatabaseInfo {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Everything the frontend may ask of the cluster. Methods reject with {@link ServerError}. */
export interface ClusterModel {
  readonly version: string;
  readonly mode: "distributed" | "standalone";
  readonly clock: Clock;

  databases(): readonly DatabaseInfo[];
  createDatabase(name: string, options: Readonly<Record<string, string>>): Promise<void>;
  alterDatabase(name: string, options: Readonly<Record<string, string>>): Promise<void>;
  dropDatabase(name: string): Promise<void>;

  /** All user tables in order of creation; synchronous and cheap (the frontend's metadata cache). */
  tables(): readonly TableMeta[];
  table(database: string, name: string): TableMeta | undefined;
  /** Changes whenever `tables()`, `routes()` or rows change: lets the frontend cache what it derives. */
  revision(): number;
  createTable(schema: TableSchema, physicalTableId?: number): Promise<TableMeta>;
  /**
   * Replaces columns, options, comment, name or primary key of a table.
   * `rewrite` turns a stored row into one of the new columns; without it values follow their column's name and new columns are null.
   */
  alterTable(tableId: number, schema: TableSchema, rewrite?: (row: Row) => Row): Promise<void>;
  truncateTable(tableId: number): Promise<void>;
  dropTable(tableId: number): Promise<void>;
  /**
   * SPLIT, MERGE or REPARTITION: `from` are indexes into the current rules, `to` the rules that replace them.
   * The first target keeps the first source's region number, further ones get the next free numbers; rows are re-routed with `route`.
   * Returns the procedure id at once; `done` settles when it ends. `route` gives the index into `to` of the rule that a row falls under.
   */
  repartition(tableId: number, from: readonly number[], to: readonly PartitionRule[], partitionColumns: readonly string[], route: (row: Row) => number): { readonly id: string; readonly done: Promise<void> };

  /** As the frontend has them cached. Throws a {@link ServerError} while metasrv is down. */
  routes(): readonly RegionRoute[];
  write(tableId: number, regionNumber: number, operations: readonly RowOperation[]): Promise<void>;
  /** Live rows of one region as its leader has them (after de-duplication and tombstones). */
  scan(tableId: number, regionNumber: number): Promise<readonly Row[]>;
  /** Leader state as error texts name it. */
  flushRegion(regionId: bigint): Promise<void>;

  /** The procedure id; an empty string where the version answers "already there" without a procedure (before 0.15). */
  migrateRegion(regionId: bigint, from: bigint, to: bigint, timeoutSeconds: number): Promise<string>;
  procedure(id: string): Promise<ProcedureInfo>;
  procedures(): Promise<readonly ProcedureInfo[]>;
  nodes(): Promise<readonly NodeInfo[]>;
  statistics(): Promise<readonly RegionStatistic[]>;
}
