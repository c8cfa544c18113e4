import type { Table, TableIndex } from "../catalog/objects";
import type { Transaction } from "../model/store";
import { SqlError, uncategorized } from "../sql-error";
import type { PartitionDefinition, Partitioning } from "../syntax/ast";
import type { StatementContext } from "./context";

/** Gives a table's primary index a partitioning (null: none). Zones of partitions whose names are gone go with them. */
export function partitionTable(transaction: Transaction, table: Table, partitioning: Partitioning | null): void {
  const [primary, ...others] = table.indexes;
  transaction.put("table", table.id, { ...table, indexes: [{ ...primary!, partitioning }, ...others] });
  const zone = transaction.get("zone", table.id);
  if (zone === undefined) return;
  const names = new Set(partitioning?.partitions.map((p) => p.name) ?? []);
  const subzones = zone.subzones.filter((s) => s.indexId !== 1 || s.partition === "" || names.has(s.partition));
  transaction.put("zone", table.id, subzones.length === 0 && zone.values.numReplicas === 0 ? null : { ...zone, subzones });
}

/** The partitions of an index that the server lists: those of hash points since 3.0.0. */
export function listedPartitions({ model }: Pick<StatementContext, "model">, { partitioning }: TableIndex): readonly PartitionDefinition[] {
  return partitioning === null || (partitioning.by === "hashpoint" && !model.version.listsHashPoints) ? [] : partitioning.partitions;
}

/** What the server checks of a partitioning before it takes it. */
export function validatePartitioning(table: Table, index: { readonly name: string; readonly columns: readonly string[] }, partitioning: Partitioning): void {
  if (table.timeSeries !== null) {
    if (partitioning.by !== "hashpoint") throw new SqlError("42809", `can not partition ts table "${table.name}"`);
    for (const { points } of partitioning.partitions) if (points?.kind === "span" && points.from >= points.to) throw uncategorized("from point must smaller than to point");
    return;
  }
  if (partitioning.by === "hashpoint") throw uncategorized(`can not partition relational table "${table.name}" by hashpoint`);
  const prefix = index.columns.slice(0, partitioning.columns.length);
  if (partitioning.columns.some((column, i) => column !== prefix[i])) {
    throw new SqlError("42601", `declared partition columns (${partitioning.columns.join(", ")}) do not match first ${partitioning.columns.length} columns in index being partitioned (${prefix.join(", ")})`);
  }
  const names = new Set<string>();
  const values = new Map<string, string>();
  for (const { name, value } of partitioning.partitions) {
    if (names.has(name)) throw uncategorized(`PARTITION ${name}: name must be unique (used twice in index "${index.name}")`);
    names.add(name);
    if (partitioning.by === "range") {
      const [from, to] = value.split(" TO ");
      if (from === to) throw uncategorized(`PARTITION ${name}: empty range: lower bound ${from} is equal to upper bound ${to}`);
      continue;
    }
    for (const tuple of value.match(/\([^()]*\)/g) ?? []) {
      if (values.has(tuple)) throw uncategorized(`${tuple} cannot be present in more than one partition`);
      values.set(tuple, name);
    }
  }
}
