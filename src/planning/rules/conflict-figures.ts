import { onlyWith, type Constraint } from "./constraints";
import { fittingBytes } from "./fitting-bytes";
import { openDatanodes } from "./number-items";
import type { PlacementRule } from "./placement-rule";
import { sizesOf, type RuledItems } from "./rule-item";

/** The figures of a conflict. */
export interface ConflictFigures {
  readonly rule: PlacementRule;
  readonly has: (kind: Constraint["kind"]) => boolean;
  readonly regions: number;
  /** By size class: of all regions, of the largest. */
  readonly bytes: number;
  readonly largest: number;
  /** All regions as they are; null where the size of one is not known. */
  readonly realBytes: bigint | null;
  /** A capacity in bytes with which everything fits, and hardly a lower one does; null where that is not searched. */
  readonly fittingBytes: number | null;
  readonly datanodes: number;
  /** Datanodes that the conflict's drains leave. */
  readonly open: number;
  readonly pins: number;
  /** Where the set is one limit and pins to one datanode: all pins to it, and their bytes by size class; else 0. */
  readonly pinnedToOne: number;
  readonly bytesToOne: number;
  /** How many rules conflict. */
  readonly members: number;
}

/** @param small whether a fitting capacity in bytes may be searched for. */
export function figuresOf(conflict: readonly Constraint[], ruled: RuledItems, small: boolean): ConflictFigures {
  const { rule, items } = ruled;
  const reduced = onlyWith(ruled, conflict);
  const [sizes, counted] = [sizesOf(items), sizesOf(reduced.items)];
  const has = (kind: Constraint["kind"]): boolean => conflict.some((each) => each.kind === kind);
  const pins = conflict.flatMap((each) => (each.kind === "pin" ? [each.item.target] : []));
  const toOne = pins.length === conflict.length - 1 && new Set(pins).size === 1;
  const ofOne = items.flatMap(({ target }, index) => (toOne && target === pins[0] ? [sizes[index]!] : []));
  return {
    rule,
    has,
    regions: reduced.items.length,
    bytes: counted.reduce((sum, size) => sum + size, 0),
    largest: counted.reduce((most, size) => Math.max(most, size), 0),
    realBytes: reduced.items.reduce<bigint | null>(
      (sum, { region: { sizeBytes } }) => (sum === null || sizeBytes === null ? null : sum + sizeBytes),
      0n,
    ),
    fittingBytes: small && has("bytes") ? fittingBytes(ruled) : null,
    datanodes: openDatanodes({ ...rule, exclude: [] }).length,
    open: openDatanodes(reduced.rule).length,
    pins: pins.length,
    pinnedToOne: ofOne.length,
    bytesToOne: ofOne.reduce((sum, size) => sum + size, 0),
    members: conflict.length,
  };
}
