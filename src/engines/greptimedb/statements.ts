import { canonicalType, partitionTypeProblem } from "../../topology/column-type";
import { DiagnosticError, errorDiagnostic } from "../../topology/diagnostic";
import { formatLiteral, formatPartitionRuleSql } from "../../topology/format-partition-rule";
import type { PartitionKey, RegionId } from "../../topology/ids";
import type { ColumnDeclaration, PartitioningDeclaration, TableDeclaration } from "../../topology/manifest";
import { comparisons, type PartitionExpression } from "../../topology/partition-expression";
import { parsePartitionRule } from "../../topology/parse-partition-rule";
import { columnTypes, partitionRules, typedBoundValue } from "../../topology/partition-rules";
import type { Move, TableChange, TableName } from "../../planning/change";
import { defaultSql } from "./column-default";
import { quoteIdentifier, quoteLiteral, quoteTable } from "./quote";
import type { Capabilities } from "./version";

/*
 * Every SQL text that the product sends to GreptimeDB. Values enter only through quoteIdentifier and quoteLiteral,
 * ids as decimal digits.
 */

export const SET_TIME_ZONE = "SET time_zone = 'UTC'";
export const SELECT_VERSION = "SELECT version()";
export const SELECT_BUILD = "SELECT pkg_version FROM information_schema.build_info";

const SYSTEM_DATABASES = "('information_schema', 'pg_catalog')";

/** Nodes of the cluster: peer_id, peer_type, peer_addr, version, uptime, active_time, node_status. */
export function selectNodes(server: Capabilities): string {
  const status = server.nodeStatus ? "node_status" : "NULL AS node_status";
  return `SELECT peer_id, peer_type, peer_addr, version, uptime, active_time, ${status} FROM information_schema.cluster_info`;
}

/** start_time and uptime of every node. The frontend makes the one of the other by its own clock: their sum is its time. */
export const SELECT_UPTIMES = "SELECT start_time, uptime FROM information_schema.cluster_info";

/**
 * Every region of every table with its peers: table_schema, table_name, table_id, engine, partition ordinal, displayed rule,
 * region id, peer id, peer address, is_leader, status, and the table's own options in the row of its first partition.
 *
 * Base: partitions left join region_peers on the region id, as the documentation has it; unfiltered, because region_peers loses
 * rows under a filter before 1.0.0 and a filter saves nothing (observed). The tables come along to save a statement.
 */
export function selectRegions(server: Capabilities): string {
  if (server.regionPeersTable === null) throw new RangeError("Servers before 0.7 have no region table.");
  const options = server.createOptions
    ? "CASE WHEN p.partition_ordinal_position = 1 THEN t.create_options END"
    : "NULL";
  return (
    `SELECT p.table_schema, p.table_name, t.table_id, t.engine, p.partition_ordinal_position, p.${server.ruleColumn} AS partition_rule, ` +
    `p.greptime_partition_id, r.peer_id, r.peer_addr, r.is_leader, r.status, ${options} AS create_options ` +
    `FROM information_schema.partitions p ` +
    `LEFT JOIN information_schema.${server.regionPeersTable} r ON p.greptime_partition_id = r.region_id ` +
    `LEFT JOIN information_schema.tables t ON p.table_schema = t.table_schema AND p.table_name = t.table_name ` +
    `WHERE p.table_schema NOT IN ${SYSTEM_DATABASES}`
  );
}

/** Tables alone, for servers before 0.7: table_schema, table_name, table_id, engine. */
export const SELECT_TABLES =
  "SELECT table_schema, table_name, table_id, engine FROM information_schema.tables " +
  `WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ${SYSTEM_DATABASES}`;

/** region_id, rows, size (as many columns as capabilities name), region_role. Only where the server has region_statistics. */
export function selectStatistics(statistics: NonNullable<Capabilities["regionStatistics"]>): string {
  const columns = ["region_id", statistics.rows ?? "NULL AS region_rows", ...statistics.size, "region_role"];
  return `SELECT ${columns.join(", ")} FROM information_schema.region_statistics`;
}

/** procedure_id, procedure_type, status, lock_keys of everything that has not ended. */
export const SELECT_RUNNING_PROCEDURES =
  "SELECT procedure_id, procedure_type, status, lock_keys FROM information_schema.procedure_info " +
  "WHERE status NOT IN ('Done', 'Failed', 'Poisoned')";

