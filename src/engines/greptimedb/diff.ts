import { canonicalType } from "../../topology/column-type";
import { errorDiagnostic, DiagnosticError } from "../../topology/diagnostic";
import type { PartitionKey } from "../../topology/ids";
import type { ColumnDeclaration, TableDeclaration } from "../../topology/manifest";
import { columnTypes, partitionRules } from "../../topology/partition-rules";
import { comparisonForm } from "../../topology/same-partition-rule";
import type { TableChange, TableName } from "../../planning/change";
import type { ObservedColumn, ObservedDefinition, ObservedGreptimeCluster } from "../../planning/observed";
import { canonicalDefault } from "./column-default";
import { diffOptions } from "./diff-options";
import { tableKey } from "./inspect";
import { capabilitiesOf, type Capabilities } from "./version";

/**
 * What would have to change for the live table to be as declared, in an order in which it can be done. Compared in canonical
 * forms, never as text; the order of columns is no drift. A change that this server cannot make in place carries the reason
 * (`impossible`); one that loses rows or columns is marked. Empty when nothing differs.
 *
 * Throws {@link DiagnosticError} when the snapshot holds the table without its definition.
 */
export function diffTable(declared: TableDeclaration, observed: ObservedGreptimeCluster): readonly TableChange[] {
  const server = capabilitiesOf(observed.version);
  const table: TableName = { database: declared.database, name: declared.name };
  const live = observed.tables.find((one) => one.database === declared.database && one.name === declared.name);
  if (live === undefined) {
    const inverse: TableChange = {
      kind: "drop-table",
      table,
      reason: "undoes the creation",
      losesData: true,
      inverse: null,
    };
    return [
      {
        kind: "create-table",
        table,
        declaration: declared,
        reason: "the table does not exist",
        losesData: false,
        inverse,
      },
    ];
  }
  if (live.definition === null) {
    throw new DiagnosticError(
      errorDiagnostic({
        code: "TABLE_DEFINITION_NOT_READ",
        summary: "The snapshot does not hold the table's definition",
        detail: "Take it again with the definitions of all declared tables.",
        address: tableKey(table),
      }),
    );
  }
  const difference: Difference = { declared, live: live.definition, table, server };
  return [
    ...diffEngine(difference, live.engine),
    ...diffTimeIndex(difference),
    ...diffKey(difference),
    ...diffColumns(difference),
    ...diffOptions(table, declared.options, live.definition.options, server),
    ...diffRules(difference),
  ];
}

interface Difference {
  readonly declared: TableDeclaration;
  readonly live: ObservedDefinition;
  readonly table: TableName;
  readonly server: Capabilities;
}

function diffEngine({ declared, table }: Difference, live: string): readonly TableChange[] {
  if (declared.engine === live) return [];
  return [
    {
      kind: "change-engine",
      table,
      from: live,
      to: declared.engine,
      reason: `the engine is ${live}`,
      losesData: false,
      impossible: "The engine of a table cannot be changed. Create a new table and copy the rows.",
      inverse: null,
    },
  ];
}

function diffTimeIndex({ declared, live, table }: Difference): readonly TableChange[] {
  if (declared.timeIndex === live.timeIndex) return [];
  return [
    {
      kind: "change-time-index",
      table,
      from: live.timeIndex,
      to: declared.timeIndex,
      reason: `the time index is ${live.timeIndex}`,
      losesData: false,
      impossible: "The time index of a table cannot be changed. Create a new table and copy the rows.",
      inverse: null,
    },
  ];
}

