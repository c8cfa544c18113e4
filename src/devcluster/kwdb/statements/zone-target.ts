import { primaryIndex, RANGE_ZONE_IDS, type Table, type TableIndex } from "../catalog/objects";
import { systemTable, SYSTEM_TABLES } from "../catalog/system-tables";
import { SqlError, uncategorized } from "../sql-error";
import type { HashPoints, ZoneTarget } from "../syntax/ast";
import { quoteName, quoteUnrestrictedName } from "../syntax/cursor";
import type { StatementContext } from "./context";
import { printName, qualifiedName, requireDatabase, requireTable } from "./names";

/** One index or partition of a table. */
export interface SubzoneTarget {
  readonly indexId: number;
  /** Empty for the whole index. */
  readonly partition: string;
  readonly points: HashPoints | null;
}

type Scope = Pick<StatementContext, "transaction" | "session">;

/** The table of a target; null for ranges and databases. Also finds a table by an index's name alone. */
export function tableOfTarget(scope: Scope, target: ZoneTarget): Table | null {
  switch (target.kind) {
    case "range": case "database": return null;
    case "table": return requireTable(scope, target.table);
    case "index": return target.table === null ? tableOfIndex(scope, target.index, target.database ?? scope.session.database) : requireTable(scope, target.table);
  }
}

function tableOfIndex(scope: Scope, index: string, database: string): Table {
  const tables = scope.transaction.all("table").map(([, table]) => table).filter((table) => scope.transaction.get("database", table.databaseId)?.name === database);
  const found = tables.filter((table) => table.indexes.some((i) => i.name === index && i.id !== 1));
  if (found.length > 1) throw new SqlError("42P09", `index name "${index}" is ambiguous`);
  if (found[0] === undefined) throw new SqlError("42704", `index "${index}" does not exist`, { hint: "try specifying the index as <tablename>@<indexname>" });
  return found[0];
}

/** Object id of a target. */
export function idOfTarget(scope: Scope, target: ZoneTarget): number {
  if (target.kind === "range") {
    const id = Object.hasOwn(RANGE_ZONE_IDS, target.name) ? RANGE_ZONE_IDS[target.name] : undefined;
    if (id === undefined) throw uncategorized(`"${target.name}" is not a built-in zone`);
    return id;
  }
  return target.kind === "database" ? requireDatabase(scope, target.name).id : tableOfTarget(scope, target)!.id;
}

/** As it was written: `RANGE meta`, `TABLE d.t`, `PARTITION p OF INDEX d.t@i`. */
export function printTarget(target: ZoneTarget): string {
  if (target.kind === "range") return `RANGE ${quoteUnrestrictedName(target.name)}`;
  if (target.kind === "database") return `DATABASE ${quoteName(target.name)}`;
  const partition = target.partition === null ? "" : `PARTITION ${quoteName(target.partition)} OF `;
  if (target.kind === "table") return `${partition}TABLE ${printName(target.table)}`;
  const index = quoteUnrestrictedName(target.index);
  return `${partition}INDEX ${target.table === null ? index : `${printName(target.table)}@${index}`}`;
}

/** The indexes or partitions whose zones ALTER changes; null when the target is none. A partition of a table is looked for in every index. */
export function subzonesOfTarget(table: Table, target: ZoneTarget): readonly SubzoneTarget[] | null {
  if (target.kind === "table" && target.partition !== null) return [partitionOfTable(table, target.partition)];
  if (target.kind === "index" && target.index === "*") {
    return table.indexes.flatMap((index) => (findPartition(index, target.partition!) === undefined ? [] : [subzone(index, target.partition!)]));
  }
  const shown = subzoneOfTarget(table, target);
  return shown === null ? null : [shown];
}

/** The index or partition that SHOW looks at; null when the target is none. A partition of a table is that of the primary index. */
export function subzoneOfTarget(table: Table, target: ZoneTarget): SubzoneTarget | null {
  if (target.kind === "range" || target.kind === "database" || (target.kind === "table" && target.partition === null)) return null;
  const name = target.kind === "table" ? primaryIndex(table).name : target.index;
  const index = table.indexes.find((i) => i.name === name);
  if (index === undefined) throw uncategorized(`index "${name}" does not exist`);
  if (target.partition === null) return { indexId: index.id, partition: "", points: null };
  if (findPartition(index, target.partition) === undefined) throw uncategorized(`partition "${target.partition}" does not exist on index "${index.name}"`);
  return subzone(index, target.partition);
}

const findPartition = (index: TableIndex, name: string): { readonly points: HashPoints | null } | undefined => index.partitioning?.partitions.find((p) => p.name === name);
const subzone = (index: TableIndex, partition: string): SubzoneTarget => ({ indexId: index.id, partition, points: findPartition(index, partition)?.points ?? null });

function partitionOfTable(table: Table, partition: string): SubzoneTarget {
  const indexes = table.indexes.filter((index) => findPartition(index, partition) !== undefined);
  if (indexes.length > 1) throw new SqlError("22023", `partition "${partition}" exists on multiple indexes of table "${table.name}"`, { hint: "try ALTER PARTITION ... OF INDEX ..." });
  if (indexes[0] === undefined) throw uncategorized(`partition "${partition}" does not exist on table "${table.name}"`);
  return subzone(indexes[0], partition);
}

/** An object with a zone, as `kwdb_internal.zones` names it in its columns. */
export interface ZoneNames {
  /** `RANGE meta`, `TABLE d.public.t`, `PARTITION p OF INDEX d.public.t@primary`. */
  readonly target: string;
  readonly range: string | null;
  readonly database: string | null;
  readonly table: string | null;
  readonly index: string | null;
  readonly partition: string | null;
}

/** Names of the object that a zone row belongs to; null when the object has been dropped. */
export function zoneNames(scope: Pick<Scope, "transaction">, id: number, subzoneOf: { readonly indexId: number; readonly partition: string } | null): ZoneNames | null {
  const none = { range: null, database: null, table: null, index: null, partition: null };
  const range = Object.entries(RANGE_ZONE_IDS).find(([, zoneId]) => zoneId === id)?.[0];
  if (range !== undefined) return { ...none, target: `RANGE ${range}`, range };
  const database = scope.transaction.get("database", id);
  if (database !== undefined) return { ...none, target: `DATABASE ${quoteName(database.name)}`, database: database.name };
  const table = tableById(scope, id);
  if (table === null) return null;
  const parent = scope.transaction.get("database", table.databaseId);
  if (parent === undefined) return null;
  const named = { ...none, database: parent.name, table: table.name };
  const full = qualifiedName(scope, table);
  if (subzoneOf === null) return { ...named, target: `TABLE ${full}` };
  const index = table.indexes.find((i) => i.id === subzoneOf.indexId);
  if (index === undefined) return null;
  const ofIndex = `${full}@${quoteUnrestrictedName(index.name)}`;
  if (subzoneOf.partition === "") return { ...named, index: index.name, target: `INDEX ${ofIndex}` };
  return { ...named, index: index.name, partition: subzoneOf.partition, target: `PARTITION ${quoteName(subzoneOf.partition)} OF INDEX ${ofIndex}` };
}

export function tableById({ transaction }: Pick<Scope, "transaction">, id: number): Table | null {
  const system = Object.entries(SYSTEM_TABLES).find(([, tableId]) => tableId === id)?.[0];
  return system === undefined ? (transaction.get("table", id) ?? null) : systemTable(system);
}