/** procedure_id and status of these procedures. */
export function selectProcedures(ids: readonly string[]): string {
  return `SELECT procedure_id, status FROM information_schema.procedure_info WHERE procedure_id IN (${ids.map(quoteLiteral).join(", ")})`;
}

/** region_id, peer_id, is_leader, status; of all regions where a filter would lose rows. */
export function selectLeaders(server: Capabilities, regions: readonly RegionId[]): string {
  const filter = server.regionFilterIsSafe ? ` WHERE region_id IN (${regions.join(", ")})` : "";
  return `SELECT region_id, peer_id, is_leader, status FROM information_schema.${server.regionPeersTable ?? "region_peers"}${filter}`;
}

/** A table's id, engine and own options. */
export function selectTable(server: Capabilities, table: TableName): string {
  return (
    `SELECT table_id, engine, ${server.createOptions ? "create_options" : "NULL AS create_options"} FROM information_schema.tables ` +
    `WHERE table_schema = ${quoteLiteral(table.database)} AND table_name = ${quoteLiteral(table.name)}`
  );
}

export function showCreateTable(table: TableName): string {
  return `SHOW CREATE TABLE ${quoteTable(table)}`;
}

/** Rows from `sinceMs` (milliseconds since the epoch) on; the session's time zone is UTC, so a time without zone is UTC. */
export interface RowsSince {
  readonly timeIndex: string;
  readonly sinceMs: number;
}

/** One value: the number of rows, of all or of those from a time on. */
export function countRows(table: TableName, since: RowsSince | null): string {
  return `SELECT count(*) FROM ${quoteTable(table)}${whereSince(since)}`;
}

/** The number of rows, then each of `expressions`. */
export function selectFigures(table: TableName, expressions: readonly string[], since: RowsSince | null): string {
  const columns = ["count(*)", ...expressions].map((text, i) => `${text} AS f${i}`);
  return `SELECT ${columns.join(", ")} FROM ${quoteTable(table)}${whereSince(since)}`;
}

function whereSince(since: RowsSince | null): string {
  if (since === null) return "";
  const time = new Date(since.sinceMs).toISOString().replace("T", " ").replace("Z", "");
  return ` WHERE ${quoteIdentifier(since.timeIndex)} >= ${quoteLiteral(time)}`;
}

/** The timeout is always given: the server's own default was 10 s, 30 s or 300 s, depending on its version. */
export function migrateRegion(
  server: Capabilities,
  move: Pick<Move, "region" | "from" | "to">,
  replayTimeoutSeconds: number,
): string {
  return `${server.adminCall} migrate_region(${move.region}, ${move.from}, ${move.to}, ${Math.trunc(replayTimeoutSeconds)})`;
}

export function flushRegion(server: Capabilities, region: RegionId): string {
  return `${server.adminCall} flush_region(${region})`;
}

export function procedureState(server: Capabilities, id: string): string {
  return `${server.adminCall} procedure_state(${quoteLiteral(id)})`;
}

/**
 * CREATE TABLE in the syntax of the server's version. Throws {@link DiagnosticError} for what would break the server
 * (partition columns of a type that makes it panic) or what the version cannot express.
 */
export function createTable(declaration: TableDeclaration, server: Capabilities): string {
  const address = `${declaration.database}.${declaration.name}`;
  const columns = declaration.columns.map((column) =>
    columnSql(column.name === declaration.timeIndex ? { ...column, nullable: false } : column, address),
  );
  const constraints = [`TIME INDEX (${quoteIdentifier(declaration.timeIndex)})`];
  if (declaration.primaryKey.length > 0)
    constraints.push(`PRIMARY KEY (${declaration.primaryKey.map(quoteIdentifier).join(", ")})`);
  const lines = [
    `CREATE TABLE IF NOT EXISTS ${quoteTable({ database: declaration.database, name: declaration.name })} (`,
    [...columns, ...constraints].map((line) => `  ${line}`).join(",\n"),
    ")",
    ...partitionLines(declaration, server, address),
    `ENGINE=${engineSql(declaration.engine, address)}`,
    ...optionLines(declaration.options),
  ];
  return lines.join("\n");
}

