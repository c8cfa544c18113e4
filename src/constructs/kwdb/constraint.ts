import type { Constraint as ConstraintDeclaration, Constraints, ReplicaGroup } from "../../topology/kwdb/constraint";

/** A rule about where replicas live. */
export type Constraint = ConstraintDeclaration;

/** One tier of a node's locality, `{ region: "NODE1" }`, or an attribute of a node or store, `"ssd"`. */
export type Locality = Readonly<Record<string, string>> | string;

/**
 * Rules about where replicas live. Throws RangeError for an object of several tiers: each is a constraint of its own.
 *
 * @example
 * Constraint.required({ region: "NODE1" })     // +region=NODE1
 * Constraint.prohibited({ region: "NODE2" })   // -region=NODE2
 * Constraint.required("ssd")                   // +ssd
 */
export const Constraint = {
  required: (where: Locality): Constraint => constraint("required", where),
  prohibited: (where: Locality): Constraint => constraint("prohibited", where),
} as const;

/** Constraints of a number of replicas each. */
export type ReplicaConstraints = Extract<Constraints, { readonly kind: "per-replica" }>;

/**
 * Constraints of a number of replicas each; the replicas that are left over go anywhere.
 *
 * @example
 * // {"+region=NODE1": 1, "+region=NODE2": 2}
 * ReplicaConstraints.of(
 *   { replicas: 1, constraints: [Constraint.required({ region: "NODE1" })] },
 *   { replicas: 2, constraints: [Constraint.required({ region: "NODE2" })] },
 * )
 */
export const ReplicaConstraints = {
  of: (...groups: readonly ReplicaGroup[]): ReplicaConstraints => ({ kind: "per-replica", groups }),
} as const;

function constraint(requirement: Constraint["requirement"], where: Locality): Constraint {
  if (typeof where === "string") return { requirement, value: where };
  const [tier, ...more] = Object.entries(where);
  if (tier === undefined || more.length > 0) {
    const tiers = Object.keys(where).join(", ");
    throw new RangeError(
      `A constraint is about one tier, not about ${tiers === "" ? "none" : tiers}: write one constraint for each.`,
    );
  }
  const [key, value] = tier;
  return { requirement, key, value };
}
