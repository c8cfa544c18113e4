import type { Diagnostic } from "../topology/diagnostic";
import type { DatanodeId, PartitionKey, RegionId } from "../topology/ids";
import { placedTables, type GreptimeClusterDeclaration } from "../topology/manifest";
import { PINNED, type Move, type TableName } from "./change";
import type { ObservedGreptimeCluster, ObservedProcedure, ObservedTable } from "./observed";
import type { PlanSettings } from "./plan";
import { isAtRest } from "./rules/placed-region";
import type { TablePins, UnderWay } from "./plan-placement";
import { errorDiagnostic, warningDiagnostic } from "../topology/diagnostic";
import { livenessOf, type Liveness } from "./liveness";
import { termsOf } from "./placement-settings";
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
  const block = (region: RegionId | null, diagnostic: Diagnostic): void => {
    if (region !== null) regions.add(region);
    if (!diagnostics.some((other) => other.code === diagnostic.code && other.detail === diagnostic.detail))
      diagnostics.push(diagnostic);
  };
  const tables = new Map(request.observed.tables.map((table) => [tableKey(table), table]));
  const moves = new Map<string, Move[]>();
  for (const move of request.moves) {
    const own = moves.get(tableKey(move.table));
    if (own === undefined) moves.set(tableKey(move.table), [move]);
    else own.push(move);
  }
  for (const pins of request.pins) {
    const key = tableKey(pins.table);
    const table = tables.get(key);
    if (table !== undefined) blockBusyTable(request, pins, table, moves.get(key) ?? [], block);
  }
  if (request.adoptable.size > 0) blockLeftMoves(request, block);
  blockUnavailableTargets(request, block);
  for (const move of request.moves) blockSilentSource(request, move, block);
  return { regions, diagnostics };
}

type Block = (region: RegionId | null, diagnostic: Diagnostic) => void;

