import type { Diagnostic } from "../topology/diagnostic";
import type { DatanodeId, PartitionKey, RegionId } from "../topology/ids";
import type { MoveLimits } from "../topology/manifest";
import { PINNED, type Move, type TableName } from "./change";
import { isAtRest, type PlacedRegion } from "./rules/placed-region";
import type { Certificate, Schedule } from "./plan";
import { errorDiagnostic } from "../topology/diagnostic";
import { comparisonForm } from "../topology/same-partition-rule";
import { openDatanodes } from "./rules/number-items";
import { placeByRule, type RulePlacement } from "./rules/place-by-rule";
import type { PlacementRule } from "./rules/placement-rule";
import { scheduleMoves } from "./schedule/schedule";
import { compareIds, compareTables, compareText, tableKey } from "./table-key";

/** Where the partitions of one table shall be led. */
export interface TablePins {
  readonly table: TableName;
  readonly pins: ReadonlyMap<PartitionKey, DatanodeId>;
  /** Column name to type, when known: `a < 10` and `a < 10.0` then are one rule where the column is a number. */
  readonly types?: ReadonlyMap<string, string>;
  /** What the user calls partitions, for messages; absent: by their rules. */
  readonly names?: ReadonlyMap<PartitionKey, string>;
}

/** A move that has begun. */
export interface BegunMove {
  readonly to: DatanodeId;
  /** The server's id of it; null: not known. */
  readonly procedure: string | null;
}

/** Regions that are being moved, by us. */
export type UnderWay = ReadonlyMap<RegionId, BegunMove>;

export interface PlacementProblem {
  /** In any order; those of tables without pins stay where they are. */
  readonly regions: readonly PlacedRegion[];
  /** At most one entry per table. */
  readonly pins: readonly TablePins[];
  /** How the regions that no pin names are placed; absent: they stay. At most one for each table. */
  readonly rules?: readonly PlacementRule[];
  /** Moves of ours that have begun: rules count these regions where they will arrive. Pins win. Absent: none. */
  readonly underWay?: UnderWay;
  /** Regions that rules count where they are led, and leave there. Absent: none. */
  readonly staying?: ReadonlySet<RegionId>;
  /** The datanodes that pins may name; undefined: not checked. */
  readonly datanodes: readonly DatanodeId[] | undefined;
  readonly limits: MoveLimits;
  readonly serialPerTable: boolean;
}

