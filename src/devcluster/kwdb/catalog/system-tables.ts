import { type Table, SYSTEM_DATABASE_ID } from "./objects";

/** Tables of database `system` with their ids (observed on 3.2.1). */
export const SYSTEM_TABLES: Readonly<Record<string, number>> = {
  namespace: 2, descriptor: 3, users: 4, zones: 5, settings: 6, lease: 11, audits: 12, rangelog: 13, ui: 14, jobs: 15, web_sessions: 19, table_statistics: 20, locations: 21, role_members: 23, comments: 24,
  replication_constraint_stats: 25, replication_critical_localities: 26, replication_stats: 27, reports_meta: 28, namespace2: 30, protected_ts_meta: 31, protected_ts_records: 32, role_options: 33,
  statement_bundle_chunks: 34, statement_diagnostics_requests: 35, statement_diagnostics: 36, kwdb_replication_info: 42, bo_black_list: 46, kwdb_ts_table: 47, eventlog: 56, scheduled_jobs: 57,
  user_defined_routine: 58, kwdb_cdc_watermark: 60, kwdb_streams: 61,
};

/** Highest id below which a table's zone can be set only on the whole database. */
const LAST_SYSTEM_CONFIG_ID = 10;

export const isSystemConfigTable = (table: Table): boolean => table.id <= LAST_SYSTEM_CONFIG_ID || (table.databaseId === SYSTEM_DATABASE_ID && table.name === "namespace");

export function systemTable(name: string): Table | null {
  const id = Object.hasOwn(SYSTEM_TABLES, name) ? SYSTEM_TABLES[name]! : null;
  if (id === null) return null;
  return { id, name, databaseId: SYSTEM_DATABASE_ID, columns: [], indexes: [{ id: 1, name: "primary", unique: true, columns: [], partitioning: null }], timeSeries: null, privileges: { admin: ["GRANT", "SELECT"], root: ["GRANT", "SELECT"] }, rows: [] };
}

/** Ids of key space that no table has but that belongs to the database all the same. */
const PSEUDO_TABLE_IDS = new Set([16, 17, 18, 22, 29]);

/** A boundary of the key space below the users' tables. */
export interface SystemSpan {
  /** First key, hexadecimal. */
  readonly start: string;
  readonly pretty: string;
  readonly tableName: string;
  /** Object whose zone applies. */
  readonly zoneId: number;
}

const FIRST_SPLIT_TABLE = 11;
const LAST_SYSTEM_TABLE = 61;

/** The ranges of a fresh cluster in key order. Ids that name no table of the database fall to `RANGE default`. */
export function systemSpans(): readonly SystemSpan[] {
  const byId = new Map(Object.entries(SYSTEM_TABLES).map(([name, id]) => [id, name]));
  const spans: SystemSpan[] = [
    { start: "", pretty: "/Min", tableName: "", zoneId: 16 },
    { start: "04006c6976656e6573732d", pretty: "/System/NodeLiveness", tableName: "", zoneId: 22 },
    { start: "04006c6976656e6573732e", pretty: "/System/NodeLivenessMax", tableName: "", zoneId: 17 },
    { start: "04747364", pretty: "/System/tsd", tableName: "", zoneId: 18 },
    { start: "04747365", pretty: '/System/"tse"', tableName: "", zoneId: 17 },
    { start: "88", pretty: "/Table/SystemConfigSpan/Start", tableName: "", zoneId: SYSTEM_DATABASE_ID },
  ];
  for (let id = FIRST_SPLIT_TABLE; id <= LAST_SYSTEM_TABLE; id++) {
    const tableName = byId.get(id) ?? "";
    const pretty = id === 30 ? "/NamespaceTable/30" : id === 31 ? "/NamespaceTable/Max" : `/Table/${id}`;
    spans.push({ start: (0x88 + id).toString(16), pretty, tableName, zoneId: tableName !== "" ? id : PSEUDO_TABLE_IDS.has(id) ? SYSTEM_DATABASE_ID : 0 });
  }
  return spans;
}
