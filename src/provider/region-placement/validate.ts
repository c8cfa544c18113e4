import { isUnknown } from "../../plugin";
import type { Diagnostic as PluginDiagnostic, ObjectValue, Value } from "../../plugin";
import { BALANCE_MEASURES, PLACEMENT_STRATEGIES } from "../../topology/manifest";
import { MOST_SKEW } from "../../topology/validate-strategy";
import { repetitions } from "../../topology/validation";
import type { Diagnostic } from "../../topology/diagnostic";
import { attributeError, toPluginDiagnostics } from "../report";
import { formatId, listOf, mapOf, numberOf, textOf, toDatanodeId } from "../values";
import { REGION_PLACEMENT_SCHEMA } from "./schema";
import { hasRule } from "./state";
import { pinProblems } from "./validate-pins";

/** All findings in one configuration; what is unknown is not judged. */
export function validateRegionPlacement(request: { readonly config: ObjectValue }): readonly PluginDiagnostic[] {
  const { config } = request;
  const findings = [
    ...tableProblems(config),
    ...strategyProblems(config),
    ...pinProblems(config),
    ...datanodeProblems(config),
    ...roomProblems(config),
    ...zoneProblems(config),
    ...limitProblems(config),
  ];
  return toPluginDiagnostics(findings, REGION_PLACEMENT_SCHEMA.attributes);
}

function tableProblems(config: ObjectValue): readonly Diagnostic[] {
  const table = config["table"] ?? null;
  const tables = config["tables"] ?? null;
  if (isUnknown(tables)) return [];
  if (tables !== null) return listProblems(table, listOf(config, "tables") ?? []);
  return table !== null ? [] : [attributeError("TABLE_NOT_NAMED", "table", "No table is named", "Give table, or tables for several that are placed together.")];
}

function listProblems(table: Value, tables: readonly Value[]): readonly Diagnostic[] {
  if (tables.length === 0) {
    return [attributeError("PLACEMENT_TABLES_EMPTY", "tables", "Placement of no table", "The list of tables is empty. Name the tables that are placed together, or give table alone.")];
  }
  if (tables.includes(null)) {
    return [attributeError("TABLE_NOT_NAMED", "tables", "A table in the list has no name", `Element ${tables.indexOf(null) + 1} of tables is null. Name the table, or remove the element.`)];
  }
  if (table !== null && ![table, ...tables].some(isUnknown) && !tables.includes(table)) {
    const detail = `The table "${formatId(table)}" is not among the tables ${tables.map(formatId).join(", ")}. Leave table out, or add it to the list.`;
    return [attributeError("PLACEMENT_TABLE_NOT_LISTED", "table", "The table is not in the list of tables", detail)];
  }
  return repetitions(tables, (name) => isUnknown(name as Value)).map(({ index }) =>
    attributeError("PLACEMENT_TABLE_REPEATED", "tables", "Table listed twice", `The table "${formatId(tables[index]!)}" is listed twice. Remove one.`),
  );
}

function strategyProblems(config: ObjectValue): readonly Diagnostic[] {
  const strategy = textOf(config, "strategy");
  if (strategy !== null && !PLACEMENT_STRATEGIES.some((known) => known === strategy)) {
    return [attributeError("STRATEGY_UNKNOWN", "strategy", `There is no strategy "${strategy}"`, `Write ${PLACEMENT_STRATEGIES.map((known) => `"${known}"`).join(", ")}, or leave it out for "pinned".`)];
  }
  const by = textOf(config, "balance_by");
  if (by !== null && !BALANCE_MEASURES.some((known) => known === by)) {
    return [attributeError("MEASURE_UNKNOWN", "balance_by", `Nothing is balanced by "${by}"`, 'Write "regions" or "bytes".')];
  }
  if (isUnknown(config["strategy"] ?? null)) return [];
  return [
    ...(by !== null && strategy !== "balance" ? [attributeError("MEASURE_UNUSED", "balance_by", "balance_by is for the strategy balance", 'Remove it, or write strategy = "balance".')] : []),
    ...((config["max_skew"] ?? null) !== null && ((strategy ?? "pinned") === "pinned" || by === "bytes")
      ? [attributeError("SKEW_UNUSED", "max_skew", "max_skew counts regions that a strategy places", 'Remove it, or write strategy = "spread", or "balance" by regions.')]
      : []),
    ...(hasRule(config) && (config["datanodes"] ?? null) === null
      ? [attributeError("DATANODES_NOT_NAMED", "datanodes", "The datanodes are not named", "A plan knows the cluster only from the configuration and the state: name in datanodes those that may hold the regions.")]
      : []),
  ];
}

