import { isUnknown, UNKNOWN } from "../../plugin";
import type { ObjectValue, Path, PlanRequest, PlanResult, Value } from "../../plugin";
import { diffTable } from "../../engines/greptimedb/diff";
import type { TableChange } from "../../planning/change";
import { tableKey } from "../../planning/table-key";
import { DiagnosticError, errorDiagnostic, warningDiagnostic } from "../../topology/diagnostic";
import type { Diagnostic } from "../../topology/diagnostic";
import { columnTypes, partitionRules } from "../../topology/partition-rules";
import { readPrivate } from "../private-data";
import { toPluginDiagnostics } from "../report";
import { isWhollyKnown, listOf, textOf } from "../values";
import { tableDeclaration, tableName } from "./declaration";
import { describeChanges } from "./describe-change";
import { keepUnchanged } from "./keep-unchanged";
import { observedFromState } from "./observed-from-state";
import { TABLE_SCHEMA } from "./schema";

/**
 * What apply will do, from the configuration and the refreshed prior state alone. Differences are found as everywhere else,
 * with the prior state in place of the live table.
 */
export function planTable(request: PlanRequest): PlanResult {
  try {
    const planned = decide(request);
    return { ...planned, diagnostics: toPluginDiagnostics(planned.diagnostics, TABLE_SCHEMA.attributes) };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { planned: request.proposed, diagnostics: toPluginDiagnostics(error.diagnostics, TABLE_SCHEMA.attributes) };
  }
}

interface Planned {
  readonly planned: ObjectValue | null;
  readonly requiresReplace?: readonly Path[];
  readonly diagnostics: readonly Diagnostic[];
}

function decide({ prior, config, private: privateData }: PlanRequest): Planned {
  if (config === null) return { planned: null, diagnostics: prior === null ? [] : destructionProblems(prior) };
  const declared = withDefaults(config);
  if (prior === null) return { planned: declared, diagnostics: [] };
  if (!isWhollyKnown(config)) return { planned: keepIdentity(declared, prior, UNKNOWN), diagnostics: [] };
  return planUpdate(declared, prior, readPrivate(privateData).serverVersion);
}

/** The configuration with the defaults of what it leaves out; what the server decides is unknown. */
function withDefaults(config: ObjectValue): ObjectValue {
  const orDefault = (name: string, value: Value): Value => config[name] ?? value;
  const declared = {
    ...config,
    database: orDefault("database", "public"),
    columns: columnsWithDefaults(config),
    engine: orDefault("engine", "mito"),
    ignore_undeclared_columns: orDefault("ignore_undeclared_columns", false),
    deletion_protection: orDefault("deletion_protection", true),
    table_id: UNKNOWN,
    region_ids: UNKNOWN,
  };
  const name = textOf(config, "name");
  const database = textOf(declared, "database");
  return {
    ...declared,
    id: name === null || database === null ? UNKNOWN : tableKey({ database, name }),
    partition_rules: config["partition_rules"] ?? derivedRules(declared),
  };
}

function columnsWithDefaults(config: ObjectValue): Value {
  const columns = listOf(config, "columns");
  if (columns === null) return config["columns"] ?? null;
  return columns.map((column) => {
    if (isUnknown(column) || column === null) return column;
    const given = column as ObjectValue;
    return { ...given, nullable: given["nullable"] ?? defaultNullable(given["name"], config["time_index"]) };
  });
}

function defaultNullable(column: Value | undefined, timeIndex: Value | undefined): Value {
  return isUnknown(column) || isUnknown(timeIndex) ? UNKNOWN : column !== timeIndex;
}

/** The rules of the declared ranges; unknown while anything that they are made of is. */
function derivedRules(declared: ObjectValue): Value {
  const inputs = ["columns", "partition_columns", "partition_less_than"];
  const needed = declared["partition_less_than"] === null ? ["partition_less_than"] : inputs;
  if (!needed.every((name) => isWhollyKnown(withoutNullable(declared[name] ?? null)))) return UNKNOWN;
  if (declared["partition_less_than"] === null) return [];
  const table = tableDeclaration({ ...declared, ...ONLY_RANGES }, "declared");
  return table.partitioning === undefined ? [] : partitionRules(table.partitioning, columnTypes(table)).map((rule) => rule.key);
}

/** What the rules of ranges do not depend on. */
const ONLY_RANGES = { partition_rules: null, name: "", database: null, time_index: "", options: null, primary_key: null } as const;

/** Rules are made of the columns' names and types only. */
function withoutNullable(value: Value): Value {
  if (!Array.isArray(value)) return value;
  return value.map((item: Value) => {
    if (item === null || typeof item !== "object" || isUnknown(item) || Array.isArray(item)) return item;
    const { name, type } = item as ObjectValue;
    return { name: name ?? null, type: type ?? null };
  });
}

