import type { MigrationTask } from "./migration";
import { regionNumberOf, tableIdOf } from "./region-id";
import type { ColumnSchema, ProcedureStatus, Row, ServerError, TableMeta, TableSchema } from "./types";

/** One row of `greptime_private.events`: a change of status of a migration. */
export interface MigrationEvent {
  readonly atMs: number;
  readonly procedureId: string;
  readonly status: ProcedureStatus;
  readonly error: string;
  readonly regionId: bigint;
  readonly trigger: "Manual" | "Failover";
  readonly from: { readonly peerId: bigint; readonly address: string };
  readonly to: { readonly peerId: bigint; readonly address: string };
  readonly timeoutMs: number;
}

/** Keeps the events and writes them, a few seconds late, to a table that the first of them creates. */
export interface EventRecorder {
  record(task: MigrationTask, id: string, status: ProcedureStatus, error: ServerError | undefined): void;
  events(): readonly MigrationEvent[];
}

export interface EventSink {
  now(): number;
  after(ms: number, fn: () => void): void;
  table(): TableMeta | undefined;
  createTable(schema: TableSchema): Promise<void>;
  write(table: TableMeta, rows: readonly { readonly key: string; readonly row: Row }[]): Promise<void>;
}

const FLUSH_MS = 5_000;
const NANOSECONDS = 1_000_000n;

export function createEventRecorder(enabled: boolean, sink: EventSink): EventRecorder {
  const events: MigrationEvent[] = [];
  let written = 0;
  let flushing = false;

  const schedule = (): void => {
    if (flushing) return;
    flushing = true;
    sink.after(FLUSH_MS, () => void flush());
  };

  const flush = async (): Promise<void> => {
    try {
      if (sink.table() === undefined) await sink.createTable(EVENTS_SCHEMA);
      const table = sink.table();
      if (table !== undefined) {
        const batch = events.slice(written);
        await sink.write(table, batch.map((event, index) => ({ key: keyOf(event, written + index), row: rowOf(event, written + index) })));
        written += batch.length;
      }
    } catch {
      // The cluster cannot take the rows now; the next round tries again.
    }
    flushing = false;
    if (written < events.length) schedule();
  };

  return {
    record({ regionId, trigger, from, to, timeoutMs }, procedureId, status, error) {
      if (!enabled) return;
      events.push({
        atMs: sink.now(), procedureId, status, error: error?.message ?? "", regionId, trigger, timeoutMs,
        from: { peerId: from.peerId, address: from.address }, to: { peerId: to.peerId, address: to.address },
      });
      schedule();
    },
    events: () => events,
  };
}

const keyOf = ({ atMs }: MigrationEvent, index: number): string => `region_migration\u0000${String(atMs).padStart(16, "0")}${String(index).padStart(9, "0")}`;

function rowOf(event: MigrationEvent, index: number): Row {
  const error = event.error === "" ? "" : `0: Failed to execute procedure due to external error, clean poisons: false\n1: ${event.error}`;
  return [
    "region_migration",
    JSON.stringify({ timeout: humanDuration(event.timeoutMs) }),
    // The index keeps events of the same millisecond apart.
    BigInt(event.atMs) * NANOSECONDS + BigInt(index % 1_000_000),
    event.procedureId,
    event.status,
    error,
    event.regionId,
    tableIdOf(event.regionId),
    regionNumberOf(event.regionId),
    event.trigger,
    event.from.peerId,
    event.from.address,
    event.to.peerId,
    event.to.address,
  ];
}

/** `60000` → `1m`, `90000` → `1m 30s`. */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 3_600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
    [ms % 1_000, "ms"],
  ] as const;
  const text = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join(" ");
  return text === "" ? "0s" : text;
}

const column = (name: string, type: string, semantic: ColumnSchema["semantic"] = "FIELD"): ColumnSchema => ({
  name, type, semantic, nullable: semantic !== "TIMESTAMP", defaultSql: null, comment: null, indexes: [],
});

const EVENTS_SCHEMA: TableSchema = {
  database: "greptime_private",
  name: "events",
  engine: "mito",
  columns: [
    column("type", "STRING", "TAG"),
    column("payload", "JSON"),
    column("timestamp", "TIMESTAMP(9)", "TIMESTAMP"),
    column("procedure_id", "STRING"),
    column("procedure_state", "STRING"),
    column("procedure_error", "STRING"),
    column("region_id", "BIGINT UNSIGNED"),
    column("table_id", "INT UNSIGNED"),
    column("region_number", "INT UNSIGNED"),
    column("region_migration_trigger_reason", "STRING"),
    column("region_migration_src_node_id", "BIGINT UNSIGNED"),
    column("region_migration_src_peer_addr", "STRING"),
    column("region_migration_dst_node_id", "BIGINT UNSIGNED"),
    column("region_migration_dst_peer_addr", "STRING"),
  ],
  primaryKey: ["type"],
  timeIndex: "timestamp",
  partitionColumns: [],
  rules: [null],
  options: {},
  comment: null,
};
