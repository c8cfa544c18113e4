import type { Diagnostic } from "../topology/diagnostic";
import type { DatanodeId, PartitionKey, RegionId } from "../topology/ids";
import type { GreptimeClusterDeclaration } from "../topology/manifest";
import { PINNED, type Move, type TableName } from "./change";
import type { ObservedGreptimeCluster, ObservedProcedure, ObservedTable } from "./observed";
import type { PlanSettings } from "./plan";
import { isAtRest } from "./rules/placed-region";
import type { TablePins, UnderWay } from "./plan-placement";
import { errorDiagnostic, warningDiagnostic } from "../topology/diagnostic";
import { notReported, unlistedLeaders } from "./cluster-starting";
import { drainWarnings, listed } from "./drain-warnings";
import { livenessOf, type Liveness } from "./liveness";
import { termsByTable } from "./placement-settings";
import { count } from "./render-plan";
import { migrationRules, NEWEST_KNOWN } from "./server-rules";
import { comparisonForm } from "../topology/same-partition-rule";
import { compareIds, compareText, sameTable, tableKey } from "./table-key";

export interface ObstacleRequest {
  readonly cluster: GreptimeClusterDeclaration;
  readonly observed: ObservedGreptimeCluster;
  readonly settings: PlanSettings;
  readonly pins: readonly TablePins[];
  readonly moves: readonly Move[];
  readonly adoptable: UnderWay;
  /** Keys of the tables whose regions rules place. */
  readonly ruled: ReadonlySet<string>;
}