function blockBusyTable(
  request: ObstacleRequest,
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
  const procedures = [...request.observed.procedures].sort((a, b) => compareText(a.id, b.id));
  for (const procedure of procedures) {
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

function blockUnavailableTargets(request: ObstacleRequest, block: Block): void {
  const targets = new Map<DatanodeId, { readonly pinned: string[]; moves: number }>();
  const wanted = (target: DatanodeId): { readonly pinned: string[]; moves: number } => {
    const known = targets.get(target) ?? { pinned: [], moves: 0 };
    targets.set(target, known);
    return known;
  };
  for (const { table, pins } of request.pins) {
    for (const [partition, target] of pins) wanted(target).pinned.push(`${tableKey(table)} ${partition}`);
  }
  for (const move of request.moves) if (move.reason !== PINNED) wanted(move.to).moves += 1;
  for (const [target, { pinned, moves }] of [...targets].sort(([a], [b]) => compareIds(a, b))) {
    const liveness = livenessIn(request.observed, target);
    const diagnostic = targetObstacle(target, liveness, pinned, moves, request.observed);
    if (diagnostic === null) continue;
    block(null, diagnostic);
    for (const move of request.moves) if (move.to === target) block(move.region, diagnostic);
  }
}

function whoWantsIt(pinned: readonly string[], moves: number): string {
  const names = `${pinned.slice(0, 5).join("; ")}${pinned.length > 5 ? `; and ${pinned.length - 5} more` : ""}`;
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
      return errorDiagnostic({
        code: "CLUSTER_STARTING",
        summary: `Datanode ${target} has not reported since metasrv started`,
        detail: `${who} Metasrv has been up for ${seconds(observed.metasrvUptimeMs ?? 0)}; datanodes report within seconds. Plan again.`,
        address,
      });
    case "gone":
      return errorDiagnostic({
        code: "DATANODE_GONE",
        summary: `Datanode ${target} is not in the cluster`,
        detail: `${who} The cluster has: ${
          observed.datanodes
            .map((node) => node.id)
            .sort(compareIds)
            .join(", ") || "none"
        }. Start it, or ${pinned.length > 0 ? "pin to another" : "exclude it"}.`,
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

function blockSilentSource(request: ObstacleRequest, move: Move, block: Block): void {
  const liveness = livenessIn(request.observed, move.from);
  const accepted = termsOf(move.table, request.cluster.placements, request.settings).acceptDataLossOf.includes(
    move.from,
  );
  if (liveness === "fresh" || accepted) return;
  block(
    move.region,
    errorDiagnostic({
      code: "SOURCE_SILENT",
      summary: `Datanode ${move.from} does not answer; its regions are not moved away`,
      detail:
        `Rows that it has not flushed would be lost with ${tableKey(move.table)} ${move.partition} and others. ` +
        `Bring it back and plan again, or accept the loss by naming it in accept_data_loss_of.`,
      address: `${tableKey(move.table)} ${move.partition}`,
    }),
  );
}

function livenessIn(observed: ObservedGreptimeCluster, datanode: DatanodeId): Liveness {
  if (!migrationRules(observed.version).tellsLiveness) return "fresh";
  const silentMs = new Map(observed.datanodes.map((node) => [node.id, node.silentMs]));
  return livenessOf(datanode, silentMs, observed.metasrvUptimeMs);
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
  for (const id of settings.acceptDataLossOf) {
    const tables = [...new Set(moves.filter((move) => move.from === id).map((move) => tableKey(move.table)))];
    if (tables.length > 0 && livenessIn(observed, id) !== "fresh") {
      warn(
        "ROWS_MAY_BE_LOST",
        `Rows that datanode ${id} has not flushed may be lost`,
        `Accepted by accept_data_loss_of. Tables: ${tables.join(", ")}.`,
      );
    }
  }
  found.push(...drainWarnings(cluster, observed, moves));
  for (const node of cluster.datanodes ?? []) {
    const pinned = cluster.placements.some((placement) => Object.values(placement.pins).includes(node.id));
    if (!pinned && observed.mode === "distributed" && livenessIn(observed, node.id) === "gone") {
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

/** What a drained datanode keeps, because no placement moves it; and datanodes that are to be drained and not there. */
function drainWarnings(
  cluster: GreptimeClusterDeclaration,
  observed: ObservedGreptimeCluster,
  moves: readonly Move[],
): readonly Diagnostic[] {
  const target = new Map(moves.map(({ region, to }) => [region, to]));
  const excluded = new Set(cluster.placements.flatMap(({ excludeDatanodes = [] }) => excludeDatanodes));
  return [...excluded].sort(compareIds).flatMap((datanode): readonly Diagnostic[] => {
    const address = `datanode ${datanode}`;
    const drained = new Set(
      cluster.placements.flatMap((placement) =>
        (placement.excludeDatanodes ?? []).includes(datanode)
          ? placedTables(placement).map((name) => tableKey({ database: placement.database, name }))
          : [],
      ),
    );
    const stays = (table: ObservedTable): boolean =>
      !isLogical(table) && !drained.has(tableKey(table)) && table.regions.some(({ id, leader }) => (target.get(id) ?? leader) === datanode);
    const kept = observed.tables.filter(stays).map(tableKey).sort(compareText);
    if (kept.length > 0)
      return [
        warningDiagnostic({
          code: "DRAIN_INCOMPLETE",
          summary: `Datanode ${datanode} is drained and keeps regions of other tables`,
          detail: `${listed(kept)}. exclude_datanodes empties it of the tables of its placement only. Place these tables too before the datanode is stopped.`,
          address,
        }),
      ];
    const isThere = observed.datanodes.some(({ id }) => id === datanode);
    if (isThere || observed.mode !== "distributed" || observed.datanodes.length === 0) return [];
    return [
      warningDiagnostic({
        code: "DRAINED_DATANODE_UNKNOWN",
        summary: `Datanode ${datanode} is drained and not in the cluster`,
        detail: `No region is on it. If another one is meant, correct exclude_datanodes; if it has been removed, take it out. The cluster has: ${observed.datanodes.map(({ id }) => id).sort(compareIds).join(", ")}.`,
        address,
      }),
    ];
  });
}

const MOST_LISTED = 20;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return more > 0 ? `${names.slice(0, MOST_LISTED).join(", ")} and ${more} more` : names.join(", ");
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

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
