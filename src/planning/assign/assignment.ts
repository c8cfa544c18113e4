import type { BalanceMeasure, PlacementStrategy } from "../../topology/manifest";

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

export type Assignment = Assigned | NoAssignment;

export interface Assigned {
  readonly kind: "assigned";
  /** The place of each region; its own place, or a negative number, when it stays. */
  readonly target: Int32Array;
  /** Regions that had to leave and found no place, because their followers are in the way. */
  readonly left: readonly number[];
  /** No assignment that keeps the rules moves fewer regions; and, where bytes are what is saved, fewer bytes. */
  readonly minimumMoves: number;
  readonly minimumBytes: number | null;
  /** Whether a rule could only be kept as far as the capacities and the sizes of the regions allow. */
  readonly uneven: boolean;
  /** Places that hold more than they may: no assignment was found in which none does. */
  readonly overfull: readonly number[];
}

export interface NoAssignment {
  readonly kind: "impossible";
  /** Whether there is none; else none was found. */
  readonly proven: boolean;
}

/** The bytes on each place. */
export function loadOf({ size, places }: Pick<AssignmentProblem, "size" | "places">, target: Int32Array): Float64Array {
  const load = new Float64Array(places);
  for (let region = 0; region < target.length; region += 1) {
    const place = target[region]!;
    if (place >= 0) load[place]! += size[region]!;
  }
  return load;
}

/** Places that hold more bytes or regions than they may. */
export function overfullPlaces(problem: AssignmentProblem, target: Int32Array): readonly number[] {
  const { places, mostBytes, mostRegions } = problem;
  if (mostBytes === Infinity && mostRegions === Infinity) return [];
  const load = loadOf(problem, target);
  const count = loadOf({ places, size: new Float64Array(target.length).fill(1) }, target);
  return [...load.keys()].filter((place) => load[place]! > mostBytes || count[place]! > mostRegions);
}

/** Whether every region has a place, and no place holds more than it may. */
export function isKept(assignment: Assignment): assignment is Assigned {
  return assignment.kind === "assigned" && assignment.overfull.length === 0 && assignment.left.length === 0;
}

/** How many regions change their place. */
export function movesOf({ at }: Pick<AssignmentProblem, "at">, target: Int32Array): number {
  let moves = 0;
  for (let region = 0; region < at.length; region += 1) if (target[region] !== at[region]) moves += 1;
  return moves;
}
