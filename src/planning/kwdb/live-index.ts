import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import type { ObservedKwdbCluster, ObservedKwdbTable } from "./observed";

/** A reading by name, so that thousands of targets are looked up and not searched for. */
export interface LiveIndex {
  /** Canonical targets of the zones that exist. */
  readonly zones: ReadonlySet<string>;
  table(database: string, table: string): ObservedKwdbTable | undefined;
  tablesOf(database: string): readonly ObservedKwdbTable[];
  /** Indexes that have a partition of this name, in order. */
  indexesOf(database: string, table: string, partition: string): readonly string[];
}

const known = new WeakMap<ObservedKwdbCluster, LiveIndex>();

/** The index of a reading; made once. */
export function liveIndex(observed: ObservedKwdbCluster): LiveIndex {
  const index = known.get(observed) ?? makeIndex(observed);
  known.set(observed, index);
  return index;
}

function makeIndex(observed: ObservedKwdbCluster): LiveIndex {
  const tables = new Map<string, ObservedKwdbTable>();
  const byDatabase = new Map<string, ObservedKwdbTable[]>();
  const partitions = new Map<string, Set<string>>();
  const addPartition = (database: string, table: string, partition: string, index: string): void => {
    const name = key(database, table, partition);
    partitions.set(name, (partitions.get(name) ?? new Set()).add(index));
  };
  for (const table of observed.tables) {
    tables.set(key(table.database, table.table), table);
    const siblings = byDatabase.get(table.database) ?? [];
    siblings.push(table);
    byDatabase.set(table.database, siblings);
    for (const { name, index } of table.partitions) addPartition(table.database, table.table, name, index);
  }
  for (const { target } of observed.zones) {
    if (target.kind !== "partition" || target.index === undefined) continue;
    addPartition(target.database, target.table, target.partition, target.index);
  }
  return {
    zones: new Set(observed.zones.map(({ target }) => formatZoneTarget(target))),
    table: (database, table) => tables.get(key(database, table)),
    tablesOf: (database) => byDatabase.get(database) ?? [],
    indexesOf: (database, table, partition) => [...(partitions.get(key(database, table, partition)) ?? [])].sort(),
  };
}

function key(...names: readonly string[]): string {
  return JSON.stringify(names);
}