function planUpdate(declared: ObjectValue, prior: ObjectValue, serverVersion: string | undefined): Planned {
  const before = tableName(prior);
  const after = tableName(declared);
  if (tableKey(before) !== tableKey(after)) return planRename(declared, prior);
  const changes = diffTable(tableDeclaration(declared, "declared"), observedFromState(prior, serverVersion));
  const regions = changes.some((change) => change.kind === "repartition") ? UNKNOWN : (prior["region_ids"] ?? UNKNOWN);
  const planned = keepUnchanged(keepIdentity(declared, prior, regions), prior, changes);
  const impossible = changes.filter((change) => change.impossible !== undefined);
  if (impossible.length > 0 && mayReplace(declared, prior)) {
    return { planned, requiresReplace: impossible.map(pathOf), diagnostics: [replaceWarning(declared, impossible)] };
  }
  return { planned, diagnostics: [...impossibleWarnings(declared, impossible), ...lossWarnings(declared, changes)] };
}

function keepIdentity(declared: ObjectValue, prior: ObjectValue, regionIds: Value): ObjectValue {
  return { ...declared, table_id: prior["table_id"] ?? UNKNOWN, region_ids: regionIds };
}

/** Only when the data may go by the state and by the configuration: one careless edit does not drop a table. */
function mayReplace(declared: ObjectValue, prior: ObjectValue): boolean {
  return prior["deletion_protection"] === false && declared["deletion_protection"] === false;
}

function planRename(declared: ObjectValue, prior: ObjectValue): Planned {
  const attribute = declared["name"] === prior["name"] ? "database" : "name";
  if (mayReplace(declared, prior)) return { planned: declared, requiresReplace: [["name"], ["database"]], diagnostics: [] };
  return {
    planned: declared,
    diagnostics: [
      errorDiagnostic({
        code: "DELETION_PROTECTED",
        summary: `${String(prior["id"])} would be dropped to create ${tableKey(tableName(declared))}`,
        detail: "A table with another name is another table, and this one is protected. Restore the name; or apply deletion_protection = false first, if its data may go; or take it out of the state (terraform state rm) and import the other.",
        path: [attribute],
      }),
    ],
  };
}

function destructionProblems(prior: ObjectValue): readonly Diagnostic[] {
  if (prior["deletion_protection"] === false) return [];
  return [
    errorDiagnostic({
      code: "DELETION_PROTECTED",
      summary: `${String(prior["id"])} is protected against destruction`,
      detail: "Destroying the resource drops the table with its data. If that is meant, apply deletion_protection = false first, then destroy. To keep the table and only forget it, use terraform state rm.",
      path: ["deletion_protection"],
    }),
  ];
}

function replaceWarning(declared: ObjectValue, impossible: readonly TableChange[]): Diagnostic {
  return warningDiagnostic({
    code: "TABLE_REPLACED",
    summary: `${tableKey(tableName(declared))} is dropped and created again: its data is lost`,
    detail: `${describeChanges(impossible)}\nThe server cannot do that in place, and deletion_protection is false.`,
    path: ["deletion_protection"],
  });
}

function impossibleWarnings(declared: ObjectValue, impossible: readonly TableChange[]): readonly Diagnostic[] {
  const [first] = impossible;
  if (first === undefined) return [];
  return [
    warningDiagnostic({
      code: "CHANGE_IMPOSSIBLE",
      summary: `Apply will refuse: ${tableKey(tableName(declared))} cannot be changed like this`,
      detail: `${describeChanges(impossible)}\nUndo the change in the configuration. Replacing the table, which loses its data, needs deletion_protection = false, applied beforehand.`,
      path: [pathOf(first)[0] as string],
    }),
  ];
}

function lossWarnings(declared: ObjectValue, changes: readonly TableChange[]): readonly Diagnostic[] {
  const losing = changes.filter((change) => change.losesData && change.impossible === undefined);
  const [first] = losing;
  if (first === undefined) return [];
  const isProtected = declared["deletion_protection"] !== false;
  return [
    warningDiagnostic({
      code: isProtected ? "DELETION_PROTECTED" : "DATA_LOSS",
      summary: isProtected ? `Apply will refuse: ${tableKey(tableName(declared))} is protected from losing data` : "This change loses data",
      detail: isProtected
        ? `${describeChanges(losing)}\nDeclare what is there, or set deletion_protection = false if the data may go. Columns that others add can be left alone with ignore_undeclared_columns = true.`
        : describeChanges(losing),
      path: [pathOf(first)[0] as string],
    }),
  ];
}

/** The attribute that a change is about. */
function pathOf(change: TableChange): Path {
  switch (change.kind) {
    case "create-table":
    case "drop-table":
      return ["name"];
    case "add-column":
    case "drop-column":
    case "modify-column-type":
    case "modify-column-nullable":
    case "modify-column-default":
    case "modify-column-comment":
      return ["columns"];
    case "set-option":
    case "unset-option":
      return ["options"];
    case "change-key":
      return ["primary_key"];
    case "change-time-index":
      return ["time_index"];
    case "change-engine":
      return ["engine"];
    case "repartition":
      return ["partition_rules"];
  }
}
