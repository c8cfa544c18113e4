import type { Diagnostic } from "../topology/diagnostic";
import type { Move, TableName } from "../planning/change";
import type { Execution } from "./execution";
import { placedRegions } from "../planning/plan-cluster";
import { planPlacement } from "../planning/plan-placement";
import { sameTable, tableKey } from "../planning/table-key";
import type { DatanodeId, PartitionKey, RegionId } from "../topology/ids";
import { attemptAgain } from "./attempt";

const ATTEMPTS = 6;

/**
 * The moves that bring the regions of tables which this run has created to where the plan pins them. `unfinished`: tables whose
 * changes are not done; they are left out.
 */
export async function planCreatedTables(
  execution: Execution,
  unfinished: ReadonlySet<string>,
): Promise<{ readonly moves: readonly Move[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { plan, port, resume } = execution;
  const places = plan.placeAfterCreate.filter(
    (place) => !unfinished.has(tableKey(place.table)) && Object.keys(place.pins).length > 0,
  );
  if (places.length === 0 || execution.stop.aborted) return { moves: [], diagnostics: [] };
  const tables: readonly TableName[] = places.map((place) => place.table);
  const read = await attemptAgain(execution, ATTEMPTS, () => port.inspect({ definitions: tables }));
  if (!read.ok) return { moves: [], diagnostics: [read.diagnostic] };
  const adoptable: ReadonlySet<RegionId> = new Set(resume.unfinished.keys());
  const placement = planPlacement({
    regions: placedRegions(read.value, adoptable),
    pins: places.map(({ table, pins }) => ({
      table,
      pins: new Map(Object.entries(pins) as [PartitionKey, DatanodeId][]),
      types: columnTypes(read.value.tables.find((live) => sameTable(live, table))),
    })),
    datanodes: undefined,
    limits: plan.settings.limits,
    serialPerTable: plan.settings.serialPerTable,
  });
  for (const { table } of places) {
    const moves = placement.moves.filter((move) => sameTable(move.table, table)).length;
    execution.emit({ code: "PLACEMENT_PLANNED", table, moves });
  }
  return { moves: placement.moves, diagnostics: placement.unplaced };
}

function columnTypes(
  table:
    | { readonly definition: { readonly columns: readonly { readonly name: string; readonly type: string }[] } | null }
    | undefined,
): ReadonlyMap<string, string> {
  return new Map((table?.definition?.columns ?? []).map((column) => [column.name, column.type]));
}
