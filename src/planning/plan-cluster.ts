import type { Diagnostic } from "../topology/diagnostic";
import type { PartitionKey, DatanodeId, RegionId } from "../topology/ids";
import { placedTables, type GreptimeClusterDeclaration, type PlacementDeclaration, type TableDeclaration } from "../topology/manifest";
import type { Move, TableChange, TableName } from "./change";
import type { ObservedGreptimeCluster, ObservedTable } from "./observed";
import type { Certificate, ClusterPlan } from "./plan";
import type { PlacedRegion } from "./rules/placed-region";
import type { PlacementPlan, TablePins, UnderWay } from "./plan-placement";
import { errorDiagnostic, warningDiagnostic } from "../topology/diagnostic";
import { aliasesOfPartitions, pinsByTable, resolvePins } from "../topology/resolve-pins";
import { basisOf } from "./basis";
import { conflictsAfterCreate } from "./check-after-create";
import { clusterObstacles, clusterWarnings, moveObstacles } from "./obstacles";
import { arrangeMoves, planPlacement } from "./plan-placement";
import { describeRule, placementRule, type PlacementRule } from "./rules/placement-rule";
import { settingsOf } from "./placement-settings";
import { migrationRules } from "./server-rules";
import { compareTables, sameTable, tableKey } from "./table-key";

export interface ClusterPlanRequest {
  readonly cluster: GreptimeClusterDeclaration;
  /** With the definitions of all declared and placed tables. */
  readonly observed: ObservedGreptimeCluster;
  /** Differences between the declared and the live tables, as the engine finds them. */
  readonly tableChanges: readonly TableChange[];
  /**
   * Regions whose moves an interrupted run of ours left behind, and where it moves them: that they are in motion does not block the
   * plan, because the run that executes it adopts them. Absent: none.
   */
  readonly adoptable?: UnderWay;
  /** The plan that is to be done, when this one is made to see whether it still fits. Absent: none. */
  readonly approved?: ApprovedPlan;
}

/** What a plan that is compared with an approved one takes from it, so that they differ only where the cluster has changed. */
export interface ApprovedPlan {
  /** Rules place these regions where the approved plan does: other choices may be as good by now, and are not what was approved. */
  readonly moves: readonly Move[];
  /** Tables that an interrupted run of the approved plan has made: planned as if they were still to be made. */
  readonly made: readonly TableName[];
}

/**
 * What would be done to a cluster. Pure: the same request gives the same bytes, in whatever order its lists are.
 * A move that must not be done now is not among `moves`; `blocked` says which and why.
 */
export function planCluster(request: ClusterPlanRequest): ClusterPlan {
  const { cluster, observed } = request;
  const rules = migrationRules(observed.version);
  const settings = settingsOf(cluster, rules.serialPerTable);
  const adoptable = request.adoptable ?? NOTHING_UNDER_WAY;
  const tableChanges = orderedChanges(request.tableChanges);
  const pins = gatherPins(cluster, observed, tableChanges, request.approved?.made ?? []);
  const regions = placedRegions(observed, adoptable);
  const placement = planPlacement({
    regions,
    pins: pins.existing,
    rules: pins.rules,
    underWay: new Map([...(request.approved?.moves ?? []).map(({ region, to }) => [region, { to, procedure: null }] as const), ...adoptable]),
    datanodes: undefined,
    limits: settings.limits,
    serialPerTable: settings.serialPerTable,
  });
  const conflicts = conflictsAfterCreate({ ...pins, ...settings, cluster, regions, pins: pins.existing });
  const obstacles = moveObstacles({
    cluster,
    observed,
    settings,
    pins: pins.existing,
    moves: placement.moves,
    adoptable,
    ruled: new Set(pins.rules.flatMap(({ tables }) => tables.map(tableKey))),
  });
  const moves = placement.moves.filter((move) => !obstacles.regions.has(move.region));
  const arranged =
    moves.length === placement.moves.length
      ? placement
      : arrangeMoves(byRegion(moves), settings.limits, settings.serialPerTable, without(placement, moves));
  const touched = placement.moves.length + pins.placeAfterCreate.length > 0;
  return {
    formatVersion: 1,
    cluster: cluster.name,
    engine: "greptimedb",
    basis: basisOf(cluster, observed, tableChanges),
    tableChanges,
    moves: arranged.moves,
    placeAfterCreate: pins.placeAfterCreate,
    rulesAfterCreate: pins.rulesAfterCreate,
    schedule: arranged.schedule,
    certificate: arranged.certificate,
    settings,
    blocked: [
      ...refusedChanges(cluster, tableChanges),
      ...pins.diagnostics,
      ...(touched ? clusterObstacles(cluster, observed) : []),
      ...placement.unplaced.filter(({ code, address }) => !conflicts.some((one) => one.code === code && one.address === address)),
      ...conflicts,
      ...obstacles.diagnostics,
    ],
    warnings: [
      ...pins.rulesAfterCreate.map((rule) => placedAfterCreate(rule, pins.placeAfterCreate)),
      ...placement.warnings,
      ...clusterWarnings(cluster, observed, arranged.moves, settings),
    ],
  };
}