/** Datanodes that leave no place for any region; what is unknown may. */
function roomProblems(config: ObjectValue): readonly Diagnostic[] {
  const datanodes = listOf(config, "datanodes");
  if (datanodes === null || datanodes.some(isUnknown)) return [];
  if (datanodes.length === 0) {
    return [attributeError("DATANODES_EMPTY", "datanodes", "No datanodes", "The list of datanodes is empty. Name the datanodes, or leave the list out for whatever the cluster has.")];
  }
  const excluded = listOf(config, "exclude_datanodes") ?? [];
  if (!datanodes.every((id) => excluded.includes(id))) return [];
  const detail = `Every datanode of datanodes is excluded (${datanodes.map(formatId).join(", ")}); the regions have nowhere to go. Keep at least one, or name the ones that take over.`;
  return [attributeError("PLACEMENT_ALL_EXCLUDED", "exclude_datanodes", "All datanodes are excluded", detail)];
}

function zoneProblems(config: ObjectValue): readonly Diagnostic[] {
  return Object.keys(mapOf(config, "zones") ?? {}).flatMap((id) =>
    isDatanodeText(id) ? [] : [attributeError("DATANODE_ID_INVALID", "zones", `"${id}" is not a datanode id`, 'Give peer ids as keys: zones = { "0" = "a" }.')],
  );
}

/** An id as Terraform writes it: one with zeros in front would name no datanode, and its zone would be lost. */
function isDatanodeText(text: string): boolean {
  return /^(0|[1-9]\d*)$/.test(text) && toDatanodeId(BigInt(text)) !== null;
}

function datanodeProblems(config: ObjectValue): readonly Diagnostic[] {
  return ["datanodes", "exclude_datanodes", "accept_data_loss_of"].flatMap((attribute) =>
    (listOf(config, attribute) ?? [])
      .filter((value) => !isUnknown(value) && toDatanodeId(value) === null)
      .map((value) =>
        attributeError("DATANODE_ID_INVALID", attribute, `${formatId(value)} is not a datanode id`, "Give peer ids: whole numbers from 0 on."),
      ),
  );
}

const LIMITS: readonly (readonly [attribute: string, most: number])[] = [
  ["max_outgoing_moves_per_datanode", 64],
  ["max_incoming_moves_per_datanode", 64],
  ["max_moves", 64],
  ["replay_timeout_seconds", Number.MAX_SAFE_INTEGER],
  ["max_regions_per_datanode", Number.MAX_SAFE_INTEGER],
  ["max_bytes_per_datanode", Number.MAX_SAFE_INTEGER],
  ["max_skew", MOST_SKEW],
];

/** A metasrv runs at most 128 procedures, and loses what is submitted beyond that (observed on 1.0.2 and 1.1.4). */
function limitProblems(config: ObjectValue): readonly Diagnostic[] {
  return LIMITS.flatMap(([attribute, most]) => {
    const value = numberOf(config, attribute);
    if (value === null || (Number.isInteger(value) && value >= 1 && value <= most)) return [];
    const range = most === Number.MAX_SAFE_INTEGER && value <= most ? "a whole number from 1 on" : `a whole number from 1 to ${most}`;
    return [attributeError("LIMIT_OUT_OF_RANGE", attribute, `${attribute} is ${value}`, `Give ${range}.`)];
  });
}