/** The key may grow at its end by columns that do not exist yet; columns that only the server has are reported as columns. */
function diffKey({ declared, live, table }: Difference): readonly TableChange[] {
  const names = new Set(declared.columns.map((column) => column.name));
  const existing = new Set(live.columns.map((column) => column.name));
  const from = live.primaryKey.filter((name) => names.has(name));
  const grown = declared.primaryKey.slice(from.length);
  const keeps = from.every((name, i) => declared.primaryKey[i] === name);
  if (keeps && grown.every((name) => !existing.has(name))) return [];
  return [
    {
      kind: "change-key",
      table,
      from: live.primaryKey,
      to: declared.primaryKey,
      reason: `the primary key is (${live.primaryKey.join(", ")})`,
      losesData: false,
      impossible: "The primary key can only grow, at its end, by new columns. Create a new table and copy the rows.",
      inverse: null,
    },
  ];
}

function diffColumns(difference: Difference): readonly TableChange[] {
  const { declared, live } = difference;
  const liveColumns = new Map(live.columns.map((column) => [column.name, column]));
  const declaredNames = new Set(declared.columns.map((column) => column.name));
  const keyOrder = new Map(declared.primaryKey.map((name, i) => [name, i]));
  const added = declared.columns
    .filter((column) => !liveColumns.has(column.name))
    .sort((a, b) => (keyOrder.get(a.name) ?? Infinity) - (keyOrder.get(b.name) ?? Infinity) || 0);
  const undeclared = declared.ignoreUndeclaredColumns
    ? []
    : live.columns.filter((column) => !declaredNames.has(column.name));
  return [
    ...added.map((column) => addColumn(difference, column)),
    ...declared.columns.flatMap((column) => {
      const existing = liveColumns.get(column.name);
      return existing === undefined ? [] : diffColumn(difference, column, existing);
    }),
    ...undeclared.map((column) => dropColumn(difference, column)),
  ];
}

function addColumn({ declared, table, server }: Difference, column: ColumnDeclaration): TableChange {
  const impossible =
    !column.nullable && column.default === undefined
      ? `A new NOT NULL column needs a default: give "${column.name}" one, or make it nullable.`
      : (column.comment ?? "") !== "" && !server.commentOn
        ? `A new column can have a comment from GreptimeDB 1.0 on: leave the comment of "${column.name}" out.`
        : undefined;
  const inverse: TableChange = {
    kind: "drop-column",
    table,
    column: column.name,
    reason: "undoes the addition",
    losesData: true,
    inverse: null,
  };
  return {
    kind: "add-column",
    table,
    column,
    primaryKey: declared.primaryKey.includes(column.name),
    reason: "the column does not exist",
    losesData: false,
    ...(impossible === undefined ? {} : { impossible }),
    inverse,
  };
}

function dropColumn({ live, table }: Difference, column: ObservedColumn): TableChange {
  const use = columnUse(live, column.name);
  return {
    kind: "drop-column",
    table,
    column: column.name,
    reason: "the column is not declared",
    losesData: true,
    ...(use === undefined
      ? {}
      : {
          impossible: `"${column.name}" is ${use} and cannot be dropped. Declare it, or set ignore_undeclared_columns.`,
        }),
    inverse: {
      kind: "add-column",
      table,
      column: declarationOf(column),
      primaryKey: false,
      reason: "undoes the removal, without its values",
      losesData: false,
      inverse: null,
    },
  };
}

function columnUse(live: ObservedDefinition, name: string): string | undefined {
  if (live.timeIndex === name) return "the time index";
  if (live.primaryKey.includes(name)) return "in the primary key";
  return live.partitionColumns.includes(name) ? "a partition column" : undefined;
}

function declarationOf(column: ObservedColumn): ColumnDeclaration {
  return {
    name: column.name,
    type: column.type,
    nullable: column.nullable,
    ...(column.default === null ? {} : { default: column.default }),
    ...(column.comment === null ? {} : { comment: column.comment }),
  };
}

