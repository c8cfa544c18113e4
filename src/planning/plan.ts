import type { Diagnostic } from "../topology/diagnostic";
import type { DatanodeId, PartitionKey } from "../topology/ids";
import type { MoveLimits } from "../topology/manifest";
import type { Move, TableChange, TableName } from "./change";
import type { PlacementRule } from "./rules/placement-rule";

/** What would be done to one cluster, and the proof that it is no more than needed. Plain data; bigint ids become decimal text in JSON. */
export interface ClusterPlan {
  readonly formatVersion: 1;
  readonly cluster: string;
  readonly engine: "greptimedb";
  /** SHA-256 over declaration and the observed facts it was computed from (not over sizes, rows or ages). */
  readonly basis: string;
  readonly tableChanges: readonly TableChange[];
  /** Moves in the order of the schedule. */
  readonly moves: readonly Move[];
  /**
   * Tables whose regions this plan makes first (by creating or repartitioning them): where the server puts these is not known.
   * Once they exist, apply reads where they are and moves them, and only them, to their pins and by `rulesAfterCreate`.
   */
  readonly placeAfterCreate: readonly PlaceAfterCreate[];
  /** How the regions of those tables that no pin names are placed. Regions of a rule's other tables count, and stay where this plan puts them. */
  readonly rulesAfterCreate: readonly PlacementRule[];
  readonly schedule: Schedule;
  readonly certificate: Certificate;
  readonly settings: PlanSettings;
  /** Drift and dangers that no change repairs: a datanode gone, a region in motion. A blocked plan is not applied (exit 3). */
  readonly blocked: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

export interface PlaceAfterCreate {
  readonly table: TableName;
  readonly pins: Readonly<Record<PartitionKey, DatanodeId>>;
}

export interface PlanSettings {
  readonly limits: MoveLimits;
  readonly replayTimeoutSeconds: number;
  readonly acceptDataLossOf: readonly DatanodeId[];
  readonly serialPerTable: boolean;
}

/** Which moves could run at the same time under the limits. For people and for bounds: at run time there is no barrier between rounds. */
export interface Schedule {
  /** Indexes into `moves`. */
  readonly rounds: readonly (readonly number[])[];
  /** No schedule can have fewer rounds. */
  readonly minimumRounds: number;
  /**
   * Where sizes differ, and a move takes as long as it has bytes (by size class): the bytes that pass one after another when a free
   * place always takes the next legal move, and what no order can go below. Absent where all moves are alike.
   */
  readonly makespanBytes?: bigint;
  readonly minimumMakespanBytes?: bigint;
}

export interface Certificate {
  readonly moves: number;
  /** The fewest moves that satisfy the declaration. */
  readonly minimumMoves: number;
  /** Whether `moves` is the minimum. When it is not, no plan with fewer is known, and none with fewer than `minimumMoves` exists. */
  readonly proven: boolean;
  /** Bytes, in size classes, that a strategy by bytes moves, and the fewest that it could; absent where bytes are not balanced. */
  readonly movedBytes?: bigint;
  readonly minimumBytes?: bigint;
}

/** Whether there is nothing to do and nothing to report. */
export function isEmptyPlan(plan: ClusterPlan): boolean {
  return (
    plan.tableChanges.length === 0 &&
    plan.moves.length === 0 &&
    plan.placeAfterCreate.length === 0 &&
    plan.blocked.length === 0
  );
}
