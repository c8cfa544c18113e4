import type { DatanodeId, PartitionKey } from "./ids";
import { UNPARTITIONED } from "./ids";
import { formatPartitionRule } from "./format-partition-rule";
import type { PlacementDeclaration, TableDeclaration } from "./manifest";
import { parsePartitionRule } from "./parse-partition-rule";
import { columnTypes, partitionsOfTable } from "./partition-rules";
import { comparisonForm } from "./same-partition-rule";

/** What a pin's name leads to: a partition's key, or nothing that the declared table has. */
export type PinTarget = PartitionKey | undefined;

/** Whether a placement places more than one table, so that its pins name their table. */
export function placesSeveralTables(placement: Pick<PlacementDeclaration, "tables">): boolean {
  return (placement.tables?.length ?? 0) > 1;
}

/** How the pin of a partition is named where several tables are placed together: `cpu: host < 'g'`. */
export function qualifiedPin(table: string, partition: string): string {
  return `${table}: ${partition}`;
}

/** Table and partition of a name that {@link qualifiedPin} made; undefined when it names no table. */
export function splitQualifiedPin(name: string): { readonly table: string; readonly partition: string } | undefined {
  // A table's name never has a space in it, so that the first colon with one after it ends the name.
  const end = name.indexOf(": ");
  return end <= 0 || name.slice(0, end).includes(" ")
    ? undefined
    : { table: name.slice(0, end), partition: name.slice(end + 2) };
}

/** The pins that name partitions of each table, by the name of the partition, in the order declared. */
export function pinsByTable(
  placement: Pick<PlacementDeclaration, "pins" | "tables">,
): (table: string) => Readonly<Record<string, DatanodeId>> {
  if (!placesSeveralTables(placement)) return () => placement.pins;
  const own = new Map<string, [string, DatanodeId][]>();
  for (const [name, datanode] of Object.entries(placement.pins)) {
    const pin = splitQualifiedPin(name);
    if (pin === undefined) continue;
    const known = own.get(pin.table);
    if (known === undefined) own.set(pin.table, [[pin.partition, datanode]]);
    else known.push([pin.partition, datanode]);
  }
  return (table) => Object.fromEntries(own.get(table) ?? []);
}

/**
 * The pins of one table by the canonical key of their partition, in the order declared.
 *
 * A pin is named by the partition's alias, by its rule in any form (`10 > a` for `a < 10`), or by `*` for the only region
 * of a table without rules; {@link pinsByTable} takes the table out of the name. `table`: the declared table; when it is
 * absent (a table that exists already) names are read as rules. A name that leads nowhere is kept as it stands, for whoever
 * knows the live table to report; `validatePlacement` refuses it when the table is declared.
 */
export function resolvePins(
  placement: Pick<PlacementDeclaration, "pins">,
  table?: TableDeclaration,
): ReadonlyMap<PartitionKey, DatanodeId> {
  const find = table === undefined ? ruleKey : pinTargets(table);
  return new Map(Object.entries(placement.pins).map(([name, datanode]) => [find(name) ?? (name as PartitionKey), datanode]));
}

/** The aliases of a declared table's partitions, by key; empty without any. Throws as {@link partitionsOfTable} does. */
export function aliasesOfPartitions(table: TableDeclaration | undefined): ReadonlyMap<PartitionKey, string> {
  const partitions = table === undefined ? [] : partitionsOfTable(table);
  return new Map(partitions.flatMap(({ key, alias }) => (alias === undefined ? [] : [[key, alias] as const])));
}

/** How to find the partition that a pin of this table names. Throws as {@link partitionsOfTable} does. */
export function pinTargets(table: TableDeclaration): (name: string) => PinTarget {
  const partitions = partitionsOfTable(table);
  const types = columnTypes(table);
  const aliases = new Map(partitions.flatMap(({ key, alias }) => (alias === undefined ? [] : [[alias, key] as const])));
  const forms = new Map(partitions.map(({ key }) => [comparisonForm(key, types), key] as const));
  return (name) => aliases.get(name) ?? forms.get(comparisonForm(name, types));
}

function ruleKey(name: string): PinTarget {
  if (name.trim() === UNPARTITIONED) return UNPARTITIONED;
  const parsed = parsePartitionRule(name);
  return parsed.kind === "rule" ? formatPartitionRule(parsed.expression) : undefined;
}