function diffColumn(difference: Difference, declared: ColumnDeclaration, live: ObservedColumn): readonly TableChange[] {
  const isTimeIndex = difference.declared.timeIndex === declared.name;
  const type = canonicalType(declared.type) ?? declared.type;
  const changes: TableChange[] = [];
  if (type !== live.type) changes.push(changeType(difference, declared.name, live, type));
  const nullable = declared.nullable && !isTimeIndex;
  if (nullable !== live.nullable) {
    changes.push({
      ...withInverse(difference, {
        kind: "modify-column-nullable",
        column: declared.name,
        from: live.nullable,
        to: nullable,
      }),
      reason: `the column is ${live.nullable ? "nullable" : "not nullable"}`,
      impossible: "Whether a column may be NULL cannot be changed. Create a new table and copy the rows.",
    });
  }
  const byDefault = declared.default ?? null;
  if (canonicalDefault(byDefault, type) !== canonicalDefault(live.default, type))
    changes.push(changeDefault(difference, declared.name, type, live, byDefault));
  const comment = declared.comment === undefined || declared.comment === "" ? null : declared.comment;
  if (comment !== (live.comment === "" ? null : live.comment)) {
    changes.push({
      ...withInverse(difference, {
        kind: "modify-column-comment",
        column: declared.name,
        from: live.comment,
        to: comment,
      }),
      reason: live.comment === null ? "the column has no comment" : "the comment differs",
      ...(difference.server.commentOn ? {} : { impossible: "Comments can be changed from GreptimeDB 1.0 on." }),
    });
  }
  return changes;
}

function changeType(difference: Difference, column: string, live: ObservedColumn, to: string): TableChange {
  const use = columnUse(difference.live, column);
  const impossible =
    use !== undefined
      ? `"${column}" is ${use}: its type stays as it was created. Create a new table and copy the rows.`
      : !difference.server.modifyColumnType
        ? "Column types can be changed from GreptimeDB 0.8 on."
        : !live.nullable
          ? `The type of a NOT NULL column cannot be changed. Create a new table and copy the rows.`
          : undefined;
  return {
    ...withInverse(difference, { kind: "modify-column-type", column, from: live.type, to }, !isLossless(to, live.type)),
    reason: `the type is ${live.type}`,
    losesData: !isLossless(live.type, to),
    ...(impossible === undefined ? {} : { impossible }),
  };
}

function changeDefault(
  difference: Difference,
  column: string,
  columnType: string,
  live: ObservedColumn,
  to: string | null,
): TableChange {
  const impossible = !difference.server.modifyColumnDefault
    ? "Defaults can be changed from GreptimeDB 0.16 on."
    : to === null && !live.nullable
      ? `The default of a NOT NULL column cannot be dropped.`
      : undefined;
  return {
    ...withInverse(difference, { kind: "modify-column-default", column, columnType, from: live.default, to }),
    reason: live.default === null ? "the column has no default" : `the default is ${live.default}`,
    ...(impossible === undefined ? {} : { impossible }),
  };
}

/** Changes of the shape `from → to`, whose inverse has the two exchanged. */
type Reversible = Extract<
  TableChange,
  { kind: "modify-column-type" | "modify-column-nullable" | "modify-column-default" | "modify-column-comment" }
>;
type Core<C> = C extends Reversible ? Omit<C, "table" | "reason" | "losesData" | "impossible" | "inverse"> : never;

function withInverse({ table }: Difference, core: Core<Reversible>, inverseLosesData = false): TableChange {
  const undo = { table, reason: "undoes the change", losesData: inverseLosesData, inverse: null };
  const inverse = { ...core, from: core.to, to: core.from, ...undo } as TableChange;
  return { ...core, table, reason: "", losesData: false, inverse };
}

const INTEGER_RANGES: ReadonlyMap<string, readonly [bits: number, signed: boolean]> = new Map([
  ["TINYINT", [8, true]],
  ["SMALLINT", [16, true]],
  ["INT", [32, true]],
  ["BIGINT", [64, true]],
  ["TINYINT UNSIGNED", [8, false]],
  ["SMALLINT UNSIGNED", [16, false]],
  ["INT UNSIGNED", [32, false]],
  ["BIGINT UNSIGNED", [64, false]],
]);

