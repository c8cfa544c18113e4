import type { SavedRollback } from "../../convergence/rollback-file";
import { rollbackBasis } from "../../convergence/rollback-file";
import type { Move, TableChange, TableName } from "../../planning/change";
import type { ObservedGreptimeCluster, ObservedTable } from "../../planning/observed";
import { moveObstacles } from "../../planning/obstacles";
import type { ClusterPlan } from "../../planning/plan";
import { mayLoseData } from "../../planning/plan-cluster";
import { arrangeMoves, type UnderWay } from "../../planning/plan-placement";
import { sameTable, tableKey } from "../../planning/table-key";
import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import type { GreptimeClusterDeclaration } from "../../topology/manifest";
import { changeState, type UndoState } from "./change-state";

/** What is left to undo, or why nothing may be undone. */
export interface FittedRollback {
  /** Without what is back already: the apply never did it, or an earlier rollback has undone it. `blocked` says what forbids it now. */
  readonly plan: ClusterPlan;
  /** Where the cluster is neither as the apply left it nor as it was before, one line each. Then the plan must not be run. */
  readonly differences: readonly string[];
}

/**
 * Compares what undoes the last apply with the live cluster. Pure. `inMotion`: regions that an interrupted run of ours may still be
 * moving; `observed` has the definitions of the tables that the rollback changes.
 */
export function fitRollback(
  saved: SavedRollback,
  declaration: GreptimeClusterDeclaration,
  observed: ObservedGreptimeCluster,
  inMotion: UnderWay,
): FittedRollback {
  const differences: string[] = [];
  const isNeeded = (state: UndoState): boolean => {
    if (state.kind === "differs") differences.push(state.text);
    return state.kind === "needed";
  };
  const dropped = saved.plan.tableChanges.filter((change) => change.kind === "drop-table");
  const isDropped = (table: TableName): boolean => dropped.some((drop) => sameTable(drop.table, table));
  // The regions of a table that goes need no way back.
  const moves = saved.plan.moves.filter((move) => !isDropped(move.table) && isNeeded(moveState(move, observed, inMotion)));
  const tableChanges = saved.plan.tableChanges.filter((change) => {
    const live = observed.tables.find((table) => sameTable(table, change.table));
    const goesAway = change.kind !== "drop-table" && live === undefined && isDropped(change.table);
    return !goesAway && isNeeded(changeState(change, live));
  });
  const { settings } = saved.plan;
  const obstacles = moveObstacles({ cluster: declaration, observed, settings, pins: [], moves, adoptable: new Map(), ruled: new Set() });
  const left: ClusterPlan = {
    ...saved.plan,
    tableChanges,
    ...arrangeMoves(moves, settings.limits, settings.serialPerTable),
    blocked: [...refused(declaration, tableChanges), ...obstacles.diagnostics],
  };
  return { plan: { ...left, basis: rollbackBasis(left) }, differences };
}

function moveState(move: Move, observed: ObservedGreptimeCluster, inMotion: UnderWay): UndoState {
  const where = `${tableKey(move.table)} ${move.partition} (region ${move.region})`;
  const region = observed.tables.flatMap((table) => table.regions).find(({ id }) => id === move.region);
  if (region === undefined) return { kind: "differs", text: `${where} does not exist any more.` };
  const procedure = observed.procedures.find(({ kind, regions }) => kind === "region-migration" && regions.includes(move.region));
  const begun = inMotion.get(move.region);
  const ours = begun !== undefined && (procedure === undefined || begun.procedure === null || begun.procedure === procedure.id);
  // A rollback that was interrupted has begun this very move: the run adopts it.
  const adopted = ours && begun.to === move.to;
  if (!adopted && (procedure !== undefined || (region.status !== "ALIVE" && region.status !== "UNKNOWN")))
    return { kind: "differs", text: `${where} is being moved${ours ? " by the interrupted run; wait until that has ended" : ""}.` };
  if (region.leader === move.to) return { kind: "undone" };
  if (region.leader === move.from) return { kind: "needed" };
  return { kind: "differs", text: `${where} is led by ${region.leader === null ? "nobody" : `datanode ${region.leader}`}; the apply put it on datanode ${move.from}.` };
}

function refused(declaration: GreptimeClusterDeclaration, changes: readonly TableChange[]): readonly Diagnostic[] {
  return changes
    .filter((change) => change.losesData && !mayLoseData(declaration, change.table))
    .map((change) => {
      const address = tableKey(change.table);
      const detail = `Undoing the apply means ${change.kind}. ${change.reason} That loses data. Set deletion_protection = false on this table if it is meant.`;
      return errorDiagnostic({ code: "DELETION_PROTECTED", summary: `${address} is protected from losing data`, detail, address });
    });
}

/** The tables that have to be read with their definitions before a rollback can be judged. */
export function tablesOfRollback({ plan }: SavedRollback): readonly Pick<ObservedTable, "database" | "name">[] {
  const tables = new Map(plan.tableChanges.map(({ table: { database, name } }) => [tableKey({ database, name }), { database, name }]));
  return [...tables.values()];
}
