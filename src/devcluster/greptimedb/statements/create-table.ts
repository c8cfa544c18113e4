import { COPIED_OPTIONS, type Options, tableOptions } from "../catalog/options";
import { columnType } from "../catalog/column-facts";
import { type ColumnSchema, type PartitionRule, ServerError, type TableMeta, type TableSchema } from "../model/types";
import { checkCheckpoints, checkClosed } from "../partition/check-rules";
import { checkRuleSyntax, convertRule, type PartitionColumn, toPartitionRule } from "../partition/rule";
import { rangeRules } from "../partition/range-rules";
import type { RuleExpression } from "../partition/rule-expression";
import { okResult, type StatementResult } from "../statement-result";
import type { CreateTableSyntax, Identifier, PartitionSyntax } from "../syntax/ast";
import { ConnectionAborted } from "../wire/mysql-error";
import { columnSchema } from "./column";
import { databaseNotFound, qualify, type StatementContext } from "./context";

const TABLE_NAME = /^[a-zA-Z_:-][a-zA-Z0-9_:\-.@#]*$/;

/** CREATE TABLE: the parser's checks, the columns, the options, the name, the partition rules, then the cluster. */
export async function createTable(context: StatementContext, statement: CreateTableSyntax): Promise<StatementResult> {
  const { version, model } = context;
  checkTimeIndexes(statement);
  if (statement.partition !== null) checkPartitionSyntax(statement.partition, statement);
  const name = qualify(context, statement.name);
  checkColumns(statement);
  const columns = buildColumns(context, statement);
  const options = tableOptions(statement.options, version.compactionOverride);
  if (!context.catalog.hasDatabase(name.database)) throw databaseNotFound(name.database);
  if (name.database === "information_schema") throw new ServerError("InvalidArguments", `Schema \`information_schema\` is read-only`);
  if (context.catalog.relation(name) !== null) {
    if (statement.ifNotExists) return okResult();
    throw new ServerError("TableAlreadyExists", `Table already exists: \`greptime.${name.database}.${name.table}\``);
  }
  if (!TABLE_NAME.test(name.table)) throw new ServerError("InvalidArguments", `Invalid table name: ${name.table}`);
  const primaryKey = (statement.primaryKeys[0] ?? []).map((i) => i.name);
  const timeIndex = statement.timeIndexes[0]!.name;
  const partition = buildPartition(context, statement.partition, columns, [...primaryKey, timeIndex], name.table);
  const schema: TableSchema = {
    database: name.database,
    name: name.table,
    engine: statement.engine,
    columns,
    primaryKey,
    timeIndex,
    ...partition,
    options: { ...copiedOptions(context, name.database), ...options },
    comment: options["comment"] ?? null,
  };
  const physical = physicalTable(context, schema);
  await model.createTable(physical === null ? schema : logicalSchema(schema, physical), physical?.tableId);
  return okResult();
}

function checkTimeIndexes({ columns, timeIndexes }: CreateTableSyntax): void {
  const nullable = columns.find((column) => column.timeIndex && column.nullable === true);
  if (nullable !== undefined) throw new ServerError("InvalidArguments", `Invalid column option, column name: ${printName(nullable.name)}, error: time index column can't be null`);
  if (timeIndexes.length === 0) throw new ServerError("InvalidSyntax", "Missing time index constraint");
  if (timeIndexes.length > 1) throw new ServerError("InvalidSyntax", `Invalid time index: expected only one time index constraint but actual ${timeIndexes.length}`);
}

function invalidSql(message: string): ServerError {
  return new ServerError("InvalidArguments", `Invalid SQL, error: ${message}`);
}

function checkColumns({ columns, primaryKeys, timeIndexes }: CreateTableSyntax): void {
  columns.forEach(({ name }, i) => {
    const first = columns.findIndex((c) => c.name.name === name.name);
    if (first < i) throw invalidSql(`column name \`${name.name}\` is duplicated at index ${first} and ${i}`);
  });
  if (primaryKeys.length > 1) throw invalidSql("found definition of primary keys in multiple places");
  const known = new Set(columns.map((c) => c.name.name));
  for (const { name } of [...(primaryKeys[0] ?? []), ...timeIndexes]) {
    if (!known.has(name)) throw invalidSql(`column name \`${name}\` is not found in column list`);
  }
  const keys = (primaryKeys[0] ?? []).map((i) => i.name);
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice !== undefined) throw invalidSql(`column name \`${twice}\` is duplicated in primary key`);
  if (keys.includes(timeIndexes[0]!.name)) throw invalidSql(`column name \`${timeIndexes[0]!.name}\` can't be in the primary key, it's the time index`);
}

