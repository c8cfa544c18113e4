import type { Constraint, ConstraintGroup, ZoneValues } from "../zone/zone-config";
import { type KwdbNode, matchesConstraint } from "./nodes";

/** How many replicas a range gets: no more than there are nodes, and no even number that nobody asked for. */
function neededReplicas(configured: number, nodes: number): number {
  if (configured <= nodes) return configured;
  const odd = nodes % 2 === 0 ? nodes - 1 : nodes;
  return Math.max(1, odd);
}

const allows = (node: KwdbNode, constraints: readonly Constraint[]): boolean => constraints.every((c) => matchesConstraint(node, c) === (c.type !== "prohibited"));

export interface Placement {
  /** Store ids, ascending. */
  readonly replicas: readonly number[];
  /** Store id. */
  readonly leaseHolder: number;
}

/**
 * Where the replicas of a range belong: replicas stay where they may, and new ones go to the stores with the fewest (`load`), then to the lowest id.
 * Constraints that no store satisfies leave the range short rather than misplaced. Leases follow lease preferences, else stay.
 */
export function place(values: ZoneValues, nodes: readonly KwdbNode[], current: Placement | null, load: (storeId: number) => number): Placement {
  const usable = nodes.filter((node) => !node.storeDead);
  const needed = neededReplicas(values.numReplicas ?? 3, usable.length);
  const held = new Set(current?.replicas ?? []);
  const order = [...usable].sort((a, b) => Number(held.has(b.storeId)) - Number(held.has(a.storeId)) || Number(b.live) - Number(a.live) || load(a.storeId) - load(b.storeId) || a.storeId - b.storeId);
  const chosen = choose(values.constraints ?? [], order, needed);
  const replicas = chosen.length > 0 ? chosen.map((node) => node.storeId).sort((a, b) => a - b) : [...held];
  return { replicas, leaseHolder: leaseHolder(values, nodes, replicas, current?.leaseHolder ?? null, load) };
}

function choose(groups: readonly ConstraintGroup[], order: readonly KwdbNode[], needed: number): readonly KwdbNode[] {
  const forAll = groups.filter((group) => group.replicas === 0).flatMap((group) => group.constraints);
  const candidates = order.filter((node) => allows(node, forAll));
  const chosen: KwdbNode[] = [];
  for (const group of groups.filter((g) => g.replicas > 0)) {
    const fitting = candidates.filter((node) => !chosen.includes(node) && allows(node, group.constraints));
    chosen.push(...fitting.slice(0, Math.min(group.replicas, needed - chosen.length)));
  }
  for (const node of candidates) if (chosen.length < needed && !chosen.includes(node)) chosen.push(node);
  return chosen;
}

/** A live replica: the first that a lease preference names, else the present one, else the least loaded. */
export function leaseHolder(values: ZoneValues, nodes: readonly KwdbNode[], replicas: readonly number[], current: number | null, load: (storeId: number) => number): number {
  const live = nodes.filter((node) => node.live && replicas.includes(node.storeId));
  for (const preference of values.leasePreferences ?? []) {
    const preferred = live.filter((node) => allows(node, preference));
    if (preferred.length > 0) return (preferred.find((node) => node.storeId === current) ?? preferred[0]!).storeId;
  }
  const present = live.find((node) => node.storeId === current);
  if (present !== undefined) return present.storeId;
  const [best] = [...live].sort((a, b) => load(a.storeId) - load(b.storeId) || a.storeId - b.storeId);
  return best?.storeId ?? current ?? replicas[0] ?? 0;
}