/** Tables in canonical order; the changes of one table stay in the order in which the engine wants them done. */
function orderedChanges(changes: readonly TableChange[]): readonly TableChange[] {
  return [...changes].sort((a, b) => compareTables(a.table, b.table));
}

/** The certificate of what is left when some moves must not be done now. Those that are left are all still needed. */
function without({ moves, certificate }: PlacementPlan, left: readonly Move[]): Certificate {
  const { movedBytes: _, minimumBytes: __, ...counts } = certificate;
  const dropped = moves.length - left.length;
  return { ...counts, moves: left.length, minimumMoves: Math.max(0, counts.minimumMoves - dropped) };
}

interface GatheredPins {
  readonly existing: readonly TablePins[];
  readonly rules: readonly PlacementRule[];
  readonly placeAfterCreate: ClusterPlan["placeAfterCreate"];
  readonly rulesAfterCreate: ClusterPlan["rulesAfterCreate"];
  readonly diagnostics: readonly Diagnostic[];
}

/** Pins per table: of tables as they are, and of tables whose regions this plan makes first. */
function gatherPins(
  cluster: GreptimeClusterDeclaration,
  observed: ObservedGreptimeCluster,
  changes: readonly TableChange[],
  made: readonly TableName[],
): GatheredPins {
  const diagnostics: Diagnostic[] = [];
  const existing: TablePins[] = [];
  const placeAfterCreate: { table: TableName; pins: Readonly<Record<PartitionKey, DatanodeId>> }[] = [];
  const rules = rulesOf(cluster, observed);
  const ruled = new Set(rules.flatMap(({ tables }) => tables.map(tableKey)));
  const liveTables = new Map(observed.tables.map((table) => [tableKey(table), table]));
  const madeTables = new Set([...tablesMadeBy(changes), ...made].map(tableKey));
  const declaredTables = new Map(cluster.tables.map((table) => [tableKey(table), table]));
  for (const { table, placements } of placementsByTable(cluster)) {
    const key = tableKey(table);
    const declared = declaredTables.get(key);
    const pins = mergedPins(declared, table, placements, diagnostics);
    const live = liveTables.get(key);
    if (madeTables.has(key)) placeAfterCreate.push({ table, pins: recordOf(pins) });
    else if (live === undefined) diagnostics.push(tableMissing(table, pins.size, ruled.has(key)));
    else existing.push({ table, pins, types: columnTypes(live), names: aliasesOfPartitions(declared) });
  }
  const isMade = (table: TableName): boolean => madeTables.has(tableKey(table));
  return {
    existing,
    rules: rules.flatMap((rule) => withTables(rule, (table) => !isMade(table))),
    placeAfterCreate,
    rulesAfterCreate: rules.filter((rule) => rule.tables.some(isMade)),
    diagnostics,
  };
}

/** The tables whose regions these changes make. */
export function tablesMadeBy(changes: readonly TableChange[]): readonly TableName[] {
  return changes.flatMap(({ kind, table }) => (kind === "create-table" || kind === "repartition" ? [table] : []));
}

/** The rule for some of its tables; none when there are none of them. */
function withTables(rule: PlacementRule, wanted: (table: TableName) => boolean): readonly PlacementRule[] {
  const tables = rule.tables.filter(wanted);
  return tables.length === 0 ? [] : [{ ...rule, tables }];
}

function placedAfterCreate(rule: PlacementRule, made: ClusterPlan["placeAfterCreate"]): Diagnostic {
  const names = made
    .filter(({ table }) => rule.tables.some((own) => sameTable(own, table)))
    .map(({ table }) => tableKey(table));
  return warningDiagnostic({
    code: "PLACED_AFTER_CREATE",
    summary: `Which regions of ${names.join(", ")} move is known once they exist`,
    detail: `This apply makes these regions first, and where the server puts them is not known. It then places them ${describeRule(rule)}, within the limits of this plan, and moves no other region for it.`,
    address: rule.name,
  });
}

/** The rules of all placements. The datanodes are the declared ones, else those that the cluster lists. */
function rulesOf(cluster: GreptimeClusterDeclaration, observed: ObservedGreptimeCluster): readonly PlacementRule[] {
  const datanodes = cluster.datanodes ?? observed.datanodes.map(({ id }) => ({ id }));
  return cluster.placements.flatMap((placement) => placementRule(placement, datanodes) ?? []);
}

