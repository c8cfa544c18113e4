import { canonicalType, typeFamily } from "./column-type";
import type { Diagnostic } from "./diagnostic";
import type { TableDeclaration } from "./manifest";
import { didYouMean } from "./suggest";
import { partitioningFindings } from "./validate-partitioning";
import { diagnosticsOf, repetitions, show, unresolvedTest, type Finding, type ValidateOptions } from "./validation";

/** Names that the server takes for tables and databases. Observed on 1.0.2 and 1.1.4 (`Invalid table name: Mixed Case`). */
const LEGAL_NAME = /^[a-zA-Z_:-][a-zA-Z0-9_:\-.@#]*$/;
const ENGINES: readonly string[] = ["mito", "metric", "file"];

/** Common types that the server lacks, and what to declare instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  REAL: "FLOAT",
  "DOUBLE PRECISION": "DOUBLE",
  NUMERIC: "DECIMAL(p, s)",
  DEC: "DECIMAL(p, s)",
  TIME: "TIMESTAMP",
  INTERVAL: "BIGINT",
  UUID: "STRING",
  ENUM: "STRING",
  BIT: "BOOLEAN",
};

/**
 * Everything that is wrong with a declared table, at once, each with the change to make. Empty when nothing is.
 *
 * Stricter than the server in one point: the columns that partition a table must be in its primary key, as the
 * documentation of table sharding asks; otherwise rows of one key could lie in several regions and would not be merged.
 */
export function validateTable(table: TableDeclaration, options: ValidateOptions = {}): readonly Diagnostic[] {
  const isUnresolved = unresolvedTest(options);
  const findings = [
    ...nameFindings(table, isUnresolved),
    ...columnFindings(table, isUnresolved),
    ...defaultFindings(table, isUnresolved),
    ...optionFindings(table, isUnresolved),
    ...timeIndexFindings(table, isUnresolved),
    ...primaryKeyFindings(table, isUnresolved),
    ...partitioningFindings(table, isUnresolved),
  ];
  return diagnosticsOf(findings, options.address ?? `${table.database}.${table.name}`);
}

type IsUnresolved = (value: unknown) => boolean;

function nameFindings(table: TableDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const names = [
    { what: "table", code: "TABLE_NAME_ILLEGAL", path: "name", value: table.name },
    { what: "database", code: "DATABASE_NAME_ILLEGAL", path: "database", value: table.database },
  ];
  const illegal = names.filter(({ value }) => !isUnresolved(value) && !LEGAL_NAME.test(value));
  const findings = illegal.map(({ what, code, path, value }) => ({
    code,
    summary: `Illegal ${what} name`,
    detail:
      `The ${what} name is ${show(value)}. Allowed: letters, digits and _ : - . @ #, the first one a letter or _ : -. ` +
      `Rename the ${what}; spaces cannot be quoted.`,
    path: [path],
  }));
  return [...findings, ...engineFindings(table, isUnresolved)];
}

function engineFindings({ engine }: TableDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (isUnresolved(engine) || ENGINES.includes(engine)) return [];
  const detail = `The engine is ${show(engine)}. Allowed: ${ENGINES.join(", ")}.${didYouMean(engine, ENGINES)} Leave it out for mito.`;
  return [{ code: "TABLE_ENGINE_UNKNOWN", summary: "Unknown table engine", detail, path: ["engine"] }];
}

function columnFindings({ columns }: TableDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (isUnresolved(columns)) return [];
  const types = columns.flatMap(({ name, type }, index): readonly Finding[] => {
    if (isUnresolved(type) || canonicalType(type) !== undefined) return [];
    return [
      {
        code: "COLUMN_TYPE_UNKNOWN",
        summary: "Unknown column type",
        detail: `Column ${show(name)} has type ${show(type)}, which the server does not have.${typeAdvice(type)}`,
        path: ["columns", index, "type"],
      },
    ];
  });
  const empty = columns.flatMap(({ name }, index): readonly Finding[] => {
    if (isUnresolved(name) || name !== "") return [];
    const detail = `Column ${index + 1} has an empty name. Give it a name.`;
    return [{ code: "COLUMN_NAME_EMPTY", summary: "Column without a name", detail, path: ["columns", index, "name"] }];
  });
  const repeated = repetitions(columns.map((column) => column.name), isUnresolved).map(({ index, first }) => ({
    code: "COLUMN_DUPLICATE",
    summary: "Duplicate column",
    detail: `Columns ${first + 1} and ${index + 1} are both named ${show(columns[index]?.name)}. Rename or remove one of them.`,
    path: ["columns", index, "name"],
  }));
  return [...empty, ...types, ...repeated];
}

/** Only what the server refuses for certain: its own reading of numbers and times is wider than ours. */
function defaultFindings({ columns }: TableDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (isUnresolved(columns)) return [];
  return columns.flatMap(({ name, type, default: text }, index): readonly Finding[] => {
    if (text === undefined || isUnresolved(text) || isUnresolved(type)) return [];
    const allowed = allowedDefault(type, text);
    if (allowed === undefined) return [];
    const detail = `Column ${show(name)} of type ${type} has the default ${show(text)}. ${allowed}`;
    return [{ code: "COLUMN_DEFAULT_INVALID", summary: "Default does not fit the column", detail, path: ["columns", index, "default"] }];
  });
}

/** What to do about a default that the type cannot have; undefined for one that it may. */
function allowedDefault(type: string, text: string): string | undefined {
  const canonical = canonicalType(type);
  const family = canonical === undefined ? undefined : typeFamily(canonical);
  if (family === "json") return "JSON columns have none: remove it.";
  if (family === "integer" && !/^[+-]?\d+$/.test(text)) return "Write whole digits, or give the column another type.";
  if (family === "boolean" && !/^(?:true|false)$/i.test(text)) return "Write true or false.";
  return undefined;
}

/** In append mode nothing is merged. The server: `only last_row merge_mode is allowed when append_mode is enabled` (before 1.1: none at all). */
function optionFindings({ options }: TableDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const { append_mode: append, merge_mode: merge } = options;
  if (merge === undefined || isUnresolved(append) || isUnresolved(merge)) return [];
  if (append?.toLowerCase() !== "true" || merge.toLowerCase() === "last_row") return [];
  const detail = `append_mode keeps every row, merge_mode ${show(merge)} merges them. Remove one of the two options.`;
  return [{ code: "OPTIONS_CONTRADICT", summary: "Options contradict each other", detail, path: ["options", "merge_mode"] }];
}

function typeAdvice(type: string): string {
  const word = type.trim().replace(/\s+/g, " ").replace(/ ?\(.*$/, "").toUpperCase();
  const instead = Object.hasOwn(INSTEAD, word) ? INSTEAD[word] : undefined;
  if (instead !== undefined) return ` Declare ${instead} instead.`;
  const names = ["STRING", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL", "VARBINARY", "JSON", "VECTOR"];
  return `${didYouMean(word, names)} Types: ${names.join(", ")}; integers also UNSIGNED; TIMESTAMP(0), (3), (6) or (9); DECIMAL(p, s); VECTOR(n).`;
}

function timeIndexFindings(table: TableDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const given: unknown = table.timeIndex;
  const path = ["time_index"];
  if (isUnresolved(given)) return [];
  if (Array.isArray(given) && given.length > 1) {
    const detail = `The time index is ${show(given)}: ${given.length} columns. A table has exactly one; name one TIMESTAMP column.`;
    return [{ code: "TIME_INDEX_NOT_SINGLE", summary: "More than one time index", detail, path }];
  }
  if (typeof given !== "string" || given === "") {
    const detail = "The table has no time index. Every table needs exactly one; name a TIMESTAMP column.";
    return [{ code: "TIME_INDEX_MISSING", summary: "No time index", detail, path }];
  }
  return namedTimeIndexFindings(table, given, isUnresolved, path);
}

function namedTimeIndexFindings(table: TableDeclaration, name: string, isUnresolved: IsUnresolved, path: readonly string[]): readonly Finding[] {
  const { columns, primaryKey } = table;
  const findings: Finding[] = [];
  if (!isUnresolved(primaryKey) && primaryKey.includes(name)) {
    const detail = `The time index ${show(name)} is also in the primary key. It belongs to every key by itself; remove it from the primary key.`;
    findings.push({ code: "TIME_INDEX_IN_PRIMARY_KEY", summary: "Time index in the primary key", detail, path: ["primary_key", primaryKey.indexOf(name)] });
  }
  if (isUnresolved(columns)) return findings;
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    if (columns.some((candidate) => isUnresolved(candidate.name))) return findings;
    const names = columns.map((candidate) => candidate.name);
    const detail = `The time index names ${show(name)}, which is no column of the table.${didYouMean(name, names)} Declare it as a TIMESTAMP column or name another.`;
    return [...findings, { code: "TIME_INDEX_COLUMN_MISSING", summary: "Time index is not a column", detail, path }];
  }
  const type = isUnresolved(column.type) ? undefined : canonicalType(column.type);
  if (type === undefined || typeFamily(type) === "timestamp") return findings;
  const detail = `The time index ${show(name)} has type ${column.type}. Allowed: TIMESTAMP(0), (3), (6) and (9). Change the column's type or name another column.`;
  return [...findings, { code: "TIME_INDEX_NOT_A_TIMESTAMP", summary: "Time index is not a timestamp", detail, path }];
}

function primaryKeyFindings({ primaryKey, columns }: TableDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (isUnresolved(primaryKey)) return [];
  const repeated = repetitions(primaryKey, isUnresolved).map(({ index }) => ({
    code: "PRIMARY_KEY_DUPLICATE",
    summary: "Column twice in the primary key",
    detail: `The primary key names ${show(primaryKey[index])} twice. Remove one.`,
    path: ["primary_key", index],
  }));
  if (isUnresolved(columns) || columns.some((column) => isUnresolved(column.name))) return repeated;
  const names = columns.map((column) => column.name);
  const missing = primaryKey.flatMap((name, index): readonly Finding[] => {
    if (isUnresolved(name) || names.includes(name)) return [];
    const detail = `The primary key names ${show(name)}, which is no column of the table.${didYouMean(name, names)} Columns: ${names.join(", ")}.`;
    return [{ code: "PRIMARY_KEY_COLUMN_MISSING", summary: "Primary key names a missing column", detail, path: ["primary_key", index] }];
  });
  return [...repeated, ...missing];
}
