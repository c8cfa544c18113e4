import type { Diagnostic } from "../../topology/diagnostic";
import type { TableName } from "../../planning/change";
import { errorDiagnostic } from "../../topology/diagnostic";
import { termsOf } from "../../planning/placement-settings";
import { sameTable } from "../../planning/table-key";
import { countAfter, type CountedAfter, type RowsBefore } from "../rows/count-rows";
import type { MoveResult } from "../result";
import type { MoveBoard } from "./move-board";

/** Tables whose rows were counted before, and what was found after their last move. By table key. */
export interface TableChecks {
  readonly before: ReadonlyMap<string, RowsBefore>;
  /** Filled while the run lasts. */
  readonly after: Map<string, CountedAfter>;
}

/**
 * Counts the rows of each table as soon as the last of its moves is over. Where rows are missing that nobody accepted to lose,
 * nothing more is started: what lost them may lose others too.
 */
export function checkFinishedTables(board: MoveBoard, checks: TableChecks, begun: Set<string>): void {
  for (const [key, before] of checks.before) {
    if (begun.has(key) || !isFinished(board, before.table)) continue;
    begun.add(key);
    const task: Promise<void> = checkTable(board, checks, key, before)
      .catch((error: unknown) => {
        board.crash ??= { error };
      })
      .finally(() => {
        board.tasks.delete(task);
        board.wake();
      });
    board.tasks.add(task);
  }
}

async function checkTable(board: MoveBoard, checks: TableChecks, key: string, before: RowsBefore): Promise<void> {
  const counted = await countAfter(board.execution, before, hasOtherRegions(board.states, before.table));
  if (counted.rows.after === null && board.execution.stop.aborted) return;
  checks.after.set(key, counted);
  if (counted.loss && !lossIsAccepted(board, before.table)) board.halted ??= stoppedAfterLoss(key);
}

/** One of its regions did not exist any more when it was to be moved. */
export function hasOtherRegions(moves: readonly Pick<MoveResult, "move" | "diagnostic">[], table: TableName): boolean {
  return moves.some(({ move, diagnostic }) => diagnostic?.code === "REGION_MISSING" && sameTable(move.table, table));
}

/** Every move of it is over for good, and something was moved. */
function isFinished(board: MoveBoard, table: TableName): boolean {
  const own = board.states.filter((state) => sameTable(state.move.table, table));
  return (
    own.some((state) => state.outcome === "done") &&
    own.every((state) => state.phase === "finished" && state.outcome !== "left-running")
  );
}

function lossIsAccepted({ execution, states }: MoveBoard, table: TableName): boolean {
  const { acceptDataLossOf } = termsOf(table, execution.declaration.placements, execution.plan.settings);
  return states.some(({ move }) => sameTable(move.table, table) && acceptDataLossOf.includes(move.from));
}

function stoppedAfterLoss(table: string): Diagnostic {
  return errorDiagnostic({
    code: "STOPPED_AFTER_LOSS",
    summary: "No further region was moved",
    detail: `Rows of ${table} are missing after its moves. Find out why before you run again: other tables could lose rows in the same way.`,
    address: table,
  });
}
