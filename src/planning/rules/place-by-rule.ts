import { errorDiagnostic, warningDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import type { DatanodeId } from "../../topology/ids";
import { assignRegions } from "../assign/assign-regions";
import { formatBytes } from "../byte-size";
import type { Move, TableName } from "../change";
import { countsLeaveRoom } from "./count-room";
import { constraintsOf, type Constraint } from "./constraints";
import { explainConflict } from "./explain-conflict";
import { numberItems, openDatanodes } from "./number-items";
import type { PlacementRule } from "./placement-rule";
import { isAtRest, type PlacedRegion } from "./placed-region";
import type { RuledItems, RuleItem } from "./rule-item";
import { count } from "../render-plan";
import { listOf, sentence } from "./words";
import { tableKey } from "../table-key";

export interface RuleRequest {
  readonly rule: PlacementRule;
  /** The regions of the rule's tables, by id. */
  readonly regions: readonly PlacedRegion[];
  /** Where pins put regions; those that are there already as well. null: a pin names it that cannot be satisfied now, so it stays. */
  readonly pinned: ReadonlyMap<PlacedRegion, DatanodeId | null>;
  /** What the user calls pinned regions, where that is not their rule. */
  readonly named: ReadonlyMap<PlacedRegion, string>;
}

export interface RulePlacement {
  /** The moves of regions that are not pinned, by region id. */
  readonly moves: readonly Move[];
  readonly minimumMoves: number;
  /** Set where bytes are what is saved; both in size classes. */
  readonly bytes: { readonly moved: bigint; readonly minimum: bigint } | null;
  /** Tables of rules that cannot be kept: no region of theirs is moved, not to its pin either. */
  readonly impossible: readonly TableName[];
  readonly problems: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

const NOTHING: RulePlacement = { moves: [], minimumMoves: 0, bytes: null, impossible: [], problems: [], warnings: [] };

/** Places the regions of a rule's tables that no pin names. */
export function placeByRule(request: RuleRequest): RulePlacement {
  const { rule } = request;
  const places = openDatanodes(rule);
  const { items, problems } = sortOut(request, places);
  if (!countsLeaveRoom({ rule, items })) return { ...NOTHING, impossible: rule.tables, problems: [impossible({ rule, items }, true)] };
  if (items.length === 0) return { ...NOTHING, problems };
  const numbered = numberItems({ rule, items }, places);
  const assignment = assignRegions(numbered);
  if (assignment.kind === "impossible")
    return { ...NOTHING, impossible: rule.tables, problems: [...problems, impossible({ rule, items }, assignment.proven)] };
  const overfull = assignment.overfull.map((place) => overfullDatanode(rule, places[place]!));
  if (overfull.length > 0) return { ...NOTHING, impossible: rule.tables, problems: [...problems, ...overfull] };
  const moves: Move[] = [];
  let movedBytes = 0n;
  for (let index = 0; index < items.length; index += 1) {
    const { region, target: pinnedTo, place } = items[index]!;
    const end = assignment.target[index]!;
    if (pinnedTo !== null || end === place) continue;
    moves.push(moveOf(region, places[end]!, rule));
    movedBytes += BigInt(numbered.size[index]!);
  }
  return {
    moves,
    minimumMoves: Math.min(assignment.minimumMoves, moves.length + assignment.left.length),
    bytes: assignment.minimumBytes === null ? null : bytesOf(movedBytes, assignment.minimumBytes),
    impossible: [],
    problems: [...problems, ...assignment.left.map((index) => followersInTheWay(items[index]!.region))],
    warnings: [...(assignment.uneven ? [unevenness(rule)] : []), ...unknownSizes(rule, items)],
  };
}

function sortOut(
  { rule, regions, pinned, named }: RuleRequest,
  places: readonly DatanodeId[],
): { items: RuleItem[]; problems: Diagnostic[] } {
  const placeOf = new Map(places.map((id, index) => [id, index]));
  const excluded = new Set(rule.exclude);
  const items: RuleItem[] = [];
  const problems: Diagnostic[] = [];
  for (const region of regions) {
    const target = pinned.get(region);
    const { leader } = region;
    const place = placeOf.get(target ?? leader ?? NOWHERE) ?? -1;
    if (target === null) {
      if (place >= 0) items.push({ region, target: null, fixed: true, place });
    } else if (target !== undefined) {
      // A pin to a datanode that the cluster does not have is reported as such; a pin to an excluded one is a conflict.
      if (place >= 0 || excluded.has(target)) items.push({ region, target, fixed: true, place, ...nameOf(named.get(region)) });
    } else if (leader === null) {
      if (rule.strategy !== "pinned") problems.push(withoutLeader(region));
    } else if (!isAtRest(region.status)) {
      if (rule.strategy !== "pinned" || excluded.has(leader)) problems.push(inMotion(region));
      if (place >= 0) items.push({ region, target: null, fixed: true, place });
    } else if (place >= 0 || rule.strategy !== "pinned" || excluded.has(leader)) {
      // Without a strategy a region stays on a datanode that is not declared, unless that one is excluded.
      items.push({ region, target: null, fixed: false, place });
    }
  }
  return { items, problems };
}

function nameOf(name: string | undefined): Pick<RuleItem, "name"> {
  return name === undefined ? {} : { name };
}

/** No datanode has it: ids are not negative. */
const NOWHERE = -1n as DatanodeId;

function moveOf(region: PlacedRegion, to: DatanodeId, rule: PlacementRule): Move {
  return {
    kind: "move-region",
    table: { database: region.table.database, name: region.table.name },
    partition: region.partition,
    region: region.region,
    from: region.leader!,
    to,
    sizeBytes: region.sizeBytes,
    reason: rule.exclude.includes(region.leader!) ? "drained" : REASONS[rule.strategy],
  };
}

const REASONS = { pinned: "over capacity", balance: "balanced", spread: "spread" } as const;

function bytesOf(moved: bigint, minimum: number): RulePlacement["bytes"] {
  return { moved, minimum: BigInt(Math.round(Math.min(minimum, Number(moved)))) };
}

function withoutLeader({ table, region, partition }: PlacedRegion): Diagnostic {
  return errorDiagnostic({
    code: "REGION_WITHOUT_LEADER",
    summary: `region ${region} (${partition}) has no leader`,
    detail:
      "Where the other regions go depends on where it is. Look at the datanode that held it, and plan again when it has a leader.",
    address: tableKey(table),
  });
}

function inMotion({ table, region, partition, status }: PlacedRegion): Diagnostic {
  return errorDiagnostic({
    code: "REGION_IN_MOTION",
    summary: `region ${region} (${partition}) ${status === "STAGING" ? "is being repartitioned" : "is being moved"}`,
    detail: `The server shows it as ${status}. Wait until it is ALIVE and plan again.`,
    address: tableKey(table),
  });
}

function followersInTheWay({ table, region, partition }: PlacedRegion): Diagnostic {
  return errorDiagnostic({
    code: "FOLLOWER_ON_TARGET",
    summary: `region ${region} (${partition}) has followers wherever it could go`,
    detail: "The server does not move a leader to where a follower is. Remove a follower first, or pin the partition.",
    address: tableKey(table),
  });
}

/** Constraints in words, and what would help. */
const LIMITS: readonly (readonly [Constraint["kind"], string, string])[] = [
  ["pin", "pins", "remove pins"],
  ["drain", "excluded datanodes", "exclude fewer datanodes"],
  ["skew", "the maximum skew", "raise max_skew"],
  ["regions", "the capacity in regions", "raise the capacity in regions"],
  ["bytes", "the capacity in bytes", "raise the capacity in bytes"],
];

function impossible(ruled: RuledItems, proven: boolean): Diagnostic {
  const { rule } = ruled;
  const explained = proven ? explainConflict(ruled) : null;
  if (explained !== null) return explained;
  const kinds = new Set(constraintsOf(ruled).map(({ kind }) => kind));
  const limits = LIMITS.filter(([kind]) => kinds.has(kind));
  const [names, advice] = [limits.map(([, name]) => name), [...limits.map(([, , advice]) => advice), "add a datanode"]];
  return errorDiagnostic({
    code: "PLACEMENT_INFEASIBLE",
    summary: proven
      ? `The rules of placement ${rule.name} cannot all hold`
      : `No placement was found that keeps all rules of placement ${rule.name}`,
    detail: `Some regions are left without a place by ${listOf(names, "and")}. ${sentence(listOf(advice, "or"))}.`,
    address: rule.name,
  });
}

function overfullDatanode(rule: PlacementRule, datanode: DatanodeId): Diagnostic {
  return errorDiagnostic({
    code: "CAPACITY_NOT_REACHED",
    summary: `No placement was found that keeps datanode ${datanode} within ${formatBytes(rule.capacity.bytes ?? null)}`,
    detail:
      "Whether there is one is not known: fitting regions of different sizes cannot be searched to the end. " +
      "Raise the capacity in bytes, add a datanode, or pin the largest regions.",
    address: rule.name,
  });
}

/** A rule about bytes that does not know them all: what it says of bytes holds as far as its guess does. */
function unknownSizes(rule: PlacementRule, items: readonly RuleItem[]): readonly Diagnostic[] {
  const counts = rule.capacity.bytes !== undefined || (rule.strategy === "balance" && rule.by === "bytes");
  const unknown = counts ? items.filter(({ region }) => region.sizeBytes === null).length : 0;
  if (unknown === 0) return [];
  const all = unknown === items.length;
  return [
    warningDiagnostic({
      code: "SIZES_UNKNOWN",
      summary: `The size of ${count(unknown, "region")} of placement ${rule.name} is not known`,
      detail: `The server has no figure. ${all ? "All count alike" : "Each counts as the mean of the others"}: what the plan says of bytes, and a capacity in bytes, may not hold.`,
      address: rule.name,
    }),
  ];
}

function unevenness(rule: PlacementRule): Diagnostic {
  return warningDiagnostic({
    code: "PLACEMENT_UNEVEN",
    summary: `Placement ${rule.name} is as even as it can be made, and not even`,
    detail: "Pins, capacities or single large regions keep some datanodes above or below the others.",
    address: rule.name,
  });
}
