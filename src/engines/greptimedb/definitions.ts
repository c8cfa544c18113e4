import { errorDiagnostic } from "../../topology/diagnostic";
import { UNPARTITIONED, type PartitionKey, type RegionId } from "../../topology/ids";
import { alternatives } from "../../topology/partition-expression";
import { formatLiteral } from "../../topology/format-partition-rule";
import { parsePartitionRule } from "../../topology/parse-partition-rule";
import type { TableName } from "../../planning/change";
import type { ObservedDefinition, ObservedTable } from "../../planning/observed";
import { PortError } from "../port";
import type { Session } from "./connect";
import { tableKey, type Inspection } from "./inspect";
import { parseCreateTable, type CreatedTable } from "./parse-create-table";
import { showCreateTable } from "./statements";
import { canonicalOption, createOptionKeys } from "./table-options";
import { SqlTextError } from "./tokenize-sql";

/**
 * The inspection with the definitions of these tables, one SHOW CREATE TABLE each. A table that has vanished since is left out
 * of it. Rejects when a table was repartitioned in between, as a transient failure: the inspection must be made again.
 */
export async function withDefinitions(
  session: Session,
  inspection: Inspection,
  wanted: readonly TableName[],
): Promise<Inspection> {
  const keys = new Set(wanted.map(tableKey));
  const tables: ObservedTable[] = [];
  for (const table of inspection.cluster.tables) {
    if (table.definition !== null || !keys.has(tableKey(table))) {
      tables.push(table);
      continue;
    }
    const created = await readCreateTable(session, table);
    if (created !== undefined) tables.push(defined(table, created, inspection));
  }
  return { ...inspection, cluster: { ...inspection.cluster, tables } };
}

/** What SHOW CREATE TABLE says, undefined when there is no such table. */
export async function readCreateTable(session: Session, table: TableName): Promise<CreatedTable | undefined> {
  let text: string;
  try {
    text = (await session.read(showCreateTable(table)))[0]?.[1] ?? "";
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    if (error.diagnostic.code === "GREPTIMEDB_TABLE_NOT_FOUND") return undefined;
    throw error.diagnostic.code === "GREPTIMEDB_CONNECTION_LOST" ? closedByServer(table, error) : error;
  }
  try {
    return parseCreateTable(text);
  } catch (error) {
    if (!(error instanceof SqlTextError)) throw error;
    throw unreadable(table, error);
  }
}

/** The table's own options: what SHOW CREATE TABLE prints without what its database gives, values in the server's normal form. */
export function ownOptions(created: CreatedTable, createOptions: string | undefined): Readonly<Record<string, string>> {
  const own = createOptions === undefined ? undefined : createOptionKeys(createOptions);
  const entries = Object.entries(created.options).filter(([key]) => {
    if (key === "regions") return false;
    return own === undefined || own.has(key) || !(key === "ttl" || key.startsWith("compaction."));
  });
  return Object.fromEntries(entries.map(([key, value]) => [key, canonicalOption(key, value)]));
}

export function definitionOf(created: CreatedTable, createOptions: string | undefined): ObservedDefinition {
  return {
    columns: created.columns,
    primaryKey: created.primaryKey,
    timeIndex: created.timeIndex,
    partitionColumns: created.partitionColumns,
    rules: created.rules,
    options: ownOptions(created, createOptions),
  };
}

function defined(table: ObservedTable, created: CreatedTable, inspection: Inspection): ObservedTable {
  const key = tableKey(table);
  const keys = regionKeys(
    table,
    created.rules,
    inspection.partitionOrder.get(key) ?? table.regions.map((region) => region.id),
  );
  return {
    ...table,
    regions: table.regions.map((region) => ({ ...region, partition: keys.get(region.id) ?? region.partition })),
    definition: definitionOf(created, inspection.createOptions.get(key)),
  };
}

/**
 * Which region holds which rule. Both lists have the same order (sorted by bound before 0.16, the route's order since); where the
 * texts that the server displays say otherwise and say it clearly, they win.
 */
function regionKeys(
  table: ObservedTable,
  rules: readonly PartitionKey[],
  order: readonly RegionId[],
): ReadonlyMap<RegionId, PartitionKey> {
  if (rules.length === 0) return new Map(order.map((id) => [id, UNPARTITIONED]));
  if (table.regions.length > 0 && rules.length !== order.length) throw changedMeanwhile(table);
  const columns = rules.map(displayedRule);
  const shown = new Map(table.regions.map((region) => [region.id, region.partition as string]));
  const displayed = order.map((id) => shown.get(id) ?? "");
  const sameSet =
    new Set(columns).size === rules.length && [...displayed].sort().join("\n") === [...columns].sort().join("\n");
  return new Map(order.map((id, i) => [id, rules[sameSet ? columns.indexOf(displayed[i] ?? "") : i] ?? UNPARTITIONED]));
}

/** A rule as information_schema.partitions shows it: strings without quotes. */
function displayedRule(rule: PartitionKey): string {
  const parsed = parsePartitionRule(rule);
  if (parsed.kind === "problem") return rule;
  return alternatives(parsed.expression)
    .map((all) =>
      all
        .map((c) => `${c.column} ${c.operator} ${c.value.kind === "string" ? c.value.value : formatLiteral(c.value)}`)
        .join(" AND "),
    )
    .join(" OR ");
}

function changedMeanwhile(table: ObservedTable): PortError {
  const diagnostic = errorDiagnostic({
    code: "GREPTIMEDB_TABLE_CHANGING",
    summary: "The table was repartitioned while it was read",
    detail: "Its rules and its regions do not fit each other. Try again when the repartitioning has ended.",
    address: tableKey(table),
  });
  return new PortError(diagnostic, true, false);
}

function closedByServer(table: TableName, cause: PortError): PortError {
  const diagnostic = errorDiagnostic({
    code: "GREPTIMEDB_SHOW_CREATE_FAILED",
    summary: "The connection was lost while the table's definition was read",
    detail:
      "If it happens again with this table only: the server cannot show tables that are partitioned by a BINARY, JSON or VECTOR column and closes the connection. Create such a table anew, partitioned by another column.",
    address: tableKey(table),
  });
  return new PortError(diagnostic, true, true, { cause });
}

function unreadable(table: TableName, cause: SqlTextError): PortError {
  const diagnostic = errorDiagnostic({
    code: "GREPTIMEDB_DEFINITION_UNREADABLE",
    summary: "The table's definition cannot be read",
    detail: `SHOW CREATE TABLE answers something unknown: ${cause.message}. Report it together with the text that the server prints.`,
    address: tableKey(table),
  });
  return new PortError(diagnostic, false, true, { cause });
}