function columnSql(column: ColumnDeclaration, address: string): string {
  const parts = [quoteIdentifier(column.name), typeSql(column.type, address), column.nullable ? "NULL" : "NOT NULL"];
  if (column.default !== undefined) parts.push(`DEFAULT ${defaultSql(column.default, column.type)}`);
  if (column.comment !== undefined && column.comment !== "") parts.push(`COMMENT ${quoteLiteral(column.comment)}`);
  return parts.join(" ");
}

function typeSql(type: string, address: string): string {
  const canonical = canonicalType(type);
  if (canonical === undefined)
    throw refused("COLUMN_TYPE_UNKNOWN", "Unknown column type", `GreptimeDB has no type "${type}".`, address);
  return canonical;
}

function engineSql(engine: string, address: string): string {
  if (/^[a-z_]\w*$/i.test(engine)) return engine;
  throw refused(
    "TABLE_ENGINE_UNKNOWN",
    "Unknown table engine",
    `"${engine}" is no engine. Use mito, metric or file.`,
    address,
  );
}

function partitionLines(declaration: TableDeclaration, server: Capabilities, address: string): readonly string[] {
  const { partitioning } = declaration;
  if (partitioning === undefined) return [];
  const types = columnTypes(declaration);
  for (const name of partitioning.columns) {
    const problem = partitionTypeProblem(typeSql(types.get(name) ?? "", address));
    if (problem !== undefined) {
      throw refused(
        "PARTITION_COLUMN_TYPE",
        `Column "${name}" cannot partition a table`,
        `It must not, because ${problem}. Partition by another column.`,
        address,
      );
    }
  }
  const rules = partitionRules(partitioning, types);
  if (rules.length === 0) return [];
  const columns = partitioning.columns.map(quoteIdentifier).join(", ");
  if (server.partitionSyntax === "range-columns") return [rangeColumns(partitioning, columns, types, address)];
  return [
    `PARTITION ON COLUMNS (${columns}) (\n${rules.map((rule) => `  ${formatPartitionRuleSql(rule.expression)}`).join(",\n")}\n)`,
  ];
}

function rangeColumns(
  partitioning: PartitioningDeclaration,
  columns: string,
  types: ReadonlyMap<string, string>,
  address: string,
): string {
  if (partitioning.kind === "rules") {
    throw refused(
      "PARTITION_RULES_UNSUPPORTED",
      "Explicit partition rules need GreptimeDB 0.7",
      "Servers before 0.7 only know ranges: declare ranges, or upgrade.",
      address,
    );
  }
  const partitions = partitioning.partitions.map((partition, index) => {
    const values = partitioning.columns.map((column, i) => {
      const value = typedBoundValue(partition.lessThan[i] ?? { maxvalue: true }, types.get(column));
      if (value.kind === "problem")
        throw refused(
          "PARTITION_RULE_INVALID",
          "Invalid partition bound",
          `${value.problem}. ${value.advice}`,
          address,
        );
      return value.kind === "maxvalue" ? "MAXVALUE" : formatLiteral(value.literal);
    });
    return `  PARTITION ${partition.name === undefined ? `p${index}` : quoteIdentifier(partition.name)} VALUES LESS THAN (${values.join(", ")})`;
  });
  return `PARTITION BY RANGE COLUMNS (${columns}) (\n${partitions.join(",\n")}\n)`;
}

function optionLines(options: Readonly<Record<string, string>>): readonly string[] {
  const entries = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return [];
  return [`WITH (\n${entries.map(([key, value]) => `  ${optionKey(key)} = ${quoteLiteral(value)}`).join(",\n")}\n)`];
}

function optionKey(key: string): string {
  return /^[a-z][a-z0-9_]*$/.test(key) ? key : quoteLiteral(key);
}