function buildColumns({ version, session }: StatementContext, statement: CreateTableSyntax): readonly ColumnSchema[] {
  const keys = new Set((statement.primaryKeys[0] ?? []).map((i) => i.name));
  return statement.columns.map((column) => {
    const isTime = column.name.name === statement.timeIndexes[0]!.name;
    const schema = columnSchema(column, isTime ? "TIMESTAMP" : keys.has(column.name.name) ? "TAG" : "FIELD", version, session.zone);
    if (isTime && columnType(schema).kind !== "Timestamp") throw new ServerError("InvalidArguments", `Invalid column option, column name: ${printName(column.name)}, error: time index column data type should be timestamp`);
    if (column.defaultValue !== null && schema.defaultSql === null && !schema.nullable) throw new ServerError("InvalidSyntax", "Default value should not be null for non null column");
    return schema;
  });
}

/** A name in the messages about columns: back-ticked when it was quoted. */
function printName({ name, quoted }: Identifier): string {
  return quoted ? `\`${name}\`` : name;
}

/** The checks that the server's parser makes before anything else. */
function checkPartitionSyntax(partition: PartitionSyntax, statement: CreateTableSyntax): void {
  for (const { name, written } of partition.columns) {
    if (!statement.columns.some((c) => c.name.name === name)) throw new ServerError("InvalidSyntax", `Invalid SQL, error: Partition column "${written}" not defined`);
  }
  if (partition.kind === "rules") checkRuleSyntax(partition.rules, partition.columns);
}

type PartitionSchema = Pick<TableSchema, "partitionColumns" | "rules">;

function buildPartition(context: StatementContext, partition: PartitionSyntax | null, columns: readonly ColumnSchema[], keys: readonly string[], table: string): PartitionSchema {
  if (partition === null) return { partitionColumns: [], rules: [null] };
  const found = partitionColumns(partition.columns, columns);
  const partitionColumnNames = partition.columns.map((i) => i.name);
  if (context.version.partitionColumnsInKey && !partitionColumnNames.every((name) => keys.includes(name))) {
    throw new ServerError("InvalidArguments", `Invalid partition columns when creating table '${table}', reason: partition column must belongs to primary keys or equals to time index`);
  }
  if (partition.kind === "ranges") return { partitionColumns: partitionColumnNames, rules: rangeRules(partition, found, context.session.zone) };
  const rules = buildRules(context, partition.rules.map((rule) => () => convertRule(rule, found, context.session.zone)));
  if (rules.length > 0 && found.some((c) => c.type.kind === "Decimal")) throw new ConnectionAborted("the server panics on a DECIMAL partition column");
  return { partitionColumns: partitionColumnNames, rules: rules.length === 0 ? [null] : rules };
}

export function partitionColumns(names: readonly Identifier[], columns: readonly ColumnSchema[]): readonly PartitionColumn[] {
  return names.map(({ name }) => {
    const column = columns.find((c) => c.name === name);
    if (column === undefined) throw new ServerError("InvalidArguments", `Cannot find column by name: ${name}`);
    return { name, type: columnType(column) };
  });
}

function buildRules({ version }: StatementContext, convert: readonly (() => RuleExpression)[]): readonly PartitionRule[] {
  const expressions = convert.map((c) => c());
  if (expressions.some(usesDecimal)) return expressions.map((e) => toPartitionRule(e));
  checkRuleSet(expressions, version.ruleCheck);
  return expressions.map((e) => toPartitionRule(e));
}

function usesDecimal(rule: RuleExpression): boolean {
  return rule.kind === "comparison" ? rule.type.kind === "Decimal" : usesDecimal(rule.left) || usesDecimal(rule.right);
}

/** The version's test of a complete rule set. */
export function checkRuleSet(rules: readonly RuleExpression[], check: "none" | "closed" | "checkpoints"): void {
  switch (check) {
    case "none": return;
    case "closed": return checkClosed(rules);
    case "checkpoints": return checkCheckpoints(rules);
  }
}

function copiedOptions({ model }: StatementContext, database: string): Options {
  const options = model.databases().find((d) => d.name === database)?.options ?? {};
  return Object.fromEntries(Object.entries(options).filter(([key]) => COPIED_OPTIONS.includes(key)));
}

/** The physical table of a metric engine's logical table; null for every other table. */
function physicalTable(context: StatementContext, schema: TableSchema): TableMeta | null {
  const name = schema.options["on_physical_table"];
  if (schema.engine !== "metric" || name === undefined) return null;
  const physical = context.model.table(schema.database, name);
  if (physical === undefined) throw new ServerError("TableNotFound", `Table not found: greptime.${schema.database}.${name}`);
  return physical;
}

/** A logical table has its physical table's partitions, and its columns in alphabetical order. */
function logicalSchema(schema: TableSchema, physical: TableMeta): TableSchema {
  const { partitionColumns: columns, rules } = physical.schema;
  return { ...schema, partitionColumns: columns, rules, columns: [...schema.columns].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