export interface Obstacles {
  /** Regions that must not be moved now. */
  readonly regions: ReadonlySet<RegionId>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What forbids any move in this cluster: its version, its mode, what it does not share. */
export function clusterObstacles(
  cluster: GreptimeClusterDeclaration,
  observed: ObservedGreptimeCluster,
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const address = cluster.name;
  if (observed.mode === "standalone") {
    found.push(
      errorDiagnostic({
        code: "STANDALONE",
        summary: "A standalone server has one node",
        detail:
          "Regions can be moved only between the datanodes of a distributed cluster. Connect to its frontend, or remove the placement.",
        address,
      }),
    );
  }
  if (!migrationRules(observed.version).canMigrate) {
    found.push(
      errorDiagnostic({
        code: "VERSION_CANNOT_MIGRATE",
        summary: `GreptimeDB ${observed.version} cannot move regions`,
        detail:
          "Region migration exists from 0.7 on. Upgrade the cluster, or remove the placement; tables can still be created and read.",
        address,
      }),
    );
  }
  if (cluster.sharedStorage === undefined) {
    found.push(
      errorDiagnostic({
        code: "NO_SHARED_STORAGE",
        summary: "No shared storage is declared for this cluster",
        detail:
          "A region's files are not copied: without storage that all datanodes share, a move loses them. Declare the cluster's shared storage.",
        address,
      }),
    );
  }
  return found;
}

/** What forbids single moves: datanodes that do not answer, regions and tables that somebody else is changing. */
export function moveObstacles(request: ObstacleRequest): Obstacles {
  const regions = new Set<RegionId>();
  const diagnostics: Diagnostic[] = [];
  const said = new Set<string>();
  const block = (region: RegionId | null, diagnostic: Diagnostic): void => {
    if (region !== null) regions.add(region);
    const { code, address, detail } = diagnostic;
    const key = [code, address, detail].join("\n");
    if (!said.has(key)) diagnostics.push(diagnostic);
    said.add(key);
  };
  const liveness = livenessIn(request.observed);
  blockUnknownCluster(request, liveness, block);
  const unknown = new Set(regions);
  const tables = new Map(request.observed.tables.map((table) => [tableKey(table), table]));
  const moves = new Map<string, Move[]>();
  for (const move of request.moves) {
    const own = moves.get(tableKey(move.table));
    if (own === undefined) moves.set(tableKey(move.table), [move]);
    else own.push(move);
  }
  const procedures = [...request.observed.procedures].sort((a, b) => compareText(a.id, b.id));
  for (const pins of request.pins) {
    const key = tableKey(pins.table);
    const table = tables.get(key);
    if (table !== undefined) blockBusyTable({ ...request, procedures }, pins, table, moves.get(key) ?? [], block);
  }
  if (request.adoptable.size > 0) blockLeftMoves(request, block);
  const known = { ...request, moves: request.moves.filter(({ region }) => !unknown.has(region)) };
  blockUnavailableTargets(known, liveness, block);
  blockSilentSources(known, liveness, block);
  return { regions, diagnostics };
}

type Block = (region: RegionId | null, diagnostic: Diagnostic) => void;
type LivenessOf = (datanode: DatanodeId) => Liveness;

function blockBusyTable(
  request: ObstacleRequest & { readonly procedures: readonly ObservedProcedure[] },
  pins: TablePins,
  table: ObservedTable,
  moves: readonly Move[],
  block: Block,
): void {
  const address = tableKey(table);
  if (isLogical(table)) {
    const physical = table.definition?.options["on_physical_table"];
    const detail = `Its regions are those of its physical table${physical === undefined ? "" : ` ${physical}`}. Place the physical table instead.`;
    for (const move of moves) {
      block(
        move.region,
        errorDiagnostic({ code: "LOGICAL_TABLE", summary: `${address} is a logical metric table`, detail, address }),
      );
    }
  }
  for (const procedure of request.procedures) {
    if (procedure.kind === "repartition" && locksTable(procedure, table)) {
      const diagnostic = errorDiagnostic({
        code: "TABLE_REPARTITIONING",
        summary: `${address} is being repartitioned`,
        detail: `Procedure ${procedure.id} is ${procedure.status}. Its regions change; wait until it has ended and plan again.`,
        address,
      });
      block(null, diagnostic);
      for (const move of moves) block(move.region, diagnostic);
    }
    if (procedure.kind === "region-migration") blockMovingRegions(request, pins, table, moves, procedure, block);
  }
}

function blockMovingRegions(
  request: ObstacleRequest,
  pins: TablePins,
  table: ObservedTable,
  moves: readonly Move[],
  procedure: ObservedProcedure,
  block: Block,
): void {
  for (const id of procedure.regions) {
    const region = table.regions.find((candidate) => candidate.id === id);
    const concerned =
      moves.some((move) => move.region === id) || (region !== undefined && pins.pins.has(region.partition));
    const begun = request.adoptable.get(id);
    const ours = begun !== undefined && (begun.procedure === null || begun.procedure === procedure.id);
    if (region === undefined || !concerned || ours) continue;
    block(
      id,
      errorDiagnostic({
        code: "REGION_IN_MOTION",
        summary: `region ${id} (${region.partition}) is being moved`,
        detail: `Procedure ${procedure.id}, which is not ours, is ${procedure.status}. Wait until it has ended and plan again.`,
        address: tableKey(table),
      }),
    );
  }
}

/** Moves that an interrupted run has left running, and that lead where this plan does not have the region: they end first. */
function blockLeftMoves({ observed, pins, moves, adoptable, ruled }: ObstacleRequest, block: Block): void {
  const planned = new Map(moves.map(({ region, to }) => [region, to]));
  for (const table of observed.tables) {
    const own = pins.find((one) => sameTable(one.table, table));
    for (const region of table.regions) {
      const begun = adoptable.get(region.id);
      if (begun === undefined || begun.to === region.leader) continue;
      const procedure = observed.procedures.find(({ kind, regions }) => kind === "region-migration" && regions.includes(region.id));
      if (procedure === undefined ? isAtRest(region.status) : begun.procedure !== null && begun.procedure !== procedure.id) continue;
      const isPlaced = ruled.has(tableKey(table)) || isPinned(region.partition, own);
      const wanted = planned.get(region.id) ?? (isPlaced ? region.leader : begun.to);
      if (wanted === begun.to) continue;
      block(
        region.id,
        errorDiagnostic({
          code: "REGION_IN_MOTION",
          summary: `region ${region.id} (${region.partition}) is still being moved by an interrupted run`,
          detail: `That run moves it to datanode ${begun.to}, and this plan wants it on ${wanted === null ? "another one" : `datanode ${wanted}`}. Wait until the move has ended, then plan again.`,
          address: tableKey(table),
        }),
      );
    }
  }
}

function isPinned(partition: PartitionKey, own: TablePins | undefined): boolean {
  if (own === undefined) return false;
  const form = comparisonForm(partition, own.types);
  return own.pins.has(partition) || [...own.pins.keys()].some((pin) => comparisonForm(pin, own.types) === form);
}

/** Rules over the datanodes that the cluster lists are over all of them: while the list fills up nothing is moved by them. */
function blockUnknownCluster({ cluster, observed, moves, ruled }: ObstacleRequest, liveness: LivenessOf, block: Block): void {
  if (cluster.datanodes !== undefined || ruled.size === 0) return;
  for (const datanode of unlistedLeaders(observed, liveness)) {
    const diagnostic = notReported(datanode, "It leads regions, and rules place regions on all datanodes of the cluster.", observed);
    block(null, diagnostic);
    for (const { region, table, reason } of moves) if (reason !== PINNED && ruled.has(tableKey(table))) block(region, diagnostic);
  }
}

function blockUnavailableTargets(request: ObstacleRequest, livenessOfTarget: LivenessOf, block: Block): void {
  const targets = new Map<DatanodeId, WantedTarget>();
  const wanted = (target: DatanodeId): WantedTarget => {
    const known = targets.get(target) ?? { pinned: [], regions: [], byRules: 0 };
    targets.set(target, known);
    return known;
  };
  for (const { table, pins } of request.pins) {
    for (const [partition, target] of pins) wanted(target).pinned.push(`${tableKey(table)} ${partition}`);
  }
  for (const { to, region, reason } of request.moves) {
    const target = wanted(to);
    target.regions.push(region);
    if (reason !== PINNED) target.byRules += 1;
  }
  for (const [target, { pinned, regions, byRules }] of [...targets].sort(([a], [b]) => compareIds(a, b))) {
    const diagnostic = targetObstacle(target, livenessOfTarget(target), pinned, byRules, request.observed);
    if (diagnostic === null) continue;
    block(null, diagnostic);
    for (const region of regions) block(region, diagnostic);
  }
}

interface WantedTarget {
  readonly pinned: string[];
  /** Regions that would move to it. */
  readonly regions: RegionId[];
  /** How many of them rules would move. */
  byRules: number;
}

function whoWantsIt(pinned: readonly string[], moves: number): string {
  const names = firstOf(pinned);
  return [
    ...(pinned.length === 0 ? [] : [`${names} ${pinned.length === 1 ? "is" : "are"} pinned to it.`]),
    ...(moves === 0 ? [] : [`${count(moves, "region")} would move to it.`]),
  ].join(" ");
}

function targetObstacle(
  target: DatanodeId,
  liveness: Liveness,
  pinned: readonly string[],
  moves: number,
  observed: ObservedGreptimeCluster,
): Diagnostic | null {
  const who = whoWantsIt(pinned, moves);
  const address = `datanode ${target}`;
  switch (liveness) {
    case "fresh":
    case "late":
      return null;
    case "unlisted":
      return notReported(target, who, observed);
    case "gone":
      return errorDiagnostic({
        code: "DATANODE_GONE",
        summary: `Datanode ${target} is not in the cluster`,
        detail: `${who} The cluster has: ${listed(observed.datanodes.map((node) => node.id).sort(compareIds)) || "none"}. Start it, or ${pinned.length > 0 ? "pin to another" : "exclude it"}.`,
        address,
      });
    case "silent":
      return errorDiagnostic({
        code: "DATANODE_GONE",
        summary: `Datanode ${target} does not answer`,
        detail: `${who} It has been silent for longer than its lease of 10 s. Bring it back, or ${pinned.length > 0 ? "pin to another" : "exclude it"}.`,
        address,
      });
  }
}

/** One message for each datanode that does not answer, however many regions it leads. */
function blockSilentSources(
  { cluster, observed, settings, moves }: ObstacleRequest,
  livenessOfSource: LivenessOf,
  block: Block,
): void {
  const terms = termsByTable(cluster.placements, settings);
  const silent = new Map<DatanodeId, Move[]>();
  for (const move of moves) {
    const liveness = livenessOfSource(move.from);
    const accepted = terms(move.table).acceptDataLossOf.includes(move.from);
    // One that is not listed yet may be about to report, and can then be flushed: its loss is not to be accepted now.
    if (liveness === "fresh" || (accepted && liveness !== "unlisted")) continue;
    const own = silent.get(move.from);
    if (own === undefined) silent.set(move.from, [move]);
    else own.push(move);
  }
  for (const [datanode, own] of [...silent].sort(([a], [b]) => compareIds(a, b))) {
    const diagnostic =
      livenessOfSource(datanode) === "unlisted"
        ? notReported(datanode, `${count(own.length, "region")} would leave it.`, observed)
        : sourceSilent(datanode, own);
    for (const { region } of own) block(region, diagnostic);
  }
}

function sourceSilent(datanode: DatanodeId, moves: readonly Move[]): Diagnostic {
  const names = moves.map(({ table, partition }) => `${tableKey(table)} ${partition}`).sort(compareText);
  return errorDiagnostic({
    code: "SOURCE_SILENT",
    summary: `Datanode ${datanode} does not answer; its regions are not moved away`,
    detail:
      `Rows that it has not flushed would be lost with ${count(moves.length, "region")} that would leave it: ${firstOf(names)}. ` +
      `Bring it back and plan again, or accept the loss by naming it in accept_data_loss_of.`,
    address: `datanode ${datanode}`,
  });
}

function livenessIn(observed: ObservedGreptimeCluster): LivenessOf {
  if (!migrationRules(observed.version).tellsLiveness) return () => "fresh";
  const silentMs = new Map(observed.datanodes.map((node) => [node.id, node.silentMs]));
  return (datanode) => livenessOf(datanode, silentMs, observed.metasrvUptimeMs);
}

function firstOf(names: readonly string[]): string {
  return `${names.slice(0, 5).join("; ")}${names.length > 5 ? `; and ${names.length - 5} more` : ""}`;
}

/** What a user should know although it stops nothing. */
export function clusterWarnings(
  cluster: GreptimeClusterDeclaration,
  observed: ObservedGreptimeCluster,
  moves: readonly Move[],
  settings: PlanSettings,
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const address = cluster.name;
  const warn = (code: string, summary: string, detail: string, about = address): void =>
    void found.push(warningDiagnostic({ code, summary, detail, address: about }));
  const rules = migrationRules(observed.version);
  const liveness = livenessIn(observed);
  if (moves.length > 0) {
    warn(
      "WRITE_STOP",
      `${count(moves.length, "region")} will refuse writes for a moment`,
      "Each is flushed first. While a region changes its datanode, writes to it fail, usually for about 0.1 s, longer under load; a read can fail once. Clients must retry.",
    );
  }
  if (rules.newerThanKnown) {
    warn(
      "VERSION_NEWER_THAN_KNOWN",
      `GreptimeDB ${observed.version} is newer than what Topoform knows`,
      `It was tested up to ${NEWEST_KNOWN}.`,
    );
  }
  if (!rules.tellsLiveness && moves.length > 0) {
    warn(
      "LIVENESS_UNKNOWN",
      "This version does not tell which datanodes answer",
      "Make sure that all datanodes are up: a move away from a dead one loses rows.",
    );
  }
  for (const id of settings.acceptDataLossOf.filter((accepted) => liveness(accepted) !== "fresh")) {
    const tables = [...new Set(moves.filter((move) => move.from === id).map((move) => tableKey(move.table)))];
    if (tables.length > 0) {
      warn(
        "ROWS_MAY_BE_LOST",
        `Rows that datanode ${id} has not flushed may be lost`,
        `Accepted by accept_data_loss_of. Tables: ${tables.join(", ")}.`,
      );
    }
  }
  found.push(...drainWarnings(cluster, observed, moves, isLogical));
  const pinned = new Set(cluster.placements.flatMap(({ pins }) => Object.values(pins)));
  for (const node of cluster.datanodes ?? []) {
    if (!pinned.has(node.id) && observed.mode === "distributed" && liveness(node.id) === "gone") {
      warn(
        "DATANODE_GONE",
        `Datanode ${node.id} is declared and not in the cluster`,
        "No partition is pinned to it. Start it, or remove it from the declaration.",
        `datanode ${node.id}`,
      );
    }
  }
  return found;
}

function isLogical(table: ObservedTable): boolean {
  return table.logical === true || table.definition?.options["on_physical_table"] !== undefined;
}

function locksTable(procedure: ObservedProcedure, table: TableName & Pick<ObservedTable, "regions">): boolean {
  return (
    procedure.tables.includes(tableKey(table)) ||
    procedure.regions.some((id) => table.regions.some((region) => region.id === id))
  );
}
