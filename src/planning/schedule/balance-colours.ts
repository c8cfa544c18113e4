import type { Edge } from "./edge-colouring";

/**
 * Spreads a proper edge colouring over `classes` colours so that none has more than `most` edges, and keeps it proper.
 * Needs `edges.length <= classes * most`; then it always succeeds:
 *
 * 1. What a class has too many goes into classes that are still empty: any part of a class is a matching.
 * 2. A class that is still too large and one with room together form paths and even cycles. There are at least as many paths with
 *    one edge more of the large class as the difference of their sizes; exchanging the colours of one such path moves one edge.
 *
 * @returns the edges of each class, by number.
 */
export function balanceColours(
  edges: readonly Edge[],
  colourOf: Int32Array,
  classes: number,
  most: number,
): number[][] {
  const members: number[][] = Array.from({ length: classes }, () => []);
  colourOf.forEach((colour, edge) => members[colour]!.push(edge));
  let receiver = 0;
  for (let large = 0; large < classes; large += 1) {
    while (members[large]!.length > most) {
      while (members[receiver]!.length >= most) receiver = (receiver + 1) % classes;
      const from = members[large]!;
      const to = members[receiver]!;
      const count = Math.min(from.length - most, most - to.length);
      const [smaller, larger] =
        to.length === 0 ? [from.slice(0, -count), from.slice(-count)] : exchangePaths(edges, from, to, count);
      if (larger.length !== to.length + count) throw new Error("The colouring was not proper.");
      members[large] = smaller;
      members[receiver] = larger;
    }
  }
  return members;
}

/** Both classes after `count` alternating paths with a surplus of `from` have changed their colours. */
function exchangePaths(
  edges: readonly Edge[],
  from: readonly number[],
  to: readonly number[],
  count: number,
): readonly [number[], number[]] {
  const atLeft = new Map<number, number[]>();
  const atRight = new Map<number, number[]>();
  const inFrom = new Set(from);
  for (const edge of [...from, ...to]) {
    push(atLeft, edges[edge]!.left, edge);
    push(atRight, edges[edge]!.right, edge);
  }
  const seen = new Set<number>();
  const moved = new Set<number>();
  let left = count;
  for (const start of from) {
    if (left === 0) break;
    if (seen.has(start)) continue;
    const path = component(edges, start, atLeft, atRight, seen);
    const surplus = path.reduce((sum, edge) => sum + (inFrom.has(edge) ? 1 : -1), 0);
    if (surplus !== 1) continue;
    for (const edge of path) moved.add(edge);
    left -= 1;
  }
  return [
    [...from.filter((edge) => !moved.has(edge)), ...to.filter((edge) => moved.has(edge))],
    [...to.filter((edge) => !moved.has(edge)), ...from.filter((edge) => moved.has(edge))],
  ];
}

/** All edges connected with `start`, itself included. */
function component(
  edges: readonly Edge[],
  start: number,
  atLeft: ReadonlyMap<number, readonly number[]>,
  atRight: ReadonlyMap<number, readonly number[]>,
  seen: Set<number>,
): number[] {
  const found = [start];
  seen.add(start);
  for (const edge of found) {
    for (const next of [...atLeft.get(edges[edge]!.left)!, ...atRight.get(edges[edge]!.right)!]) {
      if (seen.has(next)) continue;
      seen.add(next);
      found.push(next);
    }
  }
  return found;
}

function push(map: Map<number, number[]>, key: number, edge: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [edge]);
  else list.push(edge);
}
