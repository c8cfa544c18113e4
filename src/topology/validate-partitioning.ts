import { canonicalType, partitionTypeProblem } from "./column-type";
import type { PartitioningDeclaration, TableDeclaration } from "./manifest";
import { didYouMean } from "./suggest";
import { rangeFindings } from "./validate-range-bounds";
import { ruleFindings } from "./validate-partition-rules";
import { repetitions, show, type Finding } from "./validation";

type IsUnresolved = (value: unknown) => boolean;

/** What is wrong with how a table is partitioned: its columns, its names, its bounds or rules. */
export function partitioningFindings(table: TableDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const { partitioning } = table;
  if (partitioning === undefined || isUnresolved(partitioning)) return [];
  return [
    ...columnListFindings(table, partitioning, isUnresolved),
    ...nameFindings(partitioning, isUnresolved),
    ...partitionFindings(table, partitioning, isUnresolved),
  ];
}

function partitionFindings(table: TableDeclaration, partitioning: PartitioningDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (isUnresolved(partitioning.partitions)) return [];
  const types = usableTypes(table, isUnresolved);
  switch (partitioning.kind) {
    case "range":
      return rangeFindings(partitioning, types, isUnresolved);
    case "rules":
      return ruleFindings(partitioning, types, isUnresolved);
  }
}

/** Canonical types of the columns whose bounds can be checked: known, and fit to partition by. */
function usableTypes({ columns }: TableDeclaration, isUnresolved: IsUnresolved): ReadonlyMap<string, string> {
  if (isUnresolved(columns)) return new Map();
  return new Map(
    columns.flatMap(({ name, type }) => {
      const canonical = isUnresolved(type) || isUnresolved(name) ? undefined : canonicalType(type);
      return canonical === undefined || partitionTypeProblem(canonical) !== undefined ? [] : [[name, canonical] as const];
    }),
  );
}

function columnListFindings(table: TableDeclaration, { columns }: PartitioningDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (isUnresolved(columns)) return [];
  if (columns.length === 0) {
    const detail = "The table is partitioned by no column. Name at least one column of the primary key, or leave the partitioning out.";
    return [{ code: "PARTITION_COLUMNS_EMPTY", summary: "No partition column", detail, path: ["partitioning", "columns"] }];
  }
  const repeated = repetitions(columns, isUnresolved).map(({ index }) => ({
    code: "PARTITION_COLUMN_DUPLICATE",
    summary: "Duplicate partition column",
    detail: `The partition columns name ${show(columns[index])} twice. Remove one.`,
    path: ["partitioning", "columns", index],
  }));
  const each = columns.flatMap((name, index) =>
    isUnresolved(name) ? [] : partitionColumnFindings(table, name, ["partitioning", "columns", index], isUnresolved),
  );
  return [...repeated, ...each];
}

function partitionColumnFindings(
  { columns, primaryKey }: TableDeclaration,
  name: string,
  path: readonly (string | number)[],
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  const findings: Finding[] = [];
  const column = isUnresolved(columns) ? undefined : columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    if (isUnresolved(columns) || columns.some((candidate) => isUnresolved(candidate.name))) return findings;
    return [missingColumn(name, columns.map((candidate) => candidate.name), path)];
  }
  if (!isUnresolved(primaryKey) && !primaryKey.some(isUnresolved) && !primaryKey.includes(name)) {
    const detail =
      `The partition column ${show(name)} is not in the primary key (${primaryKey.join(", ") || "empty"}). ` +
      `Rows of one key must lie in one region. Add ${show(name)} to the primary key or partition by a column of it.`;
    findings.push({ code: "PARTITION_COLUMN_NOT_IN_PRIMARY_KEY", summary: "Partition column is not in the primary key", detail, path });
  }
  const type = isUnresolved(column.type) ? undefined : canonicalType(column.type);
  const problem = type === undefined ? undefined : partitionTypeProblem(type);
  if (problem !== undefined) {
    const detail =
      `The partition column ${show(name)} has type ${column.type}: ${problem}. ` +
      "Allowed: integers, FLOAT, DOUBLE, BOOLEAN, STRING, DATE and TIMESTAMP. Partition by another column.";
    findings.push({ code: "PARTITION_COLUMN_TYPE", summary: "This type cannot partition a table", detail, path });
  }
  return findings;
}

function missingColumn(name: string, names: readonly string[], path: readonly (string | number)[]): Finding {
  if (/^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name) || !/[()+*/%<>=,'\s-]/.test(name)) {
    const detail = `The partition column ${show(name)} is no column of the table.${didYouMean(name, names)} Columns: ${names.join(", ")}.`;
    return { code: "PARTITION_COLUMN_MISSING", summary: "Partition column is missing", detail, path };
  }
  const detail =
    `${show(name)} is an expression. Only the names of columns are allowed (${names.join(", ")}). ` +
    "Store the value of the expression in a column of its own and partition by that column.";
  return { code: "PARTITION_COLUMN_IS_EXPRESSION", summary: "Expression where a column must be", detail, path };
}

function nameFindings({ partitions }: PartitioningDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (isUnresolved(partitions)) return [];
  const names = partitions.map((partition) => partition.name);
  const repeated = repetitions(names, isUnresolved).map(({ index, first }) => ({
    code: "PARTITION_NAME_DUPLICATE",
    summary: "Duplicate partition name",
    detail: `Partitions ${first + 1} and ${index + 1} are both named ${show(names[index])}. Rename one of them.`,
    path: ["partitioning", "partitions", index, "name"],
  }));
  const reserved = names.flatMap((name, index): readonly Finding[] => {
    if (isUnresolved(name) || (name !== "*" && name !== "")) return [];
    const detail = `Partition ${index + 1} is named ${show(name)}. "*" stands for the only region of a table without partitions; choose another name or none.`;
    return [{ code: "PARTITION_NAME_RESERVED", summary: "Partition name is not allowed", detail, path: ["partitioning", "partitions", index, "name"] }];
  });
  return [...repeated, ...reserved];
}