/** Whether every value of `from` is still the same value in `to`. */
function isLossless(from: string, to: string): boolean {
  if (to === "STRING") return from !== "VARBINARY";
  if (from === "FLOAT" && to === "DOUBLE") return true;
  const source = INTEGER_RANGES.get(from);
  const target = INTEGER_RANGES.get(to);
  if (source === undefined) return false;
  if (target === undefined) return (to === "DOUBLE" && source[0] <= 32) || (to === "FLOAT" && source[0] <= 16);
  return source[1] === target[1] ? target[0] >= source[0] : target[1] && target[0] > source[0];
}

function diffRules({ declared, live, table, server }: Difference): readonly TableChange[] {
  const types = columnTypes(declared);
  const rules =
    declared.partitioning === undefined ? [] : partitionRules(declared.partitioning, types).map((rule) => rule.key);
  if (sameTexts(rules, live.rules)) return [];
  const wanted = rules.map((rule) => ({ rule, form: comparisonForm(rule, types) }));
  const existing = live.rules.map((rule) => ({ rule, form: comparisonForm(rule, types) }));
  const from = rulesWithout(existing, wanted);
  const to = rulesWithout(wanted, existing);
  if (from.length === 0 && to.length === 0) return [];
  const columns = declared.partitioning?.columns ?? live.partitionColumns;
  const impossible = repartitionProblem(server, live, rules, columns);
  const inverse: TableChange = {
    kind: "repartition",
    table,
    columns: live.partitionColumns,
    from: to,
    to: from,
    reason: "undoes the change",
    losesData: false,
    inverse: null,
  };
  return [
    {
      kind: "repartition",
      table,
      columns,
      from,
      to,
      reason: rulesReason(live.rules),
      losesData: false,
      ...(impossible === undefined ? {} : { impossible }),
      inverse: live.rules.length === 0 ? null : inverse,
    },
  ];
}

/** The usual case, which needs no reading of rules: nothing has changed. */
function sameTexts(a: readonly PartitionKey[], b: readonly PartitionKey[]): boolean {
  return a.length === b.length && a.every((rule, index) => rule === b[index]);
}

interface RuleForm {
  readonly rule: PartitionKey;
  readonly form: string;
}

function rulesWithout(rules: readonly RuleForm[], others: readonly RuleForm[]): readonly PartitionKey[] {
  const forms = new Set(others.map(({ form }) => form));
  return rules.filter(({ form }) => !forms.has(form)).map(({ rule }) => rule);
}

function rulesReason(rules: readonly PartitionKey[]): string {
  return rules.length === 0 ? "the table has no partition rules" : `the rules are ${rules.join("; ")}`;
}

function repartitionProblem(
  server: Capabilities,
  live: ObservedDefinition,
  rules: readonly PartitionKey[],
  columns: readonly string[],
): string | undefined {
  if (!server.repartition)
    return "Partition rules can be changed from GreptimeDB 1.0 on. Upgrade the cluster, or create a new table and copy the rows.";
  if (rules.length === 0)
    return "A partitioned table cannot become an unpartitioned one. Create a new table and copy the rows.";
  if (live.rules.length === 0 && live.partitionColumns.length > 0) {
    return "The table was created with partition columns but without rules; the server cannot give it rules. Create a new table and copy the rows.";
  }
  if (live.rules.length === 0 && !server.repartitionOnColumns)
    return "A table without rules can be partitioned from GreptimeDB 1.1 on.";
  const sameColumns =
    columns.length === live.partitionColumns.length &&
    columns.every((column) => live.partitionColumns.includes(column));
  if (live.rules.length > 0 && !sameColumns && !server.repartitionOnColumns)
    return "Partition columns can be changed from GreptimeDB 1.1 on.";
  return undefined;
}