/** The statements of a change, in order. Throws {@link DiagnosticError} for a change that is marked impossible. */
export function tableChangeStatements(change: TableChange, server: Capabilities): readonly string[] {
  if (change.impossible !== undefined) {
    throw refused(
      "TABLE_CHANGE_IMPOSSIBLE",
      "The table cannot be changed like this",
      change.impossible,
      `${change.table.database}.${change.table.name}`,
    );
  }
  const table = quoteTable(change.table);
  switch (change.kind) {
    case "create-table":
      return [createTable(change.declaration, server)];
    case "drop-table":
      return [`DROP TABLE IF EXISTS ${table}`];
    case "add-column": {
      // ADD COLUMN takes a COMMENT clause and drops it silently, in every version: the comment needs a statement of its own.
      const { comment, ...bare } = change.column;
      const column = columnSql(bare, `${change.table.database}.${change.table.name}`);
      return [
        `ALTER TABLE ${table} ADD COLUMN ${server.addColumnIfNotExists ? "IF NOT EXISTS " : ""}${column}${change.primaryKey ? " PRIMARY KEY" : ""}`,
        ...(comment === undefined || comment === "" ? [] : [commentOnColumn(table, bare.name, comment)]),
      ];
    }
    case "drop-column":
      return [`ALTER TABLE ${table} DROP COLUMN ${quoteIdentifier(change.column)}`];
    case "modify-column-type":
      return [
        `ALTER TABLE ${table} MODIFY COLUMN ${quoteIdentifier(change.column)} ${typeSql(change.to, change.table.name)}`,
      ];
    case "modify-column-default":
      return [
        `ALTER TABLE ${table} MODIFY COLUMN ${quoteIdentifier(change.column)} ${change.to === null ? "DROP DEFAULT" : `SET DEFAULT ${defaultSql(change.to, change.columnType)}`}`,
      ];
    case "modify-column-comment":
      return [commentOnColumn(table, change.column, change.to)];
    case "set-option":
      if (change.option === "comment") return [`COMMENT ON TABLE ${table} IS ${quoteLiteral(change.to)}`];
      return [`ALTER TABLE ${table} SET ${quoteLiteral(change.option)} = ${quoteLiteral(change.to)}`];
    case "unset-option":
      if (change.option === "comment") return [`COMMENT ON TABLE ${table} IS NULL`];
      return [`ALTER TABLE ${table} UNSET ${quoteLiteral(change.option)}`];
    case "repartition":
      return [repartition(table, change, server)];
    case "modify-column-nullable":
    case "change-key":
    case "change-time-index":
    case "change-engine":
      throw refused(
        "TABLE_CHANGE_IMPOSSIBLE",
        "The table cannot be changed like this",
        `GreptimeDB has no statement for ${change.kind}.`,
        `${change.table.database}.${change.table.name}`,
      );
  }
}

function commentOnColumn(table: string, column: string, comment: string | null): string {
  return `COMMENT ON COLUMN ${table}.${quoteIdentifier(column)} IS ${comment === null ? "NULL" : quoteLiteral(comment)}`;
}

type Repartition = Extract<TableChange, { kind: "repartition" }>;

/** Submitted without waiting: the answer is the id of the procedure to poll, so that a lost connection loses nothing. */
function repartition(table: string, change: Repartition, server: Capabilities): string {
  const rules = (list: readonly PartitionKey[]): string => list.map(ruleSql).join(", ");
  const columns = change.columns.map(quoteIdentifier).join(", ");
  const wait = "WITH (TIMEOUT = '10m', WAIT = false)";
  if (change.from.length === 0)
    return `ALTER TABLE ${table} PARTITION ON COLUMNS (${columns}) (${rules(change.to)}) ${wait}`;
  const on = usesNewColumn(change) && server.repartitionOnColumns ? `ON COLUMNS (${columns}) ` : "";
  if (change.from.length === 1)
    return `ALTER TABLE ${table} SPLIT PARTITION (${rules(change.from)}) ${on}INTO (${rules(change.to)}) ${wait}`;
  return `ALTER TABLE ${table} REPARTITION (${rules(change.from)}) ${on}INTO (${rules(change.to)}) ${wait}`;
}

/** Whether the partition columns change: then the statement must name them. */
function usesNewColumn(change: Repartition): boolean {
  const used = new Set(
    change.from.flatMap((rule) => comparisons(expressionOf(rule)).map((comparison) => comparison.column)),
  );
  return change.columns.some((column) => !used.has(column));
}

function ruleSql(rule: PartitionKey): string {
  return formatPartitionRuleSql(expressionOf(rule));
}

function expressionOf(rule: PartitionKey): PartitionExpression {
  const parsed = parsePartitionRule(rule);
  if (parsed.kind === "problem")
    throw refused(
      "PARTITION_RULE_INVALID",
      "Invalid partition rule",
      `${rule}: ${parsed.problem}. ${parsed.advice}`,
      rule,
    );
  return parsed.expression;
}

function refused(code: string, summary: string, detail: string, address: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic({ code, summary, detail, address }));
}
