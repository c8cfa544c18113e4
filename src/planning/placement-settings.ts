import type { GreptimeClusterDeclaration, MoveLimits, PlacementDeclaration } from "../topology/manifest";
import type { DatanodeId } from "../topology/ids";
import type { TableName } from "./change";
import type { PlanSettings } from "./plan";
import { DEFAULT_LIMITS, DEFAULT_REPLAY_TIMEOUT_SECONDS, placedTables } from "../topology/manifest";
import { compareIds, tableKey } from "./table-key";

/** No plan moves more regions of a cluster at once, whatever is declared: metasrv runs 128 procedures of all kinds. */
export const MOST_MOVES_AT_ONCE = 64;

/** What applies to a plan as a whole: the tightest limits of all placements, the longest timeout, all accepted losses. */
export function settingsOf(cluster: GreptimeClusterDeclaration, serialPerTable: boolean): PlanSettings {
  const placements = cluster.placements;
  return {
    limits: tightest(placements.map((placement) => placement.limits)),
    replayTimeoutSeconds:
      placements.length === 0
        ? DEFAULT_REPLAY_TIMEOUT_SECONDS
        : Math.max(...placements.map((placement) => placement.replayTimeoutSeconds)),
    acceptDataLossOf: sortedIds(placements.flatMap((placement) => placement.acceptDataLossOf)),
    serialPerTable,
  };
}

/** What applies to the moves of one table; a table without placement has what the plan says. */
export interface MoveTerms {
  readonly replayTimeoutSeconds: number;
  readonly acceptDataLossOf: readonly DatanodeId[];
}

/** Acceptance of data loss holds for the tables of the placement that says so, not for the others in the plan. */
export function termsOf(
  table: TableName,
  placements: readonly PlacementDeclaration[],
  settings: PlanSettings,
): MoveTerms {
  const own = placements.filter(
    (placement) => placement.database === table.database && placedTables(placement).includes(table.name),
  );
  return termsOfPlacements(own, settings);
}

/** {@link termsOf} for many tables: the placements are gone through once. */
export function termsByTable(
  placements: readonly PlacementDeclaration[],
  settings: PlanSettings,
): (table: TableName) => MoveTerms {
  const placementsOf = new Map<string, PlacementDeclaration[]>();
  for (const placement of placements) {
    for (const name of placedTables(placement)) {
      const key = tableKey({ database: placement.database, name });
      const known = placementsOf.get(key);
      if (known === undefined) placementsOf.set(key, [placement]);
      else known.push(placement);
    }
  }
  const terms = new Map([...placementsOf].map(([key, own]) => [key, termsOfPlacements(own, settings)]));
  return (table) => terms.get(tableKey(table)) ?? settings;
}

function termsOfPlacements(own: readonly PlacementDeclaration[], settings: PlanSettings): MoveTerms {
  if (own.length === 0) return settings;
  return {
    replayTimeoutSeconds: Math.max(...own.map((placement) => placement.replayTimeoutSeconds)),
    acceptDataLossOf: settings.acceptDataLossOf.filter((id) =>
      own.some((placement) => placement.acceptDataLossOf.includes(id)),
    ),
  };
}

function tightest(limits: readonly MoveLimits[]): MoveLimits {
  const all = limits.length === 0 ? [DEFAULT_LIMITS] : limits;
  return {
    outgoing: Math.min(...all.map((limit) => limit.outgoing)),
    incoming: Math.min(...all.map((limit) => limit.incoming)),
    cluster: Math.min(MOST_MOVES_AT_ONCE, ...all.map((limit) => limit.cluster)),
  };
}

function sortedIds(ids: readonly DatanodeId[]): readonly DatanodeId[] {
  return [...new Set(ids)].sort(compareIds);
}
