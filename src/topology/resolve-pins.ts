import type { DatanodeId, PartitionKey } from "./ids";
import { UNPARTITIONED } from "./ids";
import { formatPartitionRule } from "./format-partition-rule";
import type { PlacementDeclaration, TableDeclaration } from "./manifest";
import { parsePartitionRule } from "./parse-partition-rule";
import { columnTypes, partitionsOfTable } from "./partition-rules";
import { comparisonForm } from "./same-partition-rule";

/** What a pin's name leads to: a partition's key, or nothing that the declared table has. */
export type PinTarget = PartitionKey | undefined;

/**
 * The pins of a placement by the canonical key of their partition, in the order declared.
 *
 * A pin is named by the partition's alias, by its rule in any form (`10 > a` for `a < 10`), or by `*` for the only region
 * of a table without rules. `table`: the declared table; when it is absent (a table that exists already) names are
 * read as rules. A name that leads nowhere is kept as it stands, for whoever knows the live table to report;
 * `validatePlacement` refuses it when the table is declared.
 */
export function resolvePins(
  placement: Pick<PlacementDeclaration, "pins">,
  table?: TableDeclaration,
): ReadonlyMap<PartitionKey, DatanodeId> {
  const find = table === undefined ? ruleKey : pinTargets(table);
  return new Map(Object.entries(placement.pins).map(([name, datanode]) => [find(name) ?? (name as PartitionKey), datanode]));
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