/** A table, and the pins that each of its placements gives it. */
interface PlacedTable {
  readonly table: TableName;
  readonly placements: readonly Pick<PlacementDeclaration, "name" | "pins">[];
}

function placementsByTable(
  cluster: GreptimeClusterDeclaration,
): readonly PlacedTable[] {
  const tables = new Map<string, { table: TableName; placements: PlacedTable["placements"][number][] }>();
  for (const placement of cluster.placements) {
    const pinsOf = pinsByTable(placement);
    for (const name of placedTables(placement)) {
      const table = { database: placement.database, name };
      const known = tables.get(tableKey(table)) ?? { table, placements: [] };
      known.placements.push({ name: placement.name, pins: pinsOf(name) });
      tables.set(tableKey(table), known);
    }
  }
  return [...tables.values()].sort((a, b) => compareTables(a.table, b.table));
}

function mergedPins(
  declared: TableDeclaration | undefined,
  table: TableName,
  placements: PlacedTable["placements"],
  diagnostics: Diagnostic[],
): ReadonlyMap<PartitionKey, DatanodeId> {
  const merged = new Map<PartitionKey, DatanodeId>();
  for (const placement of [...placements].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const [partition, target] of resolvePins(placement, declared)) {
      const before = merged.get(partition);
      if (before !== undefined && before !== target) {
        diagnostics.push(
          errorDiagnostic({
            code: "CONFLICTING_PINS",
            summary: `${partition} is pinned to two datanodes`,
            detail: `Placements of ${tableKey(table)} ask for datanode ${before} and datanode ${target}. Keep one of the pins.`,
            address: placement.name,
            path: ["pins", partition],
          }),
        );
      } else merged.set(partition, target);
    }
  }
  return merged;
}

function tableMissing(table: TableName, pins: number, ruled: boolean): Diagnostic {
  return errorDiagnostic({
    code: "TABLE_MISSING",
    summary: `Table ${tableKey(table)} does not exist`,
    detail: `${ruled ? "Its regions are to be placed" : `${pins} of its partitions are pinned`}. Declare the table so that it is created, or remove its placement.`,
    address: tableKey(table),
  });
}

function refusedChanges(cluster: GreptimeClusterDeclaration, changes: readonly TableChange[]): readonly Diagnostic[] {
  return changes.flatMap((change) => {
    const address = tableKey(change.table);
    if (change.impossible !== undefined) {
      return [
        errorDiagnostic({
          code: "CHANGE_IMPOSSIBLE",
          summary: `${address} cannot be changed in place`,
          detail: change.impossible,
          address,
        }),
      ];
    }
    return change.losesData && !mayLoseData(cluster, change.table)
      ? [
          errorDiagnostic({
            code: "DELETION_PROTECTED",
            summary: `${address} is protected from losing data`,
            detail: `${change.reason} That loses data. Set deletion_protection = false on this table if it is meant.`,
            address,
          }),
        ]
      : [];
  });
}

/** Whether the declaration of this very table says that its data may go. */
export function mayLoseData(cluster: GreptimeClusterDeclaration, table: TableName): boolean {
  return cluster.tables.some((declared) => sameTable(declared, table) && !declared.deletionProtection);
}

const NOTHING_UNDER_WAY: UnderWay = new Map();

/** All regions of a snapshot. One of an interrupted run of ours counts as standing still: its status is our own doing. */
export function placedRegions(
  observed: ObservedGreptimeCluster,
  adoptable: UnderWay = NOTHING_UNDER_WAY,
): readonly PlacedRegion[] {
  return observed.tables.flatMap((table) => {
    const name = { database: table.database, name: table.name };
    return table.regions.map((region) => ({
      table: name,
      partition: region.partition,
      region: region.id,
      leader: region.leader,
      status: adoptable.has(region.id) && region.status !== "STAGING" ? ("ALIVE" as const) : region.status,
      sizeBytes: region.sizeBytes,
      followers: region.followers,
    }));
  });
}

function columnTypes(table: ObservedTable): ReadonlyMap<string, string> {
  return new Map((table.definition?.columns ?? []).map((column) => [column.name, column.type]));
}

function byRegion<T extends { readonly region: RegionId }>(moves: readonly T[]): readonly T[] {
  return [...moves].sort((a, b) => (a.region < b.region ? -1 : a.region > b.region ? 1 : 0));
}

function recordOf(pins: ReadonlyMap<PartitionKey, DatanodeId>): Readonly<Record<PartitionKey, DatanodeId>> {
  return Object.fromEntries([...pins].sort(([a], [b]) => (a < b ? -1 : 1))) as Record<PartitionKey, DatanodeId>;
}
