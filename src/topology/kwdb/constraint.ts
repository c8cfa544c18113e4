/**
 * A rule about where replicas live: `+region=NODE1` (required), `-region=NODE2` (prohibited). With a key it is compared with the
 * locality of a store's node; without one (`+ssd`) with the attributes of store and node.
 */
export interface Constraint {
  readonly requirement: "required" | "prohibited";
  /** Locality key; absent: `value` is an attribute. */
  readonly key?: string;
  readonly value: string;
}

/** Replicas that a group of constraints is for. */
export interface ReplicaGroup {
  readonly replicas: number;
  readonly constraints: readonly Constraint[];
}

/** For all replicas alike (`[+region=NODE1]`), or for a number of them each (`{+region=NODE1: 1}`). */
export type Constraints =
  | { readonly kind: "all-replicas"; readonly constraints: readonly Constraint[] }
  | { readonly kind: "per-replica"; readonly groups: readonly ReplicaGroup[] };

/** Where the leaseholder should be: alternatives in order, each of which must hold as a whole. */
export type LeasePreferences = readonly (readonly Constraint[])[];

export const NO_CONSTRAINTS: Constraints = { kind: "all-replicas", constraints: [] };

export type ParsedConstraint =
  { readonly kind: "parsed"; readonly constraint: Constraint } | { readonly kind: "invalid"; readonly detail: string };

/** Reads `+region=NODE1`, `-region=NODE2`, `+ssd`. Names hold no comma, quote, bracket, colon or blank: the server's list syntax uses them. */
export function parseConstraint(text: string): ParsedConstraint {
  const invalid = (detail: string): ParsedConstraint => ({ kind: "invalid", detail });
  const rest = text.trim().slice(1);
  const sign = text.trim().charAt(0);
  if (sign !== "+" && sign !== "-")
    return invalid(`"${text}" needs + (required) or - (prohibited) in front: "+region=NODE1".`);
  const parts = rest.split("=");
  const [first = "", second] = parts;
  if (parts.length > 2) return invalid(`"${text}" has more than one "=". Write "+key=value" or "+attribute".`);
  const names = second === undefined ? [first] : [first, second];
  const bad = names.find((name) => !/^[^\s,'"[\]{}:#&*!|>%@`\\]+$/.test(name));
  if (bad !== undefined)
    return invalid(
      `"${text}" is not a constraint: "${bad}" is empty or has a sign that is not allowed. Write "+key=value" or "+attribute".`,
    );
  const requirement = sign === "+" ? "required" : "prohibited";
  return {
    kind: "parsed",
    constraint: second === undefined ? { requirement, value: first } : { requirement, key: first, value: second },
  };
}

/** `+region=NODE1` */
export function formatConstraint({ requirement, key, value }: Constraint): string {
  return `${requirement === "required" ? "+" : "-"}${key === undefined ? "" : `${key}=`}${value}`;
}

/** Constraints of one group in canonical order: all of them must hold, so their order means nothing. */
export function canonicalGroup(constraints: readonly Constraint[]): readonly Constraint[] {
  return [...constraints].sort((a, b) => compareText(formatConstraint(a), formatConstraint(b)));
}

/**
 * The form in which equal constraints are equal data: groups sorted as the server sorts them. A map without groups, and one group
 * for no replicas in particular (the server takes `{+region=NODE1: 0}` as such), are the list.
 */
export function canonicalConstraints(constraints: Constraints): Constraints {
  if (constraints.kind === "all-replicas")
    return { kind: "all-replicas", constraints: canonicalGroup(constraints.constraints) };
  const groups = constraints.groups
    .map(({ replicas, constraints: list }) => ({ replicas, constraints: canonicalGroup(list) }))
    .sort((a, b) => compareText(groupText(a.constraints), groupText(b.constraints)));
  const [only] = groups;
  if (only === undefined) return NO_CONSTRAINTS;
  if (groups.length === 1 && only.replicas === 0) return { kind: "all-replicas", constraints: only.constraints };
  return { kind: "per-replica", groups };
}

export function canonicalLeasePreferences(preferences: LeasePreferences): LeasePreferences {
  return preferences.map(canonicalGroup);
}

export function isEmptyConstraints(constraints: Constraints): boolean {
  return constraints.kind === "all-replicas" ? constraints.constraints.length === 0 : constraints.groups.length === 0;
}

/** As the server prints it: `[+region=NODE1]`, `{+region=NODE1: 1, +region=NODE2: 1}`, `[]`. */
export function formatConstraints(constraints: Constraints): string {
  const canonical = canonicalConstraints(constraints);
  if (canonical.kind === "all-replicas") return `[${canonical.constraints.map(formatConstraint).join(", ")}]`;
  const groups = canonical.groups.map((group) => `${quotedWhenSeveral(group)}: ${group.replicas}`);
  return `{${groups.join(", ")}}`;
}

/** As the server prints it: `[[+region=NODE1], [-region=NODE2]]`, `[]`. */
export function formatLeasePreferences(preferences: LeasePreferences): string {
  return `[${canonicalLeasePreferences(preferences)
    .map((group) => `[${group.map(formatConstraint).join(", ")}]`)
    .join(", ")}]`;
}

/** Constraints of a group as a key of the map: `+region=NODE1,+ssd`. */
export function groupText(constraints: readonly Constraint[]): string {
  return constraints.map(formatConstraint).join(",");
}

function quotedWhenSeveral({ constraints }: ReplicaGroup): string {
  return constraints.length > 1 ? `"${groupText(constraints)}"` : groupText(constraints);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
