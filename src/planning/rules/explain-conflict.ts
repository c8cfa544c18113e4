import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { assignRegions } from "../assign/assign-regions";
import { formatBytes } from "../byte-size";
import { countsLeaveRoom } from "./count-room";
import { constraintsOf, onlyWith, type Constraint } from "./constraints";
import { numberItems, openDatanodes } from "./number-items";
import type { PlacementRule } from "./placement-rule";
import { sizesOf, type RuledItems } from "./rule-item";
import { smallestConflict } from "./smallest-conflict";
import { tableKey } from "../table-key";

/** With more regions or datanodes only what counting tells is explained: searching for every set of rules would take too long. */
const MOST_REGIONS = 120;
const MOST_DATANODES = 31;
/** How many regions the search for smaller conflicts may look at. */
const MOST_LOOKS = 60_000;

/**
 * Why no placement can keep all rules, as the smallest set of rules that conflict, in the user's names, with what would help; null when
 * the rules leave room as far as is found out.
 */
export function explainConflict(ruled: RuledItems): Diagnostic | null {
  const { rule, items } = ruled;
  const small = items.length <= MOST_REGIONS && rule.datanodes.length <= MOST_DATANODES;
  const leavesRoom = small ? leavesRoomBySearch : countsLeaveRoom;
  const tries = Math.ceil(MOST_LOOKS / (items.length + 1));
  const conflict = smallestConflict(constraintsOf(ruled), (kept) => leavesRoom(onlyWith(ruled, kept)), tries);
  if (conflict === null) return null;
  const figures = figuresOf(conflict, ruled);
  return errorDiagnostic({
    code: "PLACEMENT_INFEASIBLE",
    summary: `The rules of placement ${rule.name} cannot all hold`,
    detail: [...linesOf(conflict, rule), `${reasonOf(figures)} ${adviceOn(figures)}`].join("\n"),
    address: rule.name,
  });
}

/** Whether there may be a placement: that there is none is known only where counting or the search says so. */
function leavesRoomBySearch(ruled: RuledItems): boolean {
  if (!countsLeaveRoom(ruled)) return false;
  const { rule, items } = ruled;
  const places = openDatanodes(rule);
  if (places.length === 0) return true;
  // Evenness that nobody asked for in numbers forbids nothing.
  const numbered = numberItems(
    { rule: rule.maxSkew === undefined ? { ...rule, strategy: "pinned" } : rule, items },
    places,
  );
  const assignment = assignRegions(numbered);
  return assignment.kind === "assigned" || !assignment.proven;
}

function linesOf(conflict: readonly Constraint[], rule: PlacementRule): readonly string[] {
  const lines = conflict.map((each) => `  ${nameOf(each, rule)}`);
  return lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `  and ${lines.length - SHOWN} more`];
}

const SHOWN = 12;

function nameOf(constraint: Constraint, rule: PlacementRule): string {
  switch (constraint.kind) {
    case "pin":
      return `${tableKey(constraint.item.region.table)} ${constraint.item.region.partition} is pinned to datanode ${constraint.item.target}`;
    case "drain":
      return `datanode ${constraint.datanode} is excluded`;
    case "regions":
      return `a datanode may hold ${rule.capacity.regions} regions`;
    case "bytes":
      return `a datanode may hold ${formatBytes(rule.capacity.bytes ?? null)}`;
    case "skew":
      return `a datanode may hold at most ${rule.maxSkew} regions more than another`;
  }
}

/** The figures of a conflict. */
interface Figures {
  readonly rule: PlacementRule;
  readonly has: (kind: Constraint["kind"]) => boolean;
  readonly regions: number;
  /** By size class: of all regions, of the largest. */
  readonly bytes: number;
  readonly largest: number;
  readonly datanodes: number;
  /** Datanodes that the conflict's drains leave. */
  readonly open: number;
  readonly pins: number;
  readonly pinnedBytes: number;
  /** How many rules conflict. */
  readonly members: number;
}

function figuresOf(conflict: readonly Constraint[], ruled: RuledItems): Figures {
  const { rule, items } = ruled;
  const reduced = onlyWith(ruled, conflict);
  const [sizes, counted] = [sizesOf(items), sizesOf(reduced.items)];
  const has = (kind: Constraint["kind"]): boolean => conflict.some((each) => each.kind === kind);
  return {
    rule,
    has,
    regions: reduced.items.length,
    bytes: counted.reduce((sum, size) => sum + size, 0),
    largest: counted.reduce((most, size) => Math.max(most, size), 0),
    datanodes: openDatanodes({ ...rule, exclude: [] }).length,
    open: openDatanodes(reduced.rule).length,
    pins: conflict.filter((each) => each.kind === "pin").length,
    pinnedBytes: conflict.reduce((sum, each) => sum + (each.kind === "pin" ? sizes[each.index]! : 0), 0),
    members: conflict.length,
  };
}

function reasonOf(figures: Figures): string {
  const { rule, has, regions, bytes, largest, datanodes, open, pins, members } = figures;
  const [mostRegions, mostBytes] = [rule.capacity.regions ?? 0, Number(rule.capacity.bytes ?? 0n)];
  if (datanodes === 0) return "The cluster has no datanode.";
  if (open === 0) return "No datanode is left.";
  if (has("regions") && pins === 0 && regions > open * mostRegions)
    return `${regions} regions do not fit on ${open} datanodes with ${mostRegions} each: ${regions - open * mostRegions} are left over.`;
  if (has("regions") && pins > mostRegions && members === pins + 1)
    return `${pins} pinned regions do not fit on one datanode.`;
  if (has("bytes") && largest > mostBytes) return `The largest region counts as ${bytesText(largest)}.`;
  if (has("bytes") && pins === 0 && bytes > open * mostBytes)
    return `All regions count as ${bytesText(bytes)} on ${open} datanodes.`;
  if (has("bytes") && figures.pinnedBytes > mostBytes && members === pins + 1)
    return "The pinned regions together are larger.";
  if (has("skew") && members === pins + 1)
    return "The pinned regions alone put more on one datanode than the others can have.";
  if (has("drain") && pins === 1 && members === 2) return "Both cannot be.";
  return members === 1
    ? "However the regions are distributed, they do not all fit."
    : "Each alone can hold; together they leave no place for some regions.";
}

function adviceOn({ rule, has, regions, bytes, largest, open, pins, pinnedBytes, members }: Figures): string {
  const places = Math.max(1, open);
  const onOne = members === pins + 1;
  const [neededRegions, neededBytes] = [
    Math.max(Math.ceil(regions / places), onOne ? pins : 0),
    Math.max(Math.ceil(bytes / places), largest, onOne ? pinnedBytes : 0),
  ];
  const advice: string[] = [];
  if (has("regions"))
    advice.push(
      `raise the capacity ${neededRegions > (rule.capacity.regions ?? 0) ? `to ${neededRegions} regions` : "in regions"}`,
    );
  if (has("bytes"))
    advice.push(
      `raise the capacity ${neededBytes > Number(rule.capacity.bytes ?? 0n) ? `to at least ${bytesText(neededBytes)}` : "in bytes"}`,
    );
  if (has("skew")) advice.push("raise the maximum skew");
  if (has("pin")) advice.push("remove or change one of the pins");
  if (has("drain")) advice.push("keep one of the excluded datanodes");
  if (!has("pin")) advice.push("add a datanode");
  const text = advice.length < 2 ? advice.join("") : `${advice.slice(0, -1).join(", ")}, or ${advice.at(-1)}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function bytesText(bytes: number): string {
  return formatBytes(BigInt(bytes));
}
