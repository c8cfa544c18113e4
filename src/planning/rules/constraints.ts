import type { DatanodeId } from "../../topology/ids";
import { openDatanodes } from "./number-items";
import type { RuledItems, RuleItem } from "./rule-item";
import { compareIds } from "../table-key";

/** One thing that the user wrote and that could be changed. */
export type Constraint =
  | { readonly kind: "pin"; readonly item: RuleItem; readonly index: number }
  | { readonly kind: "drain"; readonly datanode: DatanodeId }
  | { readonly kind: "regions" }
  | { readonly kind: "bytes" }
  | { readonly kind: "skew" };

/** All constraints of a rule: drains by id, then limits, then pins by region. The skew comes before the capacity: it conflicts with fewer pins. */
export function constraintsOf({ rule, items }: RuledItems): readonly Constraint[] {
  const { exclude, capacity, maxSkew, strategy, by } = rule;
  const counted = strategy === "spread" || (strategy === "balance" && by === "regions");
  return [
    ...[...new Set(exclude)].sort(compareIds).map((datanode) => ({ kind: "drain" as const, datanode })),
    ...(maxSkew === undefined || !counted ? [] : [{ kind: "skew" as const }]),
    ...(capacity.regions === undefined ? [] : [{ kind: "regions" as const }]),
    ...(capacity.bytes === undefined ? [] : [{ kind: "bytes" as const }]),
    ...items.flatMap((item, index) => (item.target === null ? [] : [{ kind: "pin" as const, item, index }])),
  ];
}

/** Constraints that mostly conflict together: the pins to one datanode, the drains, each limit. */
export function groupOf(constraint: Constraint): string {
  return constraint.kind === "pin" ? `pin ${constraint.item.target}` : constraint.kind;
}

/** The rule and its items as if only these of its constraints had been written. */
export function onlyWith({ rule, items }: RuledItems, kept: readonly Constraint[]): RuledItems {
  const { maxSkew, ...rest } = rule;
  const has = (kind: Constraint["kind"]): boolean => kept.some((each) => each.kind === kind);
  const { regions, bytes } = rule.capacity;
  const reduced = {
    ...rest,
    exclude: kept.flatMap((each) => (each.kind === "drain" ? [each.datanode] : [])),
    capacity: {
      ...(regions !== undefined && has("regions") ? { regions } : {}),
      ...(bytes !== undefined && has("bytes") ? { bytes } : {}),
    },
    ...(maxSkew !== undefined && has("skew") ? { maxSkew } : {}),
  };
  const pinned = new Set(kept.flatMap((each) => (each.kind === "pin" ? [each.index] : [])));
  const drained = new Set(reduced.exclude);
  const placeOf = new Map(openDatanodes(reduced).map((id, place) => [id, place]));
  return {
    rule: reduced,
    items: items.flatMap((item, index): readonly RuleItem[] => {
      const target = pinned.has(index) ? item.target : null;
      const place = placeOf.get(target ?? item.region.leader!) ?? -1;
      // Without its pin, or the drain of its datanode, a region on a datanode that is not declared would stay there.
      if (place < 0 && target === null && rule.strategy === "pinned" && !drained.has(item.region.leader!)) return [];
      return [{ region: item.region, target, fixed: item.fixed && (item.target === null || target !== null), place }];
    }),
  };
}
