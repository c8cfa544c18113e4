import { samePartitionRule } from "../../topology/same-partition-rule";
import { UNPARTITIONED } from "../../topology/ids";
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
  for (const [pin, datanode] of pins) {
    const key = exact.has(pin) ? (pin as PartitionKey) : partitions.find((partition) => meansSame(pin, partition));
    if (key === undefined) unmatched.push(pin);
    else matched.set(key, datanode);
  }
  return { pins: matched, unmatched };
}

function meansSame(pin: string, partition: PartitionKey): boolean {
  return pin !== UNPARTITIONED && partition !== UNPARTITIONED && samePartitionRule(pin, partition);
}
