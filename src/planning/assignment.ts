import type { BalanceMeasure, PlacementStrategy } from "../topology/manifest";

/**
 * The regions and datanodes of one placement by numbers. Places are the datanodes that may hold regions, 0 to `places - 1`, in order
 * of their ids; a region's place is negative while it is on a datanode that it must leave.
 */
export interface AssignmentProblem {
  readonly strategy: PlacementStrategy;
  readonly by: BalanceMeasure;
  readonly places: number;
  /** Zone of each place, 0 to `zones - 1`. */
  readonly zoneOf: Int32Array;
  readonly zones: number;
  readonly tables: number;
  /** Of each region, in order of the region ids: its table, its place, whether it must stay there, its bytes. */
  readonly tableOf: Int32Array;
  readonly at: Int32Array;
  readonly fixed: Uint8Array;
  readonly size: Float64Array;
  readonly forbids: (region: number, place: number) => boolean;
  /** What a place may hold; Infinity: as much as comes. */
  readonly mostRegions: number;
  readonly mostBytes: number;
  /** How many regions a place may have more than another. */
  readonly skew: number;
  /** Whether nothing may exceed the skew; else pins and capacities may. */
  readonly strict: boolean;
}

export type Assignment =
  | {
      readonly kind: "assigned";
      /** The place of each region; its own place, or a negative number, when it stays. */
      readonly target: Int32Array;
      /** Regions that had to leave and found no place, because their followers are in the way. */
      readonly left: readonly number[];
      /** No assignment that keeps the rules moves fewer regions; and, where bytes are what is saved, fewer bytes. */
      readonly minimumMoves: number;
      readonly minimumBytes: number | null;
      /** Whether a rule could only be kept as far as the sizes of the regions allow. */
      readonly uneven: boolean;
      /** Places that hold more bytes than they may: none was found that does not. */
      readonly overfull: readonly number[];
    }
  | { readonly kind: "impossible" };

/** The bytes on each place. */
export function loadOf({ size, places }: Pick<AssignmentProblem, "size" | "places">, target: Int32Array): Float64Array {
  const load = new Float64Array(places);
  target.forEach((place, region) => {
    if (place >= 0) load[place]! += size[region]!;
  });
  return load;
}
