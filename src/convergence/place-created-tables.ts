import type { Diagnostic } from "../topology/diagnostic";
import type { DatanodeId, PartitionKey, RegionId } from "../topology/ids";
import type { Move, TableName } from "../planning/change";
import type { ObservedGreptimeCluster } from "../planning/observed";
import type { PlacedRegion } from "../planning/rules/placed-region";
import type { PlaceAfterCreate } from "../planning/plan";
import type { Execution } from "./execution";
import { placedRegions } from "../planning/plan-cluster";
import { planPlacement, type UnderWay } from "../planning/plan-placement";
import { sameTable, tableKey } from "../planning/table-key";
import { attemptAgain } from "./attempt";
import { underWay } from "./journal/resume";

const ATTEMPTS = 6;

/**
 * The moves that bring the regions of tables which this run has made to where the plan wants them: to their pins, and by its rules.
 * No other region moves for it. `unfinished`: tables whose changes are not done; they are left out.
 */
export async function planCreatedTables(
  execution: Execution,
  unfinished: ReadonlySet<string>,
): Promise<{ readonly moves: readonly Move[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { plan, port, resume } = execution;
  const places = placesLeft(execution, unfinished);
  if (places.length === 0 || execution.stop.aborted) return { moves: [], diagnostics: [] };
  const made = new Set(places.map(({ table }) => tableKey(table)));
  const read = await attemptAgain(execution, ATTEMPTS, () =>
    port.inspect({ definitions: places.map(({ table }) => table) }),
  );
  if (!read.ok) return { moves: [], diagnostics: [read.diagnostic] };
  const begun = underWay(resume);
  const regions = whereTheyWillBe(placedRegions(read.value, begun), made, plan.moves, begun);
  const placement = planPlacement({
    regions,
    pins: places.map(({ table, pins }) => ({
      table,
      pins: new Map(Object.entries(pins) as [PartitionKey, DatanodeId][]),
      types: columnTypes(read.value, table),
    })),
    rules: plan.rulesAfterCreate,
    underWay: begun,
    staying: new Set(regions.flatMap(({ table, region }) => (made.has(tableKey(table)) ? [] : [region]))),
    datanodes: undefined,
    limits: plan.settings.limits,
    serialPerTable: plan.settings.serialPerTable,
  });
  for (const { table } of places) {
    const moves = placement.moves.filter((move) => sameTable(move.table, table)).length;
    execution.emit({ code: "PLACEMENT_PLANNED", table, moves });
  }
  return { moves: placement.moves, diagnostics: [...placement.unplaced, ...placement.warnings] };
}

/** The tables that are made and have pins or a rule. */
function placesLeft({ plan }: Execution, unfinished: ReadonlySet<string>): readonly PlaceAfterCreate[] {
  return plan.placeAfterCreate.filter(({ table, pins }) => {
    const isRuled = plan.rulesAfterCreate.some((rule) => rule.tables.some((own) => sameTable(own, table)));
    return !unfinished.has(tableKey(table)) && (isRuled || Object.keys(pins).length > 0);
  });
}

/** Regions of other tables stand where the plan, or a move that has begun, puts them: the rules count them there. */
function whereTheyWillBe(
  regions: readonly PlacedRegion[],
  made: ReadonlySet<string>,
  moves: readonly Move[],
  begun: UnderWay,
): readonly PlacedRegion[] {
  const target = new Map<RegionId, DatanodeId>([
    ...moves.map(({ region, to }) => [region, to] as const),
    ...[...begun].map(([region, { to }]) => [region, to] as const),
  ]);
  return regions.map((region) => {
    const to = made.has(tableKey(region.table)) ? undefined : target.get(region.region);
    return to === undefined ? region : { ...region, leader: to };
  });
}

function columnTypes({ tables }: ObservedGreptimeCluster, table: TableName): ReadonlyMap<string, string> {
  const columns = tables.find((live) => sameTable(live, table))?.definition?.columns ?? [];
  return new Map(columns.map(({ name, type }) => [name, type]));
}
