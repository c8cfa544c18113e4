import type { Range } from "./ranges";

/** Where a rebalance wants one range. */
export interface RangeHome {
  readonly range: Range;
  /** Node ids. */
  readonly replicas: readonly number[];
  /** Node id. */
  readonly lease: number;
}

/**
 * Evens out the replicas of one table over the live nodes, then its leases. Replicas move one at a time from the node that has most of them to the one
 * that has fewest, at most as many as the table has ranges, and only while that makes the counts more even. Store ids are taken for node ids, as the server does.
 */
export function planRebalance(ranges: readonly Range[], liveNodes: readonly number[], replicas: number): readonly RangeHome[] {
  const homes = ranges.map((range) => [...range.replicas]);
  const counts = new Map(liveNodes.map((node) => [node, 0]));
  for (const node of homes.flat()) counts.set(node, (counts.get(node) ?? 0) + 1);
  for (let step = 0; step < ranges.length; step++) if (!moveOne(homes, counts, liveNodes)) break;
  const leases = planLeases(ranges, homes, Math.floor(ranges.length / liveNodes.length));
  return ranges.map((range, i) => ({ range, replicas: withoutSurplus(homes[i]!, leases[i]!, replicas), lease: leases[i]! }));
}

function moveOne(homes: readonly number[][], counts: Map<number, number>, liveNodes: readonly number[]): boolean {
  let best: { readonly home: number[]; readonly from: number; readonly to: number; readonly gain: number } | null = null;
  for (const home of homes) {
    for (const from of home) {
      for (const to of liveNodes) {
        const gain = counts.get(from)! - counts.get(to)!;
        if (!home.includes(to) && gain >= 2 && gain > (best?.gain ?? 0)) best = { home, from, to, gain };
      }
    }
  }
  if (best === null) return false;
  best.home[best.home.indexOf(best.from)] = best.to;
  counts.set(best.from, counts.get(best.from)! - 1);
  counts.set(best.to, counts.get(best.to)! + 1);
  return true;
}

/** A lease leaves a node that has more than its share for a replica's node that has less, and one that lost its replica goes to where fewest are. */
function planLeases(ranges: readonly Range[], homes: readonly (readonly number[])[], share: number): readonly number[] {
  const counts = new Map<number, number>();
  const count = (node: number): number => counts.get(node) ?? 0;
  for (const { leaseHolder } of ranges) counts.set(leaseHolder, count(leaseHolder) + 1);
  return ranges.map(({ leaseHolder }, i) => {
    const byCount = [...homes[i]!].sort((a, b) => count(a) - count(b));
    const kept = homes[i]!.includes(leaseHolder);
    const crowded = count(leaseHolder) > share && homes[i]!.every((node) => count(node) <= count(leaseHolder));
    if (kept && !(crowded && count(byCount[0]!) < share)) return leaseHolder;
    const lease = byCount[0]!;
    counts.set(leaseHolder, count(leaseHolder) - 1);
    counts.set(lease, count(lease) + 1);
    return lease;
  });
}

/** A range that has more replicas than its zone wants keeps the one with the lease. */
function withoutSurplus(home: readonly number[], lease: number, replicas: number): readonly number[] {
  return home.length <= replicas ? home : [lease, ...home.filter((node) => node !== lease)].slice(0, replicas);
}
