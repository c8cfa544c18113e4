import type { DatanodeId } from "../../topology/ids";
import type { PlacedRegion } from "./placed-region";
import type { PlacementRule } from "./placement-rule";
import { sizeClassNumber } from "../size-class";

/** A region that takes part: it can be moved, or it has its place. */
export interface RuleItem {
  readonly region: PlacedRegion;
  /** The datanode that a pin gives it, null without a pin. */
  readonly target: DatanodeId | null;
  /** What the user calls the partition of a pinned region; absent: by its rule. */
  readonly name?: string;
  /** It stays where it is, or where its pin puts it. */
  readonly fixed: boolean;
  /** Where that is, as the position among the datanodes that may hold regions; negative: on one that it must leave. */
  readonly place: number;
}

/** A rule and the regions that take part. */
export interface RuledItems {
  readonly rule: PlacementRule;
  /** In order of the region ids. */
  readonly items: readonly RuleItem[];
}

/** Bytes of each region by size class; a region without a figure counts as the mean of the others, and as the least where none has one. */
export function sizesOf(items: readonly RuleItem[]): Float64Array {
  const sizes = new Float64Array(items.length);
  let [sum, known] = [0, 0];
  items.forEach(({ region: { sizeBytes } }, index) => {
    sizes[index] = sizeBytes === null ? NaN : sizeClassNumber(sizeBytes);
    if (sizeBytes === null) return;
    sum += sizes[index]!;
    known += 1;
  });
  const mean = known === 0 ? sizeClassNumber(0n) : Math.round(sum / known);
  return known === items.length ? sizes : sizes.map((size) => (Number.isNaN(size) ? mean : size));
}
