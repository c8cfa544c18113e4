import { comparisonForm } from "../../topology/same-partition-rule";
import type { DatanodeId, PartitionKey } from "../../topology/ids";

/** Pins by the partition keys of a live table, and those whose partition the table does not have. */
export interface MatchedPins {
  readonly pins: ReadonlyMap<PartitionKey, DatanodeId>;
  readonly unmatched: readonly string[];
}

/** Finds the live partition of each pin: the same rule in any spelling, or `*`. */
export function matchPins(pins: ReadonlyMap<string, DatanodeId>, partitions: readonly PartitionKey[]): MatchedPins {
  const exact = new Set<string>(partitions);
  const matched = new Map<PartitionKey, DatanodeId>();
  const unmatched: string[] = [];
  const byMeaning = finderByMeaning(partitions);
  for (const [pin, datanode] of pins) {
    const key = exact.has(pin) ? (pin as PartitionKey) : byMeaning(pin);
    if (key === undefined) unmatched.push(pin);
    else matched.set(key, datanode);
  }
  return { pins: matched, unmatched };
}

/** Finds the first partition whose rule means the same. Rules are read once, and only when a pin is spelled in another way. */
function finderByMeaning(partitions: readonly PartitionKey[]): (pin: string) => PartitionKey | undefined {
  let forms: Map<string, PartitionKey> | undefined;
  return (pin) => {
    forms ??= new Map([...partitions].reverse().map((partition) => [comparisonForm(partition), partition]));
    return forms.get(comparisonForm(pin));
  };
}

/**
 * As {@link matchPins}, for partitions of several tables: `tableOf` says which table a name means and what is left of it,
 * `nameOf` puts both together again.
 */
export function matchPinsOfTables(
  pins: ReadonlyMap<string, DatanodeId>,
  partitions: readonly string[],
  tableOf: (name: string) => { readonly table: string; readonly partition: PartitionKey },
  nameOf: (table: string, partition: string) => string,
): MatchedPins {
  const matched = new Map<PartitionKey, DatanodeId>();
  const unmatched: string[] = [];
  const known = new Map<string, PartitionKey[]>();
  for (const { table, partition } of partitions.map(tableOf)) {
    const own = known.get(table);
    if (own === undefined) known.set(table, [partition]);
    else own.push(partition);
  }
  const wanted = new Map<string, Map<string, DatanodeId>>();
  for (const [name, datanode] of pins) {
    const { table, partition } = tableOf(name);
    wanted.set(table, (wanted.get(table) ?? new Map<string, DatanodeId>()).set(partition, datanode));
  }
  for (const [table, own] of wanted) {
    const found = matchPins(own, known.get(table) ?? []);
    for (const [partition, datanode] of found.pins) matched.set(nameOf(table, partition) as PartitionKey, datanode);
    unmatched.push(...found.unmatched.map((partition) => nameOf(table, partition)));
  }
  return { pins: matched, unmatched };
}
