import type { ColumnDeclaration, TableDeclaration } from "../../topology/manifest";
import type { ObservedColumn, ObservedTable } from "../../planning/observed";
import { isAddedByServer } from "./table-options";

/**
 * A declaration that fits a live table, as import needs it: declaring it makes an empty diff. Options that the server adds by
 * itself are left out. Throws RangeError when the snapshot holds no definition of the table.
 */
export function tableDeclaration(table: ObservedTable): TableDeclaration {
  const { definition } = table;
  if (definition === null) throw new RangeError(`The definition of ${table.database}.${table.name} was not read.`);
  return {
    database: table.database,
    name: table.name,
    columns: definition.columns.map(columnDeclaration),
    primaryKey: definition.primaryKey,
    timeIndex: definition.timeIndex,
    ...(definition.rules.length === 0
      ? {}
      : {
          partitioning: {
            kind: "rules" as const,
            columns: definition.partitionColumns,
            partitions: definition.rules.map((rule) => ({ rule })),
          },
        }),
    engine: table.engine,
    options: Object.fromEntries(
      Object.entries(definition.options).filter(([key]) => !isAddedByServer(key) || isDeclaredByUsers(key)),
    ),
    ignoreUndeclaredColumns: false,
    deletionProtection: true,
  };
}

/** Options that the server may copy from the database but that people also declare: kept, since they were live when imported. */
function isDeclaredByUsers(key: string): boolean {
  return key !== "regions" && !key.startsWith("compaction.");
}

function columnDeclaration(column: ObservedColumn): ColumnDeclaration {
  return {
    name: column.name,
    type: column.type,
    nullable: column.nullable,
    ...(column.default === null ? {} : { default: column.default }),
    ...(column.comment === null ? {} : { comment: column.comment }),
  };
}