export interface PlacementPlan {
  /** In the order of the schedule. */
  readonly moves: readonly Move[];
  readonly schedule: Schedule;
  readonly certificate: Certificate;
  /** One per pin that cannot be satisfied now: the partition does not exist, its region is in motion, … */
  readonly unplaced: readonly Diagnostic[];
  /** What a user should know about rules that could only be kept in part; empty when there is nothing. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * The moves that bring every pinned partition to its datanode, those that the rules need for the rest, and no other: a region whose
 * leader is right stays.
 * Pure; the same problem gives the same plan whatever the order of its lists.
 *
 * @example
 * planPlacement({ regions, pins: [{ table, pins: new Map([[UNPARTITIONED, datanodeId(2)]]) }], datanodes: undefined,
 *   limits: DEFAULT_LIMITS, serialPerTable: false }).moves
 */
export function planPlacement(problem: PlacementProblem): PlacementPlan {
  const tables = regionsByTable(problem.regions);
  const toPins: Move[] = [];
  const unplaced: Diagnostic[] = [];
  const pinned = new Map<PlacedRegion, DatanodeId | null>();
  const named = new Map<PlacedRegion, string>();
  for (const { table, pins, types, names } of [...problem.pins].sort((a, b) => compareTables(a.table, b.table))) {
    const regions = tables.get(tableKey(table)) ?? [];
    const find = regionFinder(regions, pins, types);
    const targets = new Map<RegionId, DatanodeId>();
    for (const [partition, target] of [...pins].sort(([a], [b]) => compareText(a, b))) {
      const region = find(partition);
      const claimed = region === undefined ? undefined : targets.get(region.region);
      if (region !== undefined) targets.set(region.region, target);
      const reason =
        claimed === undefined || claimed === target
          ? whyUnplaced(table, partition, target, region, regions, problem.datanodes)
          : pinnedTwice(table, partition, claimed, target);
      if (region !== undefined) pinned.set(region, reason === null ? target : null);
      const name = names?.get(partition);
      if (region !== undefined && name !== undefined) named.set(region, name);
      if (reason !== null) unplaced.push(reason);
      else if (claimed === undefined && region!.leader !== target) toPins.push(moveOf(region!, target));
    }
  }
  const byRules = moveByRules(problem, tables, pinned, named);
  const impossible = new Set(byRules.impossible.map(tableKey));
  const wanted = impossible.size === 0 ? toPins : toPins.filter(({ table }) => !impossible.has(tableKey(table)));
  for (const move of byRules.begun) wanted.push(move);
  unplaced.push(...byRules.problems);
  const certificate = certificateOf(wanted, byRules);
  for (const move of byRules.moves) wanted.push(move);
  wanted.sort((a, b) => compareIds(a.region, b.region));
  return {
    ...arrangeMoves(wanted, problem.limits, problem.serialPerTable, certificate),
    unplaced,
    warnings: byRules.warnings,
  };
}

/** The moves that the rules need, and what is known of their number. */
function moveByRules(
  { rules = [], underWay = new Map(), staying = new Set() }: PlacementProblem,
  tables: ReadonlyMap<string, readonly PlacedRegion[]>,
  pinned: Map<PlacedRegion, DatanodeId | null>,
  named: ReadonlyMap<PlacedRegion, string>,
): RulePlacement & { readonly begun: readonly Move[] } {
  for (const region of staying.size === 0 ? [] : [...tables.values()].flat())
    if (staying.has(region.region) && !pinned.has(region)) pinned.set(region, null);
  const arriving = underWay.size === 0 ? new Map<RegionId, PlacedRegion>() : arrivingRegions(rules, tables, underWay, pinned);
  const placed = placeByRules(rules, arriving.size === 0 ? tables : asArrived(tables, arriving, underWay), pinned, named);
  if (arriving.size === 0) return { ...placed, begun: [] };
  const onward = new Map(placed.moves.map((move) => [move.region, move]));
  const begun = [...arriving.values()].flatMap((region): readonly Move[] => {
    const next = onward.get(region.region);
    const to = next?.to ?? underWay.get(region.region)!.to;
    return to === region.leader ? [] : [{ ...moveOf(region, to), reason: next?.reason ?? "under way" }];
  });
  const moves = placed.moves.filter(({ region }) => !arriving.has(region));
  return { ...placed, moves, minimumMoves: Math.min(placed.minimumMoves, moves.length), begun };
}

/** Of the regions that rules place, those whose moves have begun and not ended. */
function arrivingRegions(
  rules: readonly PlacementRule[],
  tables: ReadonlyMap<string, readonly PlacedRegion[]>,
  underWay: UnderWay,
  pinned: ReadonlyMap<PlacedRegion, DatanodeId | null>,
): ReadonlyMap<RegionId, PlacedRegion> {
  const arriving = new Map<RegionId, PlacedRegion>();
  for (const rule of rules) {
    const open = new Set(openDatanodes(rule));
    for (const region of rule.tables.flatMap((table) => tables.get(tableKey(table)) ?? [])) {
      const target = underWay.get(region.region)?.to;
      if (target === undefined || !open.has(target) || pinned.has(region)) continue;
      if (region.leader !== null && region.leader !== target) arriving.set(region.region, region);
    }
  }
  return arriving;
}

function asArrived(
  tables: ReadonlyMap<string, readonly PlacedRegion[]>,
  arriving: ReadonlyMap<RegionId, PlacedRegion>,
  underWay: UnderWay,
): ReadonlyMap<string, readonly PlacedRegion[]> {
  const arrived = (region: PlacedRegion): PlacedRegion =>
    arriving.has(region.region) ? { ...region, leader: underWay.get(region.region)!.to } : region;
  return new Map([...tables].map(([table, regions]) => [table, regions.map(arrived)]));
}

function placeByRules(
  rules: readonly PlacementRule[],
  tables: ReadonlyMap<string, readonly PlacedRegion[]>,
  pinned: ReadonlyMap<PlacedRegion, DatanodeId | null>,
  named: ReadonlyMap<PlacedRegion, string>,
): RulePlacement {
  const placed = [...rules]
    .sort((a, b) => compareText(a.name, b.name))
    .map((rule) => {
      const own = [...rule.tables].sort(compareTables).flatMap((table) => tables.get(tableKey(table)) ?? []);
      return placeByRule({ rule, regions: inOrderOfIds(own), pinned, named });
    });
  return {
    moves: placed.flatMap(({ moves }) => moves),
    minimumMoves: placed.reduce((sum, { minimumMoves }) => sum + minimumMoves, 0),
    bytes: placed.reduce<RulePlacement["bytes"]>(
      (sum, { bytes }) =>
        bytes === null
          ? sum
          : { moved: (sum?.moved ?? 0n) + bytes.moved, minimum: (sum?.minimum ?? 0n) + bytes.minimum },
      null,
    ),
    impossible: placed.flatMap(({ impossible }) => impossible),
    problems: placed.flatMap(({ problems }) => problems),
    warnings: placed.flatMap(({ warnings }) => warnings),
  };
}

/** Snapshots are in this order already, and sorting 100,000 ids for nothing would cost more than the plan. */
function inOrderOfIds(regions: readonly PlacedRegion[]): readonly PlacedRegion[] {
  const sorted = regions.every((region, index) => index === 0 || regions[index - 1]!.region < region.region);
  return sorted ? regions : [...regions].sort((a, b) => compareIds(a.region, b.region));
}

/** Every pinned region that is led elsewhere must move once; what the rules need at least comes beside it. */
function certificateOf(pinned: readonly Move[], { moves, minimumMoves, bytes }: RulePlacement): Certificate {
  const all = pinned.length + moves.length;
  const least = pinned.length + minimumMoves;
  const counts = { moves: all, minimumMoves: least, proven: all === least };
  return bytes === null ? counts : { ...counts, movedBytes: bytes.moved, minimumBytes: bytes.minimum };
}

/** Schedule and certificate of moves. Without a `certificate` they are all needed, so that their number is the minimum. */
export function arrangeMoves(
  moves: readonly Move[],
  limits: MoveLimits,
  serialPerTable: boolean,
  certificate: Certificate = { moves: moves.length, minimumMoves: moves.length, proven: true },
): Pick<PlacementPlan, "moves" | "schedule" | "certificate"> {
  return { ...scheduleMoves(moves, limits, serialPerTable), certificate };
}

function moveOf(region: PlacedRegion, target: DatanodeId): Move {
  return {
    kind: "move-region",
    table: { database: region.table.database, name: region.table.name },
    partition: region.partition,
    region: region.region,
    from: region.leader!,
    to: target,
    sizeBytes: region.sizeBytes,
    reason: PINNED,
  };
}

function regionsByTable(regions: readonly PlacedRegion[]): ReadonlyMap<string, readonly PlacedRegion[]> {
  const groups = new Map<string, PlacedRegion[]>();
  // Regions of one table follow each other and share the object with its name, so that few keys have to be made.
  let [table, group]: [TableName | null, PlacedRegion[]] = [null, []];
  for (const region of regions) {
    if (region.table !== table) {
      table = region.table;
      group = groups.get(tableKey(table)) ?? [];
      if (group.length === 0) groups.set(tableKey(table), group);
    }
    group.push(region);
  }
  return groups;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Finds a region by its rule: by the same text, else by the only rule that means the same. */
function regionFinder(
  regions: readonly PlacedRegion[],
  pins: TablePins["pins"],
  types: TablePins["types"],
): (partition: PartitionKey) => PlacedRegion | undefined {
  const byText = new Map<PartitionKey, PlacedRegion>();
  for (const region of regions) if (pins.has(region.partition)) byText.set(region.partition, region);
  let byMeaning: Map<string, PlacedRegion[]> | undefined;
  return (partition) => {
    const exact = byText.get(partition);
    if (exact !== undefined) return exact;
    byMeaning ??= groupBy(regions, (region) => comparisonForm(region.partition, types));
    const same = byMeaning.get(comparisonForm(partition, types)) ?? [];
    return same.length === 1 ? same[0] : undefined;
  };
}

function pinnedTwice(table: TableName, partition: PartitionKey, first: DatanodeId, second: DatanodeId): Diagnostic {
  return errorDiagnostic({
    code: "CONFLICTING_PINS",
    summary: `${partition} is pinned to two datanodes`,
    detail: `Datanode ${first} and datanode ${second} are both asked for. Keep one of the pins.`,
    address: tableKey(table),
    path: ["pins", partition],
  });
}

/** null when the pin is satisfied or a move can satisfy it. */
function whyUnplaced(
  table: TableName,
  partition: PartitionKey,
  target: DatanodeId,
  region: PlacedRegion | undefined,
  existing: readonly PlacedRegion[],
  datanodes: readonly DatanodeId[] | undefined,
): Diagnostic | null {
  const address = tableKey(table);
  const path = ["pins", partition];
  const say = (code: string, summary: string, detail: string): Diagnostic =>
    errorDiagnostic({ code, summary, detail, address, path });
  if (region === undefined) {
    const known = existing.map((other) => other.partition).sort(compareText);
    const list =
      known.length === 0
        ? "The table has no regions."
        : `It has: ${known.slice(0, 20).join("; ")}${known.length > 20 ? "; …" : ""}.`;
    return say(
      "PARTITION_NOT_FOUND",
      `${address} has no partition ${partition}`,
      `${list} Pin a partition that exists, by its rule.`,
    );
  }
  if (datanodes !== undefined && !datanodes.includes(target)) {
    return say(
      "DATANODE_UNKNOWN",
      `Datanode ${target} is not one of the cluster`,
      `${partition} is pinned to it. The cluster has: ${[...datanodes].sort(compareIds).join(", ") || "none"}.`,
    );
  }
  const where = `region ${region.region} (${partition})`;
  if (region.leader === null) {
    return say(
      "REGION_WITHOUT_LEADER",
      `${where} has no leader`,
      "Nothing can be moved until it has one; look at the datanode that held it.",
    );
  }
  if (!isAtRest(region.status)) {
    const what = region.status === "STAGING" ? "is being repartitioned" : "is being moved";
    return say(
      "REGION_IN_MOTION",
      `${where} ${what}`,
      `The server shows it as ${region.status}. Wait until it is ALIVE and plan again.`,
    );
  }
  if (region.leader !== target && region.followers.includes(target)) {
    return say(
      "FOLLOWER_ON_TARGET",
      `Datanode ${target} holds a follower of ${where}`,
      "The server does not move a leader to where a follower is. Remove the follower first, or pin the partition elsewhere.",
    );
  }
  return null;
}
