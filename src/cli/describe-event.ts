import type { ConvergenceEvent } from "../convergence/events";
import { changeAddress } from "../planning/kwdb/plan-diff";
import { renderMove } from "../planning/render-plan";
import type { TableChange } from "../planning/change";

/** An event as one line for people; null for what only machines want. */
export function describeEvent(event: ConvergenceEvent): string | null {
  switch (event.code) {
    case "RUN_STARTED":
      return event.resumed ? "continuing an interrupted run" : null;
    case "RUN_ENDED":
      return null;
    case "TABLE_CHANGE_STARTED":
      return `changing ${tableOf(event.change)}: ${event.change.reason}`;
    case "TABLE_CHANGE_DONE":
      return `changed ${tableOf(event.change)}`;
    case "TABLE_CHANGE_FAILED":
      return `failed to change ${tableOf(event.change)}: ${event.diagnostic.summary}`;
    case "PLACEMENT_PLANNED":
      return `${event.table.database}.${event.table.name}: ${event.moves} ${event.moves === 1 ? "region" : "regions"} to move`;
    case "ROWS_COUNTED":
      return `${event.table.database}.${event.table.name}: ${event.rows} rows ${event.when}${event.method === "statistics" ? " (by statistics)" : ""}`;
    case "CHECKSUM_TAKEN":
      return `${event.table.database}.${event.table.name}: checksum ${event.when} taken`;
    case "CHANGE_STARTED":
      return `${event.change.kind === "rebalance" ? "starting" : "changing"} ${changeAddress(event.change)}: ${event.change.reason}`;
    case "CHANGE_DONE":
      return `${event.alreadyThere ? "was so already" : "changed"}: ${changeAddress(event.change)}`;
    case "CHANGE_FAILED":
      return `failed to change ${changeAddress(event.change)}: ${event.diagnostic.summary}`;
    case "REBALANCE_PROGRESS":
      return `${changeAddress(event.change)}: job ${event.job} ${event.status}, ${Math.round(event.fraction * 100)} %`;
    case "REPLICAS_PROGRESS":
      return event.total === 0 ? null : `${event.ready} of ${event.total} ranges have their replicas`;
    case "MOVE_WAITING":
      return `waiting  ${renderMove(event.move)}: ${event.reason}`;
    case "MOVE_FLUSHED":
      return null;
    case "MOVE_FLUSH_FAILED":
      return `waiting  ${renderMove(event.move)}: it could not be flushed and is flushed again: ${event.diagnostic.summary}`;
    case "MOVE_REFUSED":
      return `waiting  ${renderMove(event.move)}: the server does not take it now, it is sent again: ${event.diagnostic.summary}`;
    case "MOVE_SUBMITTED":
      return `moving   ${renderMove(event.move)}`;
    case "MOVE_ADOPTED":
      return `adopted  ${renderMove(event.move)}${event.foreign ? ", started by somebody else" : ""}`;
    case "MOVE_RETRYING":
      return `retrying ${renderMove(event.move)}: ${event.error}`;
    case "MOVE_ROLLING_BACK":
      return `undoing  ${renderMove(event.move)}: ${event.error}`;
    case "MOVE_NEVER_STARTED":
      return `lost     ${renderMove(event.move)}: the server does not know its procedure ${event.procedure}`;
    case "MOVE_DONE":
      return `moved    ${renderMove(event.move)}${event.durationMs === null ? "" : ` in ${(event.durationMs / 1000).toFixed(1)} s`}  ${event.finished} of ${event.total}`;
    case "MOVE_FAILED":
      return `failed   ${renderMove(event.move)}: ${event.diagnostic.summary}`;
    case "WINDOW_WIDENED":
    case "WINDOW_NARROWED":
      return `at most ${event.cluster} moves at once, ${event.perDatanode} per datanode: ${event.reason}`;
    case "PAUSED":
      return `paused: ${event.reason}`;
    case "CLUSTER_UNREACHABLE":
      return `the cluster does not answer: ${event.diagnostic.summary}`;
    case "DRAINING":
      return "interrupted: finishing what is moving, starting nothing new (interrupt again to stop waiting)";
    case "STOPPED":
      return "stopped waiting; the next run takes up what is still moving";
  }
}

function tableOf(change: TableChange): string {
  return `${change.table.database}.${change.table.name}`;
}
